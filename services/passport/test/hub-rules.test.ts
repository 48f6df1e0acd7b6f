import t from 'tap'
import { aRecord } from './a-record.ts'

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
const REASON = 'https://handrail.example/fhir/CodeSystem/refusal-reason'
const OUTPUT = 'https://handrail.example/fhir/CodeSystem/task-output'
const output = (code: string, value: Record<string, unknown>) => ({ type: { coding: [{ system: OUTPUT, code }] }, ...value })
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

t.test('a refusal without a next step is refused (HAZ-P02)', async (t) => {
  const need = `ServiceRequest/${(await aNeed()).id}`
  const { id } = await store(aTask(need))
  const answer = await send('admin', 'PUT', `/Task/${id}`, { ...aTask(need), id, status: 'rejected' })
  t.equal(answer.statusCode, 422)
  t.equal((await send('admin', 'GET', `/Task/${id}`)).json<{ status: string }>().status, 'requested')
})

t.test('a refusal opens the next step that it names, in the same transaction (HAZ-P01)', async (t) => {
  const need = `ServiceRequest/${(await aNeed()).id}`
  const { id } = await store(aTask(need))
  t.equal((await send('admin', 'PUT', `/Task/${id}`, { ...aTask(need), id, ...refusal })).statusCode, 200)
  const open = (await tasksOf(need)).filter(({ status }) => status === 'requested')
  t.equal(open.length, 1)
  t.match(open[0], { owner: { reference: community }, description: 'Assess at home', restriction: { period: { end: '2026-12-01' } } })
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

t.test('HAZ-A66: an answer to an alert is given by whom it is asked of, and by nobody in their place', async (t) => {
  const [hospital, centre, clinic] = [await organization('Hospital'), await organization('Pump centre'), await organization('Clinic')]
  hub.caller('ward', { role: 'ward', organization: hospital })
  hub.caller('centre', { role: 'professional', organization: centre })
  hub.caller('clinic', { role: 'professional', organization: clinic })
  hub.caller('alerts', { role: 'reactor-alerts' })
  const { id } = await store({ resourceType: 'Patient' })
  const stay = await store({
    resourceType: 'Encounter',
    status: 'in-progress',
    class: { code: 'IMP' },
    subject: { reference: `Patient/${id}` },
    serviceProvider: { reference: hospital },
  })
  const answer = (owner: string, kind = 'alert-answer', more: Record<string, unknown> = {}) =>
    store({
      resourceType: 'Task',
      status: 'requested',
      intent: 'order',
      code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: kind }] },
      for: { reference: `Patient/${id}` },
      focus: { reference: `Encounter/${stay.id}` },
      owner: { reference: owner },
      requester: { reference: hospital },
      restriction: { period: { end: '2026-11-25T17:00:00Z' } },
      ...more,
    })
  const accept = async (token: string, task: { readonly id: string }) => {
    const patch = JSON.stringify([{ op: 'replace', path: '/status', value: 'accepted' }])
    return send(token, 'PATCH', `/Task/${task.id}`, patch, { 'content-type': 'application/json-patch+json' })
  }
  const theirs = await answer(centre)
  const refused = await accept('ward', theirs)
  t.equal(refused.statusCode, 403, 'the ward sees it, and does not give it')
  t.match(refused.json(), { issue: [{ code: 'forbidden', details: { text: /asked of somebody else/ } }] })
  const { meta: _, ...body } = theirs as Record<string, unknown>
  t.equal(
    (await send('ward', 'PUT', `/Task/${theirs.id}`, { ...body, owner: { reference: hospital } })).statusCode,
    403,
    'nor takes it over',
  )
  t.equal((await accept('centre', theirs)).statusCode, 200)
  t.equal((await accept('ward', await answer(hospital))).statusCode, 200, 'its own it gives')
  t.equal((await accept('alerts', await answer(centre))).statusCode, 200, 'the service that asks may withdraw it')
  t.equal((await accept('ward', await answer(centre, 'urgent-answer'))).statusCode, 403)
  const beside = { period: { end: '2026-11-25T17:00:00Z' } }
  t.equal((await accept('clinic', await answer(centre, 'urgent-answer', { restriction: { ...beside, recipient: [{ reference: clinic }] } }))).statusCode, 200, 'asked beside') // prettier-ignore
  const service = await store({ resourceType: 'HealthcareService', active: true, name: 'Pumps', providedBy: { reference: centre } })
  const ofService = await answer(`HealthcareService/${service.id}`)
  t.equal((await accept('ward', ofService)).statusCode, 403)
  await store({
    resourceType: 'CareTeam',
    status: 'active',
    subject: { reference: `Patient/${id}` },
    participant: [{ member: { reference: centre } }],
  })
  t.equal((await accept('centre', ofService)).statusCode, 200, 'whoever provides the service that is asked')
  t.equal((await accept('ward', await answer(gym, 'single-point-of-access'))).statusCode, 200, 'other steps are as they were')
  const leisure = { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/sector', code: 'leisure' }] }
  const pool = `Organization/${(await store({ resourceType: 'Organization', name: 'Pool', type: [leisure] })).id}`
  const lanes = await store({ resourceType: 'HealthcareService', active: true, name: 'Lanes', providedBy: { reference: pool } })
  for (const reference of [pool, `HealthcareService/${lanes.id}`]) {
    const { meta: _meta, ...mine } = (await answer(hospital)) as Record<string, unknown>
    const passed = await send('ward', 'PUT', `/Task/${String(mine['id'])}`, { ...mine, owner: { reference } })
    t.equal(passed.statusCode, 422, 'HAZ-A68: what a ward must know is not handed on to leisure')
  }
})

