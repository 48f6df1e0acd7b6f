/** What a sender and a receiver do with a request: refuse, complete, withdraw, amend, overrule, match, preview and ask how it stands. */
import type { Bundle, OperationOutcome, Organization, Parameters, ParametersParameter, ServiceRequest, Task } from '@medplum/fhirtypes'
import t from 'tap'
import { aReferral, REFERRAL } from './a-need.ts'
import { MONDAY, REASON, refusal, testService } from './a-service.ts'

// A real database, a record that listens, and keys made anew for each test: on a busy machine that takes its time.
t.setTimeout(600_000)

t.test('HAZ-R01: $refuse rejects the Task and opens the next step in one transaction', async (t) => {
  const { call, asked, record, settle, steps } = await testService(t)
  const id = await asked()
  const { status, type, body } = await call<Task>(`/fhir/Task/${id}/$refuse`, refusal)
  t.equal(status, 200)
  t.match(type, 'application/fhir+json')
  t.match(body, { resourceType: 'Task', id, status: 'rejected', statusReason: { coding: [REASON], text: 'Mood too low for our group.' } })
  await settle()
  t.same(steps(), [
    ['referral', 'rejected', 'Organization/neuropsychology'],
    ['next-step', 'requested', 'Organization/community-team'],
  ])
  t.match(record.all<Task>('Task')[1], {
    restriction: { period: { end: '2026-11-09T10:00:00.000Z' } },
    description: 'Ring her and agree interim support.',
  })
  t.equal(record.read<ServiceRequest>('ServiceRequest/need-1').status, 'active')
})

t.test('HAZ-R63: what is offered meanwhile is of the nation in which the person lives, whose address is read for that alone', async (t) => {
  const { call, asked, dependencies, record, settle } = await testService(t)
  const KIND = 'https://handrail.example/fhir/CodeSystem/service-kind'
  const address = (country: string) => [{ country }]
  for (const [id, country] of [
    ['single-point-of-access', 'England'],
    ['therapy-centre', 'Wales'],
  ] as const)
    record.seed({ ...record.read<Organization>(`Organization/${id}`), address: address(country) })
  const providedBy = { reference: 'Organization/therapy-centre' }
  const type = [{ coding: [{ system: KIND, code: 'peer-support' }] }]
  record.seed({ resourceType: 'HealthcareService', id: 'peers', name: 'Peer support', providedBy, type })
  for (const one of ['Organization/single-point-of-access', 'Organization/therapy-centre', 'HealthcareService/peers'])
    await dependencies.directory.hear(one)
  record.seed({ resourceType: 'Patient', id: 'ada', address: address('Wales') })
  const id = await asked({
    code: { coding: [{ system: KIND, code: 'neuropsychology' }] },
    performer: [{ reference: 'Organization/neuropsychology' }],
  })
  const looks = () => record.requests.filter((one) => one === 'GET /fhir/Patient/:id').length
  t.equal(looks(), 0)
  t.equal((await call<Task>(`/fhir/Task/${id}/$refuse`, refusal)).status, 200)
  await settle()
  const meanwhile = record.all<Task>('Task').find(({ code }) => code?.coding?.[0]?.code === 'interim-support')
  t.match(
    meanwhile?.input?.find(({ valueReference }) => valueReference !== undefined)?.valueReference,
    { reference: 'HealthcareService/peers' },
    'the coordinator is in England, and the person in Wales',
  )
  t.equal(looks(), 1)
  await dependencies.needs.settle('need-1')
  t.equal(looks(), 1)
})

t.test('HAZ-R01: a refusal that lacks anything is refused, and says everything that it lacks', async (t) => {
  const { call, asked, steps } = await testService(t)
  const id = await asked()
  for (const [index, { name }] of refusal.entries()) {
    const { status, body } = await call<OperationOutcome>(`/fhir/Task/${id}/$refuse`, refusal.toSpliced(index, 1))
    t.equal(status, 400, name)
    t.match(body.issue[0], { details: { text: `The answer lacks ${name}.` } })
  }
  const { body } = await call<OperationOutcome>(`/fhir/Task/${id}/$refuse`, [])
  t.match(body.issue[0]?.details?.text, 'reason, words, nextOwner, nextAction, due')
  t.same(steps(), [['referral', 'requested', 'Organization/neuropsychology']])
})

