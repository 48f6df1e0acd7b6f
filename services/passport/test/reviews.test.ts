/** What is to be looked at again, through the record's door and the sweep that the clock moves. */
import t from 'tap'
import { aRecord } from './a-record.ts'

t.setTimeout(600_000)

const BASE = 'https://handrail.example/fhir'
const hub = await aRecord(t)
const { send, store, caller, review } = hub
const at = async (time: string) => {
  hub.setNow(new Date(time))
  await review()
}
const organization = async (name: string, more: object = {}) =>
  `Organization/${(await store({ resourceType: 'Organization', name, ...more })).id}`
const accessPoint = await organization('Access point', {
  identifier: [{ system: 'https://handrail.example/fhir/Id/demo', value: 'single-point-of-access' }],
})
const [clinic, pumpCentre, team] = [await organization('Clinic'), await organization('Pump centre'), await organization('Community team')]
const aPerson = async () => {
  const { id } = await store({ resourceType: 'Patient' })
  return { id, subject: { reference: `Patient/${id}` } }
}
const kind = (code: string) => ({ coding: [{ system: `${BASE}/CodeSystem/intervention-kind`, code }], text: code })
const given = (subject: object, code: string, on: string, more: object = {}) => ({
  resourceType: 'Procedure',
  status: 'completed',
  subject,
  code: kind(code),
  performedDateTime: on,
  performer: [{ actor: { reference: clinic } }],
  ...more,
})
interface Task {
  id: string
  meta: { versionId: string; security?: { code: string }[] }
  status: string
  description: string
  owner: { reference?: string; identifier?: object }
  restriction: { period: { start?: string; end: string } }
  statusReason?: { coding: { code: string }[] }
  input?: { type: { coding: { code: string }[] }; valueString: string }[]
  output?: { valueReference: { reference: string } }[]
  note: { text: string }[]
}
const tasksOf = async (person: string, token = 'admin') =>
  ((await send(token, 'GET', `/Task?patient=${person}&_sort=_lastUpdated`)).json<{ entry?: { resource: Task }[] }>().entry ?? []).map(
    ({ resource }) => resource,
  )

t.test('botulinum toxin is looked at when it wears off: once, by whoever gave it (HAZ-P31)', async (t) => {
  const { id, subject } = await aPerson()
  const first = await store(given(subject, 'botulinum-toxin', '2026-09-14'))
  await at('2026-12-13T12:00:00Z')
  t.same(await tasksOf(id), [], 'not before three months')
  await at('2026-12-14T08:00:00Z')
  for (let again = 0; again < 3; again += 1) await review()
  const tasks = await tasksOf(id)
  t.equal(tasks.length, 1)
  t.match(tasks[0], {
    status: 'requested',
    code: { coding: [{ code: 'review-due' }] },
    focus: { reference: `Procedure/${first.id}` },
    owner: { reference: clinic },
    restriction: { period: { start: '2026-12-14', end: '2027-01-14' } },
  })
  t.match(tasks[0]?.note.at(-1)?.text, /no clinical lead has approved/)

  const second = await store(given(subject, 'botulinum-toxin', '2026-12-20'))
  await review()
  t.match(await tasksOf(id), [{ status: 'completed', output: [{ valueReference: { reference: `Procedure/${second.id}` } }] }])

  // The second was a mistake: the first is looked at after all.
  await send('admin', 'DELETE', `/Procedure/${second.id}`)
  await review()
  t.match(await tasksOf(id), [{ status: 'requested' }])
})

t.test('three muscles in one sitting are one review', async (t) => {
  const { id, subject } = await aPerson()
  for (const muscle of ['a', 'b', 'c']) await store(given(subject, 'botulinum-toxin', '2026-06-01', { bodySite: [{ text: muscle }] }))
  await at('2026-12-14T08:00:00Z')
  t.equal((await tasksOf(id)).length, 1)
})

