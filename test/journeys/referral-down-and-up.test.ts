/** Stories 1, 2 and 3 as far as referrals carry them: down to a leisure centre, up from a charity, and a refusal that ends nothing. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bundle, OperationOutcome, Parameters, ParametersParameter, Resource, ServiceRequest, Task } from '@medplum/fhirtypes'
import { tokenSource } from '@platform/service/token-source'
import { testHub } from '@platform/testing/hub'
import { until } from '@platform/testing/until'
import type { JWK } from 'jose'
import t from 'tap'

const BASE = 'https://handrail.example/fhir'
const DAY_MS = 86_400_000
/** A Monday before five working days: what is due then does not depend on the day on which this runs. */
const MONDAY = '2026-11-23T09:00:00Z'

const { url, home } = await testHub(t)
const tokens = new Map<string, { get(): Promise<string> }>()

/** One request by a client of the demonstration. */
async function ask<T>(client: string, method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
  let source = tokens.get(client)
  if (source === undefined) {
    const key = JSON.parse(await readFile(join(home, 'demo-clients', `${client}.jwk.json`), 'utf8')) as JWK
    source = tokenSource({ tokenUrl: `${url}/identity/token`, clientId: client, key })
    tokens.set(client, source)
  }
  const headers = { authorization: `Bearer ${await source.get()}`, 'content-type': 'application/fhir+json' }
  const response = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  const text = await response.text()
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T }
}

const found = async <T extends Resource>(client: string, path: string): Promise<T[]> =>
  ((await ask<Bundle>(client, 'GET', path)).body.entry ?? []).map(({ resource }) => resource as T)

await ask('demo-admin', 'POST', '/demo/clock', { set: MONDAY })

/** `Type/id` of something of the demonstration. */
async function demo(type: string, key: string): Promise<string> {
  const [resource] = await found('demo-admin', `/fhir/${type}?identifier=${encodeURIComponent(`${BASE}/Id/demo|${key}`)}`)
  return `${type}/${resource?.id}`
}

const [ada, bryn, carys] = await Promise.all(['ada', 'bryn', 'carys'].map((key) => demo('Patient', key)))
const [accessPoint, community, leisure, charity, rehab, psychology, commissioner] = await Promise.all(
  ['single-point-of-access', 'community-team', 'leisure', 'therapy-centre', 'neurorehab', 'neuropsychology', 'commissioner'].map((key) =>
    demo('Organization', key),
  ),
)

const aRequest = (given: Partial<ServiceRequest>): ServiceRequest => ({
  resourceType: 'ServiceRequest',
  status: 'active',
  intent: 'order',
  category: [{ coding: [{ system: `${BASE}/CodeSystem/request-category`, code: 'neuro-rehabilitation' }] }],
  subject: { reference: ada ?? '' },
  authoredOn: '2026-11-21T09:00:00Z',
  ...given,
})

const input = (...parameter: readonly ParametersParameter[]) => ({ resourceType: 'Parameters', parameter })

/** The steps of a need once there are so many, first one first. */
async function steps(client: string, need: string, many: number): Promise<Task[]> {
  const look = () => found<Task>(client, `/fhir/Task?based-on=ServiceRequest/${need}`)
  const tasks = await until(`the need has ${many} steps`, look, ({ length }) => length >= many)
  return tasks.toSorted((one, other) => new Date(one.authoredOn ?? 0).getTime() - new Date(other.authoredOn ?? 0).getTime())
}

const readNeed = async (id: string) => (await ask<ServiceRequest>('demo-admin', 'GET', `/fhir/ServiceRequest/${id}`)).body
const inShort = (tasks: readonly Task[]) => tasks.map((task) => [task.code?.coding?.[0]?.code, task.status, task.owner?.reference])
const dueIn = (task: Task | undefined) =>
  new Date(task?.restriction?.period?.end ?? 0).getTime() - new Date(task?.authoredOn ?? 0).getTime()

t.test('down: a community team refers Ada to a leisure centre, which takes her on; the outcome meets the need', async (t) => {
  const sent = await ask<ServiceRequest>(
    'demo-community-team',
    'POST',
    '/fhir/ServiceRequest',
    aRequest({ subject: { reference: ada ?? '' }, requester: { reference: community ?? '' }, performer: [{ reference: leisure ?? '' }] }),
  )
  t.equal(sent.status, 201)
  const need = sent.body.id ?? ''

  const [asked] = await steps('demo-leisure', need, 1)
  t.same(inShort([asked!]), [['referral', 'requested', leisure]])
  t.ok(dueIn(asked) >= 2 * DAY_MS && dueIn(asked) <= 3 * DAY_MS, 'due in two working days')

  const accepted = await ask<Task>('demo-leisure', 'PUT', `/fhir/Task/${asked?.id}`, { ...asked, status: 'accepted' })
  t.equal(accepted.status, 200, 'accepted by a plain update')
  const begun = await until(
    'the clock of who accepted runs',
    async () => (await steps('demo-leisure', need, 1))[0],
    (task) => task?.restriction?.period?.end !== asked?.restriction?.period?.end,
  )
  t.ok(dueIn(begun) > dueIn(asked), 'who accepts has the time to begin')

  const done = await ask<Task>(
    'demo-leisure',
    'POST',
    `/fhir/Task/${asked?.id}/$complete`,
    input({ name: 'outcome', valueString: 'Came to 9 of 11 classes.' }),
  )
  t.match(done, { status: 200, body: { status: 'completed' } })
  t.equal((await readNeed(need)).status, 'completed')
  const [seen] = await steps('demo-community-team', need, 1)
  t.match(seen?.output?.[0], { valueString: 'Came to 9 of 11 classes.' }, 'the referrer reads the outcome')
})

