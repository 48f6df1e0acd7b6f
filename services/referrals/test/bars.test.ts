/** BaRS both ways, as in ../shared/standards/bars.md: headers, messages, codes; each row of its table of acts has a valid message of ours here. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Bundle, Encounter, OperationOutcome, Patient, Resource, ServiceRequest, Task } from '@medplum/fhirtypes'
import t from 'tap'
import { buildApp } from '../src/app.ts'
import { encodeHeader } from '../src/domain/bars/headers.ts'
import { toMessage, uuidFrom } from '../src/domain/bars/outbound-message.ts'
import { BARS, REFUSAL_OF } from '../src/domain/bars/vocabulary.ts'
import { testHub } from './a-hub.ts'

// A real database, receivers that listen, and keys made anew for each test: on a busy machine that takes its time.
t.setTimeout(600_000)

const OURS = '2000011147'
const DOS = 'https://fhir.nhs.uk/Id/dos-service-id'
const ODS = 'https://fhir.nhs.uk/Id/ods-organization-code'
const AT = new Date('2026-11-04T10:00:00Z')

const ADA: Patient = {
  resourceType: 'Patient',
  identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990123454' }],
  name: [{ family: 'Test', given: ['Ada'] }],
  gender: 'female',
  birthDate: '1974-05-06',
}

/** A valid referral as a sender of BaRS makes it: what we send is what we take. */
const referral = (correlation = 'one'): Bundle =>
  toMessage({
    act: 'refer',
    request: {
      resourceType: 'ServiceRequest',
      id: 'theirs',
      status: 'active',
      intent: 'order',
      subject: {},
      authoredOn: '2026-11-03T09:00:00Z',
      code: { text: 'Help with balance' },
    },
    task: {
      resourceType: 'Task',
      status: 'requested',
      intent: 'order',
      description: 'Please see her.',
      restriction: { period: { end: '2026-11-06T09:00:00Z' } },
    },
    patient: ADA,
    sender: { resourceType: 'Organization', identifier: [{ system: ODS, value: 'A1001' }], name: 'A practice' },
    receiver: { resourceType: 'Organization', identifier: [{ system: ODS, value: 'X26' }], name: 'Handrail' },
    service: { name: 'Neuro', dosId: OURS },
    from: { dosId: '2000099999', name: 'A practice', version: '1.0' },
    bundleId: uuidFrom(`bundle ${correlation}`),
    correlationId: uuidFrom(correlation),
    at: AT,
  })

const changed = (bundle: Bundle, type: string, change: object): Bundle => ({
  ...bundle,
  entry: (bundle.entry ?? []).map((one) =>
    one.resource?.resourceType === type ? { ...one, resource: { ...one.resource, ...change } as Resource } : one,
  ),
})
const only = (bundle: Bundle, ...types: string[]): Bundle => ({
  ...bundle,
  entry: (bundle.entry ?? []).filter(({ resource }) => types.includes(resource?.resourceType ?? '')),
})
const header = (reason: string, more: object = {}) => ({ reason: { coding: [{ system: BARS.REASON, code: reason }] }, ...more })

type Headers = Record<string, string | undefined>
let requests = 0
const headersOf = (correlation = 'one', more: Headers = {}): Headers => ({
  accept: 'application/fhir+json; version=1.5.0',
  'content-type': 'application/fhir+json',
  'x-request-id': uuidFrom(`request ${(requests += 1)}`),
  'x-correlation-id': uuidFrom(correlation),
  'nhsd-target-identifier': encodeHeader({ value: OURS, system: DOS }),
  'nhsd-end-user-organisation': encodeHeader({
    resourceType: 'Organization',
    identifier: [{ system: ODS, value: 'A1001' }],
    name: 'A practice',
  }),
  ...more,
})

