/** Feeds at work: what is due is read, what was read becomes listings, and the record says what the listings say. */
import type { Queues } from '@platform/service/queues'
import type { Feed, Feeds } from '../store/feeds/feeds.ts'
import type { ServiceDirectory } from '../store/directory.ts'
import type { KeptFeedStates } from '../store/feeds/feed-states.ts'
import type { Listings } from '../store/feeds/listings.ts'
import type { FhirRecord } from '../store/record.ts'
import type { OrganizationJobOptions } from './organization-changed.ts'
import { publishListings } from './publish-listings.ts'
import { readFeed, type FeedOutcome, type Progress, type ReadFeedOptions } from './read-feed.ts'

/** What they need. */
export interface FeedJobOptions extends ReadFeedOptions, Omit<OrganizationJobOptions, 'directory'> {
  readonly feeds: Feeds
  readonly directory: ServiceDirectory
  readonly listings: Listings
  readonly feedStates: KeptFeedStates
  readonly record: FhirRecord
}

/** The queue of feeds that are due. A job carries the number of a feed and nothing else; lost jobs are due again. */
export const FEED_QUEUE = 'referrals-feeds'

/** The work. */
export interface FeedJobs {
  /** Puts what is due into the queue. */
  enqueue(queues: Pick<Queues, 'add'>, now: Date): Promise<void>
  /** Reads one feed and makes its listings. */
  read(feed: number, options?: { readonly signal?: AbortSignal; readonly progress?: Progress }): Promise<FeedOutcome>
  /** Reads everything that is due, one after another. */
  readDue(now: Date): Promise<void>
  /** Makes listings of what was read, and says them in the record; so many of each at the most. */
  tend(most?: number): Promise<void>
}

const AT_ONCE = 200
const SAY_SILENT_AFTER_MS = 86_400_000

/** Puts the work together. */
export function feedJobs(options: FeedJobOptions): FeedJobs {
  const { feeds, listings, feedStates, clock } = options
  const read: FeedJobs['read'] = async (number, how = {}) => {
    const outcome = await readFeed(number, options, how)
    await feedStates.refresh()
    return outcome
  }
  const build = async (feed: Feed, most: number): Promise<void> => {
    for (let built = 0; built < most; built += AT_ONCE) if ((await listings.build(feed, clock.now(), AT_ONCE)) < AT_ONCE) return
  }
  return {
    read,
    async enqueue(queues, now) {
      const due = await feeds.due(now)
      const jobs = due.map(({ number, nextAt }) => ({
        name: 'read',
        data: { feed: number },
        id: `feed-${number}-${nextAt?.getTime() ?? 0}`,
      }))
      if (jobs.length > 0) await queues.add(FEED_QUEUE, jobs)
    },
    async readDue(now) {
      for (const { number } of await feeds.due(now)) await read(number)
    },
    async tend(most = 4_000) {
      for (const feed of await feeds.all()) {
        await build(feed, most)
        const silent = feed.failingSince !== undefined && clock.now().getTime() - feed.failingSince.getTime() >= SAY_SILENT_AFTER_MS
        const paused = feed.pausedAt !== undefined
        const saidSilent = silent || (feed.saidSilent && feed.failingSince !== undefined)
        if (saidSilent !== feed.saidSilent || paused !== feed.saidPaused) {
          await listings.sayAgain(feed.number)
          await feeds.said(feed.number, { silent: saidSilent, paused })
        }
      }
      let after: string | undefined
      for (let published = 0; published < most; published += AT_ONCE) {
        after = await publishListings(AT_ONCE, options, after)
        if (after === undefined) break
      }
      await feedStates.refresh()
    },
  }
}
