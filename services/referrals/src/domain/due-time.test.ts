import fc from 'fast-check'
import t from 'tap'
import { dueAt, weekdays } from './due-time.ts'

const at = (text: string) => new Date(`${text}:00.000Z`)
const due = (from: string, workingDays: number) => dueAt(at(from), { workingDays }, weekdays).toISOString().slice(0, 16)

t.test('working days keep the time of day and pass over the weekend', async (t) => {
  t.equal(due('2026-11-04T10:00', 2), '2026-11-06T10:00', 'Wednesday to Friday')
  t.equal(due('2026-11-06T15:00', 2), '2026-11-10T15:00', 'Friday to Tuesday')
  t.equal(due('2026-11-07T09:00', 1), '2026-11-09T09:00', 'Saturday to Monday')
  t.equal(due('2026-11-04T10:00', 10), '2026-11-18T10:00', 'two weeks')
})

t.test('hours are counted through nights and weekends', async (t) => {
  t.same(dueAt(at('2026-11-06T22:00'), { hours: 4 }, weekdays), at('2026-11-07T02:00'))
})

t.test('a due time of working days lies ahead, on a working day, and more days are never earlier', async () => {
  fc.assert(
    fc.property(
      fc.date({ min: at('2020-01-01T00:00'), max: at('2040-01-01T00:00'), noInvalidDate: true }),
      fc.integer({ min: 1, max: 60 }),
      (from, workingDays) => {
        const one = dueAt(from, { workingDays }, weekdays)
        const more = dueAt(from, { workingDays: workingDays + 1 }, weekdays)
        return one > from && weekdays.isWorked(one) && more > one
      },
    ),
  )
})