async function testBars(t: Parameters<typeof testHub>[0], targetUrl?: string, serviceIds: readonly string[] = [OURS]) {
  const hub = await testHub(t, {
    bars: { publicUrl: 'https://hub.example', serviceIds, ...(targetUrl === undefined ? {} : { targetUrl }) },
  })
  await hub.database.query({ text: 'TRUNCATE referrals.bars_request, referrals.bars_referral, referrals.delivery' })
  const app = await buildApp(hub.dependencies)
  t.teardown(() => app.close())
  const bearer = await hub.callers.bearer('community-team')
  const ask = async <T = OperationOutcome>(method: 'GET' | 'POST', url: string, headers: Headers, body?: unknown) => {
    const given = Object.fromEntries(
      Object.entries({ authorization: bearer, ...headers }).filter(([, value]) => value !== undefined && value !== ''),
    )
    const payload = body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }
    const response = await app.inject({ method, url, headers: given, ...payload })
    return { status: response.statusCode, headers: response.headers, body: JSON.parse(response.body) as T }
  }
  const send = <T = OperationOutcome>(body: unknown, headers: Headers = headersOf()) =>
    ask<T>('POST', '/bars/$process-message', headers, body)
  return { ...hub, ask, send }
}

const codesIn = ({ issue }: OperationOutcome) => [issue[0]?.code, issue[0]?.details?.coding?.[0]?.code]

t.test('refer: the message is stored once, its ids come back, and the single point of access has it', async (t) => {
  const { send, record, settle, steps } = await testBars(t)
  const headers = headersOf()
  const { status, body, headers: answered } = await send<Bundle>(referral(), headers)
  t.equal(status, 200)
  t.equal(answered['x-request-id'], headers['x-request-id'])
  t.equal(answered['x-correlation-id'], headers['x-correlation-id'])
  t.equal(body.id, referral().id)
  const [stored] = record.all<ServiceRequest>('ServiceRequest')
  const echoed = body.entry?.find(({ resource }) => resource?.resourceType === 'ServiceRequest')?.resource
  t.equal(echoed?.id, stored?.id, 'the receiver gives ServiceRequest.id')
  t.ok(body.entry?.some(({ resource }) => resource?.resourceType === 'Encounter' && resource.status === 'planned'))
  t.match(stored, {
    status: 'active',
    intent: 'order',
    code: { text: 'Help with balance' },
    requester: { display: 'A practice', identifier: { value: 'A1001' } },
  })
  t.ok(stored?.contained?.some(({ resourceType }) => resourceType === 'CarePlan'))
  t.equal(record.all('Patient').length, 1)
  await settle()
  t.same(steps(stored?.id), [['single-point-of-access', 'requested', 'Organization/single-point-of-access']])
})

t.test(
  'the same request again is a duplicate and changes nothing; after a failure the repeat is tried and gets the real answer',
  async (t) => {
    const { send, record } = await testBars(t)
    const headers = headersOf()
    t.equal((await send(referral(), headers)).status, 200)
    const again = await send(referral(), headers)
    t.same([again.status, ...codesIn(again.body)], [409, 'duplicate', 'REC_CONFLICT'])
    t.equal((await send(referral(), headersOf())).status, 200, 'a new request id of the same referral is stored once all the same')
    t.equal(record.all('ServiceRequest').length, 1)

    const failing = headersOf('two')
    record.fail(503, 1)
    t.same(codesIn((await send(referral('two'), failing)).body), ['transient', 'REC_SERVICE_UNAVAILABLE'])
    t.equal((await send(referral('two'), failing)).status, 200)
  },
)

t.test('a request whose first try is still in work is too early', async (t) => {
  const { send, dependencies } = await testBars(t)
  const headers = headersOf()
  const key = { requestId: String(headers['x-request-id']), correlationId: String(headers['x-correlation-id']) }
  t.equal(await dependencies.barsExchanges.begin(key, 'client', AT), 'begun')
  const { status, body } = await send(referral(), headers)
  t.same([status, ...codesIn(body)], [425, 'duplicate', 'REC_TOO_EARLY'])
})

