/**
 * A merged listing as the record holds it: HealthcareService, Organization and Location. What the feeds say is written anew each time; what people have
 * written of a service stays: who confirmed it, access attributes, room, whom it takes.
 */
import type {
  ContactPoint,
  Extension,
  HealthcareService,
  HealthcareServiceAvailableTime,
  Identifier,
  Location,
  Organization,
} from '@medplum/fhirtypes'
import { isDeepStrictEqual } from 'node:util'
import { CLOSURE } from '../directory.ts'
import { FEED_ID } from '../matching/feed-state.ts'
import { ACTIVITY_LIST } from './from-openactive.ts'
import type { NamedOrganization, Place } from './facts.ts'
import type { Merged } from './merge.ts'

const BASE = 'https://handrail.example/fhir'

/** Identifier system of what was made from feeds. */
const LISTING_ID = `${BASE}/Id/listing`

/** Identifier system of ODS codes. */
const ODS_CODE = 'https://fhir.nhs.uk/Id/ods-organization-code'

const OURS = ['service-source', 'service-cost'].map((name) => `${BASE}/StructureDefinition/${name}`)

/** When a service moved. What people wrote of it before stays, and was of the earlier place. */
const MOVED = `${BASE}/StructureDefinition/service-moved`

/** Which organisation took over from one that has closed. */
export const SUCCESSOR = `${BASE}/StructureDefinition/organization-successor`

/** The numbers of an organisation as identifiers; a number of its own where it has none. */
export const identifiersOf = ({ numbers }: NamedOrganization, key: string): readonly [Identifier, ...Identifier[]] => {
  const [first, ...others] = numbers.map((number): Identifier => {
    const at = number.lastIndexOf('-')
    const [list, value] = [number.slice(0, at), number.slice(at + 1)]
    return list === 'ODS' ? { system: ODS_CODE, value } : { system: `${BASE}/Id/${list}`, value }
  })
  return first === undefined ? [{ system: LISTING_ID, value: key }] : [first, ...others]
}

/** The organisation that answers for a listing. */
export function toOrganization(
  organization: NamedOrganization,
  key: string,
  place?: Place,
  { open = true, successor }: { open?: boolean; successor?: string | undefined } = {},
): Organization {
  return {
    resourceType: 'Organization',
    identifier: [...identifiersOf(organization, key)],
    ...(successor === undefined
      ? {}
      : { extension: [{ url: SUCCESSOR, valueReference: { identifier: { system: ODS_CODE, value: successor } } }] }),
    active: open,
    name: organization.name,
    ...(organization.url === undefined ? {} : { telecom: [{ system: 'url', value: organization.url }] }),
    ...(place === undefined || Object.keys(addressOf(place)).length === 0 ? {} : { address: [addressOf(place)] }),
  }
}

/**
 * An organisation that was in the record before, with what another directory says of it: that it has closed, or nothing. Whether it is in use, its own
 * entry says, as people wrote it. The very same where nothing is to be changed.
 */
export function withClosure(
  known: Organization,
  closed: { readonly by: string; readonly at: Date; readonly successor: string | undefined } | undefined,
): Organization {
  const before = known.extension?.find(({ url }) => url === CLOSURE)
  if (closed === undefined && before === undefined) return known
  const { extension: _before, ...rest } = known
  const others = (known.extension ?? []).filter(({ url }) => url !== CLOSURE)
  if (closed === undefined) return { ...rest, ...(others.length === 0 ? {} : { extension: others }) }
  const { by, at, successor } = closed
  const since = before?.extension?.find(({ url }) => url === 'since')?.valueDateTime ?? at.toISOString()
  const said: Extension = {
    url: CLOSURE,
    extension: [
      { url: 'by', valueString: by },
      { url: 'since', valueDateTime: since },
      ...(successor === undefined ? [] : [{ url: 'successor', valueReference: { identifier: { system: ODS_CODE, value: successor } } }]),
    ],
  }
  return isDeepStrictEqual(before, said) ? known : { ...rest, extension: [...others, said] }
}

/** A place of a listing. */
export function toLocation(place: Place, key: string, organization: string | undefined): Location {
  const { name, latitude, longitude } = place
  return {
    resourceType: 'Location',
    identifier: [{ system: LISTING_ID, value: key }],
    status: 'active',
    mode: 'instance',
    ...(name === undefined ? {} : { name }),
    ...(Object.keys(addressOf(place)).length === 0 ? {} : { address: addressOf(place) }),
    ...(latitude === undefined || longitude === undefined ? {} : { position: { latitude, longitude } }),
    ...(organization === undefined ? {} : { managingOrganization: { reference: organization } }),
  }
}

const addressOf = ({ lines, city, postcode }: Place) => ({
  ...(lines === undefined ? {} : { line: [...lines] }),
  ...(city === undefined ? {} : { city }),
  ...(postcode === undefined ? {} : { postalCode: postcode }),
})

/** Where a listing is in the record, and since when each of its feeds has not answered or is paused. */
export interface Standing {
  readonly id: string
  readonly organization?: string
  readonly places: readonly string[]
  readonly silentSince: ReadonlyMap<string, Date>
  readonly pausedSince?: ReadonlyMap<string, Date>
  /** The day on which it moved, where it has just now. ISO 8601 date */
  readonly movedOn?: string
}

/**
 * The service.
 *
 * @param known what the record has of it, with what people have written
 */
