/** Paired outcomes at the door, and a diary read by period. */
import t from 'tap'
import { aRecord } from './a-record.ts'

const BASE = 'https://handrail.example/fhir'
const { send, store, caller } = await aRecord(t)
const clinic = `Organization/${(await store({ resourceType: 'Organization', name: 'Clinic' })).id}`
const { id: person } = await store({ resourceType: 'Patient' })
const subject = { reference: `Patient/${person}` }
await store({ resourceType: 'CareTeam', status: 'active', subject, participant: [{ member: { reference: clinic } }] })
caller('clinic', { role: 'professional', organization: clinic })
caller('stranger', { role: 'professional', organization: 'Organization/none' })
caller('self', { role: 'patient', patient: person })
const tug = (value: number, on: string, more: object = {}) =>
  store({
    resourceType: 'Observation',
    status: 'final',
    subject,
    code: { coding: [{ system: `${BASE}/CodeSystem/measure`, code: 'timed-up-and-go' }], text: 'Timed Up and Go' },
    effectiveDateTime: on,
    valueQuantity: { value, unit: 's', system: 'http://unitsofmeasure.org', code: 's' },
    ...more,
  })

t.test('the paired change of a measure is told with its direction, and never claimed to be more than error without a source', async (t) => {
  const session = await store({ resourceType: 'Procedure', status: 'completed', subject, code: { text: 'Class' } })
  const before = await tug(21.4, '2026-10-01')
  await tug(17.9, '2026-12-21', {
    partOf: [{ reference: `Procedure/${session.id}` }],
    derivedFrom: [{ reference: `Observation/${before.id}` }],
  })
  const answer = await send('clinic', 'GET', `/Patient/${person}/$outcomes`)
  t.equal(answer.statusCode, 200, answer.body)
  interface Outcome {
    part: { name: string; valueQuantity?: { value: number }; valueCode?: string; valueReference?: { reference: string } }[]
  }
  const { parameter } = answer.json<{ parameter: Outcome[] }>()
  const told = parameter.map(({ part }) =>
    Object.fromEntries(
      part.map(({ name, valueQuantity, valueCode, valueReference }) => [
        name,
        valueQuantity?.value ?? valueCode ?? valueReference?.reference,
      ]),
    ),
  )
  t.match(told, [
    { change: -3.5, direction: 'better', 'more-than-error': 'unknown' },
    { intervention: `Procedure/${session.id}`, change: -3.5, direction: 'better', 'more-than-error': 'unknown' },
  ])
  t.notOk(told.some((each) => 'source' in each))
  const one = await send('clinic', 'GET', `/Patient/${person}/$outcomes?intervention=Procedure/${session.id}&measure=timed-up-and-go`)
  t.equal(one.json<{ parameter: object[] }>().parameter.length, 1)
  t.same((await send('clinic', 'GET', `/Patient/${person}/$outcomes?measure=barthel`)).json(), { resourceType: 'Parameters' })
})

t.test('outcomes are open to whoever may see the person and the scores, and to nobody else', async (t) => {
  t.equal((await send('stranger', 'GET', `/Patient/${person}/$outcomes`)).statusCode, 404)
  t.equal((await send('self', 'GET', `/Patient/${person}/$outcomes`)).statusCode, 200)
  t.equal((await send('clinic', 'GET', `/Patient/${person}/$outcomes?colour=red`)).statusCode, 400)
  caller('narrow', { role: 'professional', organization: clinic, scope: 'system/Patient.rs' })
  t.equal((await send('narrow', 'GET', `/Patient/${person}/$outcomes`)).statusCode, 403)
})

t.test('a diary is written by the person and read for a period', async (t) => {
  const entry = (item: string, on: string, more: object) => ({
    resourceType: 'Observation',
    meta: { profile: [`${BASE}/StructureDefinition/diary-entry`] },
    extension: [{ url: `${BASE}/StructureDefinition/checked-level`, valueCode: 'person-said' }],
    status: 'final',
    subject,
    code: { coding: [{ system: `${BASE}/CodeSystem/diary-item`, code: item }], text: item },
    effectiveDateTime: on,
    performer: [subject],
    ...more,
  })
  const part = (code: string, system: string, value: string) => ({
    code: { coding: [{ system: `${BASE}/CodeSystem/diary-part`, code }] },
    valueCodeableConcept: { coding: [{ system: `${BASE}/CodeSystem/${system}`, code: value }] },
  })
  const night = entry('spasms', '2026-11-18', {
    valueInteger: 7,
    component: [part('trigger', 'diary-trigger', 'heat'), part('time-of-day', 'time-of-day', 'night')],
  })
  t.equal((await send('self', 'POST', '/Observation', night)).statusCode, 201)
  t.equal((await send('self', 'POST', '/Observation', entry('stiffness', '2026-11-02T08:00:00Z', { valueInteger: 3 }))).statusCode, 201)
  t.equal((await send('self', 'POST', '/Observation', entry('spasms', '2026-11-18', {}))).statusCode, 422, 'it says nothing')
  t.equal((await send('self', 'POST', '/Observation', entry('spasms', '2026-11-18', { valueInteger: 11 }))).statusCode, 422)
  const read = await send(
    'clinic',
    'GET',
    `/Observation?patient=${person}&code=${BASE}/CodeSystem/diary-item|&date=ge2026-11-15&date=le2026-11-30`,
  )
  t.match(read.json(), { total: 1, entry: [{ resource: { valueInteger: 7, component: [{}, {}] } }] })
})
