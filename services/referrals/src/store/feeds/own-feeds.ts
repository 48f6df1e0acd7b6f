/** What an organisation sees of the feeds that it publishes, and of nobody else's. */
import type { Database } from '@platform/service/database'
import { readDoubtsOf, type OwnDoubt } from './doubts.ts'
import type { KeptRefusal } from './feed-refusals.ts'
import type { Feed, Feeds } from './feeds.ts'

/** A feed, and how much became of it. */
export interface OwnFeed extends Feed {
  /** Services and organisations that are in the directory by it. */
  readonly listed: number
  /** Items that its publisher has to mend, as far as they are kept. */
  readonly toMend: number
}

/** What came of asking for a feed to be read now. */
export type AskedAgain =
  { readonly went: 'unknown' } | { readonly went: 'paused' } | { readonly went: 'lately'; readonly from: Date } | { readonly went: 'asked' }

/** The feeds of organisations. Each is `Organization/<id>`. */
export interface OwnFeeds {
  of(organization: string): Promise<readonly OwnFeed[]>
  /** Open doubts that touch a listing of theirs, the first due first. */
  doubts(organization: string): Promise<readonly OwnDoubt[]>
  /** @returns nothing where no feed of theirs has this name */
  refusals(organization: string, name: string): Promise<readonly KeptRefusal[] | undefined>
  /** Has it read as soon as somebody has time; once an hour. */
  askAgain(organization: string, name: string, now: Date): Promise<AskedAgain>
}

/** How long after its publisher asked for it a feed is read on asking again, in milliseconds. */
export const ASKED_AGAIN_AFTER_MS = 3_600_000

/** Opens them in a database. */
export function ownFeedsIn(database: Database, feeds: Pick<Feeds, 'all' | 'named' | 'refusals'>): OwnFeeds {
  const own = async (organization: string, name: string): Promise<Feed | undefined> => {
    const feed = await feeds.named(name)
    return feed?.organization === organization ? feed : undefined
  }
  return {
    async of(organization) {
      const theirs = (await feeds.all()).filter((feed) => feed.organization === organization)
      const counts = await listedBy(
        database,
        theirs.map(({ number }) => number),
      )
      return Promise.all(
        theirs.map(async (feed) => ({
          ...feed,
          listed: counts.get(feed.number) ?? 0,
          toMend: (await feeds.refusals(feed.number)).length,
        })),
      )
    },
    doubts: (organization) => readDoubtsOf(database, organization),
    async refusals(organization, name) {
      const feed = await own(organization, name)
      return feed === undefined ? undefined : feeds.refusals(feed.number)
    },
    async askAgain(organization, name, now) {
      const text = `UPDATE referrals.feed SET next_at = least(next_at, $3), asked_again_at = $3
        WHERE organization = $1 AND name = $2 AND next_at IS NOT NULL AND (asked_again_at IS NULL OR asked_again_at <= $4)`
      const values = [organization, name, now, new Date(now.getTime() - ASKED_AGAIN_AFTER_MS)]
      const { rowCount } = await database.query({ name: 'feed-ask-again', text, values })
      if (rowCount === 1) return { went: 'asked' }
      const feed = await own(organization, name)
      if (feed === undefined) return { went: 'unknown' }
      if (feed.nextAt === undefined || feed.askedAgainAt === undefined) return { went: 'paused' }
      return { went: 'lately', from: new Date(feed.askedAgainAt.getTime() + ASKED_AGAIN_AFTER_MS) }
    },
  }
}

async function listedBy(database: Database, feeds: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const { rows } = await database.query<{ feed: number; listed: string }>({
    name: 'feed-listed',
    text: `SELECT source.feed, count(DISTINCT source.listing) AS listed
      FROM referrals.listing_source AS source JOIN referrals.listing ON listing.id = source.listing
      WHERE source.feed = ANY($1::smallint[]) AND listing.open GROUP BY source.feed`,
    values: [feeds],
  })
  return new Map(rows.map(({ feed, listed }) => [feed, Number(listed)]))
}
