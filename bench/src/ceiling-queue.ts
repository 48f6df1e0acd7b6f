/** A bare BullMQ queue: jobs are added in bulk and processed by one worker that does nothing. */
import { setTimeout as wait } from 'node:timers/promises'
import { openDatabase } from '@platform/service/database'
import { newId } from '@platform/service/ids'
import { openQueues } from '@platform/service/queues'

/** Where, how many at once, how long. */
export interface QueueMeasure {
  readonly databaseUrl: string
  readonly redisUrl: string | undefined
  readonly forMs: number
  readonly concurrency: number
}

/** How many jobs wait or run at most, so that the queue is neither empty nor long. */
const AHEAD = 500
const BULK = 50

/** Adds and processes at the same time; answers how many jobs a second went all the way. */
export async function measureQueue({ databaseUrl, redisUrl, forMs, concurrency }: QueueMeasure): Promise<{ rate: number }> {
  await using database = await openDatabase(databaseUrl, { name: 'bench-queue', max: 2 })
  await using queues = await openQueues({ database, redisUrl, prefix: 'handrail-bench' })
  const name = `bench-${newId()}`
  let added = 0
  let done = 0
  const worker = queues.worker(
    name,
    async () => {
      done += 1
    },
    { concurrency },
  )
  await worker.waitUntilReady()

  const start = performance.now()
  while (performance.now() - start < forMs) {
    if (added - done >= AHEAD) {
      await wait(1)
      continue
    }
    await queues.add(
      name,
      Array.from({ length: BULK }, () => ({ name: 'changed', id: `c-${newId()}`, data: { type: 'Task', id: newId(), versionId: '1' } })),
    )
    added += BULK
  }
  const rate = (done * 1_000) / (performance.now() - start)
  await worker.close()
  await queues.queue(name).obliterate({ force: true })
  return { rate }
}
