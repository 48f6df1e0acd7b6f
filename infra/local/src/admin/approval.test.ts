/** Who stands for words that a ward goes by, and until when. HAZ-A13 */
import t from 'tap'
import { readApproval } from './approval.ts'

const NOW = new Date('2026-06-30T23:30:00Z') // the first of July by the clock on the wall
const approve = (...typed: readonly string[]) => {
  const asked = readApproval('rule', ['approve', 'alert-anyone', ...typed], 'rule', NOW)
  return asked.action === 'approve' ? asked.approval() : undefined
}
const LEAD = ['--by', 'Dr Example, clinical lead'] as const
const LATER = ['--review', '2027-07-01'] as const

t.test('HAZ-A13: an approval is by somebody with a name and a role', async (t) => {
  t.match(approve(...LEAD, ...LATER), { by: 'Dr Example, clinical lead', on: '2026-07-01', reviewBy: '2027-07-01' })
  for (const nobody of ['', ' ', 'x', 'Dr Example', ', clinical lead', 'Dr Example,'])
    t.throws(() => approve('--by', nobody, ...LATER), /name and role/, nobody)
  t.throws(() => approve(...LATER), /name and role/)
})

t.test('HAZ-A13: nobody has agreed on a day that has not come, or until one that has gone', async (t) => {
  t.match(approve(...LEAD, ...LATER, '--on', '2026-01-31'), { on: '2026-01-31' })
  for (const on of ['2026-07-02', '2030-01-01', '2026-02-31', 'today']) t.throws(() => approve(...LEAD, ...LATER, '--on', on), /--on/, on)
  for (const review of ['2026-07-01', '2021-01-01', '2027-02-30', '2027-13-01', 'never'])
    t.throws(() => approve(...LEAD, '--on', '2020-01-01', '--review', review), /--review/, review)
})
