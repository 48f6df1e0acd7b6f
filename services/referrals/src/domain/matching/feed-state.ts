/** How the feed stands that a listing is from. */

/** When a feed last answered, and since when it has not. */
export interface FeedState {
  readonly answeredAt: Date | undefined
  readonly failingSince: Date | undefined
}

/** Says how a feed stands, by its name. */
export interface FeedStates {
  of(feed: string): FeedState | undefined
}

/** Identifier system that says from which feed a service is. */
export const FEED_ID = 'https://handrail.example/fhir/Id/feed'

/** A publisher's feed confirms time, place and price for so long after it answered. */
const LIVE_FOR_MS = 86_400_000

/** What the feeds of a listing confirm: that one of them is live, or since when none has answered. */
export function freshnessOf(
  identifiers: readonly string[],
  feeds: FeedStates | undefined,
  at: Date,
): { readonly answeredAt?: Date; readonly silentSince?: Date } {
  const states = identifiers.flatMap((identifier) =>
    identifier.startsWith(`${FEED_ID}|`) ? (feeds?.of(identifier.slice(FEED_ID.length + 1)) ?? []) : [],
  )
  const answered = states
    .flatMap(({ answeredAt, failingSince }) => (answeredAt === undefined || failingSince !== undefined ? [] : [answeredAt]))
    .filter((answeredAt) => at.getTime() - answeredAt.getTime() <= LIVE_FOR_MS)
    .toSorted((one, other) => other.getTime() - one.getTime())
  if (answered[0] !== undefined) return { answeredAt: answered[0] }
  const silent = states.flatMap(({ failingSince }) => failingSince ?? []).toSorted((one, other) => one.getTime() - other.getTime())
  return silent[0] === undefined || silent.length < states.length ? {} : { silentSince: silent[0] }
}