t.test('HAZ-P02: a refusal names as next owner somebody who is there', async (t) => {
  const { id: gone } = await store({ resourceType: 'Organization', name: 'Closed' })
  await send('admin', 'DELETE', `/Organization/${gone}`)
  for (const next of [
    { display: 'the GP' },
    { reference: 'Organization/nobody' },
    { reference: `Organization/${gone}` },
    { reference: patient },
    { reference: 'https://elsewhere.example/Organization/1' },
    { identifier: { use: 'official' } },
  ]) {
    const need = `ServiceRequest/${(await aNeed()).id}`
    const { id } = await store(aTask(need))
    const [, ...others] = refusal.output
    const output_ = [output('next-owner', { valueReference: next }), ...others]
    const answer = await send('admin', 'PUT', `/Task/${id}`, { ...aTask(need), id, ...refusal, output: output_ })
    t.equal(answer.statusCode, 422, JSON.stringify(next))
    t.same(
      (await tasksOf(need)).map(({ status }) => status),
      ['requested'],
      'the step is still theirs',
    )
  }
})

const LOCAL = 'https://fhir.nhs.uk/CodeSystem/dos-rejected-reasons-bars'
const foreign = { coding: [{ system: LOCAL, code: '22' }], text: 'Full until March.' }

t.test(
  'HAZ-P02: a step of a request is refused for a reason of ours, on every path, and a code of others may stand beside it',
  async (t) => {
    for (const coding of [
      [{ system: LOCAL, code: '22' }],
      [{ code: 'no-capacity' }],
      [{ system: REASON, code: 'full' }],
      [
        { system: REASON, code: 'no-capacity' },
        { system: REASON, code: 'full' },
      ],
    ]) {
      const need = `ServiceRequest/${(await aNeed()).id}`
      const { id } = await store(aTask(need))
      const no = { ...aTask(need), id, ...refusal, statusReason: { coding, text: 'Full until March.' } }
      const change = [
        { op: 'add', path: '/statusReason', value: no.statusReason },
        { op: 'add', path: '/output', value: no.output },
        { op: 'replace', path: '/status', value: 'rejected' },
      ]
      const entry = [{ resource: no, request: { method: 'PUT', url: `Task/${id}` } }]
      const answers = [
        await send('admin', 'PUT', `/Task/${id}`, no),
        await send('admin', 'PATCH', `/Task/${id}`, change, { 'content-type': 'application/json-patch+json' }),
        await send('admin', 'POST', '/', { resourceType: 'Bundle', type: 'transaction', entry }),
        await send('admin', 'POST', '/Task', { ...no, id: undefined, focus: undefined, basedOn: [{ reference: need }] }),
      ]
      for (const answer of answers) {
        t.equal(answer.statusCode, 422, JSON.stringify(coding))
        t.match(answer.json(), {
          issue: [
            {
              code: 'code-invalid',
              diagnostics: /CodeSystem\/refusal-reason: .*no-capacity.*other-in-words/,
              expression: [/statusReason/],
            },
          ],
        })
      }
      t.same(
        (await tasksOf(need)).map(({ status }) => status),
        ['requested'],
      )
    }
    const need = `ServiceRequest/${(await aNeed()).id}`
    const { id } = await store(aTask(need))
    const both = [
      { system: LOCAL, code: '22' },
      { system: REASON, code: 'no-capacity' },
    ]
    const beside = { ...aTask(need), id, ...refusal, statusReason: { coding: both, text: 'Full until March.' } }
    t.equal((await send('admin', 'PUT', `/Task/${id}`, beside)).statusCode, 200)
    t.equal(
      (await send('admin', 'PUT', `/Task/${id}`, { ...beside, statusReason: foreign })).statusCode,
      422,
      'nor is it changed into another',
    )
    const moved = { ...aTask(need), ...refusal, id: (await store(aTask(need))).id, statusReason: foreign, focus: undefined }
    t.equal((await send('admin', 'PUT', `/Task/${moved.id}`, moved)).statusCode, 422, 'nor taken out from under the request with it')
  },
)

