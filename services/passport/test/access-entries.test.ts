/** A person who is open is not an open record: every way of reading asks for each entry whether it is open. HAZ-P04, HAZ-P83 */
import t from 'tap'
import { actor, classes, consent } from './a-consenting-person.ts'
import { aRecord } from './a-record.ts'

const hub = await aRecord(t)
const { send, store, caller } = hub
const organization = async (name: string) => `Organization/${(await store({ resourceType: 'Organization', name })).id}`
const [community, gym, centre] = [await organization('Community'), await organization('Gym'), await organization('Centre')]
caller('community', { role: 'professional', grade: 'full', organization: community })
caller('gym', { role: 'worker', grade: 'needs-only', organization: gym })
caller('centre', { role: 'worker', grade: 'therapy-record', organization: centre })
caller('narrow', {
  role: 'professional',
  grade: 'full',
  organization: community,
  scope: 'system/Patient.rs system/Procedure.rs system/Composition.rs',
})

const CLASS_SYSTEM = 'https://handrail.example/fhir/CodeSystem/data-class'
const MENTAL_HEALTH = { meta: { security: [{ system: CLASS_SYSTEM, code: 'mental-health' }] } }

const { id } = await store({ resourceType: 'Patient', name: [{ family: 'Llwyd' }] })
caller('person', { role: 'patient', patient: id })
const subject = { reference: `Patient/${id}` }
await store({
  resourceType: 'CareTeam',
  status: 'active',
  subject,
  participant: [community, gym, centre].map((reference) => ({ member: { reference } })),
})
const condition = await store({ resourceType: 'Condition', subject, code: { text: 'SECRET-DIAGNOSIS' }, recordedDate: '2026-11-01' })
const open = await store({
  resourceType: 'Procedure',
  status: 'completed',
  subject,
  code: { text: 'OPEN-SESSION' },
  performedDateTime: '2026-11-01',
  reasonReference: [{ reference: `Condition/${condition.id}` }],
})
const hidden = await store({
  resourceType: 'Procedure',
  status: 'completed',
  subject,
  code: { text: 'SECRET-COUNSELLING' },
  performedDateTime: '2026-11-02',
  partOf: [{ reference: `Procedure/${open.id}` }],
  ...MENTAL_HEALTH,
})
const medicine = await store({
  resourceType: 'MedicationStatement',
  status: 'active',
  subject,
  medicationCodeableConcept: { text: 'SECRET-MEDICINE' },
  effectiveDateTime: '2026-11-01',
  partOf: [{ reference: `Procedure/${open.id}` }],
})
// What was open once, and was labelled since: its past is closed with it.
const labelled = await store({
  resourceType: 'Observation',
  status: 'final',
  subject,
  code: { text: 'SECRET-MOOD' },
  effectiveDateTime: '2026-11-03',
  valueInteger: 7,
  partOf: [{ reference: `Procedure/${open.id}` }],
})
await send('admin', 'PUT', `/Observation/${labelled.id}`, { ...labelled, ...MENTAL_HEALTH })
// What the person closed this organisation out of.
const allergy = await store({
  resourceType: 'AllergyIntolerance',
  clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
  patient: subject,
  code: { text: 'SECRET-ALLERGY' },
})
await store(consent(id, { type: 'deny', ...actor(centre), ...classes('emergency') }))
const composition = await store({
  resourceType: 'Composition',
  status: 'final',
  type: { text: 'Letter' },
  subject,
  date: '2026-11-01',
  author: [{ reference: community }],
  title: 'Letter',
  section: [
    {
      title: 'All',
      entry: [condition, open, hidden, medicine, labelled, allergy].map((one) => ({ reference: `${one.resourceType}/${one.id}` })),
    },
  ],
})

const everything = {
  resourceType: 'Parameters',
  parameter: [
    { name: '_type', valueString: 'Procedure' },
    { name: '_type', valueString: 'Condition' },
  ],
}
/** Every way to more than one entry, and the ways to the past of one. */
const WAYS: readonly (readonly [method: 'GET' | 'POST', path: string, body?: object])[] = [
  ['GET', `/Patient/${id}/$everything`],
  ['GET', `/Patient/${id}/$everything?_since=2020-01-01T00:00:00Z`],
  ['GET', `/Patient/${id}/$everything?_type=Procedure,Condition,Observation,AllergyIntolerance,MedicationStatement`],
  ['POST', `/Patient/${id}/$everything`, everything],
  ['GET', `/Procedure?patient=${id}&_include=Procedure:reason-reference`],
  ['GET', `/Procedure?_id=${open.id}&_include=*`],
  [
    'GET',
    `/Procedure?_id=${open.id}&_revinclude=Procedure:part-of&_revinclude=MedicationStatement:part-of&_revinclude=Observation:part-of`,
  ],
  ['GET', `/Patient?_id=${id}&_revinclude=Procedure:patient&_revinclude=Condition:patient&_revinclude:iterate=Observation:part-of`],
  ['GET', `/Patient?_id=${id}&_revinclude=AllergyIntolerance:patient&_revinclude=MedicationStatement:patient`],
  ...(['Procedure', 'Condition', 'Observation', 'MedicationStatement', 'AllergyIntolerance'] as const).flatMap(
    (type) =>
      [
        ['GET', `/${type}/_history`],
        ['GET', `/${type}?patient=${id}`],
      ] as const,
  ),
  ...[condition, hidden, medicine, labelled, allergy].flatMap(
    (one) =>
      [
        ['GET', `/${one.resourceType}/${one.id}/_history`],
        ['GET', `/${one.resourceType}/${one.id}/_history/1`],
      ] as const,
  ),
  ['GET', `/Patient/${id}/$summary`],
  ['GET', `/Patient/${id}/$summary?_language=cy`],
  ['GET', `/Composition/summary-${id}/$document`],
  ['GET', `/Composition/${composition.id}/$document`],
  ['GET', `/Patient/${id}/$emergency`],
  ['GET', `/Patient/${id}/$timeline`],
  ['GET', `/Patient/${id}/$timeline?problem=Condition/${condition.id}`],
  ['GET', `/Patient/${id}/$timeline?checked=not-stated&_count=1`],
]
const SECRETS = ['SECRET-DIAGNOSIS', 'SECRET-COUNSELLING', 'SECRET-MEDICINE', 'SECRET-MOOD', 'SECRET-ALLERGY'] as const

/** The secrets that some way tells a reader. */
async function toldTo(token: string): Promise<string[]> {
  const told = new Set<string>()
  for (const [method, path, body] of WAYS) {
    const answer = await send(token, method, path, body)
    if (answer.statusCode >= 500) throw new Error(`${path}: ${answer.body}`)
    for (const secret of SECRETS) if (answer.body.includes(secret)) told.add(secret)
  }
  return [...told].toSorted()
}

t.test('the person is told all of it, by these ways', async (t) => {
  t.same(await toldTo('person'), SECRETS.toSorted())
})

t.test('a team without mental health is told nothing that is labelled so, now or since', async (t) => {
  t.same(await toldTo('community'), ['SECRET-ALLERGY', 'SECRET-DIAGNOSIS', 'SECRET-MEDICINE'])
})

t.test('a charity of the grade therapy-record is told no diagnosis and no medicine, and not what the person closed', async (t) => {
  t.same(await toldTo('centre'), [])
})

t.test('leisure is told nothing of it', async (t) => {
  t.same(await toldTo('gym'), [])
})

t.test('a token for some types is told nothing of the others', async (t) => {
  t.same(await toldTo('narrow'), [])
})
