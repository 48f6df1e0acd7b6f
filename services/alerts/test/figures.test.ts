/** What a hospital can publish. */
import t from 'tap'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { figuresIn } from '../src/store/figures.ts'
import { NIGHT, testHospital } from './a-hospital.ts'

const later = (minutes: number) => new Date(NIGHT.getTime() + minutes * 60_000)

t.test('figures tell how many alerts reached somebody, how fast, and who answered, by site and by rule', async (t) => {
  const hospital = await testHospital(t)
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  await hospital.moveTo(later(10))
  const ward = hospital.task(/-ward$/)
  hospital.record.seed({ ...ward, status: 'accepted' })
  await hospital.tell()
  await hospital.acted()
  await hospital.moveTo(later(31))
  await hospital.send(anAdmissionMessage({ event: 'A03', controlId: '2', at: later(120) }))
  await hospital.acted()
  const figures = await figuresIn(hospital.database).since(NIGHT)
  const site = figures.find(({ by }) => by === 'site')
  t.match(site, {
    of: 'DYFFRYNWEN',
    alerts: 1,
    reached: 1,
    acknowledged: 1,
    escalations: 2, // the specialist team, at 15 and at 30 minutes
    readmittedWithin28Days: 0,
    secondsToTell: { p50: 0 },
    secondsToAcknowledge: { p50: 600 },
  })
  t.equal(site?.secondsInHospital.p50, 120 * 60 + 20)
  t.ok(figures.some(({ by, of }) => by === 'rule' && of === 'alert-intrathecal-baclofen-pump'))
  t.strictSame(await figuresIn(hospital.database).since(later(1)), [])
  const one = { people: 1, times: 1 }
  const counted = await figuresIn(hospital.database).counted(NIGHT, later(60))
  t.match(
    counted.find(({ by }) => by === 'site'),
    {
      of: 'DYFFRYNWEN',
      cells: { alerts: one, reached: one, acknowledged: one, ended: one, readmitted: { people: 0, times: 0 } },
      secondsToAcknowledge: 600,
    },
  )
  t.strictSame(await figuresIn(hospital.database).counted(later(60), later(120)), [])

  const { publishedFigures } = hospital.dependencies
  t.equal(await publishedFigures.read('2026-Q4'), undefined, 'the quarter is not over')
  await hospital.moveTo(new Date('2027-01-30T09:00:00Z'))
  const published = await publishedFigures.read('2026-Q4')
  t.match(
    published?.rows.find(({ by }) => by === 'site'),
    { of: 'DYFFRYNWEN', alerts: '*', readmitted: 0 },
  )
  await hospital.database.query({ text: `UPDATE alerts.stay SET wrong_person = true` })
  t.strictSame(await figuresIn(hospital.database).counted(NIGHT, later(60)), [])
  await hospital.moveTo(new Date('2027-05-30T09:00:00Z'))
  t.strictSame(await publishedFigures.read('2026-Q4'), published, 'whatever is heard later')
  t.strictSame((await publishedFigures.read('2027-Q1'))?.rows, [], 'nothing is an answer')
  for (const table of ['published_quarter', 'published_figures'])
    await t.rejects(hospital.database.query({ text: `DELETE FROM alerts.${table}` }), /never changed/)
})