t.test('a Task of no request is refused for whatever reason its own people know', async (t) => {
  const stay = await store({ resourceType: 'Encounter', status: 'in-progress', class: { code: 'IMP' }, subject: { reference: patient } })
  for (const focus of [{ reference: `Encounter/${stay.id}` }, { reference: `DocumentReference/elsewhere` }]) {
    const { id } = await store(aTask('', { focus }))
    t.equal((await send('admin', 'PUT', `/Task/${id}`, { ...aTask('', { focus }), id, ...refusal, statusReason: foreign })).statusCode, 200)
  }
})

/** A step that was refused when reasons of others were taken. */
async function refusedBefore(): Promise<Record<string, unknown> & { id: string }> {
  const need = `ServiceRequest/${(await aNeed()).id}`
  const { id } = await store(aTask(need))
  const before = { ...aTask(need), id, ...refusal, statusReason: foreign }
  await hub.database.transaction(async (tx) => {
    await tx.query({ text: `SELECT set_config('handrail.restoring', 'on', true)` })
    const values = [id, JSON.stringify(before)]
    await tx.query({ text: "UPDATE passport.resource SET content = $2 WHERE type = 'Task' AND id = $1", values })
  })
  return before
}

t.test('what was refused for a reason of others before is read, and changed otherwise, as it was', async (t) => {
  const before = await refusedBefore()
  t.match((await send('admin', 'GET', `/Task/${before.id}`)).json(), { statusReason: foreign })
  const noted = { ...before, note: [{ text: 'Rung again.' }] }
  t.equal((await send('admin', 'PUT', `/Task/${before.id}`, noted)).statusCode, 200)
  t.match((await send('admin', 'GET', `/Task/${before.id}`)).json(), { statusReason: foreign, note: [{ text: 'Rung again.' }] })
})

t.test('HAZ-P01: an owner is somebody, and no words about somebody', async (t) => {
  const need = `ServiceRequest/${(await aNeed()).id}`
  for (const owner of [{ display: 'the GP' }, { identifier: { use: 'official' } }, { reference: ' ' }])
    t.match((await send('admin', 'POST', '/Task', aTask(need, { owner }))).statusCode, /^4/, JSON.stringify(owner))
})

t.test('HAZ-P02: also whoever writes past the services stores no refusal without its reason and next step', async (t) => {
  const need = `ServiceRequest/${(await aNeed()).id}`
  const { id } = await store(aTask(need))
  const written = (task: object) =>
    hub.database.query({
      text: "UPDATE passport.resource SET content = $2 WHERE type = 'Task' AND id = $1",
      values: [id, JSON.stringify({ ...aTask(need), id, ...task })],
    })
  await t.rejects(written({ status: 'rejected' }), { code: '23514', constraint: 'refusal_names_next_step' })
  for (const left of ['next-owner', 'next-action', 'due'])
    await t.rejects(
      written({ ...refusal, output: refusal.output.filter(({ type }) => type.coding[0]?.code !== left) }),
      { code: '23514', constraint: 'refusal_names_next_step' },
      `without ${left}`,
    )
  await t.rejects(
    written({ ...refusal, statusReason: { text: 'Full.' } }),
    { code: '23514', constraint: 'refusal_names_next_step' },
    'without a code',
  )
  await t.rejects(written({ ...refusal, statusReason: { coding: [{ code: 'full' }], text: ' ' } }), {
    code: '23514',
    constraint: 'refusal_names_next_step',
  })
  for (const statusReason of [
    foreign,
    { coding: [{ code: 'too-complex' }], text: 'Full.' },
    { coding: [{ system: REASON }], text: 'Full.' },
  ])
    await t.rejects(written({ ...refusal, statusReason }), { code: '23514' }, JSON.stringify(statusReason))
  await t.rejects(written({ ...refusal, statusReason: foreign }), { code: '23514', constraint: 'refusal_reason_is_ours' })
  const added = `INSERT INTO passport.resource SELECT bucket, type, $2, 1, updated_at, deleted, patient, occurred_at, classes, parties, tokens, $3
    FROM passport.resource WHERE type = 'Task' AND id = $1`
  const values = [id, `${id}x`, JSON.stringify({ ...aTask(need), ...refusal, statusReason: foreign })]
  await t.rejects(hub.database.query({ text: added, values }), { code: '23514', constraint: 'refusal_reason_is_ours' })
  await written(refusal)
  await t.rejects(written({ ...refusal, statusReason: foreign }), { code: '23514', constraint: 'refusal_reason_is_ours' })
  await written({ status: 'requested' })
})

