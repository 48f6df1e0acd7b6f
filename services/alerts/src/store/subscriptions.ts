/** Who has subscribed to what, where each subscription stands, and what must still be sent to it. */
import type { Database } from '@platform/service/database'
import type { Topic, TopicChannel, TopicSubscription } from '@platform/fhir/topic-subscription'
import type { DutyEntry } from '../domain/rota.ts'
import type { NumberedEvent, SubscriptionState, SubscriptionView } from '../domain/alert-subscription.ts'
import {
  isTaken,
  toDue,
  toEvent,
  toHeld,
  type ClaimedRow,
  type DeliveryRow,
  type EventRow,
  type SubscriptionRow,
} from './subscription-rows.ts'

/** A subscription as it is held. */
export interface HeldSubscription extends TopicSubscription, SubscriptionView {
  readonly content: 'empty' | 'id-only'
  readonly topic: Topic
  /** `Organization/…` whose it is; `*` the operator's; nothing hears where nobody is known. */
  readonly party: string
  /** Id of the Patient of whose referrals somebody chose to be told. */
  readonly person?: string
}

/** An event on its way to an endpoint. */
export interface DueDelivery {
  readonly subscription: HeldSubscription
  readonly notice: { readonly id: string }
  readonly event: NumberedEvent
  readonly attempts: number
}

/** What is in somebody's hands, and until when it is theirs. */
export interface HeldDelivery {
  readonly notice: string
  readonly subscription: string
  readonly until: Date
}

/** What became of an attempt. */
export type DeliveryOutcome =
  | { readonly delivered: true; readonly at: Date }
  | { readonly delivered: false; readonly reason: string; readonly againAt: Date }
  | { readonly delivered: false; readonly reason: string; readonly failedAt: Date }

/** What somebody was sent over a time: alarm fatigue is measured. */
export interface RecipientVolume {
  readonly party: string
  readonly channel: TopicChannel
  readonly sent: number
  readonly failed: number
}

/** The subscriptions and their deliveries. */
export interface Subscriptions {
  /**
   * Takes over what the record says. One that stands stays as it is, unless its client asks for it again: then it shakes hands anew.
   *
   * @returns where it stands
   */
  save(
    id: string,
    subscription: TopicSubscription,
    given: { readonly party: string; readonly asked: boolean; readonly person?: string | undefined },
  ): Promise<SubscriptionState>
  /** It is off: nothing is sent any more, and what was sent stays a fact. Asked for again, it goes on with its numbers and not with what waited. */
  turnOff(id: string): Promise<void>
  /** Ids of those that are somebody's, and not off. */
  ofParty(party: string): Promise<readonly string[]>
  /** Those whose end has come, and who are not off yet. */
  ended(now: Date): Promise<readonly string[]>
  /** Makes whoever is on duty reachable by what their entry of the rota names; they are told as the party of that entry. */
  reach(entry: Pick<DutyEntry, 'reference' | 'written'>): Promise<void>
  get(id: string): Promise<HeldSubscription | undefined>
  /** Those that wait for a handshake, each for one process only until `heldUntil`. */
  requested(now: Date, heldUntil: Date): Promise<readonly HeldSubscription[]>
  /** Those that were sent nothing for their period. */
  quiet(now: Date): Promise<readonly HeldSubscription[]>
  sent(id: string, at: Date): Promise<void>
  /** Where it leads as it did then: what another endpoint answered says nothing of the one that is there now. */
  become(subscription: Pick<HeldSubscription, 'id' | 'endpoint'>, status: 'active' | 'error', error?: string): Promise<void>
  /** Whether anybody listens for Tasks or ServiceRequests in general. */
  hearsResources(): Promise<boolean>
  /**
   * Takes what is due, each for one process only, until `heldUntil`. What is due and cannot be taken, because its subscription is in error or one of `busy`, is
   * put aside: no later look passes over it.
   *
   * @returns less than `limit` only where no more is due
   */
  claim(now: Date, heldUntil: Date, limit: number, busy?: readonly string[]): Promise<readonly DueDelivery[]>
  /** Those for whom something was put aside that can be taken now. */
  whoseIsAside(busy: readonly string[]): Promise<readonly string[]>
  /** Takes what was put aside for one, oldest first. */
  claimAside(id: string, heldUntil: Date, limit: number): Promise<readonly DueDelivery[]>
  /** What is still carried stays with whoever carries it until then; what was settled, or taken by another, is left as it is. */
  hold(held: readonly HeldDelivery[], until: Date): Promise<void>
  /** Writes down what became of some, all alike. */
  settled(deliveries: readonly DueDelivery[], outcome: DeliveryOutcome): Promise<void>
  /** Takes back what nobody may be told any more: it was never sent. */
  withhold(deliveries: readonly DueDelivery[]): Promise<void>
  /** Events of a subscription by their numbers, both bounds included, oldest first. */
  events(id: string, since: bigint, until: bigint, limit: number): Promise<readonly NumberedEvent[]>
  /** Deliveries that were given up: each shows red until its subscription is mended. */
  failed(): Promise<number>
  /** Failures not yet put before a person, by subscription. */
  unownedFailures(): Promise<
    readonly {
      readonly subscription: string
      readonly channel: TopicChannel
      readonly party: string
      /** It is sent what happens from now on. */
      readonly stands: boolean
      readonly count: number
    }[]
  >
  owned(subscription: string, at: Date): Promise<void>
  /** How much each recipient was sent since then. */
  volume(since: Date): Promise<readonly RecipientVolume[]>
}

