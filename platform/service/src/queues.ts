/**
 * BullMQ, on PostgreSQL by default and on Redis where one is given. The only module that knows which.
 *
 * What lies in a queue may be lost at any moment: whatever must not be lost is a row of ours as well, and is offered again.
 * So neither backend has to wait for a disk.
 */
import { setTimeout as wait } from 'node:timers/promises'
import {
  createPostgresBackend,
  createRedisBackend,
  Queue,
  runMigrations,
  Worker,
  type BackendFactory,
  type ConnectionOptions,
  type JobsOptions,
  type Processor,
  type RedisQueueBackend,
  type WorkerOptions,
} from 'bullmq'
import { Redis } from 'ioredis'
import { openDatabase, type Database } from './database.ts'
import { openHands, type Hands } from './hands.ts'
import { lastingSession, type LastingSession } from './lasting-session.ts'
import { silentLog, type Log } from './log.ts'
import { troubleOf, type Trouble } from './trouble.ts'

/** How to open the queues of a process. */
export interface QueuesOptions {
  readonly database: Database
  /** Redis or Valkey for BullMQ; absent: PostgreSQL. It may hold a password: never log it. */
  readonly redisUrl?: string | undefined
  /** Sets apart the keys of several hubs on one Redis. @default 'handrail' */
  readonly prefix?: string
  /** How long a job stays with a worker that has fallen silent, in milliseconds: what a killed process had in hand waits so long, and half as long again at most. @default 10_000 */
  readonly lockMs?: number
  readonly log?: Log
}

/** A job to add. */
export interface NewJob {
  readonly name: string
  readonly data: unknown
  readonly id: string
}

/** The open queues of a process. Disposing of them closes every queue, every worker and every connection they made. */
export interface Queues extends AsyncDisposable {
  readonly backend: 'postgresql' | 'redis'
  /** The deliveries' own connections: they commit without waiting for the disk, for what is lost so is only done again. */
  readonly ledger: Database
  /** One connection of these that is kept, for who must know that the server has not crashed meanwhile. */
  readonly session: LastingSession
  /** Consumers of this process that need no queue while they are at rest. */
  readonly hands: Hands
  /** A queue of this name; the same one each time. Its jobs leave no trace once they are done. */
  queue(name: string): Queue
  /** Adds jobs in the backend's cheapest way. A job whose id is in the queue already is not added again. */
  add(name: string, jobs: readonly NewJob[]): Promise<void>
  /** A worker on a queue. It is closed with the queues, or before by `stop`. */
  worker<Data>(name: string, processor: Processor<Data, void>, options?: { concurrency?: number }): Worker<Data, void>
  /** Closes a worker of these queues: it takes no more jobs, and those in hand are waited for, 10 s at most. */
  stop(worker: Pick<Worker, 'close'>): Promise<void>
  /** Resolves when the backend answers; for readiness. */
  ready(): Promise<void>
}

const LEDGER_CONNECTIONS = 4 // one claims, one confirms, one is kept for whoever is at hand, one for the rest
const JOB_CONNECTIONS = 8 // for adding, fetching and finishing jobs; each worker gets one more to listen with
const EVENTS_KEPT = 100 // nobody here listens to BullMQ's own event stream
const RETRY_AFTER_MS = 250
const CLOSED_WITHIN_MS = 10_000

/** Nothing of a job stays in the queue: what must be known afterwards is in the deliveries. */
const JOB_OPTIONS: JobsOptions = { removeOnComplete: true, removeOnFail: true }

/**
 * Opens the queues. On PostgreSQL BullMQ's schema is made or brought up to date first.
 *
 * @throws DatabaseUnreachable, or QueueUnreachable when a Redis is given and does not answer
 */
