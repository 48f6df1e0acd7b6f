import t from 'tap'
import { actor, classes, consent } from './a-consenting-person.ts'
import { aRecord } from './a-record.ts'

const hub = await aRecord(t)
const { send, store, caller } = hub
const organization = async (name: string) => `Organization/${(await store({ resourceType: 'Organization', name })).id}`
const [community, gym, centre, hospital] = [
  await organization('Community'),
  await organization('Gym'),
  await organization('Centre'),
  await organization('Hospital'),
]
const person = async () =>
  (
    await store({
      resourceType: 'Patient',
      name: [{ family: 'Llwyd' }],
      identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990123454' }],
    })
  ).id
const ada = await person()
const subject = { reference: `Patient/${ada}` }

caller('community', { role: 'professional', grade: 'full', organization: community })
caller('gym', { role: 'worker', grade: 'needs-only', organization: gym })
caller('centre', { role: 'worker', grade: 'therapy-record', organization: centre })
caller('ward', { role: 'ward', grade: 'full', organization: hospital })
caller('ada', { role: 'patient', grade: 'full', patient: ada })
caller('bryn', { role: 'patient', grade: 'full', patient: 'someone-else' })
caller('commissioner', { role: 'commissioner', grade: 'full' })
caller('referrals', { role: 'reactor-referrals' })
caller('alerts', { role: 'reactor-alerts' })

const condition = await store({ resourceType: 'Condition', subject, code: { text: 'Multiple sclerosis' } })
const session = await store({ resourceType: 'Procedure', status: 'completed', subject, code: { text: 'Physiotherapy' } })
const counselling = await store({
  resourceType: 'Procedure',
  status: 'completed',
  subject,
  code: { text: 'Counselling' },
  meta: { security: [{ system: 'https://handrail.example/fhir/CodeSystem/data-class', code: 'mental-health' }] },
})
const status = async (token: string, path: string) => (await send(token, 'GET', path)).statusCode
const found = async (token: string, query: string) =>
  (await send(token, 'GET', query)).json<{ entry?: { resource: { id: string } }[] }>().entry?.map(({ resource }) => resource.id) ?? []

t.test('without a relationship a person does not exist: read, search, history, everything', async (t) => {
  for (const token of ['community', 'gym', 'centre', 'ward', 'bryn', 'commissioner']) {
    for (const path of [
      `/Patient/${ada}`,
      `/Procedure/${session.id}`,
      `/Procedure/${session.id}/_history`,
      `/Procedure/${session.id}/_history/1`,
      `/Patient/${ada}/$everything`,
    ])
      t.equal(await status(token, path), 404, `${token} ${path}`)
    t.same(await found(token, `/Procedure?patient=${ada}`), [], token)
    t.same(await found(token, '/Procedure/_history'), [], token)
  }
})

t.test('the answer to denied and to absent is the same', async (t) => {
  const denied = (await send('gym', 'GET', `/Patient/${ada}`)).json<{ issue: unknown[] }>()
  const absent = (await send('gym', 'GET', `/Patient/${ada.slice(0, -1)}x`)).json<{ issue: unknown[] }>()
  t.equal(JSON.stringify(denied).replace(ada, 'ID'), JSON.stringify(absent).replace(`${ada.slice(0, -1)}x`, 'ID'))
})

t.test('a care team opens what the grade allows, and ends with the team', async (t) => {
  const team = await store({
    resourceType: 'CareTeam',
    status: 'active',
    subject,
    participant: [{ member: { reference: community } }, { member: { reference: centre } }, { member: { reference: gym } }],
  })
  t.equal(await status('community', `/Condition/${condition.id}`), 200)
  t.equal(await status('centre', `/Condition/${condition.id}`), 404)
  t.equal(await status('centre', `/Procedure/${session.id}`), 200)
  t.equal(await status('gym', `/Procedure/${session.id}`), 404)
  t.equal(await status('gym', `/Patient/${ada}`), 200)
  t.equal(await status('community', `/Procedure/${counselling.id}`), 404)
  t.same(await found('centre', `/Procedure?patient=${ada}`), [session.id])
  const ended = await send('admin', 'PUT', `/CareTeam/${team.id}`, { ...team, meta: undefined, status: 'inactive' })
  t.equal(ended.statusCode, 200)
  t.equal(await status('community', `/Condition/${condition.id}`), 404)
})

t.test("the person sees all of it and nobody else's", async (t) => {
  for (const path of [`/Patient/${ada}`, `/Condition/${condition.id}`, `/Procedure/${counselling.id}`, `/Patient/${ada}/$everything`])
    t.equal(await status('ada', path), 200)
  const other = await store({ resourceType: 'Patient' })
  t.equal(await status('ada', `/Patient/${other.id}`), 404)
})

