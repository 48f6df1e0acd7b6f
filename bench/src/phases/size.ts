/**
 * Cost against size: the same questions to a hub with 100,000 people and to one with 1,000, at the same time. Both stand beside the
 * same ceilings, so the ratio of their rates is the ratio of their ratios.
 */
import type { Scenario } from '../scenario.ts'
import { recordRequests, type Pair, type RecordBench } from '../scenarios/record.ts'
import { measured } from '../statistics.ts'

/** Less than 15% between the two. */
const TARGET = { ratio: 0.85 }
const CONCURRENCY = 16

/** `ours` is the large hub, `ceiling` the small one. */
export function sizeScenarios({ small, large }: { small: RecordBench; large: RecordBench }): Scenario[] {
  const [ofSmall, ofLarge] = [recordRequests(small), recordRequests(large)]
  const compared: [string, (requests: typeof ofSmall) => Pair][] = [
    ['read', ({ read }) => read],
    ['create', ({ create }) => create],
    ['procedures', ({ procedures }) => procedures],
    ['identifier', ({ identified }) => identified],
    ['everything-50', ({ everything50 }) => everything50],
  ]
  return compared.map(([name, pick]) => ({
    name: `size-${name}`,
    unit: 'requests/s',
    concurrency: CONCURRENCY,
    target: TARGET,
    ours: async (forMs) => {
      const outcome = measured(await large.load.run(pick(ofLarge).ours, CONCURRENCY, { forMs }))
      await large.settle()
      return outcome
    },
    ceiling: async (forMs) => {
      const outcome = measured(await small.load.run(pick(ofSmall).ours, CONCURRENCY, { forMs }))
      await small.settle()
      return outcome
    },
  }))
}