t.test('headers are judged in the order of the guide, each with its code', async (t) => {
  const { send } = await testBars(t)
  const encoded = (value: unknown) => encodeHeader(value)
  const cases: readonly (readonly [string, Headers, number, string, string])[] = [
    ['another MAJOR version', { accept: 'application/fhir+json; version=2.0.0' }, 406, 'processing', 'REC_NOT_ACCEPTABLE'],
    ['another format', { accept: 'application/xml' }, 406, 'processing', 'REC_NOT_ACCEPTABLE'],
    ['no request id', { 'x-request-id': '' }, 400, 'required', 'REC_BAD_REQUEST'],
    ['no correlation id', { 'x-correlation-id': '' }, 400, 'required', 'REC_BAD_REQUEST'],
    ['a request id that is no UUID', { 'x-request-id': '17' }, 400, 'invalid', 'REC_BAD_REQUEST'],
    ['no target', { 'nhsd-target-identifier': '' }, 400, 'required', 'REC_BAD_REQUEST'],
    ['a target that is no base64', { 'nhsd-target-identifier': '%%%' }, 400, 'invalid', 'REC_BAD_REQUEST'],
    ['a target that is no JSON', { 'nhsd-target-identifier': 'bm8=' }, 400, 'invalid', 'REC_BAD_REQUEST'],
    [
      'a target of another system',
      { 'nhsd-target-identifier': encoded({ value: OURS, system: 'urn:x' }) },
      400,
      'invalid',
      'REC_BAD_REQUEST',
    ],
    ['a target that is not ours', { 'nhsd-target-identifier': encoded({ value: '1', system: DOS }) }, 404, 'not-found', 'REC_NOT_FOUND'],
    ['no token', { authorization: '' }, 401, 'security', 'REC_UNAUTHORIZED'],
    ['a token nobody believes', { authorization: 'Bearer x.y.z' }, 401, 'security', 'REC_UNAUTHORIZED'],
    [
      'an organisation that is none',
      { 'nhsd-end-user-organisation': encoded({ resourceType: 'Device' }) },
      400,
      'invalid',
      'REC_BAD_REQUEST',
    ],
  ]
  for (const [what, more, status, issue, code] of cases) {
    const answer = await send(referral(), headersOf('one', more))
    t.same([answer.status, ...codesIn(answer.body)], [status, issue, code], what)
    t.match(answer.body.issue[0]?.details?.coding?.[0]?.system, BARS.HTTP_ERROR)
  }
  t.equal(
    (await send(referral(), headersOf('one', { accept: '', 'use-context': 'a1t1|x|y|new' }))).status,
    200,
    'no version is 1.0.0, use-context is ignored',
  )
  const small = encoded({ value: OURS, system: 'http://fhir.nhs.uk/id/dos-service-id' })
  t.equal((await send(referral('two'), headersOf('two', { 'nhsd-target-identifier': small }))).status, 200, 'http and /id/ are understood')
})

t.test('rules of the message are judged after the headers, each with its code and place', async (t) => {
  const { send, record } = await testBars(t)
  const good = referral()
  const cases: readonly (readonly [string, unknown, number, string])[] = [
    ['no JSON', '{', 400, 'structure'],
    ['an empty body', '', 400, 'structure'],
    ['another resource', ADA, 400, 'structure'],
    ['another kind of Bundle', { ...good, type: 'collection' }, 400, 'structure'],
    ['no MessageHeader first', { ...good, entry: good.entry?.slice(1) }, 400, 'structure'],
    ['an entry without resource', { ...good, entry: [...(good.entry ?? []), { fullUrl: 'urn:uuid:x' }] }, 400, 'structure'],
    ['no version of the Application', { ...good, meta: {} }, 400, 'invariant'],
    ['another version of the Application', { ...good, meta: { versionId: '9.0.0' } }, 422, 'not-supported'],
    ['another event', changed(good, 'MessageHeader', { eventCoding: { system: BARS.EVENT, code: 'booking-response' } }), 400, 'invariant'],
    ['a booking', changed(good, 'MessageHeader', { eventCoding: { system: BARS.EVENT, code: 'booking-request' } }), 422, 'not-supported'],
    ['another reason', changed(good, 'MessageHeader', header('maybe')), 400, 'invariant'],
    ['another service than the header', changed(good, 'MessageHeader', { destination: [{ endpoint: `${DOS}|1` }] }), 400, 'value'],
    ['no Consent', { ...good, entry: good.entry?.filter(({ resource }) => resource?.resourceType !== 'Consent') }, 400, 'invariant'],
    ['no Patient', { ...good, entry: good.entry?.filter(({ resource }) => resource?.resourceType !== 'Patient') }, 400, 'invariant'],
    ['another intent', changed(good, 'ServiceRequest', { intent: 'order' }), 400, 'invariant'],
    [
      'another use case',
      changed(good, 'ServiceRequest', {
        category: [
          {
            coding: [
              { system: BARS.CATEGORY, code: 'referral' },
              { system: BARS.USE_CASE, code: 'a5t1' },
            ],
          },
        ],
      }),
      422,
      'not-supported',
    ],
    [
      'validation',
      changed(good, 'ServiceRequest', { category: [{ coding: [{ system: BARS.CATEGORY, code: 'validation' }] }] }),
      422,
      'not-supported',
    ],
    [
      'a response to nothing',
      changed(good, 'MessageHeader', { eventCoding: { system: BARS.EVENT, code: 'servicerequest-response' } }),
      400,
      'invariant',
    ],
  ]
  for (const [what, body, status, issue] of cases) {
    const answer = await send(body)
    t.same([answer.status, answer.body.issue[0]?.code], [status, issue], what)
  }
  t.equal(record.all('ServiceRequest').length, 0)
})