t.test('a body that is no Parameters, or has a parameter of another type, twice or unknown, is refused with its place', async (t) => {
  const { post, call, asked } = await testService(t)
  const url = `/fhir/Task/${await asked()}/$refuse`
  for (const body of [aReferral(), { resourceType: 'Parameters', parameter: 'x' }, { resourceType: 'Parameters', parameter: [null] }, []]) {
    t.equal((await post<OperationOutcome>(url, body)).status, 400)
  }
  const bad: readonly (readonly ParametersParameter[])[] = [
    [...refusal, { name: 'words', valueString: 'Again.' }],
    [...refusal, { name: 'wrods', valueString: 'Misspelt.' }],
    refusal.with(1, { name: 'words', valueString: '   ' }),
    refusal.with(4, { name: 'due', valueDateTime: 'next week' }),
    refusal.with(0, { name: 'reason', valueString: 'too complex' }),
  ]
  for (const parameter of bad) {
    const { status, body } = await call<OperationOutcome>(url, parameter)
    t.equal(status, 400)
    t.match(body.issue[0]?.expression?.[0], /^Parameters\.parameter/)
  }
})

t.test('the next owner must be listed and the due time must lie ahead', async (t) => {
  const { call, asked } = await testService(t)
  const url = `/fhir/Task/${await asked()}/$refuse`
  const nobody = await call<OperationOutcome>(
    url,
    refusal.with(2, { name: 'nextOwner', valueReference: { reference: 'Organization/nobody' } }),
  )
  t.match(nobody, { status: 422, body: { issue: [{ details: { coding: [{ code: 'NEXT_OWNER_UNKNOWN' }] } }] } })
  const past = await call<OperationOutcome>(url, refusal.with(4, { name: 'due', valueDateTime: '2026-11-01T10:00:00Z' }))
  t.match(past, { status: 422, body: { issue: [{ details: { coding: [{ code: 'DUE_NOT_AHEAD' }] } }] } })
})

t.test(
  'a Task that the caller may not see is not found; one that was answered is a conflict; a hospital alert has other operations',
  async (t) => {
    const { call, asked, record } = await testService(t)
    t.equal((await call('/fhir/Task/unknown/$refuse', refusal)).status, 404)
    const id = await asked()
    t.equal((await call(`/fhir/Task/${id}/$refuse`, refusal)).status, 200)
    t.equal((await call(`/fhir/Task/${id}/$refuse`, refusal)).status, 409)
    const alert: Task = {
      resourceType: 'Task',
      id: 'alert',
      status: 'requested',
      intent: 'order',
      focus: { reference: 'Encounter/1' },
      owner: { reference: 'Organization/leisure' },
      restriction: { period: { end: MONDAY } },
    }
    record.seed(alert)
    t.equal((await call('/fhir/Task/alert/$refuse', refusal)).status, 422)
  },
)

t.test("the caller's own token reads and writes, so that the record decides what he may do", async (t) => {
  const { call, asked, callers, record } = await testService(t)
  const id = await asked()
  const bearer = await callers.bearer('neuropsychology')
  await call(`/fhir/Task/${id}/$refuse`, refusal, bearer)
  t.equal(`Bearer ${record.changes.at(-1)?.author}`, bearer)
})

t.test('what the record refuses is passed on as it came; a record that is away is 503', async (t) => {
  const { call, asked, record } = await testService(t)
  const id = await asked()
  record.fail(403, 1)
  t.match(await call<OperationOutcome>(`/fhir/Task/${id}/$refuse`, refusal), {
    status: 403,
    body: { issue: [{ details: { text: 'Made to fail.' } }] },
  })
  record.fail(500, 1)
  t.equal((await call(`/fhir/Task/${id}/$refuse`, refusal)).status, 503)
})

t.test('without a token nothing is answered', async (t) => {
  const { call } = await testService(t)
  t.equal((await call('/fhir/Task/1/$refuse', refusal, '')).status, 401)
})

