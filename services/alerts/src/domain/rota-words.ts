// What the ward reads of the rota, with the number to ring. Nothing is said of an organisation that keeps no rota here. HAZ-A19
import type { Organization } from '@medplum/fhirtypes'
import { showInstant } from './place.ts'
import type { OnDuty } from './rota.ts'

const AS: Readonly<Record<string, string>> = {
  specialist: 'the specialist team',
  deputy: 'the deputy',
  'site-lead': 'the lead',
  'on-call': 'the on-call route',
}

const called = (organization: Organization | undefined): string => organization?.name ?? 'the specialist team'
const numberOf = (organization: Organization | undefined): string | undefined =>
  organization?.telecom?.find(({ system, value }) => (system === 'phone' || system === undefined) && value !== undefined)?.value

/** `On duty at 21 Nov 2026, 02:14: the on-call route, …: ring …` */
export function whoIsOn({ duty, entry }: Extract<OnDuty, { state: 'on' }>, holder: Organization | undefined, now: Date): string {
  const number = entry.telephone ?? numberOf(holder)
  const ring = number === undefined ? 'no number is recorded, ask the switchboard for them' : `ring ${number}`
  return `On duty at ${showInstant(now)}: ${AS[duty] ?? duty}, ${called(holder)}: ${ring}.`
}

/** `Nobody is on duty at … : ring …` */
export function nobodyOn(organization: Organization | undefined, now: Date): string {
  const number = numberOf(organization)
  const ring =
    number === undefined ? 'no number is recorded, ask the switchboard for who covers them' : `ring ${number} and ask for who covers them`
  return `Nobody is on duty at ${showInstant(now)} by the rota of ${called(organization)}: ${ring}. They are asked again each hour.`
}