t.test('HAZ-A01: whoever decides whom a hospital means sees who the candidates are, and nothing else, until it is decided', async (t) => {
  const { id } = await store({ resourceType: 'Patient', name: [{ family: 'Nobody of theirs' }], birthDate: '1961-02-03' })
  const diagnosis = await store({
    resourceType: 'Condition',
    subject: { reference: `Patient/${id}` },
    code: { text: 'Multiple sclerosis' },
  })
  const review = {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: 'identity-review' }] },
    owner: { reference: community },
    input: [{ type: { text: 'Candidate' }, valueReference: { reference: `Patient/${id}` } }],
  }
  // One's own colleagues cannot be given a look at somebody in this way.
  t.not((await send('centre', 'POST', '/Task', review)).statusCode, 500)
  t.equal(await status('community', `/Patient/${id}`), 404)
  const task = await store(review)
  t.equal(await status('community', `/Patient/${id}`), 200)
  t.equal(await status('community', `/Condition/${diagnosis.id}`), 404)
  t.equal(await status('gym', `/Patient/${id}`), 404)
  await send('admin', 'PUT', `/Task/${task.id}`, { ...task, meta: undefined, status: 'completed' })
  t.equal(await status('community', `/Patient/${id}`), 404)
})

t.test('a referral received opens the person while it is open', async (t) => {
  const need = await store({
    resourceType: 'ServiceRequest',
    status: 'active',
    intent: 'order',
    subject,
    requester: { reference: community },
  })
  const task = await store({
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    focus: { reference: `ServiceRequest/${need.id}` },
    for: subject,
    owner: { reference: gym },
    restriction: { period: { end: '2026-11-25' } },
  })
  t.equal(await status('gym', `/Patient/${ada}`), 200)
  t.equal(await status('gym', `/Task/${task.id}`), 200)
  t.equal(await status('gym', `/Condition/${condition.id}`), 404)
  // Whoever sent it sees how it stands, and nothing more by that.
  t.equal(await status('community', `/ServiceRequest/${need.id}`), 200)
  t.equal(await status('community', `/Condition/${condition.id}`), 404)
  await send('admin', 'PUT', `/ServiceRequest/${need.id}`, { ...need, meta: undefined, status: 'revoked' })
  await send('admin', 'PUT', `/Task/${task.id}`, { ...task, meta: undefined, status: 'cancelled' })
  t.equal(await status('gym', `/Patient/${ada}`), 404)
})

t.test('nobody writes about a person they have nothing to do with, and learns nothing by trying', async (t) => {
  const entry = { resourceType: 'Procedure', status: 'completed', subject, code: { text: 'Class' } }
  const denied = await send('gym', 'POST', '/Procedure', entry)
  const absent = await send('gym', 'POST', '/Procedure', { ...entry, subject: { reference: 'Patient/nobody' } })
  t.equal(denied.statusCode, 404)
  t.equal(denied.body, absent.body)
  t.equal((await send('gym', 'PUT', `/Procedure/${session.id}`, { ...entry, id: session.id })).statusCode, 405)
  t.equal((await send('gym', 'DELETE', `/Procedure/${session.id}`)).statusCode, 404)
  t.equal((await send('commissioner', 'POST', '/Procedure', entry)).statusCode, 404)
})

t.test('nobody makes a relationship for himself', async (t) => {
  const team = { resourceType: 'CareTeam', status: 'active', subject, participant: [{ member: { reference: gym } }] }
  t.equal((await send('gym', 'POST', '/CareTeam', team)).statusCode, 404)
  const task = { resourceType: 'Task', status: 'requested', intent: 'order', for: subject, owner: { reference: gym } }
  t.equal((await send('gym', 'POST', '/Task', task)).statusCode, 404)
  const encounter = {
    resourceType: 'Encounter',
    status: 'in-progress',
    class: { code: 'IMP' },
    subject,
    serviceProvider: { reference: hospital },
  }
  t.equal((await send('ward', 'POST', '/Encounter', encounter)).statusCode, 404)
})

t.test('a conditional create reveals nobody: the match that the caller may not see is no match', async (t) => {
  const answer = await send(
    'centre',
    'POST',
    '/Patient',
    {
      resourceType: 'Patient',
      name: [{ family: 'Llwyd' }],
      identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990123454' }],
    },
    { 'if-none-exist': 'identifier=https://fhir.nhs.uk/Id/nhs-number|9990123454' },
  )
  t.equal(answer.statusCode, 201)
  t.not(answer.json<{ id: string }>().id, ada)
})

