/**
 * Our own listings as Open Referral UK 3.0 says them (HSDS-UK), for anybody: facts about services and nothing of persons. A field without a value is
 * left out. Ids of what has none of its own are derived from the service's, so that they stay. https://docs.openreferraluk.org
 */
import { createHash } from 'node:crypto'
import type { Directory, Listing } from './directory.ts'

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
  readonly taxonomy: string
}

/** The services that are ours to publish: in use, with a name and somebody who answers, and not taken from another publisher's feed. */
export const ownServices = (directory: Directory): readonly Listing[] =>
  directory
    .all()
    .filter(
      ({ reference, active, organization, facts }) =>
        reference.startsWith('HealthcareService/') && active && organization !== undefined && facts?.publisher === undefined,
    )
    .toSorted((one, other) => (one.reference < other.reference ? -1 : 1))

/** A service. */
export function toService(listing: Listing, directory: Directory): Json {
  const { reference, name, facts, changedAt, organization = '' } = listing
  const id = idIn(reference)
  const by = directory.listing(organization)
  const confirmed = facts?.confirmedOn
  return {
    id,
    name,
    status: 'active',
    ...(confirmed === undefined ? {} : { assured_date: confirmed }),
    ...(changedAt === undefined ? {} : { last_modified: changedAt }),
    ...(facts?.ageFrom === undefined ? {} : { minimum_age: facts.ageFrom }),
    ...(facts?.ageTo === undefined ? {} : { maximum_age: facts.ageTo }),
    // The standard wants a description of every organisation; where the record has none, its name is what is known.
    organization: { id: idIn(organization), name: by?.name ?? organization, description: by?.name ?? organization },
    ...someOf(
      'attributes',
      [...listing.offers].map(([code, words]) => ({ id: uuidOf(`${id}/${code}`), taxonomy_term: termOf(code, words) })),
    ),
    ...someOf(
      'service_at_locations',
      locationsOf(listing).map(({ at }) => at),
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
      (facts?.times ?? []).map(({ start, end }, index) => ({
        id: uuidOf(`${id}/schedule/${index}`),
        opens_at: start.slice(0, 5),
        ...(end === undefined ? {} : { closes_at: end.slice(0, 5) }),
      })),
    ),
  }
}

/** The places of a service, each with its id. */
export function locationsOf({ reference, facts }: Listing): readonly { readonly id: string; readonly at: Json }[] {
  const service = idIn(reference)
  return (facts?.positions ?? []).map(({ latitude, longitude }, index) => {
    const id = uuidOf(`${service}/at/${index}`)
    const location = { id: uuidOf(`${service}/location/${index}`), location_type: 'physical', latitude, longitude }
    return { id, at: { id, location } }
  })
}

/** Every term that one of these services has, by code. */
export function termsOf(services: readonly Listing[]): readonly Term[] {
  const terms = new Map(services.flatMap(({ offers }) => [...offers].map(([code, words]) => [code, termOf(code, words)] as const)))
  return [...terms.values()].toSorted((one, other) => (one.code < other.code ? -1 : 1))
}

/** The taxonomies of these terms: the code systems that kinds of service are coded in. */
export const taxonomiesOf = (terms: readonly Term[]): readonly Json[] =>
  [...new Set(terms.map(({ taxonomy }) => taxonomy))].map((uri) => ({ id: uuidOf(uri), name: uri, uri, description: `Codes of ${uri}` }))

function termOf(coded: string, name: string): Term {
  const [taxonomy = '', code = ''] = coded.split('|')
  return { id: uuidOf(coded), code, name, taxonomy }
}

/** A page of a list, in the envelope of the standard. Pages count from 1. */
export function pageOf<T>(all: readonly T[], page: number, size: number) {
  const pages = Math.max(1, Math.ceil(all.length / size))
  return {
    total_items: all.length,
    total_pages: pages,
    page_number: page,
    size,
    first_page: page === 1,
    last_page: page >= pages,
    empty: all.length === 0,
    contents: all.slice((page - 1) * size, page * size),
  }
}

const idIn = (reference: string): string => reference.slice(reference.indexOf('/') + 1)

function uuidOf(name: string): string {
  const digits = createHash('sha256').update(name).digest('hex')
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20, 32)}`
}

const someOf = <K extends string>(name: K, values: readonly unknown[]): { readonly [P in K]?: readonly unknown[] } =>
  (values.length === 0 ? {} : { [name]: values }) as { readonly [P in K]?: readonly unknown[] }
