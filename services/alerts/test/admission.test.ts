import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Consent, Encounter, Patient, Resource, Task } from '@medplum/fhirtypes'
import t from 'tap'
import { openLog } from '@platform/service/log'
import { aPatient, aRegisterEntry, PEOPLE } from '@platform/testing/cast'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { until } from '@platform/testing/until'
import { readDemo } from '@handrail/fhir-profiles/demo'
import { encounterChanged } from '../src/jobs/encounter-changed.ts'
import { flagChanged } from '../src/jobs/flag-changed.ts'
import { patientChanged } from '../src/jobs/patient-changed.ts'
import { kindOf } from '../src/domain/vocabulary.ts'
import { NIGHT, register, testHospital } from './a-hospital.ts'

const later = (minutes: number) => new Date(NIGHT.getTime() + minutes * 60_000)
const at = (minutes: number) => new Date(Date.parse('2026-11-21T02:14:00Z') + minutes * 60_000)

/** A message of another event than the cast can send, with the segments that it needs. */
const other = (event: string, given: Parameters<typeof anAdmissionMessage>[0], more = ''): string =>
  anAdmissionMessage(given).replace(/ADT\^A\d\d\^ADT_A\d\d/, `ADT^${event}`) + more

t.test('an admission of somebody on the register is one alert with an answer from the ward and one from the pump centre', async (t) => {
  const hospital = await testHospital(t)
  t.match(await hospital.send(anAdmissionMessage()), { code: 'CA', answers: 'DW0000001' })
  await hospital.acted()

  t.strictSame(hospital.tasks(), [
    ['hospital-alert', 'requested', 'Organization/pump-centre'],
    ['ward', 'requested', 'Organization/hospital'],
    ['specialist', 'requested', 'Organization/pump-centre'],
  ])
  t.match(hospital.encounter(), {
    status: 'in-progress',
    class: { code: 'IMP' },
    subject: { reference: 'Patient/dafydd' },
    period: { start: '2026-11-21T02:14:00.000Z' },
    serviceProvider: { reference: 'Organization/hospital' },
  })
  const ward = hospital.task(/-ward$/)
  t.equal(ward.restriction?.period?.end, later(30).toISOString())
  t.strictSame(
    ward.input?.map(({ type }) => type.text),
    ['Device', 'Do not stop', 'Refill', 'Urgent signs', 'MRI', 'Call, 24 hours', 'Usual walking and communication'],
  )
  t.match(ward.input?.[2]?.valueString, /^Refill due by 23 Nov 2026; low-reservoir alarm expected 24 Nov 2026/)
  t.strictSame(await hospital.notices(), ['raised'])
})

t.test('HAZ-A03: a message sent ten times is one alert', async (t) => {
  const hospital = await testHospital(t)
  const answers = await Promise.all(Array.from({ length: 10 }, async () => hospital.send(anAdmissionMessage())))
  t.ok(answers.every((answer) => answer?.code === 'CA' && answer.answers === 'DW0000001'))
  t.equal(new Set(answers.map((answer) => answer?.controlId)).size, 10)
  await hospital.acted()
  t.equal(hospital.tasks().length, 3)
  t.strictSame(await hospital.notices(), ['raised'])
  t.equal(hospital.dependencies.counts.read().repeated, 9)
})

t.test('a control id used again for another message is processed', async (t) => {
  const hospital = await testHospital(t)
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  await hospital.send(anAdmissionMessage({ event: 'A02', ward: 'W3^1^4', at: at(60) }))
  await hospital.acted()
  t.match(hospital.encounter().location, [
    { location: { display: 'ED' }, status: 'completed' },
    { location: { display: 'W3, room 1, bed 4' }, status: 'active' },
  ])
})

