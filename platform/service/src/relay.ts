/**
 * The relay: carries what was committed to the outbox to the consumers' queues, and offers again what nobody confirmed.
 *
 * Claiming moves a change from the outbox to one delivery for each consumer of its type, in one statement. From then on the
 * delivery is the truth and the queue a hint: the queue may lose everything it holds, and the delivery is offered again.
 * What a consumer of this process takes from the relay's hands does not go through the queue at all, and what it is shown right after its commit it need
 * not wait for: the claim follows, some milliseconds later.
 * Any number of relays may work on one database; each claims what no other has locked.
 */
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import type { Queryable } from './database.ts'
import { silentLog, type Log } from './log.ts'
import type { Hands } from './hands.ts'
import type { Bell } from './outbox.ts'
import type { NewJob, Queues } from './queues.ts'
import { troubleOf } from './trouble.ts'

/** What a relay works with. */
export interface RelayOptions {
  readonly queues: Queues
  readonly bell: Bell
  /** How long a change may go unconfirmed before it is offered again, in milliseconds; doubled for each further offer, 16 times at most. @default 30_000 */
  readonly offerAgainAfterMs?: number
  /** How often it looks by itself, should a ring be lost, in milliseconds. @default 250 */
  readonly pollMs?: number
  readonly log?: Log
}

/** A running relay. Disposing of it finishes the batch in hand. */
export interface Relay extends AsyncDisposable {
  /** Looks for due changes now, and resolves when all that was due has been offered. */
  sweep(): Promise<void>
}

/** The BullMQ queue of a consumer. Its jobs are ResourceChanged and nothing more. */
export const queueOf = (consumer: string): string => `changes-${consumer}`

const BATCH = 500
/** After a ring, in milliseconds: what comes meanwhile is claimed with it, and what was begun with early has the database to itself. */
const GATHERED_MS = 5
const EVERY_TYPE = '*'
const toNobody = () => false

/**
 * Starts a relay. Start it after the consumers of this process: a change is offered to the consumers known when it is claimed.
 */
export function startRelay({ queues, bell, offerAgainAfterMs = 30_000, pollMs = 250, log = silentLog }: RelayOptions): Relay {
  const stopping = Promise.withResolvers<'stopped'>()
  let stopped = false
  let rung = false
  let wake: (() => void) | undefined
  let lookedAgainAt = 0
  let heard: ReadonlySet<string> = new Set([EVERY_TYPE])
  const trouble = troubleOf(log, { event: 'relay.trouble' })

  const nextRing = (withinMs: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMs)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const offer = async (offers: readonly Offer[], taken: Hands['offer']) => {
    const consumers = [...Map.groupBy(offers, ({ consumer }) => consumer)]
    const queued = consumers.filter(([consumer, its]) => !taken(consumer, its.map(toChange)))
    // Whoever has taken something goes first: writing to the queue keeps this thread for as long as it takes.
    if (queued.length < consumers.length) await nextTurn()
    const added = Promise.all(queued.map(([consumer, its]) => queues.add(queueOf(consumer), its.map(toJob))))
    added.catch(() => undefined) // when stopping wins, what fails now is offered again by the next relay
    await Promise.race([added, stopping.promise])
  }

  const claimAll = async () => {
    for (let claimed = BATCH; claimed === BATCH && !stopped;) {
      const { rows } = await queues.ledger.query<Offer & { consumer: string | null }>({
        name: 'relay-claim',
        text: CLAIM,
        values: [BATCH, offerAgainAfterMs],
      })
      claimed = Number(rows[0]?.claimed ?? 0)
      await offer(
        rows.filter((row) => row.consumer !== null),
        queues.hands.offer,
      )
    }
  }

  const offerAgain = async () => {
    for (let due = BATCH; due === BATCH && !stopped;) {
      const { rows } = await queues.ledger.query<Offer>({
        name: 'relay-offer-again',
        text: OFFER_AGAIN,
        values: [BATCH, offerAgainAfterMs],
      })
      due = rows.length
      if (due > 0) log.info({ event: 'relay.offered-again', changes: due })
      // It failed, or a process died with it: only the queue counts how often, and gives it up at last.
      await offer(rows, toNobody)
    }
  }

  const run = async () => {
    let failing = false
    while (!stopped) {
      rung = false
      try {
        await claimAll()
        if (performance.now() - lookedAgainAt >= pollMs) {
          await offerAgain()
          heard = await typesHeard(queues.ledger)
          lookedAgainAt = performance.now()
        }
        failing = false
        trouble.worked()
      } catch (error) {
        failing = true
        trouble.failed(error)
      }
      if (failing) await Promise.race([nextRing(pollMs), stopping.promise])
      else if (!rung && !stopped) await nextRing(pollMs)
      if (!stopped) await Promise.race([wait(GATHERED_MS), stopping.promise])
    }
  }

  const answering = bell.answer(({ types, changes, coming } = {}) => {
    if (coming !== undefined) return queues.hands.offerComing(coming)
    if (changes !== undefined) queues.hands.offerEarly(changes)
    // What no consumer hears is cleared away at the next look, many at once.
    if (types !== undefined && !heard.has(EVERY_TYPE) && !types.some((type) => heard.has(type))) return
    rung = true
    wake?.()
  })
  const running = run()

  return {
    async sweep() {
      await claimAll()
      await offerAgain()
    },
    async [Symbol.asyncDispose]() {
      stopped = true
      answering[Symbol.dispose]()
      stopping.resolve('stopped')
      wake?.()
      await running
    },
  }
}