t.test('HAZ-R86: whoever is shown a part of a request finishes it all the same, and nobody else does it for them', async (t) => {
  const sent = await ask<ServiceRequest>('demo-community-team', 'POST', '/fhir/ServiceRequest', {
    ...aRequest({
      subject: { reference: ada ?? '' },
      requester: { reference: community ?? '' },
      performer: [{ reference: leisure ?? '' }],
    }),
    reasonCode: [{ text: 'Relapsing multiple sclerosis' }],
    note: [{ text: 'Worse after a relapse.' }],
  })
  const need = sent.body.id ?? ''
  const [asked] = await steps('demo-leisure', need, 1)
  const shown = await ask<ServiceRequest>('demo-leisure', 'GET', `/fhir/ServiceRequest/${need}`)
  t.same([shown.body.reasonCode, shown.body.meta?.tag?.[0]?.code], [undefined, 'SUBSETTED'])
  const outcome = input({ name: 'outcome', valueString: 'Came to every class.' })
  t.equal((await ask('demo-therapy-centre', 'POST', `/fhir/Task/${asked?.id}/$complete`, outcome)).status, 404, 'who is not asked')
  t.equal((await ask('demo-leisure', 'POST', `/fhir/Task/${asked?.id}/$complete`, outcome)).status, 200)
  const met = await readNeed(need)
  t.match(met, { status: 'completed', reasonCode: [{ text: 'Relapsing multiple sclerosis' }], note: [{ text: 'Worse after a relapse.' }] })
  t.same(inShort(await steps('demo-community-team', need, 1)), [['referral', 'completed', leisure]])
})

t.test('up: a charity refers Bryn to nobody in particular; the access point sees it like any other and passes it on', async (t) => {
  const sent = await ask<ServiceRequest>(
    'demo-therapy-centre',
    'POST',
    '/fhir/ServiceRequest',
    aRequest({ subject: { reference: bryn ?? '' }, requester: { reference: charity ?? '' } }),
  )
  t.equal(sent.status, 201)
  const need = sent.body.id ?? ''
  const [triage] = await steps('demo-admin', need, 1)
  t.same(inShort([triage!]), [['single-point-of-access', 'requested', accessPoint]])

  const passedOn = await ask<Parameters>(
    'demo-admin',
    'POST',
    `/fhir/Task/${triage?.id}/$triage`,
    input({ name: 'outcome', valueCode: 'redirect' }, { name: 'nextOwner', valueReference: { reference: rehab ?? '' } }),
  )
  t.equal(passedOn.status, 200)
  t.same(inShort(await steps('demo-neurorehab', need, 2)), [
    ['single-point-of-access', 'completed', accessPoint],
    ['referral', 'requested', rehab],
  ])
  t.match(await readNeed(need), { status: 'active', authoredOn: '2026-11-21T09:00:00Z' }, 'the clock does not start again')
})

t.test('whoever has the step reads the request: on an own waiting list, and where it was redirected to', async (t) => {
  const sent = await ask<ServiceRequest>(
    'demo-therapy-centre',
    'POST',
    '/fhir/ServiceRequest',
    aRequest({ subject: { reference: bryn ?? '' }, requester: { reference: charity ?? '' } }),
  )
  const need = sent.body.id ?? ''
  const reads = async (client: string) => [
    (await ask(client, 'GET', `/fhir/ServiceRequest/${need}`)).status,
    (await ask(client, 'GET', `/fhir/${bryn}`)).status,
  ]
  const triage = async (client: string, task: Task | undefined, ...parameter: readonly ParametersParameter[]) =>
    (await ask(client, 'POST', `/fhir/Task/${task?.id}/$triage`, input(...parameter))).status
  const to = (owner: string | undefined) => ({ name: 'receiver', valueReference: { reference: owner ?? '' } })

  const [first] = await steps('demo-admin', need, 1)
  t.equal(await triage('demo-admin', first, { name: 'outcome', valueCode: 'redirect' }, to(psychology)), 200)
  const asked = (await steps('demo-neuropsychology', need, 1)).find(({ status }) => status === 'requested')
  const plan = { name: 'interimPlan', valueString: 'Rings every fortnight until there is a place.' }
  t.equal(await triage('demo-neuropsychology', asked, { name: 'outcome', valueCode: 'waiting-list' }, plan), 200)
  t.same(await reads('demo-neuropsychology'), [200, 200], 'it reads whom it keeps a place for')

  const listed = (await steps('demo-neuropsychology', need, 2)).find(({ status }) => status === 'requested')
  t.equal(listed?.code?.coding?.[0]?.code, 'waiting-list')
  t.same(await reads('demo-leisure'), [404, 404])
  t.equal(await triage('demo-neuropsychology', listed, { name: 'outcome', valueCode: 'redirect' }, to(leisure)), 200)
  t.same(await reads('demo-leisure'), [200, 200], 'leisure reads what is asked of it, though the request names nobody')
  t.same(await reads('demo-neuropsychology'), [404, 404], 'and whoever has no step any more does not')
})

