import type { Encounter, Patient, ServiceRequest, Task } from '@medplum/fhirtypes'
import t from 'tap'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { tellOfDeaths } from '../src/outbox/tell-of-death.ts'
import { NIGHT, testHospital, type TestHospital } from './a-hospital.ts'

const at = (minutes: number) => new Date(Date.parse('2026-11-21T02:14:00Z') + minutes * 60_000)
const KIND = 'https://handrail.example/fhir/CodeSystem/task-kind'

const need = (id: string, requester: string): ServiceRequest => ({
  resourceType: 'ServiceRequest',
  id,
  status: 'active',
  intent: 'proposal',
  subject: { reference: 'Patient/dafydd' },
  requester: { reference: requester },
})
const task = (id: string, kind: string, of: string, owner: string, status: Task['status']): Task => ({
  resourceType: 'Task',
  id,
  status,
  intent: 'order',
  code: { coding: [{ system: KIND, code: kind }] },
  focus: { reference: `ServiceRequest/${of}` },
  for: { reference: 'Patient/dafydd' },
  owner: { reference: owner },
  restriction: { period: { end: '2026-12-01' } },
})

/** Dafydd goes to a class that the community team asked for, and waits for triage of a second need. */
async function withNeeds(t: Parameters<typeof testHospital>[0]): Promise<TestHospital> {
  const hospital = await testHospital(t)
  hospital.record.seed(need('exercise', 'Organization/community-team'))
  hospital.record.seed(task('class', 'referral', 'exercise', 'Organization/therapy-centre', 'accepted'))
  hospital.record.seed(need('splint', 'Practitioner/somebody'))
  hospital.record.seed(task('triage', 'single-point-of-access', 'splint', 'Organization/single-point-of-access', 'requested'))
  return hospital
}
const died = (message: string) => message.replace('||||01\r', '|20261121034400|Y||01\r')
const alive = (message: string) => message.replace('||||01\r', '||N||01\r')
const told = (hospital: TestHospital) =>
  hospital.record
    .all<Task>('Task')
    .filter(({ code }) => code?.coding?.[0]?.code === 'death-notice')
    .map(({ owner, status, input }) => [owner?.reference, status, input?.[0]?.valueReference?.reference])
async function hear(hospital: TestHospital, message: string) {
  t.match(await hospital.send(message), { code: 'CA' })
  await hospital.acted()
  await hospital.moveTo(NIGHT)
  await hospital.deathsTold()
}
const BOTH = [
  ['Organization/community-team', 'requested', 'ServiceRequest/exercise'],
  ['Organization/single-point-of-access', 'requested', 'ServiceRequest/splint'],
]

t.test('HAZ-A20: a death in hospital closes the stay, asks nobody to call, and each team that answers for a need knows', async (t) => {
  const hospital = await withNeeds(t)
  await hear(hospital, anAdmissionMessage())
  const before = hospital.record.read<Task>('Task/class')
  t.equal(before.status, 'on-hold')
  await hear(hospital, died(anAdmissionMessage({ event: 'A03', controlId: '2', at: at(90) })))
  await hear(hospital, died(anAdmissionMessage({ event: 'A03', controlId: '2', at: at(90) })))

  t.equal(hospital.task(/^alert-/).status, 'completed')
  t.notOk(hospital.record.all<Task>('Task').some(({ code }) => code?.coding?.[0]?.code === 'after-discharge'))
  t.strictSame(told(hospital), BOTH)
  t.strictSame(await hospital.notices(), ['raised', 'closed (quiet)'])
  t.strictSame(hospital.record.read<Task>('Task/class'), before, 'whoever gives the sessions reads nothing new')
  const said = hospital.record.all<Task>('Task').filter((each) => each.for !== undefined)
  t.notMatch(JSON.stringify(said), /died|death/i, 'nothing that the person or a carer may read says so')

  await hear(hospital, anAdmissionMessage({ event: 'A13', controlId: '3', at: at(100) }))
  t.equal(hospital.task(/^alert-/).status, 'requested', 'the discharge was a mistake: the alert stands again')
  t.strictSame(
    told(hospital).map(([, status]) => status),
    ['cancelled', 'cancelled'],
  )
  await hear(hospital, died(anAdmissionMessage({ event: 'A03', controlId: '4', at: at(200) })))
  t.strictSame(told(hospital), BOTH, 'the same two Tasks are open again')
})

