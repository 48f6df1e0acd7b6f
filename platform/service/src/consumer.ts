/**
 * A consumer: hears that resources changed, and confirms each change once its handler has acted on it.
 *
 * A change may come more than once, late and out of order, so a handler reads what is true now and decides by that.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { parse, type ResourceChanged } from '@platform/events/resource-changed.v1'
import type { Job } from 'bullmq'
import { deliveriesOf, type ConsumerRegistration, type Deliveries, type FailurePolicy } from './deliveries.ts'
import type { Queryable } from './database.ts'
import { describeError, summariseError } from './describe-error.ts'
import { groupCommit } from './group-commit.ts'
import { silentLog, type Log } from './log.ts'
import type { ComingChange, CommittedChange } from './outbox.ts'
import type { Queues } from './queues.ts'
import { queueOf } from './relay.ts'

/** A change, and what its consumer was shown of it before it was committed, if anything. */
export type HeardChange = ResourceChanged & Pick<CommittedChange, 'came'>

/** Acts on a change. Whatever it throws, the change is offered again. It should stop when `signal` says so. */
export type ChangeHandler = (change: HeardChange, signal: AbortSignal) => Promise<void>

/** What a consumer is and works with. */
export interface ConsumerOptions extends ConsumerRegistration {
  readonly handle: ChangeHandler
  readonly queues: Queues
  /** How many changes are handled at once. @default 16 */
  readonly concurrency?: number
  /**
   * Whether a relay of this process hands over changes directly while the consumer is at rest, without the queue: sooner by a few milliseconds. `'early'`:
   * even before they are claimed, for whom every millisecond counts; there should be few of these, for they work at the same time as the claim and the answer
   * to whoever made the change. What a process that dies had in hand so comes again when its delivery is offered again, and not when its job is found stalled.
   * @default false
   */
  readonly atHand?: boolean | 'early'
  /**
   * Shown what the writers of this process are about to commit, while the consumer is at rest, so that it can have ready what its handler does once that is
   * committed. It may fail, and never be heard of again. Returns at once. With `atHand: 'early'` only.
   */
  readonly prepare?: (coming: readonly ComingChange[]) => void
  /** How long one attempt may take, in milliseconds; then it has failed. @default 60_000 */
  readonly handleWithinMs?: number
  /** After so many failed attempts a change is a dead letter. @default 12: 1 s doubled 11 times, about 34 minutes */
  readonly attempts?: number
  /** Until the second attempt, in milliseconds; doubled for each further one. @default 1_000 */
  readonly retryAfterMs?: number
  readonly log?: Log
}

/** A running consumer. Disposing of it waits for the changes in hand. */
export interface Consumer extends AsyncDisposable {
  readonly name: string
  /**
   * Waits until every change committed before the call has taken effect here. Dead letters do not count: a person has them.
   *
   * @returns false when that took longer than `withinMs`
   */
  caughtUp(withinMs: number): Promise<boolean>
}

const NAME = /^[a-z][a-z0-9-]{0,40}$/
const REMEMBERED = 10_000 // confirmed changes whose job may still come again: some minutes of them at full load
const LOOK_EVERY_MS = 10

/**
 * Starts a consumer: makes it known to the relays, and takes changes from its queue.
 *
 * @throws TypeError when the name cannot name a queue
 */
