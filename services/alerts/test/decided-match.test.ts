/** HAZ-A01: what a person decided of whom a hospital means holds for what says exactly the same, and is forgotten where anything casts doubt on it. */
import type { Patient, Task } from '@medplum/fhirtypes'
import t from 'tap'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { until } from '@platform/testing/until'
import { kindOf } from '../src/domain/vocabulary.ts'
import { openWatchList } from '../src/store/watch-list.ts'
import { testHospital, type TestHospital } from './a-hospital.ts'
import { at, other } from './a-night.ts'

const EVANS = { family: 'Evans', given: 'Gwyn' }
type Given = NonNullable<Parameters<typeof anAdmissionMessage>[0]>

const reviews = ({ record }: TestHospital) => record.all<Task>('Task').filter((task) => kindOf(task) === 'identity-review')
const open = (hospital: TestHospital) => reviews(hospital).filter(({ status }) => status === 'requested').length

/** Closes the oldest question that is open. */
async function close(hospital: TestHospital, outcome: string): Promise<void> {
  const task = reviews(hospital).find(({ status }) => status === 'requested')
  const closed = await hospital.app.inject({
    method: 'POST',
    url: `/fhir/Task/${String(task?.id)}/$close`,
    headers: { authorization: await hospital.bearer('single-point-of-access'), 'content-type': 'application/fhir+json' },
    payload: { resourceType: 'Parameters', parameter: [{ name: 'outcome', valueCode: outcome }] },
  })
  if (closed.statusCode !== 200) throw new Error(closed.body)
  await hospital.tell()
  await hospital.acted()
}

let controlId = 0
async function say(hospital: TestHospital, given: Given = {}, change = (message: string) => message): Promise<void> {
  controlId += 1
  await hospital.send(change(anAdmissionMessage({ person: EVANS, controlId: `D${controlId}`, at: at(controlId), ...given })))
  await hospital.acted()
}

/** A hospital of which a person has decided that Gwyn Evans under this number is Dafydd. */
async function decided(scope: Parameters<typeof testHospital>[0]): Promise<TestHospital> {
  const hospital = await testHospital(scope)
  await say(hospital)
  await close(hospital, 'same-person')
  return hospital
}

t.test(
  'after a person said whom it means, what says the same of the same number is not asked again, in this process or the next',
  async (t) => {
    const hospital = await testHospital(t)
    await say(hospital)
    t.match(reviews(hospital)[0]?.description, /Same-person holds for later messages of this hospital about the same hospital number/)
    await say(hospital, { event: 'A02', ward: 'W5^^' })
    t.equal(open(hospital), 2)
    await close(hospital, 'same-person')
    await until('the other question is closed', () => open(hospital) === 0)
    t.match(hospital.task(/^alert-/).description, /W5/)

    await say(hospital, { event: 'A02', ward: 'W7^^' })
    t.match(hospital.task(/^alert-/).description, /W7/)
    await say(hospital, { event: 'A03' })
    await say(hospital, {}, (message) => message.replaceAll('V000447', 'V000448'))
    t.equal(reviews(hospital).length, 2, 'of the next stay neither')
    t.equal(hospital.record.all<Task>('Task').filter((task) => kindOf(task) === 'hospital-alert').length, 2)

    const [, restarted] = [await openWatchList(hospital.database), await openWatchList(hospital.database)]
    t.equal(restarted.get('dafydd')?.decided?.length, 1)
    const { rows } = await hospital.database.query<{ row: number; disposition: string }>({
      text: 'SELECT row, disposition FROM alerts.message ORDER BY id DESC LIMIT 1',
    })
    t.strictSame(rows, [{ row: 2, disposition: 'matched' }], 'kept with the row by which it was decided')
    const { rows: held } = await hospital.database.query<{ text: string }>({
      text: 'SELECT d::text AS text FROM alerts.decided_match AS d',
    })
    t.notMatch(JSON.stringify(held), /Evans|evans|9990004447|1979/)
  },
)

t.test('so it is of a birth date that differs', async (t) => {
  const hospital = await testHospital(t)
  const person = { birthDate: '1979-01-15' }
  await say(hospital, { person })
  await close(hospital, 'same-person')
  await say(hospital, { person, event: 'A02', ward: 'W7^^' })
  t.equal(open(hospital), 0)
  t.match(hospital.task(/^alert-/).description, /W7/)
})

