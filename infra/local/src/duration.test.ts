import t from 'tap'
import { parseDurationMs } from './duration.ts'

t.test('a duration of fixed length is so many milliseconds', async (t) => {
  t.equal(parseDurationMs('PT30M'), 1_800_000)
  t.equal(parseDurationMs('P1DT2H3M4S'), 93_784_000)
  t.equal(parseDurationMs('P2W'), 1_209_600_000)
  t.equal(parseDurationMs('PT0S'), 0)
})

t.test('months and years have no fixed length, and anything else is no duration', async (t) => {
  for (const text of ['P1M', 'P1Y', 'P', 'PT', 'P1DT', '30M', '-PT1H', 'PT1.5H', 'PT30M ', ''])
    t.equal(parseDurationMs(text), undefined, text)
})
