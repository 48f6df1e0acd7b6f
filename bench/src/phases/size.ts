/**
 * Cost against size: the same questions to a hub with 100,000 people and to one with 1,000, at the same time. Both stand beside the
 * same ceilings, so the ratio of their rates is the ratio of their ratios.
 */
import { join } from 'node:path'
import { compare } from '../compare.ts'
import type { Scenario } from '../scenario.ts'
import { recordRequests, type Pair, type RecordBench } from '../scenarios/record.ts'
import { measured } from '../statistics.ts'
import { openTown } from '../world.ts'
import { only, type Phase } from './phase.ts'

/** Less than 15% between the two. */
const TARGET = { ratio: 0.85 }
const CONCURRENCY = 16

const SMALL = { people: 1_000, sessionsEach: 20 }
const LARGE = 100_000
const AT_LEAST = 10_000
/** What starting, comparing and clearing up take beside the seeding, in seconds. */
const BESIDE_S = 75

export const sizePhase: Phase = {
  title: 'A hub with 1,000 people and one with 100,000',
  covers: ['size'],
  run: async (run) => {
    const { folder, server, full, signal, secondsLeft, tell } = run
    await using small = await openTown({
      ...SMALL,
      folder: join(folder, 'small'),
      databaseUrl: await server.database('small'),
      signal,
      tell,
    })
    const sessionsEach = full ? 20 : 1
    const fit = Math.floor((secondsLeft() - BESIDE_S) / (small.secondsAnEntry * (sessionsEach + 2)) / 1_000) * 1_000
    const people = Math.max(AT_LEAST, Math.min(LARGE, fit))
    if (people < LARGE) tell(`  ${people} instead of ${LARGE} people, so that the run ends in time: --full takes the time it needs`)
    await using large = await openTown({
      people,
      sessionsEach,
      folder: join(folder, 'large'),
      databaseUrl: await server.database('large'),
      signal,
      tell,
    })
    const [ofSmall, ofLarge] = [await small.hub.token('demo-community-team'), await large.hub.token('demo-community-team')]
    const scenarios = only(sizeScenarios({ small: { ...small, token: ofSmall }, large: { ...large, token: ofLarge } }), run)
    const results = await compare(scenarios, run)
    return results.map((result) => ({ ...result, people }))
  },
}

/** `ours` is the large hub, `ceiling` the small one. */
function sizeScenarios({ small, large }: { small: RecordBench; large: RecordBench }): Scenario[] {
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
