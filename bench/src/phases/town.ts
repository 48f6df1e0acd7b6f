/** A hub with 1,000 people on PostgreSQL alone: the ceilings, the record, referrals, alerts, soak, and the same with 100,000 people. */
import { join } from 'node:path'
import { requestBytes } from '../http-connection.ts'
import { admissionsOf, alertScenarios } from '../scenarios/alerts.ts'
import { driveFrames } from '../admissions.ts'
import { compare, reasonOf, resultOf } from '../compare.ts'
import type { Result, Scenario } from '../scenario.ts'
import { bareQueueScenario, bareScenarios } from '../scenarios/bare.ts'
import { recordRequests, recordScenarios, type Pair } from '../scenarios/record.ts'
import { referralRequests, referralScenarios } from '../scenarios/referrals.ts'
import { soak, type Soaked } from '../soak.ts'
import { rounded } from '../statistics.ts'
import { openTown, residentBytes, type Town } from '../world.ts'
import { organizationOf } from '../seeding.ts'
import { anyOf, only, type Phase, type Run } from './phase.ts'
import { sizeScenarios } from './size.ts'

const ALERTS = ['adt-unregistered', 'adt-registered', 'alert-20-a-second', 'soak-adt']
const SIZE = ['size']

export const townPhase: Phase = {
  title: 'A hub with 1,000 people, its queues in PostgreSQL',
  covers: [
    'bare',
    'read',
    'create',
    'transaction',
    'procedures',
    'identifier',
    'everything',
    'referral-50-a-second-postgresql',
    'referral-sustained-postgresql',
    ...ALERTS,
    'soak',
    'memory',
    ...SIZE,
  ],
  run: async (run) => {
    const { folder, server, profileFolder, tell } = run
    await using town = await openTown({
      folder: join(folder, 'town'),
      databaseUrl: await server.database('town'),
      people: 1_000,
      sessionsEach: 20,
      profileFolder,
      tell,
    })
    const tokens = { token: await town.hub.token('demo-community-team'), adminToken: await town.hub.token('demo-admin') }
    const bench = { ...town, ...tokens, asked: await organizationOf(town.database, 'neurorehab') }
    const results: Result[] = []
    const messages = anyOf(ALERTS, run)
      ? await admissionsOf(bench).catch((error: unknown) => {
          results.push(
            ...ALERTS.filter((name) => run.wanted(name)).map((name) => resultOf({ name, unit: '', concurrency: 0 }, [], reasonOf(error))),
          )
          return undefined
        })
      : undefined
    const scenarios: Scenario[] = [
      ...bareScenarios(town.ceiling),
      bareQueueScenario(town.ceiling, 'postgresql'),
      ...recordScenarios(bench),
      ...referralScenarios(bench, 'postgresql', { p99Ms: 250, rate: 150 }),
      ...(messages === undefined ? [] : alertScenarios(bench, messages)),
    ]
    results.push(...(await compare(only(scenarios, run), run)))
    const soaked = soakedOperations(bench, messages)
    if (only(soaked, run).length > 0) tell('  every operation 2,000 times')
    results.push(...(await soak(only(soaked, run), run)))
    if (run.wanted('memory-after')) results.push(memoryAfter(town))
    if (anyOf(SIZE, run)) results.push(...(await againstSize(town, tokens.token, run)))
    return results
  },
}

type Bench = Town & { readonly token: string; readonly adminToken: string; readonly asked: string }

function soakedOperations(bench: Bench, messages: Awaited<ReturnType<typeof admissionsOf>> | undefined): Soaked[] {
  const { load, hub, settle } = bench
  const requests = recordRequests(bench)
  const named: Record<string, Pair> = {
    read: requests.read,
    create: requests.create,
    'transaction-of-10': requests.transaction,
    procedures: requests.procedures,
    identifier: requests.identified,
    'everything-50': requests.everything50,
    'everything-500': requests.everything500,
  }
  const referral = referralRequests(bench)
  const metadata = requestBytes({ method: 'GET', path: '/fhir/metadata', headers: { accept: 'application/fhir+json' } })
  return [
    ...Object.entries(named).map(([name, { ours }]): Soaked => ({
      name: `soak-${name}`,
      drive: (concurrency, amount) => load.run(ours, concurrency, amount),
      settle,
    })),
    { name: 'soak-metadata', drive: (concurrency, amount) => load.run(() => metadata, concurrency, amount), settle },
    { name: 'soak-referral', drive: (concurrency, amount) => load.run(referral, concurrency, amount), settle },
    ...(messages === undefined
      ? []
      : (['strangers', 'registered'] as const).map((kind): Soaked => ({
          name: `soak-adt-${kind}`,
          drive: (concurrency, amount) => driveFrames(hub.mllpPort, messages[kind], concurrency, amount),
          settle,
        }))),
  ]
}

async function againstSize(small: Town, token: string, run: Run): Promise<Result[]> {
  const { folder, server, tell, full } = run
  tell('  a second hub with 100,000 people')
  await using large = await openTown({
    folder: join(folder, 'large'),
    databaseUrl: await server.database('large'),
    people: 100_000,
    sessionsEach: full ? 20 : 1,
    tell,
  })
  const scenarios = sizeScenarios({ small: { ...small, token }, large: { ...large, token: await large.hub.token('demo-community-team') } })
  return await compare(only(scenarios, run), run)
}

const memoryAfter = (town: Town): Result => ({
  name: 'memory-after-load',
  unit: 'MB',
  concurrency: 1,
  rounds: 1,
  ours: rounded(residentBytes(town.hub.pid) / 1_000_000),
  ceiling: null,
  ratio: null,
  target: null,
  met: null,
  p50: null,
  p99: null,
})
