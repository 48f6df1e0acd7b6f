/** Whoever answers for an open Task about a request reads that request, within the grade; nobody gives it to himself, or passes on what he does not see. */
import t from 'tap'
import { actor, consent } from './a-consenting-person.ts'
import { aRecord } from './a-record.ts'

const { send, store, caller } = await aRecord(t)
const organization = async (name: string) => `Organization/${(await store({ resourceType: 'Organization', name })).id}`
const [access, gym, pool, community] = [
  await organization('Single point of access'),
  await organization('Gym'),
  await organization('Pool'),
  await organization('Community'),
]
caller('access', { role: 'professional', grade: 'therapy-record', organization: access })
caller('gym', { role: 'worker', grade: 'needs-only', organization: gym })
caller('pool', { role: 'worker', grade: 'needs-only', organization: pool })
caller('reactor', { role: 'reactor-referrals' })

type Stored = { readonly resourceType: string; readonly id: string; readonly [element: string]: unknown }
const status = async (token: string, reference: string) => (await send(token, 'GET', `/${reference}`)).statusCode
const found = async (token: string, query: string) =>
  ((await send(token, 'GET', query)).json<{ entry?: { resource: Stored }[] }>().entry ?? []).map(
    ({ resource }) => `${resource.resourceType}/${resource.id}`,
  )

async function aRequest(more: Record<string, unknown> = {}) {
  const { id } = await store({ resourceType: 'Patient', name: [{ family: 'Llwyd' }] })
  const subject = { reference: `Patient/${id}` }
  const ask = { resourceType: 'ServiceRequest', status: 'active', intent: 'order', subject, requester: { reference: community }, ...more }
  const request = await store(ask)
  /** Another of the same person, which asks for the same. */
  const another = async () => `ServiceRequest/${(await store(ask)).id}`
  const reference = `ServiceRequest/${request.id}`
  const condition = await store({ resourceType: 'Condition', subject, code: { text: 'Multiple sclerosis' } })
  const session = await store({ resourceType: 'Procedure', status: 'completed', subject, code: { text: 'Physiotherapy' } })
  return {
    another,
    person: `Patient/${id}`,
    subject,
    request,
    reference,
    diagnosis: `Condition/${condition.id}`,
    session: `Procedure/${session.id}`,
  }
}
const task = (about: { subject: object; reference: string }, owner: string, more: Record<string, unknown> = {}) => ({
  resourceType: 'Task',
  status: 'requested',
  intent: 'order',
  for: about.subject,
  focus: { reference: about.reference },
  owner: { reference: owner },
  restriction: { period: { end: '2026-12-01' } },
  ...more,
})
const opened = async (token: string, resource: object): Promise<Stored> => {
  const answer = await send(token, 'POST', '/Task', resource)
  if (answer.statusCode !== 201) throw new Error(answer.body)
  return answer.json<Stored>()
}
const closed = async (token: string, one: Stored, becomes = 'completed') => {
  const answer = await send(token, 'PUT', `/Task/${one.id}`, { ...one, meta: undefined, status: becomes })
  if (answer.statusCode !== 200) throw new Error(answer.body)
}

t.test('leisure that a request is redirected to reads it while its Task is open, and no more of the record than leisure may', async (t) => {
  const asked = await aRequest()
  t.equal(await status('gym', asked.reference), 404)
  const redirected = await store(task(asked, gym))
  t.equal(await status('gym', asked.reference), 200)
  t.equal(await status('gym', asked.person), 200)
  t.equal(await status('gym', `${asked.reference}/_history/1`), 200)
  t.same(await found('gym', `/ServiceRequest?subject=${asked.person}`), [asked.reference])
  t.same(await found('gym', `/Task?_id=${redirected.id}&_include=Task:focus`), [`Task/${redirected.id}`, asked.reference])
  t.equal(await status('gym', asked.diagnosis), 404)
  t.equal(await status('gym', asked.session), 404)
  t.equal(await status('pool', asked.reference), 404)
  const other = await asked.another()
  t.equal(await status('gym', other), 404, 'one request of a person is not all of them')
  await store(task(asked, community))
  await closed('gym', (await send('gym', 'GET', `/Task/${redirected.id}`)).json())
  t.equal(await status('gym', asked.reference), 404)
  t.equal(await status('gym', asked.person), 404)
})

