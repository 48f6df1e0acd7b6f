/**
 * The outbox: what changed is written in the transaction that changes it, and the bell wakes whoever carries it on.
 */
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import pg from 'pg'
import type { Database, Queryable } from './database.ts'
import { describeError } from './describe-error.ts'
import { silentLog, type Log } from './log.ts'
import { troubleOf } from './trouble.ts'

/** A change to announce. */
export interface OutboxEntry {
  /** FHIR resource type. */
  readonly type: string
  readonly id: string
  /** The version the change made. */
  readonly version: number
  /** Logical id of the Patient whose record it belongs to. */
  readonly patient?: string
  /** client_id of the writer. A consumer that writes with this client does not hear the change. */
  readonly author?: string
  /** What subscriptions are held against, as it is with this change: `name=value` each. It never enters a queue. */
  readonly facts?: readonly string[]
}

/** A change that is about to be committed, or to fail: it has no number yet, and nothing of it is true. */
export interface ComingChange extends Omit<ResourceChanged, 'changeId'> {
  /** client_id of the writer. */
  readonly author: string
  /** What subscriptions are held against: that of `OutboxEntry`. */
  readonly facts: readonly string[]
}

/** A change that was committed a moment ago, as its writer knows it. */
export interface CommittedChange extends ResourceChanged {
  /** client_id of the writer. */
  readonly author?: string
  /** What was said of it before, the very object: another attempt at the same version may have been about something else. */
  readonly came?: ComingChange
}

/** What a ring says, where its writer is in this process. */
export interface Rung {
  /** The resource types that changed; a relay need not hurry for what no consumer hears. */
  readonly types?: readonly string[]
  /** The changes themselves, where their numbers are known. A hint: they are in the outbox all the same. */
  readonly changes?: readonly CommittedChange[]
  /** Nothing was committed: this will be in a moment, if all goes well, and is rung for then. Only who is in this process hears of it. */
  readonly coming?: readonly ComingChange[]
}

/**
 * Writes changes into the outbox, inside the transaction that makes them. Ring the bell after the commit.
 *
 * A service that writes everything in one statement inserts into `events.outbox` there instead.
 */
export async function addToOutbox(tx: Queryable, entries: readonly OutboxEntry[]): Promise<void> {
  if (entries.length === 0) return
  await tx.query({ name: 'outbox-add', text: ADD, values: [JSON.stringify(entries)] })
}

const ADD = `
  INSERT INTO events.outbox (type, id, version, patient, author, facts)
  SELECT type, id, version, patient, author, coalesce(facts, '{}')
  FROM json_to_recordset($1::json) AS entry (type text, id text, version integer, patient text, author text, facts text[])`

/** Wakes the relay. Nothing depends on it being heard: relays also look by themselves a few times a second. */
export interface Bell extends AsyncDisposable {
  /**
   * Says that something was committed to the outbox. Costs nothing and may be called after every commit: many rings while
   * the relay is awake are one. Where no relay runs in this process, others are told by NOTIFY, at most one in flight.
   */
  ring(rung?: Rung): void
  /**
   * Calls `wake` at each ring, here or in another process, until it is disposed of. `wake` must return at once; it is given what
   * is known of the changes.
   */
  answer(wake: (rung?: Rung) => void): Disposable
}

const CHANNEL = 'handrail_changes'
const RECONNECT_AFTER_MS = 1_000

/**
 * Opens the bell of a process. Its connection is made when it is first needed, and again after it is lost.
 *
 * NOTIFY never joins a writer's transaction: PostgreSQL commits transactions that notify one at a time.
 */
export function openBell(database: Database, { log = silentLog }: { log?: Log } = {}): Bell {
  const wakes = new Set<(rung?: Rung) => void>()
  let line: Promise<pg.Client> | undefined
  let again: NodeJS.Timeout | undefined
  let telling: Promise<void> | undefined
  let toldTooLate = false
  let closed = false
  const trouble = troubleOf(log, { event: 'bell.connection-lost' })

  const wakeAll = (rung?: Rung) => wakes.forEach((wake) => wake(rung))

  const lost = (client: pg.Client, error: Error) => {
    void client.end().catch(() => undefined) // it is broken already
    if (closed) return
    trouble.failed(error)
    line = undefined
    if (wakes.size > 0) again ??= setTimeout(listenAgain, RECONNECT_AFTER_MS)
  }

  const listenAgain = () => {
    again = undefined
    if (!closed) connect().catch(() => undefined) // `lost` has said so, and tries again
  }

  const connect = (): Promise<pg.Client> => {
    line ??= (async () => {
      // A ring that is lost in a crash is made good by the relay's own looking: it need not wait for the disk.
      const client = new pg.Client({
        connectionString: database.url,
        application_name: 'handrail-bell',
        keepAlive: true,
        options: '-c synchronous_commit=off',
      })
      client.on('error', (error) => lost(client, error))
      client.on('notification', () => wakeAll())
      try {
        await client.connect()
        await client.query(`LISTEN ${CHANNEL}`)
      } catch (error) {
        lost(client, error as Error)
        throw error
      }
      trouble.worked()
      wakeAll() // something may have been committed while nobody listened
      return client
    })()
    return line
  }

  const tell = async () => {
    try {
      do {
        toldTooLate = false
        await (await connect()).query(`NOTIFY ${CHANNEL}`)
      } while (toldTooLate && !closed)
    } catch (error) {
      log.debug({ event: 'bell.not-heard', error: describeError(error) })
    } finally {
      telling = undefined
    }
  }

  return {
    ring(rung) {
      if (closed) return
      if (wakes.size > 0 || rung?.coming !== undefined) wakeAll(rung)
      else if (telling === undefined) telling = tell()
      else toldTooLate = true
    },
    answer(wake) {
      wakes.add(wake)
      connect().catch(() => undefined)
      return { [Symbol.dispose]: () => void wakes.delete(wake) }
    },
    async [Symbol.asyncDispose]() {
      closed = true
      clearTimeout(again)
      await telling
      const client = await line?.catch(() => undefined)
      await client?.end().catch(() => undefined)
    },
  }
}
