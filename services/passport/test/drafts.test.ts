/** A draft is its writer's: HAZ-P143, whom it names sees neither it nor the person; HAZ-R100, a person's own is read by nobody but them. */
import t from 'tap'
import { ASK_FOR_HELP } from '../src/domain/access/consent.ts'
import { actor, classes, consent } from './a-consenting-person.ts'
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

t.test('HAZ-R100: what a person has not sent is read by them, and by no team that reads their referrals', async (t) => {
  const { id: person } = (await send('team', 'POST', '/Patient', { resourceType: 'Patient', name: [{ family: 'Rhys' }] })).json<{
    id: string
  }>()
  const subject = { reference: `Patient/${person}` }
  const careTeam = { resourceType: 'CareTeam', status: 'active', subject, participant: [{ member: { reference: team } }] }
  t.equal((await send('team', 'POST', '/CareTeam', careTeam)).statusCode, 201)
  caller('rhys', { role: 'patient', patient: person, fhirUser: subject.reference })
  const draft = { resourceType: 'ServiceRequest', status: 'draft', intent: 'proposal', subject, code: { text: 'I am not coping' } }
  const { id } = (await send('rhys', 'POST', '/ServiceRequest', draft)).json<{ id: string }>()

  const found = async (by: string) =>
    (await send(by, 'GET', `/ServiceRequest?patient=${person}`)).json<{ total: number }>().total +
    (await send(by, 'GET', `/Patient/${person}/$everything`))
      .json<{ entry: { resource: { resourceType: string } }[] }>()
      .entry.filter(({ resource }) => resource.resourceType === 'ServiceRequest').length
  t.equal(await status('rhys', `/ServiceRequest/${id}`), 200)
  t.equal(await found('rhys'), 2)
  t.equal(await status('team', `/ServiceRequest/${id}`), 404)
  t.equal(await found('team'), 0)
  t.equal(
    (await send('team', 'PUT', `/ServiceRequest/${id}`, { ...draft, id, status: 'revoked' })).statusCode,
    405,
    'nor is it changed: as one that is not there',
  )

  t.equal((await send('rhys', 'PUT', `/ServiceRequest/${id}`, { ...draft, id, status: 'active' })).statusCode, 200)
  t.equal(await status('team', `/ServiceRequest/${id}`), 200, 'once it is sent it is a referral as any other')
  t.equal(await status('team', `/ServiceRequest/${id}/_history/1`), 404, 'but what it was before is the person’s')
  t.equal(await status('rhys', `/ServiceRequest/${id}/_history/1`), 200)
})

t.test('HAZ-R100: a carer’s draft in a person’s name is read by both, and by no other carer', async (t) => {
  const { id: person } = (await send('team', 'POST', '/Patient', { resourceType: 'Patient', name: [{ family: 'Puw' }] })).json<{
    id: string
  }>()
  const patient = { reference: `Patient/${person}` }
  caller('puw', { role: 'patient', patient: person, fhirUser: patient.reference })
  const carer = async (name: string, action: object) => {
    const { id } = await store({ resourceType: 'RelatedPerson', active: true, patient, name: [{ text: name }] })
    const reference = `RelatedPerson/${id}`
    caller(name, { role: 'carer', patient: person, fhirUser: reference })
    const { statusCode } = await send('puw', 'POST', '/Consent', {
      ...consent(person, { type: 'permit', ...actor(reference), ...classes('identity', 'referral'), ...action }),
    })
    t.equal(statusCode, 201)
    return { reference }
  }
  const mair = await carer('mair', { action: [{ coding: [ASK_FOR_HELP] }] })
  await carer('huw', {})
  const draft = {
    resourceType: 'ServiceRequest',
    status: 'draft',
    intent: 'proposal',
    subject: patient,
    requester: mair,
    code: { text: 'A rail' },
  }
  const answer = await send('mair', 'POST', '/ServiceRequest', draft)
  t.equal(answer.statusCode, 201, answer.body)
  const { id } = answer.json<{ id: string }>()
  const seen = () => Promise.all(['mair', 'puw', 'huw', 'team'].map((by) => status(by, `/ServiceRequest/${id}`)))
  t.same(await seen(), [200, 200, 404, 404])
  t.equal((await send('mair', 'PUT', `/ServiceRequest/${id}`, { ...draft, id, status: 'active' })).statusCode, 200)
  t.same(await seen(), [200, 200, 200, 200])
})