t.test('a request labelled mental health is read by whoever answers for it, and what was said there is not', async (t) => {
  const security = [{ system: 'https://handrail.example/fhir/CodeSystem/data-class', code: 'mental-health' }]
  const asked = await aRequest({ meta: { security } })
  const { subject } = asked
  const counselling = await store({
    resourceType: 'Procedure',
    status: 'completed',
    subject,
    code: { text: 'Counselling' },
    meta: { security },
  })
  await store(task(asked, access))
  t.equal(await status('access', asked.reference), 200)
  t.equal(await status('access', asked.session), 200)
  t.equal(await status('access', `Procedure/${counselling.id}`), 404)
})

t.test('an organisation that opens the next Task for itself goes on with the request and the person, until that is closed', async (t) => {
  const asked = await aRequest()
  const triage = await store(task(asked, access))
  const waiting = await opened('access', task(asked, access))
  await closed('access', triage)
  t.equal(await status('access', asked.reference), 200)
  t.equal(await status('access', asked.person), 200)
  // Whoever puts needs in order touches it, and so does a correction.
  const touched = (await send('reactor', 'GET', `/Task/${waiting.id}`)).json<Stored>()
  await closed('reactor', touched, 'in-progress')
  t.equal(await status('access', asked.reference), 200)
  await store(task(asked, community))
  await closed('access', (await send('access', 'GET', `/Task/${waiting.id}`)).json())
  t.equal(await status('access', asked.reference), 404)
  t.equal(await status('access', asked.person), 404)
  const again = (await send('access', 'GET', `/Task/${waiting.id}`)).json<Stored>()
  await closed('access', again, 'in-progress')
  t.equal(await status('access', asked.reference), 404, 'what was closed is not opened again by its owner')
})

t.test('triage in one transaction: the step is closed and the own list opened, and nothing is lost between the two', async (t) => {
  const asked = await aRequest()
  const triage = await store(task(asked, access))
  const entry = [
    { resource: { ...triage, meta: undefined, status: 'completed' }, request: { method: 'PUT', url: `Task/${triage.id}` } },
    { resource: task(asked, access), request: { method: 'POST', url: 'Task' } },
  ]
  const answer = await send('access', 'POST', '/', { resourceType: 'Bundle', type: 'transaction', entry })
  t.equal(answer.statusCode, 200, answer.body)
  t.equal(await status('access', asked.reference), 200)
  t.equal(await status('access', asked.person), 200)
})

t.test('nobody gives himself a request by a Task of his own', async (t) => {
  const asked = await aRequest()
  await store({ resourceType: 'CareTeam', status: 'active', subject: asked.subject, participant: [{ member: { reference: pool } }] })
  const own = await opened('pool', task(asked, pool))
  t.equal(await status('pool', asked.reference), 404, 'by a Task about it')
  // Nor does anybody else who writes the same Task give it to the one who made it.
  const touched = (await send('reactor', 'GET', `/Task/${own.id}`)).json<Stored>()
  await closed('reactor', touched, 'in-progress')
  t.equal(await status('pool', asked.reference), 404, 'after the referral service put it in order')
  await closed('admin', (await send('admin', 'GET', `/Task/${own.id}`)).json(), 'accepted')
  t.equal(await status('pool', asked.reference), 404, 'after the operator mended it')
})

t.test('whoever answers for one request has by that no other of the same person', async (t) => {
  const asked = await aRequest()
  const other = await asked.another()
  await store(task(asked, gym))
  await opened('gym', task({ ...asked, reference: other }, gym))
  t.equal(await status('gym', other), 404)
  // Nor by a colleague who is asked to ask.
  await opened('gym', task({ ...asked, reference: other }, pool))
  t.equal(await status('pool', other), 404)
  t.equal(await status('pool', asked.person), 404, 'what one does not see one asks nobody about')
  await opened('gym', task(asked, pool))
  t.equal(await status('pool', asked.reference), 200, 'what one answers for one may pass on')
})

t.test('of a request that is over nobody keeps sight by a new Task of his own', async (t) => {
  const asked = await aRequest()
  const triage = await store(task(asked, access))
  await send('admin', 'PUT', `/${asked.reference}`, { ...asked.request, meta: undefined, status: 'revoked' })
  await opened('access', task(asked, access))
  await closed('access', triage)
  t.equal(await status('access', asked.reference), 404)
})

t.test('a request that the person closed to whoever answers for it stays closed', async (t) => {
  const asked = await aRequest()
  await store(task(asked, gym))
  t.equal(await status('gym', asked.reference), 200)
  const request = { data: [{ meaning: 'related', reference: { reference: asked.reference } }] }
  await store(consent(asked.subject, { type: 'deny', ...actor(gym), ...request }))
  t.equal(await status('gym', asked.reference), 404)
})
