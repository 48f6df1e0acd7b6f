// The ways in which a Reference may point. FHIR R4 References. https://hl7.org/fhir/R4/references.html

const LOCAL = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/
const ABSOLUTE = /^https?:\/\/.*?\/([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/

/** The resource type a literal reference names, or nothing: `#contained`, `urn:uuid:…` and canonicals name none. */
export function referencedType(reference: string): string | undefined {
  return (LOCAL.exec(reference) ?? ABSOLUTE.exec(reference))?.[1]
}

/** Type and id of a reference to a resource of this server, or nothing. The version it may name is left out. */
export function localTarget(reference: string, baseUrl: string): { type: string; id: string } | undefined {
  const [, type, id] = LOCAL.exec(withoutBase(reference, baseUrl)) ?? []
  return type !== undefined && id !== undefined ? { type, id } : undefined
}

/**
 * A reference as it is compared: without our own base URL and without a version; other servers' URLs stay whole.
 * Nothing for a contained resource, which cannot be searched for.
 */
export function comparableReference(reference: string, baseUrl: string): string | undefined {
  if (reference.startsWith('#')) return undefined
  const relative = withoutBase(reference, baseUrl)
  const version = relative.indexOf('/_history/')
  return version < 0 ? relative : relative.slice(0, version)
}

function withoutBase(reference: string, baseUrl: string): string {
  return reference.startsWith(baseUrl) && reference[baseUrl.length] === '/' ? reference.slice(baseUrl.length + 1) : reference
}