t.test('a number with a wrong check digit loses no referral, and finds nobody', async (t) => {
  const { send, record } = await testBars(t)
  const wrong = { identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '3478526985' }] }
  t.equal((await send(changed(referral(), 'Patient', wrong))).status, 200)
  t.same(record.all<Patient>('Patient')[0]?.identifier, [
    { system: 'https://handrail.example/fhir/Id/number-not-valid', value: '3478526985' },
  ])
})

t.test('update: a new version with the same first day; cancellation: revoked or entered in error, and only while it is open', async (t) => {
  const { send, record, settle, moveTo } = await testBars(t)
  await send(referral())
  await settle()
  moveTo(new Date('2026-11-05T10:00:00Z'))
  const urgent = changed(changed(referral(), 'MessageHeader', header('update')), 'ServiceRequest', { priority: 'urgent' })
  t.equal((await send(urgent)).status, 200)
  const [stored] = record.all<ServiceRequest>('ServiceRequest')
  t.match(stored, { priority: 'urgent', authoredOn: '2026-11-03T09:00:00Z', note: [{ text: 'Amended: Changed by the sender.' }] })

  const cancelled = only(
    changed(
      changed(
        referral(),
        'MessageHeader',
        header('update', { definition: `${BARS.MESSAGE_DEFINITION}bars-message-servicerequest-request-cancelled` }),
      ),
      'ServiceRequest',
      {
        id: stored?.id,
        status: 'revoked',
        reasonCode: [{ text: 'She moved away.' }],
      },
    ),
    'MessageHeader',
    'ServiceRequest',
    'Patient',
    'Organization',
  )
  t.same(codesIn((await send(cancelled, headersOf('other'))).body), ['not-found', 'REC_NOT_FOUND'])
  t.same(codesIn((await send(changed(cancelled, 'Patient', { birthDate: '1975-01-01' }))).body), ['conflict', 'REC_CONFLICT'])
  t.same(codesIn((await send(changed(cancelled, 'ServiceRequest', { reasonCode: [] }))).body), ['invariant', 'REC_BAD_REQUEST'])
  t.equal((await send(cancelled)).status, 200)
  t.match(record.read<ServiceRequest>(`ServiceRequest/${stored?.id}`), { status: 'revoked' })
  t.same(codesIn((await send(cancelled)).body), ['conflict', 'REC_CONFLICT'], 'it has moved on')

  await send(referral('two'), headersOf('two'))
  const mistake = changed(
    changed(cancelled, 'ServiceRequest', { status: 'entered-in-error', id: undefined }),
    'MessageHeader',
    header('delete'),
  )
  t.equal((await send(mistake, headersOf('two'))).status, 200)
  t.equal(record.all<ServiceRequest>('ServiceRequest')[1]?.status, 'entered-in-error')
})