export function toHealthcareService({ facts, from, sources }: Merged, standing: Standing, known?: HealthcareService): HealthcareService {
  const { name, open, description, terms = [], times = [], languages = [], phone, email, url, access, price, concession } = facts
  const telecom: ContactPoint[] = [
    ...(phone === undefined ? [] : [{ system: 'phone' as const, value: phone }]),
    ...(email === undefined ? [] : [{ system: 'email' as const, value: email }]),
    ...(url === undefined ? [] : [{ system: 'url' as const, value: url }]),
  ]
  const { movedOn } = standing
  const written = (known?.extension ?? []).filter(({ url: of }) => !OURS.includes(of) && (movedOn === undefined || of !== MOVED))
  const others = (known?.identifier ?? []).filter(({ system }) => system !== LISTING_ID && system !== FEED_ID)
  const identifier: Identifier[] = [
    { system: LISTING_ID, value: standing.id },
    ...sources.map(({ feed }) => ({ system: FEED_ID, value: feed })),
    ...others,
  ]
  const cost: Extension[] =
    price === undefined
      ? []
      : [
          {
            url: `${BASE}/StructureDefinition/service-cost`,
            extension: [
              { url: 'price', valueMoney: { value: price, currency: 'GBP' } },
              ...(concession === undefined ? [] : [{ url: 'concession', valueMoney: { value: concession, currency: 'GBP' } as const }]),
            ],
          },
        ]
  return {
    ...asPeopleWrote(known),
    resourceType: 'HealthcareService',
    identifier,
    active: open,
    name,
    ...(standing.organization === undefined ? {} : { providedBy: { reference: standing.organization } }),
    ...(terms.length === 0
      ? {}
      : { type: terms.map(({ system, code, words }) => ({ coding: [{ system: systemOf(system), code, display: words }] })) }),
    ...(standing.places.length === 0 ? {} : { location: standing.places.map((reference) => ({ reference })) }),
    ...(description === undefined ? {} : { comment: description }),
    // A publisher's own words on access: shown as such. What matching counts on has been checked by a person.
    ...(access === undefined ? {} : { extraDetails: `The publisher says of access, and nobody has checked it: ${access}` }),
    ...(telecom.length === 0 ? {} : { telecom }),
    ...(languages.length === 0 ? {} : { communication: languages.map((code) => ({ coding: [{ system: 'urn:ietf:bcp:47', code }] })) }),
    ...(times.length === 0
      ? {}
      : {
          availableTime: times.map(({ days, start, end }): HealthcareServiceAvailableTime => ({
            ...(days === undefined ? {} : { daysOfWeek: [...days] as NonNullable<HealthcareServiceAvailableTime['daysOfWeek']> }),
            availableStartTime: start,
            ...(end === undefined ? {} : { availableEndTime: end }),
          })),
        }),
    extension: [
      ...written,
      ...(movedOn === undefined ? [] : [{ url: MOVED, valueDate: movedOn }]),
      ...sources.map((source) => sourceExtension(source, standing, from)),
      ...cost,
    ],
  }
}

/** A service without what the feeds say of it. The kinds that people give it are in `category`, `specialty` and `program`, and stay. */
function asPeopleWrote(known: HealthcareService | undefined): Partial<HealthcareService> {
  if (known === undefined) return {}
  const {
    type: _type,
    location: _location,
    comment: _comment,
    extraDetails: _details,
    telecom: _telecom,
    communication: _languages,
    ...rest
  } = known
  const { availableTime: _times, ...theirs } = rest
  return theirs
}

function sourceExtension(
  { feed, publisher, url, licence, assuredOn, isClosed }: Merged['sources'][number],
  { silentSince, pausedSince }: Standing,
  from: Merged['from'],
): Extension {
  const instant = (part: string, at: Date | undefined) => (at === undefined ? [] : [{ url: part, valueDateTime: at.toISOString() }])
  return {
    url: `${BASE}/StructureDefinition/service-source`,
    extension: [
      { url: 'publisher', valueString: publisher },
      ...(url === undefined || URL.parse(url) === null ? [] : [{ url: 'url', valueUrl: url }]),
      ...(licence === '' ? [] : [{ url: 'licence', valueString: licence }]),
      ...(assuredOn === undefined ? [] : [{ url: 'assuredOn', valueDate: assuredOn }]),
      ...(isClosed === true ? [{ url: 'closed', valueBoolean: true }] : []),
      ...instant('silentSince', silentSince.get(feed)),
      ...instant('pausedSince', pausedSince?.get(feed)),
      ...CONFIRMED_BY_FEED.filter(({ fields }) => fields.some((field) => from[field] === feed)).map(({ says }) => ({
        url: 'says',
        valueCode: says,
      })),
    ],
  }
}

/** What a live feed, or its publisher's assurance, confirms: of whom each is, is said with the source. */
const CONFIRMED_BY_FEED = [
  { says: 'place', fields: ['places'] },
  { says: 'time', fields: ['times'] },
  { says: 'price', fields: ['price', 'concession'] },
] as const

/** A vocabulary as an absolute address; one that a publisher only names is kept apart from all others. */
const systemOf = (system: string): string =>
  system === ACTIVITY_LIST || /^(https?|urn):/.test(system)
    ? system
    : `${BASE}/Id/vocabulary/${encodeURIComponent(system === '' ? 'unnamed' : system)}`
