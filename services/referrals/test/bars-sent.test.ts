/** BaRS messages that the hub sends, and what becomes of them: each row of the table of acts has a valid message of ours here. */
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import type { Bundle, Patient, Resource, ServiceRequest, Task } from '@medplum/fhirtypes'
import t from 'tap'
import { REFUSAL_OF } from '../src/domain/bars/vocabulary.ts'
import { OURS, DOS, testBars, codesIn } from './a-bars-peer.ts'
import { sending } from './a-bars-receiver.ts'

// A real database, receivers that listen, and keys made anew for each test: on a busy machine that takes its time.
t.setTimeout(600_000)

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

t.test('HAZ-R30: whoever is shown a part of the person previews no more of them, and is told that more goes', async (t) => {
  const { target, deliver, ask, record } = await sending(t, [])
  const [{ name, id }] = record.all<Patient>('Patient') as [Patient]
  const tag = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }]
  const whole = record.all<Patient>('Patient')[0] as Patient & { id: string }
  record.seed({ resourceType: 'Patient', id: id ?? '', meta: { tag }, ...(name !== undefined && { name }) })
  const parameter = [{ name: 'receiver', valueReference: { reference: 'HealthcareService/mind' } }]
  const shown = await ask<Bundle>(
    'POST',
    '/fhir/ServiceRequest/need-1/$preview',
    { 'content-type': 'application/fhir+json' },
    { resourceType: 'Parameters', parameter },
  )
  t.equal(shown.status, 200)
  t.notMatch(JSON.stringify(shown.body), /9990123454/)
  t.match(shown.body.entry?.at(-1)?.resource, { issue: [{ severity: 'information', details: { text: /goes too/ } }] })
  record.seed(whole)
  await deliver('2026-11-04T10:00:01Z')
  t.match(JSON.stringify(target.came[0]?.body), /9990123454/, 'what is sent is for the receiver')
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

t.test('an answer of a receiver beside the sender’s own contact, which is triaged, is taken: begun, and done', async (t) => {
  const { deliver, respond, steps } = await sending(t, [])
  await deliver('2026-11-04T10:00:01Z')
  t.equal((await respond(['triaged', 'in-progress'])).status, 200)
  t.same(steps(), [['referral', 'accepted', 'Organization/neuropsychology']])
  t.same(codesIn((await respond(['triaged'])).body), ['invariant', 'REC_BAD_REQUEST'], 'the sender’s contact alone says nothing')
  t.equal((await respond(['triaged', 'finished'])).status, 200)
  t.same(steps(), [['referral', 'completed', 'Organization/neuropsychology']])
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

t.test('HAZ-R87: another service of the organisation that was asked answers for it', async (t) => {
  const { deliver, respond, steps, record, settle } = await sending(t, [])
  await deliver('2026-11-04T10:00:01Z')
  const mind = record.all<Resource>('HealthcareService').find(({ id }) => id === 'mind')
  record.seed({ ...mind, id: 'memory', identifier: [{ system: DOS, value: '2000012399' }] } as Resource)
  await settle()
  t.equal((await respond(['finished', 'in-progress'], {}, [], '2000012399')).status, 200)
  t.same(steps(), [['referral', 'accepted', 'Organization/neuropsychology']])
})
