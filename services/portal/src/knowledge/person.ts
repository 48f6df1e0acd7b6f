/** A person as the head of a page shows them. */
import type { Flag, Patient } from '@medplum/fhirtypes'
import { nameOf, nhsNumberOf, textsIn, wordsOf } from './reading.ts'

export interface PersonShown {
  readonly id: string
  readonly name?: string
  /** FHIR date, perhaps partial. */
  readonly bornOn?: string
  /** Ten digits. */
  readonly nhsNumber?: string
  readonly needs: readonly string[]
  readonly about: readonly string[]
  /** What the person is on the hospital alert register for, as far as the reader may see it. */
  readonly register: readonly string[]
}

/** What the reader may see of a person. */
export function showPerson(patient: Patient, flags: readonly Flag[] = []): PersonShown {
  const [name, nhsNumber] = [nameOf(patient.name), nhsNumberOf(patient)]
  return {
    id: patient.id ?? '',
    ...(name === undefined ? {} : { name }),
    ...(patient.birthDate === undefined ? {} : { bornOn: patient.birthDate }),
    ...(nhsNumber === undefined ? {} : { nhsNumber }),
    needs: textsIn(patient, 'needs'),
    about: textsIn(patient, 'about-me'),
    register: flags.flatMap(({ status, code }) => (status === 'active' ? [wordsOf(code) ?? ''] : [])).filter((words) => words !== ''),
  }
}
