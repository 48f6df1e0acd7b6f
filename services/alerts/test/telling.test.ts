import { createServer, type IncomingMessage } from 'node:http'
import { get } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Bundle, Parameters, Patient, Subscription, Task } from '@medplum/fhirtypes'
import { flattenedVerify, importJWK } from 'jose'
import { SMTPServer } from 'smtp-server'
import t from 'tap'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { loadChannels, type ChannelMeans } from '../src/outbox/define-channel.ts'
import { mayReach, outbound } from '@platform/service/outbound'
import { NIGHT, testHospital, type TestHospital } from './a-hospital.ts'

interface Received {
  readonly body: string
  readonly headers: IncomingMessage['headers']
}

/** A receiver that really listens and answers as told. */
async function receiver(t: { teardown(work: () => unknown): void }, statuses: readonly number[] = [204]) {
  const received: Received[] = []
  let wake = () => {}
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.writeHead(statuses[Math.min(received.length, statuses.length - 1)] ?? 204, { location: 'http://127.0.0.1:1/' }).end()
      received.push({ body: Buffer.concat(chunks).toString('utf8'), headers: request.headers })
      wake()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  const until = async (count: number) => {
    while (received.length < count) await new Promise<void>((resolve) => (wake = resolve))
    return received
  }
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${String(port)}/hook`, port, received, until }
}

/** The first event of a subscription, as often as it came. */
const TASK_TOPIC = 'https://handrail.example/fhir/SubscriptionTopic/task'
const raisedBy = ({ received }: { readonly received: readonly Received[] }) =>
  received.filter(({ headers }) => String(headers['x-handrail-event']).endsWith('.1'))
/** The Parameters of a notification as name and value, and the events in it. */
function statusIn({ body }: Pick<Received, 'body'>) {
  const bundle = JSON.parse(body) as Bundle<Parameters>
  const parameter = bundle.entry?.[0]?.resource?.parameter ?? []
  const value = (name: string, list = parameter) => {
    const found = list.find((each) => each.name === name)
    return found?.valueCode ?? found?.valueString ?? found?.valueReference?.reference ?? found?.valueCanonical
  }
  const events = parameter.filter(({ name }) => name === 'notification-event').map(({ part = [] }) => value('event-number', part))
  return { type: value('type'), status: value('status'), count: value('events-since-subscription-start'), events, bundle }
}

/** Puts a Subscription into the record and lets the hub shake hands with it. */
async function subscribe(hospital: TestHospital, given: Subscription, by = 'Organization/hospital') {
  hospital.record.seed(given, by)
  await hospital.tell()
  await hospital.running.tellDue()
}

const subscription = (endpoint: string, given: Partial<Subscription> = {}): Subscription => ({
  resourceType: 'Subscription',
  id: 'hook',
  status: 'requested',
  reason: 'Alerts to the board',
  criteria: 'https://handrail.example/fhir/SubscriptionTopic/alert',
  channel: { type: 'rest-hook', endpoint, header: ['Authorization: Bearer ours', 'Host: elsewhere'] },
  ...given,
})

t.test('a webhook is told references only, signed with the published key', async (t) => {
  const hospital = await testHospital(t)
  const hook = await receiver(t)
  await subscribe(hospital, subscription(hook.url))
  t.equal(hospital.record.read<Subscription>('Subscription/hook').status, 'active')
  await hospital.send(anAdmissionMessage())
  const [greeting, first] = await hook.until(2)
  if (greeting === undefined || first === undefined) throw new Error('Nothing was received.')
  t.match(statusIn(greeting), { type: 'handshake', count: '0', events: [] })
  t.match(statusIn(first), { type: 'event-notification', status: 'active', count: '1', events: ['1'] })
  t.equal(statusIn(first).bundle.entry?.[1]?.resource, undefined, 'ids only')

  t.match(JSON.parse(first.body), { resourceType: 'Bundle', type: 'history', entry: [{ resource: { resourceType: 'Parameters' } }] })
  t.match(first.body, `"${String(hospital.task(/^alert-/).resourceType)}/${String(hospital.task(/^alert-/).id)}"`)
  t.notMatch(first.body, /Rees|Dafydd|9990004447|baclofen|DYFFRYN|Patient/i)
  t.equal(first.headers.authorization, 'Bearer ours')
  t.equal(first.headers.host, `127.0.0.1:${String(hook.port)}`)
  const [header = '', , signature = ''] = String(first.headers['x-handrail-signature']).split('.')
  const key = await importJWK(hospital.running.publicJwk, 'ES256')
  await t.resolves(flattenedVerify({ protected: header, payload: Buffer.from(first.body).toString('base64url'), signature }, key))
  await t.rejects(flattenedVerify({ protected: header, payload: Buffer.from(`${first.body} `).toString('base64url'), signature }, key))
})

t.test('a receiver that is busy is tried again with the same bytes', async (t) => {
  const hospital = await testHospital(t)
  const busy = await receiver(t, [204, 503, 302, 204])
  await subscribe(hospital, subscription(busy.url))
  await hospital.send(anAdmissionMessage())
  await busy.until(2)
  const delivered = async () =>
    (await hospital.database.query({ text: 'SELECT 1 FROM alerts.delivery WHERE number = 1 AND delivered_at IS NOT NULL' })).rows.length > 0
  for (let minutes = 1; !(await delivered()) && minutes < 50; minutes += 1) {
    await hospital.moveTo(new Date(NIGHT.getTime() + minutes * 60_000))
    await hospital.running.tellDue()
  }
  t.ok(await delivered())
  const raised = raisedBy(busy)
  t.equal(raised.length, 3)
  t.equal(new Set(raised.map(({ body }) => body)).size, 1)
})

t.test(
  'HAZ-A12: a receiver that wants no more puts its subscription in error, before a person; events are counted and nothing is sent until it asks',
  async (t) => {
    const hospital = await testHospital(t)
    const gone = await receiver(t, [204, 410, 204])
    await subscribe(hospital, subscription(gone.url))
    await hospital.send(anAdmissionMessage())
    await hospital.acted()
    await hospital.running.tellDue()
    t.match(hospital.record.read<Subscription>('Subscription/hook'), { status: 'error', error: /wants no more/ })
    t.equal(await hospital.dependencies.subscriptions.failed(), 1)
    await hospital.moveTo(NIGHT)
    t.match(hospital.task(/^delivery-failed-hook-/), {
      status: 'requested',
      owner: { reference: 'Organization/hospital' },
      focus: { reference: 'Subscription/hook' },
    })
    // Mended and closed; what fails afterwards is before a person again, also on the same day.
    hospital.record.seed({ ...hospital.task(/^delivery-failed-hook-/), status: 'completed' })
    await hospital.database.query({ text: 'UPDATE alerts.delivery SET owned_at = NULL' })
    await hospital.moveTo(NIGHT)
    await hospital.moveTo(NIGHT)
    const failures = hospital.tasks().filter(([kind]) => kind === 'delivery-failed')
    t.strictSame(
      failures.map(([, status]) => status),
      ['completed', 'requested'],
    )

    await hospital.send(anAdmissionMessage({ event: 'A11', controlId: '2', at: new Date('2026-11-21T02:30:00Z') }))
    await hospital.acted()
    await hospital.running.tellDue()
    t.equal(gone.received.length, 2, 'nothing is sent in error')
    const ask = async (path: string) =>
      hospital.app.inject({ url: `/fhir/Subscription/hook/${path}`, headers: { authorization: await hospital.bearer('hospital') } })
    const status = await ask('$status')
    t.equal(status.statusCode, 200)
    t.match(status.json(), {
      type: 'searchset',
      entry: [{ resource: { parameter: [{}, {}, { valueCode: 'error' }, { valueCode: 'query-status' }, { valueString: '2' }] } }],
    })

    const all = async (query: string) =>
      hospital.app.inject({ url: `/fhir/Subscription/$status${query}`, headers: { authorization: await hospital.bearer('hospital') } })
    t.match((await all('')).json(), {
      total: 1,
      entry: [{ resource: { parameter: [{ valueReference: { reference: 'Subscription/hook' } }] } }],
    })
    t.equal((await all('?status=active')).json<{ total: number }>().total, 0, 'without an id, all of those that stand so')
    t.equal((await all('?id=')).statusCode, 400)

    const missed = statusIn({ body: (await ask('$events?eventsSinceNumber=1&eventsUntilNumber=2')).body })
    t.match(missed, { type: 'query-event', events: ['1', '2'] })
    t.match(statusIn({ body: (await ask('$events?eventsSinceNumber=2')).body }).events, ['2'])
    t.equal((await ask('$events?eventsSinceNumber=two')).statusCode, 400)
    t.equal((await ask('$events?eventsSinceNumber=2&eventsUntilNumber=1')).statusCode, 400)
    t.strictSame(statusIn({ body: (await ask('$events?eventsSinceNumber=3')).body }).events, [], 'nothing was missed beyond the newest')
    t.equal((await ask('$events?content=full-resource')).statusCode, 400)
    t.equal((await hospital.app.inject({ url: '/fhir/Subscription/hook/$status' })).statusCode, 401)

    const current = hospital.record.read<Subscription>('Subscription/hook')
    await subscribe(hospital, { ...current, status: 'requested' })
    await hospital.running.tellDue()
    t.equal(hospital.record.read<Subscription>('Subscription/hook').status, 'active')
    t.strictSame(
      gone.received.slice(2).map((each) => statusIn(each).type),
      ['handshake', 'event-notification'],
    )
    const came = gone.received.slice(2).flatMap((each) => statusIn(each).events)
    t.strictSame(came, ['2'])
    const gap = Array.from({ length: Number(came.at(-1)) }, (_, index) => String(index + 1)).filter((number) => !came.includes(number))
    t.strictSame(gap, ['1'], 'the receiver sees by the numbers that it has missed one')
    t.strictSame(statusIn({ body: (await ask('$events?eventsSinceNumber=1&eventsUntilNumber=1')).body }).events, gap, 'and reads it')
  },
)

t.test('a receiver that does not shake hands is in error from the start', async (t) => {
  const hospital = await testHospital(t)
  const shy = await receiver(t, [500])
  await subscribe(hospital, subscription(shy.url))
  t.match(hospital.record.read<Subscription>('Subscription/hook'), { status: 'error', error: /did not take it/ })
  await subscribe(hospital, subscription('http://10.0.0.1:1/', { id: 'inside' }))
  t.match(hospital.record.read<Subscription>('Subscription/inside'), { status: 'error', error: /OUTBOUND_ALLOW/ })
})

t.test('when nothing happened for its period a subscriber hears a heartbeat', async (t) => {
  const hospital = await testHospital(t)
  const hook = await receiver(t)
  const period = {
    url: 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-heartbeat-period',
    valueUnsignedInt: 60,
  }
  await subscribe(hospital, subscription(hook.url, { channel: { type: 'rest-hook', endpoint: hook.url, extension: [period] } }))
  await hospital.running.tellDue()
  t.equal(hook.received.length, 1)
  await hospital.moveTo(new Date(NIGHT.getTime() + 61_000))
  await hospital.running.tellDue()
  t.match(
    hook.received.map((each) => statusIn(each).type),
    ['handshake', 'heartbeat'],
  )
})

t.test('nobody hears of alerts that do not concern their organisation, and a filter narrows what is heard', async (t) => {
  const hospital = await testHospital(t)
  const [centre, filtered, nobody] = [await receiver(t), await receiver(t), await receiver(t)]
  await subscribe(hospital, subscription(centre.url), 'Organization/therapy-centre')
  const filter = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria'
  const asked = (valueString: string) => ({ _criteria: { extension: [{ url: filter, valueString }] } }) as Partial<Subscription>
  await subscribe(
    hospital,
    subscription(filtered.url, { id: 'filtered', ...asked('Task?owner=Organization/pump-centre') }),
    'Organization/hospital',
  )
  await subscribe(hospital, subscription(nobody.url, { id: 'nobody', ...asked('Task?patient=Patient/ada') }), 'Organization/hospital')
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  await hospital.running.tellDue()
  t.equal(centre.received.length, 1)
  t.equal(filtered.received.length, 2)
  t.equal(nobody.received.length, 1)
})

t.test('whoever subscribed to Tasks hears of those they are named in, with numbers that have no gap', async (t) => {
  const hospital = await testHospital(t)
  const hook = await receiver(t)
  const several = { url: 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-max-count', valuePositiveInt: 10 }
  await subscribe(
    hospital,
    subscription(hook.url, {
      criteria: TASK_TOPIC,
      channel: { type: 'rest-hook', endpoint: hook.url, extension: [several] },
    }),
    'Organization/therapy-centre',
  )
  await hospital.moveTo(NIGHT)
  const task = (id: string, owner: string): Task => ({
    resourceType: 'Task',
    id,
    status: 'requested',
    intent: 'order',
    owner: { reference: owner },
  })
  hospital.record.seed(task('mine', 'Organization/therapy-centre'))
  hospital.record.seed(task('others', 'Organization/hospital'))
  hospital.record.seed({ ...task('mine', 'Organization/therapy-centre'), status: 'accepted' })
  await hospital.tell()
  await hospital.running.tellDue()
  const heard = hook.received.map(statusIn).flatMap(({ events }) => events)
  t.strictSame(new Set(heard), new Set(['1', '2']))
  t.notMatch(hook.received.map(({ body }) => body).join(), /Task\/others/)
})

t.test('a state that lasts a moment is heard of by whoever waits for it', async (t) => {
  const hospital = await testHospital(t)
  const hook = await receiver(t)
  const waitsFor = { url: 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria' }
  const refusals = { extension: [{ ...waitsFor, valueString: 'Task?status=rejected' }] }
  await subscribe(
    hospital,
    { ...subscription(hook.url, { criteria: TASK_TOPIC }), _criteria: refusals } as Subscription,
    'Organization/therapy-centre',
  )
  await hospital.moveTo(NIGHT)
  const task = (status: Task['status'], owner: string): Task => ({
    resourceType: 'Task',
    id: 'one',
    status,
    intent: 'order',
    owner: { reference: owner },
  })
  hospital.record.seed(task('requested', 'Organization/therapy-centre'))
  hospital.record.seed(task('rejected', 'Organization/therapy-centre'))
  hospital.record.seed(task('rejected', 'Organization/hospital')) // they are not named in it any more
  hospital.record.seed(task('accepted', 'Organization/hospital'))
  await hospital.tell()
  await hospital.running.tellDue()
  t.strictSame(
    hook.received.map(statusIn).flatMap(({ events }) => events),
    ['1'],
  )
})

t.test('HAZ-A12: a mail server that does not take our password ends nobody’s messages: they leave once it does', async (t) => {
  const mails: string[] = []
  let password = 'another'
  const smtp = new SMTPServer({
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _session, done) =>
      auth.password === password ? done(null, { user: 'hub' }) : done(Object.assign(new Error('Wrong password'), { responseCode: 535 })),
    onData: (stream, { envelope }, done) => {
      stream.resume()
      stream.on('end', () => {
        mails.push(...envelope.rcptTo.map(({ address }) => address))
        done()
      })
    },
  })
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve))
  t.teardown(() => new Promise<void>((resolve) => smtp.close(resolve)))
  const { port } = smtp.server.address() as AddressInfo
  const hospital = await testHospital(t, { messaging: { smtpUrl: `smtp://hub:ours@127.0.0.1:${String(port)}` } })
  await subscribe(hospital, subscription('', { id: 'mail', channel: { type: 'email', endpoint: 'ward@hospital.example' } }))
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  await hospital.running.tellDue()
  t.strictSame(mails, [])
  t.match(hospital.record.read<Subscription>('Subscription/mail'), { status: 'active' })
  password = 'ours'
  await hospital.moveTo(new Date(NIGHT.getTime() + 60_000))
  await hospital.running.tellDue()
  t.strictSame(mails, ['ward@hospital.example'])
})

