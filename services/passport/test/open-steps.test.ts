/** What is open has somebody who is there and a day by which, whatever closes beside it. */
import t from 'tap'
import { aRecordOfSteps } from './a-record-of-steps.ts'

const { send, store, community, gym, patient, aNeed, aTask, tasksOf } = await aRecordOfSteps(t)

t.test('an open Task of a referral without owner or due time is refused on every path', async (t) => {
  const need = `ServiceRequest/${(await aNeed()).id}`
  for (const broken of [aTask(need, { owner: undefined }), aTask(need, { restriction: undefined })]) {
    const lone = await send('admin', 'POST', '/Task', broken)
    t.equal(lone.statusCode, 422)
    t.match(lone.json(), { issue: [{ code: 'business-rule', expression: [/^Task\./] }] })
    const inBundle = await send('admin', 'POST', '/', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ resource: broken, request: { method: 'POST', url: 'Task' } }],
    })
    t.equal(inBundle.statusCode, 422)
  }
  const { id } = await store(aTask(need))
  t.equal(
    (await send('admin', 'PATCH', `/Task/${id}`, [{ op: 'remove', path: '/owner' }], { 'content-type': 'application/json-patch+json' }))
      .statusCode,
    422,
  )
  // Taking the Task out from under the referral does not take it out from under the rule.
  t.equal((await send('admin', 'PUT', `/Task/${id}`, { ...aTask(need), id, focus: undefined, restriction: undefined })).statusCode, 422)
})

t.test("a Task that stands under nothing of ours is anybody's own", async (t) => {
  t.equal((await send('admin', 'POST', '/Task', { resourceType: 'Task', status: 'requested', intent: 'order' })).statusCode, 201)
  t.equal(
    (
      await send('admin', 'POST', '/Task', {
        resourceType: 'Task',
        status: 'requested',
        intent: 'order',
        focus: { reference: 'ServiceRequest/elsewhere' },
      })
    ).statusCode,
    201,
  )
})

t.test('HAZ-P01: an owner is somebody, and no words about somebody', async (t) => {
  const need = `ServiceRequest/${(await aNeed()).id}`
  for (const owner of [{ display: 'the GP' }, { identifier: { use: 'official' } }, { reference: ' ' }])
    t.match((await send('admin', 'POST', '/Task', aTask(need, { owner }))).statusCode, /^4/, JSON.stringify(owner))
})

t.test('a step of a need is opened for nobody who is not in the record (HAZ-P01)', async (t) => {
  const need = `ServiceRequest/${(await aNeed()).id}`
  const open = async (owner: string) => send('admin', 'POST', '/Task', aTask(need, { owner: { reference: owner } }))
  const answer = await open('Organization/nobody')
  t.equal(answer.statusCode, 422)
  t.match(answer.json(), { issue: [{ details: { coding: [{ code: 'OWNER_UNKNOWN' }] }, expression: ['Task.owner'] }] })
  t.equal((await open(gym)).statusCode, 201)
  const comes = await send('admin', 'POST', '/', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl: 'urn:uuid:7d9f8f2e-6a52-4a55-8f38-4c9a64c1c001',
        resource: { resourceType: 'Organization', name: 'New' },
        request: { method: 'POST', url: 'Organization' },
      },
      {
        resource: aTask(need, { owner: { reference: 'urn:uuid:7d9f8f2e-6a52-4a55-8f38-4c9a64c1c001' } }),
        request: { method: 'POST', url: 'Task' },
      },
    ],
  })
  t.equal(comes.statusCode, 200, comes.body)
})

t.test('two people who close the last two Tasks of a need at once leave a next step', async (t) => {
  const need = `ServiceRequest/${(await aNeed()).id}`
  const [one, two] = [await store(aTask(need)), await store(aTask(need))]
  const answers = await Promise.all(
    [one, two].map(({ id }) => send('admin', 'PUT', `/Task/${id}`, { ...aTask(need), id, status: 'cancelled' })),
  )
  t.same(
    answers.map(({ statusCode }) => statusCode),
    [200, 200],
  )
  t.equal((await tasksOf(need)).filter(({ status }) => status === 'requested').length, 1)
})

