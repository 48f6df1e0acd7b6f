import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { dueAt } from './calendar.ts'
import { packageFolder, pathwayFolder } from './package.ts'
import { loadPathway, parsePathway, specialistFor, taskDueAt } from './pathway.ts'

const pathway = await loadPathway()
const json = async () => {
  const [referrals, alerts, calendar] = await Promise.all(
    ['neuro-rehabilitation.json', 'hospital-alerts.json', 'calendar.json'].map((name) => readFile(join(pathwayFolder, name), 'utf8')),
  )
  return { referrals: referrals ?? '', alerts: alerts ?? '', calendar: calendar ?? '' }
}
const codesOf = async (system: string): Promise<string[]> => {
  const { concept }: { concept: { code: string }[] } = JSON.parse(await readFile(join(packageFolder, `CodeSystem-${system}.json`), 'utf8'))
  return concept.map(({ code }) => code)
}

t.test('working days keep the time of day and skip the weekend', (t) => {
  t.equal(dueAt({ workingDays: 2 }, new Date('2026-11-20T15:00:00Z'), pathway.calendar).toISOString(), '2026-11-24T15:00:00.000Z')
  t.equal(dueAt({ workingDays: 2 }, new Date('2026-11-21T02:14:00Z'), pathway.calendar).toISOString(), '2026-11-24T02:14:00.000Z')
  t.end()
})

t.test('a day is the local day: half past eleven at night UTC in summer is already the next one', (t) => {
  t.notOk(pathway.calendar.isWorked(new Date('2026-07-03T23:30:00Z')), 'Friday night by UTC, Saturday by the clock')
  t.ok(pathway.calendar.isWorked(new Date('2026-07-05T23:30:00Z')), 'Sunday night by UTC, Monday by the clock')
  t.end()
})

t.test('bank holidays are not counted', (t) => {
  t.equal(dueAt({ workingDays: 1 }, new Date('2026-12-24T10:00:00Z'), pathway.calendar).toISOString(), '2026-12-29T10:00:00.000Z')
  t.end()
})

t.test('hours and minutes pass at weekends too', (t) => {
  t.equal(dueAt({ minutes: 30 }, new Date('2026-11-21T02:14:00Z'), pathway.calendar).toISOString(), '2026-11-21T02:44:00.000Z')
  t.equal(dueAt({ hours: 4 }, new Date('2026-11-21T02:14:00Z'), pathway.calendar).toISOString(), '2026-11-21T06:14:00.000Z')
  t.end()
})

t.test('a request without priority is clocked as routine', (t) => {
  const from = new Date('2026-11-23T10:00:00Z')
  t.same(taskDueAt(pathway, 'referral', undefined, from), taskDueAt(pathway, 'referral', 'routine', from))
  t.equal(taskDueAt(pathway, 'referral', 'urgent', from).toISOString(), '2026-11-24T10:00:00.000Z')
  t.end()
})

t.test('a kind of task without a due time is refused, never defaulted', (t) => {
  t.throws(() => taskDueAt(pathway, 'errand', 'routine', new Date(0)), { message: /has no entry for errand/ })
  t.end()
})

t.test('the pump centre answers for a pump, the community team for what nobody else does', (t) => {
  t.same(specialistFor(pathway, 'intrathecal-baclofen-pump').otherwise.value, 'pump-centre')
  t.same(specialistFor(pathway, 'multiple-sclerosis').otherwise.value, 'community-team')
  t.end()
})

t.test('every word of the pathway is a code of ours', async (t) => {
  const kinds = await codesOf('task-kind')
  const services = await codesOf('service-kind')
  const registers = await codesOf('register')
  for (const kind of [...pathway.referrals.due.keys(), pathway.alerts.afterDischarge.kind]) t.ok(kinds.includes(kind), kind)
  for (const service of pathway.referrals.stages.flatMap((stage) => stage.services)) t.ok(services.includes(service), service)
  for (const { careTeamRole } of pathway.alerts.specialists.values()) t.ok(services.includes(careTeamRole), careTeamRole)
  for (const code of pathway.alerts.specialists.keys()) t.ok(code === '*' || registers.includes(code), code)
})

t.test('a malformed file is refused with a sentence that names the place', async (t) => {
  const good = await json()
  const broken = (key: 'referrals' | 'alerts' | 'calendar', from: string, to: string) => () =>
    parsePathway({ ...good, [key]: good[key].replace(from, to) })
  t.throws(broken('referrals', '"workingDays": 2', '"workingDays": -2'), {
    message: 'pathway/neuro-rehabilitation.json.due.single-point-of-access.routine.workingDays must be a whole number, one or more.',
  })
  t.throws(broken('referrals', '"singlePointOfAccess": "single-point-of-access"', '"singlePointOfAccess": "nobody"'), {
    message: /names the owner nobody/,
  })
  t.throws(broken('referrals', '"title"', '"titel"'), { message: /unknown key titel/ })
  t.throws(broken('alerts', '"*":', '"other":'), { message: /an entry \*/ })
  t.throws(broken('alerts', '"afterMinutes": 30', '"afterMinutes": 5'), { message: /must rise/ })
  t.throws(broken('calendar', '2026-12-25', '2026-12-32'), { message: /must be a date/ })
  t.throws(() => parsePathway({ ...good, calendar: '{' }), { message: /calendar.json is not JSON/ })
})