t.test('HAZ-A20: an update that brings the death closes the stay too, and one that says alive opens it again', async (t) => {
  const hospital = await withNeeds(t)
  await hear(hospital, anAdmissionMessage())
  await hear(hospital, died(anAdmissionMessage({ event: 'A08', controlId: '2', at: at(60) })))
  t.equal(hospital.task(/^alert-/).status, 'completed')
  t.equal(hospital.encounter().status, 'finished')
  t.strictSame(told(hospital), BOTH)
  await hear(hospital, alive(anAdmissionMessage({ event: 'A08', controlId: '3', at: at(70) })))
  t.equal(hospital.task(/^alert-/).status, 'requested')
  t.equal(hospital.encounter().status, 'in-progress')
  t.ok(told(hospital).every(([, status]) => status === 'cancelled'))
})

t.test('HAZ-A20: a hospital that says so of the person and of no stay is heard, and closes the stay of another hospital', async (t) => {
  const hospital = await withNeeds(t)
  await hear(hospital, anAdmissionMessage())
  const notice = died(anAdmissionMessage({ controlId: '2', visit: 'V9', at: at(60) })).replace(/ADT\^A01\^ADT_A01/, 'ADT^A31^ADT_A05')
  await hear(hospital, notice)
  await hear(hospital, notice)
  t.equal(hospital.task(/^alert-/).status, 'completed')
  t.strictSame(told(hospital), BOTH)
})

t.test('HAZ-A20: a death noted in the record closes the alert as over and not as a mistake, and ends a follow-up', async (t) => {
  const hospital = await withNeeds(t)
  await hear(hospital, anAdmissionMessage({ controlId: '1', visit: 'V1' }))
  await hear(hospital, anAdmissionMessage({ event: 'A03', controlId: '2', visit: 'V1', at: at(60) }))
  await hear(hospital, anAdmissionMessage({ controlId: '3', visit: 'V2', at: at(120) }))
  t.equal(hospital.task(/^after-discharge-/).status, 'requested')

  const patient = hospital.record.read<Patient>('Patient/dafydd')
  hospital.record.seed({ ...patient, deceasedDateTime: '2026-11-21' })
  await hospital.tell()
  await hospital.moveTo(NIGHT)
  t.equal(hospital.task(/^after-discharge-/).status, 'cancelled')
  t.strictSame(
    hospital.record
      .all<Task>('Task')
      .filter(({ code }) => code?.coding?.[0]?.code === 'hospital-alert')
      .map(({ status, statusReason }) => [status, statusReason]),
    [
      ['completed', undefined],
      ['completed', undefined],
    ],
  )
  t.strictSame(
    hospital.record.all<Encounter>('Encounter').map(({ status }) => status),
    ['finished', 'finished'],
  )
  t.strictSame(told(hospital), BOTH)

  hospital.record.seed(patient)
  await hospital.tell()
  await hospital.moveTo(NIGHT)
  t.ok(
    told(hospital).every(([, status]) => status === 'cancelled'),
    'it was a mistake',
  )
})

