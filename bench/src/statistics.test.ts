import t from 'tap'
import { resultOf } from './compare.ts'
import { measured, median, percentile, rounded } from './statistics.ts'

t.test('the median is the middle, or between the two in the middle', async (t) => {
  t.equal(median([3, 1, 2]), 2)
  t.equal(median([4, 1, 3, 2]), 2.5)
  t.ok(Number.isNaN(median([])))
})

t.test('99 of 100 values do not exceed the 99th percentile', async (t) => {
  const values = Array.from({ length: 100 }, (_, index) => index + 1)
  t.equal(percentile(values, 0.99), 99)
  t.equal(percentile(values, 0.5), 50)
  t.equal(percentile([7], 0.99), 7)
})

t.test('a figure has three digits, and what is no figure is null', async (t) => {
  t.equal(rounded(1234.5), 1235)
  t.equal(rounded(0.123456), 0.123)
  t.equal(rounded(Number.NaN), null)
})

const round = (ours: number, ceiling: number, durationsMs: number[] = []) => ({
  ours: { rate: ours, durationsMs },
  ceiling: { rate: ceiling, durationsMs: [] },
})
const scenario = { name: 'read', unit: 'requests/s', concurrency: 16 }

t.test('a ratio is the middle of the ratios of the rounds, so that a slow minute falls on both sides', async (t) => {
  const { ratio, ours, ceiling, met } = resultOf({ ...scenario, target: { ratio: 0.5 } }, [round(50, 100), round(5, 10), round(30, 50)])
  t.same({ ratio, ours, ceiling, met }, { ratio: 0.5, ours: 30, ceiling: 50, met: true })
})

t.test('a time is met by the calls of all rounds together', async (t) => {
  const slow = Array.from({ length: 100 }, (_, index) => (index < 97 ? 1 : 300))
  t.equal(resultOf({ ...scenario, target: { p99Ms: 250 } }, [round(1, 1, slow)]).met, false)
  t.equal(resultOf({ ...scenario, target: { p99Ms: 301 } }, [round(1, 1, slow)]).met, true)
})

t.test("half of the calls take at most so many times what half of the ceiling's take", async (t) => {
  const twice = { p50Times: 2, p50Ms: 5 }
  const took = (ours: number, ceiling: number) => [{ ours: { rate: 1, durationsMs: [ours] }, ceiling: { rate: 1, durationsMs: [ceiling] } }]
  t.match(resultOf({ ...scenario, target: twice }, took(2, 1)), { met: true, p50: 2, ceilingP50: 1 })
  t.equal(resultOf({ ...scenario, target: twice }, took(2.1, 1)).met, false)
  t.equal(resultOf({ ...scenario, target: twice }, took(5, 4)).met, false)
  t.equal(
    resultOf({ ...scenario, target: twice }, [{ ours: { rate: 1, durationsMs: [1] }, ceiling: undefined }]).met,
    false,
    'beside nothing',
  )
})

t.test('what could not be measured is missed', async (t) => {
  t.match(resultOf({ ...scenario, target: { rate: 1 } }, [], 'answered 500'), { ours: null, met: false, error: 'answered 500' })
})

t.test('a call that does ten things counts as ten', async (t) => {
  t.equal(measured({ durationsMs: [1, 1], elapsedMs: 1_000 }, 10).rate, 20)
})
