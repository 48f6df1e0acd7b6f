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
  /** Each job does an empty POST to this. */
  readonly post?: string | undefined
}

/** How many jobs wait or run at most, so that the queue is neither empty nor long. */
const AHEAD = 500
const AT_ONCE = 32

const postTo = async (url: string): Promise<unknown> => (await fetch(url, { method: 'POST' })).arrayBuffer()

/** Adds and processes at the same time; answers how many jobs a second went all the way once the first has. */
export async function measureQueue({ databaseUrl, redisUrl, forMs, concurrency, post }: QueueMeasure): Promise<{ rate: number }> {
  await using database = await openDatabase(databaseUrl, { name: 'bench-queue', max: 2 })
  await using queues = await openQueues({ database, redisUrl, prefix: 'handrail-bench' })
  const name = `bench-${newId()}`
  let added = 0
  let done = 0
  const posted = async () => {
    if (post !== undefined) await postTo(post)
    done += 1
  }
  const worker = queues.worker(name, posted, { concurrency })
  const add = async (): Promise<void> => {
    added += AT_ONCE
    const jobs = Array.from({ length: AT_ONCE }, () => ({ type: 'Task', id: newId(), versionId: '1' }))
    await queues.add(
      name,
      jobs.map((data) => ({ name: 'changed', id: `c-${data.id}`, data })),
    )
  }
  const addUntil = async (enough: () => boolean): Promise<void> => {
    while (!enough()) {
      if (added - done < AHEAD) await add()
      else await wait(1)
    }
  }
  await addUntil(() => done > 0)
  const [start, before] = [performance.now(), done]
  await addUntil(() => performance.now() - start >= forMs)
  const rate = ((done - before) * 1_000) / (performance.now() - start)
  await worker.close()
  await queues.queue(name).obliterate({ force: true })
  return { rate }
}

/** One job at a time, each once the one before has ended: how long from adding it until a worker has it, in milliseconds. */
export async function measureAddToProcess({
  databaseUrl,
  redisUrl,
  jobs,
  post,
}: Pick<QueueMeasure, 'databaseUrl' | 'redisUrl' | 'post'> & { readonly jobs: number }): Promise<{
  rate: number
  durationsMs: readonly number[]
}> {
  await using database = await openDatabase(databaseUrl, { name: 'bench-queue', max: 2 })
  await using queues = await openQueues({ database, redisUrl, prefix: 'handrail-bench' })
  const name = `bench-${newId()}`
  const durationsMs: number[] = []
  let begun = 0
  let ended = () => {}
  const worker = queues.worker(
    name,
    async () => {
      durationsMs.push(performance.now() - begun)
      if (post !== undefined) await postTo(post)
      ended()
    },
    { concurrency: 1 },
  )
  const start = performance.now()
  for (let job = 0; job < jobs; job += 1) {
    const done = new Promise<void>((resolve) => (ended = resolve))
    const data = { type: 'Task', id: newId(), versionId: '1' }
    begun = performance.now()
    await queues.add(name, [{ name: 'changed', id: `c-${data.id}`, data }])
    await done
  }
  const rate = (jobs * 1_000) / (performance.now() - start)
  await worker.close()
  await queues.queue(name).obliterate({ force: true })
  return { rate, durationsMs }
}
