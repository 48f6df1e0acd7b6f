/**
 * What a document's entries are called and how they point to each other: every reference leads to an entry of the document or loses its
 * address. Pure. https://hl7.org/fhir/R4/bundle.html#references
 */
import { createHash } from 'node:crypto'
import { exactlyAs } from '@platform/fhir/json'
import type { Item } from './material.ts'
import type { Words } from './words.ts'

/** Where the entries of a document are. */
export interface Addressing {
  /** `${PUBLIC_URL}/fhir`, without a slash at its end. */
  readonly baseUrl: string
  /**
   * Addresses of the entries: this server's for who asks it, random-looking ones for what leaves it by a link, so that it tells no address
   * and tempts nobody to fetch.
   * @default 'absolute'
   */
  readonly addresses?: 'absolute' | 'uuid'
}

/** Every literal reference in a value, as often as it is there. */
export function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, child]) => (key === 'reference' && typeof child === 'string' ? [child] : referencesIn(child)))
}

/** How the entries of a document are addressed. */
export interface Addresses {
  /** @param reference 'Procedure/…' */
  readonly of: (reference: string) => string
  readonly computed: (key: string) => string
}

/** @param patient 'Patient/…', so that what is computed of two people has two addresses */
export function addresses(patient: string, { baseUrl, addresses: kind = 'absolute' }: Addressing): Addresses {
  const uuid = (name: string): string => {
    const hex = createHash('sha256').update(`${patient} ${name}`).digest('hex')
    // RFC 9562 section 5.8: version 8, made from a hash. Lower case, as IPS viewers compare it.
    return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  }
  return { of: (reference) => (kind === 'uuid' ? uuid(reference) : `${baseUrl}/${reference}`), computed: (key) => uuid(`computed ${key}`) }
}

/** A value whose references lead to entries of the document. */
export interface Tidied {
  readonly value: unknown
  /** Whether every reference kept an address. */
  readonly whole: boolean
}

/**
 * Makes every reference point into the document, by the full address of what it points to; one that leads out of it keeps its identifier
 * and its words and loses its address.
 */
export function referenceTidier(
  inside: ReadonlyMap<string, string>,
  { baseUrl }: Addressing,
  { labels }: Words,
): (value: unknown) => Tidied {
  let whole = true
  const tidy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(tidy)
    if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return value
    const changed = Object.fromEntries(Object.entries(value).map(([key, child]) => [key, typeof child === 'object' ? tidy(child) : child]))
    const { reference } = changed
    if (typeof reference !== 'string' || reference.startsWith('#')) return changed
    const local = reference.startsWith(`${baseUrl}/`) ? reference.slice(baseUrl.length + 1) : reference
    const target = inside.get(local.replace(/\/_history\/.*$/, ''))
    if (target !== undefined) return { ...changed, reference: target }
    whole = false
    const { reference: _away, ...kept } = changed
    return 'display' in kept || 'identifier' in kept ? kept : { ...kept, display: `${typeIn(local)}, ${labels.notInThisSummary}` }
  }
  return (value) => {
    whole = true
    return { value: tidy(value), whole }
  }
}

const typeIn = (reference: string): string => /^([A-Z][A-Za-z]+)\//.exec(reference)?.[1] ?? 'Resource'

/** The entry as it is served, decimals as they came, with what it lacks said to be unknown. */
export function textOf(
  { text, resource }: Item,
  extra: Readonly<Record<string, unknown>> | undefined,
  tidy: (value: unknown) => Tidied,
): string {
  const { value, whole } = tidy(exactlyAs(text, resource))
  const tidied = { ...(value as Record<string, unknown>), ...extra }
  return JSON.stringify(whole ? tidied : withoutClaims(tidied))
}

/** A copy that lost a reference no longer says that it meets a profile, which may ask for it. */
function withoutClaims(resource: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { meta, ...elements } = resource
  if (typeof meta !== 'object' || meta === null || !('profile' in meta)) return resource
  const { profile: _claimed, ...kept } = meta
  return { resourceType: elements['resourceType'], id: elements['id'], meta: kept, ...elements }
}
