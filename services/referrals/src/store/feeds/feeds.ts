/**
 * The feeds that are read: where each stands, and what it said last. Where a reading has come to and what it has read are written together, so that it goes
 * on exactly there, whatever happens in between.
 */
import type { Database } from '@platform/service/database'
import type { PoolClient } from 'pg'
import type { FeedItem, FeedType } from '../../domain/listings/feed-page.ts'
import { orderOf } from '../../domain/listings/feed-page.ts'
import type { ItemRefusal } from '../../domain/listings/item-refusal.ts'
import { keepRefusals, readRefusals, type KeptRefusal } from './feed-refusals.ts'
import { writeOriginals } from './originals.ts'

/** A feed as it stands. */
export interface Feed {
  readonly number: number
  readonly name: string
  readonly type: FeedType
  readonly url: string
  readonly publisher: string
  readonly licence: string
  /** Who decides what is in doubt. */
  readonly owner: string
  readonly everyS: number
  readonly cursor?: string
  readonly position?: string
  readonly pass: number
  readonly nextAt?: Date
  /** Since when nobody asks it, because a person said so. */
  readonly pausedAt?: Date
  readonly answeredAt?: Date
  readonly failingSince?: Date
  readonly failures: number
  readonly says: string
  /** Whether the record says that it does not answer. */
  readonly saidSilent: boolean
  /** Whether the record says that it is paused. */
  readonly saidPaused: boolean
  readonly completedAt?: Date
  readonly pages: number
  readonly items: number
  readonly refused: number
  readonly expected?: number
  /** Which organisation of the directory publishes it, `Organization/<id>`; who administers that one sees how it stands. */
  readonly organization?: string
  /** When its publisher last asked for it to be read now. */
  readonly askedAgainAt?: Date
}

/** What a new feed is made from. */
export type NewFeed = Pick<Feed, 'name' | 'type' | 'url' | 'publisher' | 'owner' | 'everyS' | 'organization'>

/** Pages that were read one after another. */
export interface Read {
  readonly items: readonly FeedItem[]
  readonly refused: readonly (ItemRefusal & { readonly address: string })[]
  readonly pages: number
  /** Where to go on; absent: from the beginning. */
  readonly cursor?: string
  readonly position?: string
  readonly licence?: string
  readonly expected?: number
  readonly at: Date
  /**
   * Set at the end of the feed: when it is asked again, and what becomes of what was not met: kept, gone after two whole readings, or gone at once
   * because a person has looked and says so.
   */
  readonly ended?: { readonly nextAt: Date; readonly whatIsGone: 'kept' | 'doubted' | 'accepted' }
}

/** Keeps feeds. */
export interface Feeds {
  all(): Promise<readonly Feed[]>
  named(name: string): Promise<Feed | undefined>
  /** @returns nothing when there is one of this name or address already */
  add(feed: NewFeed, at: Date): Promise<Feed | undefined>
  /** Those that are to be asked now and that nobody is reading. */
  due(now: Date): Promise<readonly Feed[]>
  /** Takes a feed for one reader. @returns nothing while somebody else reads it */
  claim(number: number, run: string, now: Date): Promise<Feed | undefined>
  /**
   * Writes what was read and where to go on.
   *
   * @throws RunLost when another reader has taken over
   */
  keep(feed: Feed, run: string, read: Read): Promise<void>
  /** It could not be read; it is tried again at this time. */
  failed(feed: Feed, run: string, failure: { readonly says: string; readonly at: Date; readonly nextAt: Date }): Promise<void>
  /** Lets go of it, as when the process stops. */
  release(number: number, run: string): Promise<void>
  /** Asks it again at once; from its beginning where that is said. */
  resume(name: string, how: { readonly nextAt: Date; readonly fromTheBeginning?: boolean }): Promise<Feed | undefined>
  /** Asks it no more for now. One that is paused already stays so since it was. */
  pause(name: string, at: Date): Promise<Feed | undefined>
  /** The record says now how it stands. */
  said(number: number, standing: { readonly silent: boolean; readonly paused: boolean }): Promise<void>
  /** Says which organisation publishes it; nobody where none is given. */
  publishedBy(name: string, organization: string | undefined): Promise<Feed | undefined>
  /** What its publisher has to mend, of the newest reading first: an item that was taken since, or that a whole reading met no more, is not in it. */
  refusals(number: number): Promise<readonly KeptRefusal[]>
}

/** Another reader has taken over: what this one holds is not written. */
export class RunLost extends Error {
  override readonly name = 'RunLost'
}

/** How long a reader may be silent before another takes over, in milliseconds. */
const LEASE_MS = 600_000

