/** From an admission to its end: one alert for each stay, through transfer, discharge, cancellation and consent withdrawn, whatever the order. */
import type { Consent, Encounter, Patient, Task } from '@medplum/fhirtypes'
import t from 'tap'
import { openLog } from '@platform/service/log'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { until } from '@platform/testing/until'
import { readDemo } from '@handrail/fhir-profiles/demo'
import { NIGHT, testHospital } from './a-hospital.ts'
import { later, at, other } from './a-night.ts'

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
  await hospital.send(anAdmissionMessage({ event: 'A03', controlId: '3', ward: 'W3^^', at: at(110) }))
  await hospital.acted()
  t.strictSame(hospital.tasks(), [
    ['hospital-alert', 'completed', 'Organization/pump-centre'],
    ['ward', 'cancelled', 'Organization/hospital'],
    ['specialist', 'cancelled', 'Organization/pump-centre'],
    ['after-discharge', 'requested', 'Organization/community-team'],
  ])
  t.match(hospital.encounter(), { status: 'finished', period: { end: '2026-11-21T04:04:00.000Z' } })
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

t.test(
  'HAZ-A135: with its last day a consent or decision ends, and with its first an entry begins, though nobody writes anything',
  async (t) => {
    const hospital = await testHospital(t)
    const consent = hospital.record.read<Consent>('Consent/dafydd-alert-consent')
    const seed = async (period: { start?: string; end?: string }) => {
      hospital.record.seed({ ...consent, provision: { ...consent.provision, period } })
      await hospital.tell()
    }
    const raised = async (controlId: string) => {
      const before = hospital.record.all('Task').length
      await hospital.send(anAdmissionMessage({ controlId, visit: `V${controlId}` }))
      await hospital.acted()
      return hospital.record.all('Task').length > before
    }
    await seed({ end: '2026-11-22' })
    await hospital.moveTo(new Date('2026-11-22T23:59:00Z'))
    t.ok(await raised('1'))
    await hospital.moveTo(new Date('2026-11-23T00:01:00Z'))
    t.equal(hospital.dependencies.watchList.get('dafydd'), undefined)
    t.notOk(await raised('2'))
    t.strictSame(new Set(hospital.tasks().map(([, status]) => status)), new Set(['cancelled']), 'as a consent that is withdrawn')

    await seed({ start: '2026-11-25' })
    t.notOk(await raised('3'))
    await hospital.moveTo(new Date('2026-11-25T00:01:00Z'))
    t.ok(await raised('4'), 'nobody is missed who has agreed from today on')
  },
)

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
  hospital.record.seed({ resourceType: 'Practitioner', id: 'mair' })
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

t.test(
  'HAZ-A16: what waits for a decision after one stay goes on waiting while the person is in hospital again, whoever decides on the first',
  async (t) => {
    const hospital = await testHospital(t)
    const task = () => hospital.record.read<Task>('Task/class')
    hospital.record.seed({
      resourceType: 'Task',
      id: 'class',
      status: 'accepted',
      intent: 'order',
      code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: 'referral' }] },
      for: { reference: 'Patient/dafydd' },
      owner: { reference: 'Organization/therapy-centre' },
      restriction: { period: { end: '2026-12-01' } },
    })
    hospital.record.seed({ resourceType: 'Practitioner', id: 'mair' })
    const hear = async (message: string) => {
      await hospital.send(message)
      await hospital.acted()
    }
    const followUps = () => hospital.record.all<Task>('Task').filter(({ code }) => code?.coding?.[0]?.code === 'after-discharge')
    const resume = async (followUp: Task | undefined) => {
      const by = { name: 'by', valueReference: { reference: 'Practitioner/mair' } }
      const answer = await hospital.app.inject({
        method: 'POST',
        url: `/fhir/Task/${followUp?.id ?? ''}/$close`,
        headers: { authorization: await hospital.bearer('community-team'), 'content-type': 'application/fhir+json' },
        payload: { resourceType: 'Parameters', parameter: [{ name: 'outcome', valueCode: 'resume' }, by] },
      })
      t.equal(answer.statusCode, 200)
      await hospital.tell()
      await hospital.acted()
    }
    await hear(anAdmissionMessage())
    await hear(anAdmissionMessage({ event: 'A03', controlId: '2', at: at(10) }))
    await hear(anAdmissionMessage({ controlId: '3', visit: 'V77', at: at(20) }))
    await resume(followUps()[0])
    t.equal(task().status, 'on-hold', 'they are in hospital')
    await hear(anAdmissionMessage({ event: 'A03', controlId: '4', visit: 'V77', at: at(30) }))
    t.equal(task().status, 'on-hold')
    const second = followUps().find(({ status }) => status === 'requested')
    t.match(second?.input, [{ valueReference: { reference: 'Task/class' } }], 'it is asked about again')

    await hear(anAdmissionMessage({ controlId: '5', visit: 'V78', at: at(40) }))
    await hear(anAdmissionMessage({ event: 'A11', controlId: '6', visit: 'V78', at: at(50) }))
    t.equal(task().status, 'on-hold', 'an admission that was a mistake decides nothing about the stay before it')
    await resume(second)
    t.equal(task().status, 'accepted')
    t.equal(task().extension, undefined)
  },
)

