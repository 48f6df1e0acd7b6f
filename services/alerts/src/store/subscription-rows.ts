/** Subscriptions and their deliveries, from what the database gives. */
import type { Cadence, Topic, TopicChannel } from '@platform/fhir/topic-subscription'
import type { NumberedEvent, SubscriptionState } from '../domain/alert-subscription.ts'
import type { DueDelivery, HeldSubscription } from './subscriptions.ts'

/** A subscription, as the database gives it. */
export interface SubscriptionRow {
  readonly id: string
  readonly topic: Topic
  readonly channel: TopicChannel
  readonly endpoint: string
  readonly headers: readonly string[]
  readonly content: 'empty' | 'id-only'
  readonly payload: string | null
  readonly filters: readonly string[]
  readonly cadence: Cadence
  readonly party: string
  readonly person: string | null
  readonly status: SubscriptionState
  readonly error: string | null
  readonly events: string
  readonly max_count: number
  readonly heartbeat_seconds: number | null
  readonly timeout_seconds: number | null
}

/** An event of one. */
export interface EventRow {
  readonly number: string
  readonly focus: string
  readonly context: string
  readonly kind: string
  readonly at: Date
}

/** As the database gives what is taken. */
export interface DeliveryRow extends Omit<SubscriptionRow, 'events'>, EventRow {
  readonly notice: string
  readonly attempts: number
}

/** What was looked at: put aside, it is of nobody. */
export type ClaimedRow = DeliveryRow | { readonly id: null }
/** Whether it is ours. */
export const isTaken = (row: ClaimedRow): row is DeliveryRow => row.id !== null

/** What was taken, as it is carried. */
export const toDue = (row: DeliveryRow): DueDelivery => ({
  subscription: toHeld({ ...row, events: row.number }),
  notice: { id: row.notice },
  event: toEvent(row),
  attempts: row.attempts,
})

/** As it is held. */
export function toHeld(row: SubscriptionRow): HeldSubscription {
  const { id, topic, channel, endpoint, headers, content, payload, filters, cadence, party, status, error, events } = row
  return {
    id,
    topic,
    channel,
    endpoint,
    headers,
    content,
    filters,
    cadence,
    party,
    status,
    events: String(events),
    payload: payload ?? 'application/fhir+json',
    maxCount: row.max_count,
    ...(error === null ? {} : { error }),
    ...(row.person === null ? {} : { person: row.person }),
    ...(row.heartbeat_seconds === null ? {} : { heartbeatSeconds: row.heartbeat_seconds }),
    ...(row.timeout_seconds === null ? {} : { timeoutSeconds: row.timeout_seconds }),
  }
}

/** As it is told. */
export const toEvent = ({ number, focus, context, kind, at }: EventRow): NumberedEvent => ({
  number: String(number),
  focus,
  kind,
  at,
  ...(context === '' ? {} : { context }),
})
