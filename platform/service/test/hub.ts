/**
 * What the queue tests work with: a database, a backend, a relay, and effects that can be counted.
 */
import { randomBytes } from 'node:crypto'
import { testDatabase, type TestScope } from '@platform/testing/database'
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import { startConsumer, type Consumer, type ConsumerOptions } from '../src/consumer.ts'
import { openDatabase, type Database } from '../src/database.ts'
import { addToOutbox, openBell, type Bell, type OutboxEntry } from '../src/outbox.ts'
import { openQueues, type Queues, type QueuesOptions } from '../src/queues.ts'
import { startRelay, type RelayOptions } from '../src/relay.ts'

/** The parts of a process that writes, relays and hears changes. */
export interface Hub extends AsyncDisposable {
  readonly url: string
  readonly database: Database
  readonly queues: Queues
  readonly bell: Bell
  startRelay(options?: Partial<RelayOptions>): void
  consume(options: Partial<ConsumerOptions> & Pick<ConsumerOptions, 'handle'>): Promise<Consumer>
  /** Writes changes as a service does: in a transaction, then a ring. Answers their change ids. */
  change(entries: readonly OutboxEntry[]): Promise<void>
  /** How many changes are neither confirmed nor dead. */
  waiting(): Promise<number>
}

/**
 * Opens a hub on a database of the test, or on the given one, emptied unless it shares a prefix with another hub. Everything it started is
 * closed when the test is over.
 */
export async function openHub(t: TestScope, options: Partial<QueuesOptions> & { url?: string } = {}): Promise<Hub> {
  const url = options.url ?? (await testDatabase(t)).url
  const parts = new AsyncDisposableStack()
  const database = parts.use(await openDatabase(url, { name: 'test', max: 20 }))
  const queues = parts.use(await openQueues({ database, prefix: `test-${randomBytes(6).toString('hex')}`, ...options }))
  const bell = parts.use(openBell(database))
  if (options.url !== undefined && options.prefix === undefined) {
    await database.query({ text: 'TRUNCATE events.outbox, events.delivery, events.consumer RESTART IDENTITY' })
    if (queues.backend === 'postgresql') await database.query({ text: 'DELETE FROM bullmq.job' })
  }
  const hub: Hub = {
    url,
    database,
    queues,
    bell,
    startRelay: (how = {}) => void parts.use(startRelay({ queues, bell, ...how })),
    consume: async (how) => parts.use(await startConsumer({ name: 'test', types: ['*'], queues, ...how })),
    async change(entries) {
      await database.transaction((tx) => addToOutbox(tx, entries))
      bell.ring()
    },
    async waiting() {
      const { rows } = await database.query<{ waiting: number }>({ text: WAITING })
      return rows[0]?.waiting ?? 0
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
  t.teardown(() => hub[Symbol.asyncDispose]())
  return hub
}

const WAITING = `
  SELECT ((SELECT count(*) FROM events.outbox) + (SELECT count(*) FROM events.delivery WHERE dead_at IS NULL))::int AS waiting`

/** A change of a Task, the n-th. */
export const aChange = (n: number, more: Partial<OutboxEntry> = {}): OutboxEntry => ({ type: 'Task', id: `task-${n}`, version: 1, ...more })

/** Changes of so many Tasks. */
export const changes = (count: number): readonly OutboxEntry[] => Array.from({ length: count }, (_, n) => aChange(n))

/** A table in which each resource's effect is written down, and how often it was new. */
export async function makeEffects(database: Database): Promise<void> {
  await database.query({ text: 'CREATE TABLE effect (resource text PRIMARY KEY, version text NOT NULL, applied int NOT NULL DEFAULT 1)' })
}

/** An idempotent write: it takes effect once for each version, however often the change comes. */
export const writeEffect = (database: Database) => async (change: ResourceChanged) => {
  await database.query({
    name: 'write-effect',
    text: `INSERT INTO effect AS known (resource, version) VALUES ($1, $2)
           ON CONFLICT (resource) DO UPDATE SET version = excluded.version, applied = known.applied + 1
           WHERE known.version::int < excluded.version::int`,
    values: [`${change.type}/${change.id}`, change.versionId],
  })
}

/** How many effects there are, and how many of them happened more than once. */
export async function readEffects(database: Database): Promise<{ effects: number; twice: number }> {
  const { rows } = await database.query<{ effects: number; twice: number }>({
    text: 'SELECT count(*)::int AS effects, count(*) FILTER (WHERE applied > 1)::int AS twice FROM effect',
  })
  return rows[0] ?? { effects: 0, twice: 0 }
}