t.test('whoever brings the next step, or meets the need, adds none', async (t) => {
  const stored = await aNeed()
  const need = `ServiceRequest/${stored.id}`
  const { id } = await store(aTask(need))
  const met = await send('admin', 'POST', '/', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { resource: { ...aTask(need), id, status: 'completed' }, request: { method: 'PUT', url: `Task/${id}` } },
      { resource: { ...stored, meta: undefined, status: 'completed' }, request: { method: 'PUT', url: need } },
    ],
  })
  t.equal(met.statusCode, 200, met.body)
  t.same(
    (await tasksOf(need)).map(({ status }) => status),
    ['completed'],
  )
})

t.test('open work is not deleted', async (t) => {
  const need = `ServiceRequest/${(await aNeed()).id}`
  const { id } = await store(aTask(need))
  t.equal((await send('admin', 'DELETE', `/Task/${id}`)).statusCode, 409)
  t.equal((await send('admin', 'DELETE', `/${need}`)).statusCode, 409)
})

t.test('a Task entered in error says why, and the need goes on', async (t) => {
  const need = `ServiceRequest/${(await aNeed()).id}`
  const { id } = await store(aTask(need))
  t.equal((await send('admin', 'PUT', `/Task/${id}`, { ...aTask(need), id, status: 'entered-in-error' })).statusCode, 422)
  t.equal(
    (await send('admin', 'PUT', `/Task/${id}`, { ...aTask(need), id, status: 'entered-in-error', statusReason: { text: 'Wrong person' } }))
      .statusCode,
    200,
  )
  t.equal((await tasksOf(need)).filter(({ status }) => status === 'requested').length, 1)
})

t.test('HAZ-R51: a yes on the risk item opens a Task for whoever owns its section, in the same transaction and once', async (t) => {
  const owner = (reference: string) => [
    { url: 'https://handrail.example/fhir/StructureDefinition/section-owner', valueReference: { reference } },
  ]
  const assessment = (yes: boolean, more: Record<string, unknown> = {}) => ({
    resourceType: 'QuestionnaireResponse',
    status: 'in-progress',
    questionnaire: 'https://handrail.example/fhir/Questionnaire/joint-assessment|0.2.0',
    subject: { reference: patient },
    author: { reference: community },
    item: [{ linkId: 'risk', extension: owner(gym), item: [{ linkId: 'risk-now', answer: [{ valueBoolean: yes }] }] }],
    ...more,
  })
  const { id } = await store(assessment(false))
  const reference = `QuestionnaireResponse/${id}`
  t.same(await tasksOf(reference), [])
  for (const version of [1, 2]) {
    const changed = await send('admin', 'PUT', `/${reference}`, { id, ...assessment(true) }, { 'if-match': `W/"${String(version)}"` })
    t.equal(changed.statusCode, 200)
    t.match(await tasksOf(reference), [{ status: 'requested', owner: { reference: gym } }])
    t.equal((await tasksOf(reference)).length, 1, 'said again it is one Task')
  }
  const { id: shut } = await store({ resourceType: 'Organization', name: 'Shut', active: false })
  for (const nobody of ['Organization/nobody', `Organization/${shut}`]) {
    const item = [{ linkId: 'risk', extension: owner(nobody), item: [{ linkId: 'risk-now', answer: [{ valueBoolean: true }] }] }]
    const { id: disclosed } = await store(assessment(true, { item }))
    t.match(
      await tasksOf(`QuestionnaireResponse/${disclosed}`),
      [{ owner: { reference: community } }],
      'who is not there is not paged for ever',
    )
  }
  const identifier = [{ system: 'https://handrail.example/fhir/Id/hub', value: 'operations' }]
  const { id: own } = await store({ resourceType: 'Organization', name: 'Hub operations', identifier })
  const other = `QuestionnaireResponse/${(await store(assessment(true, { author: undefined, item: [{ linkId: 'risk-now', answer: [{ valueBoolean: true }] }] }))).id}`
  const [task] = await tasksOf(other)
  t.equal(task?.owner.reference, `Organization/${own}`, 'what nobody answers for is the hub’s own')
})
