import fc from '@platform/testing/properties'
import t from 'tap'
import { isUsable, refreshTokenSeconds } from './session-times.ts'

const TIMES = { idleMs: 1_800_000, longestMs: 28_800_000 }

t.test('a refresh token lives until nothing was done for a while, and never past the longest time', async (t) => {
  t.equal(refreshTokenSeconds(TIMES, 0, 0), 1860)
  t.equal(refreshTokenSeconds(TIMES, 0, 28_000), 800)
  t.equal(refreshTokenSeconds(TIMES, 0, 28_800), 1, 'a lifetime has to be positive')
  const seconds = fc.integer({ min: 0, max: 28_798 })
  fc.assert(fc.property(seconds, (now) => now + refreshTokenSeconds(TIMES, 0, now) <= 28_800))
})

t.test('a refresh token that was used may be used once more for a minute, to the second', async (t) => {
  t.equal(isUsable(undefined, 1_000), true)
  t.same(
    [1_000, 1_059, 1_060].map((now) => isUsable(1_000, now)),
    [true, true, false],
  )
})
