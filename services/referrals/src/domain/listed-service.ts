/** What a listed service says about itself, as matching reads it: place, access, entry rules, room, price, who confirmed it. Absent is not stated. */
import type { Extension, HealthcareService, Location } from '@medplum/fhirtypes'

const BASE = 'https://handrail.example/fhir/StructureDefinition'

/** A point on the earth, in degrees. */
export interface Position {
  readonly latitude: number
  readonly longitude: number
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
  readonly positions: readonly Position[]
  readonly postcodes: readonly string[]
  readonly attributes: ReadonlyMap<string, Attribute>
  readonly ageFrom?: number
  readonly ageTo?: number
  readonly conditions: readonly string[]
  /** Outward postcodes, postcode areas or nations. */
  readonly catchment: readonly string[]
  readonly languages: readonly string[]
  /** Times of day at which something is offered, `HH:MM:SS`. */
  readonly times: readonly { readonly start: string; readonly end?: string }[]
  readonly price?: number
  readonly concession?: number
  /** When a human last confirmed the listing, ISO 8601 date. */
  readonly confirmedOn?: string
  /** When its publisher last assured it: confirms time, place and price, not access. */
  readonly assuredOn?: string
  readonly publisher?: string
  /** Since when the feed it comes from has not answered. */
  readonly silentSince?: string
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
  const locations = (service.location ?? []).flatMap(({ reference }) => (reference === undefined ? [] : (locationOf(reference) ?? [])))
  return {
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
    times: (service.availableTime ?? []).flatMap(({ availableStartTime: start, availableEndTime: end }) =>
      start === undefined ? [] : [{ start, ...has('end', end) }],
    ),
    ...has('price', cost?.('price')?.valueMoney?.value),
    ...has('concession', cost?.('concession')?.valueMoney?.value),
    ...has('confirmedOn', confirmed?.('on')?.valueDate),
    ...has('assuredOn', source?.('assuredOn')?.valueDate),
    ...has('publisher', source?.('publisher')?.valueString),
    ...has('silentSince', source?.('silentSince')?.valueDateTime),
  }
}

const partsOf = (extension: Extension | undefined) => (url: string) => extension?.extension?.find((one) => one.url === url)
const allOf = (extension: Extension | undefined, url: string) => (extension?.extension ?? []).filter((one) => one.url === url)

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
