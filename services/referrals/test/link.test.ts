/** The secure link: a receiver without an account is asked by e-mail, opens with a code that goes another way, sees the minimum, and answers. */
import type { Bundle, OperationOutcome, Parameters, ParametersParameter, Patient, ServiceRequest, Task } from '@medplum/fhirtypes'
import type { Messaging } from '@platform/service/messaging'
import t from 'tap'
import { buildApp } from '../src/app.ts'
import { encodeHeader } from '../src/domain/bars/headers.ts'
import { toMessage, uuidFrom } from '../src/domain/bars/outbound-message.ts'
import { testHub } from './a-hub.ts'
import { WEDNESDAY } from './a-need.ts'

t.setTimeout(600_000)

const ADA: Patient = {
  resourceType: 'Patient',
  id: 'ada',
  identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990123454' }],
  name: [{ text: 'Ada Probert' }],
  birthDate: '1974-03-18',
  telecom: [{ system: 'phone', value: '07700 900101' }],
  extension: [{ url: 'https://handrail.example/fhir/StructureDefinition/needs', valueString: 'Uses one stick.' }],
}
const DOS_ID = '2000011147'
const MAILBOX = 'desk@leisure.example'
const PHONE = '+447700900555'
const DAY_MS = 86_400_000
const seconds = (count: number) => new Date(WEDNESDAY.getTime() + count * 1000)

interface SentMessage {
  readonly to: string
  readonly text: string
}

async function aDesk(t: { teardown(work: () => unknown): void }, { mailAnswers = 250 }: { mailAnswers?: number } = {}) {
  const [mails, texts]: [SentMessage[], SentMessage[]] = [[], []]
  let answers = mailAnswers
  const keys = new Set<string>()
  /** As mail servers and gateways do: a message with the key of an earlier one is that one, and arrives no second time. */
  const arrive = (at: SentMessage[], key: string, message: SentMessage): void => {
    if (!keys.has(key)) at.push(message)
    keys.add(key)
  }
  const messaging: Messaging = {
    mailer: { send: async ({ to, text, key }) => (arrive(mails, key, { to, text }), answers), [Symbol.dispose]: () => {} },
    sms: { send: async ({ to, text, key }) => (arrive(texts, key, { to, text }), { status: 201 }) },
    [Symbol.dispose]: () => {},
  }
  const hub = await testHub(t, { messaging, bars: { publicUrl: 'https://hub.example', serviceIds: [DOS_ID] } })
  await hub.database.query({ text: 'TRUNCATE referrals.link, referrals.link_route, referrals.delivery' })
  hub.record.seed(ADA)
  const app = await buildApp(hub.dependencies)
  t.teardown(() => app.close())
  const post = async <T = Parameters>(url: string, given: Readonly<Record<string, string>>, authorization?: string) => {
    const parameter: ParametersParameter[] = Object.entries(given).map(([name, value]) =>
      name === 'reason'
        ? { name, valueCoding: { system: 'https://handrail.example/fhir/CodeSystem/refusal-reason', code: value } }
        : name === 'nextOwner' || name === 'receiver'
          ? { name, valueReference: { reference: value } }
          : name === 'due'
            ? { name, valueDateTime: value }
            : { name, valueString: value },
    )
    const headers = { 'content-type': 'application/fhir+json', ...(authorization === undefined ? {} : { authorization }) }
    const response = await app.inject({ method: 'POST', url, headers, payload: JSON.stringify({ resourceType: 'Parameters', parameter }) })
    return { status: response.statusCode, body: JSON.parse(response.body) as T }
  }
  const deliver = (at: Date = WEDNESDAY) => {
    hub.moveTo(at)
    return hub.dependencies.linkCourier.deliver(at)
  }
  /** Proposes the ways of the leisure centre and verifies them with the code that came. */
  const verified = async () => {
    const own = await hub.callers.bearer('leisure')
    const way = { mailTo: MAILBOX, codeBy: 'sms', codeTo: PHONE }
    t_equal((await post('/fhir/Organization/leisure/$link-route', way, own)).body, 'sent')
    await deliver()
    const code = codeIn(texts.at(-1))
    t_equal((await post('/fhir/Organization/leisure/$link-route', { code }, own)).body, 'verified')
    texts.length = 0
  }
  const asked = async (given: Partial<ServiceRequest> = {}) => {
    hub.refer({ performer: [{ reference: 'HealthcareService/chair-class' }], code: { text: 'Strength and balance' }, ...given })
    await hub.settle()
    await deliver()
    return tokenIn(mails.at(-1))
  }
  /** Asks for the code and enters it. */
  const opened = async (token: string, at: Date = WEDNESDAY) => {
    await post('/fhir/$link-code', { token })
    await deliver(at)
    const { body } = await post('/fhir/$link-open', { token, code: codeIn(texts.at(-1)) })
    return { went: went(body), session: valueOf(body, 'session') ?? '' }
  }
  return { ...hub, app, mails, texts, post, deliver, verified, asked, opened, refuseMail: (status: number) => (answers = status) }
}

