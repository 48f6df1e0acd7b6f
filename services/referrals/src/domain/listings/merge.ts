/**
 * One listing out of what several publishers say, field by field: what was checked last counts, whoever fetched it when. Where nobody has checked, the NHS
 * counts before a council and a council before a feed of sessions. Each field keeps the source that it is from.
 */
import type { FeedType } from './feed-page.ts'
import type { ListingFacts } from './facts.ts'

/** One original with where it is from. */
export interface Source {
  /** Name of the feed. */
  readonly feed: string
  readonly type: FeedType
  readonly publisher: string
  readonly licence: string
  readonly facts: ListingFacts
}

/** A merged listing. */
export interface Merged {
  readonly facts: ListingFacts
  /** Which feed each field is from. */
  readonly from: Readonly<Record<string, string>>
  /** Everybody whose words are in it, the one that says most first: shown wherever it is shown. */
  readonly sources: readonly {
    readonly feed: string
    readonly publisher: string
    readonly licence: string
    readonly url?: string
    readonly assuredOn?: string
    /** It says that the service has closed, while another says that it is open. */
    readonly isClosed?: boolean
  }[]
}

const RANK: Readonly<Record<FeedType, number>> = { ods: 0, oruk: 1, rpde: 2 }

const byTrust = (one: Source, other: Source): number =>
  order(other.facts.assuredOn ?? '', one.facts.assuredOn ?? '') || RANK[one.type] - RANK[other.type] || order(one.feed, other.feed)

const order = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** Merges them; nothing out of nothing. The order in which they are given does not count. */
export function merge(sources: readonly Source[]): Merged | undefined {
  const sorted = sources.toSorted(byTrust)
  const [first] = sorted
  if (first === undefined) return undefined
  const from: Record<string, string> = {}
  const facts: Record<string, unknown> = {}
  for (const { feed, facts: said } of sorted) {
    for (const [field, value] of Object.entries(said)) {
      if (field in facts || field === 'open') continue
      facts[field] = value
      from[field] = feed
    }
  }
  // It is open as long as one publisher says so; the one that says that it has closed is named as saying so.
  const isOpen = sorted.some(({ facts: { open } }) => open)
  facts['open'] = isOpen
  return {
    facts: facts as unknown as ListingFacts,
    from,
    sources: sorted.map(({ feed, publisher, licence, facts: { url, assuredOn, open } }) => ({
      feed,
      publisher,
      licence,
      ...(url === undefined ? {} : { url }),
      ...(assuredOn === undefined ? {} : { assuredOn }),
      ...(isOpen && !open ? { isClosed: true } : {}),
    })),
  }
}
