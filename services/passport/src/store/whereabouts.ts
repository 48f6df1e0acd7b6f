/** Of which stays the places are for the direct-care team alone: what the record and the maps of the sites say of it, as it is now. HAZ-A17 */
import type { HospitalSites } from '@handrail/fhir-profiles/hospital-sites'
import { namesOneOf, sensitiveWardsOf } from '@handrail/fhir-profiles/sensitive-wards'
import { isRestricted } from '@platform/fhir/whereabouts'
import { OWN_ID } from '@platform/nhs/systems'
import type { Queryable } from '@platform/service/database'
import { namesOfLocation, type PlacedStay } from '../domain/access/whereabouts.ts'
import { isObject, localReference, referencesAt, understood, valuesAt, type FhirResource } from '../domain/references.ts'
import { rowsForRules } from './record-store.ts'

/** A stay that says places, and whose it is. */
export interface WhoseStay extends PlacedStay {
  readonly patient: string | undefined
}

/** How far a place is followed to what it is part of: a bed, a bay, a ward, a building. */
const ROUNDS = 4

/** @returns those of the stays whose places nobody outside of the direct-care team is shown */
export async function confidential(
  database: Queryable,
  stays: readonly WhoseStay[],
  { sites, baseUrl }: { readonly sites: Pick<HospitalSites, 'sites'>; readonly baseUrl: string },
): Promise<ReadonlySet<WhoseStay>> {
  const someWards = sensitiveWardsOf(sites).length > 0
  const open = stays.filter(({ marked }) => !marked)
  const known = new Map<string, FhirResource | undefined>()
  const read = async (references: readonly string[]) => {
    const wanted = [...new Set(references)].filter((one) => !known.has(one))
    for (const one of wanted) known.set(one, undefined)
    for (const { type, id, deleted, content } of await rowsForRules(
      database,
      wanted.flatMap((one) => localReference(one) ?? []),
    ))
      if (!deleted) known.set(`${type}/${id}`, understood(JSON.parse(content) as FhirResource, baseUrl))
  }
  const places = someWards ? open.flatMap(({ locations }) => locations.map((id) => `Location/${id}`)) : []
  const hospitals = someWards ? open.flatMap(({ hospital }) => hospital ?? []) : []
  await read([...open.flatMap(({ patient }) => (patient === undefined ? [] : `Patient/${patient}`)), ...hospitals, ...places])
  const above = (reference: string) => referencesAt(known.get(reference), ['partOf']).map(({ type, id }) => `${type}/${id}`)
  for (let round = 1, within = places; round < ROUNDS && within.length > 0; round += 1) {
    within = within.flatMap(above)
    await read(within)
  }

  const isOfRestricted = ({ patient }: WhoseStay): boolean => {
    if (patient === undefined) return false
    const person = known.get(`Patient/${patient}`)
    // Of whom nothing is known it cannot be said that they may be found.
    return person === undefined || isRestricted(person)
  }
  const namesOf = (reference: string, round = 1): readonly string[] => [
    ...namesOfLocation(known.get(reference) ?? { resourceType: 'Location' }),
    ...(round < ROUNDS ? above(reference).flatMap((one) => namesOf(one, round + 1)) : []),
  ]
  const isOnSensitiveWard = ({ hospital, facility, names, locations }: WhoseStay): boolean => {
    const wards = sensitiveWardsOf(sites, facilityOf(hospital === undefined ? undefined : known.get(hospital)) ?? facility)
    return wards.length > 0 && [...names, ...locations.flatMap((id) => namesOf(`Location/${id}`))].some((name) => namesOneOf(wards, name))
  }
  return new Set(stays.filter((stay) => stay.marked || isOfRestricted(stay) || (someWards && isOnSensitiveWard(stay))))
}

/** The name under which a hospital has its map. */
const facilityOf = (hospital: FhirResource | undefined): string | undefined =>
  valuesAt(hospital, 'identifier')
    .filter(isObject)
    .flatMap(({ system, value }) => (system === OWN_ID.HL7V2_FACILITY && typeof value === 'string' ? value : []))[0]
