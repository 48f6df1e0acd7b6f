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

/** References of the directory that the resources name and the authors are, each once, in one order. */
export function namedIn(resources: readonly Resource[], authors: readonly string[] = []): string[] {
  const named = new Set<string>(authors.filter((author) => NAMED.test(author)))
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(item)
    else if (typeof value === 'object' && value !== null)
      for (const [key, child] of Object.entries(value)) {
        if (typeof child === 'object') walk(child)
        else if (key === 'reference' && typeof child === 'string' && NAMED.test(child)) named.add(child)
      }
  }
  for (const resource of resources) {
    if (!MANY.has(resource.resourceType)) walk(resource)
    else for (const { reference = '' } of sayersOf(resource)) if (NAMED.test(reference)) named.add(reference)
  }
  return [...named].toSorted()
}
