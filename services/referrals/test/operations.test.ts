import type { Bundle, HealthcareService, OperationOutcome, Parameters, ParametersParameter, ServiceRequest, Task } from '@medplum/fhirtypes'
import { placesIn } from '@platform/service/places'
import { until } from '@platform/testing/until'
import t from 'tap'
import { buildApp } from '../src/app.ts'
import { testHub } from './a-hub.ts'
import { aReferral, REFERRAL } from './a-need.ts'

// A real database, a record that listens, and keys made anew for each test: on a busy machine that takes its time.
t.setTimeout(600_000)

const MONDAY = '2026-11-09T10:00:00Z'
const REASON = { system: 'https://handrail.example/fhir/CodeSystem/refusal-reason', code: 'too-complex' }
const refusal: readonly ParametersParameter[] = [
  { name: 'reason', valueCoding: REASON },
  { name: 'words', valueString: 'Mood too low for our group.' },
  { name: 'nextOwner', valueReference: { reference: 'Organization/community-team' } },
  { name: 'nextAction', valueString: 'Ring her and agree interim support.' },
  { name: 'due', valueDateTime: MONDAY },
]

async function testService(t: { teardown(work: () => unknown): void }) {
  const hub = await testHub(t)
  const app = await buildApp(hub.dependencies)
  t.teardown(() => app.close())
  const post = async <T>(url: string, body: unknown, authorization?: string) => {
    const bearer = authorization ?? (await hub.callers.bearer('neuropsychology'))
    const response = await app.inject({
      method: 'POST',
      url,
      payload: JSON.stringify(body),
      headers: { authorization: bearer, 'content-type': 'application/fhir+json' },
    })
    return {
      status: response.statusCode,
      type: response.headers['content-type'],
      body: (response.body === '' ? undefined : JSON.parse(response.body)) as T,
    }
  }
  const call = <T>(url: string, parameter: readonly ParametersParameter[], bearer?: string) =>
    post<T>(url, { resourceType: 'Parameters', parameter }, bearer)
  const get = async <T>(url: string, bearer?: string) => {
    const response = await app.inject({ url, headers: { authorization: bearer ?? (await hub.callers.bearer('neuropsychology')) } })
    return { status: response.statusCode, body: JSON.parse(response.body) as T }
  }
  const asked = async (given: Partial<ServiceRequest> = { performer: [{ reference: 'Organization/neuropsychology' }] }) => {
    hub.refer(given)
    await hub.settle()
    return hub.record.all<Task>('Task')[0]?.id ?? ''
  }
  return { ...hub, post, get, call, asked }
}

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

t.test('$triage accepts, redirects and advises, each with its Tasks', async (t) => {
  const { call, asked, callers, steps, settle } = await testService(t)
  const id = await asked({})
  const triager = await callers.bearer('single-point-of-access')
  const accepted = await call<Bundle>(`/fhir/Task/${id}/$triage`, [{ name: 'outcome', valueCode: 'accept' }], triager)
  t.match(accepted, {
    status: 200,
    body: { resourceType: 'Bundle', entry: [{ resource: { status: 'accepted' } }] },
  })

  const to = { name: 'receiver', valueReference: { reference: 'HealthcareService/chair-class' } }
  const redirected = await call<Bundle>(`/fhir/Task/${id}/$triage`, [{ name: 'outcome', valueCode: 'redirect' }, to], triager)
  t.match(redirected.body.entry, [
    { resource: { id, status: 'completed' } },
    { resource: { status: 'requested', owner: { reference: 'Organization/leisure' } } },
  ])

  const next = redirected.body.entry?.[1]?.resource?.id
  const words = { name: 'advice', valueString: 'Try the balance class first.' }
  t.equal((await call(`/fhir/Task/${next}/$triage`, [{ name: 'outcome', valueCode: 'advise' }, words], triager)).status, 200)
  await settle()
  t.same(steps(), [
    ['single-point-of-access', 'completed', 'Organization/single-point-of-access'],
    ['referral', 'completed', 'Organization/leisure'],
    ['next-step', 'requested', 'Organization/community-team'],
  ])
})