t.test('HAZ-A14: an e-mail and a text message say that something waits, and nothing about anybody', async (t) => {
  const mails: string[] = []
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: ({ address }, _session, done) =>
      done(address.startsWith('gone') ? Object.assign(new Error('No such mailbox'), { responseCode: 550 }) : null),
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks).toString('utf8'))
        done()
      })
    },
  })
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve))
  t.teardown(() => new Promise<void>((resolve) => smtp.close(resolve)))
  const gateway = await receiver(t, [201])
  const { port } = smtp.server.address() as AddressInfo
  const hospital = await testHospital(t, {
    messaging: { smtpUrl: `smtp://127.0.0.1:${String(port)}`, smsUrl: gateway.url, smsToken: 'ours', smsTemplate: 'waiting' },
  })
  const by = (id: string, type: 'email' | 'sms', endpoint: string, when?: string): Subscription =>
    subscription('', {
      id,
      channel: {
        type,
        endpoint,
        ...(when === undefined
          ? {}
          : { extension: [{ url: 'https://handrail.example/fhir/StructureDefinition/notify-when', valueCode: when }] }),
      },
    })
  await subscribe(hospital, by('mail', 'email', 'mailto:ward@hospital.example'))
  await subscribe(hospital, by('phone', 'sms', '+447700900123'))
  await subscribe(hospital, by('deputy', 'sms', '+447700900456', 'escalated'))
  await subscribe(hospital, by('digest', 'email', 'team@hospital.example', 'today'))
  await subscribe(hospital, by('gone', 'email', 'gone@hospital.example'))
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  await hospital.running.tellDue()
  t.equal(mails.length, 2, 'HAZ-A40: also whoever chose a digest hears at once of what asks to act')
  const toWard = mails.find((mail) => /^To: ward@hospital.example$/m.test(mail))
  t.match(toWard, /^Subject: A hospital alert is waiting$/m)
  t.match(toWard, /Sign in: https:\/\/hub\.example Ref [2-9A-Z]{4}\./)
  t.equal(gateway.received.length, 1)
  t.match(JSON.parse(gateway.received[0]?.body ?? ''), {
    phone_number: '+447700900123',
    template_id: 'waiting',
    personalisation: { text: /^A hospital alert is waiting\. Sign in: https:\/\/hub\.example Ref [2-9A-Z]{4}\.$/ },
  })
  t.equal(gateway.received[0]?.headers.authorization, 'Bearer ours')
  t.match(hospital.record.read<Subscription>('Subscription/gone'), { status: 'error' })

  await hospital.moveTo(new Date(NIGHT.getTime() + 31 * 60_000))
  await hospital.running.tellDue()
  t.match(
    gateway.received
      .slice(1)
      .map(({ body }) => (JSON.parse(body) as { phone_number: string }).phone_number)
      .toSorted(),
    ['+447700900123', '+447700900456'],
  )
  t.match(gateway.received.at(-1)?.body, /Nobody has answered/)
  const toTeam = () => mails.filter((mail) => /^To: team@/m.test(mail))
  t.equal(toTeam().length, 2, 'HAZ-A40: that nobody has answered is not gathered either')
  await hospital.send(anAdmissionMessage({ event: 'A03', controlId: '2', at: new Date(NIGHT.getTime() + 40 * 60_000) }))
  await hospital.acted()
  await hospital.running.tellDue()
  t.equal(toTeam().length, 2, 'an ending waits for the morning')
  await hospital.moveTo(new Date('2026-11-21T08:00:00Z'))
  await hospital.running.tellDue()
  t.equal(toTeam().length, 3, 'what was gathered leaves as one message')
  t.notMatch([...mails, ...gateway.received.map(({ body }) => body)].join('\n'), /Rees|Dafydd|9990004447|baclofen|pump|DYFFRYN|1979/i)

  const volume = await hospital.dependencies.subscriptions.volume(NIGHT)
  t.ok(volume.some(({ party, channel, sent }) => party === 'Organization/hospital' && channel === 'sms' && sent >= 2))
})

