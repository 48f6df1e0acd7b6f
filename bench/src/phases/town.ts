/** A hub with 1,000 people on PostgreSQL alone: the ceilings, the record, referrals, alerts, soak. */
import { join } from 'node:path'
import { requestBytes } from '../http-connection.ts'
import { admissionsOf, alertScenarios } from '../scenarios/alerts.ts'
import { driveFrames } from '../admissions.ts'
import { compare, reasonOf, resultOf } from '../compare.ts'
import type { Result, Scenario } from '../scenario.ts'
import { bareQueueScenario, bareScenarios } from '../scenarios/bare.ts'
import { readingRequests, readingScenarios } from '../scenarios/reading.ts'
import { recordRequests, recordScenarios, type Pair } from '../scenarios/record.ts'
import { referralRequests, referralScenarios } from '../scenarios/referrals.ts'
import { sharingScenarios } from '../scenarios/sharing.ts'
import { soak, type Soaked } from '../soak.ts'
import { rounded } from '../statistics.ts'
import { openCeilings, openTown, residentBytes, type Ceilings, type Town } from '../world.ts'
import { organizationOf } from '../seeding.ts'
import { anyOf, only, type Phase } from './phase.ts'

const ALERTS = ['adt-unregistered', 'adt-registered', 'alert-20-a-second', 'soak-adt']

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
    'summary',
    'timeline',
    'shl-manifest',
    'referral-50-a-second-postgresql',
    'referral-sustained-postgresql',
    ...ALERTS,
    'soak',
    'memory-after-load',
  ],
  run: async (run) => {
    const { folder, server, profileFolder, signal, tell } = run
    await using town = await openTown({
      folder: join(folder, 'town'),
      databaseUrl: await server.database('town'),
      people: 1_000,
      sessionsEach: 20,
      profileFolder,
      signal,
      tell,
    })
    await using ceilings = await openCeilings(town)
    const tokens = { token: await town.hub.token('demo-community-team'), adminToken: await town.hub.token('demo-admin') }
    const bench = { ...town, ...ceilings, ...tokens, asked: await organizationOf(town.database, 'neurorehab') }
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
      ...bareScenarios(ceilings.ceiling),
      bareQueueScenario(ceilings.ceiling, 'postgresql'),
      ...recordScenarios(bench),
      ...readingScenarios(bench),
      ...(anyOf(['shl-manifest'], run) ? await sharingScenarios(bench) : []),
      ...referralScenarios(bench, 'postgresql', { p99Ms: 250, rate: 150 }),
      ...(messages === undefined ? [] : alertScenarios(bench, messages)),
    ]
    results.push(...(await compare(only(scenarios, run), run)))
    const soaked = soakedOperations(bench, messages)
    if (only(soaked, run).length > 0) tell('  every operation 2,000 times')
    results.push(...(await soak(only(soaked, run), run)))
    if (run.wanted('memory-after-load')) results.push(memoryAfter(town))
    return results
  },
}

type Bench = Town & Ceilings & { readonly token: string; readonly adminToken: string; readonly asked: string }

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
  const reading = readingRequests(bench)
  return [
    { name: 'soak-summary-50', drive: (concurrency, amount) => load.run(reading.summary50, concurrency, amount), settle },
    { name: 'soak-summary-500', drive: (concurrency, amount) => load.run(reading.summary500, concurrency, amount), settle },
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
