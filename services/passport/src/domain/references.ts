/** References inside a resource: reading them along a path, walking all of them, rewriting them. */

export interface FhirResource {
  resourceType: string
  id?: string
  meta?: {
    versionId?: string
    lastUpdated?: string
    profile?: string[]
    security?: { system?: string; code?: string }[]
    tag?: { system?: string; code?: string }[]
    source?: string
  }
  [element: string]: unknown
}

/** Every value at a dotted path; arrays on the way are walked. */
export function valuesAt(value: unknown, path: string): unknown[] {
  let here: unknown[] = [value]
  for (const name of path.split('.')) {
    here = here.flatMap((item) => {
      const next = isObject(item) ? item[name] : undefined
      return next === undefined ? [] : Array.isArray(next) ? next : [next]
    })
  }
  return here
}

/** Type and id of a local reference such as `Patient/123` or `Patient/123/_history/2`; nothing for any other. */
export function localReference(reference: unknown): { type: string; id: string } | undefined {
  if (typeof reference !== 'string') return undefined
  const match = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/.exec(reference)
  return match === null ? undefined : { type: match[1] ?? '', id: match[2] ?? '' }
}

/** The local references at some paths. */
export function referencesAt(resource: unknown, paths: readonly string[]): { type: string; id: string }[] {
  return paths.flatMap((path) =>
    valuesAt(resource, path).flatMap((value) => localReference(isObject(value) ? value['reference'] : undefined) ?? []),
  )
}

/** Calls `visit` with every `reference` and every uri-like string that may point at an entry; what it returns takes its place. */
export function rewriteReferences<T>(value: T, rewrite: (reference: string) => string): T {
  if (Array.isArray(value)) return value.map((item) => rewriteReferences(item, rewrite)) as T
  if (!isObject(value) || JSON.isRawJSON(value)) return value
  const changed: Record<string, unknown> = {}
  for (const [key, child] of Object.entries(value)) {
    if (typeof child !== 'string') changed[key] = rewriteReferences(child, rewrite)
    // FHIR R4 http.html#trules: links by the same temporary id in references, uris, and narrative.
    else if (key === 'reference' || child.startsWith('urn:')) changed[key] = rewrite(child)
    else if (key === 'div' && child.includes('urn:')) changed[key] = child.replace(/urn:(?:uuid|oid):[0-9a-zA-Z.-]+/g, rewrite)
    else changed[key] = child
  }
  return changed as T
}

/** An address of a resource, and what comes before its type and id. FHIR R4 http.html#general, "RESTful URLs". */
const RESTFUL = /^(https?:\/\/.+\/)[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/

/**
 * What a reference inside of an entry of a Bundle names among the entries: by their `fullUrl`, or, where it is relative, by the `fullUrl` that it has beside
 * that of its own entry. FHIR R4 bundle.html#references.
 *
 * @param fullUrl that of the entry that holds the reference
 * @param entries by `fullUrl`
 */
export function entryNamed<Entry>(reference: string, fullUrl: string | undefined, entries: ReadonlyMap<string, Entry>): Entry | undefined {
  const local = localReference(reference)
  const base = local === undefined || fullUrl === undefined ? undefined : RESTFUL.exec(fullUrl)?.[1]
  return entries.get(reference) ?? (base === undefined ? undefined : entries.get(`${base}${local?.type ?? ''}/${local?.id ?? ''}`))
}

/** Whether some reference is one that only a Bundle can give a meaning. What is stored is no Bundle, but for a Bundle. */
export function namesAnEntry(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(namesAnEntry)
  if (!isObject(value) || value['resourceType'] === 'Bundle') return false
  const { reference } = value
  return (typeof reference === 'string' && /^urn:(uuid|oid):/.test(reference)) || Object.values(value).some(namesAnEntry)
}

/**
 * The resource as it is understood here: references by this server's own absolute address are those to its resources. What is stored and
 * served stays as it came.
 *
 * @param baseUrl without a trailing slash
 * @returns the same object when it has none
 */
export function understood<T>(resource: T, baseUrl: string): T {
  const base = `${baseUrl}/`
  if (!mentions(resource, base)) return resource
  return rewriteReferences(resource, (reference) => (reference.startsWith(base) ? reference.slice(base.length) : reference))
}

function mentions(value: unknown, base: string): boolean {
  if (Array.isArray(value)) return value.some((item) => mentions(item, base))
  if (!isObject(value)) return false
  const { reference } = value
  if (typeof reference === 'string' && reference.startsWith(base)) return true
  for (const key in value) if (typeof value[key] === 'object' && mentions(value[key], base)) return true
  return false
}

/** Whether it is a JSON object: no array, no null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
