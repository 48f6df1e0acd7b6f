/**
 * Who could help, in order, with the reasons for and against each one, the excluded ones too. A person decides; nothing is hidden and nothing is
 * blocked. Decisions 62 and 110.
 */
import type { ServiceRequest } from '@medplum/fhirtypes'
import type { Directory, Listing } from '../directory.ts'
import { askedIn } from './asked.ts'
import type { FeedStates } from './feed-state.ts'
import type { HarmWarning } from './harm-warnings.ts'
import { isTooFar, judge, type Judgement } from './rules.ts'
import { matchingWords, type MatchingLanguage } from './words.ts'

/** A listing as an answer to a request. */
export interface Candidate extends Judgement {
  readonly listing: Listing
  /** An excluded one cannot be asked, or says that it does not take this; the reasons against say why. */
  readonly excluded: boolean
}

/** What is answered. */
export interface Matched {
  /** Best first, those that are not excluded. */
  readonly options: readonly Candidate[]
  /** Those nearest, up to fifty. */
  readonly excluded: readonly Candidate[]
  /** All other excluded ones, counted by the rule. */
  readonly elsewhere: ReadonlyMap<string, number>
  /** How many options there are beside those; absent where there are none. */
  readonly more?: number
  /** Every one that was judged, shown or not: what the rules did to them is counted. */
  readonly judged: readonly Candidate[]
  /** How many were too far away to be judged. */
  readonly tooFar: number
  /** That there is no choice, in words; absent where there are two options or more. */
  readonly note?: string
}

/** The most excluded ones that are shown with their reasons; the rest are counted. */
export const EXCLUDED_SHOWN = 50

/**
 * Every listing that offers what is asked for or is named in the request.
 *
 * @param given.near a postcode, or `latitude,longitude`
 * @param given.count the most options @default 10
 * @param given.language of the reasons @default English
 */
export function match(
  request: ServiceRequest,
  given: { near?: string; count?: number; withinKm?: number; language?: MatchingLanguage },
  { at, directory, warnings, feeds }: { at: Date; directory: Directory; warnings: readonly HarmWarning[]; feeds?: FeedStates },
): Matched {
  const { language, ...where } = given
  const words = matchingWords(language)
  const asked = askedIn(request, { at, ...where })
  const found = new Set(asked.wanted.flatMap((code) => [...directory.offering(code)]))
  for (const reference of asked.named) {
    const listing = directory.listing(reference)
    if (listing !== undefined) found.add(listing)
  }
  const elsewhere = new Map<string, number>()
  const options: Candidate[] = []
  const excluded: Candidate[] = []
  for (const listing of found) {
    // Far away: counted and not judged further, unless it is named.
    if (!asked.named.has(listing.reference) && isTooFar(listing, asked)) {
      elsewhere.set('distance', (elsewhere.get('distance') ?? 0) + 1)
      continue
    }
    const judgement = judge(listing, asked, warnings, { feeds, answers: directory.listing(listing.organization ?? ''), words })
    const candidate = { ...judgement, listing, excluded: judgement.excludedBy.length > 0 }
    ;(candidate.excluded ? excluded : options).push(candidate)
  }
  options.sort(byRank)
  excluded.sort((one, other) => (one.distanceKm ?? Infinity) - (other.distanceKm ?? Infinity) || byName(one, other))
  const tooFar = elsewhere.get('distance') ?? 0
  for (const { excludedBy } of excluded.slice(EXCLUDED_SHOWN)) {
    for (const rule of excludedBy) elsewhere.set(rule, (elsewhere.get(rule) ?? 0) + 1)
  }
  const note = NOTE[options.length]
  const shown = options.slice(0, given.count ?? 10)
  return {
    options: shown,
    excluded: excluded.slice(0, EXCLUDED_SHOWN),
    elsewhere,
    judged: [...options, ...excluded],
    tooFar,
    ...(note === undefined ? {} : { note }),
    ...(options.length === shown.length ? {} : { more: options.length - shown.length }),
  }
}

const NOTE: Readonly<Record<number, string>> = {
  0: 'No option is known. The single point of access decides, or the need goes into the unmet-need ledger.',
  1: 'Only one option is known.',
}

// Order is a convenience (decision 62): what was named first, what is stale last, then by reasons, then by distance.
const weight = (candidate: Candidate): number =>
  (candidate.for.some(({ rule }) => rule === 'named') ? 10_000 : 0) -
  (candidate.stale ? 1_000 : 0) -
  (candidate.against.some(({ rule }) => rule === 'harm') ? 500 : 0) +
  candidate.for.length * 10 -
  candidate.against.length

const byName = (one: Candidate, other: Candidate): number =>
  one.listing.name < other.listing.name ? -1 : one.listing.name > other.listing.name ? 1 : 0

const byRank = (one: Candidate, other: Candidate): number =>
  weight(other) - weight(one) || (one.distanceKm ?? Infinity) - (other.distanceKm ?? Infinity) || byName(one, other)
