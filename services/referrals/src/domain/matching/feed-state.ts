/** How the feeds stand that a listing is from. */
import type { Listing } from '../directory.ts'

/** When a feed last answered, since when it has not, and since when a person has paused it. */
export interface FeedState {
  readonly publisher?: string
  readonly answeredAt: Date | undefined
  readonly failingSince: Date | undefined
  readonly pausedAt?: Date | undefined
}

/** Says how a feed stands, by its name. */
export interface FeedStates {
  of(feed: string): FeedState | undefined
}

/** Identifier system that says from which feed a service is. */
export const FEED_ID = 'https://handrail.example/fhir/Id/feed'

/** A source of a listing that has stopped: what is from it is frozen. */
export interface Stopped {
  /** Where the listing has other sources too. */
  readonly publisher?: string
  readonly why: 'silent' | 'paused'
  /** ISO 8601. */
  readonly since: string
}

/** What the sources of a listing confirm of time, place and price. */
export interface Freshness {
  /** Every feed that they are from is live, or its publisher has assured them: when the one of them that was silent longest last answered. */
  readonly answeredAt?: Date
  /** Every publisher that they are from has assured them lately, or its feed is live. */
  readonly isAssured: boolean
  readonly stopped: readonly Stopped[]
}

/** A publisher's feed confirms time, place and price for so long after it answered. */
const LIVE_FOR_MS = 86_400_000

/**
 * @param isRecent whether what was assured on this day, ISO 8601, counts still
 */
export function freshnessOf(
  { identifiers, facts }: Pick<Listing, 'identifiers' | 'facts'>,
  feeds: FeedStates | undefined,
  at: Date,
  isRecent: (on: string) => boolean,
): Freshness {
  const names = identifiers.flatMap((identifier) => (identifier.startsWith(`${FEED_ID}|`) ? [identifier.slice(FEED_ID.length + 1)] : []))
  const said = facts?.sources ?? []
  // The record names its feeds and its sources in one order. Where it does not, nobody knows which is whose, and each counts for itself.
  const isPaired = names.length === said.length
  const sources = (isPaired || names.length === 0 ? said : names.map(() => undefined)).map((source, index) => {
    const state = feeds?.of(names[index] ?? '')
    const isLive = state?.answeredAt !== undefined && at.getTime() - state.answeredAt.getTime() <= LIVE_FOR_MS && !hasStopped(state)
    return {
      ...(source === undefined ? {} : { source }),
      ...(state === undefined ? {} : { state }),
      ...(isLive ? { answeredAt: state.answeredAt } : {}),
      isAssured: source?.assuredOn !== undefined && isRecent(source.assuredOn),
    }
  })
  const bySaying = sources.filter(({ source }) => (source?.says ?? []).length > 0)
  const from = bySaying.length > 0 ? bySaying : sources
  // What one publisher says has closed, another's word alone does not confirm.
  const isConfirmed =
    from.length > 0 &&
    !said.some(({ isClosed }) => isClosed === true) &&
    from.every(({ answeredAt, isAssured }) => answeredAt !== undefined || isAssured)
  const [oldest] = from.flatMap(({ answeredAt }) => answeredAt ?? []).toSorted((one, other) => one.getTime() - other.getTime())
  return {
    ...(isConfirmed && oldest !== undefined ? { answeredAt: oldest } : {}),
    isAssured: isConfirmed && from.some(({ isAssured }) => isAssured),
    stopped: sources.flatMap(({ source, state }) => {
      const publisher = state?.publisher ?? source?.publisher
      const silent = state === undefined ? source?.silentSince : state.failingSince?.toISOString()
      const paused = state === undefined ? source?.pausedSince : state.pausedAt?.toISOString()
      const named = publisher === undefined || sources.length < 2 ? {} : { publisher }
      return [
        ...(silent === undefined ? [] : [{ ...named, why: 'silent' as const, since: silent }]),
        ...(paused === undefined ? [] : [{ ...named, why: 'paused' as const, since: paused }]),
      ]
    }),
  }
}

const hasStopped = ({ failingSince, pausedAt }: FeedState): boolean => failingSince !== undefined || pausedAt !== undefined
