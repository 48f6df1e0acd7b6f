/** Who answers an alert: each role alone, up the ladder when nobody does, handed on or closed. */
import type { Task } from '@medplum/fhirtypes'
import t from 'tap'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { testHospital } from './a-hospital.ts'
import { later } from './a-night.ts'

t.test('HAZ-A07: nobody answers: the pump centre is told again at 15, the ladder is climbed at 30 and 60 minutes', async (t) => {
  const hospital = await testHospital(t)
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  await hospital.moveTo(later(16))
  t.match(hospital.task(/-specialist$/), {
    businessStatus: { coding: [{ code: 'second-channel' }] },
    restriction: { period: { end: later(30).toISOString() } },
  })
  t.equal(hospital.task(/-ward$/).businessStatus, undefined)
  await hospital.moveTo(later(31))
  t.match(hospital.task(/-ward$/), {
    businessStatus: { coding: [{ code: 'site-lead' }] },
    restriction: { period: { end: later(60).toISOString() } },
  })
  await hospital.moveTo(later(185))
  for (const key of [/-ward$/, /-specialist$/])
    t.match(hospital.task(key), {
      businessStatus: { coding: [{ code: 'on-call' }] },
      restriction: { period: { end: later(240).toISOString() } },
    })
  t.equal(hospital.task(/-specialist$/).note?.length, 3)
})

t.test('an answer stops the ladder of that role alone; both answers accept the alert', async (t) => {
  const hospital = await testHospital(t)
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  const acknowledge = async (key: RegExp, organization: string) =>
    hospital.app.inject({
      method: 'POST',
      url: `/fhir/Task/${String(hospital.task(key).id)}/$acknowledge`,
      headers: { authorization: await hospital.bearer(organization) },
    })

  const answer = await acknowledge(/-ward$/, 'hospital')
  t.equal(answer.statusCode, 200)
  t.match(answer.json(), { status: 'accepted', note: [{ text: 'Acknowledged.' }] })
  await hospital.tell()
  await hospital.moveTo(later(61))
  t.equal(hospital.task(/-ward$/).businessStatus, undefined)
  t.match(hospital.task(/-specialist$/).businessStatus, { coding: [{ code: 'on-call' }] })

  t.equal((await acknowledge(/^alert-/, 'pump-centre')).statusCode, 200, 'the alert stands for the answer that waits for the caller')
  await hospital.tell()
  t.strictSame(
    hospital
      .tasks()
      .slice(0, 3)
      .map(([, status]) => status),
    ['accepted', 'accepted', 'accepted'],
  )
  t.strictSame((await hospital.notices()).filter((kind) => kind.startsWith('answered')).length, 2)
  t.equal((await acknowledge(/^alert-/, 'therapy-centre')).statusCode, 422)
})

t.test('an answer is handed on or closed with an outcome; other outcomes, parameters and closed answers are refused', async (t) => {
  const hospital = await testHospital(t)
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  const call = async (operation: string, parameter: object[], key = /-ward$/) =>
    hospital.app.inject({
      method: 'POST',
      url: `/fhir/Task/${String(hospital.task(key).id)}/${operation}`,
      headers: { authorization: await hospital.bearer('hospital'), 'content-type': 'application/fhir+json' },
      payload: { resourceType: 'Parameters', parameter },
    })
  t.equal(
    (await call('$hand-on', [{ name: 'to', valueReference: { reference: 'Organization/neurorehab' } }])).json<Task>().owner?.reference,
    'Organization/neurorehab',
  )
  t.equal((await call('$hand-on', [])).statusCode, 400)
  hospital.record.seed({ resourceType: 'Organization', id: 'closed', name: 'Closed', active: false })
  for (const reference of ['Organization/nobody', 'Organization/closed', 'Practitioner/nobody'])
    t.equal(
      (await call('$hand-on', [{ name: 'to', valueReference: { reference } }])).statusCode,
      422,
      `HAZ-A68: ${reference} never answers`,
    )
  const byNobody = [
    { name: 'outcome', valueCode: 'seen' },
    { name: 'by', valueReference: { reference: 'Practitioner/nobody' } },
  ]
  t.equal((await call('$close', byNobody)).statusCode, 422, 'nor in the name of nobody')
  t.equal(hospital.task(/-ward$/).owner?.reference, 'Organization/neurorehab')
  t.equal((await call('$close', [{ name: 'outcome', valueCode: 'cured' }])).statusCode, 400)
  t.equal((await call('$close', [{ name: 'outcom', valueCode: 'seen' }])).statusCode, 400)
  const closed = await call('$close', [{ name: 'outcome', valueCode: 'advice-given' }])
  t.match(closed.json(), { status: 'completed', output: [{ valueCodeableConcept: { coding: [{ code: 'advice-given' }] } }] })
  t.equal((await call('$acknowledge', [])).statusCode, 409)
  t.equal((await hospital.app.inject({ method: 'POST', url: '/fhir/Task/x/$acknowledge' })).statusCode, 401)
  t.equal(
    (
      await hospital.app.inject({
        method: 'POST',
        url: '/fhir/Task/nobody/$acknowledge',
        headers: { authorization: await hospital.bearer('hospital') },
      })
    ).statusCode,
    404,
  )
})
