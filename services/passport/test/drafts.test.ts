/** HAZ-P143: whom a request names sees neither it nor the person while it is a draft. */
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