t.test('HAZ-R84: a step is answered by whom it is asked of, taken back by who asked, and passed on by who coordinates', async (t) => {
  const [centre, access] = [await organization('Therapy centre'), await organization('Access point')]
  hub.caller('gym', { role: 'worker', grade: 'needs-only', organization: gym })
  hub.caller('community', { role: 'professional', organization: community })
  hub.caller('centre', { role: 'professional', grade: 'therapy-record', organization: centre })
  hub.caller('access', { role: 'professional', organization: access })
  hub.caller('self', { role: 'patient', patient: patient.slice('Patient/'.length) })
  hub.caller('referrals', { role: 'reactor-referrals' })
  await store({
    resourceType: 'CareTeam',
    status: 'active',
    subject: { reference: patient },
    participant: [community, centre, access].map((reference) => ({ member: { reference } })),
  })
  const aStep = async (more: Record<string, unknown> = {}) => {
    const need = `ServiceRequest/${(await aNeed()).id}`
    return { need, task: await store(aTask(need, more)) }
  }
  const becomes = async (token: string, { id, ...task }: { id: string }, more: Record<string, unknown>) =>
    (await send(token, 'PUT', `/Task/${id}`, { ...task, id, meta: undefined, ...more })).statusCode
  for (const token of ['centre', 'community', 'self']) {
    const { need, task } = await aStep()
    t.equal(await becomes(token, task, { status: 'accepted' }), 403, `${token} does not accept for the gym`)
    t.equal(await becomes(token, task, { status: 'completed' }), 403, `${token} does not complete for the gym`)
    t.equal(await becomes(token, task, refusal), 403, `${token} does not refuse for the gym`)
    t.equal(await becomes(token, task, { restriction: { period: { end: '2027-11-25T17:00:00Z' } } }), 403, `${token} gives it no more time`)
    t.equal(await becomes(token, task, { owner: { reference: centre } }), 403, `${token} does not take it over`)
    t.equal((await send('gym', 'GET', `/Task/${task.id}`)).json<{ status: string }>().status, 'requested')
    t.equal(await becomes(token, task, { note: [{ text: 'Please ring first.' }] }), 200, 'a note may be left')
    t.equal((await tasksOf(need)).length, 1)
  }
  const theirs = await aStep()
  t.equal(await becomes('centre', theirs.task, { status: 'cancelled' }), 403, 'nor does a team that did not ask take it back')
  t.equal(await becomes('community', theirs.task, { status: 'cancelled' }), 200, 'whoever asked does')
  const passed = await aStep()
  t.equal(await becomes('gym', passed.task, { owner: { reference: 'Organization/nobody' } }), 422, 'nobody passes it on to nobody')
  const taken = await aStep()
  t.equal(await becomes('gym', taken.task, { status: 'accepted' }), 200)
  const closed = await aStep()
  t.equal(await becomes('gym', closed.task, refusal), 200)
  t.equal(await becomes('centre', closed.task, { status: 'accepted' }), 403, 'what is closed is opened by nobody else')
  const stuck = await aStep()
  const kind = { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: 'escalation' }] }
  t.equal(await becomes('access', stuck.task, { status: 'cancelled' }), 403)
  const own = await send('access', 'POST', '/Task', aTask(stuck.need, { code: kind, owner: { reference: access } }))
  t.equal(own.statusCode, 403, 'and nobody gives the escalation to themselves')
  await store(aTask(stuck.need, { code: kind, owner: { reference: access } }))
  t.equal(await becomes('access', stuck.task, { status: 'cancelled' }), 200, 'whoever has the escalation does')
  const strayed = await aStep()
  const came = { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: 'answer-of-another' }] }
  t.equal((await send('access', 'POST', '/Task', aTask(strayed.need, { code: came, owner: { reference: access } }))).statusCode, 403)
  await store(aTask(strayed.need, { code: came, owner: { reference: access } }))
  t.equal(await becomes('access', strayed.task, refusal), 200, 'HAZ-R87: whoever decides about an answer of somebody else takes it')
  t.equal(await becomes('referrals', (await aStep()).task, { status: 'cancelled' }), 200, 'the service that asks does')
})

