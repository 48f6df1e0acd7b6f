/** In which nation somebody lives, where their address says so in words. Nothing is concluded from a postcode or a town. Pure. Decision 632 */
import type { Patient } from '@medplum/fhirtypes'
import { isRestricted } from '@platform/fhir/whereabouts'
import { nationIn, type Nation } from './directory.ts'

/** Addresses at which nobody lives now. FHIR R4, valueset-address-use.html */
const ELSEWHERE: ReadonlySet<string | undefined> = new Set(['old', 'temp', 'billing', 'work'])

/**
 * The nation of the home address that holds at this time; nothing where no address names one, where two name different ones, or where the whereabouts of
 * the person are restricted: what is offered would tell who reads the step where they are. HAZ-A17
 */
export function livesIn(person: Patient, at: Date): Nation | undefined {
  if (isRestricted(person)) return undefined
  const current = (person.address ?? []).filter(
    ({ use, type, period }) =>
      !ELSEWHERE.has(use) && type !== 'postal' && !(period?.end !== undefined && period.end.slice(0, 10) < at.toISOString().slice(0, 10)),
  )
  const nations = new Set(current.map((one) => nationIn([one])).filter((one) => one !== undefined))
  return nations.size === 1 ? [...nations][0] : undefined
}
