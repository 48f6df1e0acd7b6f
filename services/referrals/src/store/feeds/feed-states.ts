/** How the feeds stand, in memory, for matching: a listing is as fresh as the feed that it is from. */
import type { FeedState, FeedStates } from '../../domain/matching/feed-state.ts'
import type { Feeds } from './feeds.ts'

/** The states, and what keeps them true. */
export interface KeptFeedStates extends FeedStates {
  refresh(): Promise<void>
}

/** Opens them. Nothing is known until `refresh`. */
export function openFeedStates(feeds: Pick<Feeds, 'all'>): KeptFeedStates {
  let states: ReadonlyMap<string, FeedState> = new Map()
  return {
    of: (feed) => states.get(feed),
    async refresh() {
      states = new Map(
        (await feeds.all()).map(({ name, publisher, answeredAt, failingSince, pausedAt }) => [
          name,
          { publisher, answeredAt, failingSince, pausedAt },
        ]),
      )
    },
  }
}
