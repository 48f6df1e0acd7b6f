/** What comes by BaRS from somebody who was not asked: it changes nothing, and is not lost. Decision 570; HAZ-R87 */
import type { Bundle, Communication, OperationOutcome, Resource, ServiceRequest, Task } from '@medplum/fhirtypes'
import t from 'tap'
import { BARS } from '../src/domain/bars/vocabulary.ts'
import { changed, codesIn, DOS, header, headersOf, referral, testBars } from './a-bars-peer.ts'
import { sending } from './a-bars-receiver.ts'

// A real database, receivers that listen, and keys made anew for each test: on a busy machine that takes its time.
t.setTimeout(600_000)

const STRANGER = '2000077777'
const NO = {
  reasonCode: [{ coding: [{ system: 'https://fhir.nhs.uk/CodeSystem/dos-rejected-reasons-bars', code: '22' }], text: 'Full until March.' }],
}
const KEPT = 'https://handrail.example/fhir/StructureDefinition/kept-answer'

/** A referral that has gone to Mind, and an answer that somebody else sends. */
async function asked(t: Parameters<typeof sending>[0]) {
  const hub = await sending(t)
  await hub.deliver('2026-11-04T10:00:01Z')
  const stray = (request: object = NO, encounters: Parameters<typeof hub.respond>[0] = ['finished', 'cancelled']) =>
    hub.respond(encounters, request, [], STRANGER)
  const items = () => hub.record.all<Task>('Task').filter(({ code }) => code?.coding?.[0]?.code === 'answer-of-another')
  const decide = async (body: object[], organization = 'single-point-of-access', id = items().at(-1)?.id ?? '') =>
    hub.ask<Task & OperationOutcome>(
      'POST',
      `/fhir/Task/${id}/$decide-answer`,
      { 'content-type': 'application/fhir+json', authorization: await hub.callers.bearer(organization) },
      { resourceType: 'Parameters', parameter: body },
    )
  return { ...hub, stray, items, decide }
}

const TAKE = [{ name: 'decision', valueCode: 'taken' }]
const SET_ASIDE = [{ name: 'decision', valueCode: 'set-aside' }]
const partsOf = (task: Task | undefined) =>
  (task?.extension ?? []).flatMap(({ url, extension = [] }) =>
    url === KEPT ? [Object.fromEntries(extension.map(({ url: name, ...value }) => [name, Object.values(value)[0] as unknown]))] : [],
  )

t.test('HAZ-R87: an answer of another service changes nothing, is kept as it came, and a person is told by when to decide', async (t) => {
  const { stray, steps, items, record, moveTo } = await asked(t)
  const [before] = record.all<Task>('Task')
  moveTo(new Date('2026-11-05T10:00:00Z'))
  const answer = await stray()
  t.equal(answer.status, 200, 'stored for certain: BaRS promises no more')
  t.notMatch(JSON.stringify(answer.body), 'need-1', 'who was not asked is told no id of ours')
  t.same(steps(), [
    ['referral', 'requested', 'Organization/neuropsychology'],
    ['answer-of-another', 'requested', 'Organization/single-point-of-access'],
  ])
  t.same(record.all<Task>('Task')[0], before, 'the step keeps its state and its clock')
  const [item] = items()
  t.match(item, {
    description: /DoS service 2000077777, organisation A1001\. Find out whether it is theirs/,
    partOf: [{ reference: `Task/${before?.id}` }],
    restriction: { period: { end: '2026-11-06T10:00:00.000Z' } },
  })
  t.notMatch(item?.description, /Full|Ada|A practice/)
  const [kept] = partsOf(item)
  t.match(kept, {
    says: 'refused',
    reason: 'no-capacity',
    words: 'Full until March.',
    service: { value: STRANGER },
    organization: { value: 'A1001' },
  })
  const [message] = record.all<Communication>('Communication')
  t.equal(kept?.['message'] && (kept['message'] as { reference: string }).reference, `Communication/${message?.id}`)
  const stored = JSON.parse(Buffer.from(message?.payload?.[0]?.contentAttachment?.data ?? '', 'base64').toString()) as Bundle
  t.match(stored, { resourceType: 'Bundle', type: 'message', entry: [{ resource: { resourceType: 'MessageHeader' } }] })
  t.match(message, { subject: { reference: 'Patient/ada' }, recipient: [{ reference: 'Organization/single-point-of-access' }] })
  t.equal(message?.basedOn, undefined, 'who is shown a part of the request is not shown the whole message')
  const held = { system: 'https://handrail.example/fhir/CodeSystem/data-class', code: 'diagnoses' }
  t.match(message?.meta?.security, [held], 'HAZ-R30: nor who reads of referrals and of no diagnosis')
})

