/**
 * Who could help, in order, with the reasons for and against each one, the excluded ones too. A person decides; nothing is
 * hidden and nothing is blocked. What is not known about a listing is a reason against it. See docs/decisions/0062.
 */
import type { ServiceRequest } from '@medplum/fhirtypes'
import { codesOf, type Directory, type Listing } from './directory.ts'

/** One reason, with the rule it comes from. */
export interface Reason {
  readonly rule: 'offers' | 'named' | 'in-use' | 'answers-for-it' | 'last-changed' | 'distance' | 'capacity'
  readonly says: string
}

/** A listing as an answer to a request. */
export interface Candidate {
  readonly listing: Listing
  /** An excluded one cannot be asked at all; the reasons against say why. */
  readonly excluded: boolean
  readonly for: readonly Reason[]
  readonly against: readonly Reason[]
}

const STALE_AFTER_DAYS = 180
const DAY_MS = 86_400_000

/**
 * Every listing that offers what is asked for or is named in the request, best first, the excluded last.
 *
 * @param asked.near a postcode or position; distances cannot be computed yet, and each candidate says so
 * @param asked.count the most candidates that are not excluded @default 10
 */
export function match(
  request: ServiceRequest,
  asked: { near?: string; count?: number },
  { at, directory }: { at: Date; directory: Directory },
): readonly Candidate[] {
  const wanted = wantedBy(request)
  const named = new Set((request.performer ?? []).map(({ reference }) => reference))
  const candidates = directory
    .all()
    .map((listing) => weigh(listing, { wanted, isNamed: named.has(listing.reference), near: asked.near, at }))
    .filter(({ for: reasons }) => reasons.some(({ rule }) => rule === 'offers' || rule === 'named'))
    .toSorted((one, other) => rank(other) - rank(one) || (one.listing.name < other.listing.name ? -1 : 1))
  const possible = candidates.filter(({ excluded }) => !excluded).slice(0, asked.count ?? 10)
  return [...possible, ...candidates.filter(({ excluded }) => excluded)]
}

interface Weighed {
  /** `system|code` */
  readonly wanted: readonly string[]
  readonly isNamed: boolean
  readonly near: string | undefined
  readonly at: Date
}

function weigh(listing: Listing, { wanted, isNamed, near, at }: Weighed): Candidate {
  const offered = wanted.flatMap((code) => listing.offers.get(code) ?? [])
  const ageDays = listing.changedAt === undefined ? undefined : Math.floor((at.getTime() - new Date(listing.changedAt).getTime()) / DAY_MS)
  const reason = (rule: Reason['rule'], says: string): Reason => ({ rule, says })
  const isOnesOwn = listing.organization !== undefined
  return {
    listing,
    excluded: !listing.active || !isOnesOwn,
    for: [
      ...(isNamed ? [reason('named', 'The request names it.')] : []),
      ...offered.map((words) => reason('offers', `It offers ${words}.`)),
      ...(ageDays !== undefined && ageDays <= STALE_AFTER_DAYS
        ? [reason('last-changed', `Its listing was last changed ${ageDays} days ago.`)]
        : []),
    ],
    against: [
      ...(listing.active ? [] : [reason('in-use', 'Its listing is no longer in use.')]),
      ...(isOnesOwn ? [] : [reason('answers-for-it', 'Its listing names no organisation that would answer.')]),
      ...(offered.length > 0 ? [] : [reason('offers', 'Its listing does not say that it offers what is asked for.')]),
      ...(ageDays === undefined ? [reason('last-changed', 'It is not known when its listing was last changed.')] : []),
      ...(ageDays !== undefined && ageDays > STALE_AFTER_DAYS
        ? [reason('last-changed', `Its listing was last changed ${ageDays} days ago.`)]
        : []),
      ...(near === undefined ? [] : [reason('distance', 'How far away it is, is not known.')]),
      reason('capacity', 'Whether it has room, and how long the wait is, is not known.'),
    ],
  }
}

const rank = ({ excluded, for: reasons, against }: Candidate): number =>
  (excluded ? -1000 : 0) + reasons.length * 10 - against.length + (reasons.some(({ rule }) => rule === 'named') ? 100 : 0)

/** What the request asks for, as `system|code`, in every place where R4 lets it say so. */
const wantedBy = ({ code, orderDetail = [], performerType }: ServiceRequest): readonly string[] =>
  [code, ...orderDetail, performerType].flatMap((concept) => (concept === undefined ? [] : codesOf(concept)))
