import { startTestRedis } from '../../../scripts/test-redis.ts'
import type { TestScope } from '@platform/testing/database'

/**
 * A Redis for a test file: the run's, or a private one where a redis-server or valkey-server is on the machine.
 *
 * @param own a server of one's own even where the run has one, because it will be flushed
 * @returns its URL; nothing where the machine has no server, and then the tests are skipped, visibly
 */
export async function testRedis(t: TestScope, { own = false }: { own?: boolean } = {}): Promise<string | undefined> {
  const { TEST_REDIS_URL: shared } = process.env
  if (shared !== undefined && !own) return shared
  const redis = await startTestRedis()
  t.teardown(() => redis?.[Symbol.asyncDispose]())
  return redis?.url
}

/** Why tests on Redis are skipped where there is none. */
export const NO_REDIS = 'no redis-server or valkey-server on this machine'