t.test(
  'HAZ-R61: a person and a carer are told of each step once, as they chose, in words that say nothing, and of nothing after a death',
  async (t) => {
    const hospital = await testHospital(t, { demo: true })
    const { record, running } = hospital
    const chose = async (id: string, by: string, to: string, when: string) =>
      subscribe(
        hospital,
        {
          resourceType: 'Subscription',
          id,
          status: 'requested',
          reason: 'News of my referrals',
          criteria: 'https://handrail.example/fhir/SubscriptionTopic/referral-step',
          channel: {
            type: 'email',
            endpoint: to,
            extension: [{ url: 'https://handrail.example/fhir/StructureDefinition/notify-when', valueCode: when }],
          },
        },
        by,
      )
    const subject = { reference: 'Patient/dafydd' }
    record.seed({ resourceType: 'RelatedPerson', id: 'gwen', patient: subject })
    record.seed({ resourceType: 'RelatedPerson', id: 'huw', patient: subject })
    await chose('own', 'Patient/dafydd', 'dafydd@post.example', 'now')
    await chose('gwens', 'RelatedPerson/gwen', 'gwen@post.example', 'today')
    await chose('huws', 'RelatedPerson/huw', 'huw@post.example', 'now')
    await chose('others', 'Patient/ada', 'ada@post.example', 'now')
    record.closeTo('huws')
    await hospital.moveTo(NIGHT)

    const sent = async () => (await hospital.dependencies.kept.newest(100)).map(({ to }) => to).toSorted()
    const told = async () => {
      await hospital.tell()
      await running.tellDue()
      return sent()
    }
    const need = {
      resourceType: 'ServiceRequest',
      id: 'balance',
      status: 'active',
      intent: 'order',
      subject,
      code: { text: 'Balance class' },
    } as const
    const step = (status: Task['status'], owner: string, description = 'Asked'): Task => ({
      resourceType: 'Task',
      id: 'asked',
      status,
      intent: 'order',
      description,
      basedOn: [{ reference: 'ServiceRequest/balance' }],
      for: subject,
      owner: { reference: owner },
    })
    record.seed(need)
    t.same(await told(), [], 'nobody is asked yet')
    record.seed(step('requested', 'Organization/therapy-centre'))
    t.same(await told(), ['dafydd@post.example'])
    record.seed(step('requested', 'Organization/therapy-centre', 'Asked again'))
    t.same(await told(), ['dafydd@post.example'], 'what is no step is no news')
    record.seed(step('accepted', 'Organization/therapy-centre'))
    t.equal((await told()).length, 2)
    await hospital.moveTo(new Date('2026-11-21T07:59:00Z'))
    await running.tellDue()
    t.equal((await sent()).length, 2)
    await hospital.moveTo(new Date('2026-11-21T08:00:00Z'))
    await running.tellDue()
    t.same(
      await sent(),
      ['dafydd@post.example', 'dafydd@post.example', 'gwen@post.example'],
      'what was gathered in the night is one message of that morning, and Huw may not look',
    )
    const text = JSON.stringify(await hospital.dependencies.kept.newest(100))
    t.match(text, /Sign in to read it: https:\/\/hub\.example/)
    t.match(text, /Mewngofnodwch/)
    t.notMatch(text, /balance|class|therapy|centre|Rees|Dafydd Rees|accepted|Ref /i)
    const volume = await hospital.dependencies.subscriptions.volume(NIGHT)
    t.match(
      volume.find(({ party }) => party === 'Patient/dafydd'),
      { channel: 'email', sent: 2, failed: 0 },
    )

    record.seed({ ...step('in-progress', 'Organization/neurorehab') })
    await hospital.tell()
    record.seed({ ...record.read<Patient>('Patient/dafydd'), deceasedBoolean: true })
    await hospital.tell()
    await hospital.moveTo(new Date('2026-11-24T08:00:00Z'))
    await running.tellDue()
    t.notOk((await sent()).filter((to) => to.startsWith('gwen')).length > 1, 'nothing that was gathered comes after a death')
    record.seed({ ...need, status: 'completed' })
    const before = (await sent()).length
    t.equal((await told()).length, before)
  },
)