t.test('what a person has closed stays closed, and what no entry calls for any more is taken back', async (t) => {
  const { id, subject } = await aPerson()
  const { id: entry } = await store(given(subject, 'botulinum-toxin', '2026-06-01'))
  await review()
  const [task] = await tasksOf(id)
  const stored = (await send('admin', 'GET', `/Task/${task?.id}`)).json<Task>()
  t.equal((await send('admin', 'PUT', `/Task/${task?.id}`, { ...stored, status: 'completed' })).statusCode, 200)
  await store(given(subject, 'stretching', '2026-12-01'))
  await review()
  t.match(await tasksOf(id), [{ status: 'completed', statusReason: undefined }])

  const other = await aPerson()
  const { id: wrong } = await store(given(other.subject, 'botulinum-toxin', '2026-06-01'))
  await review()
  await send('admin', 'PUT', `/Procedure/${wrong}`, {
    ...given(other.subject, 'botulinum-toxin', '2026-06-01'),
    id: wrong,
    status: 'entered-in-error',
  })
  await review()
  t.match(await tasksOf(other.id), [{ status: 'cancelled', statusReason: { coding: [{ code: 'need-ended' }] } }])
  t.ok(entry)
})

t.test('the owner is who gave it, else who wrote it, else the care team, else the access point: never nobody', async (t) => {
  const owners = async (entry: (subject: object) => object, by = 'admin', withTeam = false) => {
    const { id, subject } = await aPerson()
    if (withTeam || by !== 'admin')
      await store({ resourceType: 'CareTeam', status: 'active', subject, participant: [{ member: { reference: team } }] })
    const answer = await send(by, 'POST', '/Procedure', entry(subject))
    t.equal(answer.statusCode, 201, answer.body)
    await review()
    return (await tasksOf(id)).map(({ owner }) => owner.reference)
  }
  caller('team', { role: 'professional', organization: team })
  const nobody = (subject: object) => given(subject, 'botulinum-toxin', '2026-06-01', { performer: undefined })
  t.same(await owners((subject) => given(subject, 'botulinum-toxin', '2026-06-01')), [clinic])
  t.same(
    await owners((s) =>
      given(s, 'botulinum-toxin', '2026-06-01', {
        performer: [{ actor: { reference: 'Practitioner/p' }, onBehalfOf: { reference: clinic } }],
      }),
    ),
    [clinic],
  )
  t.same(await owners(nobody, 'team'), [team])
  t.same(await owners(nobody, 'admin', true), [team])
  t.same(await owners(nobody), [accessPoint])
})

t.test('a review opens nothing to its owner, and is shown to nobody who may not see the entry', async (t) => {
  const { id, subject } = await aPerson()
  const stranger = await organization('Stranger')
  caller('stranger', { role: 'professional', organization: stranger })
  await store(given(subject, 'botulinum-toxin', '2026-06-01', { performer: [{ actor: { reference: stranger } }] }))
  await store({
    resourceType: 'MedicationStatement',
    status: 'active',
    subject,
    medicationCodeableConcept: { text: 'Tizanidine' },
    informationSource: { reference: clinic },
  })
  await store({ resourceType: 'CareTeam', status: 'active', subject, participant: [{ member: { reference: team } }] })
  await review()
  t.equal((await tasksOf(id)).length, 2)
  t.equal((await tasksOf(id, 'stranger')).length, 1, 'its own, as it is named')
  t.equal((await send('stranger', 'GET', `/Patient/${id}`)).statusCode, 404)
  caller('charity', { role: 'professional', grade: 'therapy-record', organization: team })
  t.same(
    (await tasksOf(id, 'charity')).map(({ description }) => description),
    ['Look at the effect of botulinum toxin again'],
  )
  t.equal((await tasksOf(id, 'team')).length, 2)
})

