/** Receivers, mail servers and gateways that are slow, break off or say two things at once: what was taken is told once, and what was not is told again. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSocketServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { Subscription } from '@medplum/fhirtypes'
import t, { type Test } from 'tap'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { until } from '@platform/testing/until'
import { startNoticeDelivery } from '../src/outbox/notice-delivery.ts'
import { openMeans } from '../src/outbox/open-means.ts'
import { NIGHT, testHospital, type TestHospital } from './a-hospital.ts'

/** A server that does with each request as told; handshakes are always taken. */
async function server(t: Test, answer: (response: ServerResponse, request: IncomingMessage, body: string) => void) {
  const heard: string[] = []
  const listening = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString('utf8')))
    request.on('end', () => {
      if (body.includes('"handshake"')) return response.writeHead(204).end()
      heard.push(body)
      return answer(response, request, body)
    })
  })
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    listening.closeAllConnections()
    return new Promise((resolve) => listening.close(resolve))
  })
  return { url: `http://127.0.0.1:${String((listening.address() as AddressInfo).port)}/`, heard }
}

async function subscribe(hospital: TestHospital, id: string, type: 'rest-hook' | 'email' | 'sms', endpoint: string, timeoutSeconds = 10) {
  const url = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-timeout'
  const given: Subscription = {
    resourceType: 'Subscription',
    id,
    status: 'requested',
    reason: 'Alerts',
    criteria: 'https://handrail.example/fhir/SubscriptionTopic/alert',
    channel: { type, endpoint, extension: [{ url, valueUnsignedInt: timeoutSeconds }] },
  }
  hospital.record.seed(given, 'Organization/hospital')
  await hospital.tell()
  await hospital.running.tellDue()
}

interface Delivery {
  readonly subscription: string
  readonly attempts: number
  readonly delivered: boolean
  readonly failed: boolean
  readonly reason: string | null
  /** As an ISO text. */
  readonly due: string
}

const deliveries = async (hospital: TestHospital): Promise<readonly Delivery[]> => {
  const text = `SELECT subscription, attempts, delivered_at IS NOT NULL AS delivered, failed_at IS NOT NULL AS failed, reason, due_at AS due
                FROM alerts.delivery ORDER BY subscription, number`
  const { rows } = await hospital.database.query<Omit<Delivery, 'due'> & { due: Date }>({ text })
  return rows.map((row) => ({ ...row, due: row.due.toISOString() }))
}
const after = (seconds: number) => new Date(NIGHT.getTime() + seconds * 1_000)

t.test('HAZ-A90: what a slow receiver is being told is told by nobody else meanwhile, and by us once', async (t) => {
  const hospital = await testHospital(t)
  const waiting: ServerResponse[] = []
  const slow = await server(t, (response) => void waiting.push(response))
  await subscribe(hospital, 'slow', 'rest-hook', slow.url, 30)
  await hospital.send(anAdmissionMessage())
  await until('the receiver is told', () => slow.heard.length > 0)
  const [first] = await deliveries(hospital)

  await hospital.moveTo(after(15))
  await until('it is kept in hand for longer', async () => ((await deliveries(hospital))[0]?.due ?? '') > (first?.due ?? ''))
  const another = await hospital.dependencies.subscriptions.claim(after(35), after(65), 10)
  t.strictSame(another, [], 'another process takes nothing of it')

  await hospital.moveTo(after(16 * 60))
  for (const response of waiting) response.writeHead(204).end()
  await hospital.running.tellDue()
  t.equal(slow.heard.length, 1)
  t.match(await deliveries(hospital), [{ delivered: true }])
})

t.test(
  'HAZ-A90: of what waits behind an answer nothing goes to a receiver that wants no more, or to where a subscription no longer leads',
  async (t) => {
    const hospital = await testHospital(t)
    const waiting: ServerResponse[] = []
    const full = await server(t, (response) => void waiting.push(response))
    await subscribe(hospital, 'full', 'rest-hook', full.url)
    await hospital.send(anAdmissionMessage())
    await until('the first is told', () => waiting.length === 1)
    const MORE = 20
    await hospital.database.query({
      text: `WITH made AS (INSERT INTO alerts.notice (kind, quiet, task, encounter, audience, at)
             SELECT 'updated', false, 'Task/1', '', '{}', $1 FROM generate_series(1, ${String(MORE)}) RETURNING id)
           INSERT INTO alerts.delivery (notice, subscription, number, due_at) SELECT id, 'full', 1 + row_number() OVER (ORDER BY id), $1 FROM made`,
      values: [NIGHT],
    })
    const told = hospital.running.tellDue()
    await until('seven more are told: eight at once, as many as one receiver is told of', () => waiting.length === 8)
    for (const response of waiting) response.writeHead(410).end()
    await told
    t.equal(full.heard.length, 8)
    t.equal(hospital.record.read<Subscription>('Subscription/full').status, 'error')
  },
)

