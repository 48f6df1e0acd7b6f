/**
 * A person whom the caller may not see, found by what the caller already knows: identifier, date of birth and name, with the person's
 * consent recorded in the same transaction. The entry is taken and the caller learns nothing more. Pure. Hazard HAZ-P03 (an entry in
 * the wrong person's record).
 */
import type { Operation } from '../operation.ts'
import type { FhirResource } from '../references.ts'
import { isObject, valuesAt } from '../references.ts'
import { comparable } from '../search/text.ts'

/**
 * Whether this create of a Patient may be matched blindly: the same transaction records the consent of that very person, and the
 * condition asks for nothing but identifiers that are sent with them. Any other condition would be answered past the caller's policy,
 * and so would tell one fact about the person for every try.
 */
export function asksForBlindMatch(operation: Operation, operations: readonly Operation[]): boolean {
  if (operation.kind !== 'create' || operation.type !== 'Patient' || operation.ifNoneExist === undefined) return false
  const sent = identifiersOf(operation.exact)
  const asked = [...new URLSearchParams(operation.ifNoneExist)]
  if (asked.length === 0 || !asked.every(([name, value]) => name === 'identifier' && sent.has(value))) return false
  const { fullUrl } = operation
  return (
    fullUrl !== undefined &&
    operations.some(
      (other) =>
        other.kind === 'create' &&
        other.type === 'Consent' &&
        other.exact['status'] === 'active' &&
        valuesAt(other.exact, 'provision.type')[0] !== 'deny' &&
        valuesAt(other.exact, 'patient.reference')[0] === fullUrl,
    )
  )
}

/**
 * Whether two Patients are one person as far as a caller that may not see the record can tell: an identifier of the same system and
 * value, the whole date of birth, and a family and a given name that are equal without case and accents. Nothing fuzzy.
 */
export function isSamePerson(sent: FhirResource, stored: FhirResource): boolean {
  const { birthDate } = stored
  return (
    typeof birthDate === 'string' &&
    birthDate.length === 10 &&
    sent['birthDate'] === birthDate &&
    share(identifiersOf(sent), identifiersOf(stored)) &&
    share(namesOf(sent), namesOf(stored))
  )
}

/** Whether two Patients have a whole name in common, without case and accents. */
export const sharesName = (one: FhirResource, other: FhirResource): boolean => share(namesOf(one), namesOf(other))

const share = (some: ReadonlySet<string>, others: ReadonlySet<string>) => [...some].some((one) => others.has(one))

function identifiersOf(patient: FhirResource): Set<string> {
  return new Set(
    valuesAt(patient, 'identifier').flatMap((identifier) =>
      isObject(identifier) && typeof identifier['system'] === 'string' && typeof identifier['value'] === 'string'
        ? [`${identifier['system']}|${identifier['value']}`]
        : [],
    ),
  )
}

function namesOf(patient: FhirResource): Set<string> {
  return new Set(
    valuesAt(patient, 'name').flatMap((name) => {
      const [family] = valuesAt(name, 'family')
      return typeof family === 'string'
        ? valuesAt(name, 'given').flatMap((given) => (typeof given === 'string' ? [comparable(`${family} ${given}`)] : []))
        : []
    }),
  )
}
