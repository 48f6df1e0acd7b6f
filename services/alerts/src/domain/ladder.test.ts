import t from 'tap'
import { loadPathway } from '@handrail/fhir-profiles/pathway'
import fc from '@platform/testing/properties'
import { doneAfter, ladderUnder, lengthening, longestWaitMs, stepDueAt, stepsBy, type LadderStep } from './ladder.ts'

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
  const [shorter, same, longer] = [{ ladder: [5, 10] }, { ladder: [15, 30, 60] }, { ladder: [10, 45] }]
  t.strictSame(lengthening(ladder, [shorter, same, longer, { ladder: [] }]), [longer], 'one that would is named')
})

t.test('HAZ-A102: what is written down of a step says how long nobody answered, also where a rule takes it sooner', async (t) => {
  const { alerts } = await loadPathway()
  const said = (rules: Parameters<typeof ladderUnder>[1]) => ladderUnder(alerts.ladder, rules).map(({ says }) => says.split(':')[0])
  t.strictSame(said([]).slice(1), ['Not acknowledged for 30 minutes', 'Not acknowledged for an hour'])
  t.strictSame(said([{ ladder: [5, 10, 20] }]).slice(1), ['Not acknowledged for 10 minutes', 'Not acknowledged for 20 minutes'])
  t.strictSame(said([{ ladder: [15, 45, 90] }]), said([]), 'a rule that would lengthen it changes nothing of it')
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

t.test('HAZ-A65: after the hub stood still each step is taken, and the hours that went by unheard are asked for once', async (t) => {
  const raisedAt = new Date('2026-11-21T02:00:00Z')
  const after = (minutes: number) => new Date(raisedAt.getTime() + minutes * 60_000)
  const done = (role: 'ward' | 'specialist', taken: number, minutes: number) => doneAfter(ladder, role, raisedAt, taken, after(minutes))
  t.strictSame(
    [0, 1].map((taken) => done('specialist', taken, 3 * 24 * 60)),
    [1, 2],
    'nobody of the ladder is left out',
  )
  t.equal(done('specialist', 2, 60), 3)
  t.equal(done('specialist', 3, 120), 4, 'in time: one hour after the other')
  const late = done('specialist', 2, 3 * 24 * 60)
  t.equal(stepDueAt(ladder, 'specialist', raisedAt, late).getTime(), after(3 * 24 * 60 + 60).getTime(), 'the next one an hour from then')
  t.equal(done('ward', 1, 60 + 90), 3, 'an hour and a half late: the next one is the second hour after')
  t.equal(stepDueAt(ladder, 'ward', raisedAt, 3).getTime(), after(180).getTime())
})

t.test('HAZ-A120: where a ladder stands by now the next step is still to come, and no further off than the ladder is long', async (t) => {
  const raisedAt = new Date('2026-11-21T02:00:00Z')
  const by = (role: 'ward' | 'specialist', minutes: number) =>
    stepsBy(ladder, role, raisedAt, new Date(raisedAt.getTime() + minutes * 60_000))
  t.strictSame(
    [0, 14, 15, 30, 59, 60, 119, 120].map((minutes) => by('specialist', minutes)),
    [0, 0, 1, 2, 2, 3, 3, 4],
  )
  t.strictSame(
    [0, 29, 30, 60, 119, 120].map((minutes) => by('ward', minutes)),
    [0, 0, 1, 2, 2, 3],
  )
  const ways = fc.tuple(fc.constantFrom('ward' as const, 'specialist' as const), fc.nat(60 * 24 * 30))
  fc.assert(
    fc.property(ways, ([role, minutes]) => {
      const now = raisedAt.getTime() + minutes * 60_000
      const next = stepDueAt(ladder, role, raisedAt, by(role, minutes)).getTime()
      return next > now && next <= now + longestWaitMs(ladder)
    }),
  )
})

t.test('HAZ-A65: what is due next is never due already, whatever the hour', async () => {
  const ways = fc.tuple(fc.constantFrom('ward' as const, 'specialist' as const), fc.nat(40), fc.nat(60 * 24 * 30))
  fc.assert(
    fc.property(ways, ([role, taken, minutes]) => {
      const raisedAt = new Date('2026-11-21T02:00:00Z')
      const at = new Date(raisedAt.getTime() + minutes * 60_000)
      const done = doneAfter(ladder, role, raisedAt, taken, at)
      const named = ladder.length - (role === 'ward' ? 1 : 0)
      return done > taken && (done < named || stepDueAt(ladder, role, raisedAt, done) > at)
    }),
  )
})