t.test('$complete with an outcome meets the need', async (t) => {
  const { call, asked, record } = await testService(t)
  const id = await asked()
  const { status, body } = await call<Task>(`/fhir/Task/${id}/$complete`, [{ name: 'outcome', valueString: 'Twelve sessions given.' }])
  t.equal(status, 200)
  t.equal(body.status, 'completed')
  t.equal(record.read<ServiceRequest>('ServiceRequest/need-1').status, 'completed')
})

t.test('$complete with half a next step is refused', async (t) => {
  const { call, asked } = await testService(t)
  const half = [
    { name: 'outcome', valueString: 'Done.' },
    { name: 'nextAction', valueString: 'Ring her.' },
  ]
  t.match(await call<OperationOutcome>(`/fhir/Task/${await asked()}/$complete`, half), {
    status: 400,
    body: { issue: [{ code: 'required' }] },
  })
})

t.test('$withdraw revokes the request with its reason and closes every step', async (t) => {
  const { call, asked, steps, callers } = await testService(t)
  await asked({ performer: [{ reference: 'Organization/leisure' }, { reference: 'Organization/therapy-centre' }] })
  const bearer = await callers.bearer('community-team')
  const { status, body } = await call<ServiceRequest>(
    '/fhir/ServiceRequest/need-1/$withdraw',
    [{ name: 'reason', valueString: 'She moved away.' }],
    bearer,
  )
  t.equal(status, 200)
  t.match(body, { resourceType: 'ServiceRequest', status: 'revoked', note: [{ text: 'She moved away.' }] })
  t.same(steps(), [
    ['referral', 'cancelled', 'Organization/leisure'],
    ['referral', 'cancelled', 'Organization/therapy-centre'],
  ])
  t.equal((await call('/fhir/ServiceRequest/need-1/$withdraw', [{ name: 'reason', valueString: 'Again.' }], bearer)).status, 409)
})

t.test('$match answers with reasons for and against each candidate', async (t) => {
  const { call, refer } = await testService(t)
  const wanted = {
    code: {
      coding: [{ system: 'https://handrail.example/fhir/CodeSystem/service-kind', code: 'exercise-class', display: 'Exercise class' }],
    },
  }
  const unsaved = await call<Parameters>('/fhir/ServiceRequest/$match', [
    { name: 'request', resource: aReferral(wanted) },
    { name: 'near', valueString: 'CH5 1AB' },
  ])
  t.equal(unsaved.status, 200)
  const candidate = unsaved.body.parameter?.find(({ name }) => name === 'candidate')
  t.match(candidate?.part, [{ name: 'service', valueReference: { reference: 'HealthcareService/chair-class' } }])
  const says = (name: string) => candidate?.part?.filter((part) => part.name === name).map((part) => part.part?.[1]?.valueString)
  t.match(says('for'), ['It offers Exercise class.'])
  t.same(says('against'), [
    'How far away it is, is not known: no coordinates of postcodes are held here.',
    'Which areas it serves is not known.',
    'Whether it has room is not known.',
    'How long the wait is, is not known.',
    'Nobody has confirmed this listing.',
  ])
  t.match(unsaved.body.parameter?.[0], { name: 'note', valueString: 'Only one option is known.' })

  refer({ ...wanted, category: [{ coding: [REFERRAL] }] })
  const stored = await call<Parameters>('/fhir/ServiceRequest/$match', [
    { name: 'request', valueReference: { reference: 'ServiceRequest/need-1' } },
  ])
  t.equal(stored.body.parameter?.filter(({ name }) => name === 'candidate').length, 1)
  t.equal(
    (await call('/fhir/ServiceRequest/$match', [{ name: 'request', valueReference: { reference: 'ServiceRequest/unknown' } }])).status,
    404,
  )
})

