/** How a feed stands, in one word. */

/** `being-read`: its end was never reached. Of one that is paused or does not answer the listings stay as they were. */
export type FeedStanding = 'up-to-date' | 'being-read' | 'not-answering' | 'paused'

/** @param feed as it is kept */
export function standingOf(feed: { readonly nextAt?: Date; readonly failingSince?: Date; readonly completedAt?: Date }): FeedStanding {
  if (feed.nextAt === undefined) return 'paused'
  if (feed.failingSince !== undefined) return 'not-answering'
  return feed.completedAt === undefined ? 'being-read' : 'up-to-date'
}