t.test('a demonstration keeps what it would have sent and shows it; elsewhere there is no such page', async (t) => {
  const hospital = await testHospital(t, { demo: true })
  await subscribe(hospital, subscription('', { channel: { type: 'email', endpoint: 'ward@hospital.example' } }))
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  const kept = async () => (await hospital.app.inject({ url: '/outbox.json' })).json<{ messages: unknown[] }>()
  // Whoever was woken by the notice may have the delivery in hand already: then this look finds none, and the next finds it done.
  while ((await kept()).messages.length === 0) {
    await hospital.running.tellDue()
    await new Promise((resolve) => setImmediate(resolve))
  }
  t.match(await kept(), {
    keeps: ['email', 'sms'],
    messages: [{ channel: 'email', to: 'ward@hospital.example', subject: 'A hospital alert is waiting' }],
  })
  t.match((await hospital.app.inject({ url: '/outbox' })).body, /<td>ward@hospital\.example<\/td>/)

  const usual = await testHospital(t)
  t.equal((await usual.app.inject({ url: '/outbox.json' })).statusCode, 404)
  await subscribe(usual, subscription('', { channel: { type: 'email', endpoint: 'ward@hospital.example' } }))
  await usual.send(anAdmissionMessage())
  await usual.acted()
  for (let minutes = 0; minutes < 60; minutes += 2) {
    await usual.moveTo(new Date(NIGHT.getTime() + minutes * 60_000))
    await usual.running.tellDue()
  }
  t.match(usual.record.read<Subscription>('Subscription/hook'), { status: 'error', error: /not set up/ })
})

