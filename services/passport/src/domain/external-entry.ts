/**
 * An AuditEvent that a client sent is what that client says of itself. It is kept apart from the chain of the hub's own entries, and
 * marked, so that nobody takes the one for the other. Pure.
 */
import type { FhirResource } from './references.ts'

/** https://handrail.example/fhir/CodeSystem/provenance-of-entry */
export const EXTERNAL = { system: 'https://handrail.example/fhir/CodeSystem/provenance-of-entry', code: 'external' } as const

/** The resource as it is to be stored: an AuditEvent with the tag, anything else as it came. */
export function markedExternal(resource: FhirResource): FhirResource {
  if (resource.resourceType !== 'AuditEvent') return resource
  const tags = resource.meta?.tag ?? []
  if (tags.some(({ system, code }) => system === EXTERNAL.system && code === EXTERNAL.code)) return resource
  return { ...resource, meta: { ...resource.meta, tag: [...tags, EXTERNAL] } }
}
