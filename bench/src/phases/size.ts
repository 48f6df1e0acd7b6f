/**
 * Cost against size: the same questions to a hub with 100,000 people and to one with 1,000, at the same time. Both stand beside the
 * same ceilings, so the ratio of their rates is the ratio of their ratios. The pages that people use are measured on the larger one.
 */
import { join } from 'node:path'
import { compare } from '../compare.ts'
import type { Result, Scenario } from '../scenario.ts'
import { recordRequests, type Pair, type RecordBench } from '../scenarios/record.ts'
import { measured } from '../statistics.ts'
import { openTown, type Town } from '../world.ts'
import { measurePages } from './pages.ts'
import { only, type Phase, type Run } from './phase.ts'

/** Less than 15% between the two. */
const TARGET = { ratio: 0.85 }
const CONCURRENCY = 16

const SMALL = { people: 1_000, sessionsEach: 20 }
const LARGE = 100_000
const AT_LEAST = 10_000
/** What starting, comparing and clearing up take beside the seeding, in seconds. */
const BESIDE_S = 100

export const sizePhase: Phase = {
  title: 'A hub with 1,000 people and one with 100,000',
  covers: ['size', 'page'],
  run: async (run) => {
    await using small = run.touches('size') ? await openSmall(run) : undefined
    const people = small === undefined ? LARGE : peopleInTime(run, small.secondsAnEntry)
    await using large = await openTown({
      people,
      sessionsEach: sessionsEach(run),
      folder: join(run.folder, 'large'),
      databaseUrl: await run.server.database('large'),
      profileFolder: small === undefined ? run.profileFolder : undefined,
      signal: run.signal,
      tell: run.tell,
    })
    const results = [
      ...(small === undefined ? [] : await compareSizes(run, small, large)),
      ...(run.touches('page') ? await measurePages(large, run) : []),
    ]
    return results.map((result) => ({ ...result, people }))
  },
}

const sessionsEach = ({ full }: Run): number => (full ? 20 : 1)

const openSmall = async ({ folder, server, signal, tell }: Run): Promise<Town> =>
  openTown({ ...SMALL, folder: join(folder, 'small'), databaseUrl: await server.database('small'), signal, tell })

/** How many people the larger hub gets, so that the run ends in time. */
function peopleInTime(run: Run, secondsAnEntry: number): number {
  const fit = Math.floor((run.secondsLeft() - BESIDE_S) / (secondsAnEntry * (sessionsEach(run) + 2)) / 1_000) * 1_000
  const people = Math.max(AT_LEAST, Math.min(LARGE, fit))
  if (people < LARGE) run.tell(`  ${people} instead of ${LARGE} people, so that the run ends in time: --full takes the time it needs`)
  return people
}

async function compareSizes(run: Run, small: Town, large: Town): Promise<readonly Result[]> {
  const [ofSmall, ofLarge] = [await small.hub.token('demo-community-team'), await large.hub.token('demo-community-team')]
  return compare(only(sizeScenarios({ small: { ...small, token: ofSmall }, large: { ...large, token: ofLarge } }), run), run)
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
