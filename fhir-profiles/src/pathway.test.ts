import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { dueAt } from './calendar.ts'
import { packageFolder, pathwayFolder } from './package.ts'
import { loadHarmWarnings, loadPathway, parsePathway, specialistFor, taskDueAt } from './pathway.ts'

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

// As published for England and Wales at https://www.gov.uk/bank-holidays.
const PUBLISHED = `2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28
  2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-27 2027-12-28`.split(/\s+/)

t.test('the weekdays not worked in England and Wales are those that were published, until the calendar says it no longer knows', (t) => {
  for (const nation of ['england', 'wales'] as const) {
    const calendar = pathway.calendar.of(nation)
    const off: string[] = []
    for (let day = new Date('2026-01-01T12:00:00Z'); day < new Date('2028-01-01T12:00:00Z'); day = new Date(day.getTime() + 86_400_000)) {
      if (day.getUTCDay() % 6 !== 0 && !calendar.isWorked(day)) off.push(day.toISOString().slice(0, 10))
    }
    t.same(off, PUBLISHED, nation)
  }
  t.equal(pathway.calendar.knownUntil, '2027-12-31')
  t.end()
})

t.test('each nation keeps its own bank holidays', (t) => {
  const worked = (nation: 'england' | 'scotland' | 'northern-ireland', on: string) =>
    pathway.calendar.of(nation).isWorked(new Date(`${on}T12:00:00Z`))
  t.ok(worked('england', '2026-01-02'))
  t.notOk(worked('scotland', '2026-01-02'), 'the second of January')
  t.ok(worked('scotland', '2026-04-06'), 'Easter Monday is worked in Scotland')
  t.notOk(worked('northern-ireland', '2026-03-17'), 'Saint Patrick')
  t.notOk(worked('northern-ireland', '2026-07-13'), 'the twelfth of July, a Sunday, is kept on Monday')
  t.end()
})

t.test('a day that was proclaimed once, or is worked all the same, is a line in the file', async (t) => {
  const { calendar, ...others } = await json()
  const day = (on: string) => [{ nation: 'wales', on, source: 'a proclamation' }]
  const changed = parsePathway({
    ...others,
    calendar: JSON.stringify({ ...JSON.parse(calendar), proclaimed: day('2027-06-07'), worked: day('2027-08-30') }),
  }).calendar
  t.notOk(changed.isWorked(new Date('2027-06-07T12:00:00Z')))
  t.ok(changed.isWorked(new Date('2027-08-30T12:00:00Z')))
  t.ok(changed.of('england').isWorked(new Date('2027-06-07T12:00:00Z')))
})

t.test('the time of day is the local one, over the nights in which the clocks change', (t) => {
  const due = (from: string) => dueAt({ workingDays: 1 }, new Date(from), pathway.calendar).toISOString()
  t.equal(due('2026-10-23T14:00:00Z'), '2026-10-26T15:00:00.000Z', 'Friday 15:00 in summer time is Monday 15:00 in winter time')
  t.equal(due('2026-10-22T23:30:00Z'), '2026-10-26T00:30:00.000Z', 'half past midnight on Friday is half past midnight on Monday')
  t.equal(due('2027-03-26T15:00:00Z'), '2027-03-30T14:00:00.000Z', 'Good Friday to the Tuesday after Easter, in summer time')
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
  const reasons = await codesOf('refusal-reason')
  const { notCounted, atOnce } = pathway.referrals.jointReview
  for (const reason of [...notCounted, atOnce.reason]) t.ok(reasons.includes(reason), reason)
  for (const service of atOnce.services) t.ok(services.includes(service), service)
  for (const { careTeamRole } of pathway.alerts.specialists.values()) t.ok(services.includes(careTeamRole), careTeamRole)
  for (const code of pathway.alerts.specialists.keys()) t.ok(code === '*' || registers.includes(code), code)
})

t.test('every harm warning is of codes of ours, says its source, and is a draft until a clinician approves it', async (t) => {
  const [precautions, attributes] = await Promise.all([codesOf('precaution'), codesOf('access-attribute')])
  for (const warning of await loadHarmWarnings()) {
    t.ok(precautions.includes(warning.precaution) && attributes.includes(warning.attribute), warning.id)
    t.equal(warning.status, 'draft')
  }
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
  t.throws(broken('calendar', '2027-12-31', '2027-12-32'), { message: /must be a date/ })
  t.throws(broken('calendar', '"scotland"', '"alba"'), { message: /divisions has no entry for scotland/ })
  t.throws(() => parsePathway({ ...good, calendar: '{' }), { message: /calendar.json is not JSON/ })
})

t.test('a time of day that the clocks leave out is an hour later, and not an hour before; one that comes twice is the first', (t) => {
  const every = { isWorked: () => true, timeZone: 'Europe/London' }
  const due = (from: string, days = 1) => dueAt({ workingDays: days }, new Date(from), every).toISOString()
  t.equal(due('2027-03-27T01:30:00Z'), '2027-03-28T01:30:00.000Z', '01:30 is not there: 02:30')
  t.equal(due('2027-03-27T00:30:00Z'), '2027-03-28T00:30:00.000Z')
  t.equal(due('2027-03-27T02:30:00Z'), '2027-03-28T01:30:00.000Z', '02:30 is there')
  t.equal(due('2027-10-30T00:30:00Z'), '2027-10-31T00:30:00.000Z', '01:30 comes twice')
  t.equal(due('2027-10-30T01:30:00Z'), '2027-10-31T02:30:00.000Z')
  t.end()
})

t.test('in every nation a due time is at the same time of a worked day, so many worked days on, all the year round', (t) => {
  const local = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', timeStyle: 'short' })
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London', dateStyle: 'short' })
  for (const nation of ['england', 'wales', 'scotland', 'northern-ireland'] as const) {
    const calendar = pathway.calendar.of(nation)
    for (
      let from = new Date('2026-03-20T00:30:00Z');
      from < new Date('2028-01-10T00:00:00Z');
      from = new Date(from.getTime() + 17 * 3_600_000)
    ) {
      const due = dueAt({ workingDays: 2 }, from, calendar)
      if (!calendar.isWorked(due) || local.format(due) !== local.format(from))
        t.fail(`${nation} ${from.toISOString()} ${due.toISOString()}`)
      let worked = 0
      for (
        let noon = Date.parse(`${day.format(from)}T12:00:00Z`) + 86_400_000;
        noon < Date.parse(`${day.format(due)}T12:00:00Z`);
        noon += 86_400_000
      )
        worked += calendar.isWorked(new Date(noon)) ? 1 : 0
      if (worked !== 1) t.fail(`${nation} ${from.toISOString()} ${due.toISOString()} ${worked}`)
    }
  }
  t.pass('looked at')
  t.end()
})
