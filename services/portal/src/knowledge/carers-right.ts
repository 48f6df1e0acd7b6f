/** Whether a carer is offered to ask for help in the person's name: only where a Consent of the person says so. The record decides again at each write. HAZ-E05 */
import type { Consent } from '@medplum/fhirtypes'
import type { PersonalRecord } from '../clients/record.ts'
import type { AskingSession } from '../session/own-record.ts'
import { codes } from './reading.ts'

/** The action of a Consent's provision. */
export const ASK_FOR_HELP = { system: codes('carer-action'), code: 'ask-for-help' } as const

/** Pure. @param carer `RelatedPerson/<id>` @param today the day, `2026-11-21` */
export const letsAsk = ({ status, provision }: Consent, carer: string, today: string): boolean =>
  status === 'active' &&
  provision?.type === 'permit' &&
  provision.actor?.some(({ reference }) => reference.reference === carer) === true &&
  (provision.period?.start ?? '').slice(0, 10) <= today &&
  today <= (provision.period?.end ?? '9999').slice(0, 10) &&
  provision.action?.some(({ coding = [] }) =>
    coding.some(({ system, code }) => system === ASK_FOR_HELP.system && code === ASK_FOR_HELP.code),
  ) === true

/** Always of the person; of a carer as the person's Consents say, where the carer may read them. */
export async function mayAsk(record: PersonalRecord, { role, self, by }: AskingSession, today: string): Promise<boolean> {
  if (role === 'patient') return true
  const { all } = await record.find<Consent>('Consent', { patient: self, actor: by, status: 'active' })
  return all.some((consent) => letsAsk(consent, by, today))
}
