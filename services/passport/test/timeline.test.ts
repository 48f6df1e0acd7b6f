import type { Parameters, ParametersParameter } from '@medplum/fhirtypes'
import t from 'tap'
import { aRecord } from './a-record.ts'

const hub = await aRecord(t)
const { send, store, caller } = hub
const ours = (id: string) => `https://handrail.example/fhir/StructureDefinition/${id}`
const organization = async (name: string, sector: string) =>
  `Organization/${(await store({ resourceType: 'Organization', name, extension: [{ url: ours('sector'), valueCode: sector }] })).id}`
const [team, leisure, charity] = [
  await organization('Team', 'nhs'),
  await organization('Leisure', 'leisure'),
  await organization('Charity', 'third-sector'),
]
caller('team', { role: 'professional', grade: 'full', organization: team })
caller('leisure', { role: 'worker', grade: 'needs-only', organization: leisure })
caller('narrow', { role: 'professional', grade: 'full', organization: team, scope: 'system/Patient.r system/Procedure.r' })

const { id } = await store({ resourceType: 'Patient' })
const subject = { reference: `Patient/${id}` }
await store({
  resourceType: 'CareTeam',
  status: 'active',
  subject,
  participant: [team, leisure].map((reference) => ({ member: { reference } })),
})
const condition = `Condition/${(await store({ resourceType: 'Condition', subject, code: { text: 'Multiple sclerosis' }, onsetDateTime: '2013' })).id}`
const need = `ServiceRequest/${(await store({ resourceType: 'ServiceRequest', status: 'draft', intent: 'order', subject, code: { text: 'Balance' }, authoredOn: '2026-01-01', requester: { reference: team }, reasonReference: [{ reference: condition }] })).id}`

const session = (on: string, by: string, sector: string, level: string, code: string, more: object = {}) =>
  store({
    resourceType: 'Procedure',
    status: 'completed',
    subject,
    extension: [
      { url: ours('sector'), valueCode: sector },
      { url: ours('checked-level'), valueCode: level },
      { url: ours('dose'), extension: [{ url: 'minutes', valuePositiveInt: 45 }] },
    ],
    code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/intervention-kind', code }], text: code },
    performedDateTime: on,
    performer: [{ actor: { reference: by } }],
    ...more,
  })
await session('2026-10-01', team, 'nhs', 'clinician-confirmed', 'physiotherapy')
await session('2026-10-03', leisure, 'leisure', 'worker-recorded', 'chair-based-exercise', { basedOn: [{ reference: need }] })
await session('2026-10-02', charity, 'third-sector', 'registered-professional-recorded', 'oxygen')
await session('2026-10-04', charity, 'third-sector', 'worker-recorded', 'counselling', {
  meta: { security: [{ system: 'https://handrail.example/fhir/CodeSystem/data-class', code: 'mental-health' }] },
})
await store({
  resourceType: 'Observation',
  status: 'final',
  subject,
  code: { text: 'Timed Up and Go' },
  effectiveDateTime: '2026-09-01',
  performer: [{ reference: team }],
  valueQuantity: { value: 21.4, unit: 's' },
})
await store({ resourceType: 'MedicationStatement', status: 'active', subject, medicationCodeableConcept: { text: 'Baclofen' } })
const mistaken = await session('2026-10-05', team, 'nhs', 'worker-recorded', 'yoga')
await store({
  resourceType: 'Communication',
  identifier: [{ system: 'https://handrail.example/fhir/Id/kept-answer', value: 'task-1/0' }],
  status: 'completed',
  topic: { text: 'A message that is kept until somebody decides about it' },
  subject,
})
await send('admin', 'PUT', `/Procedure/${mistaken.id}`, { ...mistaken, meta: undefined, status: 'entered-in-error' })

const page = async (query = '', token = 'team') => {
  const answer = await send(token, 'GET', `/Patient/${id}/$timeline${query}`)
  t.equal(answer.statusCode, 200, answer.body)
  return answer.json<Parameters>()
}
const entries = ({ parameter = [] }: Parameters) => parameter.filter(({ name }) => name === 'entry')
const part = (entry: ParametersParameter | undefined, name: string) => entry?.part?.find((one) => one.name === name)
const titles = async (query = '', token = 'team') => entries(await page(query, token)).map((entry) => part(entry, 'title')?.valueString)