t.test('any change is asked again: of the name, the birth date, the number, the hospital, and of what is held of the person', async (t) => {
  const hospital = await decided(t)
  const asked = async (what: string, given: Given, change?: (message: string) => string) => {
    const before = open(hospital)
    await say(hospital, given, change)
    t.equal(open(hospital), before + 1, what)
  }
  await asked('another name', { person: { ...EVANS, given: 'Glyn' } })
  await asked('another birth date with the right name', { person: { birthDate: '1979-01-15' } })
  await asked('another number', {}, (message) => message.replace('H000447', 'H000448'))
  await asked('another authority', {}, (message) => message.replace('H000447^^^DYFFRYNWEN', 'H000447^^^ELSEWHERE'))
  await asked('another hospital', {}, (message) => message.replace('|PAS|DYFFRYNWEN|', '|PAS|ELSEWHERE|'))
  await asked('a number that is not verified', {}, (message) => message.replace('|01\r', '|02\r'))
  await say(hospital)
  const waiting = open(hospital)
  const patient = hospital.record.read<Patient>('Patient/dafydd')
  hospital.record.seed<Patient>({ ...patient, name: [...(patient.name ?? []), { family: 'Price', given: ['Dafydd'] }] })
  await hospital.tell()
  await asked('the person has another name in the record', {})
  t.equal(open(hospital), waiting + 1)
})

t.test('what was decided is forgotten when somebody says that a message about the person is not', async (t) => {
  const hospital = await decided(t)
  await say(hospital, { person: { ...EVANS, given: 'Glyn' } })
  await close(hospital, 'wrong-person')
  await say(hospital)
  t.equal(open(hospital), 1, 'of another message')

  await close(hospital, 'same-person')
  await say(hospital)
  t.equal(open(hospital), 0)
  const answer = hospital.task(/-specialist$/)
  const system = 'https://handrail.example/fhir/CodeSystem'
  hospital.record.seed<Task>({
    ...answer,
    status: 'completed',
    output: [
      {
        type: { coding: [{ system: `${system}/task-output`, code: 'outcome' }] },
        valueCodeableConcept: { coding: [{ system: `${system}/alert-outcome`, code: 'wrong-person' }] },
      },
    ],
  })
  await hospital.tell()
  await say(hospital)
  t.equal(open(hospital), 1, 'of the alert itself')
})

t.test('and when the number is another one’s', async (t) => {
  const hospital = await decided(t)
  const { watchList } = hospital.dependencies
  const number = { authority: 'DYFFRYNWEN', value: 'H000447' }
  await watchList.refresh('other', async () => ({ patient: 'other', nhsNumbers: [], hospitalNumbers: [], names: [], registers: [] }))
  await watchList.tie('other', [number], at(0))
  t.strictSame(watchList.get('dafydd')?.hospitalNumbers, [], 'whose it was is known to have it no longer')
  await watchList.tie('dafydd', [number], at(1))
  await say(hospital)
  t.equal(open(hospital), 1, 'though it came back')
})

t.test('a merge of the hospital that moves the number, or of the record, makes a person decide anew; undoing it does too', async (t) => {
  const hospital = await decided(t)
  const { watchList, mergedRecords } = hospital.dependencies
  await hospital.send(
    other('A40', {
      controlId: 'M1',
      visit: 'V999',
      person: { nhsNumber: '9990548609', family: 'Tudor', given: 'Bryn', birthDate: '1965-06-02' },
    }).replace(/PV1\|[^\r]*\r/, 'MRG|H000447^^^DYFFRYNWEN^MR\r'),
  )
  await hospital.acted()
  const before = open(hospital)
  await say(hospital)
  t.equal(open(hospital), before + 1, 'the survivor is somebody else')

  const remembered = async () => {
    await watchList.refresh('dafydd', () => hospital.dependencies.register.watched('dafydd', at(0)))
    return watchList.get('dafydd')?.decided?.length ?? 0
  }
  for (const change of [() => mergedRecords.follow('twin', 'dafydd'), () => mergedRecords.undo('twin')]) {
    await watchList.remember('dafydd', { details: 'something', message: '1' }, at(0))
    t.equal(await remembered(), 1)
    await change()
    t.equal(await remembered(), 0)
  }
})

t.test('a decision that is heard again after a crash is remembered once', async (t) => {
  const hospital = await testHospital(t)
  const { watchList } = hospital.dependencies
  await say(hospital)
  const { rows } = await hospital.database.query<{ id: string }>({ text: 'SELECT id::text AS id FROM alerts.message' })
  const [{ id } = { id: '' }] = rows
  for (let time = 0; time < 2; time += 1) await hospital.dependencies.received.remember(id, 'dafydd')
  t.equal(watchList.get('dafydd')?.decided?.length, 1)
  await hospital.dependencies.received.remember(id, 'somebody else')
  await say(hospital)
  t.equal(open(hospital), 2, 'until its number is tied, which is done with the message itself, it decides nothing')
})