export async function openQueues({
  database,
  redisUrl,
  prefix = 'handrail',
  lockMs = 10_000,
  log = silentLog,
}: QueuesOptions): Promise<Queues> {
  const ledger = await openLedger(database.url, log)
  const backend = redisUrl === undefined ? await onPostgresql(database.url, log) : await onRedis(redisUrl, prefix, log)
  const session = lastingSession(ledger)
  const queues = new Map<string, Queue>()
  const workers = new Set<Worker<never, void>>()
  const troubles = new Map<string, Trouble>() // of a queue and its workers together
  const report = (queue: string) => {
    const trouble = troubles.get(queue) ?? troubleOf(log, { event: 'queue.trouble', fields: { queue }, isOver: 'by-silence' })
    troubles.set(queue, trouble)
    return trouble.failed
  }

  const queueNamed = (name: string): Queue => {
    const known = queues.get(name)
    if (known !== undefined) return known
    const events = { maxLen: EVENTS_KEPT }
    const queue = new Queue(name, { ...backend.options, defaultJobOptions: JOB_OPTIONS, streams: { events } }, backend.factory)
    queue.on('error', report(name))
    queues.set(name, queue)
    return queue
  }

  const stop = async (worker: Pick<Worker, 'close'>): Promise<void> => {
    await patiently(backend.stopListening())
    await patiently(worker.close())
  }

  return {
    backend: backend.kind,
    ledger,
    session,
    hands: openHands(),
    queue: queueNamed,
    async add(name, jobs) {
      const queue = queueNamed(name)
      const added = jobs.map((job) => ({ name: job.name, data: job.data, opts: { jobId: job.id } }))
      if (added.length > backend.addedSinglyUpTo) await queue.addBulk(added)
      else await Promise.all(added.map(({ name, data, opts }) => queue.add(name, data, opts)))
    },
    worker<Data>(name: string, processor: Processor<Data, void>, { concurrency = 16 } = {}) {
      backend.addWorker()
      const options: WorkerOptions = {
        ...backend.options,
        concurrency,
        lockDuration: lockMs,
        stalledInterval: lockMs / 2,
        maxStalledCount: 1, // a job whose worker died twice is given back to its delivery, which counts it
        runRetryDelay: RETRY_AFTER_MS,
      }
      const worker = new Worker<Data, void>(name, processor, options, backend.factory)
      worker.on('error', report(name))
      worker.on('closed', () => workers.delete(worker as unknown as Worker<never, void>))
      workers.add(worker as unknown as Worker<never, void>)
      return worker
    },
    stop,
    ready: () => backend.ping(),
    async [Symbol.asyncDispose]() {
      await Promise.all([...workers].map(stop))
      await patiently(Promise.allSettled([...queues.values()].map((queue) => queue.close())))
      await patiently(backend.close())
      await session[Symbol.asyncDispose]()
      await ledger[Symbol.asyncDispose]()
    },
  }
}

/** Waits, but not for a Redis that is gone and never answers a goodbye. */
async function patiently(closing: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<void>()
  const timer = setTimeout(late.resolve, CLOSED_WITHIN_MS)
  await Promise.race([closing, late.promise])
  clearTimeout(timer)
}

/** Redis cannot be reached. The message is one sentence without secrets. */
export class QueueUnreachable extends Error {
  override readonly name = 'QueueUnreachable'
  readonly code = 'QUEUE_UNREACHABLE'
  readonly remedy = 'Check REDIS_URL and that Redis or Valkey is running, or leave REDIS_URL out to keep the queues in PostgreSQL.'
}

interface Backend {
  readonly kind: Queues['backend']
  readonly factory: BackendFactory<RedisQueueBackend, ConnectionOptions>
  readonly options: Pick<WorkerOptions, 'connection' | 'prefix'>
  /** Batches up to this size are cheaper as single adds side by side. */
  readonly addedSinglyUpTo: number
  addWorker(): void
  /** Before workers are closed. */
  stopListening(): Promise<void>
  ping(): Promise<void>
  close(): Promise<void>
}

// `enable_seqscan=off`: these tables are nearly empty when a statement is planned, and may be long when the plan is used.
const NOT_DURABLE = '-c synchronous_commit=off -c enable_seqscan=off'

