/**
 * What feeds say, kept as it came: by COPY straight into the table while nothing of it is there, else by COPY into a table of the connection and from
 * there over what is older. An item that is repeated, late or out of order changes nothing.
 */
import type { PoolClient } from 'pg'
import type { FeedItem } from '../../domain/listings/feed-page.ts'
import { isSession, PART_KINDS, type SessionFacts } from '../../domain/listings/session.ts'
import { copyLine, copyRows } from '@platform/service/copy-rows'

/** The two tables of originals. */
interface Table {
  readonly name: string
  readonly columns: readonly string[]
  readonly lineOf: (item: FeedItem, feed: number, at: string) => string
}

const ITEMS: Table = {
  name: 'feed_item',
  columns: ['feed', 'kind', 'id', 'modified', 'fetched_at', 'deleted', 'pending', 'body'],
  lineOf: ({ kind, id, modified, said }, feed, at) => copyLine([feed, kind, id, modified, at, said === undefined, true, said?.text ?? '']),
}

const SESSIONS: Table = {
  name: 'feed_session',
  columns: ['feed', 'kind', 'id', 'modified', 'fetched_at', 'deleted', 'series', 'starts_at', 'ends_at', 'places', 'status', 'body'],
  lineOf: ({ kind, id, modified, said }, feed, at) => {
    const { series, startsAt, endsAt, places, status }: Partial<SessionFacts> = said?.session ?? {}
    return copyLine([
      feed,
      kind,
      id,
      modified,
      at,
      said === undefined,
      series ?? '',
      startsAt,
      endsAt,
      places,
      status ?? '',
      said?.text ?? '',
    ])
  },
}

const UNIQUE_VIOLATION = '23505'

/**
 * Writes items of one feed inside the transaction that this connection is in.
 *
 * @param fresh whether the feed has never been read to its end, so that most of it is not here
 */
export async function writeOriginals(
  client: PoolClient,
  { feed, items, at, fresh }: { readonly feed: number; readonly items: readonly FeedItem[]; readonly at: Date; readonly fresh: boolean },
): Promise<void> {
  const newest = new Map<string, FeedItem>()
  for (const item of items) {
    const key = `${item.kind}\u0001${item.id}`
    const known = newest.get(key)
    if (known === undefined || known.modified < item.modified) newest.set(key, item)
  }
  const sessions: FeedItem[] = []
  const others: FeedItem[] = []
  for (const item of newest.values()) (isSession(item.kind) ? sessions : others).push(item)
  for (const [table, its] of [
    [ITEMS, others],
    [SESSIONS, sessions],
  ] as const) {
    if (its.length === 0) continue
    const lines = its.map((item) => table.lineOf(item, feed, at.toISOString()))
    if (!fresh || !(await straight(client, table, lines))) await over(client, table, lines)
  }
  await forgetParts(client, feed, others, at)
}

/** Sessions that stood inside an item and stand there no more. Looked for only in a feed that has such at all. */
async function forgetParts(client: PoolClient, feed: number, items: readonly FeedItem[], at: Date): Promise<void> {
  if (items.length === 0) return
  const { rowCount } = await client.query({
    name: 'feed-has-parts',
    // In the order of the index: a table that is being filled has no statistics yet, and must not be walked through for each batch.
    text: `(SELECT FROM referrals.feed_session WHERE feed = $1 AND kind = $2 ORDER BY feed, kind, id LIMIT 1)
      UNION ALL (SELECT FROM referrals.feed_session WHERE feed = $1 AND kind = $3 ORDER BY feed, kind, id LIMIT 1)`,
    values: [feed, ...PART_KINDS],
  })
  if (rowCount === 0) return
  await client.query({
    name: 'feed-parts-gone',
    // '$' is the character after '#': the range holds whatever begins with the prefix.
    text: `UPDATE referrals.feed_session AS part SET deleted = true, body = '', modified = whole.modified, fetched_at = $5
      FROM unnest($3::text[], $4::text[]) AS whole (id, modified)
      WHERE part.feed = $1 AND part.kind = ANY($2) AND part.id >= (whole.id || '#') COLLATE "C" AND part.id < (whole.id || '$') COLLATE "C"
        AND part.modified < whole.modified AND NOT part.deleted`,
    values: [feed, PART_KINDS, items.map(({ id }) => id), items.map(({ modified }) => modified), at],
  })
}

/** @returns whether it was taken: not when one of them is there already */
async function straight(client: PoolClient, { name, columns }: Table, lines: readonly string[]): Promise<boolean> {
  await client.query('SAVEPOINT straight')
  try {
    await copyRows(client, `referrals.${name} (${columns.join(', ')})`, lines)
    await client.query('RELEASE SAVEPOINT straight')
    return true
  } catch (error) {
    if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error
    await client.query('ROLLBACK TO SAVEPOINT straight')
    return false
  }
}

async function over(client: PoolClient, { name, columns }: Table, lines: readonly string[]): Promise<void> {
  const arriving = `pg_temp.${name}_arriving`
  await client.query(
    `CREATE TEMPORARY TABLE IF NOT EXISTS ${name}_arriving (LIKE referrals.${name} INCLUDING DEFAULTS) ON COMMIT DELETE ROWS`,
  )
  await copyRows(client, `${arriving} (${columns.join(', ')})`, lines)
  const list = columns.join(', ')
  const changed = columns
    .filter((column) => !['feed', 'kind', 'id'].includes(column))
    // What is said again in the same words does not make the listing anew.
    .map((column) =>
      column === 'pending'
        ? 'pending = kept.pending OR kept.body <> excluded.body OR kept.deleted <> excluded.deleted'
        : `${column} = excluded.${column}`,
    )
  await client.query(
    `INSERT INTO referrals.${name} AS kept (${list}) SELECT ${list} FROM ${arriving}
     ON CONFLICT (feed, kind, id) DO UPDATE SET ${changed.join(', ')} WHERE excluded.modified > kept.modified`,
  )
  await client.query(`DELETE FROM ${arriving}`)
}
