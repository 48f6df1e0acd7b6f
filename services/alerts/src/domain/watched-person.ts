// Somebody on the alerts register as matching knows them. HAZ-A02 stale list, HAZ-A10 alert after consent was withdrawn.
import type { Consent, Flag, Patient } from '@medplum/fhirtypes'
import { registersInForce } from '@platform/fhir/register-entry'
import { isRestricted } from '@platform/fhir/whereabouts'
import { NATIONAL_NUMBER_SYSTEMS } from '@platform/nhs/systems'
import { parseNhsNumber } from '@platform/nhs/nhs-number'
import { normalName, type WatchedPerson } from './person.ts'

/** What the record says of one person's place on the register. */
export interface RegisterMaterial {
  readonly patient: Patient | undefined
  readonly flags: readonly Flag[]
  readonly consents: readonly Consent[]
}

/** The person as the watch list knows them; nothing when they are not on the register now. */
export function watchedPerson({ patient, flags, consents }: RegisterMaterial, now: Date): WatchedPerson | undefined {
  if (patient?.id === undefined || patient.active === false || patient.deceasedBoolean === true || patient.deceasedDateTime !== undefined)
    return undefined
  const registers = registersInForce(flags, consents, now)
  if (registers.length === 0) return undefined

  const numbers = (patient.identifier ?? [])
    .filter(({ system }) => NATIONAL_NUMBER_SYSTEMS.has(system ?? '')) // a superseded number too: hospitals keep using it
    .flatMap(({ value }) => parseNhsNumber(value ?? '') ?? [])
  const names = (patient.name ?? []).flatMap(({ family, given }) => normalName(family ?? '', given ?? []) ?? [])
  return {
    patient: patient.id,
    nhsNumbers: [...new Set(numbers)],
    hospitalNumbers: [],
    names,
    ...(patient.birthDate === undefined ? {} : { bornOn: patient.birthDate }),
    registers,
    ...(isRestricted(patient) ? { restricted: true as const } : {}),
  }
}
