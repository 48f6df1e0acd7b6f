/** A record with two organisations, a person, and needs of theirs with steps, for tests of the hub's own rules. */
import type { TestScope } from '@platform/testing/database'
import { aRecord } from './a-record.ts'

export const REASON = 'https://handrail.example/fhir/CodeSystem/refusal-reason'
const OUTPUT = 'https://handrail.example/fhir/CodeSystem/task-output'

/** What came of a step. */
export const output = (code: string, value: Record<string, unknown>) => ({ type: { coding: [{ system: OUTPUT, code }] }, ...value })

export async function aRecordOfSteps(t: TestScope) {
  const hub = await aRecord(t)
  const { send, store } = hub
  const organization = async (name: string) => `Organization/${(await store({ resourceType: 'Organization', name })).id}`
  const [community, gym] = [await organization('Community team'), await organization('Gym')]
  const patient = `Patient/${(await store({ resourceType: 'Patient' })).id}`

  const aNeed = () =>
    store({
      resourceType: 'ServiceRequest',
      status: 'active',
      intent: 'order',
      subject: { reference: patient },
      requester: { reference: community },
      code: { text: 'Strength class' },
    })
  const aTask = (need: string, more: Record<string, unknown> = {}) => ({
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    focus: { reference: need },
    for: { reference: patient },
    owner: { reference: gym },
    requester: { reference: community },
    restriction: { period: { end: '2026-11-25T17:00:00Z' } },
    ...more,
  })
  /** Says no, why, and who goes on with what by when. */
  const refusal = {
    status: 'rejected',
    statusReason: { coding: [{ system: REASON, code: 'too-complex' }], text: 'Needs two to transfer.' },
    output: [
      output('next-owner', { valueReference: { reference: community } }),
      output('next-action', { valueString: 'Assess at home' }),
      output('due', { valueDateTime: '2026-12-01' }),
    ],
  }
  const tasksOf = async (need: string) =>
    (await send('admin', 'GET', `/Task?focus=${need}`))
      .json<{ entry?: { resource: { id: string; status: string; owner: { reference: string }; description?: string } }[] }>()
      .entry?.map(({ resource }) => resource) ?? []
  return { hub, send, store, organization, community, gym, patient, aNeed, aTask, refusal, tasksOf }
}