t.test(
  'HAZ-A12: receivers that hang are waited for eight times each, however often more is taken, and nobody at the same host waits with them',
  async (t) => {
    const hospital = await testHospital(t)
    const waiting = new Map<string, ServerResponse[]>()
    const host = await server(t, (response, { url = '' }) => {
      if (url === '/well') return response.writeHead(204).end()
      return waiting.set(url, [...(waiting.get(url) ?? []), response])
    })
    const hanging = Array.from({ length: 9 }, (_, one) => `hang-${String(one)}`) // eight each are more than the 64 connections that others open to one host
    const at = (path: string) => `${host.url}${path}`
    for (const id of hanging) await subscribe(hospital, id, 'rest-hook', at(id), 30)
    await subscribe(hospital, 'other-topic', 'rest-hook', at('hang-0'), 30) // one receiver, two subscriptions
    await subscribe(hospital, 'well', 'rest-hook', at('well'))
    for (let taking = 0; taking < 4; taking += 1) {
      await hospital.database.query({
        text: `WITH made AS (INSERT INTO alerts.notice (kind, quiet, task, encounter, audience, at)
             SELECT 'updated', false, 'Task/1', '', '{}', $1 FROM generate_series(1, 5) RETURNING id)
             INSERT INTO alerts.delivery (notice, subscription, number, due_at)
             SELECT made.id, s.id, $2 + row_number() OVER (PARTITION BY s.id ORDER BY made.id), $1 FROM made CROSS JOIN alerts.subscription AS s`,
        values: [NIGHT, 5 * taking],
      })
      void hospital.running.tellDue()
      await until('whoever is well is told', async () => {
        const { rows } = await hospital.database.query({
          text: `SELECT FROM alerts.delivery WHERE subscription = 'well' AND delivered_at IS NOT NULL`,
        })
        return rows.length === 5 * (taking + 1)
      })
    }
    await until('the others wait', () => waiting.size === hanging.length && [...waiting.values()].every((its) => its.length >= 8))
    t.strictSame(
      Object.fromEntries([...waiting].map(([path, its]) => [path, its.length])),
      Object.fromEntries(hanging.map((id) => [`/${id}`, 8])),
    )
    const answered = new Set<ServerResponse>()
    await until('all of it is told', async () => {
      for (const response of [...waiting.values()].flat()) {
        if (!answered.has(response)) response.writeHead(204).end()
        answered.add(response)
      }
      return (await deliveries(hospital)).every(({ delivered }) => delivered)
    })
    const numbers = host.heard.map((body) =>
      /"subscription","valueReference":\{"reference":"([^"]+)".*"event-number","valueString":"(\d+)"/.exec(body)?.slice(1).join(' '),
    )
    t.equal(new Set(numbers).size, numbers.length, 'each once')
    t.equal(numbers.length, 11 * 20)
  },
)

