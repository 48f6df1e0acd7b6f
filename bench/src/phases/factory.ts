/** The record on PostgreSQL as it comes from the factory, without the settings that the embedded one is started with. */
import { join } from 'node:path'
import { compare } from '../compare.ts'
import { recordScenarios } from '../scenarios/record.ts'
import { openCeilings, openTown, startServer } from '../world.ts'
import { only, type Phase } from './phase.ts'

/** What infra/local sets, set back. PostgreSQL 18 documentation, chapter 19. */
const FACTORY_SETTINGS = {
  shared_buffers: '128MB',
  work_mem: '4MB',
  maintenance_work_mem: '64MB',
  wal_buffers: '-1',
  max_wal_size: '1GB',
  checkpoint_timeout: '5min',
  random_page_cost: '4',
  jit: 'on',
  max_parallel_workers_per_gather: '2',
}

const AMONG = new Set(['read-16', 'create-16', 'transaction-of-10', 'procedures-64', 'identifier-64', 'everything-500'])

export const factoryPhase: Phase = {
  title: 'PostgreSQL at its factory settings',
  covers: ['factory'],
  run: async (run) => {
    const { folder, signal, tell } = run
    await using server = await startServer(join(folder, 'factory'), FACTORY_SETTINGS)
    await using town = await openTown({
      folder: join(folder, 'factory', 'hub'),
      databaseUrl: await server.database('factory'),
      people: 1_000,
      sessionsEach: 20,
      signal,
      tell,
    })
    await using ceilings = await openCeilings(town)
    const token = await town.hub.token('demo-community-team')
    const scenarios = recordScenarios({ ...town, ...ceilings, token })
      .filter(({ name }) => AMONG.has(name))
      // What is promised is promised for our settings; here it must work, and the ratio is told.
      .map(({ target: _target, name, ...scenario }) => ({ ...scenario, name: `factory-${name}` }))
    return await compare(only(scenarios, run), { ...run, rounds: Math.min(run.rounds, 3) })
  },
}