t.test('$triage says which outcomes are none, and what each lacks; "not suitable" needs what a refusal needs', async (t) => {
  const { call, asked } = await testService(t)
  const url = `/fhir/Task/${await asked({})}/$triage`
  const outcome = (valueCode: string, more: readonly ParametersParameter[] = []) =>
    call<OperationOutcome>(url, [{ name: 'outcome', valueCode }, ...more])
  for (const [code, lacks] of [
    ['split', 'receivers'],
    ['ask', 'question'],
    ['waiting-list', 'interimPlan'],
    ['advise', 'advice'],
  ] as const) {
    t.match(await outcome(code), { status: 400, body: { issue: [{ code: 'required', details: { text: `The answer lacks ${lacks}.` } }] } })
  }
  const to = (reference: string) => ({ name: 'receiver', valueReference: { reference } })
  const two = [to('Organization/leisure'), to('Organization/therapy-centre')]
  t.match(await outcome('redirect', two), { status: 400, body: { issue: [{ code: 'structure' }] } }, 'one is redirected to')
  t.match(await outcome('maybe'), { status: 400, body: { issue: [{ code: 'code-invalid' }] } })
  t.match(await outcome('not-suitable'), { status: 400, body: { issue: [{ code: 'required' }] } })
  t.equal((await outcome('not-suitable', refusal)).status, 200)
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

t.test('HAZ-R30: $preview warns of what a receiver in the hub would read and need not know', async (t) => {
  const { call, asked, record } = await testService(t)
  record.seed({ resourceType: 'Patient', id: 'ada', name: [{ text: 'Ada' }] } as never)
  await asked({ note: [{ text: 'Mood is low.' }], performer: [{ reference: 'Organization/neuropsychology' }] })
  const shown = await call<Bundle>('/fhir/ServiceRequest/need-1/$preview', [
    { name: 'receiver', valueReference: { reference: 'HealthcareService/chair-class' } },
  ])
  t.match(shown.body.meta?.tag, [{ code: 'hub' }, { code: 'needs-card' }])
  t.match(shown.body.entry?.at(-1)?.resource, { issue: [{ details: { text: /holds notes/ } }] })
})

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

t.test('$triage splits, asks, reviews together and puts on a list', async (t) => {
  const { call, asked, settle, steps, callers } = await testService(t)
  const to = (reference: string) => ({ name: 'receiver', valueReference: { reference } })
  const triager = await callers.bearer('single-point-of-access')
  const triage = async (id: string | undefined, outcome: string, ...more: ParametersParameter[]) => {
    const { status, body } = await call<Bundle>(`/fhir/Task/${id}/$triage`, [{ name: 'outcome', valueCode: outcome }, ...more], triager)
    t.equal(status, 200, outcome)
    await settle()
    return (body.entry ?? []).map(({ resource }) => resource as Task)
  }
  const first = await asked({})
  const [, question] = await triage(first, 'ask', { name: 'question', valueString: 'Since when?' })
  t.equal((await call(`/fhir/Task/${question?.id}/$complete`, [{ name: 'outcome', valueString: 'Since May.' }])).status, 200)
  await settle()
  const [, one, other] = await triage(first, 'split', to('Organization/leisure'), to('Organization/therapy-centre'))
  await triage(one?.id, 'waiting-list', { name: 'interimPlan', valueString: 'A peer group.' })
  await triage(other?.id, 'joint-review', to('Organization/neuropsychology'))
  t.same(steps(), [
    ['single-point-of-access', 'completed', 'Organization/single-point-of-access'],
    ['more-information', 'completed', 'Organization/community-team'],
    ['referral', 'completed', 'Organization/leisure'],
    ['referral', 'completed', 'Organization/therapy-centre'],
    ['waiting-list', 'requested', 'Organization/leisure'],
    ['joint-review', 'requested', 'Organization/single-point-of-access'],
  ])
})

t.test(
  'HAZ-R10: room that appears is offered to who has waited longest, as many times as there are places, however often it is told',
  async (t) => {
    const { call, record, refer, settle, steps, callers, dependencies, moveTo, tell, database } = await testService(t)
    const wanted = { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/service-kind', code: 'exercise-class' }] }
    const bearer = await callers.bearer('single-point-of-access')
    for (const [minute, [id, day]] of (
      [
        ['late', '03'],
        ['first', '01'],
        ['second', '02'],
        ['fourth', '04'],
        ['fifth', '05'],
      ] as const
    ).entries()) {
      moveTo(new Date(`2026-11-04T11:0${minute}:00Z`))
      refer({ id, code: wanted, subject: { reference: `Patient/${id}` }, authoredOn: `2026-11-${day}T10:00:00Z` })
      await settle()
      const step = record.all<Task>('Task').find((task) => task.focus?.reference === `ServiceRequest/${id}`)
      moveTo(new Date(`2026-11-04T11:0${minute}:30Z`))
      const reason = { name: 'reason', valueCoding: { system: 'https://handrail.example/fhir/CodeSystem/unmet-need', code: 'no-capacity' } }
      const words = { name: 'words', valueString: 'Every class is full.' }
      t.equal((await call(`/fhir/Task/${step?.id}/$record-unmet-need`, [reason, words], bearer)).status, 200)
      await settle()
    }
    moveTo(new Date('2026-11-04T12:00:00Z'))
    t.equal(await dependencies.clocks.countUnowned(new Date('2026-12-01')), 0, 'an entry of the ledger has an owner and a due time')
    const chairClass = record.read<HealthcareService>('HealthcareService/chair-class')
    const room = (places: number, asOf: string) =>
      record.seed<HealthcareService>({
        ...chairClass,
        extension: [
          {
            url: 'https://handrail.example/fhir/StructureDefinition/service-capacity',
            extension: [
              { url: 'places', valueUnsignedInt: places },
              { url: 'asOf', valueDateTime: asOf },
            ],
          },
        ],
      })
    room(2, '2026-11-04')
    await settle()
    room(2, '2026-11-04')
    await settle()
    const offered = (id: string) => steps(id).some(([kind, status]) => kind === 'next-step' && status === 'requested')
    t.same(['first', 'second', 'late'].map(offered), [true, true, false])
    room(1, '2026-11-05')
    await settle()
    t.ok(offered('late'))

    // One statement is heard twice at once; the first to offer has told the need and not yet written it down when the other begins.
    room(1, '2026-11-06')
    const held = await database.pool.connect()
    await held.query('BEGIN')
    await held.query('LOCK TABLE referrals.capacity_offer IN SHARE MODE')
    const waiting = async (most: number) => {
      const text =
        'SELECT count(*)::integer AS held FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())'
      return Number((await database.query({ text })).rows[0]?.['held']) >= most
    }
    const hear = () => tell({ type: 'HealthcareService', id: 'chair-class' })
    const one = hear()
    await until('the first offer waits to be written down', () => waiting(1))
    await dependencies.needs.settle('fourth')
    const other = hear()
    await until('the second offer waits too', () => waiting(2))
    await held.query('COMMIT')
    held.release()
    await Promise.all([one, other])
    await settle()
    t.same(['fourth', 'fifth'].map(offered), [true, false], 'one place is offered once')

    // A hub that died after it had claimed a place is told of the statement again.
    const claim = `INSERT INTO referrals.capacity_offer (service, as_of, need, offered_at) VALUES ('HealthcareService/chair-class', '2026-11-07', 'fifth', $1)`
    await database.query({ text: claim, values: [new Date('2026-11-04T12:00:00Z')] })
    room(1, '2026-11-07')
    await settle()
    t.ok(offered('fifth'), 'whose place was claimed is told of it')
    const { rows } = await database.query({ text: 'SELECT FROM referrals.capacity_offer WHERE told_at IS NULL' })
    t.equal(rows.length, 0)
  },
)

t.test('a second request for the same is routed, and the access point is shown the first', async (t) => {
  const { record, refer, settle } = await testService(t)
  const code = { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/service-kind', code: 'hydrotherapy' }] }
  refer({ id: 'one', code })
  await settle()
  refer({ id: 'two', code })
  await settle()
  refer({ id: 'of-another', code, subject: { reference: 'Patient/bryn' } })
  await settle()
  const seen = record.all<Task>('Task').map((task) => task.input?.map(({ valueReference }) => valueReference?.reference))
  t.same(seen, [undefined, ['ServiceRequest/one'], undefined])
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

t.test(
  'HAZ-R11: a list of answers is taken row by row; a no gets its next owner from the hub; sent again it changes nothing',
  async (t) => {
    const { call, asked, settle, steps, record } = await testService(t)
    const id = await asked()
    const csv = `task,answer,reason,words\n${id},refused,no-capacity,Full until March.\nunknown,accepted,,\n${id},perhaps,,\n`
    const send = (dryRun: boolean) =>
      call<Parameters>('/fhir/$import-answers', [
        { name: 'csv', valueString: csv },
        { name: 'dryRun', valueBoolean: dryRun },
      ])
    const counts = ({ parameter = [] }: Parameters) => parameter.slice(0, 3).map(({ valueUnsignedInt }) => valueUnsignedInt)
    const before = record.changes.length
    t.same(counts((await send(true)).body), [1, 0, 2])
    t.equal(record.changes.length, before, 'a dry run writes nothing')
    t.same(counts((await send(false)).body), [1, 0, 2])
    await settle()
    t.same(steps(), [
      ['referral', 'rejected', 'Organization/neuropsychology'],
      ['next-step', 'requested', 'Organization/single-point-of-access'],
    ])
    t.match(record.all<Task>('Task')[0], { statusReason: { text: 'Full until March.' } })
    const again = await send(false)
    t.same(counts(again.body), [0, 1, 2])
    t.equal(steps().length, 2)
    t.match(
      again.body.parameter?.find(({ name, part = [] }) => name === 'row' && part[0]?.valueUnsignedInt === 3),
      {
        part: [{}, { valueCode: 'not-taken' }],
      },
    )
    t.equal((await call('/fhir/$import-answers', [{ name: 'csv', valueString: 'no table' }])).status, 400)
  },
)

t.test('what an organisation is asked for goes out as a list, which comes back with its answers', async (t) => {
  const { get, call, callers, record, refer, settle, steps } = await testService(t)
  record.seed({ resourceType: 'Patient', id: 'ada', name: [{ text: 'Ada Probert' }], birthDate: '1974-03-18' })
  for (const id of ['one', 'two'])
    refer({
      id,
      subject: { reference: 'Patient/ada' },
      code: { text: `=Balance ${id}` },
      performer: [{ reference: 'Organization/neuropsychology' }],
    })
  await settle()
  const list = async (bearer?: string) => {
    const { body } = await get<Parameters>('/fhir/$export-steps', bearer)
    return { rows: body.parameter?.[0]?.valueUnsignedInt, csv: body.parameter?.[1]?.valueString ?? '' }
  }
  const { rows, csv } = await list()
  t.equal(rows, 2)
  const lines = csv.trim().split('\r\n')
  t.match(lines[0], /task,answer,reason,words,person,asked for/)
  t.match(lines[1], /,,,,Ada Probert,'=Balance (one|two),/, 'no spreadsheet takes it for a formula')
  t.notMatch(csv, /1974/)
  t.equal((await list(await callers.bearer('leisure'))).rows, 0, 'each organisation its own')
  const filled = [lines[0], lines[1]?.replace(',,,,', ',refused,no-capacity,Full.,'), lines[2]].join('\r\n')
  const { body } = await call<Parameters>('/fhir/$import-answers', [{ name: 'csv', valueString: filled }])
  t.same(
    body.parameter?.slice(0, 3).map(({ valueUnsignedInt }) => valueUnsignedInt),
    [1, 0, 0],
    'a row that is not filled in is no answer',
  )
  await settle()
  t.same([...steps('one'), ...steps('two')].map(([, status]) => status).toSorted(), ['rejected', 'requested', 'requested'])
})

t.test(
  'HAZ-R80: a list of answers is taken back by who sent it: the step is what it was, and whoever was given the next one is asked no more',
  async (t) => {
    const { asked, call, callers, record, settle, steps } = await testService(t)
    const id = await asked()
    const step = () => record.all<Task>('Task').find((one) => one.id === id)
    const before = step()
    const answer = async (row: string) => {
      const { body } = await call<Parameters>('/fhir/$import-answers', [
        { name: 'csv', valueString: `task,answer,reason,words\n${id},${row}\n` },
      ])
      await settle()
      return body.parameter?.find(({ name }) => name === 'list')?.valueString ?? ''
    }
    const undo = async (list: string, bearer?: string) => {
      const { status, body } = await call<Parameters>('/fhir/$undo-answers', [{ name: 'list', valueString: list }], bearer)
      await settle()
      return [status, ...(body.parameter?.slice(0, 2).map(({ valueUnsignedInt }) => valueUnsignedInt) ?? [])]
    }
    const refused = await answer('refused,no-capacity,Full until March.')
    t.equal((await undo(refused, await callers.bearer('leisure')))[0], 404, 'a list is another organisation’s to nobody')
    t.same(await undo(refused), [200, 1, 0])
    t.same(steps(), [
      ['referral', 'requested', 'Organization/neuropsychology'],
      ['next-step', 'cancelled', 'Organization/single-point-of-access'],
    ])
    t.match(step(), { restriction: before?.restriction, note: [{ text: /taken back/ }] })
    t.notOk(step()?.statusReason ?? step()?.output, 'nothing of the answer is left on the step')
    t.equal((await undo(refused))[0], 404, 'it is taken back once')

    const done = await answer('done,,Eight sessions.')
    t.equal(record.all<ServiceRequest>('ServiceRequest')[0]?.status, 'completed')
    t.same(await undo(done), [200, 1, 0])
    t.match([record.all<ServiceRequest>('ServiceRequest')[0], step()], [{ status: 'active' }, { status: 'requested' }])

    const acted = await answer('refused,no-capacity,Full again.')
    const next = record.all<Task>('Task').find(({ status, id: other }) => status === 'requested' && other !== id)
    record.seed<Task>({ ...(next as Task), status: 'accepted' })
    t.same(await undo(acted), [200, 0, 1], 'what somebody has begun is not taken from them')
    t.equal(step()?.status, 'rejected')
  },
)

t.test(
  'what each rule of matching did is told in all and by area, age and condition: exactly to the operator, by ended quarters and without small numbers to commissioners',
  async (t) => {
    const { call, get, asked, callers, record, moveTo, database } = await testService(t)
    await database.query({ text: 'TRUNCATE referrals.rule_effect' })
    await asked()
    const [request] = record.all<ServiceRequest>('ServiceRequest')
    const criteria = [{ url: 'condition', valueCode: 'epilepsy' as never }]
    /** Somebody looks for this person, three times: the person counts once. */
    const look = async (person: string, ageBand: string, near = 'CH5 1AB') => {
      const resource: ServiceRequest = {
        ...(request as ServiceRequest),
        subject: { reference: `Patient/${person}` },
        extension: [{ url: 'https://handrail.example/fhir/StructureDefinition/request-criteria', extension: criteria }],
      }
      const given = [
        { name: 'request', resource },
        { name: 'near', valueString: near },
        { name: 'ageBand', valueCode: ageBand },
      ]
      for (let time = 0; time < 3; time += 1) t.equal((await call('/fhir/ServiceRequest/$match', given)).status, 200)
    }
    for (let person = 0; person < 8; person += 1) await look(`person-${person}`, '40-64')
    await look('person-8', '80-')

    const days = (from: string, until: string) => `/fhir/$screening-out?from=${from}&until=${until}`
    t.equal((await get(days('2026-10-01', '2026-12-31'))).status, 403)
    const effectsIn = ({ body }: { readonly body: Parameters }) =>
      (body.parameter ?? [])
        .filter(({ name }) => name === 'effect')
        .map(({ part = [] }) =>
          Object.fromEntries(part.map((one) => [one.name, one.valueCode ?? one.valueString ?? one.valueDecimal ?? one.valueBoolean])),
        )

    const operator = await callers.bearer('admin', 'user/*.rs', 'admin')
    const exact = await get<Parameters>(days('2026-11-01', '2026-11-30'), operator)
    const [first] = effectsIn(exact)
    const groupsOf = (all: readonly Record<string, unknown>[]) =>
      all
        .filter(({ rule, effect }) => rule === first?.['rule'] && effect === first?.['effect'])
        .map(({ rule: _rule, effect: _effect, ...rest }) => rest)
    const each = Number(first?.['times']) / 27
    t.strictSame(groupsOf(effectsIn(exact)), [
      { times: 27 * each },
      { age: '40-64', times: 24 * each },
      { age: '80-', times: 3 * each },
      { area: 'CH5', times: 27 * each },
      { condition: 'epilepsy', times: 27 * each },
    ])
    t.match(exact.body.parameter?.at(-1), {
      name: 'notCounted',
      part: [{ valueCode: 'deprivation' }, { valueString: /No table.*places import/ }],
    })

    const commissioner = await callers.bearer('commissioner', 'user/*.rs', 'commissioner')
    for (const [from, until] of [
      ['2026-11-01', '2026-11-30'],
      ['2026-10-01', '2026-12-31'],
      ['2026-07-01', '2026-12-31'],
      ['2026-08-01', '2026-10-31'],
    ] as const)
      t.equal((await get(days(from, until), commissioner)).status, 422, `${from} to ${until} is no quarter that has ended`)
    moveTo(new Date('2027-01-01T09:00:00Z'))
    const published = await get<Parameters>(days('2026-10-01', '2026-12-31'), commissioner)
    const rounded = (times: number) => Math.round(times / 5) * 5
    t.strictSame(groupsOf(effectsIn(published)), [
      { times: rounded(27 * each) },
      { age: '40-64', times: rounded(24 * each) },
      { age: '80-', hidden: true },
      { area: 'CH5', times: rounded(27 * each) },
      { condition: 'epilepsy', times: rounded(27 * each) },
    ])
    t.notMatch(JSON.stringify([exact.body, published.body]), /Patient|person-|need-1/)

    const tableOfPlaces = async function* () {
      yield { line: 2, postcode: 'CH51AB', place: { nation: 'wales' as const, decile: 3, rurality: 'rural' as const } }
    }
    const source = { name: 'An index', edition: '2019', licence: 'Some licence' }
    await placesIn(database).replace(source, tableOfPlaces(), { at: new Date(), mayKeep: () => 'yes' })
    for (let person = 9; person < 17; person += 1) await look(`person-${person}`, '40-64')
    await look('person-17', '40-64', 'CH5 9ZZ')
    await look('person-18', '40-64', 'CH5')
    const placed = await get<Parameters>(days('2027-01-01', '2027-01-01'), operator)
    const byPlace = (all: readonly Record<string, unknown>[]) =>
      groupsOf(all).filter((group) => 'deprivation' in group || 'rurality' in group)
    t.strictSame(byPlace(effectsIn(placed)), [
      { deprivation: 'not-in-table', times: 3 * each },
      { deprivation: 'wimd-2', times: 24 * each },
      { rurality: 'not-in-table', times: 3 * each },
      { rurality: 'wales-rural', times: 24 * each },
    ])
    moveTo(new Date('2027-04-01T09:00:00Z'))
    t.strictSame(byPlace(effectsIn(await get<Parameters>(days('2027-01-01', '2027-03-31'), commissioner))), [
      { deprivation: 'not-in-table', hidden: true },
      { deprivation: 'wimd-2', times: rounded(24 * each) },
      { rurality: 'not-in-table', hidden: true },
      { rurality: 'wales-rural', times: rounded(24 * each) },
    ])
    t.match(placed.body.parameter?.at(-1), {
      name: 'places',
      part: [{ valueCode: 'wales' }, { valueCode: 'wimd' }, { valueString: 'An index' }],
    })
    t.notMatch(JSON.stringify(placed.body), /notCounted|1AB|9ZZ/)
  },
)

t.test(
  'HAZ-C01: the real flow over the pathway is exact for the operator; a commissioner gets settled quarters, without small numbers, once and for ever',
  async (t) => {
    const { get, record, database, callers, moveTo, refer } = await testService(t)
    await database.query({ text: 'TRUNCATE referrals.published_flow' })
    const step = (id: string, need: string, owner: string) =>
      record.seed<Task>({
        resourceType: 'Task',
        id,
        status: 'requested',
        intent: 'order',
        identifier: [{ system: 'https://handrail.example/fhir/Id/task-key', value: id }],
        code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: 'referral' }] },
        basedOn: [{ reference: `ServiceRequest/${need}` }],
        focus: { reference: `ServiceRequest/${need}` },
        owner: { reference: `Organization/${owner}` },
      })
    // Twelve people go to leisure, one of them twice; one person goes nine times where nobody else goes.
    for (let person = 0; person < 12; person += 1) {
      refer({ id: `flow-${person}`, subject: { reference: `Patient/flow-person-${person}` } })
      step(`flow-${person}-a`, `flow-${person}`, 'leisure')
    }
    step('flow-0-b', 'flow-0', 'leisure')
    for (const status of ['draft', 'entered-in-error'] as const)
      refer({ id: `flow-${status}`, subject: { reference: 'Patient/flow-person-0' }, status })
    refer({ id: 'flow-midnight', subject: { reference: 'Patient/flow-person-0' }, authoredOn: '2026-07-01T00:30:00+01:00' })
    for (let time = 0; time < 9; time += 1) step(`flow-1-alone-${time}`, 'flow-1', 'neuropsychology')
    const days = (from: string, until: string) => `/fhir/$pathway-flow?from=${from}&until=${until}`
    const linksIn = ({ parameter = [] }: Parameters) =>
      parameter
        .filter(({ name }) => name === 'link')
        .map(({ part = [] }) =>
          Object.fromEntries(part.map((one) => [one.name, one.valueCode ?? one.valueUnsignedInt ?? one.valueBoolean])),
        )

    t.equal((await get(days('2026-11-01', '2026-11-30'))).status, 403)
    const operator = await callers.bearer('admin', 'user/*.rs', 'admin')
    const exact = await get<Parameters>(days('2026-11-01', '2026-11-30'), operator)
    t.equal(exact.status, 200, JSON.stringify(exact.body))
    t.match(exact.body.parameter?.slice(1, 3), [
      { name: 'needs', valueUnsignedInt: 12 },
      { name: 'ended', valueUnsignedInt: 0 },
    ])
    const june = await get<Parameters>(days('2026-06-01', '2026-06-30'), operator)
    t.equal(june.body.parameter?.[1]?.valueUnsignedInt, 1, 'the day is that in UTC, by which the record finds it')
    t.strictSame(linksIn(exact.body), [
      { from: 'outside', to: 'community', sector: 'unknown', steps: 13, refused: 0 },
      { from: 'outside', to: 'outside', sector: 'unknown', steps: 9, refused: 0 },
    ])

    const bearer = await callers.bearer('commissioner', 'user/*.rs', 'commissioner')
    const quarter = days('2026-10-01', '2026-12-31')
    moveTo(new Date('2026-12-31T12:00:00Z'))
    const refusedWith = async (url: string, remedy: RegExp) => {
      const { status, body } = await get<OperationOutcome>(url, bearer)
      t.match([status, body.issue[0]?.diagnostics], [422, remedy], url)
    }
    for (const [from, until] of [
      ['2026-11-01', '2026-11-30'],
      ['2026-07-01', '2026-12-31'],
      ['2026-10-01', '2026-12-31'],
    ] as const)
      await refusedWith(days(from, until), /from=2026-01-01/)
    moveTo(new Date('2027-01-20T12:00:00Z'))
    await refusedWith(quarter, /four weeks|earlier quarter/)

    moveTo(new Date('2027-02-01T12:00:00Z'))
    const [published, asked] = await Promise.all([get<Parameters>(quarter, bearer), get<Parameters>(quarter, bearer)])
    t.equal(published.status, 200, JSON.stringify(published.body))
    t.strictSame(asked.body, published.body, 'two who ask first at once get one answer')
    t.strictSame(linksIn(published.body), [
      { from: 'outside', to: 'outside', sector: 'unknown', hidden: true },
      { from: 'outside', to: 'community', sector: 'unknown', steps: 15 },
    ])
    t.match(
      published.body.parameter?.find(({ name }) => name === 'needs'),
      { valueUnsignedInt: 10 },
    )
    t.notOk(
      published.body.parameter?.some(({ name }) => name === 'ended'),
      'what has not ended would be the rest',
    )
    t.notMatch(JSON.stringify([exact.body, published.body]), /Patient|person|need-1|refused": ?\d*[1-9]/)

    for (let time = 0; time < 30; time += 1) step(`flow-later-${time}`, `flow-${time % 12}`, 'leisure')
    moveTo(new Date('2027-05-01T12:00:00Z'))
    t.strictSame((await get(quarter, bearer)).body, published.body, 'what is heard later changes nothing that was published')
    t.equal(linksIn((await get<Parameters>(quarter, operator)).body)[0]?.['steps'], 43)
    for (const change of ["UPDATE referrals.published_flow SET content = '{}'", 'DELETE FROM referrals.published_flow'])
      await t.rejects(database.query({ text: change }), /never changed/)
    for (const bad of ['', '?from=2026-11-30&until=2026-11-01', '?from=now&until=2026-11-01'])
      t.equal((await get(`/fhir/$pathway-flow${bad}`, bearer)).status, 400)
  },
)