const valueOf = ({ parameter = [] }: Parameters, name: string): string | undefined => {
  const found = parameter.find((one) => one.name === name)
  return found?.valueString ?? found?.valueCode
}
const went = (body: Parameters) => valueOf(body, 'went')
function t_equal(body: Parameters, expected: string) {
  if (went(body) !== expected) throw new Error(`${String(went(body))} and not ${expected}: ${JSON.stringify(body)}`)
}
const codeIn = (message: SentMessage | undefined) => /\b\d{6}\b/.exec(message?.text ?? '')?.[0] ?? 'no code'
const tokenIn = (message: SentMessage | undefined) => /\/link\/([A-Za-z0-9_-]{43})/.exec(message?.text ?? '')?.[1] ?? 'no link'

/** A referral by BaRS in which an observation has these words, with the headers of the guide. */
function aBarsReferral(words: string) {
  const ODS = 'https://fhir.nhs.uk/Id/ods-organization-code'
  const practice = { resourceType: 'Organization', identifier: [{ system: ODS, value: 'A1001' }], name: 'A practice' } as const
  const message = toMessage({
    act: 'refer',
    request: {
      resourceType: 'ServiceRequest',
      id: 'theirs',
      status: 'active',
      intent: 'order',
      subject: {},
      authoredOn: '2026-11-03T09:00:00Z',
      code: { text: 'Balance' },
    },
    task: { resourceType: 'Task', status: 'requested', intent: 'order', description: 'Please see her.' },
    patient: { ...ADA, gender: 'female' },
    sender: { ...practice, identifier: [...practice.identifier] },
    receiver: { resourceType: 'Organization', identifier: [{ system: ODS, value: 'X26' }], name: 'Handrail' },
    service: { name: 'Neuro', dosId: DOS_ID },
    from: { dosId: '2000099999', name: 'A practice', version: '1.0' },
    bundleId: uuidFrom('bundle'),
    correlationId: uuidFrom('cue'),
    at: WEDNESDAY,
  })
  const headers = {
    accept: 'application/fhir+json; version=1.5.0',
    'content-type': 'application/fhir+json',
    'x-request-id': uuidFrom('request'),
    'x-correlation-id': uuidFrom('cue'),
    'nhsd-target-identifier': encodeHeader({ value: DOS_ID, system: 'https://fhir.nhs.uk/Id/dos-service-id' }),
    'nhsd-end-user-organisation': encodeHeader(practice),
  }
  const observation = {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'What she said' },
    subject: { reference: message.entry?.find(({ resource }) => resource?.resourceType === 'Patient')?.fullUrl },
    valueString: words,
    meta: { lastUpdated: WEDNESDAY.toISOString() },
  }
  const entry = [...(message.entry ?? []), { fullUrl: `urn:uuid:${uuidFrom('observation')}`, resource: observation }]
  return { headers, body: JSON.stringify({ ...message, entry }) }
}

const notThe = (code: string) => (code === '000000' ? '000001' : '000000')

