/** A clock that was ahead for a while: the ladder of an unanswered alert goes on from where it stands, and not from the time that the clock showed. */
import t from 'tap'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { NIGHT, testHospital, type TestHospital } from './a-hospital.ts'

const later = (minutes: number) => new Date(NIGHT.getTime() + minutes * 60_000)
const AHEAD = new Date('2027-04-12T09:00:00Z')

const stands = (hospital: TestHospital, role: 'ward' | 'specialist') => {
  const { status, restriction, businessStatus, note = [] } = hospital.task(new RegExp(`-${role}$`))
  return { status, due: restriction?.period?.end, step: businessStatus?.coding?.[0]?.code, notes: note.length }
}

t.test('HAZ-A120: after a clock that was ahead, an alert is escalated when it is due by the right one', async (t) => {
  const hospital = await testHospital(t)
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  const [ward, specialist] = [stands(hospital, 'ward'), stands(hospital, 'specialist')]
  const words = hospital.task(/^alert-/).note?.length ?? 0

  await hospital.moveTo(AHEAD)
  t.match(stands(hospital, 'ward'), { due: /^2027-04/, step: 'on-call' })
  t.ok((hospital.task(/^alert-/).note?.length ?? 0) > words, 'the ward reads that nobody was reached')
  await hospital.moveTo(later(10))
  t.strictSame(stands(hospital, 'ward'), ward, 'due as it was before')
  t.strictSame(stands(hospital, 'specialist'), specialist)
  t.equal(hospital.task(/^alert-/).note?.length ?? 0, words, 'what was said at times that have not come is no longer said')

  await hospital.moveTo(later(16))
  t.match(stands(hospital, 'specialist'), { step: 'second-channel', due: later(30).toISOString() })
  t.strictSame(stands(hospital, 'ward'), ward)
  await hospital.moveTo(AHEAD)
  await hospital.moveTo(later(45))
  t.match(stands(hospital, 'specialist'), { step: 'site-lead', due: later(60).toISOString() }, 'steps that it was time for stay taken')
  t.match(stands(hospital, 'ward'), { step: 'site-lead', due: later(60).toISOString() })
  await hospital.moveTo(later(61))
  t.match(stands(hospital, 'ward'), { step: 'on-call', due: later(120).toISOString() })
})

t.test('HAZ-A120: an answer that somebody gave while the clock was ahead stays given', async (t) => {
  const hospital = await testHospital(t)
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  await hospital.moveTo(AHEAD)
  hospital.record.seed({ ...hospital.task(/-ward$/), status: 'accepted' })
  await hospital.tell()
  await hospital.acted()
  const ward = stands(hospital, 'ward')
  await hospital.moveTo(later(45))
  t.strictSame(stands(hospital, 'ward'), ward)
  t.match(stands(hospital, 'specialist'), { status: 'requested', due: later(60).toISOString() })
})

t.test('HAZ-A120: an alert that was raised while the clock was ahead is escalated from when the clock was right again', async (t) => {
  const hospital = await testHospital(t)
  await hospital.moveTo(AHEAD)
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  t.match(stands(hospital, 'ward'), { due: /^2027-04/ })
  await hospital.moveTo(later(0))
  t.match(stands(hospital, 'ward'), { status: 'requested', due: later(30).toISOString() })
  await hospital.moveTo(later(31))
  t.match(stands(hospital, 'ward'), { step: 'site-lead', due: later(60).toISOString() })
})

t.test('HAZ-A120: a demonstration that goes back for a while takes no alert of a later day back with it', async (t) => {
  const hospital = await testHospital(t, { demo: true })
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  const [ward, specialist] = [stands(hospital, 'ward'), stands(hospital, 'specialist')]
  for (const at of [new Date('2026-10-05T08:00:00Z'), AHEAD, new Date('2026-11-16T09:00:00Z'), AHEAD, later(5)]) await hospital.moveTo(at)
  t.strictSame([stands(hospital, 'ward'), stands(hospital, 'specialist')], [ward, specialist])
})