t.test(
  'HAZ-A12: what happened while a subscription was in error is told once it is asked for again, each once, however much it is',
  async (t) => {
    const hospital = await testHospital(t)
    let status = 410
    const hook = await server(t, (response) => response.writeHead(status).end())
    await subscribe(hospital, 'hook', 'rest-hook', hook.url)
    const tell = async (from: number, count: number) =>
      hospital.database.query({
        text: `WITH made AS (INSERT INTO alerts.notice (kind, quiet, task, encounter, audience, at)
             SELECT 'updated', false, 'Task/' || one, '', '{}', $1 FROM generate_series($2::int, $2 + $3 - 1) AS one ORDER BY one RETURNING id)
             INSERT INTO alerts.delivery (notice, subscription, number, due_at) SELECT id, 'hook', $2 - 1 + row_number() OVER (ORDER BY id), $1 FROM made`,
        values: [NIGHT, from, count],
      })
    await tell(1, 1)
    await hospital.running.tellDue()
    t.equal(hospital.record.read<Subscription>('Subscription/hook').status, 'error')
    const MANY = 4_500 // more than twice what is in hand of one subscription
    await tell(2, MANY)
    await hospital.running.tellDue()
    t.equal(hook.heard.length, 1)

    status = 204
    const current = hospital.record.read<Subscription>('Subscription/hook')
    const url = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-max-count'
    const channel = { ...current.channel, extension: [{ url, valuePositiveInt: 50 }] }
    hospital.record.seed({ ...current, status: 'requested', channel }, 'Organization/hospital')
    await hospital.tell()
    await hospital.running.tellDue()
    const told = hook.heard
      .slice(1)
      .flatMap((body) => [...body.matchAll(/"event-number","valueString":"(\d+)"/g)].map(([, number]) => Number(number)))
    t.strictSame(
      told.toSorted((one, other) => one - other),
      Array.from({ length: MANY }, (_, one) => one + 2),
    )
    const firsts = hook.heard.slice(1).map((body) => Number(/"event-number","valueString":"(\d+)"/.exec(body)?.[1]))
    const late = firsts.filter((number, place) => number + 8 * 50 < Math.max(...firsts.slice(0, place)))
    t.strictSame(late, [], 'oldest first, but for the eight that are under way at once')
  },
)

t.test('a hub that stops waits for what has begun, and leaves what waits for its turn to whoever takes it next, at once', async (t) => {
  const hospital = await testHospital(t)
  const waiting: ServerResponse[] = []
  const slow = await server(t, (response) => void waiting.push(response))
  await subscribe(hospital, 'slow', 'rest-hook', slow.url, 30)
  await hospital.running[Symbol.asyncDispose]() // another delivers from here on
  await hospital.database.query({
    text: `WITH made AS (INSERT INTO alerts.notice (kind, quiet, task, encounter, audience, at)
           SELECT 'updated', false, 'Task/1', '', '{}', $1 FROM generate_series(1, 20) RETURNING id)
           INSERT INTO alerts.delivery (notice, subscription, number, due_at) SELECT id, 'slow', row_number() OVER (ORDER BY id), $1 FROM made`,
    values: [NIGHT],
  })
  using means = openMeans(hospital.dependencies)
  const carrying = startNoticeDelivery({ ...hospital.dependencies, means })
  carrying.wake()
  await until('eight have begun', () => waiting.length === 8)
  const stopped = carrying[Symbol.asyncDispose]()
  for (const response of waiting) response.writeHead(204).end()
  await stopped
  t.equal(slow.heard.length, 8)
  const left = await hospital.dependencies.subscriptions.claim(NIGHT, after(30), 100)
  t.strictSame(
    left.map(({ event, attempts }) => [Number(event.number), attempts]),
    Array.from({ length: 12 }, (_, one) => [one + 9, 2]),
  )
})

t.test('HAZ-A90: a receiver that says it took it has, whatever becomes of the rest of its answer', async (t) => {
  const hospital = await testHospital(t)
  const halves = await server(t, (response, request) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('half', () => request.socket.destroy())
  })
  const endless = await server(t, (response) => {
    const more = () => response.write(Buffer.alloc(32_768), (error) => (error ? undefined : more()))
    response.writeHead(200)
    more()
  })
  const trickles = await server(t, (response) => response.writeHead(200).write('x'))
  await subscribe(hospital, 'halves', 'rest-hook', halves.url)
  await subscribe(hospital, 'endless', 'rest-hook', endless.url)
  await subscribe(hospital, 'trickles', 'rest-hook', trickles.url, 1)
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  await hospital.running.tellDue()
  await hospital.moveTo(after(600))
  await hospital.running.tellDue()
  const first = (await deliveries(hospital)).filter((_, index, all) => all[index - 1]?.subscription !== all[index]?.subscription)
  t.match(
    first,
    ['endless', 'halves', 'trickles'].map((subscription) => ({ subscription, attempts: 1, delivered: true })),
  )
})

t.test('HAZ-A90: a gateway that answers 200 and says that it did not take the message has not taken it', async (t) => {
  const says: object[] = [{ errors: [{ error: 'Exception' }] }, { status_code: 400, errors: [{ error: 'BadRequestError' }] }]
  const gateway = await server(t, (response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(says.shift())),
  )
  const hospital = await testHospital(t, { messaging: { smsUrl: gateway.url } })
  await subscribe(hospital, 'text', 'sms', '+447700900001')
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  await hospital.running.tellDue()
  t.match((await deliveries(hospital))[0], { delivered: false, failed: false, reason: 'NOT_TAKEN' }, 'not said why: it is tried again')
  await hospital.moveTo(after(2))
  await hospital.running.tellDue()
  t.match((await deliveries(hospital))[0], { delivered: false, failed: true, reason: 'GONE' })
  t.equal(hospital.record.read<Subscription>('Subscription/text').status, 'error')
})