t.test('HAZ-R31: a receiver without an account is asked by e-mail, sees the needs card after a code, and accepts', async (t) => {
  const { mails, texts, post, verified, asked, opened, record, settle, steps } = await aDesk(t)
  await verified()
  const token = await asked({ note: [{ text: 'the note' }], reasonCode: [{ text: 'the diagnosis' }] })
  t.equal(mails.length, 1)
  t.equal(mails[0]?.to, MAILBOX)
  t.notMatch(mails[0]?.text, /Ada|stick|Strength|community|07700|need-1/, 'the mail says nothing of anybody')

  t.match(await post('/fhir/$link-read', { token }), { status: 401 }, 'nothing without a code')
  const { went: how, session } = await opened(token)
  t.equal(how, 'opened')
  t.equal(texts[0]?.to, PHONE)
  t.notMatch(texts[0]?.text, /Ada|stick|http/)

  const seen = await post('/fhir/$link-read', { token, session })
  t.equal(seen.status, 200)
  const payload = seen.body.parameter?.find(({ name }) => name === 'payload')?.resource as Bundle
  t.match(payload.meta?.tag, [{ code: 'link' }, { code: 'needs-card' }])
  for (const words of [/Ada Probert/, /Strength and balance/, /Uses one stick/]) t.match(JSON.stringify(payload), words)
  t.notMatch(JSON.stringify(payload), /the note|the diagnosis|1974/)
  t.same(
    seen.body.parameter?.filter(({ name }) => name === 'answer').map(({ valueCode }) => valueCode),
    ['accept', 'refuse'],
  )

  t.match(await post('/fhir/$link-answer', { token, session, answer: 'accept' }), { status: 400 }, 'who answers gives a name')
  const accepted = await post('/fhir/$link-answer', { token, session, answer: 'accept', by: 'Sam at the desk' })
  t.equal(went(accepted.body), 'accepted')
  await settle()
  t.same(steps(), [['referral', 'accepted', 'Organization/leisure']])
  t.match(record.all<Task>('Task')[0]?.note, [{ text: 'Answered by secure link. Name given: Sam at the desk.' }])

  const done = await post('/fhir/$link-answer', { token, session, answer: 'complete', by: 'Sam', outcome: 'Came to nine classes.' })
  t.equal(went(done.body), 'finished')
  t.equal(record.read<ServiceRequest>('ServiceRequest/need-1').status, 'completed')
  const after = await post('/fhir/$link-read', { token, session })
  t.notOk(
    after.body.parameter?.some(({ name }) => name === 'payload'),
    'once it is closed nothing of the person is shown',
  )
})

t.test(
  'HAZ-R01: a no by link needs its reason, words and next step, and the next owner is one of those that the page offers',
  async (t) => {
    const { post, verified, asked, opened, settle, steps } = await aDesk(t)
    await verified()
    const token = await asked()
    const { session } = await opened(token)
    const no = { token, session, answer: 'refuse', by: 'Sam', reason: 'no-capacity', words: 'The class is full until March.' }
    t.match(await post<OperationOutcome>('/fhir/$link-answer', no), {
      status: 400,
      body: { issue: [{ details: { text: /nextOwner, nextAction, due/ } }] },
    })
    const next = { nextOwner: 'Organization/community-team', nextAction: 'Look for another class.', due: '2026-11-09T10:00:00Z' }
    t.match(await post('/fhir/$link-answer', { ...no, ...next, nextOwner: 'Organization/neuropsychology' }), { status: 422 })
    const { status, body } = await post('/fhir/$link-answer', { ...no, ...next })
    t.equal(status, 200, JSON.stringify(body))
    t.equal(went(body), 'not-suitable')
    await settle()
    t.same(steps(), [
      ['referral', 'rejected', 'Organization/leisure'],
      ['next-step', 'requested', 'Organization/community-team'],
    ])
  },
)