t.test('who registers a person may write about them, within the grade', async (t) => {
  const { id } = (await send('centre', 'POST', '/Patient', { resourceType: 'Patient', name: [{ family: 'New' }] })).json<{ id: string }>()
  const entry = { resourceType: 'Procedure', status: 'completed', subject: { reference: `Patient/${id}` }, code: { text: 'Stretching' } }
  const created = await send('centre', 'POST', '/Procedure', entry)
  t.equal(created.statusCode, 201)
  t.equal(
    (await send('centre', 'POST', '/Condition', { resourceType: 'Condition', subject: entry.subject, code: { text: 'x' } })).statusCode,
    404,
  )
  t.equal(await status('centre', `/Procedure/${created.json<{ id: string }>().id}`), 200)
  t.equal((await send('gym', 'POST', '/Patient', { resourceType: 'Patient' })).statusCode, 404)
})

t.test('what the person closes out is closed on the next request, and open again when withdrawn', async (t) => {
  const team = await store({ resourceType: 'CareTeam', status: 'active', subject, participant: [{ member: { reference: community } }] })
  t.equal(await status('community', `/Procedure/${session.id}`), 200)
  const closed = await send('ada', 'POST', '/Consent', consent(ada, { type: 'deny', ...actor(community), ...classes('therapy') }))
  t.equal(closed.statusCode, 201, closed.body)
  t.equal(await status('community', `/Procedure/${session.id}`), 404)
  t.equal(await status('community', `/Condition/${condition.id}`), 200)
  t.same(await found('community', `/Procedure?patient=${ada}`), [])
  t.equal(
    (await send('community', 'POST', '/Procedure', { resourceType: 'Procedure', status: 'completed', subject, code: { text: 'x' } }))
      .statusCode,
    404,
  )
  const { id } = closed.json<{ id: string }>()
  t.equal((await send('ada', 'PUT', `/Consent/${id}`, { ...consent(ada, { type: 'permit' }), id })).statusCode, 200)
  t.equal(await status('community', `/Procedure/${session.id}`), 200)
  await send('admin', 'PUT', `/CareTeam/${team.id}`, { ...team, meta: undefined, status: 'inactive' })
})

t.test(
  'the referral reactor reads requests, Tasks, Appointments and whom they are about, and of what was given only what it recorded itself',
  async (t) => {
    t.equal(await status('referrals', `/Patient/${ada}`), 200)
    t.equal(await status('referrals', `/Condition/${condition.id}`), 404)
    const [medicine, measure] = [
      await store({ resourceType: 'MedicationStatement', status: 'active', medicationCodeableConcept: { text: 'Baclofen' }, subject }),
      await store({ resourceType: 'Observation', status: 'final', code: { text: 'Timed up and go' }, subject }),
    ]
    t.equal(await status('referrals', `/MedicationStatement/${medicine.id}`), 404)
    t.equal(await status('referrals', `/Observation/${measure.id}`), 404)
    t.equal(await status('referrals', `/Procedure/${session.id}`), 404)
    t.same(await found('referrals', `/Procedure?patient=${ada}`), [])
    // It books sessions, and records once that they were attended.
    const visit = await store({
      resourceType: 'Appointment',
      status: 'proposed',
      participant: [{ actor: subject, status: 'needs-action' }],
    })
    t.equal(await status('referrals', `/Appointment/${visit.id}`), 200)
    const attended = {
      resourceType: 'Procedure',
      identifier: [{ system: 'https://handrail.example/fhir/Id/session-key', value: 'booking/1' }],
      status: 'completed',
      subject,
      code: { text: 'Swimming' },
    }
    const record = (at: string) =>
      send('referrals', 'POST', '/Procedure', attended, {
        'if-none-exist': `identifier=https://handrail.example/fhir/Id/session-key|${at}`,
      })
    const first = await record('booking/1')
    t.equal(first.statusCode, 201)
    const { id } = first.json<{ id: string }>()
    t.equal(await status('referrals', `/Procedure/${id}`), 200)
    t.equal((await record('booking/1')).statusCode, 200, 'and not twice')
    t.same(await found('referrals', `/Procedure?patient=${ada}`), [id])
    t.equal((await send('referrals', 'PUT', `/Procedure/${session.id}`, { ...attended, id: session.id })).statusCode, 405)
    const need = await store({ resourceType: 'ServiceRequest', status: 'draft', intent: 'proposal', subject })
    t.equal(await status('referrals', `/ServiceRequest/${need.id}`), 200)
  },
)

