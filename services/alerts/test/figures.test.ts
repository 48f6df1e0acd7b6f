/** What a hospital can publish. */
import t from 'tap'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { figuresIn } from '../src/store/figures.ts'
import { NIGHT, testHospital, type TestHospital } from './a-hospital.ts'

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

/** The figures of one hospital since the night of story 4. */
const ofSite = async (hospital: TestHospital, site = 'DYFFRYNWEN') =>
  (await figuresIn(hospital.database).since(NIGHT)).find(({ by, of }) => by === 'site' && of === site)

/** Sends a message when it happens, and waits until it was acted on. */
async function happens(
  hospital: TestHospital,
  minutes: number,
  given: NonNullable<Parameters<typeof anAdmissionMessage>[0]>,
  site = 'DYFFRYNWEN',
) {
  await hospital.moveTo(later(minutes))
  const message = anAdmissionMessage({ ...given, controlId: `M${String(minutes)}`, at: later(minutes) })
  await hospital.send(message.replaceAll('DYFFRYNWEN', site))
  await hospital.acted()
}

t.test('HAZ-A92: a stay is as long as somebody was in hospital, whatever was planned before and mended after', async (t) => {
  const hospital = await testHospital(t)
  const planned = anAdmissionMessage({ controlId: '1', patientClass: 'I', at: later(0) })
  await hospital.send(planned.replaceAll('A01', 'A05'))
  await hospital.acted()
  t.equal(await ofSite(hospital), undefined, 'what is planned is no alert')

  await happens(hospital, 10_000, {})
  t.match(await ofSite(hospital), { alerts: 1, secondsToTell: { p50: 0 } }, 'an alert begins with the admission')
  t.strictSame(await figuresIn(hospital.database).since(later(10_001)), [], 'and is counted there')

  await happens(hospital, 10_060, { event: 'A03' })
  await happens(hospital, 20_000, { event: 'A08' })
  t.equal((await ofSite(hospital))?.secondsInHospital.p50, 60 * 60)
})

t.test('HAZ-A92: an admission that was a mistake is no stay, and nobody is readmitted after it or by it', async (t) => {
  const hospital = await testHospital(t)
  await happens(hospital, 0, {})
  await happens(hospital, 30, { event: 'A11' })
  await happens(hospital, 60, { visit: 'V000448' })
  await happens(hospital, 120, { event: 'A03', visit: 'V000448' })
  const figures = await ofSite(hospital)
  t.match(figures, { alerts: 2, readmittedWithin28Days: 0 })
  t.equal(figures?.secondsInHospital.p99, 60 * 60, 'of the one stay that was')
})

t.test('HAZ-A92: an alert begins with the admission, and not with tracking that called for none', async (t) => {
  const hospital = await testHospital(t)
  const tracking = (minutes: number, patientClass: string) =>
    anAdmissionMessage({ controlId: `T${String(minutes)}`, at: later(minutes) })
      .replaceAll('A01', 'A10')
      .replace('PV1|1|I|', `PV1|1|${patientClass}|`)
  await hospital.send(tracking(0, 'O'))
  await hospital.moveTo(later(10))
  await hospital.send(tracking(10, ''))
  await hospital.acted()
  await happens(hospital, 60, {})
  t.match(await ofSite(hospital), { alerts: 1, secondsToTell: { p50: 0 } })
})

const diedAs = (message: string, pid29: string) => message.replace('||||01\r', `|${pid29}|Y||01\r`)

t.test('HAZ-A92: a stay that a death ended has ended, as long as the hospital says, and else without a length', async (t) => {
  const hospital = await testHospital(t)
  const dies = async (minutes: number, pid29: string, visit: string) => {
    await hospital.moveTo(later(minutes))
    const message = anAdmissionMessage({ event: 'A08', controlId: `D${String(minutes)}`, visit, at: later(minutes) })
    await hospital.send(diedAs(message, pid29))
    await hospital.acted()
  }
  await happens(hospital, 0, { visit: 'V1' })
  t.match(await ofSite(hospital), { ended: 0, endedWithoutLength: 0 })
  for (const [minutes, day] of [
    [100, '20261121'],
    [101, '20261121000000'],
    [102, ''],
  ] as const) {
    await dies(minutes, day, 'V1')
    t.match(await ofSite(hospital), { alerts: 1, ended: 1, endedWithoutLength: 1, secondsInHospital: {} }, `a death on '${day}'`)
    t.equal((await ofSite(hospital))?.secondsInHospital.p50, undefined)
    t.equal(hospital.encounter().period?.end, undefined, 'no date stands in for it')
  }
  const { cells, secondsInHospital, peopleWithLength } =
    (await figuresIn(hospital.database).counted(NIGHT, later(60))).find(({ by }) => by === 'site') ?? {}
  t.strictSame([cells?.ended, secondsInHospital, peopleWithLength], [{ people: 1, times: 1 }, null, 0])

  await dies(110, '202611210314', 'V1')
  t.match(await ofSite(hospital), { ended: 1, endedWithoutLength: 0 })
  t.equal((await ofSite(hospital))?.secondsInHospital.p50, 60 * 60 - 20, 'from 20 seconds past')
  t.match(hospital.encounter(), { status: 'finished', period: { end: '2026-11-21T03:14:00.000Z' } })
  await happens(hospital, 200, { event: 'A08', visit: 'V1' })
  t.match(await ofSite(hospital), { ended: 1 }, 'a message that says nothing of it changes nothing')
  await hospital.send(
    anAdmissionMessage({ event: 'A08', controlId: 'alive', visit: 'V1', at: later(210) }).replace('||||01\r', '||N||01\r'),
  )
  await hospital.acted()
  t.match(await ofSite(hospital), { ended: 0, endedWithoutLength: 0 }, 'it was a mistake')
  t.equal(hospital.encounter().period?.end, undefined)
  await happens(hospital, 240, { event: 'A03', visit: 'V1' })
  t.equal((await ofSite(hospital))?.secondsInHospital.p50, 240 * 60)
})

t.test('HAZ-A92: who goes from one hospital to another is not readmitted, and who comes back is', async (t) => {
  const hospital = await testHospital(t)
  await happens(hospital, 0, { visit: 'V1' })
  await happens(hospital, 60, { event: 'A03', visit: 'V1' })
  await happens(hospital, 90, { visit: 'V2' }, 'COEDGLAS')
  await happens(hospital, 200, { event: 'A03', visit: 'V2' }, 'COEDGLAS')
  t.equal((await ofSite(hospital, 'COEDGLAS'))?.readmittedWithin28Days, 0)
  await happens(hospital, 5 * 1_440, { visit: 'V3' })
  t.match(await ofSite(hospital), { alerts: 2, readmittedWithin28Days: 1 })
})

t.test('HAZ-A92: an alert has reached somebody only where one was told while it stood', async (t) => {
  const hospital = await testHospital(t)
  await hospital.send(anAdmissionMessage({ controlId: '1' }))
  await hospital.acted()
  hospital.record.seed(
    {
      resourceType: 'Subscription',
      id: 'late',
      status: 'requested',
      reason: 'Alerts',
      criteria: 'https://handrail.example/fhir/SubscriptionTopic/alert',
      channel: { type: 'sms', endpoint: '+447700900001' },
    },
    'Organization/hospital',
  )
  await hospital.tell()
  await hospital.running.tellDue()
  await happens(hospital, 10, { event: 'A03' })
  await hospital.database.query({ text: 'UPDATE alerts.delivery SET delivered_at = $1, failed_at = NULL', values: [later(11)] })
  t.match(await ofSite(hospital), { alerts: 1, reached: 0 })
})
