/** People who say what may be seen of them, and organisations that would like to see it, for tests. */
import type { Test } from 'tap'
import { aRecord } from './a-record.ts'

const DATA_CLASS = 'https://handrail.example/fhir/CodeSystem/data-class'

/** A date that is over. */
export const LONG_AGO = '2001-01-01'

/** A date that is to come. */
export const FAR_OFF = '2999-01-01'

/** Labels an entry as of one data class. */
export const label = (code: string) => ({ security: [{ system: DATA_CLASS, code }] })

/** A Consent of that person, of this id or reference, with this provision. */
export const consent = (patient: string | { readonly reference: string }, provision: object) => ({
  resourceType: 'Consent',
  status: 'active',
  scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
  category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
  policyRule: { text: 'Own wish' },
  patient: typeof patient === 'string' ? { reference: `Patient/${patient}` } : patient,
  provision,
})

/** The part of a provision that names whom it is about. */
export const actor = (...references: string[]) => ({
  actor: references.map((reference) => ({ role: { text: 'recipient' }, reference: { reference } })),
})

/** The part of a provision that names its data classes. */
export const classes = (...codes: string[]) => ({ class: codes.map((code) => ({ system: DATA_CLASS, code })) })

/** A record with a community team, a gym and a centre. `aPerson` stores a person with an entry or two; `says` writes what the person wishes. */
export async function consentingPeople(t: Test) {
  const hub = await aRecord(t)
  const { send, store, caller } = hub
  const organization = async (name: string) => `Organization/${(await store({ resourceType: 'Organization', name })).id}`
  const [community, gym, centre] = [await organization('Community'), await organization('Gym'), await organization('Centre')]
  caller('community', { role: 'professional', grade: 'full', organization: community })
  caller('gym', { role: 'worker', grade: 'needs-only', organization: gym })
  caller('centre', { role: 'worker', grade: 'therapy-record', organization: centre })
  caller('centre-counsellor', { role: 'professional', grade: 'therapy-record', organization: centre })
  const status = async (token: string, reference: string) => (await send(token, 'GET', `/${reference}`)).statusCode

  async function aPerson() {
    const { id } = await store({ resourceType: 'Patient', name: [{ family: 'Llwyd' }] })
    const subject = { reference: `Patient/${id}` }
    const put = async (resource: { resourceType: string }) => {
      const { id: stored } = await store(resource)
      return `${resource.resourceType}/${stored}`
    }
    caller(`person-${id}`, { role: 'patient', patient: id })
    return {
      id,
      token: `person-${id}`,
      subject,
      put,
      condition: await put({ resourceType: 'Condition', subject, code: { text: 'MS' } } as never),
      session: await put({ resourceType: 'Procedure', status: 'completed', subject, code: { text: 'Physiotherapy' } } as never),
      member: (...members: string[]) =>
        put({
          resourceType: 'CareTeam',
          status: 'active',
          subject,
          participant: members.map((reference) => ({ member: { reference } })),
        } as never),
    }
  }

  async function says(person: { id: string; token: string }, provision: object): Promise<string> {
    const answer = await send(person.token, 'POST', '/Consent', consent(person.id, provision))
    if (answer.statusCode !== 201) throw new Error(answer.body)
    return `Consent/${answer.json<{ id: string }>().id}`
  }

  return { hub, send, store, caller, organization, community, gym, centre, status, aPerson, says }
}