const pump = (subject: object, block: Record<string, object>) => ({
  device: {
    resourceType: 'Device',
    status: 'active',
    patient: subject,
    owner: { reference: pumpCentre },
    type: { coding: [{ system: `${BASE}/CodeSystem/device-kind`, code: 'intrathecal-baclofen-pump' }], text: 'Pump' },
    property: [
      {
        type: { coding: [{ system: `${BASE}/CodeSystem/device-property`, code: 'usable-volume' }] },
        valueQuantity: [{ value: 18, system: 'http://unitsofmeasure.org', code: 'mL' }],
      },
    ],
  },
  use: (device: string) => ({
    resourceType: 'DeviceUseStatement',
    status: 'active',
    subject,
    device: { reference: device },
    recordedOn: '2026-08-14',
    source: { reference: 'Practitioner/nurse' },
    extension: [
      {
        url: `${BASE}/StructureDefinition/device-block`,
        extension: Object.entries({
          concentration: { valueQuantity: { value: 2000, system: 'http://unitsofmeasure.org', code: 'ug/mL' } },
          'daily-dose': { valueQuantity: { value: 350, system: 'http://unitsofmeasure.org', code: 'ug/d' } },
          'last-refill': { valueDate: '2026-08-14' },
          'refill-by': { valueDate: '2026-11-23' },
          'low-reservoir-alarm': { valueDate: '2026-11-24' },
          'battery-replacement-due': { valueDate: '2030-01-01' },
          contact: { valueContactPoint: { system: 'phone', value: '020 7946 0000' } },
          'confirmed-on': { valueDate: '2026-08-14' },
          'confirmed-by': { valueReference: { reference: pumpCentre } },
          ...block,
        }).map(([url, value]) => ({ url, ...value })),
      },
    ],
  }),
})
caller('centre', { role: 'professional', organization: pumpCentre, fhirUser: 'Practitioner/nurse' })

t.test('a refill comes up ten working days before its date, and a new date closes it', async (t) => {
  const { id, subject } = await aPerson()
  const { device, use } = pump(subject, {})
  const { id: deviceId } = await store(device)
  const { id: useId } = await store(use(`Device/${deviceId}`))
  await at('2026-11-08T12:00:00Z')
  t.same(await tasksOf(id), [])
  await at('2026-11-09T12:00:00Z')
  t.match(await tasksOf(id), [
    { description: 'Refill the pump', owner: { reference: pumpCentre }, restriction: { period: { end: '2026-11-23' } } },
  ])
  await at('2026-11-24T12:00:00Z')
  t.match(await tasksOf(id), [{ status: 'requested' }], 'overdue, it stays open with its owner')

  const refilled = pump(subject, {
    'last-refill': { valueDate: '2026-11-24' },
    'refill-by': { valueDate: '2027-03-05' },
    'low-reservoir-alarm': { valueDate: '2027-03-06' },
    'confirmed-on': { valueDate: '2026-11-24' },
  })
  await send('admin', 'PUT', `/DeviceUseStatement/${useId}`, { ...refilled.use(`Device/${deviceId}`), id: useId })
  await review()
  t.match(await tasksOf(id), [{ status: 'completed', statusReason: { coding: [{ code: 'answered' }] } }])
})

