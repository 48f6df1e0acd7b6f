import { createServer, type IncomingMessage } from 'node:http'
import { get } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Subscription } from '@medplum/fhirtypes'
import { flattenedVerify, importJWK } from 'jose'
import t from 'tap'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { loadChannels } from '../src/outbox/define-channel.ts'
import { mayReach, outbound } from '../src/outbox/outbound.ts'
import { testHospital } from './a-hospital.ts'

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

const raisedBy = ({ received }: { readonly received: readonly Received[] }) =>
  received.filter(({ headers }) => headers['x-handrail-event'] === '1')

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
  hospital.record.seed(subscription(hook.url))
  await hospital.tell()
  t.equal(hospital.record.read<Subscription>('Subscription/hook').status, 'active')
  await hospital.send(anAdmissionMessage())
  const [first] = await hook.until(1)
  if (first === undefined) throw new Error('Nothing was received.')

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

t.test('a receiver that is busy is tried again, one that is gone is given up and counted', async (t) => {
  const hospital = await testHospital(t)
  const [busy, gone] = [await receiver(t, [503, 302, 204]), await receiver(t, [410])]
  hospital.record.seed(subscription(busy.url))
  hospital.record.seed(subscription(gone.url, { id: 'gone' }))
  await hospital.tell()
  await hospital.send(anAdmissionMessage())
  await busy.until(1)
  await gone.until(1)
  const delivered = async () =>
    (
      await hospital.database.query({
        text: "SELECT 1 FROM alerts.delivery WHERE notice = 1 AND subscription = 'hook' AND delivered_at IS NOT NULL",
      })
    ).rows.length > 0
  for (let hours = 1; !(await delivered()) && hours < 50; hours += 1) {
    await hospital.moveTo(new Date(Date.parse('2026-11-21T02:14:20Z') + hours * 3_600_000))
  }
  const raised = raisedBy(busy)
  t.ok(raised.length >= 2)
  t.ok(await delivered())
  t.equal(new Set(raised.map(({ body }) => body)).size, 1)
  t.ok((await hospital.dependencies.subscriptions.failed()) >= 1)
  t.equal(raisedBy(gone).length, 1)
})

t.test('the webhook channel does as its examples say', async (t) => {
  const channel = (await loadChannels()).get('webhook')
  for (const { given, answer, expect } of channel?.examples ?? []) {
    const notice = { id: '1', task: 'Task/1', kind: 'raised', at: new Date(0) }
    const delivery = { subscription: { id: 's', endpoint: 'https://receiver.example', headers: [] }, notice, attempts: 1 }
    t.equal(await channel?.deliver(delivery, { http: { post: async () => answer }, sign: async () => 'signature' }), expect, given)
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
  const board = async (organization: string, headers: Record<string, string> = {}) => {
    const response = await new Promise<IncomingMessage>((resolve) => {
      void hospital
        .bearer(organization, 'ward')
        .then((authorization) => get(`${url}/alerts/stream`, { headers: { authorization, ...headers } }, resolve))
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
  await ward.until(/retry/)
  await hospital.send(anAdmissionMessage())
  const text = await ward.until(/"raised"/)
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
  t.equal((await board('hospital', { 'last-event-id': 'first' })).response.statusCode, 400)
  t.equal((await hospital.app.inject({ url: '/alerts/stream' })).statusCode, 401)
})
