/**
 * Our own listings as Open Referral UK 3.0 says them (HSDS-UK), for anybody: facts about services and nothing of persons. A field without a value is
 * left out. Ids of what has none of its own are derived from the service's, so that they stay. https://docs.openreferraluk.org
 */
import { isInUse, type Directory, type Listing } from './directory.ts'
import { idIn, someOf, uuidOf } from './open-referral-ids.ts'
import { locationsOf } from './open-referral-places.ts'

/** What `/directory` answers. */
export const API_DETAILS = {
  version: 'HSDS-UK-3.0',
  profile: 'https://docs.openreferraluk.org/en/latest/',
  openapi_url: 'https://openreferraluk.org/specifications/3.0/openapi.json',
} as const

type Json = Readonly<Record<string, unknown>>

/** One taxonomy term: a kind of service. */
export interface Term {
  readonly id: string
  readonly code: string
  readonly name: string
  readonly description: string
  /** Address of the code system. */
  readonly taxonomy: string
  readonly taxonomy_id: string
}

/** The services that are ours to publish: in use, with a name and somebody who answers and has not closed, and not taken from another publisher's feed. */
export const ownServices = (directory: Directory): readonly Listing[] =>
  directory
    .all()
    .filter(
      (listing) =>
        listing.reference.startsWith('HealthcareService/') &&
        listing.organization !== undefined &&
        listing.facts?.publisher === undefined &&
        isInUse(listing, directory),
    )
    .toSorted((one, other) => (one.reference < other.reference ? -1 : 1))

/** A service. */
export function toService(listing: Listing, directory: Directory): Json {
  const { reference, name, facts, organization = '' } = listing
  const id = idIn(reference)
  const by = directory.listing(organization)
  const confirmed = facts?.confirmedOn
  const modified = modifiedAt(listing, directory)
  const description = descriptionOf(listing)
  return {
    id,
    name,
    ...(description === undefined ? {} : { description }),
    status: 'active',
    ...(confirmed === undefined ? {} : { assured_date: confirmed }),
    ...(modified === undefined ? {} : { last_modified: modified }),
    ...(facts?.ageFrom === undefined ? {} : { minimum_age: facts.ageFrom }),
    ...(facts?.ageTo === undefined ? {} : { maximum_age: facts.ageTo }),
    // The standard wants a description of every organisation; where the record has none, its name is what is known.
    organization: { id: idIn(organization), name: by?.name ?? organization, description: by?.name ?? organization },
    ...someOf(
      'attributes',
      termsIn(listing).map((term) => ({ id: uuidOf(`${id}/${term.taxonomy}|${term.code}`), taxonomy_term: term })),
    ),
    ...someOf(
      'service_at_locations',
      locationsOf(listing).map(({ at }) => at),
    ),
    ...someOf(
      'service_areas',
      (facts?.catchment ?? []).map((area) => ({ id: uuidOf(`${id}/area/${area}`), name: area })),
    ),
    ...someOf('cost_options', [
      ...(facts?.price === undefined ? [] : [{ id: uuidOf(`${id}/price`), amount: facts.price, currency: 'GBP' }]),
      ...(facts?.concession === undefined
        ? []
        : [{ id: uuidOf(`${id}/concession`), option: 'Concession', amount: facts.concession, currency: 'GBP' }]),
    ]),
    ...someOf(
      'languages',
      (facts?.languages ?? []).map((code) => ({ id: uuidOf(`${id}/language/${code}`), code })),
    ),
    ...someOf(
      'schedules',
      (facts?.times ?? []).map(({ start, end, days = [] }, index) => ({
        id: uuidOf(`${id}/schedule/${index}`),
        ...(days.length === 0 ? {} : { freq: 'WEEKLY', byday: days.map(dayOf).join(',') }),
        opens_at: start.slice(0, 5),
        ...(end === undefined ? {} : { closes_at: end.slice(0, 5) }),
      })),
    ),
  }
}

// An e-mail address, or nine digits and more with nothing but what is written between digits of a telephone number.
const WAY_TO_REACH = /\S@\S|(?:\d[\s()./-]*){9}/

/**
 * What the service says of itself, for anybody. Left out whole where a telephone number or an e-mail address stands in it: the record does not say
 * whether those may be public, and what is left of a sentence without them misleads. Decisions 114 and 631
 */
export function descriptionOf({ facts }: Listing): string | undefined {
  const words = facts?.description?.trim() ?? ''
  return words === '' || WAY_TO_REACH.test(words) ? undefined : words
}

/** FHIR's `mon` as iCalendar's `MO`. */
const dayOf = (day: string): string => day.slice(0, 2).toUpperCase()

/** When the service, one of its places or who answers for it was last changed, ISO 8601; nothing where the record does not say. */
export function modifiedAt({ changedAt, facts, organization = '' }: Listing, directory: Directory): string | undefined {
  const places = (facts?.places ?? []).map(({ location }) => location?.meta?.lastUpdated)
  return [changedAt, directory.listing(organization)?.changedAt, ...places]
    .filter((at) => at !== undefined)
    .toSorted((one, other) => Date.parse(other) - Date.parse(one))[0]
}

/** The terms of a service: what it offers. */
export const termsIn = ({ offers }: Listing): readonly Term[] => [...offers].map(([code, words]) => termOf(code, words))

/** Every term that one of these services has, by code. */
export function termsOf(services: readonly Listing[]): readonly Term[] {
  const terms = new Map(services.flatMap((one) => termsIn(one).map((term) => [term.id, term] as const)))
  return [...terms.values()].toSorted((one, other) => (one.code < other.code ? -1 : 1))
}

/** The taxonomies of these terms: the code systems that kinds of service are coded in. */
export const taxonomiesOf = (terms: readonly Term[]): readonly Json[] =>
  [...new Set(terms.map(({ taxonomy }) => taxonomy))].map((uri) => ({ id: uuidOf(uri), name: uri, uri, description: `Codes of ${uri}` }))

function termOf(coded: string, name: string): Term {
  const [taxonomy = '', code = ''] = coded.split('|')
  // The standard wants a description of every term; its name is what is known.
  return { id: uuidOf(coded), code, name, description: name, taxonomy, taxonomy_id: uuidOf(taxonomy) }
}

/** A page of a list, in the envelope of the standard. Pages count from 1; one beyond the last is empty. */
export function pageOf<T>(all: readonly T[], page: number, size: number) {
  const pages = Math.max(1, Math.ceil(all.length / size))
  const contents = all.slice((page - 1) * size, page * size)
  return {
    total_items: all.length,
    total_pages: pages,
    page_number: page,
    size: contents.length,
    first_page: page === 1,
    last_page: page >= pages,
    empty: contents.length === 0,
    contents,
  }
}
