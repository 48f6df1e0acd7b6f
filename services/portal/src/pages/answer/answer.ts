/** What is true of an entry that a person says is wrong. Pure. */
import type { Resource } from '@medplum/fhirtypes'

/** Types whose `status` can say that they were entered in error. FHIR R4 event-status, observation-status. */
const WITH_STATUS: ReadonlySet<string> = new Set([
  'Procedure',
  'Observation',
  'QuestionnaireResponse',
  'Communication',
  'MedicationStatement',
])

/** Whether its author can take it out of the record on this page: it stays, marked as entered in error. */
export const mayBeMarkedWrong = (entry: Resource | undefined): boolean =>
  entry !== undefined && WITH_STATUS.has(entry.resourceType) && (entry as { status?: string }).status !== 'entered-in-error'

/** Whether it has another version than when the person asked. @param askedOn FHIR dateTime */
export const wasChangedSince = (entry: Resource | undefined, askedOn: string | undefined): boolean => {
  const [changed, asked] = [Date.parse(entry?.meta?.lastUpdated ?? ''), Date.parse(askedOn ?? '')]
  return changed > asked
}
