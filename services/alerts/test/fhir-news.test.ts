/** Hospitals that speak FHIR: an Encounter in the record, a notification by FHIR messaging. */
import type { Bundle, Encounter, Patient, Resource, Task } from '@medplum/fhirtypes'
import t from 'tap'
import { aPatient, aRegisterEntry } from '@platform/testing/cast'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { testHospital, type TestHospital } from './a-hospital.ts'

const NOTIFICATION = 'http://hl7.org/fhir/us/davinci-alerts/CodeSystem/notification-event'
const at = (minutes: number) => new Date(Date.parse('2026-11-21T02:14:00Z') + minutes * 60_000).toISOString()

const encounter = (given: Partial<Encounter> = {}): Encounter => ({
  resourceType: 'Encounter',
  id: 'theirs',
  status: 'in-progress',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
  subject: { reference: 'Patient/dafydd' },
  serviceProvider: { reference: 'Organization/hospital' },
  period: { start: at(0) },
  location: [{ location: { display: 'W3' }, status: 'active' }],
  ...given,
})

t.test(
  'an Encounter that a hospital writes into the record raises the alert, moves it and closes it, and is the only one of the stay',
  async (t) => {
    const hospital = await testHospital(t)
    const write = async (given: Partial<Encounter>, minutes: number) => {
      await hospital.moveTo(new Date(at(minutes)))
      hospital.record.seed(encounter(given))
      await hospital.tell()
      await hospital.acted()
    }
    await write({ status: 'planned', period: {} }, 0)
    t.strictSame(await hospital.notices(), ['planned (quiet)'])
    await write({}, 10)
    t.match(hospital.task(/^alert-/), {
      status: 'requested',
      encounter: { reference: 'Encounter/theirs' },
      focus: { reference: 'Encounter/theirs' },
      description: /^Admitted: Dyffryn Wen General Hospital, W3/,
    })
    await write({ location: [{ location: { display: 'W5' }, status: 'active' }] }, 20)
    t.match(hospital.task(/^alert-/).description, /W5/)
    await write({ status: 'finished', period: { start: at(0), end: at(23) } }, 24)
    t.match(hospital.task(/^after-discharge-/), { status: 'requested', encounter: { reference: 'Encounter/theirs' } })
    t.strictSame(await hospital.notices(), ['planned (quiet)', 'raised', 'moved (quiet)', 'closed'])
    hospital.record.seed({ ...encounter(), id: 'stranger', subject: { reference: 'Patient/ada' } })
    await hospital.tell()
    t.strictSame(
      hospital.record.all<Encounter>('Encounter').map(({ id, meta }) => [id, meta?.versionId]),
      [
        ['theirs', '4'],
        ['stranger', '1'],
      ],
      'what the hospital wrote is as it wrote it, and nothing was made of the stay of somebody who is not registered',
    )
  },
)

t.test('HAZ-A17: no place is told of a stay that its hospital marks as sensitive by a label on the Encounter', async (t) => {
  const hospital = await testHospital(t)
  const told = () => JSON.stringify([hospital.task(/^alert-/), hospital.task(/-specialist$/)])
  const write = async (given: Partial<Encounter>) => {
    hospital.record.seed(encounter(given))
    await hospital.tell()
    await hospital.acted()
  }
  await write({ location: [{ location: { display: 'ED' }, status: 'active' }] })
  t.match(told(), /, ED/)
  await write({ meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }] } })
  t.notMatch(told(), /W3|, ED/)
  t.match(hospital.task(/-specialist$/).description, /where exactly is not shown/)
  await write({})
  t.notMatch(told(), /W3|, ED/, 'that somebody was on a sensitive ward stays so when they have left it')
})

