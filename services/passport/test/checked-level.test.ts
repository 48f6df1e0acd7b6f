/** How far an entry is checked, at the door of the record. */
import t from 'tap'
import { aRecord } from './a-record.ts'

const LEVEL = 'https://handrail.example/fhir/StructureDefinition/checked-level'
const hub = await aRecord(t)
const { send, store, caller } = hub
const organization = async (name: string) => `Organization/${(await store({ resourceType: 'Organization', name })).id}`
const [clinic, gym] = [await organization('Clinic'), await organization('Gym')]
const { id: person } = await store({ resourceType: 'Patient' })
const subject = { reference: `Patient/${person}` }
for (const party of [clinic, gym])
  await store({ resourceType: 'CareTeam', status: 'active', subject, participant: [{ member: { reference: party } }] })
caller('clinician', { role: 'professional', organization: clinic, fhirUser: 'Practitioner/c' })
caller('trainer', { role: 'worker', grade: 'needs-only', organization: gym })
caller('person', { role: 'patient', patient: person, fhirUser: `Patient/${person}` })

const session = (level?: string) => ({
  resourceType: 'Procedure',
  status: 'completed',
  subject,
  code: { text: 'Chair-based exercise' },
  performedDateTime: '2026-11-20',
  ...(level === undefined ? {} : { extension: [{ url: LEVEL, valueCode: level }] }),
})
interface Stored {
  id: string
  meta: { versionId: string }
  extension: { valueCode: string }[]
}
const levelIn = (body: string) => (JSON.parse(body) as Stored).extension[0]?.valueCode
const provenances = async () =>
  (await send('person', 'GET', `/Provenance?patient=${person}`)).json<{ entry?: { resource: object }[] }>().entry ?? []

t.test('a level above that of the caller is refused on every path, and nothing is stored (HAZ-P30)', async (t) => {
  for (const [who, level] of [
    ['trainer', 'registered-professional-recorded'],
    ['trainer', 'clinician-confirmed'],
    ['person', 'worker-recorded'],
  ] as const) {
    const lone = await send(who, 'POST', '/Procedure', session(level))
    t.equal(lone.statusCode, 403, `${who} ${level}`)
    t.match(lone.json(), { issue: [{ code: 'forbidden', expression: [/checked-level/] }] })
    const entry = [{ resource: session(level), request: { method: 'POST', url: 'Procedure' } }]
    for (const type of ['transaction', 'batch'])
      t.match((await send(who, 'POST', '/', { resourceType: 'Bundle', type, entry })).body, /LEVEL|not yours/)
  }
  t.equal((await send('admin', 'GET', `/Procedure?patient=${person}`)).json<{ total?: number }>().total, 0)
})

t.test('an entry is raised by who may, its history stays, and a Provenance says who did it', async (t) => {
  const mine = (await send('trainer', 'POST', '/Procedure', session('worker-recorded'))).json<Stored>()
  t.equal((await send('trainer', 'POST', `/Procedure/${mine.id}/$confirm`)).statusCode, 200)
  t.same(await provenances(), [], 'its own level again is no confirmation')

  const raised = await send('clinician', 'POST', `/Procedure/${mine.id}/$confirm`)
  t.equal(raised.statusCode, 200, raised.body)
  t.equal(levelIn(raised.body), 'clinician-confirmed')
  t.equal(levelIn((await send('clinician', 'GET', `/Procedure/${mine.id}/_history/1`)).body), 'worker-recorded')
  t.match(await provenances(), [
    {
      resource: {
        target: [{ reference: `Procedure/${mine.id}/_history/2` }, subject],
        agent: [{ who: { reference: 'Practitioner/c' }, onBehalfOf: { reference: clinic } }],
        activity: { coding: [{ code: 'clinician-confirmed' }] },
      },
    },
  ])

  const again = await send('clinician', 'POST', `/Procedure/${mine.id}/$confirm`)
  t.equal(again.json<Stored>().meta.versionId, '2')
  t.equal((await provenances()).length, 1)
})

t.test('whoever changes a confirmed entry takes it down to the own level, and cannot leave the word of another on it', async (t) => {
  const { id } = (await send('trainer', 'POST', '/Procedure', session('worker-recorded'))).json<Stored>()
  await send('clinician', 'POST', `/Procedure/${id}/$confirm`)
  const kept = await send('trainer', 'PUT', `/Procedure/${id}`, { ...session('clinician-confirmed'), id, note: [{ text: 'More.' }] })
  t.equal(kept.statusCode, 403)
  const gone = await send('trainer', 'PUT', `/Procedure/${id}`, { ...session(), id })
  t.equal(gone.statusCode, 422)
  const lowered = await send('trainer', 'PUT', `/Procedure/${id}`, { ...session('worker-recorded'), id, note: [{ text: 'More.' }] })
  t.equal(lowered.statusCode, 200)
  t.equal(levelIn((await send('clinician', 'GET', `/Procedure/${id}/_history/2`)).body), 'clinician-confirmed')
})

t.test('a plain update raises under the same rule, with its Provenance', async (t) => {
  const before = (await provenances()).length
  const { id } = (await send('person', 'POST', '/Procedure', session('person-said'))).json<Stored>()
  const up = await send('clinician', 'PUT', `/Procedure/${id}`, { ...session('registered-professional-recorded'), id })
  t.equal(up.statusCode, 200)
  t.equal((await provenances()).length, before + 1)
})

t.test('a level asked for that is unknown, not the own, or of an entry that is not to be seen is refused', async (t) => {
  const { id } = (await send('person', 'POST', '/Procedure', session('person-said'))).json<Stored>()
  const asking = (level: unknown) => ({ resourceType: 'Parameters', parameter: [{ name: 'level', valueCode: level }] })
  t.equal((await send('clinician', 'POST', `/Procedure/${id}/$confirm`, asking('gospel'))).statusCode, 400)
  t.equal((await send('person', 'POST', `/Procedure/${id}/$confirm`, asking('clinician-confirmed'))).statusCode, 403)
  t.equal((await send('trainer', 'POST', `/Procedure/${id}/$confirm`)).statusCode, 404)
  t.equal((await send('clinician', 'POST', `/Procedure/none/$confirm`)).statusCode, 404)
  const low = await send('clinician', 'POST', `/Procedure/${id}/$confirm`, asking('worker-recorded'))
  t.equal(levelIn(low.body), 'worker-recorded')
})
