import t from 'tap'
import { withReviews } from './rules.ts'

t.test('HAZ-A13: the operator sees of a rule that the day has passed by which its words were to be looked at again', async (t) => {
  const rule = (id: string, reviewBy?: string) => ({
    rule: id,
    title: id,
    speaks: reviewBy !== undefined,
    ...(reviewBy === undefined ? {} : { approval: { by: 'Dr Example, clinical lead', on: '2026-06-01', reviewBy } }),
  })
  const rules = [rule('past', '2026-06-20'), rule('today', '2026-06-21'), rule('draft')]
  const passed = (now: string) => withReviews(rules, new Date(now)).map(({ reviewPassed }) => reviewPassed)
  t.strictSame(passed('2026-06-20T23:30:00Z'), [true, false, false], 'by the clock on the wall')
  t.strictSame(passed('2026-06-21T23:30:00Z'), [true, true, false])
})