t.test('HAZ-R50: cues are looked for on every way in: what was sent, ticked, asked back, advised and answered', async (t) => {
  const desk = await aDesk(t)
  const { app, callers, dependencies, post, record, refer, settle, verified, asked, opened } = desk
  const { approvedWords } = dependencies
  const entry = (await approvedWords.list()).find(({ id }) => id === 'sudden-weakness')
  await approvedWords.approve({ entry: entry!, by: 'Dr Test, clinical lead', on: '2026-11-01', reviewBy: '2027-05-01', at: WEDNESDAY })
  t.teardown(() => desk.database.query({ text: 'TRUNCATE referrals.wording_approval' }))
  await verified()
  const SIGN = 'Since Monday sudden weakness of the left arm.'
  const tick = [{ coding: [{ system: 'https://handrail.example/fhir/CodeSystem/red-flag', code: 'sudden-weakness' }] }]
  const [sender, receiver] = [await callers.bearer('community-team'), await callers.bearer('neuropsychology')]
  const open = (need: string) =>
    record
      .all<Task>('Task')
      .filter(({ basedOn, status }) => basedOn?.[0]?.reference === need && !['completed', 'rejected', 'cancelled'].includes(status))
  const routed = async (given: Partial<ServiceRequest>): Promise<string> => {
    const { id = '' } = refer({ performer: [{ reference: 'Organization/neuropsychology' }], ...given })
    await settle()
    return open(`ServiceRequest/${id}`)[0]?.id ?? ''
  }
  const byList = async (row: string) => {
    const csv = `Reference;NHS number;Date of birth;Need;Red flags;Words\n${row}\n`
    const { body } = await post('/fhir/$import-referrals', { csv }, sender)
    t.equal(body.parameter?.[0]?.valueUnsignedInt, 1, JSON.stringify(body))
  }
  const WAYS: Readonly<Record<string, () => Promise<unknown>>> = {
    'FHIR, in words': async () => routed({ id: 'words', note: [{ text: SIGN }] }),
    'FHIR, ticked': async () => routed({ id: 'ticked', reasonCode: tick }),
    'the form of the pages, in what a service must know': async () =>
      routed({ id: 'form', extension: [{ url: 'https://handrail.example/fhir/StructureDefinition/needs', valueString: SIGN }] }),
    'a list, in words': async () => byList(`A-1;9990123454;1974-03-18;Balance;;${SIGN}`),
    'a list, ticked': async () => byList('A-2;9990123454;1974-03-18;Balance;sudden-weakness;'),
    BaRS: async () => {
      const { headers, body } = aBarsReferral(SIGN)
      const { statusCode, body: said } = await app.inject({
        method: 'POST',
        url: '/bars/$process-message',
        headers: { ...headers, authorization: sender },
        payload: body,
      })
      t.equal(statusCode, 200, said)
    },
    'advice that becomes a referral': async () => {
      const category = [
        {
          coding: [
            { system: 'https://handrail.example/fhir/CodeSystem/request-category', code: 'neuro-rehabilitation' },
            { system: 'https://handrail.example/fhir/CodeSystem/request-category', code: 'advice' },
          ],
        },
      ]
      const step = await routed({ id: 'advice', category })
      const { status, body } = await post('/fhir/Task/' + step + '/$complete', { outcome: SIGN }, receiver)
      t.equal(status, 200, JSON.stringify(body))
    },
    'the answer to a question': async () => {
      const step = await routed({ id: 'question' })
      t.equal((await post(`/fhir/Task/${step}/$triage`, { outcome: 'ask', question: 'How is she?' }, receiver)).status, 200)
      await settle()
      const question = open('ServiceRequest/question').find(({ id }) => id !== step)
      t.equal((await post(`/fhir/Task/${question?.id}/$complete`, { outcome: SIGN }, sender)).status, 200)
    },
    'an answer by secure link': async () => {
      const token = await asked({ id: 'by-link' })
      const { session } = await opened(token)
      const next = { nextOwner: 'Organization/community-team', nextAction: 'Ring her.', due: '2026-11-09T10:00:00Z' }
      const { status } = await post('/fhir/$link-answer', {
        token,
        session,
        answer: 'refuse',
        by: 'Sam',
        reason: 'other-in-words',
        words: SIGN,
        ...next,
      })
      t.equal(status, 200)
    },
  }
  for (const [way, come] of Object.entries(WAYS)) {
    const before = new Set(record.all<ServiceRequest>('ServiceRequest').map(({ id }) => id))
    await come()
    await settle()
    const needs = record.all<ServiceRequest>('ServiceRequest').filter(({ id }) => !before.has(id))
    t.equal(needs.length, 1, way)
    const steps = open(`ServiceRequest/${needs[0]?.id}`)
    t.ok(steps.length > 0, `${way}: somebody has it`)
    for (const { input = [] } of steps)
      t.ok(
        input.some(({ valueCodeableConcept }) => valueCodeableConcept?.coding?.[0]?.code === 'sudden-weakness'),
        `${way}: the open step says so`,
      )
  }
})

