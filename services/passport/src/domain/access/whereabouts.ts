/**
 * The places of a stay (Encounter) of somebody whose whereabouts are restricted, or on a sensitive ward: for the direct-care team alone. That are the
 * organisations of the person's care team which are shown a person whole, and the hospital whose stay it is; the person too, and the hub's own services.
 * Pure. HAZ-A17
 */
import { elementsLeft, IN_THE_RECORD, inParts, type PayloadPart } from '@handrail/fhir-profiles/payload-parts'
import type { Role } from '@platform/fhir/caller'
import { parseJson } from '@platform/fhir/json'
import { subsetted } from '@platform/fhir/subsetted'
import { isMarkedSensitive } from '@platform/fhir/whereabouts'
import { referencesAt, understood, valuesAt, type FhirResource } from '../references.ts'
import type { Kind } from './policy.ts'
import { mayBeShownInPart } from './shown-in-part.ts'

/** How a member of the direct-care team stands to the person. An open request, an agreement or an emergency makes nobody one. */
export const DIRECT_CARE: readonly Kind[] = ['care-team', 'mental-health-team']

/** Whether one of this role may be outside of the direct-care team at all. A carer is. */
export const mayBeOutside = (role: Role): boolean => role === 'carer' || mayBeShownInPart(role)

/** Whose stay it is says their number to whoever is shown the stay. */
const SHOWN: ReadonlySet<PayloadPart> = new Set(['numbers'])

/** What a stay says of its places. */
export interface PlacedStay {
  /** The text without them, tagged SUBSETTED. Numbers keep their digits. FHIR R4 Resource.meta.tag */
  readonly without: string
  /** The hospital marks the stay itself as sensitive. */
  readonly marked: boolean
  /** The hospital, `Organization/…`, where it is one of the record. */
  readonly hospital?: string
  /** Under what the hospital is named, where it is no resource. */
  readonly facility?: string
  /** Words and numbers by which places are named. */
  readonly names: readonly string[]
  /** Places that are resources of the record, ids of Locations. */
  readonly locations: readonly string[]
}

/** The places of an Encounter; nothing where it has none. @param baseUrl references that begin with it are references to this record */
export function placesOf(content: string, baseUrl: string): PlacedStay | undefined {
  const { exact, value } = parseJson(content)
  const left = inParts('stay', exact as object, SHOWN, IN_THE_RECORD.stay)
  if (JSON.stringify(left) === JSON.stringify(exact)) return undefined
  const stay = understood(value as FhirResource, baseUrl)
  const [hospital] = referencesAt(stay, ['serviceProvider'])
  const facility = valuesAt(stay, 'serviceProvider.identifier.value').find((one) => typeof one === 'string')
  const places = ['location.location', 'hospitalization.origin', 'hospitalization.destination'].flatMap((path) => valuesAt(stay, path))
  return {
    without: JSON.stringify(subsetted(left)),
    marked: isMarkedSensitive(stay),
    ...(hospital === undefined ? {} : { hospital: `${hospital.type}/${hospital.id}` }),
    ...(facility === undefined ? {} : { facility }),
    names: [
      ...places.flatMap((place) =>
        [...valuesAt(place, 'display'), ...valuesAt(place, 'identifier.value')].filter((one) => typeof one === 'string'),
      ),
      ...valuesAt(stay, 'contained').flatMap((one) => namesOfLocation(one as FhirResource)),
    ],
    locations: referencesAt({ places }, ['places']).flatMap(({ type, id }) => (type === 'Location' ? [id] : [])),
  }
}

/** By what a place that is a resource is named. */
export const namesOfLocation = (location: FhirResource): readonly string[] =>
  ['name', 'alias', 'identifier.value'].flatMap((path) => valuesAt(location, path)).filter((one) => typeof one === 'string')

/** Elements of an Encounter by which whoever is not shown its places may search. */
export const searchedWithoutPlaces = (): ReadonlySet<string> => elementsLeft('stay', SHOWN, IN_THE_RECORD.stay)

/** What else may stand in a search of one's own stays by place. */
const BESIDE =
  /^(location|location-period|status|class|date|patient|subject|service-provider|_count|_total|_summary|_elements|_format|_pretty|_sort|_id|_lastUpdated)$/

/**
 * Whether a search finds nothing but stays of which the caller is the hospital: their places are shown to it whole, and it may search by them.
 *
 * @param mine the references under which the caller acts
 */
export function asksOfOwnStays(
  type: string,
  parameters: readonly (readonly [name: string, value: string])[],
  mine: readonly string[],
): boolean {
  return (
    type === 'Encounter' &&
    parameters.some(([name, value]) => name === 'service-provider' && mine.includes(value)) &&
    parameters.every(([name]) => BESIDE.test(name))
  )
}
