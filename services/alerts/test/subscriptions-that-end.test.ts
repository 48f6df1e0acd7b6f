/** Subscriptions that are turned off, end, fail and lead elsewhere: what their receivers may rely on. */
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Organization, Subscription } from '@medplum/fhirtypes'
import t from 'tap'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { until } from '@platform/testing/until'
import { NIGHT, testHospital, type TestHospital } from './a-hospital.ts'
import { raisedBy, receiver, statusIn, subscribe, subscription } from './a-subscriber.ts'

const after = (seconds: number) => new Date(NIGHT.getTime() + seconds * 1_000)
const held = (hospital: TestHospital, id = 'hook') => hospital.record.read<Subscription>(`Subscription/${id}`)
/** The next event about Dafydd's stay. */
const next = async (hospital: TestHospital, controlId: string, event: 'A01' | 'A11' | 'A03' = 'A01') => {
  await hospital.send(anAdmissionMessage({ event, controlId, at: after(Number(controlId)) }))
  await hospital.acted()
  await hospital.running.tellDue()
}

t.test(
  'HAZ-A105: a subscription that is turned off and asked for again goes on with its numbers, and not with what had waited',
  async (t) => {
    const hospital = await testHospital(t)
    const hook = await receiver(t)
    await subscribe(hospital, subscription(hook.url))
    await next(hospital, '1')
    t.equal(raisedBy(hook).length, 1)
    await hospital.database.query({ text: `UPDATE alerts.subscription SET status = 'error'` })
    await next(hospital, '2', 'A11') // waits
    await subscribe(hospital, { ...held(hospital), status: 'off' })
    const { rows } = await hospital.database.query({ text: 'SELECT endpoint, headers FROM alerts.subscription' })
    t.strictSame(rows, [{ endpoint: '', headers: [] }], 'no address and no secret of one that is off is kept')
    await next(hospital, '3')
    t.equal(hook.received.length, 2, 'it is told nothing')
    const ask = async (path: string) =>
      hospital.app.inject({ url: `/fhir/Subscription/hook/${path}`, headers: { authorization: await hospital.bearer('hospital') } })
    t.match(statusIn({ body: (await ask('$events')).body }), { status: 'off', events: ['1', '2'] }, 'what it was told of can be read')

    await subscribe(hospital, { ...held(hospital), status: 'requested' })
    await next(hospital, '4', 'A11')
    t.match(hook.received.slice(2).map(statusIn), [{ type: 'handshake' }, { type: 'event-notification', events: ['3'] }])
    const volume = await hospital.dependencies.subscriptions.volume(NIGHT)
    await subscribe(hospital, { ...held(hospital), status: 'off' })
    t.strictSame(await hospital.dependencies.subscriptions.volume(NIGHT), volume, 'what its owner was sent stays counted')
  },
)

t.test('HAZ-A106: a subscription whose end has come is off in the record, and no heartbeat says that it is served', async (t) => {
  const hospital = await testHospital(t)
  const hook = await receiver(t)
  const url = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-heartbeat-period'
  const channel = { type: 'rest-hook', endpoint: hook.url, extension: [{ url, valueUnsignedInt: 60 }] } satisfies Subscription['channel']
  await subscribe(hospital, subscription(hook.url, { channel, end: after(90).toISOString() }))
  await hospital.moveTo(after(61))
  await hospital.running.tellDue()
  t.strictSame(
    hook.received.map((each) => statusIn(each).type),
    ['handshake', 'heartbeat'],
  )
  await hospital.moveTo(after(180))
  await hospital.running.tellDue()
  t.equal(held(hospital).status, 'off')
  t.equal(hook.received.length, 2)
  await subscribe(hospital, subscription(hook.url, { id: 'late', end: after(90).toISOString() }))
  t.equal(held(hospital, 'late').status, 'off', 'one that had ended before it was asked for')
  t.equal(hook.received.length, 2)
})

t.test('HAZ-A106: what an endpoint answered says nothing of another that has taken its place', async (t) => {
  const hospital = await testHospital(t)
  const waiting: ServerResponse[] = []
  const slow = createServer((_request, response) => void waiting.push(response))
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    slow.closeAllConnections()
    slow.close()
  })
  const refusing = await receiver(t, [500])
  hospital.record.seed(subscription(`http://127.0.0.1:${String((slow.address() as AddressInfo).port)}/`), 'Organization/hospital')
  await hospital.tell()
  await until('the first is greeted', () => waiting.length > 0)
  hospital.record.seed(subscription(refusing.url), 'Organization/hospital')
  await hospital.tell()
  await until('the other has refused', () => held(hospital).status === 'error')
  for (const response of waiting) response.writeHead(204).end()
  await hospital.running.tellDue()
  t.match(refusing.received.map(statusIn), [{ type: 'handshake' }])
  t.equal(held(hospital).status, 'error')
})

t.test('HAZ-A12: what was given up is red until its subscription is mended, and no longer', async (t) => {
  const hospital = await testHospital(t)
  const red = () => hospital.dependencies.subscriptions.failed()
  const gone = await receiver(t, [204, 410, 204])
  await subscribe(hospital, subscription(gone.url))
  await next(hospital, '1')
  t.equal(await red(), 1)
  await subscribe(hospital, { ...held(hospital), status: 'requested' })
  t.equal(held(hospital).status, 'active')
  t.equal(await red(), 0)
  await hospital.database.query({ text: `UPDATE alerts.subscription SET channel = 'email'` })
  t.equal(await red(), 1, 'an e-mail: until one has arrived')
  await hospital.database.query({ text: `UPDATE alerts.subscription SET channel = 'webhook'` })
  await next(hospital, '2', 'A11')
  await hospital.database.query({ text: `UPDATE alerts.subscription SET channel = 'email'` })
  t.equal(await red(), 0)
})

t.test(
  'HAZ-A126: of an organisation that was closed every subscription is off, says why, and is asked for in vain until it is open again',
  async (t) => {
    const hospital = await testHospital(t)
    const [hook, others] = [await receiver(t), await receiver(t)]
    await subscribe(hospital, subscription(hook.url))
    await subscribe(hospital, subscription(others.url, { id: 'others' }), 'Organization/pump-centre')
    const organization = hospital.record.read<Organization>('Organization/hospital')
    const say = async (active: boolean) => {
      hospital.record.seed({ ...organization, active })
      await hospital.tell()
    }
    await say(true)
    t.equal(held(hospital).status, 'active')
    await say(false)
    t.match(held(hospital), { status: 'off', error: /closed in the directory/ })
    t.equal(held(hospital, 'others').status, 'active')
    await next(hospital, '1')
    t.strictSame(
      [hook, others].map(({ received }) => received.map((each) => statusIn(each).type)),
      [['handshake'], ['handshake', 'event-notification']],
    )
    await subscribe(hospital, { ...held(hospital), status: 'requested' })
    t.match(held(hospital), { status: 'off', error: /closed in the directory/ })
    t.equal(hook.received.length, 1)
    await say(true)
    await subscribe(hospital, { ...held(hospital), status: 'requested' })
    t.equal(held(hospital).status, 'active')
  },
)