/** Opens them. */
export function subscriptionsIn(database: Database): Subscriptions {
  const one = async (text: string, name: string, values: unknown[]): Promise<readonly HeldSubscription[]> => {
    const { rows } = await database.query<SubscriptionRow>({ name, text, values })
    return rows.map(toHeld)
  }
  return {
    async save(id, { topic, channel, endpoint, headers, content, payload, filters, cadence, maxCount, ...rest }, { party, asked, person }) {
      const { heartbeatSeconds, timeoutSeconds, endsAt } = rest
      const values = [id, topic, channel, endpoint, headers, content, payload, filters, cadence, maxCount]
      const more = [heartbeatSeconds ?? null, timeoutSeconds ?? null, endsAt ?? null, party, asked, person ?? null]
      const { rows } = await database.query<{ status: SubscriptionState }>({
        name: 'subscription-save',
        text: SAVE,
        values: [...values, ...more],
      })
      return rows[0]?.status ?? 'requested'
    },
    async turnOff(id) {
      await database.query({ name: 'subscription-off', text: TURN_OFF, values: [id] })
    },
    async ofParty(party) {
      const { rows } = await database.query<{ id: string }>({ name: 'subscription-of', text: OF_PARTY, values: [party] })
      return rows.map(({ id }) => id)
    },
    async ended(now) {
      const { rows } = await database.query<{ id: string }>({ name: 'subscription-ended', text: ENDED, values: [now] })
      return rows.map(({ id }) => id)
    },
    async reach({ reference, written }) {
      for (const { channel, endpoint } of written) {
        await database.query({
          name: 'subscription-reach',
          text: REACH,
          values: [`duty-${reference.split('/')[1] ?? ''}-${channel}`, channel, endpoint, reference],
        })
      }
    },
    async get(id) {
      const [found] = await one(`SELECT s.*, ${EVENTS_OF} FROM alerts.subscription AS s WHERE id = $1`, 'subscription-get', [id])
      return found
    },
    requested: async (now, heldUntil) => one(REQUESTED, 'subscription-requested', [now, heldUntil]),
    quiet: async (now) => one(QUIET, 'subscription-quiet', [now]),
    async sent(id, at) {
      await database.query({
        name: 'subscription-sent',
        text: 'UPDATE alerts.subscription SET sent_at = $2 WHERE id = $1',
        values: [id, at],
      })
    },
    async become({ id, endpoint }, status, error) {
      await database.query({ name: 'subscription-become', text: BECOME, values: [id, endpoint, status, error ?? null] })
    },
    async hearsResources() {
      const { rows } = await database.query({ name: 'subscription-topics', text: HEARS_RESOURCES })
      return rows.length > 0
    },
    async claim(now, heldUntil, limit, busy = []) {
      const taken: DueDelivery[] = []
      for (let left = limit, looked = left; left > 0 && looked === left; left = limit - taken.length) {
        const { rows } = await database.query<ClaimedRow>({ name: 'delivery-claim', text: CLAIM, values: [now, heldUntil, left, busy] })
        taken.push(...rows.filter(isTaken).map(toDue))
        looked = rows.length
      }
      return taken
    },
    async whoseIsAside(busy) {
      const { rows } = await database.query<{ id: string }>({ name: 'delivery-whose', text: WHOSE_IS_ASIDE, values: [busy] })
      return rows.map(({ id }) => id)
    },
    async claimAside(id, heldUntil, limit) {
      const { rows } = await database.query<DeliveryRow>({
        name: 'delivery-claim-aside',
        text: CLAIM_ASIDE,
        values: [id, heldUntil, limit],
      })
      return rows.map(toDue)
    },
    async hold(held, until) {
      const values = [held.map(({ notice }) => notice), held.map(({ subscription }) => subscription), held.map((one) => one.until), until]
      await database.query({ name: 'delivery-hold', text: HOLD, values })
    },
    async settled(deliveries, outcome) {
      const values = [
        deliveries.map(({ notice }) => notice.id),
        deliveries.map(({ subscription }) => subscription.id),
        deliveries.map(({ event }) => event.number),
        outcome.delivered ? outcome.at : null,
        !outcome.delivered && 'failedAt' in outcome ? outcome.failedAt : null,
        outcome.delivered ? null : outcome.reason,
        !outcome.delivered && 'againAt' in outcome ? outcome.againAt : null,
      ]
      await database.query({ name: 'delivery-settled', text: SETTLED, values })
    },
    async withhold(deliveries) {
      const values = [deliveries.map(({ notice }) => notice.id), deliveries.map(({ subscription }) => subscription.id)]
      await database.query({ name: 'delivery-withhold', text: WITHHOLD, values })
    },
    async events(id, since, until, limit) {
      const { rows } = await database.query<EventRow>({
        name: 'delivery-events',
        text: EVENTS,
        values: [id, since.toString(), until.toString(), limit],
      })
      return rows.map(toEvent)
    },
    async failed() {
      const { rows } = await database.query<{ count: number }>({
        name: 'delivery-failed',
        text: FAILED,
      })
      return rows[0]?.count ?? 0
    },
    async unownedFailures() {
      const { rows } = await database.query<{ subscription: string; channel: TopicChannel; party: string; stands: boolean; count: number }>(
        {
          name: 'delivery-unowned',
          text: UNOWNED,
        },
      )
      return rows
    },
    async owned(subscription, at) {
      await database.query({ name: 'delivery-owned', text: OWNED, values: [subscription, at] })
    },
    async volume(since) {
      const { rows } = await database.query<RecipientVolume>({ name: 'delivery-volume', text: VOLUME, values: [since] })
      return rows
    },
  }
}

