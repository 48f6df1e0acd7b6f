/** Systems that have subscribed: webhooks that are told by reference, signed, in order, and no more than they asked for. */
import type { Subscription, Task } from '@medplum/fhirtypes'
import { flattenedVerify, importJWK } from 'jose'
import t from 'tap'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { NIGHT, testHospital } from './a-hospital.ts'
import { raisedBy, receiver, statusIn, subscribe, subscription, TASK_TOPIC } from './a-subscriber.ts'

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