t.test('HAZ-R87: so is one whose sender is a listed organisation that was not asked, and one of another receiver', async (t) => {
  const { respond, steps, record, settle } = await asked(t)
  record.seed({
    resourceType: 'Organization',
    id: 'practice',
    name: 'A practice',
    identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'A1001' }],
  } as Resource)
  await settle()
  t.equal((await respond(['finished', 'in-progress'])).status, 200)
  t.same(
    steps().map(([kind, status]) => [kind, status]),
    [
      ['referral', 'requested'],
      ['answer-of-another', 'requested'],
    ],
  )
})

t.test(
  'HAZ-R87: the same message again is one, further ones wait under the same Task, and past the fifth the sender hears that it is not kept',
  async (t) => {
    const { stray, items, record } = await asked(t)
    for (let again = 0; again < 3; again += 1) t.equal((await stray()).status, 200)
    t.equal(items().length, 1)
    t.equal(partsOf(items()[0]).length, 1)
    t.equal(record.all('Communication').length, 1)
    const many = await Promise.all(Array.from({ length: 12 }, (_, index) => stray({ reasonCode: [{ text: `No ${index}` }] })))
    t.equal(many.filter(({ status }) => status === 200).length, 4)
    t.same([...new Set(many.filter(({ status }) => status !== 200).flatMap(({ body }) => codesIn(body)))], ['forbidden', 'REC_FORBIDDEN'])
    t.equal(items().length, 1)
    t.equal(partsOf(items()[0]).length, 5)
    t.equal((await stray()).status, 200, 'what is kept is kept')
  },
)

t.test('HAZ-R87: taken, it is the answer of whom was asked: once, and by the token of who decides', async (t) => {
  const { stray, decide, steps, record, moveTo, settle } = await asked(t)
  moveTo(new Date('2026-11-05T10:00:00Z'))
  await stray()
  moveTo(new Date('2026-11-05T12:00:00Z'))
  const taken = await decide([...TAKE, { name: 'words', valueString: 'Rang them: it is their new service.' }])
  t.equal(taken.status, 200)
  t.match(taken.body, {
    status: 'completed',
    output: [{ valueCodeableConcept: { coding: [{ code: 'taken' }], text: 'Rang them: it is their new service.' } }],
  })
  const after = [
    ['referral', 'rejected', 'Organization/neuropsychology'],
    ['answer-of-another', 'completed', 'Organization/single-point-of-access'],
    ['next-step', 'requested', 'Organization/single-point-of-access'],
  ]
  t.same(steps(), after)
  t.match(record.all<Task>('Task')[0]?.statusReason, { coding: [{ code: 'no-capacity' }], text: 'Full until March.' })
  t.match(record.changes.at(-1)?.author, /^ey/, 'not by the hub')
  await settle()
  t.equal((await decide(TAKE)).status, 200)
  t.equal((await decide(SET_ASIDE)).status, 409, 'decided is decided')
  t.same(steps(), after)
  t.equal(record.read<ServiceRequest>('ServiceRequest/need-1').status, 'active')
})

t.test('HAZ-R87: a yes begins the step, and what is done ends the need, as if whoever was asked had said so', async (t) => {
  const { stray, decide, steps, record, settle } = await asked(t)
  await stray({}, ['finished', 'in-progress'])
  t.equal((await decide(TAKE)).status, 200)
  t.same(steps()[0], ['referral', 'accepted', 'Organization/neuropsychology'])
  await stray({ status: 'completed' }, ['finished', 'finished'])
  t.equal((await decide(TAKE)).status, 200)
  await settle()
  t.same([...new Set(steps().map(([, status]) => status))], ['completed'])
  t.equal(record.read<ServiceRequest>('ServiceRequest/need-1').status, 'completed')
})