t.test('HAZ-A91: a gateway that refuses the hub itself, and not the number, ends nobody’s messages', async (t) => {
  const says = [
    "Can't send to this recipient when service is in trial mode - see https://gateway.example/trial-mode",
    "Can't send to this recipient using a team-only API key",
    'Template not found',
    'Missing personalisation: text',
  ]
  let said = ''
  const gateway = await server(t, (response) =>
    response.writeHead(400).end(JSON.stringify({ status_code: 400, errors: [{ error: 'BadRequestError', message: said }] })),
  )
  const hospital = await testHospital(t, { messaging: { smsUrl: gateway.url } })
  await subscribe(hospital, 'text', 'sms', '+447700900001')
  said = says.shift() ?? ''
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  await hospital.running.tellDue()
  for (const at of [10, 20, 30]) {
    said = says.shift() ?? ''
    await hospital.moveTo(after(at))
    await hospital.running.tellDue()
  }
  t.match((await deliveries(hospital))[0], { attempts: 4, delivered: false, failed: false, reason: 'NOT_TAKEN' })
  said = 'phone_number Not enough digits'
  await hospital.moveTo(after(60))
  await hospital.running.tellDue()
  t.match((await deliveries(hospital))[0], { failed: true, reason: 'GONE' })
})

t.test('a receiver or a gateway that asks us to wait is not asked before, and not forgotten for longer than ten minutes', async (t) => {
  const busy = (wait: string) => (response: ServerResponse) => response.writeHead(429, { 'retry-after': wait }).end()
  const [gateway, hook] = [await server(t, busy('120')), await server(t, busy('86400'))]
  const hospital = await testHospital(t, { messaging: { smsUrl: gateway.url } })
  await subscribe(hospital, 'hook', 'rest-hook', hook.url)
  await subscribe(hospital, 'text', 'sms', '+447700900001')
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  await hospital.running.tellDue()
  t.match(await deliveries(hospital), [
    { subscription: 'hook', due: after(600).toISOString() },
    { subscription: 'text', due: after(120).toISOString() },
  ])
})

t.test(
  'HAZ-A91: a mail server that was away for long ends nobody’s messages: what could not leave is before a person, and the next one leaves',
  async (t) => {
    const mails: string[] = []
    let away = true
    const smtp = createSocketServer((socket) => {
      socket.on('error', () => undefined)
      if (away) return void socket.end('421 4.3.2 Not now\r\n')
      socket.write('220 mail\r\n')
      let text = ''
      socket.on('data', (part) => {
        text += part.toString('utf8')
        if (text.endsWith('\r\n.\r\n')) mails.push(text)
        const inMail = /\r\nDATA\r\n/i.test(text) && !text.endsWith('\r\n.\r\n')
        socket.write(/DATA\r\n$/i.test(text) ? '354 go\r\n' : inMail ? '' : '250 ok\r\n')
      })
    })
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve))
    t.teardown(() => void smtp.close())
    const hospital = await testHospital(t, {
      messaging: { smtpUrl: `smtp://127.0.0.1:${String((smtp.address() as AddressInfo).port)}` },
    })
    await subscribe(hospital, 'mail', 'email', 'ward@hospital.example')
    await hospital.send(anAdmissionMessage())
    await hospital.acted()
    const failed = async () => (await deliveries(hospital))[0]?.failed === true
    let at = 0
    for (; !(await failed()) && at < 36_000; at += 60) {
      await hospital.moveTo(after(at))
      await hospital.running.tellDue()
    }
    t.ok(await failed(), 'given up, as a dated fact')
    await hospital.moveTo(after(at))
    t.match(hospital.task(/^delivery-failed-mail-/), { status: 'requested', description: /from now on is sent to it as before/ })
    t.equal(hospital.record.read<Subscription>('Subscription/mail').status, 'active')
    away = false
    await hospital.send(anAdmissionMessage({ event: 'A03', controlId: '2', at: after(at) }))
    await hospital.acted()
    await hospital.running.tellDue()
    t.ok(mails.some((mail) => mail.includes('To: ward@hospital.example')))
  },
)
