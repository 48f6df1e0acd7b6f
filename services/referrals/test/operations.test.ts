import type { Bundle, OperationOutcome, Parameters, ParametersParameter, ServiceRequest, Task } from '@medplum/fhirtypes'
import t from 'tap'
import { buildApp } from '../src/app.ts'
import { testHub } from './a-hub.ts'
import { aReferral, REFERRAL } from './a-need.ts'

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
  const asked = async (given: Partial<ServiceRequest> = { performer: [{ reference: 'Organization/neuropsychology' }] }) => {
    hub.refer(given)
    await hub.settle()
    return hub.record.all<Task>('Task')[0]?.id ?? ''
  }
  return { ...hub, post, call, asked }
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

t.test('$triage says which outcomes it does not offer yet, and which are none; "not suitable" needs what a refusal needs', async (t) => {
  const { call, asked } = await testService(t)
  const url = `/fhir/Task/${await asked({})}/$triage`
  const outcome = (valueCode: string, more: readonly ParametersParameter[] = []) =>
    call<OperationOutcome>(url, [{ name: 'outcome', valueCode }, ...more])
  for (const code of ['split', 'ask', 'joint-review', 'waiting-list']) {
    t.match(await outcome(code), { status: 400, body: { issue: [{ code: 'not-supported' }] } })
  }
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
  const [candidate] = unsaved.body.parameter ?? []
  t.match(candidate?.part, [{ name: 'service', valueReference: { reference: 'HealthcareService/chair-class' } }])
  const says = (name: string) => candidate?.part?.filter((part) => part.name === name).map((part) => part.part?.[1]?.valueString)
  t.match(says('for'), ['It offers Exercise class.'])
  t.match(says('against'), ['How far away it is, is not known.', 'Whether it has room, and how long the wait is, is not known.'])

  refer({ ...wanted, category: [{ coding: [REFERRAL] }] })
  const stored = await call<Parameters>('/fhir/ServiceRequest/$match', [
    { name: 'request', valueReference: { reference: 'ServiceRequest/need-1' } },
  ])
  t.equal(stored.body.parameter?.length, 1)
  t.equal(
    (await call('/fhir/ServiceRequest/$match', [{ name: 'request', valueReference: { reference: 'ServiceRequest/unknown' } }])).status,
    404,
  )
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
})