export async function startConsumer(options: ConsumerOptions): Promise<Consumer> {
  const {
    name,
    types,
    revised = [],
    client,
    notMadeBy = [],
    handle,
    queues,
    concurrency = 16,
    atHand = false,
    prepare,
    handleWithinMs = 60_000,
    attempts = 12,
    retryAfterMs = 1_000,
    log = silentLog,
  } = options
  if (!NAME.test(name)) throw new TypeError(`A consumer cannot be named ${JSON.stringify(name)}: use lower case, digits and hyphens.`)

  const policy: FailurePolicy = { attempts, retryAfterMs }
  const registration = { name, types, revised, notMadeBy, ...(client !== undefined && { client }) }
  const deliveries = deliveriesOf(registration, queues.ledger)
  const confirmed = new Remembered(REMEMBERED)
  // Who is handed changes may act on them without waiting for the disk. That is done as long as the server has not crashed since: it is confirmed by a
  // connection that was open before, or not at all, and handled again.
  const overSession = new WeakMap<Queryable, Deliveries>()
  const over = (session: Queryable): Deliveries => {
    const made = overSession.get(session) ?? deliveriesOf(registration, session)
    overSession.set(session, made)
    return made
  }
  /** By whom is confirmed what is begun with now; nobody while there is no such connection. */
  const ledgerNow = (): Deliveries | undefined => {
    if (atHand === false) return deliveries
    const session = queues.session.current()
    return session === undefined ? undefined : over(session)
  }
  /** @returns whether what was done is still so */
  const remember = (change: ResourceChanged, by: Deliveries): boolean => {
    const lasts = by === ledgerNow()
    if (lasts) confirmed.add(change.changeId)
    return lasts
  }
  const inHand = new Map<string, Promise<void>>()
  /** Begun with before they were claimed, and by whom that is confirmed if it went well. */
  const early = new Map<string, Promise<Deliveries | undefined>>()
  /** The newest change that was left to be claimed: until it has come, nothing that was made after it is begun with early. */
  let leftBehind: bigint | undefined

  const failed = async (change: ResourceChanged, error: unknown) => {
    const reason = summariseError(error)
    const outcome = await deliveries.fail(change.changeId, reason, policy)
    const told = { consumer: name, change: change.changeId, resource: `${change.type}/${change.id}`, reason, error: describeError(error) }
    if (outcome?.dead === true) log.error({ event: 'change.dead-letter', ...told, attempts: outcome.attempts })
    else log.warn({ event: 'change.attempt-failed', ...told, attempts: outcome?.attempts })
  }

  const attempt = async (change: ResourceChanged) => {
    const by = ledgerNow() ?? over(await queues.session.opened())
    try {
      await within(handleWithinMs, (signal) => handle(change, signal))
    } catch (error) {
      return failed(change, error)
    }
    await by.confirm(change.changeId)
    remember(change, by)
  }

  const begin = (change: ResourceChanged): Promise<void> => {
    if (leftBehind !== undefined && BigInt(change.changeId) >= leftBehind) leftBehind = undefined
    // Confirmed again, for PostgreSQL may have lost the first in a crash: confirmations do not wait for the disk.
    const ledger = ledgerNow()
    if (ledger !== undefined && confirmed.has(change.changeId)) return ledger.confirm(change.changeId)
    const already = inHand.get(change.changeId)
    if (already !== undefined) return already
    const begun = early.get(change.changeId)?.then(async (by) => (by === undefined ? attempt(change) : by.confirm(change.changeId)))
    const now = (begun ?? attempt(change)).finally(() => inHand.delete(change.changeId))
    inHand.set(change.changeId, now)
    return now
  }

  let fromQueue = 0
  /** In the order in which they were made. */
  const take = (changes: readonly ResourceChanged[]): boolean => {
    const fresh = changes.filter(({ changeId }) => !early.has(changeId) && !confirmed.has(changeId))
    if (fresh.length > 0 && !hasRoomFor(fresh)) return false
    for (const change of changes) {
      begin(change).catch((trouble: unknown) =>
        log.warn({ event: 'change.not-recorded', consumer: name, change: change.changeId, error: describeError(trouble) }),
      )
    }
    return true
  }

  const hears = ({ type, versionId, author }: CommittedChange | ComingChange): boolean => {
    const named = types.includes(type) || types.includes('*') || (versionId !== '1' && revised.includes(type))
    return (
      named && (client === undefined || author !== client) && (versionId !== '1' || author === undefined || !notMadeBy.includes(author))
    )
  }

  const takeEarly = (changes: readonly CommittedChange[]): void => {
    if (atHand !== 'early') return
    // A relay may have been faster than the ring.
    const ours = changes.filter((change) => hears(change) && !inHand.has(change.changeId) && !confirmed.has(change.changeId))
    const newest = ours.at(-1)
    if (newest === undefined) return
    const by = ledgerNow()
    if (leftBehind !== undefined || by === undefined || !hasRoomFor(ours)) {
      leftBehind = BigInt(newest.changeId)
      return
    }
    for (const { author: _, ...change } of ours) {
      const done = handled(change, by).finally(() => early.delete(change.changeId))
      early.set(change.changeId, done)
    }
  }
  const takeComing = (changes: readonly ComingChange[]): void => {
    if (prepare === undefined || atHand !== 'early' || leftBehind !== undefined || early.size > 0) return
    const ours = changes.filter(hears)
    if (ours.length > 0 && hasRoomFor(ours)) prepare(ours)
  }
  /** Nothing is written down of it: the change is offered in a moment, confirmed then if this went well, and tried again if not. */
  const handled = async (change: HeardChange, by: Deliveries): Promise<Deliveries | undefined> => {
    try {
      await within(handleWithinMs, (signal) => handle(change, signal))
    } catch (error) {
      log.debug({ event: 'change.early-attempt-failed', consumer: name, change: change.changeId, error: describeError(error) })
      return undefined
    }
    return remember(change, by) ? by : undefined
  }

  /** What waits in the queue was made before, and nothing is handed over past it. */
  const hasRoomFor = (changes: readonly unknown[]): boolean =>
    fromQueue === 0 && new Set([...inHand.keys(), ...early.keys()]).size + changes.length <= concurrency

  const process = async (job: Job<unknown, void>) => {
    fromQueue += 1
    try {
      await handleJob(job)
    } finally {
      fromQueue -= 1
    }
  }

  const handleJob = async (job: Job<unknown, void>) => {
    const change = parse(job.data)
    // Another worker had this job and died: perhaps after it had confirmed.
    if (job.stalledCounter > 0 && !confirmed.has(change.changeId) && !(await deliveries.isWaiting(change.changeId))) return
    return begin(change)
  }

  await deliveries.register()
  const worker = queues.worker<unknown>(queueOf(name), process, { concurrency })
  worker.on('failed', (job, error) => {
    log.warn({ event: 'change.job-failed', consumer: name, job: job?.id, error: describeError(error) })
    if (job === undefined || !lostItsWorker(error)) return
    const change = parse(job.data)
    failed(change, new WorkerLost()).catch((trouble: unknown) =>
      log.warn({ event: 'change.not-recorded', consumer: name, change: change.changeId, error: describeError(trouble) }),
    )
  })

  if (atHand !== false) await queues.session.opened()
  const forgetting = atHand !== false ? queues.session.onLost(() => confirmed.clear()) : undefined
  const hand = atHand !== false ? queues.hands.open(name, { take, takeEarly, takeComing }) : undefined

  // Callers that come while a look is on its way share the next one, which begins after all of them.
  const newestWaiting = groupCommit<undefined, string | undefined>(() => deliveries.newestWaiting())
  return {
    name,
    async caughtUp(withinMs) {
      const deadline = performance.now() + withinMs
      const newest = await newestWaiting(undefined)
      if (newest === undefined) return true
      while (await deliveries.anyWaitingUpTo(newest)) {
        if (performance.now() >= deadline) return false
        await wait(LOOK_EVERY_MS)
      }
      return true
    },
    async [Symbol.asyncDispose]() {
      hand?.[Symbol.dispose]()
      await worker.pause(true)
      await Promise.allSettled([...early.values(), ...inHand.values()])
      await queues.stop(worker)
      forgetting?.[Symbol.dispose]()
    },
  }
}

