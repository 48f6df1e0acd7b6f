import t from 'tap'
import { isSilent } from './silence.ts'

const usual = { byDayMs: 30 * 60_000, atNightMs: 3 * 3_600_000 }
const silent = (lastAt: string, now: string) => isSilent(new Date(lastAt), new Date(now), usual)

t.test('HAZ-A11: by day and by night a hospital may be silent for as long as is usual then', async (t) => {
  t.notOk(silent('2026-11-21T12:00:00Z', '2026-11-21T12:30:00Z'))
  t.ok(silent('2026-11-21T12:00:00Z', '2026-11-21T12:31:00Z'))
  t.notOk(silent('2026-11-21T23:00:00Z', '2026-11-22T02:00:00Z'))
  t.ok(silent('2026-11-21T23:00:00Z', '2026-11-22T02:01:00Z'))
})

t.test('HAZ-A11: at 07:00 a quiet night is no alarm, and what goes on by day is one', async (t) => {
  t.notOk(silent('2026-11-21T05:00:00Z', '2026-11-21T07:00:00Z'))
  t.notOk(silent('2026-11-21T05:00:00Z', '2026-11-21T07:30:00Z'))
  t.ok(silent('2026-11-21T05:00:00Z', '2026-11-21T07:31:00Z'))
  t.ok(silent('2026-11-21T04:05:00Z', '2026-11-21T07:10:00Z'), 'longer than is usual at any hour')
})

t.test('HAZ-A11: a hospital that is usually heard more often by night is no alarm at 22:00 either', async (t) => {
  const turned = { byDayMs: usual.atNightMs, atNightMs: usual.byDayMs }
  t.notOk(isSilent(new Date('2026-11-21T20:00:00Z'), new Date('2026-11-21T22:30:00Z'), turned))
  t.ok(isSilent(new Date('2026-11-21T20:00:00Z'), new Date('2026-11-21T22:31:00Z'), turned))
})

t.test('HAZ-A11: night is by the clock on the wall, also where it changes', async (t) => {
  // The clocks go back on 25 October 2026 at 01:00 UTC: 07:00 is 06:00 UTC the day before and 07:00 UTC that day.
  t.notOk(silent('2026-10-25T05:10:00Z', '2026-10-25T06:50:00Z'), 'at 06:50 it is night')
  t.ok(silent('2026-10-24T05:10:00Z', '2026-10-24T06:50:00Z'), 'at 07:50 it is day')
  // And forward on 28 March 2027: 07:00 is 06:00 UTC.
  t.ok(silent('2027-03-28T05:10:00Z', '2027-03-28T06:31:00Z'))
  t.notOk(silent('2027-03-27T22:30:00Z', '2027-03-28T01:20:00Z'), 'the hour that is left out is not counted')
})
