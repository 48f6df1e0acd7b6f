/** HAZ-P142: a Patient is deleted by the operator, or by whoever entered it while nobody else has a part in it. */
import t from 'tap'
import { aRecord } from './a-record.ts'

const { send, store, caller } = await aRecord(t)
const organization = async (name: string) => `Organization/${(await store({ resourceType: 'Organization', name })).id}`
const team = await organization('Team')
caller('team', { role: 'professional', grade: 'full', organization: team })

const entered = async (by: string): Promise<string> => {
  const answer = await send(by, 'POST', '/Patient', { resourceType: 'Patient', name: [{ family: 'Llwyd' }], birthDate: '1950-01-01' })
  t.equal(answer.statusCode, 201)
  return (answer.json() as { id: string }).id
}
const session = (patient: string) => ({
  resourceType: 'Procedure',
  status: 'completed',
  code: { text: 'Physiotherapy' },
  subject: { reference: `Patient/${patient}` },
})
const isThere = async (id: string) => (await send('admin', 'GET', `/Patient/${id}`)).statusCode === 200

t.test('whoever entered a person takes the Patient back while nobody else has written of them', async (t) => {
  const id = await entered('team')
  t.equal((await send('team', 'POST', '/Procedure', session(id))).statusCode, 201)
  t.equal((await send('team', 'DELETE', `/Patient/${id}`)).statusCode, 204)
  t.notOk(await isThere(id))
})

t.test('once somebody else has, only the operator does', async (t) => {
  const id = await entered('team')
  await store(session(id))
  const answer = await send('team', 'DELETE', `/Patient/${id}`)
  t.equal(answer.statusCode, 409)
  t.match(answer.json(), { issue: [{ code: 'conflict', details: { coding: [{ code: 'PERSON_KEPT' }] } }] })
  t.ok(await isThere(id))
  t.equal((await send('admin', 'DELETE', `/Patient/${id}`)).statusCode, 204)
})

t.test('a condition that matches the one person somebody may see deletes nobody', async (t) => {
  const id = (await store({ resourceType: 'Patient', name: [{ family: 'Prys' }], birthDate: '1960-01-01' })).id ?? ''
  await store({
    resourceType: 'CareTeam',
    status: 'active',
    subject: { reference: `Patient/${id}` },
    participant: [{ member: { reference: team } }],
  })
  t.equal((await send('team', 'GET', `/Patient/${id}`)).statusCode, 200)
  for (const request of [
    () => send('team', 'DELETE', '/Patient?birthdate=gt1800'),
    () => send('team', 'DELETE', `/Patient/${id}`),
    () =>
      send('team', 'POST', '/', {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [{ request: { method: 'DELETE', url: `Patient/${id}` } }],
      }),
  ])
    t.equal((await request()).statusCode, 409)
  t.ok(await isThere(id))
})
