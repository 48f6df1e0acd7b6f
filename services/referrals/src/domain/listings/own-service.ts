/** Services that the hub lists itself, and listings of feeds that may be one of them. By the written rules of `likenessOf`; a person decides in every case. */
import type { Directory, Listing } from '../directory.ts'
import { FEED_ID } from '../matching/feed-state.ts'
import type { ListingFacts } from './facts.ts'
import { DOUBTFUL, likenessOf, type Likeness } from './likeness.ts'

/** One of our own that a listing may be. */
export interface AlikeOwn extends Likeness {
  /** `HealthcareService/<id>` */
  readonly reference: string
}

/** Finds those of our own services that a listing may be, the likest one; nothing when none is like it. */
export type FindOwn = (facts: ListingFacts) => AlikeOwn | undefined

/** Reads the directory once: its own services by postcode. */
export function ownServicesIn(directory: Pick<Directory, 'all' | 'listing'>): FindOwn {
  const own = directory.all().filter(isOwn)
  const byPostcode = new Map<string, Listing[]>()
  for (const listing of own)
    for (const postcode of (listing.facts?.postcodes ?? []).map(plain))
      byPostcode.set(postcode, [...(byPostcode.get(postcode) ?? []), listing])
  return (facts) =>
    (facts.places ?? [])
      .flatMap(({ postcode }) => (postcode === undefined ? [] : (byPostcode.get(plain(postcode)) ?? [])))
      .map((listing) => ({ reference: listing.reference, ...likenessOf(facts, factsOf(listing, directory)) }))
      .filter(({ score }) => score >= DOUBTFUL)
      .toSorted((one, other) => other.score - one.score)[0]
}

const isOwn = ({ reference, active, identifiers }: Listing): boolean =>
  active && reference.startsWith('HealthcareService/') && !identifiers.some((one) => one.startsWith(`${FEED_ID}|`))

const plain = (postcode: string): string => postcode.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')

function factsOf({ name, facts, organization }: Listing, directory: Pick<Directory, 'listing'>): ListingFacts {
  const answers = organization === undefined ? undefined : directory.listing(organization)
  return {
    what: 'service',
    name,
    open: true,
    places: (facts?.postcodes ?? []).map((postcode) => ({ postcode })),
    ...(answers === undefined ? {} : { organization: { name: answers.name, numbers: answers.identifiers.flatMap(numberOf) } }),
  }
}

// As `numberIn` writes them: identifiers of organisations are made of these (`identifiersOf`).
const numberOf = (identifier: string): readonly string[] => {
  const [, ods, list, value] =
    /^(?:(https:\/\/fhir\.nhs\.uk\/Id\/ods-organization-code)|.*\/Id\/(GB-[A-Z]{2,5}))\|(.+)$/.exec(identifier) ?? []
  return value === undefined ? [] : [`${ods === undefined ? (list ?? '') : 'ODS'}-${value}`]
}
