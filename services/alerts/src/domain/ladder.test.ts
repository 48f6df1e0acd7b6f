import t from 'tap'
import { ladderUnder, stepDueAt, type LadderStep } from './ladder.ts'

const ladder: readonly LadderStep[] = [
  { afterMinutes: 15, does: 'second-channel', says: 'again' },
  { afterMinutes: 30, does: 'next-role', role: 'site-lead', says: 'lead' },
  { afterMinutes: 60, does: 'next-role', role: 'on-call', says: 'on call' },
]
const minutes = (steps: readonly LadderStep[]) => steps.map(({ afterMinutes }) => afterMinutes)

t.test('HAZ-A07: a rule may shorten the ladder, and none lengthens it', async (t) => {
  t.strictSame(minutes(ladderUnder(ladder, [])), [15, 30, 60])
  t.strictSame(minutes(ladderUnder(ladder, [{ ladder: [5, 10] }])), [5, 10, 60])
  t.strictSame(minutes(ladderUnder(ladder, [{ ladder: [20, 45, 120] }, { ladder: [10] }])), [10, 30, 60])
})

t.test('the ward has 30 and 60 minutes, the specialist team 15, 30 and 60; then each hour', async (t) => {
  const at = new Date('2026-11-21T02:14:00Z')
  const due = (role: 'ward' | 'specialist', done: number) => (stepDueAt(ladder, role, at, done).getTime() - at.getTime()) / 60_000
  t.strictSame(
    [0, 1, 2, 3].map((done) => due('ward', done)),
    [30, 60, 120, 180],
  )
  t.strictSame(
    [0, 1, 2, 3].map((done) => due('specialist', done)),
    [15, 30, 60, 120],
  )
})