t.test('everything is in one timeline, newest first, what nobody dated last; what was entered in error is not in it', async (t) => {
  t.same(await titles(), [
    'chair-based-exercise',
    'oxygen',
    'physiotherapy',
    'Timed Up and Go',
    'Balance',
    'Multiple sclerosis',
    'Baclofen',
  ])
})

t.test('one shape for every sector: the same parts for a session of the NHS, of leisure and of a charity', async (t) => {
  const sessions = entries(await page('?what=Procedure'))
  const shapes = sessions.map(({ part: parts = [] }) => parts.map(({ name }) => name).join(' '))
  t.equal(new Set(shapes).size, 1)
  t.match(part(sessions[0], 'provider')?.valueReference, { reference: leisure, display: 'Leisure' })
  t.match(part(sessions[0], 'minutes')?.valuePositiveInt, 45)
  t.same(
    sessions.map((entry) => part(entry, 'sector')?.valueCode),
    ['leisure', 'third-sector', 'nhs'],
  )
})

t.test('it is filtered by problem, provider, sector, checked level, kind, type and period', async (t) => {
  t.same(await titles(`?problem=${condition}`), ['chair-based-exercise', 'Balance', 'Multiple sclerosis'])
  t.same(await titles(`?provider=${charity}`), ['oxygen'])
  t.same(await titles('?sector=leisure'), ['chair-based-exercise'])
  // What does not say its sector has that of its provider.
  t.same(await titles('?sector=nhs'), ['physiotherapy', 'Timed Up and Go', 'Balance'])
  t.same(await titles('?checked=registered-professional-recorded'), ['oxygen'])
  t.same(await titles('?checked=not-stated&what=Observation,MedicationStatement'), ['Timed Up and Go', 'Baclofen'])
  t.same(await titles('?kind=physiotherapy'), ['physiotherapy'])
  t.same(await titles('?start=2026-10-02&end=2026-10-03'), ['chair-based-exercise', 'oxygen'])
  t.same(await titles('?sector=leisure&checked=clinician-confirmed'), [])
})

t.test('page by page it is the same timeline, filtered or not', async (t) => {
  for (const query of ['', 'sector=nhs', 'what=Procedure', 'checked=not-stated']) {
    const whole = await titles(`?${query}`)
    const found: unknown[] = []
    let answer = await page(`?${query}&_count=1`)
    for (;;) {
      found.push(...entries(answer).map((entry) => part(entry, 'title')?.valueString))
      const next = answer.parameter?.find(({ name }) => name === 'next')?.valueUri
      if (next === undefined) break
      answer = (await send('team', 'GET', next.replace('http://hub.example/fhir', ''))).json()
    }
    t.same(found, whole, query)
  }
})

t.test('nobody sees in it what a plain read refuses, by no filter', async (t) => {
  t.notOk((await titles('?kind=counselling')).includes('counselling'))
  t.notOk((await titles(`?provider=${charity}`)).includes('counselling'))
  // Leisure sees the session it gave, as a plain read would show it, and nothing of the others.
  t.same(await titles('', 'leisure'), ['chair-based-exercise'])
  t.same(await titles('', 'narrow'), ['chair-based-exercise', 'oxygen', 'physiotherapy'])
  caller('stranger', { role: 'professional', grade: 'full', organization: charity })
  t.equal((await send('stranger', 'GET', `/Patient/${id}/$timeline`)).statusCode, 404)
})

t.test('what cannot be read is refused and named; a cursor of another person is none', async (t) => {
  const { id: other } = await store({ resourceType: 'Patient' })
  const status = async (query: string) => (await send('admin', 'GET', `/Patient/${id}/$timeline?${query}`)).statusCode
  for (const query of [
    'problem=Patient/x',
    'provider=x',
    'checked=gospel',
    'what=Patient',
    'start=yesterday',
    'start=2026-13-41',
    'sector=a&sector=b',
    'sektor=nhs',
    '_count=0',
    '_cursor=x',
  ])
    t.equal(await status(query), 400, query)
  const next = (await page('?_count=1')).parameter?.find(({ name }) => name === 'next')?.valueUri ?? ''
  t.equal((await send('admin', 'GET', next.replace('http://hub.example/fhir', '').replace(id, other))).statusCode, 400)
})
