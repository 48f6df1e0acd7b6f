/** HAZ-P143: whom a request or a Task names sees neither it nor the person while it is a draft. */
import t from 'tap'
import { aRecord } from './a-record.ts'

const { send, store, caller } = await aRecord(t)
const organization = async (name: string) => `Organization/${(await store({ resourceType: 'Organization', name })).id}`
const [team, gym] = [await organization('Team'), await organization('Gym')]
caller('team', { role: 'professional', grade: 'full', organization: team })
caller('gym', { role: 'worker', grade: 'needs-only', organization: gym })

const status = async (token: string, path: string) => (await send(token, 'GET', path)).statusCode

t.test('a draft opens nothing to whom it names; sent it does, and taken back to a draft no more', async (t) => {
  const { id: person } = (await send('team', 'POST', '/Patient', { resourceType: 'Patient', name: [{ family: 'Llwyd' }] })).json<{
    id: string
  }>()
  const draft = {
    resourceType: 'ServiceRequest',
    status: 'draft',
    intent: 'order',
    subject: { reference: `Patient/${person}` },
    requester: { reference: team },
    performer: [{ reference: gym }],
    code: { text: 'A class' },
  }
  const { id } = (await send('team', 'POST', '/ServiceRequest', draft)).json<{ id: string }>()
  const seen = async (by: string) => [await status(by, `/Patient/${person}`), await status(by, `/ServiceRequest/${id}`)]
  t.same(await seen('gym'), [404, 404])
  t.same(await seen('team'), [200, 200], 'whoever writes it goes on with it')
  t.equal((await send('gym', 'GET', '/ServiceRequest')).json<{ total: number }>().total, 0)

  t.equal((await send('team', 'PUT', `/ServiceRequest/${id}`, { ...draft, id, status: 'active' })).statusCode, 200)
  t.same(await seen('gym'), [200, 200])
  t.equal((await send('team', 'PUT', `/ServiceRequest/${id}`, { ...draft, id })).statusCode, 200)
  t.same(await seen('gym'), [404, 404])
})

t.test('nor does a Task that is a draft, to whom it will ask', async (t) => {
  const { id: person } = (await send('team', 'POST', '/Patient', { resourceType: 'Patient', name: [{ family: 'Prys' }] })).json<{
    id: string
  }>()
  const draft = {
    resourceType: 'Task',
    status: 'draft',
    intent: 'order',
    for: { reference: `Patient/${person}` },
    requester: { reference: team },
    owner: { reference: gym },
    restriction: { period: { end: '2026-12-01' } },
  }
  const { id } = (await send('team', 'POST', '/Task', draft)).json<{ id: string }>()
  const seen = async (by: string) => [await status(by, `/Patient/${person}`), await status(by, `/Task/${id}`)]
  t.same(await seen('gym'), [404, 404])
  t.same(await seen('team'), [200, 200])
  t.equal((await send('team', 'PUT', `/Task/${id}`, { ...draft, id, status: 'requested' })).statusCode, 200)
  t.same(await seen('gym'), [200, 200])
  t.equal((await send('team', 'PUT', `/Task/${id}`, { ...draft, id })).statusCode, 200)
  t.same(await seen('gym'), [404, 404])
})