t.test('every channel does as its examples say', async (t) => {
  const channels = await loadChannels()
  t.strictSame([...channels.keys()], ['email', 'sms', 'webhook'])
  const answers = (answer: number): ChannelMeans => ({
    http: { post: async () => ({ status: answer, headers: {}, body: '' }) },
    sign: () => 'signature',
    mailer: { send: async () => answer, [Symbol.dispose]: () => {} },
    sms: { send: async () => ({ status: answer }) },
    publicUrl: 'https://hub.example',
  })
  for (const channel of channels.values()) {
    for (const { given, answer, expect } of channel.examples) {
      const held = {
        id: 's',
        endpoint: 'https://receiver.example',
        headers: [],
        topic: 'alert',
        filters: [],
        cadence: 'now',
        party: '*',
      } as const
      const subscription = {
        ...held,
        channel: channel.id,
        status: 'active',
        content: 'id-only',
        payload: 'application/fhir+json',
        events: '1',
        maxCount: 1,
      } as const
      const events = [{ number: '1', focus: 'Task/1', kind: 'raised', at: new Date(0) }]
      const said = await channel.deliver({ subscription, type: 'event-notification', events, at: new Date(0), key: 's.1' }, answers(answer))
      t.equal(typeof said === 'string' ? said : said.outcome, expect, given)
    }
  }
})

