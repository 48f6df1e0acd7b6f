/** Rest-hook subscriptions to alerts, and what must still be sent to them. */
import type { Database } from '@platform/service/database'
import type { AlertSubscription } from '../domain/alert-subscription.ts'

/** A notice on its way to an endpoint. */
export interface DueDelivery {
  readonly subscription: AlertSubscription
  readonly notice: { readonly id: string; readonly task: string; readonly kind: string; readonly at: Date }
  readonly attempts: number
}

/** What became of an attempt. */
export type DeliveryOutcome =
  | { readonly delivered: true; readonly at: Date }
  | { readonly delivered: false; readonly reason: string; readonly againAt: Date }
  | { readonly delivered: false; readonly reason: string; readonly failedAt: Date }

/** The subscriptions and their deliveries. */
export interface Subscriptions {
  save(subscription: AlertSubscription): Promise<void>
  remove(id: string): Promise<void>
  /** Takes what is due, each for one process only, until `heldUntil`. */
  claim(now: Date, heldUntil: Date, limit: number): Promise<readonly DueDelivery[]>
  /** Writes down what became of one. */
  settled(delivery: DueDelivery, outcome: DeliveryOutcome): Promise<void>
  /** Deliveries that were given up: each shows red until its subscription is mended. */
  failed(): Promise<number>
}

/** Opens them. */
export function subscriptionsIn(database: Database): Subscriptions {
  return {
    async save({ id, endpoint, headers, payload }) {
      await database.query({ name: 'subscription-save', text: SAVE, values: [id, endpoint, headers, payload ?? null] })
    },
    async remove(id) {
      await database.query({ name: 'subscription-remove', text: 'DELETE FROM alerts.subscription WHERE id = $1', values: [id] })
    },
    async claim(now, heldUntil, limit) {
      const { rows } = await database.query<Row>({ name: 'delivery-claim', text: CLAIM, values: [now, heldUntil, limit] })
      return rows.map(({ notice, task, kind, at, attempts, id, endpoint, headers, payload }) => ({
        subscription: { id, endpoint, headers, ...(payload === null ? {} : { payload }) },
        notice: { id: notice, task, kind, at },
        attempts,
      }))
    },
    async settled({ subscription, notice }, outcome) {
      const values = [
        notice.id,
        subscription.id,
        outcome.delivered ? outcome.at : null,
        !outcome.delivered && 'failedAt' in outcome ? outcome.failedAt : null,
        outcome.delivered ? null : outcome.reason,
        !outcome.delivered && 'againAt' in outcome ? outcome.againAt : null,
      ]
      await database.query({ name: 'delivery-settled', text: SETTLED, values })
    },
    async failed() {
      const { rows } = await database.query<{ count: number }>({
        name: 'delivery-failed',
        text: 'SELECT count(*)::int AS count FROM alerts.delivery WHERE failed_at IS NOT NULL',
      })
      return rows[0]?.count ?? 0
    },
  }
}

interface Row {
  readonly notice: string
  readonly task: string
  readonly kind: string
  readonly at: Date
  readonly attempts: number
  readonly id: string
  readonly endpoint: string
  readonly headers: readonly string[]
  readonly payload: string | null
}

const SAVE = `
  INSERT INTO alerts.subscription (id, endpoint, headers, payload) VALUES ($1, $2, $3, $4)
  ON CONFLICT (id) DO UPDATE SET endpoint = excluded.endpoint, headers = excluded.headers, payload = excluded.payload`

// Held for a while, so that a process that dies with it leaves it to the next one.
const CLAIM = `
  WITH due AS (
    SELECT notice, subscription FROM alerts.delivery
    WHERE due_at <= $1 AND delivered_at IS NULL AND failed_at IS NULL
    ORDER BY due_at, notice LIMIT $3 FOR UPDATE SKIP LOCKED
  ), held AS (
    UPDATE alerts.delivery AS delivery SET due_at = $2, attempts = attempts + 1
    FROM due WHERE delivery.notice = due.notice AND delivery.subscription = due.subscription
    RETURNING delivery.notice, delivery.subscription, delivery.attempts
  )
  SELECT held.notice::text AS notice, notice.task, notice.kind, notice.at, held.attempts, subscription.id, subscription.endpoint, subscription.headers, subscription.payload
  FROM held JOIN alerts.notice ON notice.id = held.notice JOIN alerts.subscription ON subscription.id = held.subscription
  ORDER BY held.notice`
const SETTLED = `
  UPDATE alerts.delivery SET delivered_at = $3, failed_at = $4, reason = $5, due_at = coalesce($6, due_at)
  WHERE notice = $1 AND subscription = $2`
