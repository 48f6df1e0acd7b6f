/**
 * What a person closed out. A Consent (FHIR R4, https://hl7.org/fhir/R4/consent.html) that is active and whose provision denies,
 * at the top or in a nested provision, closes the actors it names out of the data classes it names: no actor = everybody,
 * no class = all classes. It works on the next request of whoever it is about, whatever token they hold.
 */
import type { FhirResource } from '../references.ts'
import { isObject, referencesAt, valuesAt } from '../references.ts'
import type { DataClass } from './data-class.ts'
import { BIT, DATA_CLASSES, EVERYTHING } from './data-class.ts'
import type { ClosedOut } from './relationship.ts'

const CLASS_SYSTEM = 'https://handrail.example/fhir/CodeSystem/data-class'

/** Everybody but the person. */
export const EVERYBODY = '*'

/** What an active Consent closes; nothing from one that is a draft, inactive, rejected or entered in error. */
export function closedOutBy(resource: FhirResource, patient: string | undefined): ClosedOut[] {
  if (resource.resourceType !== 'Consent' || resource['status'] !== 'active' || patient === undefined) return []
  return provisionsOf(resource['provision'])
    .filter((provision) => provision['type'] === 'deny')
    .flatMap((provision) => {
      const classes = valuesAt(provision, 'class')
        .concat(valuesAt(provision, 'securityLabel'))
        .filter(isObject)
        .filter(({ system }) => system === CLASS_SYSTEM)
      const bits = classes.reduce((sum, { code }) => sum | (DATA_CLASSES.includes(code as DataClass) ? BIT[code as DataClass] : 0), 0)
      const parties = referencesAt(provision, ['actor.reference']).map(({ type, id }) => `${type}/${id}`)
      return (parties.length === 0 ? [EVERYBODY] : parties).map((party) => ({ patient, party, classes: bits === 0 ? EVERYTHING : bits }))
    })
}

function provisionsOf(provision: unknown): Record<string, unknown>[] {
  if (!isObject(provision)) return []
  return [provision, ...valuesAt(provision, 'provision').flatMap(provisionsOf)]
}