t.test('HAZ-R87: set aside, it changes nothing, and does not come back', async (t) => {
  const { stray, decide, items, steps } = await asked(t)
  await stray()
  t.equal((await decide(SET_ASIDE)).status, 200)
  t.equal((await decide(SET_ASIDE)).status, 200)
  t.same(steps()[0], ['referral', 'requested', 'Organization/neuropsychology'])
  t.equal((await stray()).status, 200)
  t.equal(items().length, 1, 'a repeat of what was set aside is no news')
  t.equal((await stray({ reasonCode: [{ text: 'We were never asked.' }] })).status, 200)
  t.same(
    items().map(({ status }) => status),
    ['completed', 'requested'],
    'something else is',
  )
})

t.test('HAZ-R87: of several it is said which is taken; a message that was changed since is not', async (t) => {
  const { stray, decide, items, record, steps } = await asked(t)
  await stray()
  await stray({}, ['finished', 'in-progress'])
  t.match((await decide(TAKE)).body, { issue: [{ code: 'not-found', expression: [/message/] }] })
  const [no, yes] = record.all<Communication>('Communication')
  const naming = (id: string | undefined) => [...TAKE, { name: 'message', valueReference: { reference: `Communication/${id}` } }]
  const data = Buffer.from(JSON.stringify(referral())).toString('base64')
  record.seed({ ...no!, payload: [{ contentAttachment: { ...no?.payload?.[0]?.contentAttachment, data } }] })
  t.equal((await decide(naming(no?.id))).status, 404)
  t.equal((await decide([{ name: 'decision', valueCode: 'perhaps' }])).status, 400)
  t.equal(items()[0]?.status, 'requested')
  t.equal((await decide(naming(yes?.id))).status, 200)
  t.same(steps()[0], ['referral', 'accepted', 'Organization/neuropsychology'])
})

t.test('$decide-answer is for kept answers, and taken from nobody who may not see them', async (t) => {
  const { stray, decide, record } = await asked(t)
  await stray()
  const [step] = record.all<Task>('Task')
  t.match(await decide(TAKE, 'neuropsychology', step?.id), { status: 404 })
  t.match(await decide(TAKE, 'neuropsychology', 'nowhere'), { status: 404 })
})

t.test('when whoever was asked answers, nobody has to decide any more', async (t) => {
  const { stray, respond, steps, record, moveTo, settle, tell } = await asked(t)
  await stray()
  moveTo(new Date('2026-11-04T15:00:00Z'))
  t.equal((await respond(['finished', 'in-progress'])).status, 200)
  t.same(
    steps()[1],
    ['answer-of-another', 'requested', 'Organization/single-point-of-access'],
    'an acceptance ends no step: it may still be their no',
  )
  t.equal((await respond(['finished', 'finished'], { status: 'completed' })).status, 200)
  await settle()
  await tell({ type: 'ServiceRequest', id: 'need-1' })
  t.same(
    steps().map(([, status]) => status),
    ['completed', 'cancelled'],
  )
  t.equal(record.read<ServiceRequest>('ServiceRequest/need-1').status, 'completed', 'and the need does not wait for it')
  t.same(codesIn((await stray()).body), ['conflict', 'REC_CONFLICT'], 'of a step that has ended nothing waits')
})

t.test('nor when whoever was asked says no and the need goes on', async (t) => {
  const { stray, respond, steps, items, settle, tell } = await asked(t)
  await stray({}, ['finished', 'in-progress'])
  t.equal((await respond(['finished', 'cancelled'], NO)).status, 200)
  await settle()
  await tell({ type: 'ServiceRequest', id: 'need-1' })
  t.same(
    steps().map(([kind, status]) => [kind, status]),
    [
      ['referral', 'rejected'],
      ['answer-of-another', 'cancelled'],
      ['next-step', 'requested'],
    ],
  )
  t.match(items()[0]?.statusReason, { text: /whoever was asked has answered/ })
})