t.test('a transfer updates the alert quietly, a discharge closes it and asks the community team to call', async (t) => {
  const hospital = await testHospital(t)
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  await hospital.send(anAdmissionMessage({ event: 'A02', controlId: '2', ward: 'W3^^', at: at(60) }))
  await hospital.acted()
  await hospital.send(anAdmissionMessage({ event: 'A03', controlId: '3', ward: 'W3^^', at: at(2_880) }))
  await hospital.acted()
  t.strictSame(hospital.tasks(), [
    ['hospital-alert', 'completed', 'Organization/pump-centre'],
    ['ward', 'cancelled', 'Organization/hospital'],
    ['specialist', 'cancelled', 'Organization/pump-centre'],
    ['after-discharge', 'requested', 'Organization/community-team'],
  ])
  t.match(hospital.encounter(), { status: 'finished', period: { end: '2026-11-23T02:14:00.000Z' } })
  t.strictSame(await hospital.notices(), ['raised', 'moved (quiet)', 'closed'])
})

t.test('a discharge taken back opens the same alert again, with its history', async (t) => {
  const hospital = await testHospital(t)
  for (const [index, event] of (['A01', 'A03', 'A13'] as const).entries()) {
    await hospital.send(anAdmissionMessage({ event, controlId: String(index), at: at(index * 60) }))
    await hospital.acted()
  }
  t.strictSame(hospital.tasks(), [
    ['hospital-alert', 'requested', 'Organization/pump-centre'],
    ['ward', 'requested', 'Organization/hospital'],
    ['specialist', 'requested', 'Organization/pump-centre'],
    ['after-discharge', 'cancelled', 'Organization/community-team'],
  ])
  t.equal(hospital.task(/^alert-/).output?.length, 1)
  t.strictSame(await hospital.notices(), ['raised', 'closed', 'reopened'])
})

t.test(
  'HAZ-A05: a discharge that is taken back while the record is being changed, or whose answer is lost, opens the alert again',
  async (t) => {
    for (const meanwhile of ['taken back', 'taken back, and the answer of the record lost']) {
      const hospital = await testHospital(t)
      const { record } = hospital.dependencies
      await hospital.send(anAdmissionMessage())
      await hospital.acted()

      const { transact } = record
      let written = 0
      const takenBack = async (entries: Parameters<typeof transact>[0]) => {
        const places = await transact(entries)
        written += 1
        if (written > 1) return places
        const { rows } = await hospital.database.query<{ version: number }>({ text: 'SELECT version FROM alerts.stay' })
        await hospital.send(anAdmissionMessage({ event: 'A13', controlId: '3', at: at(61) }))
        await until('the message has reached its stay', async () => {
          const now = await hospital.database.query<{ version: number }>({ text: 'SELECT version FROM alerts.stay' })
          return now.rows[0]?.version !== rows[0]?.version
        })
        if (meanwhile.includes('lost')) throw new Error('The record did not answer.')
        return places
      }
      Object.assign(record, { transact: takenBack })
      await hospital.send(anAdmissionMessage({ event: 'A03', controlId: '2', at: at(60) }))
      await until('the record is being changed', () => written > 0)
      await hospital.running.sweep(NIGHT)
      await hospital.acted()
      t.equal(hospital.task(/^alert-/).status, 'requested', meanwhile)
      t.equal(hospital.encounter().status, 'in-progress', meanwhile)
    }
  },
)

t.test(
  'HAZ-A05: a cancelled admission withdraws the alert everywhere and says so, and one that comes first leaves nothing to withdraw',
  async (t) => {
    const hospital = await testHospital(t)
    await hospital.send(anAdmissionMessage())
    await hospital.acted()
    await hospital.send(anAdmissionMessage({ event: 'A11', controlId: '2', at: at(10) }))
    await hospital.acted()
    t.strictSame(new Set(hospital.tasks().map(([, status]) => status)), new Set(['cancelled']))
    t.match(hospital.task(/^alert-/).statusReason, { text: 'The hospital cancelled this admission: it was a mistake.' })
    t.equal(hospital.encounter().status, 'cancelled')
    t.strictSame(await hospital.notices(), ['raised', 'withdrawn'])

    await hospital.send(anAdmissionMessage({ event: 'A11', controlId: '3', visit: 'V9', at: at(20) }))
    await hospital.send(anAdmissionMessage({ controlId: '4', visit: 'V9', at: at(15) }))
    await hospital.acted()
    t.equal(hospital.tasks().length, 3, 'no second alert')
  },
)

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