t.test('HAZ-A48: messages and the Encounter of one visit are one stay with one alert, whichever comes first', async (t) => {
  const hospital = await testHospital(t)
  const visit = (value: string) => [{ system: 'https://dyffrynwen.example/visit', value }]
  const alerts = () => hospital.tasks().filter(([kind]) => kind === 'hospital-alert').length
  const write = async (given: Partial<Encounter>) => {
    hospital.record.seed(encounter(given))
    await hospital.tell()
    await hospital.acted()
  }
  await hospital.send(anAdmissionMessage({ visit: 'V1' }))
  await hospital.acted()
  const made = hospital.encounter().id ?? ''
  await write({ identifier: visit('V1') })
  t.equal(alerts(), 1)
  t.equal(hospital.record.read<Encounter>(`Encounter/${made}`).status, 'entered-in-error', 'ours gives way')
  for (const task of hospital.record.all<Task>('Task')) t.equal(task.encounter?.reference, 'Encounter/theirs')
  await hospital.send(anAdmissionMessage({ event: 'A02', visit: 'V1', controlId: '2', ward: 'W7^^', at: new Date(at(30)) }))
  await hospital.acted()
  t.match(hospital.task(/^alert-/).description, /W7/)
  t.strictSame(await hospital.notices(), ['raised', 'moved (quiet)', 'moved (quiet)'])

  await write({ id: 'second', identifier: visit('V2') })
  t.equal(alerts(), 2)
  await hospital.send(anAdmissionMessage({ visit: 'V2', controlId: '3' }))
  await hospital.acted()
  t.equal(alerts(), 2, 'the message is about the stay that the Encounter told of')
  const bryn = { ...aPatient('bryn'), id: 'bryn' }
  for (const each of [bryn, ...aRegisterEntryOf('bryn')]) hospital.record.seed(each)
  await hospital.tell()
  await write({ id: 'others', identifier: visit('V2'), subject: { reference: 'Patient/bryn' } })
  t.equal(alerts(), 3, 'two people under one number are two stays')
  t.strictSame(
    (await hospital.database.query<{ patient: string }>({ text: 'SELECT patient FROM alerts.stay ORDER BY raised_at, id' })).rows
      .map(({ patient }) => patient)
      .toSorted(),
    ['bryn', 'dafydd', 'dafydd'],
  )
})

t.test(
  'HAZ-A09: an answer about somebody registered leaves at the end of a step, after a durable write, as does one about anybody else',
  async (t) => {
    const hospital = await testHospital(t)
    const stepMs = 25
    const counted = async (table: string) =>
      (await hospital.database.query<{ count: number }>({ text: `SELECT count(*)::int AS count FROM ${table}` })).rows[0]?.count
    for (const [patient, table] of [
      [aPatient('dafydd'), 'alerts.message'],
      [aPatient('ada'), 'alerts.unregistered_marks'],
    ] as const) {
      const began = performance.now()
      const answer = await send(hospital, notification('notification-admit', patient))
      t.equal(answer.statusCode, 204)
      t.ok(performance.now() - began >= stepMs, table)
      t.equal(await counted(table), 1, `${table} is written before the answer leaves`)
    }
    await hospital.acted()
  },
)

/** The entry of the register and its consent, for somebody else of the cast. */
const aRegisterEntryOf = (patient: string): Resource[] => {
  const { consent, flag } = aRegisterEntry()
  return JSON.parse(JSON.stringify([consent, flag]).replaceAll('dafydd', patient)) as Resource[]
}

function notification(code: string, patient: Patient, given: Partial<Encounter> = {}, id = 'n1'): Bundle {
  return {
    resourceType: 'Bundle',
    id,
    type: 'message',
    timestamp: at(0),
    entry: [
      {
        fullUrl: 'urn:uuid:1',
        resource: {
          resourceType: 'MessageHeader',
          eventCoding: { system: NOTIFICATION, code },
          source: { endpoint: 'https://epr.example' },
          focus: [{ reference: 'urn:uuid:2' }],
        },
      },
      {
        fullUrl: 'urn:uuid:2',
        resource: { ...encounter(given), subject: { reference: 'urn:uuid:3' }, identifier: [{ system: 'urn:epr', value: 'E1' }] },
      },
      { fullUrl: 'urn:uuid:3', resource: patient },
    ],
  }
}

async function send(hospital: TestHospital, body: unknown, organization = 'hospital', role = 'ward') {
  return hospital.app.inject({
    method: 'POST',
    url: '/fhir/$process-message',
    headers: { authorization: await hospital.bearer(organization, role), 'content-type': 'application/fhir+json' },
    payload: body as object,
  })
}