t.test('HAZ-R01: a refusal without a next step is refused; with one, the need stays open and the next owner has it', async (t) => {
  const sent = await ask<ServiceRequest>(
    'demo-community-team',
    'POST',
    '/fhir/ServiceRequest',
    aRequest({
      subject: { reference: carys ?? '' },
      requester: { reference: community ?? '' },
      performer: [{ reference: psychology ?? '' }],
    }),
  )
  const need = sent.body.id ?? ''
  const [asked] = await steps('demo-neuropsychology', need, 1)
  const reason = { name: 'reason', valueCoding: { system: `${BASE}/CodeSystem/refusal-reason`, code: 'too-complex' } }
  const words = { name: 'words', valueString: 'Mood too low for our group.' }
  const bare = await ask<OperationOutcome>('demo-neuropsychology', 'POST', `/fhir/Task/${asked?.id}/$refuse`, input(reason, words))
  t.equal(bare.status, 400)
  t.equal(
    (await ask('demo-neuropsychology', 'PUT', `/fhir/Task/${asked?.id}`, { ...asked, status: 'rejected' })).status,
    422,
    'nor by a plain update',
  )

  const due = new Date(Date.parse(MONDAY) + 7 * DAY_MS).toISOString()
  const whole = input(
    reason,
    words,
    { name: 'nextOwner', valueReference: { reference: community ?? '' } },
    { name: 'nextAction', valueString: 'Ring her and agree interim support.' },
    { name: 'due', valueDateTime: due },
  )
  const refused = await ask<Task>('demo-neuropsychology', 'POST', `/fhir/Task/${asked?.id}/$refuse`, whole)
  t.match(refused, { status: 200, body: { status: 'rejected', statusReason: { text: 'Mood too low for our group.' } } })
  t.same(inShort(await steps('demo-community-team', need, 2)), [
    ['referral', 'rejected', psychology],
    ['next-step', 'requested', community],
  ])
  t.equal((await readNeed(need)).status, 'active')
})

t.test('HAZ-R02: when nobody answers in time, the next owner of the ladder is told, and then the one above', async (t) => {
  const sent = await ask<ServiceRequest>(
    'demo-community-team',
    'POST',
    '/fhir/ServiceRequest',
    aRequest({ requester: { reference: community ?? '' }, performer: [{ reference: leisure ?? '' }] }),
  )
  const need = sent.body.id ?? ''
  await steps('demo-admin', need, 1)
  t.equal((await ask('demo-admin', 'POST', '/demo/clock', { advance: 'P7D' })).status, 200)
  t.same(inShort(await steps('demo-admin', need, 2)), [
    ['referral', 'requested', leisure],
    ['escalation', 'requested', accessPoint],
  ])
  await ask('demo-admin', 'POST', '/demo/clock', { advance: 'P7D' })
  t.same(inShort(await steps('demo-admin', need, 3))[2], ['escalation', 'requested', commissioner])

  const withdrawn = await ask<ServiceRequest>(
    'demo-community-team',
    'POST',
    `/fhir/ServiceRequest/${need}/$withdraw`,
    input({ name: 'reason', valueString: 'She moved away.' }),
  )
  t.match(withdrawn, { status: 200, body: { status: 'revoked' } })
  const closed = await until(
    'every step is closed',
    () => steps('demo-admin', need, 3),
    (tasks) => tasks.every(({ status }) => status === 'cancelled'),
  )
  t.ok(
    closed.every(({ status }) => status === 'cancelled'),
    'withdrawing closes every step, also those the referrer does not see',
  )
})

t.test('no need is without an owner and a due time', async (t) => {
  const numbers = await (await fetch(`${url}/metrics`)).text()
  t.match(numbers, /^handrail_needs_without_owner_or_due 0$/m)
  t.match(numbers, /^handrail_dead_letters\{consumer="referrals"\} 0$/m)
})