/** Opens them in a database. */
export function feedsIn(database: Database): Feeds {
  const one = async (text: string, values: readonly unknown[]): Promise<Feed | undefined> => {
    const { rows } = await database.query<Row>({ text, values })
    return rows[0] === undefined ? undefined : toFeed(rows[0])
  }
  return {
    async all() {
      const { rows } = await database.query<Row>({ name: 'feed-all', text: `SELECT ${COLUMNS} FROM referrals.feed ORDER BY name` })
      return rows.map(toFeed)
    },
    named: (name) => one(`SELECT ${COLUMNS} FROM referrals.feed WHERE name = $1`, [name]),
    add: ({ name, type, url, publisher, owner, everyS, organization }, at) =>
      one(
        `INSERT INTO referrals.feed (name, type, url, publisher, owner, every_s, next_at, organization) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`,
        [name, type, url, publisher, owner, everyS, at, organization ?? null],
      ),
    async due(now) {
      const text = `SELECT ${COLUMNS} FROM referrals.feed WHERE next_at <= $1 AND (run_until IS NULL OR run_until <= $1) ORDER BY next_at`
      const { rows } = await database.query<Row>({ name: 'feed-due', text, values: [now] })
      return rows.map(toFeed)
    },
    claim: (number, run, now) =>
      one(
        `UPDATE referrals.feed SET run = $2, run_until = $3 WHERE number = $1 AND (run_until IS NULL OR run_until <= $4) RETURNING ${COLUMNS}`,
        [number, run, new Date(now.getTime() + LEASE_MS), now],
      ),
    async keep(feed, run, read) {
      const client = await database.pool.connect()
      let broken: Error | undefined
      try {
        await client.query('BEGIN')
        // Rows and cursor are lost together, if at all, and are read again: only the end of a reading waits for the disk.
        if (read.ended === undefined) await client.query('SET LOCAL synchronous_commit = off')
        // The row of the feed first: of two readers only one comes past it.
        const { rowCount } = await client.query({ name: 'feed-keep', text: KEEP, values: keepValues(feed, run, read) })
        if (rowCount !== 1) throw new RunLost(`Feed ${feed.name} is read by somebody else.`)
        await writeOriginals(client, { feed: feed.number, items: read.items, at: read.at, fresh: feed.completedAt === undefined })
        await keepRefusals(client, feed, read)
        await holdRefused(client, feed, read)
        if (read.ended !== undefined && read.ended.whatIsGone !== 'kept')
          await forgetWhatIsGone(client, feed, read.at, read.ended.whatIsGone)
        await client.query('COMMIT')
      } catch (error) {
        await client.query('ROLLBACK').catch((lost: Error) => {
          broken = lost
        })
        throw error
      } finally {
        client.release(broken)
      }
    },
    async failed({ number }, run, { says, at, nextAt }) {
      const text = `UPDATE referrals.feed SET failing_since = coalesce(failing_since, $3), failures = failures + 1, says = $4,
          next_at = CASE WHEN next_at IS NULL THEN NULL ELSE $5::timestamptz END, run = NULL, run_until = NULL
        WHERE number = $1 AND run = $2`
      await database.query({ name: 'feed-failed', text, values: [number, run, at, says.slice(0, 500), nextAt] })
    },
    async release(number, run) {
      const text = 'UPDATE referrals.feed SET run = NULL, run_until = NULL WHERE number = $1 AND run = $2'
      await database.query({ name: 'feed-release', text, values: [number, run] })
    },
    resume: (name, { nextAt, fromTheBeginning = false }) =>
      one(
        `UPDATE referrals.feed SET next_at = $2, paused_at = NULL, cursor = CASE WHEN $3 THEN NULL ELSE cursor END,
           position = CASE WHEN $3 THEN NULL ELSE position END, pass = pass + CASE WHEN $3 THEN 1 ELSE 0 END
         WHERE name = $1 RETURNING ${COLUMNS}`,
        [name, nextAt, fromTheBeginning],
      ),
    pause: (name, at) =>
      one(`UPDATE referrals.feed SET next_at = NULL, paused_at = coalesce(paused_at, $2) WHERE name = $1 RETURNING ${COLUMNS}`, [name, at]),
    async said(number, { silent, paused }) {
      await database.query({
        name: 'feed-said',
        text: 'UPDATE referrals.feed SET said_silent = $2, said_paused = $3 WHERE number = $1',
        values: [number, silent, paused],
      })
    },
    publishedBy: (name, organization) =>
      one(`UPDATE referrals.feed SET organization = $2 WHERE name = $1 RETURNING ${COLUMNS}`, [name, organization ?? null]),
    refusals: (number) => readRefusals(database, number),
  }
}

const COLUMNS = `number, name, type, url, publisher, licence, owner, every_s, cursor, position, pass, next_at, answered_at, failing_since, failures, says,
  completed_at, pages, items, refused, expected, said_silent, said_paused, paused_at, organization, asked_again_at`