t.test(
  'numbers of a pump that disagree are queried at entry, of whoever entered them alone, and changed by nobody (HAZ-P32)',
  async (t) => {
    const { id, subject } = await aPerson()
    caller('self', { role: 'patient', patient: id, fhirUser: `Patient/${id}` })
    await store({
      resourceType: 'CareTeam',
      status: 'active',
      subject,
      participant: [{ member: { reference: pumpCentre } }, { member: { reference: team } }],
    })
    const { device, use } = pump(subject, { 'low-reservoir-alarm': { valueDate: '2026-12-24' } })
    const { id: deviceId } = await store(device)
    const text = use(`Device/${deviceId}`)
    const answer = await send('centre', 'POST', '/DeviceUseStatement', text, { prefer: 'return=OperationOutcome' })
    t.equal(answer.statusCode, 201)
    t.match(answer.json(), {
      issue: [
        { severity: 'information' },
        { severity: 'warning', code: 'business-rule', details: { text: /102 days .* 2026-11-24; .* 2026-12-24/ } },
      ],
    })
    await at('2026-08-15T12:00:00Z')
    const [query] = await tasksOf(id)
    t.match(query, { code: { coding: [{ code: 'entry-query' }] }, owner: { reference: pumpCentre }, status: 'requested' })
    t.equal((await tasksOf(id, 'centre')).length, 1)
    t.same(await tasksOf(id, 'team'), [])
    t.same(await tasksOf(id, 'self'), [])

    const stored = (await send('centre', 'GET', `/DeviceUseStatement?patient=${id}`)).json<{
      entry: { resource: { id: string; meta: { versionId: string } } }[]
    }>()
    const [entry] = stored.entry
    t.equal(entry?.resource.meta.versionId, '1', 'what was entered stands')
    const right = pump(subject, {}).use(`Device/${deviceId}`)
    const mended = await send(
      'centre',
      'PUT',
      `/DeviceUseStatement/${entry?.resource.id}`,
      { ...right, id: entry?.resource.id },
      { prefer: 'return=OperationOutcome' },
    )
    t.equal(mended.json<{ issue: object[] }>().issue.length, 1)
    await review()
    t.match(await tasksOf(id), [{ status: 'cancelled' }])
  },
)

t.test("a trial is judged by the person's own scores, told to who decides, and decided by nobody else", async (t) => {
  const { id, subject } = await aPerson()
  const score = (value: number, on: string) => ({
    resourceType: 'Observation',
    status: 'final',
    subject,
    code: { coding: [{ system: `${BASE}/CodeSystem/measure`, code: 'spasm-frequency' }], text: 'Spasms per day' },
    effectiveDateTime: on,
    valueQuantity: { value, code: '{spasms}/d', system: 'http://unitsofmeasure.org' },
  })
  const { id: before } = await store(score(10, '2026-10-19'))
  const part = (url: string, value: object) => ({ url, ...value })
  await store({
    resourceType: 'MedicationStatement',
    status: 'active',
    subject,
    medicationCodeableConcept: { text: 'Nabiximols' },
    effectivePeriod: { start: '2026-10-19' },
    informationSource: { reference: clinic },
    extension: [
      {
        url: `${BASE}/StructureDefinition/treatment-trial`,
        extension: [
          part('start-measure', { valueReference: { reference: `Observation/${before}` } }),
          part('better', { valueCode: 'lower' }),
          part('threshold-percent', { valueDecimal: 20 }),
          part('stop-on', { valueDate: '2026-11-16' }),
        ],
      },
    ],
  })
  await at('2026-11-10T12:00:00Z')
  const verdict = async () => (await tasksOf(id)).map(({ input }) => input?.[0]?.type.coding[0]?.code)
  t.same(await verdict(), ['unknown'])
  await store(score(9, '2026-11-15'))
  await at('2026-11-17T12:00:00Z')
  t.same(await verdict(), ['stop'])
  t.match((await tasksOf(id))[0]?.input?.[0]?.valueString, /10 before, 9 after; better by 20% or more was asked for: it is not/)
  await store(score(8, '2026-11-18'))
  await at('2026-11-19T12:00:00Z')
  t.same(await verdict(), ['continue'])
  t.match(await tasksOf(id), [{ status: 'requested', restriction: { period: { end: '2026-11-16' } } }])
})

t.test('one person whose review fails holds up nobody', async (t) => {
  const { id: broken, subject } = await aPerson()
  await store(given(subject, 'botulinum-toxin', '2026-06-01'))
  await hub.database.query({
    text: `UPDATE passport.resource SET content = '{' WHERE patient = $1 AND type = 'Procedure'`,
    values: [broken],
  })
  const fine = await aPerson()
  await store(given(fine.subject, 'botulinum-toxin', '2026-06-01'))
  await at('2026-12-14T08:00:00Z')
  t.equal((await tasksOf(fine.id)).length, 1)
  t.same(await tasksOf(broken), [])
})