/** The process that handled a change stopped before it was done, more than once. */
class WorkerLost extends Error {
  override readonly name = 'WorkerLost'
  readonly code = 'WORKER_LOST'
  readonly remedy = 'Look in the log for what stopped the process while it handled this change, then retry it.'
}

/** A handler took too long. */
class HandlerTooSlow extends Error {
  override readonly name = 'HandlerTooSlow'
  readonly code = 'HANDLER_TOO_SLOW'
  readonly remedy = 'See whether the record and whatever else the handler needs answer in time, then retry it.'
}

// BullMQ fails such a job itself, in these words. bullmq/src/classes/worker.ts
const lostItsWorker = (error: Error): boolean => /stalled more than allowable limit/.test(error.message)

async function within(ms: number, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const late = new AbortController()
  const tooSlow = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const error = new HandlerTooSlow()
    late.abort(error)
    tooSlow.reject(error)
  }, ms)
  try {
    await Promise.race([work(late.signal), tooSlow.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** The last so many ids that were added. */
class Remembered {
  readonly #ids = new Set<string>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  has(id: string): boolean {
    return this.#ids.has(id)
  }

  clear(): void {
    this.#ids.clear()
  }

  add(id: string): void {
    this.#ids.add(id)
    if (this.#ids.size <= this.#most) return
    const [oldest] = this.#ids
    if (oldest !== undefined) this.#ids.delete(oldest)
  }
}
