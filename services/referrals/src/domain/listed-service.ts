/** What a listed service says about itself, as matching reads it: place, access, entry rules, room, price, who confirmed it. Absent is not stated. */
import type { Extension, HealthcareService, Location } from '@medplum/fhirtypes'

const BASE = 'https://handrail.example/fhir/StructureDefinition'

/** A point on the earth, in degrees. */
export interface Position {
  readonly latitude: number
  readonly longitude: number
}

/** A place of a service. */
export interface ListedPlace {
  /** `Location/<id>`; absent where the listing names it in words alone. */
  readonly reference?: string
  /** In the words of the listing. */
  readonly words?: string
  /** Absent while it is not known here. */
  readonly location?: Location
}

/** One fact of the neuro access profile. */
export interface Attribute {
  readonly value: boolean | number | string
  readonly unit?: string
  readonly checkedBy?: string
  /** ISO 8601 date. */
  readonly checkedOn?: string
}

/** What a service says. */
export interface ServiceFacts {
  /** What it says of itself in words, where it is our own: nothing is matched on it. */
  readonly description?: string
  /** Every place that it names, with what is known of each, in the order of the listing. */
  readonly places: readonly ListedPlace[]
  /** Of the places whose coordinates are known. */
  readonly positions: readonly Position[]
  readonly postcodes: readonly string[]
  readonly attributes: ReadonlyMap<string, Attribute>
  readonly ageFrom?: number
  readonly ageTo?: number
  readonly conditions: readonly string[]
  /** Outward postcodes, postcode areas or nations. */
  readonly catchment: readonly string[]
  readonly languages: readonly string[]
  /** Times of day at which something is offered, `HH:MM:SS`; FHIR's days (mon, tue …) where they are stated. */
  readonly times: readonly { readonly start: string; readonly end?: string; readonly days?: readonly string[] }[]
  readonly price?: number
  readonly concession?: number
  /** When a human last confirmed the listing, ISO 8601 date. */
  readonly confirmedOn?: string
  /** When its publishers first named a place that they had not named before, ISO 8601 date: what was checked up to then was of the earlier one. */
  readonly movedOn?: string
  /** Who publishes it; nobody but this hub where that is absent. */
  readonly publisher?: string
  /** Everybody whose words are in it, the one that says most first. */
  readonly sources: readonly ListedSource[]
}

/** A publisher of a listing. */
export interface ListedSource {
  readonly publisher?: string
  /** When it last assured the listing: confirms time, place and price, not access. */
  readonly assuredOn?: string
  /** Since when its feed has not answered, or is paused: ISO 8601. */
  readonly silentSince?: string
  readonly pausedSince?: string
  /** What of `place`, `time` and `price` is from it; nothing where the record does not say. */
  readonly says?: readonly string[]
  /** It says that the service has closed, while another says that it is open. */
  readonly isClosed?: boolean
}

/**
 * Reads a service.
 *
 * @param locationOf a Location by `Location/<id>`, where it is known
 */
export function factsOf(service: HealthcareService, locationOf: (reference: string) => Location | undefined): ServiceFacts {
  const extensions = (name: string) => (service.extension ?? []).filter(({ url }) => url === `${BASE}/${name}`)
  const [eligibility, source, confirmed, cost] = ['service-eligibility', 'service-source', 'service-confirmed', 'service-cost'].map(
    (name) => partsOf(extensions(name)[0]),
  )
  const places = placesOf(service, locationOf)
  const locations = places.flatMap(({ location }) => location ?? [])
  const publisher = source?.('publisher')?.valueString
  return {
    // What a feed brought is published by its publisher, and would be held in memory for nothing.
    ...has('description', publisher === undefined ? service.comment : undefined),
    places,
    positions: locations.flatMap(({ position }) =>
      position?.latitude === undefined || position.longitude === undefined
        ? []
        : [{ latitude: position.latitude, longitude: position.longitude }],
    ),
    postcodes: locations.flatMap(({ address }) => (address?.postalCode === undefined ? [] : [address.postalCode])),
    attributes: new Map(extensions('service-attribute').flatMap(attributeOf)),
    ...has('ageFrom', eligibility?.('ageFrom')?.valueUnsignedInt),
    ...has('ageTo', eligibility?.('ageTo')?.valueUnsignedInt),
    conditions: allOf(extensions('service-eligibility')[0], 'condition').flatMap(({ valueCode }) => valueCode ?? []),
    catchment: allOf(extensions('service-eligibility')[0], 'catchment').flatMap(({ valueString }) => valueString ?? []),
    languages: (service.communication ?? []).flatMap(({ coding = [] }) => coding.flatMap(({ code }) => code ?? [])),
    times: (service.availableTime ?? []).flatMap(({ availableStartTime: start, availableEndTime: end, daysOfWeek: days }) =>
      start === undefined ? [] : [{ start, ...has('end', end), ...has('days', days) }],
    ),
    ...has('price', cost?.('price')?.valueMoney?.value),
    ...has('concession', cost?.('concession')?.valueMoney?.value),
    ...has('confirmedOn', confirmed?.('on')?.valueDate),
    ...has('movedOn', extensions('service-moved')[0]?.valueDate),
    ...has('publisher', publisher),
    sources: extensions('service-source').map(sourceOf),
  }
}

function placesOf({ location = [] }: HealthcareService, locationOf: (reference: string) => Location | undefined): readonly ListedPlace[] {
  const places = location.map(({ reference, display }) => ({
    ...has('reference', reference),
    ...has('words', display),
    ...has('location', reference === undefined ? undefined : locationOf(reference)),
  }))
  // A place that is named twice is one.
  const seen = new Set<string>()
  return places.filter(({ reference, words }) => {
    const key = reference ?? words
    if (key === undefined || seen.has(key)) return false
    seen.add(key)
    return true
  })
}

const partsOf = (extension: Extension | undefined) => (url: string) => extension?.extension?.find((one) => one.url === url)
const allOf = (extension: Extension | undefined, url: string) => (extension?.extension ?? []).filter((one) => one.url === url)

function sourceOf(extension: Extension): ListedSource {
  const part = partsOf(extension)
  const says = allOf(extension, 'says').flatMap(({ valueCode }) => valueCode ?? [])
  return {
    ...has('publisher', part('publisher')?.valueString),
    ...has('assuredOn', part('assuredOn')?.valueDate),
    ...has('silentSince', part('silentSince')?.valueDateTime),
    ...has('pausedSince', part('pausedSince')?.valueDateTime),
    ...has('isClosed', part('closed')?.valueBoolean === true ? true : undefined),
    ...has('says', says.length === 0 ? undefined : says),
  }
}

function attributeOf(extension: Extension): [string, Attribute][] {
  const part = partsOf(extension)
  const [code, value] = [part('attribute')?.valueCode, part('value')]
  const stated = value?.valueBoolean ?? value?.valueQuantity?.value ?? value?.valueString ?? value?.valueDate
  if (code === undefined || stated === undefined) return []
  return [
    [
      code,
      {
        value: stated,
        ...has('unit', value?.valueQuantity?.unit),
        ...has('checkedBy', part('checkedBy')?.valueString),
        ...has('checkedOn', part('checkedOn')?.valueDate),
      },
    ],
  ]
}

/** A property that is there only when it has a value. */
const has = <K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: V }
