/**
 * The tag of a resource that is given in part, so that nobody takes it for the whole, decides on it, or puts it back in its place.
 * FHIR R4 Resource.meta.tag; https://terminology.hl7.org/CodeSystem-v3-ObservationValue.html
 */

type Json = Readonly<Record<string, unknown>>

const SUBSETTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }

/** The same with the tag, once. */
export function subsetted<R extends object>(resource: R): R {
  if (isSubsetted(resource)) return resource
  const { meta } = resource as { readonly meta?: Json }
  return { ...resource, meta: { ...meta, tag: [...tagsOf(resource), SUBSETTED] } }
}

/** Whether somebody says of it that it is a part. */
export const isSubsetted = (resource: object): boolean =>
  tagsOf(resource).some(({ system, code }) => system === SUBSETTED.system && code === SUBSETTED.code)

const tagsOf = (resource: object): readonly Json[] => {
  const { meta } = resource as { readonly meta?: { readonly tag?: unknown } }
  return Array.isArray(meta?.tag) ? (meta.tag as readonly Json[]) : []
}