t.test(
  'HAZ-R30: $preview shows what a receiver in the hub will read of the request and of the person, and says what of the request it will not',
  async (t) => {
    const { call, asked, record } = await testService(t)
    record.seed({ resourceType: 'Patient', id: 'ada', name: [{ text: 'Ada' }], birthDate: '1974-03-18' } as never)
    await asked({ note: [{ text: 'Mood is low.' }], performer: [{ reference: 'Organization/neuropsychology' }] })
    const shown = await call<Bundle>('/fhir/ServiceRequest/need-1/$preview', [
      { name: 'receiver', valueReference: { reference: 'HealthcareService/chair-class' } },
    ])
    t.match(shown.body.meta?.tag, [{ code: 'hub' }, { code: 'needs-card' }])
    t.notMatch(JSON.stringify(shown.body.entry), /Mood is low|1974/)
    t.match(JSON.stringify(shown.body.entry), /"resourceType":"Patient","id":"ada","name":\[\{"text":"Ada"\}\]/)
    t.match(shown.body.entry?.at(-1)?.resource, { issue: [{ severity: 'information', details: { text: /does not read the notes/ } }] })
  },
)

t.test('$preview shows the request and the Task that a receiver would get, and writes nothing', async (t) => {
  const { call, asked, record } = await testService(t)
  await asked()
  const before = record.changes.length
  const to = (reference: string) => [{ name: 'receiver', valueReference: { reference } }]
  const shown = await call<Bundle>('/fhir/ServiceRequest/need-1/$preview', to('HealthcareService/chair-class'))
  t.match(shown.body.entry, [
    { resource: { resourceType: 'ServiceRequest', id: 'need-1' } },
    { resource: { resourceType: 'Task', status: 'requested', owner: { reference: 'Organization/leisure' } } },
  ])
  t.equal(record.changes.length, before)
  t.equal((await call('/fhir/ServiceRequest/need-1/$preview', to('Organization/nobody'))).status, 422)
  t.equal((await call('/fhir/ServiceRequest/unknown/$preview', to('Organization/leisure'))).status, 404)

  await asked({})
  const decides = await call<Bundle>('/fhir/ServiceRequest/need-1/$preview', to('Organization/single-point-of-access'))
  t.match(
    decides.body.entry?.[1]?.resource,
    { code: { coding: [{ code: 'single-point-of-access' }] }, description: 'Decide who can help.' },
    'whoever names nobody sees what the single point of access is asked',
  )
})

t.test('$status says the same plain word to every sender, with the first day, the coordinator and each step', async (t) => {
  const { asked, get } = await testService(t)
  await asked()
  const { status, body } = await get<Parameters>('/fhir/ServiceRequest/need-1/$status')
  t.equal(status, 200)
  t.match(body.parameter, [
    { name: 'status', valueCoding: { code: 'sent', display: 'Sent' } },
    { name: 'since', valueDateTime: '2026-11-04T10:00:00.000Z' },
    { name: 'days', valueUnsignedInt: 0 },
    { name: 'coordinator', valueReference: { reference: 'Organization/single-point-of-access' } },
    { name: 'step', part: [{ name: 'task' }, { valueCode: 'referral' }, { valueCoding: { code: 'sent' } }, { valueBoolean: true }] },
  ])
  t.equal((await get('/fhir/ServiceRequest/unknown/$status')).status, 404)
})

t.test('$amend and $re-enter: the next version of a need, and the next need after it, once', async (t) => {
  const { call, asked, record, settle } = await testService(t)
  const id = await asked()
  const request = { ...record.read<ServiceRequest>('ServiceRequest/need-1'), priority: 'urgent' as const }
  const reason = { name: 'reason', valueString: 'Two falls this week.' }
  t.match(await call('/fhir/ServiceRequest/need-1/$amend', [{ name: 'request', resource: request }, reason]), {
    status: 200,
    body: { priority: 'urgent', note: [{ text: 'Amended: Two falls this week.' }] },
  })
  t.equal((await call('/fhir/ServiceRequest/need-1/$amend', [reason])).status, 400)
  t.equal((await call('/fhir/ServiceRequest/need-1/$re-enter', [])).status, 409, 'it is open still')
  await call(`/fhir/Task/${id}/$complete`, [{ name: 'outcome', valueString: 'Done.' }])
  await settle()
  const again = await call<ServiceRequest>('/fhir/ServiceRequest/need-1/$re-enter', [{ name: 'words', valueString: 'Worse again.' }])
  t.match(again, { status: 201, body: { status: 'active', basedOn: [{ reference: 'ServiceRequest/need-1' }] } })
  const twice = await call<ServiceRequest>('/fhir/ServiceRequest/need-1/$re-enter', [])
  t.equal(twice.body.id, again.body.id)
})

