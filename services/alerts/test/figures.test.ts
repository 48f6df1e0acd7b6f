/** What a hospital can publish, and what a ward can print when the database is down. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Consent } from '@medplum/fhirtypes'
import t from 'tap'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { figuresIn } from '../src/store/figures.ts'
import { readLastGood } from '../src/store/last-good.ts'
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
})

t.test('HAZ-A18: the last good views are there without the database, encrypted, and go when somebody leaves the register', async (t) => {
  const hospital = await testHospital(t)
  await hospital.moveTo(later(1))
  const { folder } = hospital.dependencies
  const [view, ...others] = readLastGood(folder)
  t.strictSame(others, [])
  t.match(view, { patient: 'dafydd', name: /Dafydd/, bornOn: '1979-01-14', nhsNumbers: ['9990004447'], at: later(1).toISOString() })
  t.equal(view?.lines.length, 7)
  t.match(view?.lines[2]?.text, /^Refill due by 23 Nov 2026/)
  const files = readdirSync(join(folder, 'last-good'))
  t.equal(files.length, 1)
  t.notMatch([...files, readFileSync(join(folder, 'last-good', files[0] ?? ''), 'latin1')].join(), /dafydd|Rees|9990004447/i)

  hospital.record.fail(503, 50)
  await hospital.moveTo(later(60 * 25)).catch(() => undefined)
  t.equal(readLastGood(folder).length, 1, 'a record that does not answer leaves the last good copy')
  hospital.record.fail(503, 0)
  const consent = hospital.record.read<Consent>('Consent/dafydd-alert-consent')
  hospital.record.seed({ ...consent, status: 'inactive' })
  await hospital.tell()
  await hospital.moveTo(later(60 * 25 + 1))
  t.strictSame(readLastGood(folder), [])
})