t.test('metadata is open and says what is offered; MessageDefinition wants a service of ours; other addresses are 501', async (t) => {
  const { ask } = await testBars(t)
  t.match(await ask('GET', '/bars/metadata', { authorization: '' }), {
    status: 200,
    body: { resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' },
  })
  t.equal((await ask('GET', '/bars/metadata', { accept: 'application/fhir+json; version=7' })).status, 406)
  const at = (context: string) => ask<Bundle>('GET', `/bars/MessageDefinition?context=${encodeURIComponent(context)}`, headersOf())
  t.match(await at(`${DOS}|${OURS}`), { status: 200, body: { type: 'searchset', total: 3 } })
  t.equal((await at(`${DOS}|1`)).status, 404)
  t.equal((await ask('GET', '/bars/MessageDefinition', headersOf())).status, 400)
  t.same(codesIn((await ask('GET', '/bars/Slot', headersOf())).body), ['not-supported', 'REC_NOT_IMPLEMENTED'])
})

/** A receiver that listens, answers as told and keeps what came. */
async function receiver(t: { teardown(work: () => unknown): void }, answers: (number | 'echo')[]) {
  const came: { headers: IncomingMessage['headers']; body: Bundle }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Bundle
      came.push({ headers: request.headers, body })
      const answer = answers.shift() ?? 'echo'
      response.setHeader('content-type', 'application/fhir+json')
      if (answer === 'echo') {
        const entry = (body.entry ?? []).map((one) =>
          one.resource?.resourceType === 'ServiceRequest' ? { ...one, resource: { ...one.resource, id: 'their-id' } } : one,
        )
        response.end(JSON.stringify({ ...body, entry }))
      } else {
        response.statusCode = answer
        response.end(
          answer === 503
            ? 'down'
            : JSON.stringify({
                resourceType: 'OperationOutcome',
                issue: [{ severity: 'error', code: answer === 409 ? 'duplicate' : 'invalid' }],
              }),
        )
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { came, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** A hub whose neuropsychology is reached by BaRS, and a referral to it. */
async function sending(t: Parameters<typeof testHub>[0], answers: (number | 'echo')[]) {
  const target = await receiver(t, answers)
  const hub = await testBars(t, target.url)
  hub.record.seed({
    resourceType: 'HealthcareService',
    id: 'mind',
    name: 'Mind',
    providedBy: { reference: 'Organization/neuropsychology' },
    identifier: [{ system: DOS, value: '2000012346' }],
  } as Resource)
  hub.record.seed({ ...ADA, id: 'ada' })
  await hub.settle()
  hub.refer({ performer: [{ reference: 'HealthcareService/mind' }], code: { text: 'Mood and memory' } })
  await hub.settle()
  const deliver = (at: string) => hub.dependencies.courier!.deliver(new Date(at))
  const respond = (encounters: Encounter['status'][], request: object = {}, more: Resource[] = []) => {
    const [sent] = target.came
    const answer = changed(
      changed(
        referral('answer'),
        'MessageHeader',
        header('new', {
          eventCoding: { system: BARS.EVENT, code: 'servicerequest-response' },
          definition: `${BARS.MESSAGE_DEFINITION}bars-message-servicerequest-request-response-short`,
          response: { identifier: sent?.body.id ?? '', code: 'ok' },
        }),
      ),
      'ServiceRequest',
      request,
    )
    const kept = (answer.entry ?? []).filter(({ resource }) => resource?.resourceType !== 'Encounter')
    const encounter = (status: Encounter['status'], index: number): Encounter => ({
      resourceType: 'Encounter',
      status,
      class: { code: 'AMB' },
      id: `e${index}`,
    })
    const added = [...encounters.map(encounter), ...more].map((resource, index) => ({ fullUrl: `urn:uuid:added-${index}`, resource }))
    return hub.send({ ...answer, entry: [...kept, ...added] }, headersOf('answer'))
  }
  return { ...hub, target, deliver, respond }
}

t.test('a referral to a service reached by BaRS goes out once, valid by our own door, with the headers of the guide', async (t) => {
  const { target, deliver, record, dependencies } = await sending(t, [])
  await deliver('2026-11-04T10:00:01Z')
  await deliver('2026-11-04T10:00:02Z')
  t.equal(target.came.length, 1)
  const [{ headers, body } = { headers: {} as IncomingMessage['headers'], body: {} as Bundle }] = target.came
  t.equal(JSON.parse(Buffer.from(String(headers['nhsd-target-identifier']), 'base64').toString()).value, '2000012346')
  for (const name of ['x-request-id', 'x-correlation-id', 'nhsd-end-user-organisation', 'nhsd-requesting-software', 'use-context'])
    t.ok(headers[name], name)
  t.match(body.entry?.[0]?.resource, { resourceType: 'MessageHeader', source: { endpoint: `${DOS}|${OURS}` } })
  t.match(body.entry?.find(({ resource }) => resource?.resourceType === 'Patient')?.resource, { identifier: [{ value: '9990123454' }] })
  t.same(await dependencies.deliveries.count(), { waiting: 0, givenUp: 0 })
  t.equal(record.all<Task>('Task').length, 1)
})

t.test('$preview shows the message itself, and by which channel it would go; what is previewed is what is sent', async (t) => {
  const { target, deliver, ask, record } = await sending(t, [])
  const preview = (reference: string) => {
    const parameter = [{ name: 'receiver', valueReference: { reference } }]
    const body = { resourceType: 'Parameters', parameter }
    return ask<Bundle>('POST', '/fhir/ServiceRequest/need-1/$preview', { 'content-type': 'application/fhir+json' }, body)
  }
  const shown = await preview('HealthcareService/mind')
  t.match(shown.body.meta?.tag, [{ code: 'bars' }])
  await deliver('2026-11-04T10:00:01Z')
  const plain = ({ entry = [] }: Bundle) =>
    entry.map(({ resource }) => [resource?.resourceType, (resource as Patient).identifier, (resource as ServiceRequest).code])
  t.same(plain(shown.body), plain(target.came[0]!.body))
  t.equal(target.came.length, 1)
  t.match(shown.body.meta?.tag?.[1], { code: 'needs-card' }, 'who has no grade is sent the least')
  t.match((await preview('Organization/leisure')).body, { meta: { tag: [{ code: 'hub' }] }, type: 'collection' })
  t.equal(record.all('Task').length, 1, 'nothing was written')
})

t.test(
  'HAZ-R12: a receiver that is down for an hour gets it afterwards, the same to the last byte; 409 duplicate is success',
  async (t) => {
    const { target, deliver, dependencies } = await sending(t, [503, 503, 409])
    await deliver('2026-11-04T10:00:01Z')
    await deliver('2026-11-04T10:00:02Z')
    t.equal(target.came.length, 1, 'not again before its time')
    t.same(await dependencies.deliveries.count(), { waiting: 1, givenUp: 0 })
    await deliver('2026-11-04T10:30:00Z')
    await deliver('2026-11-04T11:10:00Z')
    t.equal(target.came.length, 3)
    t.same(target.came[2]?.body, target.came[0]?.body)
    t.equal(target.came[2]?.headers['x-request-id'], target.came[0]?.headers['x-request-id'])
    t.same(await dependencies.deliveries.count(), { waiting: 0, givenUp: 0 })
  },
)

t.test('HAZ-R12: what the receiver does not take is a visible failure with a next step, and the need stays open', async (t) => {
  const { deliver, steps, record, dependencies } = await sending(t, [400])
  await deliver('2026-11-04T10:00:01Z')
  t.same(steps(), [
    ['referral', 'rejected', 'Organization/neuropsychology'],
    ['next-step', 'requested', 'Organization/single-point-of-access'],
  ])
  t.match(record.all<Task>('Task')[0]?.statusReason, { coding: [{ code: 'not-delivered' }], text: /HTTP 400/ })
  t.same(await dependencies.deliveries.count(), { waiting: 0, givenUp: 1 })
  t.equal(record.read<ServiceRequest>('ServiceRequest/need-1').status, 'active')
})

t.test('a referral that is withdrawn after it went is withdrawn at the receiver too, by its own id', async (t) => {
  const { target, deliver, record, settle, moveTo } = await sending(t, [])
  await deliver('2026-11-04T10:00:01Z')
  moveTo(new Date('2026-11-05T10:00:00Z'))
  record.seed({ ...record.read<ServiceRequest>('ServiceRequest/need-1'), status: 'revoked', note: [{ text: 'She moved away.' }] })
  await settle()
  await settle()
  await deliver('2026-11-05T10:00:01Z')
  const cancelled = target.came[1]?.body
  t.match(cancelled?.entry?.find(({ resource }) => resource?.resourceType === 'ServiceRequest')?.resource, {
    id: 'their-id',
    status: 'revoked',
    reasonCode: [{ text: 'She moved away.' }],
  })
  t.same(
    new Set(cancelled?.entry?.map(({ resource }) => resource?.resourceType)),
    new Set(['MessageHeader', 'ServiceRequest', 'Patient', 'Organization']),
  )
  t.equal(target.came[1]?.headers['x-correlation-id'], target.came[0]?.headers['x-correlation-id'])
  t.not(target.came[1]?.headers['x-request-id'], target.came[0]?.headers['x-request-id'])
})

t.test(
  'a referral that is withdrawn while it is on its way, or whose answer was lost, is withdrawn at the receiver all the same',
  async (t) => {
    for (const meanwhile of ['on its way', 'answer lost']) {
      const { target, deliver, record, settle, dependencies } = await sending(t, meanwhile === 'answer lost' ? [503] : [])
      const { deliveries } = dependencies
      const withdraw = async () => {
        record.seed({ ...record.read<ServiceRequest>('ServiceRequest/need-1'), status: 'revoked' })
        await settle()
        await settle()
      }
      const { delivered } = deliveries
      if (meanwhile === 'on its way')
        deliveries.delivered = async (...given) => {
          deliveries.delivered = delivered
          await withdraw()
          return delivered(...given)
        }
      await deliver('2026-11-04T10:00:01Z')
      if (meanwhile === 'answer lost') await withdraw()
      await deliver('2026-11-04T10:30:00Z')
      await deliver('2026-11-04T10:30:01Z')
      const statuses = target.came.map(
        ({ body }) =>
          (body.entry?.find(({ resource }) => resource?.resourceType === 'ServiceRequest')?.resource as ServiceRequest | undefined)?.status,
      )
      t.same(statuses, ['active', 'revoked'], meanwhile)
      t.same(await deliveries.count(), { waiting: 0, givenUp: meanwhile === 'answer lost' ? 1 : 0 })
    }
  },
)

t.test('a link that is asked for once more while the one before is being sent goes once more', async (t) => {
  const { dependencies } = await testBars(t, 'http://127.0.0.1:1')
  const { deliveries } = dependencies
  const at = new Date('2026-11-04T10:00:00Z')
  const [bundleId, requestId, correlationId] = ['1', '2', '3'].map((digit) => `00000000-0000-4000-8000-00000000000${digit}`) as [
    string,
    string,
    string,
  ]
  const ids = { bundleId, requestId, correlationId }
  await deliveries.plan([{ task: 'linked', act: 'refer', need: 'n', channel: 'link', target: 'link', service: 's', askedAt: at, ...ids }])
  const [first] = await deliveries.claim(at, 1, 60_000, 'link')
  t.ok(await deliveries.again('linked', 'link', at))
  if (first !== undefined) await deliveries.delivered(first, { at, status: 250 })
  t.equal((await deliveries.claim(at, 1, 60_000, 'link')).length, 1)
})

t.test('answers: taken up, then done; a response to nothing we sent is 404', async (t) => {
  const { deliver, respond, steps, record, moveTo } = await sending(t, [])
  t.same(codesIn((await respond(['finished', 'in-progress'])).body).slice(0, 2), ['not-found', 'REC_NOT_FOUND'])
  await deliver('2026-11-04T10:00:01Z')
  moveTo(new Date('2026-11-05T10:00:00Z'))
  t.equal((await respond(['finished', 'in-progress'])).status, 200)
  t.same(steps(), [['referral', 'accepted', 'Organization/neuropsychology']])
  moveTo(new Date('2026-11-06T10:00:00Z'))
  t.equal((await respond(['finished', 'finished'], { status: 'completed' })).status, 200)
  t.equal(record.read<ServiceRequest>('ServiceRequest/need-1').status, 'completed')
  t.same(codesIn((await respond(['finished', 'cancelled'])).body), ['conflict', 'REC_CONFLICT'], 'it has moved on')
})

for (const [what, encounters, request, more, reason] of [
  [
    'a refusal',
    ['finished', 'cancelled'],
    { reasonCode: [{ coding: [{ system: 'https://fhir.nhs.uk/CodeSystem/dos-rejected-reasons-bars', code: '22' }] }] },
    [],
    'no-capacity',
  ],
  ['a refusal that revokes', ['finished', 'finished'], { status: 'revoked' }, [], 'other-in-words'],
  [
    'did not attend',
    ['finished', 'finished'],
    { status: 'revoked' },
    [{ resourceType: 'Appointment', status: 'noshow', participant: [] } as unknown as Resource],
    'did-not-attend',
  ],
] as const) {
  t.test(`HAZ-R11: ${what} is stored with a next step of ours, and ends the Task and never the need`, async (t) => {
    const { deliver, respond, steps, record, moveTo } = await sending(t, [])
    await deliver('2026-11-04T10:00:01Z')
    moveTo(new Date('2026-11-05T10:00:00Z'))
    t.equal((await respond([...encounters], request, [...more])).status, 200)
    t.same(steps(), [
      ['referral', 'rejected', 'Organization/neuropsychology'],
      ['next-step', 'requested', 'Organization/single-point-of-access'],
    ])
    const [refused, next] = record.all<Task>('Task')
    t.match(refused?.statusReason?.coding, [{ code: reason }])
    t.match(next, { description: 'Decide the next step.', restriction: { period: { end: '2026-11-12T10:00:00.000Z' } } })
    t.match(record.read<ServiceRequest>('ServiceRequest/need-1'), { status: 'active', authoredOn: '2026-11-04T10:00:00.000Z' })
  })
}

t.test('every reason of BaRS has one of ours', async (t) => {
  const file = new URL('../../../fhir-profiles/package/CodeSystem-refusal-reason.json', import.meta.url)
  const { concept } = JSON.parse(readFileSync(file, 'utf8')) as { concept: { code: string }[] }
  const ours = new Set(concept.map(({ code }) => code))
  for (const [theirs, code] of Object.entries(REFUSAL_OF)) t.ok(ours.has(code), `${theirs} → ${code}`)
  t.ok(ours.has('did-not-attend') && ours.has('not-delivered'))
})

const examples = new URL('../../../../shared/examples/bars/api/', import.meta.url)
const there = existsSync(examples)

t.test(
  'each published example gets a clear answer, never a 500',
  { skip: there ? false : 'shared/examples is not beside this repository' },
  async (t) => {
    const table = JSON.parse(readFileSync(new URL('bars-examples.json', import.meta.url), 'utf8')) as readonly {
      readonly file: string
      readonly door: string
      readonly target: string
      readonly status: number
      readonly code: string
    }[]
    t.same(
      table.map(({ file }) => file),
      readdirSync(examples).toSorted(),
      'every file is in the table',
    )
    const { send } = await testBars(t, undefined, [...new Set(table.map(({ target }) => target))])
    for (const { file, door, target, status, code } of table) {
      t.equal(door, 'POST /bars/$process-message')
      const headers = headersOf(file, { 'nhsd-target-identifier': encodeHeader({ value: target, system: DOS }) })
      const answer = await send(readFileSync(new URL(file, examples), 'utf8'), headers)
      t.same([answer.status, answer.body.issue[0]?.code], [status, code], file)
    }
  },
)