t.test('HAZ-A20: two processes that tell of a death that is taken back and said again leave the owners knowing what is so', async (t) => {
  const hospital = await withNeeds(t)
  const { deaths, record } = hospital.dependencies
  const tell = async (through = record) => tellOfDeaths({ ...hospital.dependencies, record: through, otherwise: async () => '' }, NIGHT)
  const say = async (dead: boolean) => deaths.says('record', dead ? 'dafydd' : undefined, NIGHT)
  await say(true)
  await tell()
  t.strictSame(told(hospital), BOTH)

  await say(false)
  const [reached, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const slow: typeof record = {
    ...record,
    change: async (reference, decide) => {
      reached.resolve()
      await goesOn.promise
      return record.change(reference, decide)
    },
  }
  const elsewhere = tell(slow) // another process takes it back, and takes its time
  await reached.promise
  await say(true)
  await tell()
  goesOn.resolve()
  await elsewhere
  await hospital.moveTo(NIGHT)
  await hospital.deathsTold()
  t.strictSame(told(hospital), BOTH)
})

t.test(
  'HAZ-A134: who comes into hospital after they were said to have died is asked about, once, and the question ends with the death',
  async (t) => {
    const hospital = await withNeeds(t)
    const asPerson = (message: string) => message.replace(/ADT\^A01\^ADT_A01/, 'ADT^A31^ADT_A05')
    const questions = () => hospital.record.all<Task>('Task').filter(({ code }) => code?.coding?.[0]?.code === 'identity-review')
    await hear(hospital, anAdmissionMessage({ controlId: '1', visit: 'V1', at: at(0) }))
    await hear(hospital, asPerson(died(anAdmissionMessage({ controlId: '2', at: at(10) }))))
    t.strictSame(questions(), [], 'the stay in which they died is no question')
    await hear(hospital, anAdmissionMessage({ controlId: '3', visit: 'V2', at: at(60) }))
    await hear(hospital, anAdmissionMessage({ event: 'A02', controlId: '4', visit: 'V2', at: at(70), ward: 'W5^^' }))
    t.match(questions(), [
      {
        status: 'requested',
        priority: 'asap',
        description:
          /had died, and a hospital says that they came in after that.* Nobody has been alerted\. It came on .* from Dyffryn Wen General Hospital/,
        input: [{ valueReference: { reference: 'Patient/dafydd' } }],
      },
    ])
    t.equal(questions().length, 1)
    const open = () =>
      hospital.record.all<Task>('Task').filter(({ code, status }) => code?.coding?.[0]?.code === 'hospital-alert' && status === 'requested')
    t.strictSame(open(), [])

    await hear(hospital, asPerson(alive(anAdmissionMessage({ controlId: '5', at: at(80) }))))
    await hospital.moveTo(NIGHT)
    t.equal(questions()[0]?.status, 'completed')
    t.match(questions()[0]?.note?.at(-1)?.text, /the alert was raised\. Nothing is left to decide/)
    t.equal(open().length, 2, 'both stays go on')
  },
)

t.test('HAZ-A133: a team that has acted on a death is asked anew when it is taken back, and again when it is said again', async (t) => {
  const hospital = await withNeeds(t)
  const asPerson = (message: string) => message.replace(/ADT\^A01\^ADT_A01/, 'ADT^A31^ADT_A05')
  const notices = () => hospital.record.all<Task>('Task').filter(({ code }) => code?.coding?.[0]?.code === 'death-notice')
  const answer = (...statuses: Task['status'][]) =>
    notices().forEach((task, index) => hospital.record.seed({ ...task, status: statuses[index] ?? task.status }))
  const stand = () => notices().map(({ status, description = '' }) => [status, /^The death .* was taken back/.test(description)])
  await hear(hospital, asPerson(died(anAdmissionMessage({ controlId: '1', at: at(10) }))))
  answer('completed', 'accepted')
  await hear(hospital, asPerson(alive(anAdmissionMessage({ controlId: '2', at: at(20) }))))
  const asked = [
    ['requested', true],
    ['requested', true],
  ]
  t.strictSame(stand(), asked, 'who has ended what was planned, or begun to')
  await hear(hospital, asPerson(alive(anAdmissionMessage({ controlId: '3', at: at(25) }))))
  t.strictSame(stand(), asked)

  answer('completed')
  await hear(hospital, asPerson(died(anAdmissionMessage({ controlId: '4', at: at(30) }))))
  t.strictSame(stand(), [
    ['requested', false],
    ['requested', false],
  ])
  await hear(hospital, asPerson(alive(anAdmissionMessage({ controlId: '5', at: at(40) }))))
  t.ok(
    notices().every(({ status }) => status === 'cancelled'),
    'nobody had acted on it',
  )
})

t.test('HAZ-A20: a hospital takes a death back in whatever message it says so, of the person or of the stay', async (t) => {
  const asPerson = (message: string) => message.replace(/ADT\^A0[18]\^ADT_A01/, 'ADT^A31^ADT_A05')
  const hospital = await withNeeds(t)
  const stands = () => [hospital.task(/^alert-/).status, told(hospital).every(([, status]) => status === 'cancelled')]
  await hear(hospital, anAdmissionMessage())
  await hear(hospital, asPerson(died(anAdmissionMessage({ controlId: '2', at: at(60) }))))
  t.strictSame(stands(), ['completed', false])
  await hear(hospital, alive(anAdmissionMessage({ event: 'A08', controlId: '3', at: at(50) })))
  t.strictSame(stands(), ['completed', false], 'an older update that comes late takes nothing back')
  await hear(hospital, alive(anAdmissionMessage({ event: 'A08', controlId: '4', at: at(70) })))
  t.strictSame(stands(), ['requested', true])

  await hear(hospital, died(anAdmissionMessage({ event: 'A08', controlId: '5', at: at(80) })))
  t.strictSame(stands(), ['completed', false])
  await hear(hospital, asPerson(alive(anAdmissionMessage({ controlId: '6', at: at(90) }))))
  t.strictSame(stands(), ['requested', true])
  t.equal(hospital.encounter().status, 'in-progress')
})

t.test('HAZ-A101: a death that a hospital has taken back is not believed again because its message comes late', async (t) => {
  const asPerson = (message: string) => message.replace(/ADT\^A01\^ADT_A01/, 'ADT^A31^ADT_A05')
  const hospital = await withNeeds(t)
  const late = (controlId: string) => asPerson(died(anAdmissionMessage({ controlId, at: at(60) })))
  await hear(hospital, anAdmissionMessage())
  await hear(hospital, asPerson(alive(anAdmissionMessage({ controlId: '2', at: at(70) }))))
  await hear(hospital, late('3'))
  t.equal(hospital.task(/^alert-/).status, 'requested', 'also where it was taken back before it was heard of')
  await hear(hospital, asPerson(died(anAdmissionMessage({ controlId: '4', at: at(80) }))))
  t.equal(hospital.task(/^alert-/).status, 'completed')
  await hear(hospital, alive(anAdmissionMessage({ event: 'A08', controlId: '5', at: at(90) })))
  await hear(hospital, late('6'))
  t.equal(hospital.task(/^alert-/).status, 'requested')
  t.ok(told(hospital).every(([, status]) => status === 'cancelled'))
})

t.test('HAZ-A101: that somebody is alive, told of a stay, is remembered by the stay, and a death is held against it', async (t) => {
  const asPerson = (message: string) => message.replace(/ADT\^A01\^ADT_A01/, 'ADT^A31^ADT_A05')
  const hospital = await withNeeds(t)
  const rows = async () => (await hospital.database.query({ text: 'SELECT source FROM alerts.death' })).rows.length
  const stands = () => hospital.task(/^alert-/).status
  await hear(hospital, alive(anAdmissionMessage()))
  await hear(hospital, alive(anAdmissionMessage({ event: 'A08', controlId: '2', at: at(70) })))
  t.equal(await rows(), 0, 'a hospital that says so in every message has nothing written beside its stay')
  await hear(hospital, asPerson(died(anAdmissionMessage({ controlId: '3', at: at(60) }))))
  t.strictSame([stands(), await rows()], ['requested', 0], 'a death that was recorded before, and comes after')
  await hear(hospital, asPerson(died(anAdmissionMessage({ controlId: '4', at: at(80) }))))
  t.strictSame([stands(), await rows()], ['completed', 1], 'one that was recorded since')
  await hear(hospital, alive(anAdmissionMessage({ event: 'A08', controlId: '5', at: at(75) })))
  t.equal(stands(), 'completed', 'which an older message does not take back')
  await hear(hospital, alive(anAdmissionMessage({ event: 'A08', controlId: '6', at: at(90) })))
  t.equal(stands(), 'requested')
  await hear(hospital, asPerson(died(anAdmissionMessage({ controlId: '7', at: at(85) }))))
  t.equal(stands(), 'requested', 'also where a death stood meanwhile')
})

t.test(
  'HAZ-A101: an alert that was never told of is raised, and counted, when the death or discharge before it is taken back',
  async (t) => {
    const hospital = await testHospital(t)
    await hear(hospital, anAdmissionMessage({ event: 'A03', at: at(60) }))
    t.strictSame(await hospital.notices(), [])
    await hear(hospital, anAdmissionMessage({ event: 'A13', controlId: '2', at: at(70) }))
    t.strictSame(await hospital.notices(), ['raised'])
  },
)
