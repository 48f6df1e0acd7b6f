/** Times of a Task that must agree whichever clock wrote them. */
import type { Resource } from '@medplum/fhirtypes'

/**
 * The same resource; a Task that was authored by a clock ahead of ours is said to have been changed when it was authored, not before.
 * Otherwise the change would be refused until our clock is as late. FHIR R4 Task, invariant inv-1.
 */
export function changedNoEarlier<T extends Resource>(resource: T): T {
  if (resource.resourceType !== 'Task') return resource
  const { authoredOn, lastModified } = resource
  if (authoredOn === undefined || lastModified === undefined || !(Date.parse(lastModified) < Date.parse(authoredOn))) return resource
  return { ...resource, lastModified: authoredOn }
}