t.test('a notification with anything at any place is taken or refused with its place, and never a fault', async (t) => {
  const hospital = await testHospital(t)
  const places = (value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] =>
    typeof value === 'object' && value !== null
      ? [path, ...Object.entries(value).flatMap(([name, inner]) => places(inner, [...path, name]))]
      : [path]
  const given = notification('notification-admit', aPatient('dafydd'))
  const swapped = (value: unknown, [first, ...rest]: readonly (string | number)[], by: unknown): unknown =>
    first === undefined
      ? by
      : Array.isArray(value)
        ? value.map((item: unknown, index) => (String(index) === first ? swapped(item, rest, by) : item))
        : { ...(value as object), [first]: swapped((value as Record<string, unknown>)[first], rest, by) }
  for (const path of places(given)) {
    const each = [null, 7, 'a\u0000b', [], {}, [null], [[]], { coding: null }, true].map(async (by) => {
      const answer = await send(hospital, swapped(given, path, by))
      const where = `${path.join('.')} as ${JSON.stringify(by)}`
      if (answer.statusCode !== 204 && answer.statusCode !== 400) t.fail(`${answer.statusCode}: ${where}`)
      if (answer.statusCode === 400 && !/"expression":\["|JSON_/.test(answer.body)) t.fail(`without its place: ${where}`)
    })
    await Promise.all(each)
  }
  const nulls = await send(hospital, { resourceType: 'Bundle', type: 'message', entry: [null] })
  t.match(nulls.json(), { issue: [{ details: { coding: [{ code: 'NOTIFICATION_MALFORMED' }] }, expression: ['Bundle.entry[0]'] }] })
  await hospital.acted()
})

t.test('HAZ-A09: a FHIR message is answered alike for everybody, and nothing is kept of who is not registered', async (t) => {
  const hospital = await testHospital(t)
  const [ours, theirs] = [
    await send(hospital, notification('notification-admit', aPatient('dafydd'))),
    await send(hospital, notification('notification-admit', aPatient('ada'), {}, 'n2')),
  ]
  t.strictSame([ours.statusCode, ours.body], [204, ''])
  t.strictSame([theirs.statusCode, theirs.body], [204, ''])
  t.equal((await send(hospital, notification('notification-admit', aPatient('dafydd')))).statusCode, 204)
  await hospital.acted()
  t.equal(hospital.tasks().filter(([kind]) => kind === 'hospital-alert').length, 1)
  t.match(hospital.encounter(), { status: 'in-progress', serviceProvider: { reference: 'Organization/hospital' } })
  const { rows } = await hospital.database.query<{ patient: string }>({ text: 'SELECT patient FROM alerts.message' })
  t.strictSame(rows, [{ patient: 'dafydd' }])
  t.match(hospital.dependencies.counts.read(), { match: 1, unregistered: 1, repeated: 1 })

  await send(hospital, notification('notification-transfer', aPatient('dafydd'), { location: [{ location: { display: 'ICU' } }] }, 'n3'))
  await send(
    hospital,
    notification('notification-discharge', aPatient('dafydd'), { status: 'finished', period: { start: at(0), end: at(90) } }, 'n4'),
  )
  await hospital.acted()
  t.equal(hospital.encounter().status, 'finished')
})

t.test('a namesake goes to a person; what is no notification, and who is no hospital, is refused', async (t) => {
  const hospital = await testHospital(t)
  const { identifier: _, ...nameless } = aPatient('dafydd')
  t.equal((await send(hospital, notification('notification-admit', nameless))).statusCode, 204)
  await hospital.acted()
  t.strictSame(
    hospital.tasks().map(([kind]) => kind),
    ['identity-review'],
  )
  t.equal((await send(hospital, notification('something-else', aPatient('dafydd')))).statusCode, 400)
  t.equal((await send(hospital, { resourceType: 'Patient' })).statusCode, 400)
  t.equal((await send(hospital, notification('notification-admit', aPatient('dafydd')), 'hospital', 'worker')).statusCode, 403)
})

t.test(
  'HAZ-A20: a notification whose Patient has died closes the stay without a follow-up, and one that says alive opens it again',
  async (t) => {
    const hospital = await testHospital(t)
    const patient = aPatient('dafydd')
    const hear = async (body: Bundle) => {
      t.equal((await send(hospital, body)).statusCode, 204)
      await hospital.acted()
    }
    await hear(notification('notification-admit', patient))
    const ended = { status: 'finished', period: { start: at(0), end: at(20) } } as const
    await hear({ ...notification('notification-discharge', { ...patient, deceasedDateTime: at(20) }, ended, 'n2'), timestamp: at(20) })
    t.equal(hospital.task(/^alert-/).status, 'completed')
    t.notOk(hospital.tasks().some(([kind]) => kind === 'after-discharge'))
    await hear({ ...notification('notification-admit', { ...patient, deceasedBoolean: false }, {}, 'n3'), timestamp: at(30) })
    t.equal(hospital.task(/^alert-/).status, 'requested')
  },
)

t.test('the ward of a notification is read where it stands: in the Location of the same Bundle', async (t) => {
  const hospital = await testHospital(t)
  const given = notification('notification-admit', aPatient('dafydd'), { location: [{ location: { reference: 'urn:uuid:4' } }] })
  const ward: Resource = { resourceType: 'Location', name: 'W3' }
  await send(hospital, { ...given, entry: [...(given.entry ?? []), { fullUrl: 'urn:uuid:4', resource: ward }] })
  await hospital.acted()
  t.match(hospital.task(/^alert-/).description, /^Admitted: Dyffryn Wen General Hospital, W3/)
})