/** Of `s`: the number of its newest event. */
const EVENTS_OF = 'coalesce((SELECT n.events FROM alerts.event_number AS n WHERE n.subscription = s.id), 0) AS events'
const SAVE = `
  INSERT INTO alerts.subscription AS held
    (id, topic, channel, endpoint, headers, content, payload, filters, cadence, max_count, heartbeat_seconds, timeout_seconds, ends_at, party, person)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $16)
  ON CONFLICT (id) DO UPDATE SET
    topic = excluded.topic, channel = excluded.channel, endpoint = excluded.endpoint, headers = excluded.headers, content = excluded.content,
    payload = excluded.payload, filters = excluded.filters, cadence = excluded.cadence, max_count = excluded.max_count,
    heartbeat_seconds = excluded.heartbeat_seconds, timeout_seconds = excluded.timeout_seconds, ends_at = excluded.ends_at, party = excluded.party,
    person = excluded.person,
    status = CASE WHEN ($15 AND held.status <> 'active') OR held.endpoint <> excluded.endpoint THEN 'requested' ELSE held.status END,
    error = CASE WHEN $15 THEN NULL ELSE held.error END, held_until = NULL
  RETURNING status`

// A filter that no event passes; and no address of anybody, nor what a header may hold, is kept of one that is off.
const TURN_OFF = `
  WITH off AS (
    UPDATE alerts.subscription SET status = 'off', ends_at = '-infinity', filters = '{off}', endpoint = '', headers = '{}', person = NULL, error = NULL
    WHERE id = $1 RETURNING id
  )
  UPDATE alerts.delivery AS delivery SET due_at = 'infinity', aside = false FROM off
  WHERE delivery.subscription = off.id AND delivery.delivered_at IS NULL AND delivery.failed_at IS NULL`
const OF_PARTY = "SELECT id FROM alerts.subscription WHERE party = $1 AND status <> 'off'"
const ENDED = `SELECT id FROM alerts.subscription WHERE ends_at <= $1 AND status <> 'off' LIMIT 100`

// A route that failed before is tried again with each alert: the rota says that this person is on.
const REACH = `
  INSERT INTO alerts.subscription AS held (id, topic, channel, endpoint, party, status) VALUES ($1, 'alert', $2, $3, $4, 'active')
  ON CONFLICT (id) DO UPDATE SET endpoint = excluded.endpoint, status = 'active', error = NULL
  WHERE held.endpoint <> excluded.endpoint OR held.status <> 'active'`
