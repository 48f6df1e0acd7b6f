/** BaRS messages that come to the hub: their headers, their rules, and the code of each answer. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Bundle, Patient, ServiceRequest } from '@medplum/fhirtypes'
import t from 'tap'
import { encodeHeader } from '../src/domain/bars/headers.ts'
import { BARS } from '../src/domain/bars/vocabulary.ts'
import { OURS, DOS, AT, ADA, referral, changed, header, headersOf, testBars, codesIn, type Headers } from './a-bars-peer.ts'

// A real database, receivers that listen, and keys made anew for each test: on a busy machine that takes its time.
t.setTimeout(600_000)

const only = (bundle: Bundle, ...types: string[]): Bundle => ({
  ...bundle,
  entry: (bundle.entry ?? []).filter(({ resource }) => types.includes(resource?.resourceType ?? '')),
})

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

t.test('BaRS is for systems that refer and answer: a person’s own app and whoever counts are told so', async (t) => {
  const { send, record, callers } = await testBars(t)
  const ada = { patient: 'ada', fhirUser: 'Patient/ada', organization: undefined }
  for (const [role, scope, more] of [
    ['patient', 'patient/*.cruds', ada],
    ['commissioner', 'user/*.cruds', {}],
  ] as const) {
    const authorization = await callers.bearer('community-team', scope, role, more)
    const { status, body } = await send(referral(), headersOf('one', { authorization }))
    t.same([status, ...codesIn(body)], [403, 'forbidden', 'REC_FORBIDDEN'], role)
  }
  t.equal(record.all('ServiceRequest').length, 0)
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

const cancelled = (bundle: Bundle): Bundle =>
  only(
    changed(
      changed(
        bundle,
        'MessageHeader',
        header('update', { definition: `${BARS.MESSAGE_DEFINITION}bars-message-servicerequest-request-cancelled` }),
      ),
      'ServiceRequest',
      { status: 'revoked', reasonCode: [{ text: 'She is away.' }] },
    ),
    'MessageHeader',
    'ServiceRequest',
    'Patient',
    'Organization',
  )

t.test('HAZ-R85: who was withdrawn and is referred anew under the same correlation id is asked for again', async (t) => {
  const { send, record, settle } = await testBars(t)
  t.equal((await send(referral())).status, 200)
  await settle()
  const anew: Bundle = { ...referral(), id: '0b5e4b1e-0000-4000-8000-000000000002' }
  t.same(codesIn((await send(anew)).body), ['conflict', 'REC_CONFLICT'], 'while the first is open the sender hears so')
  t.equal(record.all('ServiceRequest').length, 1)
  t.equal((await send(cancelled(referral()))).status, 200)
  t.same(codesIn((await send(referral())).body), ['conflict', 'REC_CONFLICT'], 'a late repeat of the first opens nothing')
  const { status, body } = await send<Bundle>(anew)
  t.equal(status, 200)
  const [first, second, ...more] = record.all<ServiceRequest>('ServiceRequest')
  t.same([first?.status, second?.status, more.length], ['revoked', 'active', 0])
  t.equal(body.entry?.find(({ resource }) => resource?.resourceType === 'ServiceRequest')?.resource?.id, second?.id)
  t.equal((await send(anew)).status, 200, 'told twice it is one')
  t.equal(record.all('ServiceRequest').length, 2)
  t.equal((await send(cancelled(anew))).status, 200)
  t.equal(record.read<ServiceRequest>(`ServiceRequest/${second?.id}`).status, 'revoked', 'and what is withdrawn then is the second')
})

t.test(
  'HAZ-R85: somebody else under a correlation id is not passed over, and an onward referral by another service is its own',
  async (t) => {
    const { send, record } = await testBars(t)
    t.equal((await send(referral())).status, 200)
    const other = changed({ ...referral(), id: 'another' }, 'Patient', {
      identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990548609' }],
    })
    t.same(codesIn((await send(other)).body), ['conflict', 'REC_CONFLICT'])
    const onward = changed({ ...referral(), id: 'onward' }, 'MessageHeader', { source: { name: 'A ward', endpoint: `${DOS}|2000088888` } })
    t.equal((await send(onward)).status, 200)
    const ids = record.all<ServiceRequest>('ServiceRequest').map(({ id }) => id)
    t.equal(ids.length, 2)
    t.equal((await send(cancelled(onward))).status, 200)
    t.same(
      ids.map((id) => record.read<ServiceRequest>(`ServiceRequest/${id}`).status),
      ['active', 'revoked'],
      'each withdraws its own',
    )
    t.same(codesIn((await send({ ...referral('two'), id: 'a|b,c' })).body), ['invariant', 'REC_BAD_REQUEST'], 'an id is one of FHIR')
  },
)

t.test('HAZ-R85: a sender that may not read the person withdraws nobody else', async (t) => {
  const { send, record } = await testBars(t)
  t.equal((await send(referral())).status, 200)
  record.showPeopleOnlyTo('handrail-referrals')
  const wrong = changed(cancelled(referral()), 'Patient', { birthDate: '1951-01-01' })
  t.same(codesIn((await send(wrong)).body), ['conflict', 'REC_CONFLICT'])
  t.equal(record.all<ServiceRequest>('ServiceRequest')[0]?.status, 'active')
  t.equal((await send(cancelled(referral()))).status, 200)
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