t.test('the alert reactor holds an Appointment, and neither reads nor writes anything else of a therapy', async (t) => {
  const visit = await store({ resourceType: 'Appointment', status: 'proposed', participant: [{ actor: subject, status: 'accepted' }] })
  const held = await send('alerts', 'PUT', `/Appointment/${visit.id}`, { ...visit, meta: undefined, comment: 'On hold' })
  t.equal(held.statusCode, 200, held.body)
  t.equal(await status('alerts', `/Procedure/${session.id}`), 404)
  t.equal(await status('alerts', `/Procedure/${session.id}/_history/1`), 404)
  t.same(await found('alerts', `/Procedure?patient=${ada}`), [])
  const entry = { resourceType: 'Procedure', status: 'completed', subject, code: { text: 'Class' } }
  t.equal((await send('alerts', 'POST', '/Procedure', entry)).statusCode, 404)
  t.equal(
    (await send('alerts', 'POST', '/CarePlan', { resourceType: 'CarePlan', status: 'active', intent: 'plan', subject })).statusCode,
    404,
  )
})

t.test('a blind match takes the entry and tells nothing, whether the person is known or new', async (t) => {
  const consent = {
    resourceType: 'Consent',
    status: 'active',
    scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
    policyRule: { text: 'Agreed in person' },
  }
  const known = await store({
    resourceType: 'Patient',
    birthDate: '1974-03-02',
    name: [{ family: 'Llwyd', given: ['Ada'] }],
    identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990548609' }],
  })
  const set = (patient: Record<string, unknown>, more: unknown[] = []) => ({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl: 'urn:uuid:11111111-1111-4111-8111-111111111111',
        resource: { resourceType: 'Patient', ...patient },
        request: {
          method: 'POST',
          url: 'Patient',
          ifNoneExist: `identifier=https://fhir.nhs.uk/Id/nhs-number|${String((patient['identifier'] as { value: string }[])[0]?.value)}`,
        },
      },
      {
        resource: { ...consent, patient: { reference: 'urn:uuid:11111111-1111-4111-8111-111111111111' } },
        request: { method: 'POST', url: 'Consent' },
      },
      {
        resource: {
          resourceType: 'Procedure',
          status: 'completed',
          subject: { reference: 'urn:uuid:11111111-1111-4111-8111-111111111111' },
          code: { text: 'Class' },
        },
        request: { method: 'POST', url: 'Procedure' },
      },
      ...more,
    ],
  })
  const sent = {
    birthDate: '1974-03-02',
    name: [{ family: 'LLWYD', given: ['Ada'] }],
    identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990548609' }],
  }
  const matched = await send('gym', 'POST', '/', set(sent), { prefer: 'return=minimal' })
  const fresh = await send(
    'gym',
    'POST',
    '/',
    set({ ...sent, identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990001235' }] }),
    { prefer: 'return=minimal' },
  )
  t.equal(matched.statusCode, 200, matched.body)
  t.equal(fresh.statusCode, 200, fresh.body)
  const shape = (body: string) => body.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID').replace(/"lastModified":"[^"]*"/g, '')
  t.equal(shape(matched.body), shape(fresh.body))
  t.match(matched.body, `Patient/${known.id}/`)
  t.notMatch(matched.body, 'Llwyd')
  t.equal((await send('admin', 'GET', `/Procedure?patient=${known.id}`)).json<{ entry: unknown[] }>().entry.length, 1)
  t.equal(await status('gym', `/Patient/${known.id}`), 404)

  // With the consent recorded, the next entry needs no match; nothing else opens.
  const own = await send('gym', 'POST', '/Procedure', {
    resourceType: 'Procedure',
    status: 'completed',
    subject: { reference: `Patient/${known.id}` },
    code: { text: 'Class' },
  })
  t.equal(own.statusCode, 201)
  t.equal(await status('gym', `/Procedure/${own.json<{ id: string }>().id}`), 200)
  t.equal(await status('gym', `/Patient/${known.id}`), 404)
  const task = {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    for: { reference: `Patient/${known.id}` },
    owner: { reference: gym },
  }
  t.equal((await send('gym', 'POST', '/Task', task)).statusCode, 201)
  t.equal(await status('gym', `/Patient/${known.id}`), 404, 'asking oneself opens nothing')

  // One letter of the name or one day of the date, and it is another person.
  const wrong = await send('gym', 'POST', '/', set({ ...sent, birthDate: '1974-03-03' }), { prefer: 'return=minimal' })
  t.equal(wrong.statusCode, 200)
  t.notMatch(wrong.body, known.id)
  // What would make a relationship is not taken with it.
  const team = {
    resource: {
      resourceType: 'CareTeam',
      status: 'active',
      subject: { reference: 'urn:uuid:11111111-1111-4111-8111-111111111111' },
      participant: [{ member: { reference: gym } }],
    },
    request: { method: 'POST', url: 'CareTeam' },
  }
  t.equal((await send('gym', 'POST', '/', set(sent, [team]))).statusCode, 404)
})
