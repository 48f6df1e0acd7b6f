/** What a person's own record says of how they read: the pages follow it. Row H6. */
import type { Patient } from '@medplum/fhirtypes'
import type { PersonalRecord } from '../clients/record.ts'
import { textsIn } from '../knowledge/reading.ts'
import type { Language } from '../words/words.ts'
import { isThePerson, type Session } from './session.ts'

/** How large print is written among the needs of a person. */
export const LARGE_PRINT = 'Format: large print'

/** The preferred language of `Patient.communication`, where these pages have it; whether large print is a need. */
export function preferencesOf(patient: Patient): Pick<Session, 'reads' | 'largePrint'> {
  const preferred = patient.communication?.find((one) => one.preferred === true) ?? patient.communication?.[0]
  const code = preferred?.language.coding
    ?.find(({ system }) => system === 'urn:ietf:bcp:47')
    ?.code?.slice(0, 2)
    .toLowerCase()
  const reads: Language | undefined = code === 'cy' || code === 'en' ? code : undefined
  const large = textsIn(patient, 'needs').some((need) => need.toLowerCase().includes('large print'))
  return { ...(reads === undefined ? {} : { reads }), ...(large ? { largePrint: true } : {}) }
}

/** The session of whoever has a record of their own, with how they read. A record that does not answer delays nobody. */
export async function withPreferences(session: Session, record: PersonalRecord): Promise<Session> {
  if (!isThePerson(session)) return session
  const { reads: _reads, largePrint: _large, ...plain } = session
  try {
    return { ...plain, ...preferencesOf(await record.read<Patient>('Patient', session.patient ?? '')) }
  } catch {
    return plain
  }
}
