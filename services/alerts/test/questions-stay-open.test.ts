/** A question about a hospital message stays with the person who was asked until it is answered. HAZ-A82 */
import type { Task } from '@medplum/fhirtypes'
import t from 'tap'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { kindOf } from '../src/domain/vocabulary.ts'
import { testHospital, type TestHospital } from './a-hospital.ts'
import { at, other } from './a-night.ts'

const questions = ({ record }: TestHospital) => record.all<Task>('Task').filter((task) => kindOf(task) === 'identity-review')
const states = (hospital: TestHospital) => questions(hospital).map(({ status }) => status)

t.test('what the hospital deleted is asked about until somebody answers, whatever it sends of the person afterwards', async (t) => {
  const hospital = await testHospital(t)
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  await hospital.send(other('A23', { controlId: 'Q1', at: at(1) }))
  await hospital.acted()
  t.strictSame(states(hospital), ['requested'])
  await hospital.send(anAdmissionMessage({ event: 'A02', ward: 'W5^^', controlId: 'Q2', at: at(2) }))
  await hospital.acted()
  await hospital.moveTo(at(3))
  t.strictSame(states(hospital), ['requested'])
})

t.test(
  'a visit that was moved to somebody else is asked about until somebody answers, whatever comes of the person afterwards',
  async (t) => {
    const hospital = await testHospital(t)
    await hospital.send(anAdmissionMessage())
    await hospital.acted()
    const moved = anAdmissionMessage({ for: 'ada', visit: 'V000448', controlId: 'Q3', at: at(1) })
      .replace('ADT^A01^ADT_A01', 'ADT^A45')
      .replace('PV1|', 'MRG|H000447^^^DYFFRYNWEN^MR||||V000447^^^DYFFRYNWEN\rPV1|')
    await hospital.send(moved)
    await hospital.acted()
    t.strictSame(states(hospital), ['requested'])
    t.match(questions(hospital)[0]?.description, /wrong person.*Every alert of it was taken back/)
    await hospital.send(anAdmissionMessage({ visit: 'V000449', controlId: 'Q4', at: at(2) }))
    await hospital.acted()
    await hospital.moveTo(at(3))
    t.strictSame(states(hospital), ['requested'])
  },
)

t.test('a person who says that a mismatch is the person after all is heard: the alert is raised', async (t) => {
  const hospital = await testHospital(t)
  await hospital.send(anAdmissionMessage({ person: { family: 'Evans', given: 'Gwyn', birthDate: '1951-05-05' } }))
  await hospital.acted()
  const [question] = questions(hospital)
  t.match(question?.description, /date of birth and names differ/)
  t.equal(hospital.tasks().filter(([kind]) => kind === 'hospital-alert').length, 0)
  const closed = await hospital.app.inject({
    method: 'POST',
    url: `/fhir/Task/${String(question?.id)}/$close`,
    headers: { authorization: await hospital.bearer('single-point-of-access'), 'content-type': 'application/fhir+json' },
    payload: { resourceType: 'Parameters', parameter: [{ name: 'outcome', valueCode: 'same-person' }] },
  })
  t.equal(closed.statusCode, 200)
  await hospital.tell()
  await hospital.acted()
  t.equal(hospital.tasks().filter(([kind]) => kind === 'hospital-alert').length, 1)
})