const KEEP = `
  UPDATE referrals.feed SET cursor = $3, position = coalesce($4, position), licence = CASE WHEN $5 = '' THEN licence ELSE $5 END,
    expected = coalesce($6, expected), pages = pages + $7, items = items + $8, refused = refused + $9, answered_at = $10,
    failing_since = NULL, failures = 0, says = '',
    run = CASE WHEN $11 THEN NULL ELSE run END, run_until = CASE WHEN $11 THEN NULL ELSE $12::timestamptz END,
    next_at = CASE WHEN $11 AND next_at IS NOT NULL THEN $13::timestamptz ELSE next_at END,
    completed_at = CASE WHEN $11 THEN $10 ELSE completed_at END,
    pass = pass + CASE WHEN $11 AND type <> 'rpde' THEN 1 ELSE 0 END
  WHERE number = $1 AND run = $2`

const keepValues = ({ number }: Feed, run: string, read: Read): unknown[] => [
  number,
  run,
  read.cursor ?? null,
  read.position ?? null,
  read.licence ?? '',
  read.expected ?? null,
  read.pages,
  read.items.length,
  read.refused.length,
  read.at,
  read.ended !== undefined,
  new Date(read.at.getTime() + LEASE_MS),
  read.ended?.nextAt ?? null,
]

/** A whole reading that met less than half of what is held is doubted: an empty directory is more often a fault than the truth. */
export class TooMuchGone extends Error {
  override readonly name = 'TooMuchGone'
}

/** What was met and cannot be taken as it is now, is still published: what was taken of it before stays. */
async function holdRefused(client: PoolClient, { number, type, pass }: Feed, { refused }: Read): Promise<void> {
  const ids = refused.flatMap(({ id }) => id ?? [])
  if (type !== 'oruk' || ids.length === 0) return
  await client.query({
    name: 'feed-refused-met',
    text: 'UPDATE referrals.feed_item SET modified = $2 WHERE feed = $1 AND id = ANY($3::text[]) AND NOT deleted AND modified < $2',
    values: [number, orderOf(pass), ids],
  })
}

/** What two whole readings did not meet is gone: of one alone, an item may have moved between its pages. */
async function forgetWhatIsGone(client: PoolClient, { number, pass, name }: Feed, at: Date, how: 'doubted' | 'accepted'): Promise<void> {
  const values = [number, orderOf(pass), orderOf(how === 'accepted' ? pass : Math.max(pass - 1, 0))]
  const { rows } = await client.query<{ held: string; met: string }>({
    name: 'feed-met',
    text: 'SELECT count(*) AS held, count(*) FILTER (WHERE modified >= $2) AS met FROM referrals.feed_item WHERE feed = $1 AND NOT deleted',
    values: values.slice(0, 2),
  })
  const [held, met] = [Number(rows[0]?.held ?? 0), Number(rows[0]?.met ?? 0)]
  if (how === 'doubted' && met * 2 < held)
    throw new TooMuchGone(`A whole reading of ${name} met ${met} of the ${held} listings that it had: nothing was taken away.`)
  await client.query({
    name: 'feed-gone',
    text: `UPDATE referrals.feed_item SET deleted = true, pending = true, body = '', modified = $2, fetched_at = $4
      WHERE feed = $1 AND NOT deleted AND modified < $3`,
    values: [...values, at],
  })
}

interface Row {
  readonly number: number
  readonly name: string
  readonly type: FeedType
  readonly url: string
  readonly publisher: string
  readonly licence: string
  readonly owner: string
  readonly every_s: number
  readonly cursor: string | null
  readonly position: string | null
  readonly pass: number
  readonly next_at: Date | null
  readonly answered_at: Date | null
  readonly failing_since: Date | null
  readonly failures: number
  readonly says: string
  readonly said_silent: boolean
  readonly said_paused: boolean
  readonly paused_at: Date | null
  readonly completed_at: Date | null
  readonly pages: string
  readonly items: string
  readonly refused: string
  readonly expected: string | null
  readonly organization: string | null
  readonly asked_again_at: Date | null
}

const toFeed = (row: Row): Feed => ({
  number: row.number,
  name: row.name,
  type: row.type,
  url: row.url,
  publisher: row.publisher,
  licence: row.licence,
  owner: row.owner,
  everyS: row.every_s,
  pass: row.pass,
  failures: row.failures,
  says: row.says,
  saidSilent: row.said_silent,
  saidPaused: row.said_paused,
  pages: Number(row.pages),
  items: Number(row.items),
  refused: Number(row.refused),
  ...(row.cursor === null ? {} : { cursor: row.cursor }),
  ...(row.position === null ? {} : { position: row.position }),
  ...(row.next_at === null ? {} : { nextAt: row.next_at }),
  ...(row.paused_at === null ? {} : { pausedAt: row.paused_at }),
  ...(row.answered_at === null ? {} : { answeredAt: row.answered_at }),
  ...(row.failing_since === null ? {} : { failingSince: row.failing_since }),
  ...(row.completed_at === null ? {} : { completedAt: row.completed_at }),
  ...(row.expected === null ? {} : { expected: Number(row.expected) }),
  ...(row.organization === null ? {} : { organization: row.organization }),
  ...(row.asked_again_at === null ? {} : { askedAgainAt: row.asked_again_at }),
})