t.test('HAZ-A10: no alert after consent was withdrawn, and an open one is withdrawn', async (t) => {
  const hospital = await testHospital(t)
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  const consent = hospital.record.read<Consent>('Consent/dafydd-alert-consent')
  hospital.record.seed({ ...consent, status: 'inactive' })
  await hospital.tell()
  t.strictSame(new Set(hospital.tasks().map(([, status]) => status)), new Set(['cancelled']))
  t.equal(hospital.task(/-ward$/).input, undefined)
  await hospital.send(anAdmissionMessage({ controlId: '9', visit: 'V10' }))
  await hospital.acted()
  t.equal(hospital.tasks().length, 3)
  const { rows } = await hospital.database.query<{ kept: number }>({ text: 'SELECT count(*)::int AS kept FROM alerts.message' })
  t.equal(rows[0]?.kept, 1, 'the second message left no trace')
})

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

t.test('HAZ-A18: admissions that came while the record was down are told in their order once it is back, each once', async (t) => {
  const tried = new Set<string>()
  const heed = (line: string) => {
    const { event, stay } = JSON.parse(line) as { event?: string; stay?: string }
    if (event === 'stay.not-settled' && stay !== undefined) tried.add(stay)
  }
  const hospital = await testHospital(t, { log: openLog({ level: 'warn', to: { write: heed } }) })
  hospital.record.fail(503, 10_000)
  for (const minute of [1, 2, 3]) {
    await hospital.moveTo(later(minute)).catch(() => undefined) // the sweep finds no record
    const given = { controlId: String(minute), visit: `V${String(minute)}`, at: at(minute) }
    t.match(await hospital.send(anAdmissionMessage(given)), { code: 'CA' }, 'kept, and said so')
    await until(
      'it has been tried',
      () => tried.size,
      (stays) => stays === minute,
    )
  }
  await hospital.dependencies.alerts.rest() // what was begun has failed
  t.strictSame(await hospital.notices(), [])
  hospital.record.fail(503, 0)
  await hospital.moveTo(later(30))
  await hospital.acted()
  const told = await hospital.dependencies.notices.after('0', 100)
  t.strictSame(
    told.filter(({ kind }) => kind === 'raised').map(({ encounter }) => hospital.record.read<Encounter>(encounter).period?.start),
    [at(1), at(2), at(3)].map((each) => each.toISOString()),
  )
  t.equal(hospital.tasks().filter(([kind]) => kind === 'hospital-alert').length, 3)
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

t.test('a planned admission is one quiet word to the team, and the admission itself raises the alert', async (t) => {
  const hospital = await testHospital(t)
  await hospital.send(other('A05', { controlId: '1', patientClass: 'I' }))
  await hospital.acted()
  t.equal(hospital.encounter().status, 'planned')
  t.strictSame(hospital.tasks(), [])
  await hospital.send(anAdmissionMessage({ controlId: '2', at: at(60) }))
  await hospital.acted()
  t.equal(hospital.encounter().status, 'in-progress')
  t.strictSame(await hospital.notices(), ['planned (quiet)', 'raised'])
})

t.test(
  'A17 moves the one of ours among two who swap beds; A09 and A10 tell a place; what the hospital deletes is asked about',
  async (t) => {
    const hospital = await testHospital(t)
    await hospital.send(anAdmissionMessage({ controlId: '1', ward: 'W3^^1' }))
    await hospital.acted()
    const swap = anAdmissionMessage({ controlId: '2', ward: 'W3^^2', at: at(10) })
    const stranger = anAdmissionMessage({ for: 'ada', controlId: '2', ward: 'W3^^1', visit: 'V9' })
    const group = (message: string) =>
      message
        .split('\r')
        .filter((line) => /^(PID|PV1)/.test(line))
        .map((line) => `${line}\r`)
        .join('')
    const head = swap
      .split('\r')
      .slice(0, 2)
      .map((line) => `${line}\r`)
      .join('')
      .replace(/ADT\^A01\^ADT_A01/, 'ADT^A17')
    t.match(await hospital.send(head + group(swap) + group(stranger)), { code: 'CA' })
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

t.test('a stay of which nobody heard while it lasted still asks the community team to call; after a death nobody is asked', async (t) => {
  const hospital = await testHospital(t)
  const late = anAdmissionMessage({ event: 'A03', controlId: '1', visit: 'V1', at: at(60) })
  await hospital.send(late)
  await hospital.acted()
  t.strictSame(hospital.tasks(), [['after-discharge', 'requested', 'Organization/community-team']])
  const died = anAdmissionMessage({ event: 'A03', controlId: '2', visit: 'V2', at: at(90) }).replace('||||01\r', '|20261121034400|Y||01\r')
  t.match(died, /\|Y\|/)
  await hospital.send(died)
  await hospital.acted()
  t.equal(hospital.tasks().length, 1)
})

t.test('HAZ-A16: sessions of the community wait from the admission until a named professional says resume, change or stop', async (t) => {
  const hospital = await testHospital(t)
  for (const each of readDemo().register) if (each.resourceType === 'Consent') hospital.record.seed(each)
  const session = (id: string, owner: string): Task => ({
    resourceType: 'Task',
    id,
    status: 'accepted',
    intent: 'order',
    code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: 'referral' }] },
    for: { reference: 'Patient/dafydd' },
    owner: { reference: owner },
    restriction: { period: { end: '2026-12-01' } },
  })
  const task = (id: string) => hospital.record.read<Task>(`Task/${id}`)
  hospital.record.seed(session('class', 'Organization/therapy-centre'))
  hospital.record.seed({ ...session('other', 'Organization/neurorehab'), executionPeriod: { start: '2026-10-01' } })
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  t.match(task('class'), { status: 'on-hold', statusReason: { text: 'In hospital, do not expect.' } })
  t.match(task('other'), { status: 'on-hold', statusReason: { text: 'Not attending until further notice.' } })

  await hospital.send(anAdmissionMessage({ event: 'A03', controlId: '2', at: at(600) }))
  await hospital.acted()
  t.equal(task('class').status, 'on-hold', 'a discharge resumes nothing by itself')
  const followUp = hospital.task(/^after-discharge-/)
  t.strictSame(new Set(followUp.input?.map(({ valueReference }) => valueReference?.reference)), new Set(['Task/class', 'Task/other']))
  const close = async (...parameter: object[]) =>
    hospital.app.inject({
      method: 'POST',
      url: `/fhir/Task/${String(followUp.id)}/$close`,
      headers: { authorization: await hospital.bearer('community-team'), 'content-type': 'application/fhir+json' },
      payload: { resourceType: 'Parameters', parameter },
    })
  t.equal((await close({ name: 'outcome', valueCode: 'seen' })).statusCode, 400)
  t.equal((await close({ name: 'outcome', valueCode: 'resume' })).statusCode, 400, 'a name is wanted')
  const by = { name: 'by', valueReference: { reference: 'Practitioner/mair' } }
  t.equal((await close({ name: 'outcome', valueCode: 'resume' }, by)).statusCode, 200)
  await hospital.tell()
  await hospital.acted()
  t.match(task('class'), { status: 'accepted' })
  t.match(task('other'), { status: 'in-progress' })
  t.equal(task('class').statusReason, undefined)

  await hospital.send(anAdmissionMessage({ controlId: '3', visit: 'V77', at: at(900) }))
  await hospital.acted()
  t.equal(task('class').status, 'on-hold')
  await hospital.send(anAdmissionMessage({ event: 'A11', controlId: '4', visit: 'V77', at: at(910) }))
  await hospital.acted()
  t.equal(task('class').status, 'accepted', 'a mistake of the hospital pauses nothing')
})

t.test('HAZ-A17: where a restricted person is, and who is in a sensitive ward, is written nowhere', async (t) => {
  const hospital = await testHospital(t)
  const patient = hospital.record.read<Patient>('Patient/dafydd')
  const restricted = { url: 'https://handrail.example/fhir/StructureDefinition/location-restricted', valueBoolean: true }
  hospital.record.seed({ ...patient, extension: [...(patient.extension ?? []), restricted] })
  await hospital.tell()
  await hospital.send(anAdmissionMessage({ ward: 'W3^1^4' }))
  await hospital.acted()
  t.equal(hospital.encounter().location, undefined)
  t.match(hospital.task(/-specialist$/).description, /where exactly is not shown/)
  t.notMatch(JSON.stringify([...hospital.record.all('Task'), ...hospital.record.all('Encounter')]), /W3/)
})
