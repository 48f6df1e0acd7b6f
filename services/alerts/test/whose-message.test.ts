/** Whose message it is: the register first, near matches before a person, and people and visits that a hospital or the record merges. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Encounter, Patient, Resource, Task } from '@medplum/fhirtypes'
import t from 'tap'
import { openLog } from '@platform/service/log'
import { aPatient, aRegisterEntry, PEOPLE } from '@platform/testing/cast'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { until } from '@platform/testing/until'
import { encounterChanged } from '../src/jobs/encounter-changed.ts'
import { flagChanged } from '../src/jobs/flag-changed.ts'
import { patientChanged } from '../src/jobs/patient-changed.ts'
import { kindOf } from '../src/domain/vocabulary.ts'
import { NIGHT, register, testHospital } from './a-hospital.ts'
import { later, at, other, swapping } from './a-night.ts'

t.test('HAZ-A02: somebody registered a moment before the frame is found, though the queue has not yet said so', async (t) => {
  const hospital = await testHospital(t, { registered: false })
  t.match(await hospital.send(anAdmissionMessage({ controlId: '0' })), { code: 'CA' })
  register(hospital.record)
  await hospital.announce()
  t.match(await hospital.send(anAdmissionMessage()), { code: 'CA' })
  await hospital.acted()
  t.equal(hospital.tasks().length, 3)
  // And by an Encounter of theirs, which another consumer hears than the register.
  const bryn = { ...aPatient('bryn'), id: 'bryn' }
  const entry = Object.values(aRegisterEntry())
  for (const each of [bryn, ...(JSON.parse(JSON.stringify(entry).replaceAll('dafydd', 'bryn')) as Resource[])]) hospital.record.seed(each)
  hospital.record.seed<Encounter>({ ...hospital.encounter(), id: 'theirs', identifier: [], subject: { reference: 'Patient/bryn' } })
  await hospital.announce()
  const heard = { changeId: '0', type: 'Encounter', id: 'theirs', versionId: '1', patientId: 'bryn' } as const
  await encounterChanged(hospital.dependencies)(heard as Parameters<ReturnType<typeof encounterChanged>>[0])
  await hospital.acted()
  t.equal(hospital.tasks().length, 6)
})

t.test(
  'HAZ-A02: what a hospital took back of somebody before they were registered hides that alone when its messages are sent again',
  async (t) => {
    const hospital = await testHospital(t, { registered: false })
    await hospital.send(other('A12', { controlId: '1', visit: 'V1', at: at(20) }))
    await hospital.send(other('A12', { controlId: '2', visit: 'V1', at: at(15) }))
    await hospital.send(other('A13', { controlId: '3', visit: 'V1', at: at(30) }))
    await hospital.send(other('A38', { controlId: '4', visit: 'V1', at: at(30) }))
    await hospital.send(other('A11', { controlId: '5', visit: 'V2', at: at(20) }))
    register(hospital.record)
    await hospital.announce()
    await hospital.send(anAdmissionMessage({ controlId: '6', visit: 'V2', at: at(0) }))
    await hospital.acted()
    t.same(hospital.tasks(), [], 'the admission that was cancelled')
    await hospital.send(other('A05', { controlId: '7', visit: 'V1', at: at(-60) }))
    await hospital.send(other('A02', { controlId: '8', visit: 'V1', at: at(18) }))
    await hospital.send(other('A03', { controlId: '9', visit: 'V1', at: at(25) }))
    await hospital.acted()
    t.same(hospital.tasks(), [], 'the plan, the transfer and the discharge that were taken back')
    await hospital.send(anAdmissionMessage({ controlId: '10', visit: 'V1', at: at(0) }))
    await hospital.acted()
    t.equal(hospital.tasks().length, 3, 'the admission stands')
  },
)

t.test('HAZ-A09: of somebody who is not registered nothing stays but a keyed hash, in no table, queue, log or file', async (t) => {
  const logged: string[] = []
  const hospital = await testHospital(t, { log: openLog({ level: 'trace', to: { write: (line) => void logged.push(line) } }) })
  const stranger = anAdmissionMessage({ for: 'ada', controlId: 'S1', visit: 'VQX730915K' })
  t.match(await hospital.send(stranger), { code: 'CA' })
  t.match(await hospital.send(stranger), { code: 'CA' })
  t.match(hospital.dependencies.counts.read(), { unregistered: 1, repeated: 1, match: 0 })
  const others = [
    anAdmissionMessage({ for: 'ada', controlId: 'S2', visit: 'VQX730915K', event: 'A11', at: at(5) }),
    anAdmissionMessage({ for: 'ada', controlId: 'S3', visit: 'VQX730915K', event: 'A03', at: at(9) }),
    other('A40', { for: 'ada', controlId: 'S4', visit: 'VQX730915K' }, 'MRG|HQX730916K^^^DYFFRYNWEN^MR\r'),
    other('A31', { for: 'ada', controlId: 'S5', visit: 'VQX730915K' }),
  ]
  for (const message of others) t.match(await hospital.send(message), { code: 'CA' })
  await hospital.send(anAdmissionMessage({ controlId: 'S6' })) // one of ours, so that what is looked through is not empty
  await hospital.acted()
  await hospital.moveTo(later(1))
  await hospital.dependencies.marks[Symbol.asyncDispose]()

  const { nhsNumber, family, birthDate } = PEOPLE.ada
  const theirs = [nhsNumber, family, birthDate, birthDate.replaceAll('-', ''), 'QX730915K', 'QX730916K']
  const hidden = theirs.flatMap((text) => [text.toLowerCase(), Buffer.from(text).toString('hex'), Buffer.from(text).toString('base64url')])
  const found = (text: string) => hidden.filter((part) => text.toLowerCase().includes(part))
  const { rows: tables } = await hospital.database.query<{ name: string }>({
    text: `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  })
  const held = await Promise.all(
    tables.map(
      async ({ name }) => (await hospital.database.query<{ row: string }>({ text: `SELECT t::text AS row FROM ${name} AS t` })).rows,
    ),
  )
  const files = await readdir(hospital.dependencies.folder, { recursive: true, withFileTypes: true })
  const bytes = await Promise.all(files.filter((file) => file.isFile()).map(async (file) => readFile(join(file.parentPath, file.name))))
  const all = { rows: held.flat().map(({ row }) => row), files: [...bytes.map(String), ...files.map(({ name }) => name)], logged }
  t.ok(all.rows.some((row) => row.includes('dafydd')) && all.files.length > 0 && all.logged.length > 0)
  for (const [where, texts] of Object.entries(all)) t.strictSame([...new Set(texts.flatMap(found))], [], where)

  const marks = async () =>
    (await hospital.database.query<{ mark: Buffer }>({ text: 'SELECT marks AS mark FROM alerts.unregistered_marks' })).rows
  const kept = Buffer.concat((await marks()).map(({ mark }) => mark)) // in as many rows as they were written down in
  t.equal(kept.length, 5 * 12)
  await hospital.dependencies.marks.rotate(later(24 * 60 + 1))
  t.equal((await marks()).length, 0)
})

t.test('HAZ-A01: a near match goes to a person and alerts nobody; the person decides', async (t) => {
  const hospital = await testHospital(t)
  t.match(await hospital.send(anAdmissionMessage({ person: { family: 'Evans', given: 'Gwyn' } })), { code: 'CA' })
  await hospital.acted()
  t.strictSame(hospital.tasks(), [['identity-review', 'requested', 'Organization/single-point-of-access']])
  const review = hospital.task(/^review-/)
  t.notMatch(JSON.stringify(review), /Evans|Rees|9990004447/)
  t.match(
    review.description,
    /It came on 21 Nov 2026, \d\d:\d\d from Dyffryn Wen General Hospital \(DYFFRYNWEN\), which calls its message \S+\./,
    'HAZ-A132: whoever decides rings the hospital, and it finds its message',
  )
  t.strictSame(await hospital.notices(), [])

  const closed = await hospital.app.inject({
    method: 'POST',
    url: `/fhir/Task/${String(review.id)}/$close`,
    headers: { authorization: await hospital.bearer('single-point-of-access'), 'content-type': 'application/fhir+json' },
    payload: { resourceType: 'Parameters', parameter: [{ name: 'outcome', valueCode: 'same-person' }] },
  })
  t.equal(closed.statusCode, 200)
  await hospital.tell()
  await hospital.acted()
  t.equal(hospital.task(/^alert-/).status, 'requested')
})

t.test('a later message that brings the number decides a review', async (t) => {
  const hospital = await testHospital(t)
  await hospital.send(anAdmissionMessage({ person: { nhsNumber: '' } }))
  await hospital.acted()
  t.equal(hospital.tasks().length, 1)
  await hospital.send(anAdmissionMessage({ event: 'A08', controlId: '2', at: at(5) }))
  await hospital.acted()
  t.match(hospital.task(/^alert-/), { status: 'requested' })
  await until('the question is closed', () => hospital.task(/^review-/).status === 'completed')
  t.match(hospital.task(/^review-/).output, [
    { valueReference: { reference: 'Patient/dafydd' } },
    { valueCodeableConcept: { coding: [{ code: 'same-person' }] } },
  ])
  t.equal((await hospital.database.query({ text: 'SELECT 1 FROM alerts.stay' })).rows.length, 1)
})

t.test('HAZ-A01: a merge that proves the wrong person withdraws the alert, hides its content and raises an incident', async (t) => {
  const hospital = await testHospital(t)
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  const a40 = anAdmissionMessage({
    controlId: '2',
    visit: 'V111',
    person: { nhsNumber: '9990548609', family: 'Tudor', given: 'Bryn', birthDate: '1965-06-02' },
  })
    .replace(/ADT\^A01\^ADT_A01/, 'ADT^A40^ADT_A39')
    .replace(/PV1\|[^\r]*\r/, 'MRG|H000447^^^DYFFRYNWEN^MR\r')
  t.match(await hospital.send(a40), { code: 'CA' })
  await hospital.acted()
  t.strictSame(
    hospital
      .tasks()
      .slice(0, 3)
      .map(([, status]) => status),
    ['cancelled', 'cancelled', 'cancelled'],
  )
  t.equal(hospital.task(/^alert-/).input, undefined)
  t.equal(hospital.encounter().status, 'entered-in-error')
  t.strictSame(await hospital.notices(), ['raised', 'withdrawn'])
  t.equal(hospital.task(/^review-/).status, 'requested')
})

t.test('HAZ-P24: a merge of two people of ours merges nobody: it is asked of somebody by a date, once while it is open', async (t) => {
  const hospital = await testHospital(t)
  const { watchList } = hospital.dependencies
  await hospital.send(anAdmissionMessage({ controlId: '1', visit: 'V1' }))
  await hospital.acted()
  // Somebody was entered without a name that night, and is on the register by another record.
  await watchList.refresh('unnamed', async () => ({ patient: 'unnamed', nhsNumbers: [], hospitalNumbers: [], names: [], registers: [] }))
  const a40 = async (controlId: string) => {
    await watchList.repoint([{ authority: 'DYFFRYNWEN', value: 'H2' }], { patient: 'unnamed' }, NIGHT)
    await hospital.send(other('A40', { controlId, visit: 'V1', at: at(60) }).replace(/PV1\|[^\r]*\r/, 'MRG|H2^^^DYFFRYNWEN^MR\r'))
    await hospital.acted()
  }
  const asked = () => hospital.record.all<Task>('Task').filter((task) => kindOf(task) === 'possible-duplicate')
  await a40('2')
  t.match(asked(), [
    {
      status: 'requested',
      owner: { reference: /^Organization\// },
      restriction: { period: { end: '2026-11-28T02:14:20.000Z' } },
      input: [{ valueReference: { reference: 'Patient/dafydd' } }, { valueReference: { reference: 'Patient/unnamed' } }],
    },
  ])
  t.equal(asked()[0]?.for, undefined, 'it belongs to neither record')
  t.notMatch(JSON.stringify(asked()), /Rees|999\d{7}/, 'no name and no number')
  t.ok(
    hospital.record.all<Patient>('Patient').every(({ active, link }) => active !== false && link === undefined),
    'nobody was merged',
  )
  await a40('3')
  t.equal(asked().length, 1, 'once while it is open')
  const [first] = asked()
  if (first !== undefined) hospital.record.seed({ ...first, status: 'rejected' })
  await a40('4')
  t.equal(asked().length, 2, 'what was answered is asked again: the word of the hospital is new')
})

t.test(
  'HAZ-A47: when the record merges two Patients the stay and its alert go with the survivor, and come back when the merge is undone',
  async (t) => {
    const hospital = await testHospital(t)
    await hospital.send(anAdmissionMessage())
    await hospital.acted()
    const { record } = hospital
    const compartment = [
      ...record.all('Flag'),
      ...record.all('Consent'),
      ...record.all('Encounter'),
      ...record.all('Task'),
      ...record.all('CareTeam'),
    ]
    const turned = (from: string, to: string) => (each: Resource) =>
      JSON.parse(JSON.stringify(each).replaceAll(`"Patient/${from}"`, `"Patient/${to}"`)) as Resource
    const patientOf = async () =>
      (await hospital.database.query<{ patient: string }>({ text: 'SELECT DISTINCT patient FROM alerts.stay' })).rows.map(
        (row) => row.patient,
      )
    const numbersOf = async () =>
      (await hospital.database.query<{ patient: string }>({ text: 'SELECT patient FROM alerts.hospital_number' })).rows.map(
        (row) => row.patient,
      )
    const dafydd = record.read<Patient>('Patient/dafydd')

    record.seed({ ...dafydd, id: 'survivor' })
    for (const each of compartment.map(turned('dafydd', 'survivor'))) record.seed(each)
    record.seed({ ...dafydd, active: false, link: [{ type: 'replaced-by', other: { reference: 'Patient/survivor' } }] })
    // Changes are heard in any order, and an older one of a part may be heard late: none may take somebody off the list before their stay has moved.
    await flagChanged(hospital.dependencies)({ changeId: '1', type: 'Flag', id: 'older', versionId: '1', patientId: 'dafydd' })
    await hospital.tell()
    await hospital.acted()
    t.strictSame([await patientOf(), await numbersOf()], [['survivor'], ['survivor']])
    t.equal(hospital.task(/^alert-/).status, 'requested')
    await hospital.send(anAdmissionMessage({ event: 'A02', controlId: '2', ward: 'W3^^', at: at(30) }))
    await hospital.acted()
    t.match(hospital.encounter().location?.at(-1), { location: { display: 'W3' } })
    t.strictSame(await hospital.notices(), ['raised', 'moved (quiet)'])

    record.seed({ ...dafydd, active: true })
    for (const each of [...record.all('Flag'), ...record.all('Consent'), ...record.all('Encounter'), ...record.all('Task')])
      record.seed(turned('survivor', 'dafydd')(each))
    record.seed({ ...dafydd, id: 'survivor' })
    await patientChanged(hospital.dependencies)({ changeId: '2', type: 'Patient', id: 'survivor', versionId: '2', patientId: 'survivor' })
    await hospital.tell()
    await hospital.acted()
    t.strictSame([await patientOf(), await numbersOf()], [['dafydd'], ['dafydd']])
    t.strictSame(await hospital.notices(), ['raised', 'moved (quiet)'])
    await hospital.send(anAdmissionMessage({ event: 'A03', controlId: '3', ward: 'W3^^', at: at(60) }))
    await hospital.acted()
    t.equal(hospital.task(/^alert-/).status, 'completed')
    t.equal((await hospital.database.query({ text: 'SELECT 1 FROM alerts.stay' })).rows.length, 1)
  },
)

t.test(
  'A17 moves the one of ours among two who swap beds; A09 and A10 tell a place; what the hospital deletes is asked about',
  async (t) => {
    const hospital = await testHospital(t)
    await hospital.send(anAdmissionMessage({ controlId: '1', ward: 'W3^^1' }))
    await hospital.acted()
    const swap = anAdmissionMessage({ controlId: '2', ward: 'W3^^2', at: at(10) })
    const stranger = anAdmissionMessage({ for: 'ada', controlId: '2', ward: 'W3^^1', visit: 'V9' })
    t.match(await hospital.send(swapping(swap, swap, stranger)), { code: 'CA' })
    await hospital.acted()
    t.strictSame(
      hospital.encounter().location?.map(({ location }) => location.display),
      ['W3, bed 1', 'W3, bed 2'],
    )
    t.equal((await hospital.database.query({ text: 'SELECT 1 FROM alerts.stay' })).rows.length, 1, 'nothing of the stranger')

    await hospital.send(other('A10', { controlId: '3', ward: 'THEATRE^^', at: at(20) }))
    await hospital.acted()
    t.match(hospital.encounter().location?.at(-1), { location: { display: 'THEATRE' }, status: 'active' })
    t.match(await hospital.send(other('A23', { controlId: '4', at: at(30) })), { code: 'CA' })
    await hospital.acted()
    t.match(hospital.task(/^review-/), { status: 'requested', description: /the hospital deleted the visit/ })
    t.equal(hospital.task(/^alert-/).status, 'requested', 'nothing is concluded from a deletion')
  },
)

t.test('A42 gives the visit another number, and its alert goes on; A45 to somebody else withdraws it as the wrong person', async (t) => {
  const hospital = await testHospital(t)
  await hospital.send(anAdmissionMessage({ controlId: '1', visit: 'V1' }))
  await hospital.acted()
  await hospital.send(other('A42', { controlId: '2', visit: 'V2', at: at(5) }, 'MRG|H1^^^DYFFRYNWEN^MR||||V1^^^DYFFRYNWEN\r'))
  await hospital.acted()
  await hospital.send(anAdmissionMessage({ event: 'A02', controlId: '3', visit: 'V2', ward: 'W5^^', at: at(10) }))
  await hospital.acted()
  t.equal(hospital.tasks().filter(([kind]) => kind === 'hospital-alert').length, 1)
  t.match(hospital.encounter().location?.at(-1), { location: { display: 'W5' } })

  const somebodyElse = { nhsNumber: '9990548609', family: 'Tudor', given: 'Bryn', birthDate: '1965-06-02' }
  const moved = other(
    'A45',
    { controlId: '4', visit: 'V2', person: somebodyElse, at: at(20) },
    'MRG|H1^^^DYFFRYNWEN^MR||||V2^^^DYFFRYNWEN\r',
  )
  await hospital.send(moved.replace('H2^^^DYFFRYNWEN^MR', 'H77^^^DYFFRYNWEN^MR'))
  await hospital.acted()
  t.equal(hospital.encounter().status, 'entered-in-error')
  t.equal(hospital.task(/^alert-/).input, undefined)
})

t.test('HAZ-A01: each person of a message about several is decided alone, and of a stranger in it nothing is kept', async (t) => {
  const hospital = await testHospital(t)
  const bryn = aPatient('bryn')
  const entry = Object.values(aRegisterEntry())
  for (const each of [bryn, ...(JSON.parse(JSON.stringify(entry).replaceAll('dafydd', 'bryn')) as Resource[])]) hospital.record.seed(each)
  await hospital.tell()
  const head = (controlId: string) => anAdmissionMessage({ controlId, at: at(10) })
  const near = anAdmissionMessage({ for: 'bryn', visit: 'V8', ward: 'W3^^2', person: { nhsNumber: '' }, at: at(10) })
  const swap = swapping(head('A17-1'), anAdmissionMessage({ ward: 'W3^^1', at: at(10) }), near)
  for (const message of [swap, swap]) t.match(await hospital.send(message), { code: 'CA' })
  await hospital.acted()
  t.equal(hospital.task(/^alert-/).for?.reference, 'Patient/dafydd')
  const reviews = () => hospital.record.all<Task>('Task').filter((task) => kindOf(task) === 'identity-review')
  t.match(reviews(), [{ input: [{ valueReference: { reference: 'Patient/bryn' } }] }], 'the near match is put before a person, once')
  t.equal(reviews().length, 1)

  const closed = await hospital.app.inject({
    method: 'POST',
    url: `/fhir/Task/${String(reviews()[0]?.id)}/$close`,
    headers: { authorization: await hospital.bearer('single-point-of-access'), 'content-type': 'application/fhir+json' },
    payload: { resourceType: 'Parameters', parameter: [{ name: 'outcome', valueCode: 'same-person' }] },
  })
  t.equal(closed.statusCode, 200)
  await hospital.tell()
  await hospital.acted()
  const alerted = () =>
    hospital.record.all<Task>('Task').flatMap((task) => (kindOf(task) === 'hospital-alert' ? [task.for?.reference] : []))
  t.strictSame(new Set(alerted()), new Set(['Patient/bryn', 'Patient/dafydd']), 'and what they decide is acted on')

  const stranger = swapping(head('A17-2'), anAdmissionMessage({ for: 'ada', visit: 'VQX730915K' }), anAdmissionMessage({ at: at(20) }))
  t.match(await hospital.send(stranger), { code: 'CA' })
  await hospital.acted()
  const { rows } = await hospital.database.query<{ content: Buffer }>({
    text: 'SELECT content FROM alerts.message WHERE content IS NOT NULL',
  })
  const kept = rows.map(({ content }) => content.toString('latin1')).join()
  t.match(kept, PEOPLE.dafydd.nhsNumber)
  t.notMatch(kept, new RegExp(`${PEOPLE.ada.nhsNumber}|${PEOPLE.ada.family}|VQX730915K`))
})
