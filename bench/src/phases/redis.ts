/** The same hub with its queues in Redis, where a redis-server is at hand. */
import { join } from 'node:path'
import { startTestRedis } from '@platform/testing/redis'
import { compare } from '../compare.ts'
import { bareQueueScenario } from '../scenarios/bare.ts'
import { referralScenarios } from '../scenarios/referrals.ts'
import { openCeilings, openTown } from '../world.ts'
import { organizationOf } from '../seeding.ts'
import { only, type Phase } from './phase.ts'

export const redisPhase: Phase = {
  title: 'A hub with its queues in Redis',
  covers: ['bare-queue-redis', 'referral-50-a-second-redis', 'referral-sustained-redis'],
  run: async (run) => {
    const { folder, server, signal, tell } = run
    await using redis = await startTestRedis()
    if (redis === undefined) {
      tell('  left out: there is no redis-server and no valkey-server on the PATH')
      return []
    }
    await using town = await openTown({
      folder: join(folder, 'redis'),
      databaseUrl: await server.database('redis'),
      redisUrl: redis.url,
      people: 1_000,
      sessionsEach: 1,
      profileFolder: run.profileFolder,
      signal,
      tell,
    })
    await using ceilings = await openCeilings(town)
    const bench = { ...town, token: await town.hub.token('demo-community-team'), asked: await organizationOf(town.database, 'neurorehab') }
    const scenarios = [bareQueueScenario(ceilings.ceiling, 'redis'), ...referralScenarios(bench, 'redis', { p99Ms: 100, rate: 400 })]
    return await compare(only(scenarios, run), run)
  },
}