t.test('requests go to public addresses, to what the operator allows, and to loopback in a demonstration only', async (t) => {
  const usual = { allow: [], loopback: false }
  for (const no of [
    '127.0.0.1',
    '10.0.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '172.20.0.1',
    '::1',
    'fd00::1',
    'fe80::1',
    '::ffff:10.0.0.1',
    '0.0.0.0',
    'host',
  ])
    t.notOk(mayReach(no, no, '443', usual), no)
  t.ok(mayReach('8.8.8.8', 'receiver.example', '443', usual))
  t.ok(mayReach('127.0.0.1', 'localhost', '80', { allow: [], loopback: true }))
  t.notOk(mayReach('10.0.0.1', 'inside', '80', { allow: [], loopback: true }))
  const allowed = { allow: ['engine.trust.example:8443', '10.0.0.9:80'], loopback: true }
  t.ok(mayReach('10.0.0.5', 'engine.trust.example', '8443', allowed))
  t.ok(mayReach('10.0.0.9', 'whatever', '80', allowed))
  t.notOk(mayReach('10.0.0.5', 'engine.trust.example', '443', allowed))
  t.notOk(mayReach('8.8.8.8', 'receiver.example', '443', allowed))
  for (const url of ['http://127.0.0.1:1/', 'file:///etc/passwd', 'http://user@127.0.0.1/', 'nonsense'])
    await t.rejects(outbound(usual).post(url, '', {}), { code: 'ENDPOINT_FORBIDDEN' }, url)
})