t.test(
  'HAZ-A67: what was decided after a discharge that was taken back resumes nothing after the one that follows: it is asked anew, about all that waits then',
  async (t) => {
    const hospital = await testHospital(t)
    const session = (id: string) =>
      hospital.record.seed<Task>({
        resourceType: 'Task',
        id,
        status: 'accepted',
        intent: 'order',
        code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: 'referral' }] },
        for: { reference: 'Patient/dafydd' },
        owner: { reference: 'Organization/therapy-centre' },
        restriction: { period: { end: '2026-12-01' } },
      })
    const task = (id: string) => hospital.record.read<Task>(`Task/${id}`)
    const followUp = () => hospital.task(/^after-discharge-/)
    const happens = async (message: Parameters<typeof anAdmissionMessage>[0], minutes: number) => {
      await hospital.moveTo(at(minutes))
      await hospital.send(anAdmissionMessage({ ...message, controlId: String(minutes), at: at(minutes) }))
      await hospital.acted()
    }
    const decide = async (outcome: string) => {
      const by = { name: 'by', valueReference: { reference: 'Practitioner/mair' } }
      const answer = await hospital.app.inject({
        method: 'POST',
        url: `/fhir/Task/${String(followUp().id)}/$close`,
        headers: { authorization: await hospital.bearer('community-team'), 'content-type': 'application/fhir+json' },
        payload: { resourceType: 'Parameters', parameter: [{ name: 'outcome', valueCode: outcome }, by] },
      })
      await hospital.tell()
      await hospital.acted()
      return answer.statusCode
    }
    hospital.record.seed({ resourceType: 'Practitioner', id: 'mair' })
    session('class')
    await happens({}, 10)
    await happens({ event: 'A03' }, 60)
    t.equal(await decide('resume'), 200)
    t.equal(task('class').status, 'accepted')

    await happens({ event: 'A13' }, 90)
    t.equal(task('class').status, 'on-hold', 'they are in hospital')
    session('gym')
    await hospital.tell()
    await hospital.acted()
    await happens({ event: 'A03' }, 900)
    for (const id of ['class', 'gym']) t.equal(task(id).status, 'on-hold', id)
    t.equal(followUp().status, 'requested')
    t.strictSame(new Set(followUp().input?.map(({ valueReference }) => valueReference?.reference)), new Set(['Task/class', 'Task/gym']))
    t.equal(followUp().output, undefined)
    t.notOk(
      followUp().note?.some(({ authorReference }) => authorReference !== undefined),
      'and nobody has answered it',
    )

    t.equal(await decide('change'), 200)
    t.match(task('class'), { status: 'accepted', note: [{ text: /go on differently/ }] })
    t.equal(task('gym').status, 'accepted')
  },
)

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
