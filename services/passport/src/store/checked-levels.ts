/** Keeps `domain/access/checked-level.ts` on every write, and adds the Provenance of each level that is raised. */
import type { Caller } from '@platform/fhir/caller'
import { CHECKED_LEVEL, faultOfLevel, isHigher, levelOf, provenanceOf } from '../domain/access/checked-level.ts'
import { patientOf } from '../domain/compartment.ts'
import type { FhirResource } from '../domain/references.ts'
import type { Planned } from './change-record.ts'
import { plannedCreate } from './planned-create.ts'

/**
 * @param at when the level was raised, real time
 * @returns the planned writes, and a Provenance for each raised level
 * @throws LEVEL_UNKNOWN, LEVEL_MISSING, LEVEL_NOT_YOURS naming the place
 */
export function keepCheckedLevels(planned: readonly Planned[], caller: Caller, at: Date): readonly Planned[] {
  const confirmations = planned.flatMap(({ operation, before, resource, id, version }) => {
    if (resource === undefined) return []
    // Most writes are new and most earlier versions say no level: those are not parsed.
    const was = before?.content.includes(CHECKED_LEVEL) === true ? (JSON.parse(before.content) as FhirResource) : undefined
    const fault = faultOfLevel(caller, { was, willBe: resource, place: operation.place })
    if (fault !== undefined) throw fault
    const level = levelOf(resource)
    if (before === undefined || level === undefined || !isHigher(level, was && levelOf(was))) return []
    const { fhirUser, organization, clientId } = caller
    const patient = patientOf(resource, id)
    const by = { fhirUser, organization, clientId }
    return [plannedCreate(provenanceOf({ entry: `${operation.type}/${id}`, version, patient, level, at, by }), at)]
  })
  return confirmations.length === 0 ? planned : [...planned, ...confirmations]
}