t.test('a board hears of its alerts by reference, resumes where it stopped, and hears nothing of others', async (t) => {
  const hospital = await testHospital(t)
  const url = await hospital.app.listen({ host: '127.0.0.1', port: 0 })
  const board = async (organization: string, headers: Record<string, string> = {}, query = '') => {
    const response = await new Promise<IncomingMessage>((resolve) => {
      void hospital
        .bearer(organization, 'ward')
        .then((authorization) => get(`${url}/alerts/stream${query}`, { headers: { authorization, ...headers } }, resolve))
    })
    let text = ''
    let wake = () => {}
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      wake()
    })
    t.teardown(() => response.destroy())
    const until = async (pattern: RegExp) => {
      while (!pattern.test(text)) await new Promise<void>((resolve) => (wake = resolve))
      return text
    }
    return { response, until, text: () => text }
  }
  const [ward, centre] = [await board('hospital'), await board('therapy-centre')]
  t.equal(ward.response.headers['content-type'], 'text/event-stream; charset=utf-8')
  // After a restore from a backup a board may have been further than the hub is.
  const ahead = await board('hospital', { 'last-event-id': '999999999999' })
  for (const one of [ward, ahead]) await one.until(/retry/)
  await hospital.send(anAdmissionMessage())
  const text = await ward.until(/"raised"/)
  t.equal(await ahead.until(/"raised"/), text, 'HAZ-A12: it hears what comes')
  t.match(
    text,
    /id: 1\nevent: alert\ndata: \{"kind":"raised","quiet":false,"task":"Task\/[^"]+","encounter":"Encounter\/[^"]+","at":"[^"]+"\}\n\n/,
  )
  t.notMatch(text, /Rees|9990004447|Patient/)

  await hospital.acted()
  await hospital.send(anAdmissionMessage({ event: 'A11', controlId: '2', at: new Date('2026-11-21T02:30:00Z') }))
  await ward.until(/"withdrawn"/)
  const resumed = await board('hospital', { 'last-event-id': '1' })
  t.notMatch(await resumed.until(/"withdrawn"/), /"raised"/)
  t.notMatch(centre.text(), /event: alert/)

  // An inbox hears of Tasks, whoever made them, and a board of alerts alone.
  const inbox = await board('therapy-centre', {}, '?topic=task')
  await inbox.until(/retry/)
  await hospital.moveTo(NIGHT)
  const owner = { reference: 'Organization/therapy-centre' }
  hospital.record.seed<Task>({ resourceType: 'Task', id: 'asked', status: 'requested', intent: 'order', owner })
  await hospital.tell()
  t.match(await inbox.until(/event: task/), /id: \d+\nevent: task\ndata: \{"kind":"created","task":"Task\/asked","at":"[^"]+"\}\n\n/)
  t.notMatch(centre.text(), /event: task/)
  t.equal((await board('hospital', {}, '?topic=gossip')).response.statusCode, 400)
  t.equal((await board('hospital', { 'last-event-id': 'first' })).response.statusCode, 400)
  t.equal((await hospital.app.inject({ url: '/alerts/stream' })).statusCode, 401)
})