async function typesHeard(database: Queryable): Promise<ReadonlySet<string>> {
  const { rows } = await database.query<{ type: string }>({
    name: 'relay-types',
    text: 'SELECT DISTINCT unnest(types || revised) AS type FROM events.consumer',
  })
  return new Set(rows.map(({ type }) => type))
}

interface Offer {
  readonly claimed: string
  readonly consumer: string
  readonly change_id: string
  readonly type: string
  readonly id: string
  readonly version: number
  readonly patient: string | null
  readonly attempts: number
}

const toChange = ({ change_id: changeId, type, id, version, patient }: Offer): ResourceChanged => ({
  changeId,
  type,
  id,
  versionId: String(version),
  ...(patient !== null && { patientId: patient }),
})

// The same id while nobody has failed at it, so that a long queue does not grow by being offered again; another after each
// failure, for the job that failed may not be gone yet.
const toJob = (offer: Offer): NewJob => ({
  name: 'changed',
  id: offer.attempts === 0 ? `c-${offer.change_id}` : `c-${offer.change_id}-${offer.attempts}`,
  data: toChange(offer),
})

// One statement, so a change is in the outbox or in every delivery it needs, never in between.
const CLAIM = `
  WITH claimed AS (
    DELETE FROM events.outbox
    WHERE change_id = ANY (ARRAY(SELECT change_id FROM events.outbox ORDER BY change_id LIMIT $1 FOR UPDATE SKIP LOCKED))
    RETURNING *
  ), delivered AS (
    INSERT INTO events.delivery (consumer, change_id, type, id, version, patient, facts, at, due_at)
    SELECT consumer.name, claimed.change_id, claimed.type, claimed.id, claimed.version, claimed.patient, claimed.facts, claimed.at,
           now() + $2::float8 * interval '1 millisecond'
    FROM claimed JOIN events.consumer AS consumer
      ON (claimed.type = ANY (consumer.types) OR '*' = ANY (consumer.types) OR (claimed.version > 1 AND claimed.type = ANY (consumer.revised)))
     AND (consumer.client IS NULL OR claimed.author IS DISTINCT FROM consumer.client)
     AND (claimed.version > 1 OR claimed.author IS NULL OR claimed.author <> ALL (consumer.not_made_by))
    RETURNING consumer, change_id
  )
  SELECT (SELECT count(*) FROM claimed) AS claimed, delivered.consumer, change_id, type, id, version, patient, 0 AS attempts
  FROM claimed LEFT JOIN delivered USING (change_id)
  ORDER BY change_id`

// 2^4: a consumer that is down for a day is offered its backlog every 8 minutes, not every 30 seconds.
const OFFER_AGAIN = `
  WITH due AS (
    SELECT consumer, change_id FROM events.delivery
    WHERE dead_at IS NULL AND due_at <= now()
    ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
  ), offered AS (
    UPDATE events.delivery AS delivery
    SET offered_at = now(), offers = offers + 1, due_at = now() + $2::float8 * power(2, least(offers, 4)) * interval '1 millisecond'
    FROM due WHERE delivery.consumer = due.consumer AND delivery.change_id = due.change_id
    RETURNING delivery.consumer, delivery.change_id, type, id, version, patient, attempts
  )
  SELECT 0::bigint AS claimed, * FROM offered ORDER BY change_id`