t.test('$overrule asks a service against the reasons, keeps both on the request, and counts what was overruled', async (t) => {
  const { call, asked, record, settle, steps, dependencies, database } = await testService(t)
  await asked()
  const chosen = { name: 'service', valueReference: { reference: 'HealthcareService/chair-class' } }
  t.equal((await call('/fhir/ServiceRequest/need-1/$overrule', [chosen])).status, 400, 'a reason is needed')
  const reason = { name: 'reason', valueString: 'She knows the teacher.' }
  const { status, body } = await call<ServiceRequest>('/fhir/ServiceRequest/need-1/$overrule', [chosen, reason])
  t.equal(status, 200)
  t.match(
    body.note?.at(-1)?.text,
    /^Chair based exercise was chosen: She knows the teacher\. Against it stood: .*Nobody has confirmed this listing\./,
  )
  t.equal(record.read<ServiceRequest>('ServiceRequest/need-1').performer?.length, 2)
  await settle()
  t.same(
    steps().map(([, state, owner]) => [state, owner]),
    [
      ['requested', 'Organization/neuropsychology'],
      ['requested', 'Organization/leisure'],
    ],
  )
  const overruled = dependencies.ruleEffects.totals().find(({ rule, effect }) => rule === 'confirmed' && effect === 'overruled')
  t.match(overruled, { times: 1 })
  await dependencies.ruleEffects.write()
  const { rows } = await database.query<{ times: string }>({
    text: "SELECT times FROM referrals.rule_effect WHERE rule = 'confirmed' AND effect = 'overruled'",
  })
  t.same(rows, [{ times: '1' }])
})

t.test('a refusal gives a reason of refusal-reason; another code is refused with the place and what there is to choose from', async (t) => {
  const { call, asked, steps } = await testService(t)
  const id = await asked()
  for (const valueCoding of [
    { system: 'http://snomed.info/sct', code: '105480006' },
    { code: 'too-complex' },
    { ...REASON, code: 'too-busy' },
  ]) {
    const given = refusal.with(0, { name: 'reason', valueCoding })
    for (const [operation, parameter] of [
      ['$refuse', given],
      ['$triage', [{ name: 'outcome', valueCode: 'not-suitable' }, ...given]],
    ] as const) {
      const { status, body } = await call<OperationOutcome>(`/fhir/Task/${id}/${operation}`, parameter)
      t.equal(status, 400, operation)
      t.match(body.issue[0], {
        code: 'code-invalid',
        details: { coding: [{ code: 'REFUSAL_REASON_UNKNOWN' }] },
        expression: ["Parameters.parameter.where(name = 'reason').value"],
        diagnostics: /refusal-reason: too-complex, .*other-in-words/,
      })
    }
  }
  t.same(steps(), [['referral', 'requested', 'Organization/neuropsychology']])
})

t.test(
  'a due time that is a day is the end of that day by the clocks of the country, in summer and on the nights on which they change',
  async (t) => {
    for (const [day, end] of [
      ['2026-12-01', '2026-12-01T23:59:59.000Z'],
      ['2027-03-27', '2027-03-27T23:59:59.000Z'],
      ['2027-03-28', '2027-03-28T22:59:59.000Z'],
      ['2027-07-01', '2027-07-01T22:59:59.000Z'],
      ['2027-10-30', '2027-10-30T22:59:59.000Z'],
      ['2027-10-31', '2027-10-31T23:59:59.000Z'],
    ] as const) {
      const { call, asked, record } = await testService(t)
      const id = await asked()
      t.equal((await call(`/fhir/Task/${id}/$refuse`, refusal.with(4, { name: 'due', valueDate: day }))).status, 200, day)
      t.equal(record.all<Task>('Task')[1]?.restriction?.period?.end, end)
    }
    const { call, asked } = await testService(t)
    const id = await asked()
    for (const due of ['2027-02-30', '2027-02-30T10:00:00Z'])
      t.equal((await call(`/fhir/Task/${id}/$refuse`, refusal.with(4, { name: 'due', valueDateTime: due }))).status, 400, due)
  },
)