const openLedger = (url: string, log: Log): Promise<Database> =>
  openDatabase(url, { name: 'handrail-deliveries', max: LEDGER_CONNECTIONS, log, options: NOT_DURABLE })

async function onPostgresql(url: string, log: Log): Promise<Backend> {
  const database = await openDatabase(url, {
    name: 'handrail-queues',
    max: JOB_CONNECTIONS,
    log,
    options: `-c search_path=bullmq,public ${NOT_DURABLE}`,
  })
  const { pool } = database
  const client = await pool.connect()
  try {
    await runMigrations(client)
  } finally {
    client.release()
  }
  pool.setMaxListeners(0) // each queue and each worker listens for the pool's errors
  return {
    kind: 'postgresql',
    // BullMQ's classes are typed for Redis unless told otherwise at each use; the options of ours are the same for both.
    factory: patientBackend as unknown as Backend['factory'],
    options: { connection: pool as unknown as ConnectionOptions },
    // The bulk statement makes temporary tables: 15 to 40 ms measured for 7 jobs, against 2 ms for a single add.
    addedSinglyUpTo: 32,
    addWorker: () => void (pool.options.max += 1), // a worker keeps one connection of the pool to listen with
    stopListening: async () => undefined,
    ping: async () => void (await pool.query('SELECT 1')),
    close: async () => database[Symbol.asyncDispose](),
  }
}

/**
 * As BullMQ makes it, and a worker that finds its queue away asks again in a moment. BullMQ itself waits only where a connection is refused: where the server
 * has left its socket, is starting, or refuses the statement, it would ask as fast as the thread can, and nothing else in the process would have a turn.
 */
const patientBackend: typeof createPostgresBackend = (...given) => {
  const backend = createPostgresBackend(...given)
  const take = backend.moveToActive.bind(backend)
  backend.moveToActive = async (token, name) =>
    take(token, name).catch(async (error: unknown) => {
      await wait(RETRY_AFTER_MS)
      throw error
    })
  return backend
}

async function onRedis(url: string, prefix: string, log: Log): Promise<Backend> {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    lazyConnect: true,
    connectTimeout: 5_000,
    retryStrategy: () => RETRY_AFTER_MS,
  })
  const copies: Redis[] = [] // each worker listens on a copy of the connection
  const duplicate = redis.duplicate.bind(redis)
  redis.duplicate = (options) => {
    const copy = duplicate(options)
    copies.push(copy)
    return copy
  }
  const connection = troubleOf(log, { event: 'queue.connection-lost' })
  redis.on('error', connection.failed)
  redis.on('ready', connection.worked)
  try {
    await redis.connect()
  } catch (cause) {
    redis.disconnect()
    throw new QueueUnreachable(`Redis at ${hostOf(url)} cannot be used: ${(cause as { code?: string }).code ?? 'no answer'}.`, { cause })
  }
  return {
    kind: 'redis',
    factory: createRedisBackend,
    options: { connection: redis, prefix },
    addedSinglyUpTo: 1,
    addWorker: () => undefined,
    stopListening: () => endIfLost(copies),
    ping: async () => void (await redis.ping()),
    async close() {
      await endIfLost([redis, ...copies])
      for (const connection of [redis, ...copies]) connection.disconnect()
    },
  }
}

// BullMQ waits for the end of a connection it closes, and ioredis tells no end of one that is just between two attempts to
// come back. So each of those makes its last attempt first.
async function endIfLost(connections: readonly Redis[]): Promise<void> {
  const settled = connections.map(async (connection) => {
    connection.options.retryStrategy = () => null
    if (['ready', 'end', 'wait'].includes(connection.status)) return
    await new Promise<void>((resolve) => connection.once('ready', () => resolve()).once('end', () => resolve()))
  })
  await Promise.all(settled)
}

function hostOf(url: string): string {
  const parsed = URL.parse(url)
  return parsed === null ? 'REDIS_URL' : `${parsed.hostname}:${parsed.port || '6379'}`
}
