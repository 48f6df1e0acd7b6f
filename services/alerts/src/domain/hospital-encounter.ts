// One stay is one Encounter: where the hospital writes its own into the record, that one is the stay's. docs/decisions/0226. HAZ-A48
import type { Appointment, BundleEntry, Encounter, Task } from '@medplum/fhirtypes'
import { OWN_ID } from '@platform/nhs/systems'
import { referenceTo } from './vocabulary.ts'

/** Whether alerts wrote this Encounter from messages; what a hospital wrote is never changed here. */
export const isOurs = ({ identifier }: Encounter): boolean => identifier?.some(({ system }) => system === OWN_ID.STAY) === true

/** The entries of one transaction by which everything that names our Encounter names the hospital's, and ours says that it is none. */
export function inPlaceOf(ours: Encounter, theirs: Encounter, naming: readonly (Task | Appointment)[]): BundleEntry[] {
  const [from, to] = [JSON.stringify(referenceTo(ours)), JSON.stringify(referenceTo(theirs))]
  const turned = naming.flatMap((resource) => {
    const text = JSON.stringify(resource)
    return text.includes(from) ? [JSON.parse(text.replaceAll(from, to)) as Task | Appointment] : []
  })
  return [...turned, { ...ours, status: 'entered-in-error' as const }].map((resource) => ({
    resource,
    request: { method: 'PUT', url: referenceTo(resource), ifMatch: `W/"${resource.meta?.versionId ?? ''}"` },
  }))
}