t.test('HAZ-R87: who has no business here stores nothing: no token, a token for reading, another person, a made-up referral', async (t) => {
  const { respond, callers, record, items } = await asked(t)
  const from = (headers: Record<string, string>, person = {}) => respond(['finished', 'cancelled'], NO, [], STRANGER, { headers, person })
  t.equal((await from({ authorization: 'Bearer nobody' })).status, 401)
  t.equal((await from({ authorization: await callers.bearer('leisure', 'user/*.rs') })).status, 403)
  t.equal((await from({ authorization: await callers.bearer('commissioner', 'user/*.cruds', 'commissioner') })).status, 403)
  t.same(codesIn((await from({}, { birthDate: '1951-01-01' })).body), ['conflict', 'REC_CONFLICT'])
  t.equal(items().length + record.all('Communication').length, 0)
})

t.test('HAZ-R87: an answer that is not kept because the record is away is answered so, and kept when it is sent again', async (t) => {
  const { stray, items, record } = await asked(t)
  record.fail(503, 1)
  t.equal((await stray()).status, 503)
  record.beforeNextWrite(() => record.fail(503, 1))
  t.not((await stray()).status, 200)
  t.equal((await stray()).status, 200)
  t.equal(items().length, 1)
  t.equal(record.all('Communication').length, 1)
})

const cancelling = (bundle: Bundle, status = 'revoked'): Bundle => {
  const definition = `${BARS.MESSAGE_DEFINITION}bars-message-servicerequest-request-cancelled`
  const said = changed(changed(bundle, 'MessageHeader', header('update', { definition })), 'ServiceRequest', {
    status,
    reasonCode: [{ text: 'She moved away.' }],
  })
  const types = ['MessageHeader', 'ServiceRequest', 'Patient', 'Organization']
  return { ...said, entry: (said.entry ?? []).filter(({ resource }) => types.includes(resource?.resourceType ?? '')) }
}

/** The same message from another service and another organisation, by the same client: so comes everything by the national proxy. */
const fromElsewhere = (bundle: Bundle): Bundle => {
  const other = changed(bundle, 'MessageHeader', { source: { name: 'A ward', endpoint: `${DOS}|${STRANGER}` } })
  const ods = { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'B2002' }
  return {
    ...other,
    entry: (other.entry ?? []).map((one) =>
      one.resource?.resourceType === 'Organization' && one.resource.identifier?.[0]?.value === 'A1001'
        ? { ...one, resource: { ...one.resource, identifier: [ods] } }
        : one,
    ),
  }
}

for (const [what, message, status] of [
  ['a withdrawal', cancelling(referral()), 'revoked'],
  ['a withdrawal as a mistake', cancelling(referral(), 'entered-in-error'), 'entered-in-error'],
  ['a change', changed(changed(referral(), 'MessageHeader', header('update')), 'ServiceRequest', { priority: 'urgent' }), 'active'],
] as const) {
  t.test(`HAZ-R88: ${what} of a referral by another service than sent it waits for a person, and ends nothing`, async (t) => {
    const { send, record, settle, ask, callers } = await testBars(t)
    await send(referral())
    await settle()
    const [request] = record.all<ServiceRequest>('ServiceRequest')
    for (let again = 0; again < 2; again += 1) t.equal((await send(fromElsewhere(message))).status, 200)
    t.same(record.read(`ServiceRequest/${request?.id}`), request)
    const items = record.all<Task>('Task').filter(({ code }) => code?.coding?.[0]?.code === 'answer-of-another')
    t.equal(items.length, 1)
    t.match(items[0], { description: /from a service that did not send it: DoS service 2000077777, organisation B2002/ })
    const headers = { 'content-type': 'application/fhir+json', authorization: await callers.bearer('single-point-of-access') }
    const url = `/fhir/Task/${items[0]?.id}/$decide-answer`
    t.equal((await ask('POST', url, headers, { resourceType: 'Parameters', parameter: TAKE })).status, 200)
    t.match(record.read(`ServiceRequest/${request?.id}`), { status, ...(status === 'active' ? { priority: 'urgent' } : {}) })
  })
}

t.test('a withdrawal by another service of the organisation that sent it is theirs', async (t) => {
  const { send, record, settle } = await testBars(t)
  await send(referral())
  await settle()
  const moved = changed(cancelling(referral()), 'MessageHeader', { source: { name: 'A practice', endpoint: `${DOS}|2000099111` } })
  t.equal((await send(moved, headersOf())).status, 200)
  t.equal(record.all<ServiceRequest>('ServiceRequest')[0]?.status, 'revoked')
})
