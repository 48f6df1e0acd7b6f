/** The tables of places that an operator loaded, one of each nation: which there are, what they say of a postcode, and how one takes the place of another. */
import { createHash, type Hash } from 'node:crypto'
import type { PlaceRow } from '@platform/nhs/place-row'
import type { Nation, Place } from '@platform/nhs/place-groups'
import { wholePostcode } from '@platform/nhs/postcode'
import { copyLine, copyRows } from './copy-rows.ts'
import type { Database, Queryable } from './database.ts'

/** Where a table is from, as whoever loaded it said. */
export interface PlaceSource {
  /** The index, as its publisher calls it. */
  readonly name: string
  readonly edition: string
  readonly licence: string
}

/** A table that is loaded. */
export interface PlaceTable extends PlaceSource {
  readonly nation: Nation
  readonly places: number
  /** Of how many of them it says the decile, and whether they are town or country. */
  readonly deciles: number
  readonly ruralities: number
  readonly loadedAt: Date
  /** SHA-256 of its rows: another for other rows. */
  readonly digest: string
}

/** A row with its line in the file, from 1. */
export interface NumberedPlace extends PlaceRow {
  readonly line: number
}

/** What became of a table that was given. Nothing is kept unless it is `loaded`. */
export type Replaced =
  | { readonly outcome: 'loaded' | 'rehearsed' | 'same'; readonly tables: readonly PlaceTable[] }
  /** Lines that say something else of a postcode than an earlier line, or than the table of another nation. */
  | { readonly outcome: 'refused'; readonly contradicting: readonly { readonly line: number; readonly earlier?: number }[] }

export interface Places {
  /** The tables, in the order of their nations. */
  tables(): Promise<readonly PlaceTable[]>
  /** What is known of these postcodes, by the text that was asked for. What is no whole postcode, or in no table, is not among it. */
  of(postcodes: Iterable<string>): Promise<ReadonlyMap<string, Place>>
  /**
   * Puts these rows in the place of the tables of the nations that they name, in one transaction: whoever reads meanwhile reads the former ones.
   *
   * @param mayKeep asked once all rows were read
   */
  replace(
    source: PlaceSource,
    rows: AsyncIterable<NumberedPlace>,
    how: { at: Date; mayKeep: () => 'yes' | 'rehearse' | 'no' },
  ): Promise<Replaced>
  /** Takes a nation's table away; whether there was one. */
  remove(nation: Nation): Promise<boolean>
}

/** Contradictions that are named; whoever mends these finds the others. */
const MOST_NAMED = 100

/** Opens them. */
export function placesIn(database: Database): Places {
  return {
    tables: () => tablesIn(database),
    async of(postcodes) {
      const plain = new Map([...postcodes].flatMap((text) => [[text, wholePostcode(text)] as const]))
      const asked = [...new Set([...plain.values()].filter((one) => one !== undefined))]
      if (asked.length === 0) return new Map()
      const { rows } = await database.query<PlaceFound>({
        name: 'places-of',
        text: 'SELECT postcode, nation, decile, rurality FROM events.place WHERE postcode = ANY($1::text[])',
        values: [asked],
      })
      const found = new Map(rows.map((row) => [row.postcode, toPlace(row)]))
      return new Map(
        [...plain].flatMap(([text, postcode]): [string, Place][] => {
          const place = found.get(postcode ?? '')
          return place === undefined ? [] : [[text, place]]
        }),
      )
    },
    async replace(source, rows, { at, mayKeep }) {
      const client = await database.pool.connect()
      let broken: Error | undefined
      try {
        await client.query('BEGIN')
        // One import at a time; whoever reads is not held up.
        await client.query('LOCK TABLE events.place_table IN EXCLUSIVE MODE')
        await client.query(INCOMING)
        const digests = new Map<Nation, Hash>()
        await copyRows(client, 'incoming_place (line, postcode, nation, decile, rurality)', linesOf(rows, digests))
        const tx: Queryable = { query: (statement) => client.query(statement as never) }
        const replaced = await settle(tx, source, { at, digests, mayKeep })
        await client.query(replaced.outcome === 'loaded' ? 'COMMIT' : 'ROLLBACK')
        return replaced
      } catch (error) {
        await client.query('ROLLBACK').catch((lost: Error) => {
          broken = lost
        })
        throw error
      } finally {
        client.release(broken)
      }
    },
    remove: (nation) =>
      database.transaction(async (tx) => {
        await tx.query({ text: 'DELETE FROM events.place WHERE nation = $1', values: [nation] })
        const { rowCount } = await tx.query({ text: 'DELETE FROM events.place_table WHERE nation = $1', values: [nation] })
        return rowCount === 1
      }),
  }
}

