/** Items of feeds that could not be taken: kept for their publisher, until they are mended or gone. */
import type { Database } from '@platform/service/database'
import type { PoolClient } from 'pg'
import type { ItemRefusal } from '../../domain/listings/item-refusal.ts'
import type { Feed, Read } from './feeds.ts'

/** One that was kept. */
export interface KeptRefusal extends Omit<ItemRefusal, 'rule'> {
  /** When it was last met so. */
  readonly at: Date
  /** The page that it stood on. */
  readonly address: string
  /** A rule of `item-refusal.ts`; empty of one that was kept before rules were written down. */
  readonly rule: string
}

/** How many of a feed are kept, the newest. */
const MOST_REFUSALS = 100

/** Keeps what was refused, and lets go of what has been mended. In the transaction of the reading. */
export async function keepRefusals(client: PoolClient, feed: Feed, { refused, items, at, ended }: Read): Promise<void> {
  if (feed.refused > 0) await letGoOf(client, feed.number, new Set(items.map(({ id }) => id)))
  if (refused.length > 0) {
    const newest = refused.slice(-MOST_REFUSALS)
    await client.query({
      name: 'feed-refusal-add',
      text: `INSERT INTO referrals.feed_refusal (feed, at, pass, address, says, item, item_id, place, rule)
        SELECT $1, $2, $3, * FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])`,
      values: [
        feed.number,
        at,
        feed.pass,
        newest.map(({ address }) => address),
        newest.map(({ says }) => says),
        newest.map(({ item }) => item),
        newest.map(({ id }) => id ?? ''),
        newest.map(({ place }) => place),
        newest.map(({ rule }) => rule),
      ],
    })
    await client.query({
      name: 'feed-refusal-trim',
      text: `DELETE FROM referrals.feed_refusal WHERE feed = $1 AND number <=
        (SELECT number FROM referrals.feed_refusal WHERE feed = $1 ORDER BY number DESC OFFSET ${MOST_REFUSALS} LIMIT 1)`,
      values: [feed.number],
    })
  }
  // A whole reading has come to its end: what is wrong still was met by it again. ODS is asked for changes alone, and meets nothing twice.
  if (ended !== undefined && feed.type !== 'ods')
    await client.query({
      name: 'feed-refusal-past',
      text: 'DELETE FROM referrals.feed_refusal WHERE feed = $1 AND pass < $2',
      values: [feed.number, feed.pass],
    })
}

/** An item that is taken now is refused no more. */
async function letGoOf(client: PoolClient, feed: number, taken: ReadonlySet<string>): Promise<void> {
  const { rows } = await client.query<{ item_id: string }>({
    name: 'feed-refusal-ids',
    text: `SELECT DISTINCT item_id FROM referrals.feed_refusal WHERE feed = $1 AND item_id <> ''`,
    values: [feed],
  })
  const mended = rows.map(({ item_id: id }) => id).filter((id) => taken.has(id))
  if (mended.length === 0) return
  await client.query({
    name: 'feed-refusal-mended',
    text: 'DELETE FROM referrals.feed_refusal WHERE feed = $1 AND item_id = ANY($2::text[])',
    values: [feed, mended],
  })
}

/** Each once, however often it was met: the newest reading first, and as it was read. */
export async function readRefusals(database: Database, feed: number): Promise<readonly KeptRefusal[]> {
  const { rows } = await database.query<Omit<KeptRefusal, 'id'> & { readonly item_id: string }>({
    name: 'feed-refusals',
    text: `SELECT max(at) AS at, address, item, item_id, place, rule, says FROM referrals.feed_refusal WHERE feed = $1
      GROUP BY address, item, item_id, place, rule, says ORDER BY max(at) DESC, max(number)`,
    values: [feed],
  })
  return rows.map(({ item_id: id, ...row }) => ({ ...row, ...(id === '' ? {} : { id }) }))
}