t.test('HAZ-R31: five wrong codes lock it, also when they come at once; whoever sent it can send another', async (t) => {
  const { post, verified, asked, deliver, texts, mails, callers } = await aDesk(t)
  await verified()
  const token = await asked()
  await post('/fhir/$link-code', { token })
  await deliver()
  const wrong = notThe(codeIn(texts.at(-1)))
  const tries = await Promise.all(Array.from({ length: 8 }, () => post('/fhir/$link-open', { token, code: wrong })))
  t.equal(tries.filter(({ body }) => went(body) === 'wrong').length, 4)
  t.equal(tries.filter(({ body }) => went(body) === 'locked').length, 4)
  t.equal(
    went((await post('/fhir/$link-open', { token, code: codeIn(texts.at(-1)) })).body),
    'locked',
    'the right one opens nothing any more',
  )
  t.equal(went((await post('/fhir/$link-code', { token })).body), 'locked')
  t.equal(went((await post('/fhir/$link-renew', { token })).body), 'locked', 'who has it cannot renew it')

  const task = '/fhir/Task/task-1'
  t.equal((await post(`${task}/$send-link`, {}, await callers.bearer('leisure'))).status, 403)
  t.equal((await post(`${task}/$send-link`, {}, await callers.bearer('community-team'))).status, 200)
  await deliver()
  t.equal(mails.length, 2)
  t.not(tokenIn(mails[1]), token)
})

t.test('a revoked link opens nothing, not even for who has it open; a new one revokes the old', async (t) => {
  const { post, verified, asked, opened, callers, deliver, mails } = await aDesk(t)
  await verified()
  const token = await asked()
  const { session } = await opened(token)
  const sender = await callers.bearer('community-team')
  t.match(await post('/fhir/Task/task-1/$revoke-link', {}, sender), {
    status: 200,
    body: { parameter: [{ valueCode: 'revoked' }, { valueUnsignedInt: 1 }] },
  })
  t.equal((await post('/fhir/$link-read', { token, session })).status, 401)
  t.equal(went((await post('/fhir/$link-code', { token })).body), 'revoked')
  await post('/fhir/Task/task-1/$send-link', {}, sender)
  await deliver(seconds(60))
  await post('/fhir/Task/task-1/$send-link', {}, sender)
  await deliver(seconds(120))
  t.equal(went((await post('/fhir/$link-code', { token: tokenIn(mails.at(-2)) })).body), 'revoked')
  t.equal(went((await post('/fhir/$link-code', { token: tokenIn(mails.at(-1)) })).body), 'sent')
})

t.test('after seven days it opens nothing, and whoever holds it can have another sent to the verified mailbox, once', async (t) => {
  const { post, verified, asked, deliver, mails, moveTo } = await aDesk(t)
  await verified()
  const token = await asked()
  const later = new Date(WEDNESDAY.getTime() + 7 * DAY_MS)
  moveTo(later)
  t.equal(went((await post('/fhir/$link-code', { token })).body), 'expired')
  t.equal(went((await post('/fhir/$link-renew', { token })).body), 'sent')
  await deliver(later)
  t.equal(mails.length, 2)
  t.equal(mails[1]?.to, MAILBOX)
  t.equal(went((await post('/fhir/$link-renew', { token })).body), 'revoked')
})

