/** Which entries of the directory a person's record names: organisations, professionals, places, medicines. */
import type { Resource } from '@medplum/fhirtypes'
import { sayersOf } from './provenance.ts'

/** Types that belong to nobody and that entries name. */
export const DIRECTORY_TYPES: readonly string[] = [
  'Organization',
  'Practitioner',
  'PractitionerRole',
  'HealthcareService',
  'Location',
  'Medication',
]
const NAMED = new RegExp(`^(?:${DIRECTORY_TYPES.join('|')})/[A-Za-z0-9\\-.]{1,64}$`)

/** What there are many of is asked only who did it, so that a long record is not walked through twice. */
const MANY: ReadonlySet<string> = new Set(['Procedure', 'Observation'])

/** Asked of each entry of a long record at every summary, and a resource that was read does not change. */
const known = new WeakMap<Resource, readonly string[]>()

/** References of the directory that the resources name and the authors are, each once, in one order. */
export function namedIn(resources: readonly Resource[], authors: readonly string[] = []): string[] {
  const named = new Set<string>()
  for (const resource of resources) for (const reference of namedBy(resource)) named.add(reference)
  for (const author of new Set(authors)) if (NAMED.test(author)) named.add(author)
  return [...named].toSorted()
}

function namedBy(resource: Resource): readonly string[] {
  const before = known.get(resource)
  if (before !== undefined) return before
  const references = MANY.has(resource.resourceType) ? sayersOf(resource).map(({ reference = '' }) => reference) : referencesOf(resource)
  const named = [...new Set(references.filter((reference) => NAMED.test(reference)))]
  known.set(resource, named)
  return named
}

function referencesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesOf)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, child]) => (key === 'reference' && typeof child === 'string' ? [child] : referencesOf(child)))
}