const REQUESTED = `
  UPDATE alerts.subscription AS s SET held_until = $2
  WHERE id IN (SELECT id FROM alerts.subscription WHERE status = 'requested' AND (held_until IS NULL OR held_until <= $1) LIMIT 50 FOR UPDATE SKIP LOCKED)
  RETURNING s.*, ${EVENTS_OF}`
const QUIET = `
  UPDATE alerts.subscription AS s SET sent_at = $1
  WHERE heartbeat_seconds IS NOT NULL AND status = 'active' AND channel = 'webhook'
    AND coalesce(sent_at, '-infinity') + heartbeat_seconds * interval '1 second' <= $1
  RETURNING s.*, ${EVENTS_OF}`
const BECOME =
  "UPDATE alerts.subscription SET status = $3, error = $4, held_until = NULL WHERE id = $1 AND endpoint = $2 AND status <> 'off'"
const HEARS_RESOURCES = `
  SELECT 1 FROM alerts.subscription WHERE topic <> 'alert' AND status <> 'off' UNION ALL SELECT 1 FROM alerts.listened WHERE until > now() LIMIT 1`

// What these read, and for what they wait for the disk: migrations/0150 and 0320.
const CLAIM = `
  SELECT (taken.subscriber).*, notice, attempts, number, focus, context, kind, at FROM alerts.claim_due($1, $2, $3, $4) AS taken
  ORDER BY (taken.subscriber).id, number`
const WHOSE_IS_ASIDE = 'SELECT alerts.whose_is_aside($1) AS id'
const CLAIM_ASIDE = `
  SELECT (taken.subscriber).*, notice, attempts, number, focus, context, kind, at FROM alerts.claim_aside($1, $2, $3) AS taken ORDER BY number`
const SETTLED = 'SELECT alerts.settle_deliveries($1, $2, $3, $4, $5, $6, $7)'
const HOLD = `
  UPDATE alerts.delivery AS delivery SET due_at = $4 FROM unnest($1::bigint[], $2::text[], $3::timestamptz[]) AS held (notice, subscription, until)
  WHERE delivery.notice = held.notice AND delivery.subscription = held.subscription AND delivery.due_at = held.until
    AND delivery.delivered_at IS NULL AND delivery.failed_at IS NULL`
const WITHHOLD = `
  DELETE FROM alerts.delivery AS delivery USING unnest($1::bigint[], $2::text[]) AS given (notice, subscription)
  WHERE delivery.notice = given.notice AND delivery.subscription = given.subscription`
const EVENTS = `
  SELECT delivery.number, notice.task AS focus, notice.encounter AS context, notice.kind, notice.at
  FROM alerts.delivery JOIN alerts.notice ON notice.id = delivery.notice
  WHERE delivery.subscription = $1 AND delivery.number BETWEEN $2 AND $3 ORDER BY delivery.number LIMIT $4`
// A receiver that asks again says that it is mended; an e-mail or a text message can only arrive.
const FAILED = `
  SELECT count(*)::int AS count FROM alerts.delivery JOIN alerts.subscription AS s ON s.id = delivery.subscription
  WHERE delivery.failed_at IS NOT NULL AND (s.status IN ('requested', 'error') OR s.status = 'active' AND s.channel <> 'webhook' AND NOT EXISTS (
    SELECT FROM alerts.delivery AS later
    WHERE later.subscription = delivery.subscription AND later.number > delivery.number AND later.delivered_at IS NOT NULL))`
const UNOWNED = `
  SELECT delivery.subscription, coalesce(s.channel, 'webhook') AS channel, coalesce(s.party, '') AS party,
         coalesce(s.status = 'active', false) AS stands, count(*)::int AS count
  FROM alerts.delivery LEFT JOIN alerts.subscription AS s ON s.id = delivery.subscription
  WHERE delivery.failed_at IS NOT NULL AND delivery.owned_at IS NULL GROUP BY 1, 2, 3, 4`
const OWNED = 'UPDATE alerts.delivery SET owned_at = $2 WHERE subscription = $1 AND failed_at IS NOT NULL AND owned_at IS NULL'
const VOLUME = `
  SELECT s.party, s.channel, count(*) FILTER (WHERE delivery.delivered_at IS NOT NULL)::int AS sent,
         count(*) FILTER (WHERE delivery.failed_at IS NOT NULL)::int AS failed
  FROM alerts.delivery JOIN alerts.notice ON notice.id = delivery.notice JOIN alerts.subscription AS s ON s.id = delivery.subscription
  WHERE notice.at >= $1 GROUP BY 1, 2 ORDER BY 1, 2`