t.test('nobody is sent a link before the second way is verified, and it is never the mailbox of the link', async (t) => {
  const { post, callers, deliver, texts, refer, settle, mails } = await aDesk(t)
  const own = await callers.bearer('leisure')
  const url = '/fhir/Organization/leisure/$link-route'
  const way = { mailTo: MAILBOX, codeBy: 'email', codeTo: MAILBOX.toUpperCase() }
  t.match(await post(url, way, own), { status: 422, body: { issue: [{ details: { coding: [{ code: 'SECOND_WAY_IS_THE_FIRST' }] } }] } })
  t.equal((await post(url, { mailTo: 'a@b.example,c@d.example', codeBy: 'sms', codeTo: PHONE }, own)).status, 400)
  t.equal((await post(url, { mailTo: MAILBOX, codeBy: 'sms', codeTo: 'ring me' }, own)).status, 400)
  t.equal((await post(url, { mailTo: MAILBOX, codeBy: 'sms', codeTo: PHONE }, await callers.bearer('community-team'))).status, 403)
  t.equal((await post(url, { mailTo: MAILBOX, codeBy: 'sms', codeTo: PHONE })).status, 401)
  t.equal(went((await post(url, { mailTo: MAILBOX, codeBy: 'sms', codeTo: PHONE }, own)).body), 'sent')
  await deliver()
  const code = codeIn(texts.at(-1))
  for (let tries = 1; tries <= 5; tries += 1) t.equal(went((await post(url, { code: notThe(code) }, own)).body), 'wrong')
  t.equal(went((await post(url, { code }, own)).body), 'over', 'five wrong ones and it must be proposed anew')
  refer({ performer: [{ reference: 'HealthcareService/chair-class' }] })
  await settle()
  await deliver()
  t.same(mails, [])
})

t.test('the preview shows what the page would show and the mail, and what is shown is what is read', async (t) => {
  const { post, verified, asked, opened, callers } = await aDesk(t)
  await verified()
  const token = await asked({ note: [{ text: 'the note' }] })
  const shown = await post<Bundle>(
    '/fhir/ServiceRequest/need-1/$preview',
    { receiver: 'HealthcareService/chair-class' },
    await callers.bearer('community-team'),
  )
  t.match(shown.body.meta?.tag, [{ code: 'link' }, { code: 'needs-card' }])
  t.match(shown.body.entry?.at(-1)?.resource, { resourceType: 'Communication', payload: [{ contentString: /waiting for your answer/ }] })
  const { session } = await opened(token)
  const read = await post('/fhir/$link-read', { token, session })
  const payload = read.body.parameter?.find(({ name }) => name === 'payload')?.resource as Bundle
  t.same(payload.entry?.slice(0, 2), shown.body.entry?.slice(0, 2))
})

t.test('HAZ-R12: a mailbox that does not exist is a visible failure with a next step', async (t) => {
  const { verified, refer, settle, deliver, steps, refuseMail } = await aDesk(t)
  await verified()
  refuseMail(550)
  refer({ performer: [{ reference: 'HealthcareService/chair-class' }] })
  await settle()
  await deliver()
  await settle()
  t.same(
    steps().map(([kind, status]) => [kind, status]),
    [
      ['referral', 'rejected'],
      ['next-step', 'requested'],
    ],
  )
})

t.test('a token that is none, of another length, or of nobody is one answer', async (t) => {
  const { post } = await aDesk(t)
  for (const token of ['x', 'A'.repeat(43), '../../etc/passwd', '%00'])
    for (const name of ['$link-code', '$link-open', '$link-read', '$link-answer', '$link-renew'])
      t.equal(
        (await post(`/fhir/${name}`, { token, ...(name === '$link-open' ? { code: '123456' } : {}) })).status,
        404,
        `${name} ${token}`,
      )
  t.equal((await post('/fhir/$link-code', {})).status, 400)
})

t.test('HAZ-R31: while the ways of an organisation are not verified no code goes, and nobody is told that one did', async (t) => {
  const { callers, verified, asked, post, deliver, texts, opened } = await aDesk(t)
  await verified()
  const token = await asked()
  const own = await callers.bearer('leisure')
  const other = '+447700900556'
  const url = '/fhir/Organization/leisure/$link-route'
  t.equal(went((await post(url, { mailTo: MAILBOX, codeBy: 'sms', codeTo: other }, own)).body), 'sent')
  t.equal(went((await post('/fhir/$link-code', { token })).body), 'revoked')
  await deliver(seconds(60))
  t.same(
    texts.map(({ to }) => to),
    [other],
    'the one that verifies the new way, and no other',
  )
  t.equal(went((await post(url, { code: codeIn(texts.at(-1)) }, own)).body), 'verified')
  t.equal((await opened(token, seconds(120))).went, 'opened')
  t.equal(texts.at(-1)?.to, other)
})