t.test('HAZ-R84: a need is taken back by who asked or who it is about, and never by who is asked', async (t) => {
  const ended = async (token: string, status: string) => {
    const stored = await aNeed()
    await store(aTask(`ServiceRequest/${stored.id}`))
    const answer = await send(token, 'PUT', `/ServiceRequest/${stored.id}`, { ...stored, meta: undefined, status })
    return answer.statusCode
  }
  hub.caller('clinic', { role: 'professional', organization: gym })
  t.equal(await ended('centre', 'revoked'), 403)
  t.equal(await ended('centre', 'entered-in-error'), 403)
  t.equal(await ended('centre', 'completed'), 403)
  t.equal(await ended('clinic', 'revoked'), 403, 'whoever is asked refuses, and the need stays')
  t.equal(await ended('clinic', 'completed'), 200, 'or says that it is met')
  t.equal(await ended('community', 'revoked'), 200)
  t.equal(await ended('self', 'revoked'), 200)
})

t.test('HAZ-A67: what a stay paused is answered by a named professional of whom it is asked, on every path', async (t) => {
  const [team, hospital] = [await organization('Follow-up team'), await organization('Discharging hospital')]
  hub.caller('team', { role: 'professional', organization: team })
  hub.caller('ward2', { role: 'ward', organization: hospital })
  const { id: person } = await store({ resourceType: 'Patient' })
  const { id: named } = await store({ resourceType: 'Practitioner', active: true })
  const stay = await store({
    resourceType: 'Encounter',
    status: 'in-progress',
    class: { code: 'IMP' },
    subject: { reference: `Patient/${person}` },
    serviceProvider: { reference: hospital },
  })
  const asked = {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: 'after-discharge' }] },
    for: { reference: `Patient/${person}` },
    focus: { reference: `Encounter/${stay.id}` },
    owner: { reference: team },
    requester: { reference: hospital },
    restriction: { period: { end: '2026-11-25T17:00:00Z' } },
    input: [
      {
        type: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-input', code: 'paused' }] },
        valueReference: { reference: 'Task/held' },
      },
    ],
  }
  const { id } = await store(asked)
  const outcome = (code: string) =>
    output('outcome', { valueCodeableConcept: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/alert-outcome', code }] } })
  const note = [{ authorReference: { reference: `Practitioner/${named}` }, text: 'Seen at home.' }]
  const close = async (token: string, more: Record<string, unknown>) =>
    (await send(token, 'PUT', `/Task/${id}`, { ...asked, id, status: 'completed', ...more })).statusCode
  t.equal(await close('team', { output: [outcome('resume')] }), 422, 'nobody is named')
  t.equal(await close('admin', { output: [outcome('resume')], note: [{ text: 'cleared' }] }), 422, 'nor for the operator')
  const unknown = [{ authorReference: { reference: 'Practitioner/nobody' }, text: 'Seen.' }]
  t.equal(await close('team', { output: [outcome('resume')], note: unknown }), 422, 'who is named is nobody')
  t.equal(await close('team', { output: [outcome('seen')], note }), 422, 'what becomes of the sessions is not said')
  t.equal(await close('team', { status: 'cancelled', statusReason: { text: 'No time.' } }), 422, 'nor is it closed without')
  t.equal(await close('team', { input: undefined, output: [outcome('seen')] }), 422, 'nor by taking the question out')
  t.equal(await close('team', { status: 'requested', input: undefined }), 422, 'now or later')
  t.equal(await close('ward2', { output: [outcome('resume')], note }), 403, 'the ward does not answer for the team')
  t.equal(await close('team', { output: [outcome('resume')], note }), 200)
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