const INCOMING = `CREATE TEMPORARY TABLE incoming_place (line integer, postcode text COLLATE "C", nation text, decile smallint, rurality text) ON COMMIT DROP`

async function* linesOf(rows: AsyncIterable<NumberedPlace>, digests: Map<Nation, Hash>): AsyncGenerator<string> {
  for await (const { line, postcode, place } of rows) {
    const { nation, decile, rurality } = place
    const digest = digests.get(nation) ?? createHash('sha256')
    digests.set(nation, digest.update(`${postcode} ${decile ?? ''} ${rurality ?? ''}\n`))
    yield copyLine([line, postcode, nation, decile, rurality])
  }
}

interface Settling {
  readonly at: Date
  readonly digests: ReadonlyMap<Nation, Hash>
  readonly mayKeep: () => 'yes' | 'rehearse' | 'no'
}

/** What the rows that were copied come to. */
async function settle(tx: Queryable, source: PlaceSource, { at, digests, mayKeep }: Settling): Promise<Replaced> {
  const { rows: contradicting } = await tx.query<{ line: number; earlier: number | null }>({
    text: CONTRADICTING,
    values: [[...digests.keys()], MOST_NAMED],
  })
  const may = mayKeep()
  if (may === 'no' || contradicting.length > 0)
    return {
      outcome: 'refused',
      contradicting: contradicting.map(({ line, earlier }) => ({ line, ...(earlier === null ? {} : { earlier }) })),
    }
  const { rows: counts } = await tx.query<{ nation: Nation; places: number; deciles: number; ruralities: number }>({
    text: `SELECT nation, count(DISTINCT postcode)::integer AS places, count(DISTINCT postcode) FILTER (WHERE decile IS NOT NULL)::integer AS deciles,
                  count(DISTINCT postcode) FILTER (WHERE rurality IS NOT NULL)::integer AS ruralities FROM incoming_place GROUP BY nation ORDER BY nation`,
  })
  const tables = counts.map((count) => ({ ...source, ...count, loadedAt: at, digest: digests.get(count.nation)?.digest('hex') ?? '' }))
  if (may === 'rehearse') return { outcome: 'rehearsed', tables }
  const loaded = await tablesIn(tx)
  const isLoaded = (table: PlaceTable) =>
    loaded.some((one) => (['nation', 'name', 'edition', 'licence', 'digest'] as const).every((part) => one[part] === table[part]))
  if (tables.every(isLoaded)) return { outcome: 'same', tables }
  const nations = tables.map(({ nation }) => nation)
  await tx.query({ text: 'DELETE FROM events.place WHERE nation = ANY($1)', values: [nations] })
  await tx.query({
    text: `INSERT INTO events.place (postcode, nation, decile, rurality)
           SELECT DISTINCT ON (postcode) postcode, nation, decile, rurality FROM incoming_place ORDER BY postcode`,
  })
  await tx.query({ text: 'DELETE FROM events.place_table WHERE nation = ANY($1)', values: [nations] })
  for (const { nation, name, edition, licence, digest, places, deciles, ruralities } of tables)
    await tx.query({
      text: `INSERT INTO events.place_table (nation, name, edition, licence, digest, places, deciles, ruralities, loaded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      values: [nation, name, edition, licence, digest, places, deciles, ruralities, at],
    })
  return { outcome: 'loaded', tables }
}

/** A line that says the same as an earlier one is no contradiction. */
const CONTRADICTING = `
  SELECT line, earlier FROM (
    SELECT max(line) AS line, min(line) AS earlier FROM incoming_place GROUP BY postcode HAVING count(DISTINCT (nation, decile, rurality)) > 1
    UNION ALL
    SELECT incoming.line, NULL FROM incoming_place incoming JOIN events.place kept USING (postcode) WHERE kept.nation <> ALL($1::text[])
  ) found ORDER BY line LIMIT $2`

async function tablesIn(tx: Queryable): Promise<readonly PlaceTable[]> {
  const { rows } = await tx.query<Omit<PlaceTable, 'loadedAt'> & { loaded_at: Date }>({
    name: 'place-tables',
    text: 'SELECT nation, name, edition, licence, places, deciles, ruralities, digest, loaded_at FROM events.place_table ORDER BY nation',
  })
  return rows.map(({ loaded_at: loadedAt, ...table }) => ({ ...table, loadedAt }))
}

interface PlaceFound {
  readonly postcode: string
  readonly nation: Nation
  readonly decile: number | null
  readonly rurality: Place['rurality'] | null
}

const toPlace = ({ nation, decile, rurality }: PlaceFound): Place => ({
  nation,
  ...(decile === null ? {} : { decile }),
  ...(rurality === null || rurality === undefined ? {} : { rurality }),
})
