/** Referrals on their way out of the hub: what is to be sent, how often it was tried, and what came of it. Ids and states alone. */
import type { Database } from '@platform/service/database'

/** One referral, or its withdrawal, that goes to a receiver outside. */
export interface Delivery {
  readonly task: string
  readonly act: 'refer' | 'withdraw'
  readonly need: string
  /** DoS service id. */
  readonly target: string
  /** `HealthcareService/<id>` or `Organization/<id>` */
  readonly service: string
  readonly bundleId: string
  readonly requestId: string
  /** The same for everything that belongs to one referral. */
  readonly correlationId: string
  readonly askedAt: Date
  readonly attempts: number
  /** The receiver's id of the referral, once it gave one. */
  readonly theirId?: string
}

/** What is planned: the ids are given, so that a plan made twice is one. */
export type Planned = Omit<Delivery, 'attempts' | 'theirId'> & { readonly channel: string }

/** Keeps deliveries. */
export interface Deliveries {
  /**
   * Takes what is not planned yet. A withdrawal is taken where the referral may have arrived: at once where it did, and where it is on its way once it
   * is known what became of it.
   */
  plan(planned: readonly Planned[]): Promise<void>
  /** Those that are due, each given to this process alone for so long. */
  claim(now: Date, most: number, leaseMs: number, channel?: 'bars' | 'link'): Promise<readonly Delivery[]>
  /** It is to go once more, from now: a new link was asked for. @returns false where nothing of this step ever went by this channel */
  again(task: string, channel: 'link', at: Date): Promise<boolean>
  /** How the newest delivery of a step stands; nothing where none was planned. */
  stateOf(task: string): Promise<{ readonly channel: string; readonly deliveredAt?: Date; readonly givenUpAt?: Date } | undefined>
  /** It arrived; not where it was asked for once more meanwhile. A withdrawal that waited for it goes. */
  delivered(delivery: Delivery, outcome: { readonly at: Date; readonly status: number; readonly theirId?: string }): Promise<void>
  /**
   * It failed: tried again at this time, or given up where there is none; not where it was asked for once more, or taken by another process, meanwhile.
   * A withdrawal that waited for it goes where an earlier try may have arrived without its answer, and is given up where nothing did.
   */
  failed(delivery: Delivery, outcome: { readonly at: Date; readonly status?: number; readonly nextAt?: Date }): Promise<void>
  /** What was sent as the message of this `Bundle.id`. */
  sent(bundleId: string): Promise<{ readonly task: string; readonly need: string; readonly target: string } | undefined>
  /** How many wait to be tried again, and how many were given up. */
  count(): Promise<{ readonly waiting: number; readonly givenUp: number }>
}

interface Row {
  readonly task: string
  readonly act: Delivery['act']
  readonly need: string
  readonly target: string
  readonly service: string
  readonly bundle_id: string
  readonly request_id: string
  readonly correlation_id: string
  readonly asked_at: Date
  readonly attempts: number
  readonly their_id: string | null
}

/** Opens them in a database. */
export function deliveriesIn(database: Database): Deliveries {
  return {
    async plan(planned) {
      for (const one of planned) {
        await database.query({
          ...(one.act === 'refer' ? PLAN_REFERRAL : PLAN_WITHDRAWAL),
          values: [
            one.task,
            one.act,
            one.need,
            one.channel,
            one.target,
            one.service,
            one.bundleId,
            one.requestId,
            one.correlationId,
            one.askedAt,
          ],
        })
      }
    },
    async again(task, channel, at) {
      const text = `UPDATE referrals.delivery SET next_at = $3, attempts = 0, delivered_at = NULL, given_up_at = NULL
        WHERE task = $1 AND channel = $2 AND act = 'refer'`
      const { rowCount } = await database.query({ name: 'delivery-again', text, values: [task, channel, at] })
      return rowCount === 1
    },
    async stateOf(task) {
      const text = `SELECT channel, delivered_at, given_up_at FROM referrals.delivery WHERE task = $1 AND act = 'refer'`
      const { rows } = await database.query<{ channel: string; delivered_at: Date | null; given_up_at: Date | null }>({
        name: 'delivery-state',
        text,
        values: [task],
      })
      const [row] = rows
      if (row === undefined) return undefined
      const { channel, delivered_at: deliveredAt, given_up_at: givenUpAt } = row
      return { channel, ...(deliveredAt === null ? {} : { deliveredAt }), ...(givenUpAt === null ? {} : { givenUpAt }) }
    },
    async claim(now, most, leaseMs, channel = 'bars') {
      const values = [now, most, new Date(now.getTime() + leaseMs), channel]
      const { rows } = await database.query<Row>({ name: 'delivery-claim', text: CLAIM, values })
      return rows.map((row) => ({
        task: row.task,
        act: row.act,
        need: row.need,
        target: row.target,
        service: row.service,
        bundleId: row.bundle_id,
        requestId: row.request_id,
        correlationId: row.correlation_id,
        askedAt: row.asked_at,
        attempts: row.attempts,
        ...(row.their_id === null ? {} : { theirId: row.their_id }),
      }))
    },
    async delivered({ task, act, attempts }, { at, status, theirId }) {
      await database.transaction(async (tx) => {
        await tx.query({ name: 'delivery-delivered', text: DELIVERED, values: [task, act, attempts, at, status, theirId ?? null] })
        if (act === 'refer') await tx.query({ name: 'delivery-release', text: RELEASE, values: [task, at] })
      })
    },
    async failed({ task, act, attempts }, { at, status, nextAt }) {
      await database.transaction(async (tx) => {
        await tx.query({ name: 'delivery-failed', text: FAILED, values: [task, act, attempts, nextAt ?? null, status ?? null, at] })
        if (act === 'refer' && nextAt === undefined) await tx.query({ name: 'delivery-release', text: RELEASE, values: [task, at] })
      })
    },
    async sent(bundleId) {
      if (!/^[0-9a-f-]{36}$/i.test(bundleId)) return undefined
      const text = `SELECT task, need, target FROM referrals.delivery WHERE bundle_id = $1 AND act = 'refer'`
      const { rows } = await database.query<{ task: string; need: string; target: string }>({
        name: 'delivery-sent',
        text,
        values: [bundleId],
      })
      return rows[0]
    },
    async count() {
      const text = `SELECT count(*) FILTER (WHERE next_at IS NOT NULL AND attempts > 0) AS waiting, count(*) FILTER (WHERE given_up_at IS NOT NULL) AS given_up
        FROM referrals.delivery`
      const { rows } = await database.query<{ waiting: string; given_up: string }>({ name: 'delivery-count', text })
      return { waiting: Number(rows[0]?.waiting ?? 0), givenUp: Number(rows[0]?.given_up ?? 0) }
    },
  }
}

const COLUMNS = 'task, act, need, channel, target, service, bundle_id, request_id, correlation_id, asked_at, next_at, their_id'
const PLAN_REFERRAL = {
  name: 'delivery-plan',
  text: `INSERT INTO referrals.delivery (${COLUMNS}) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, NULL ON CONFLICT DO NOTHING`,
}
/** More than one try: an earlier one may have arrived though its answer did not. */
const MAY_HAVE_ARRIVED = 'refer.delivered_at IS NOT NULL OR (refer.given_up_at IS NOT NULL AND refer.attempts > 1)'
const IS_ON_ITS_WAY = 'refer.delivered_at IS NULL AND refer.given_up_at IS NULL'
// Behind the row of the referral: whoever writes down what became of it sees the withdrawal, or is seen by it.
const PLAN_WITHDRAWAL = {
  name: 'delivery-plan-withdrawal',
  text: `
    INSERT INTO referrals.delivery (${COLUMNS})
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, CASE WHEN ${MAY_HAVE_ARRIVED} THEN $10::timestamptz END, refer.their_id
    FROM (SELECT * FROM referrals.delivery WHERE task = $1 AND act = 'refer' FOR UPDATE) AS refer
    WHERE ${MAY_HAVE_ARRIVED} OR ${IS_ON_ITS_WAY}
    ON CONFLICT DO NOTHING`,
}
const DELIVERED = `
  UPDATE referrals.delivery SET delivered_at = $4, next_at = NULL, last_status = $5, their_id = coalesce($6, their_id)
  WHERE task = $1 AND act = $2 AND attempts >= $3`
const FAILED = `
  UPDATE referrals.delivery SET next_at = $4, last_status = $5, given_up_at = CASE WHEN $4::timestamptz IS NULL THEN $6::timestamptz END
  WHERE task = $1 AND act = $2 AND attempts = $3`
const RELEASE = `
  UPDATE referrals.delivery AS withdrawal SET
    their_id = refer.their_id,
    next_at = CASE WHEN ${MAY_HAVE_ARRIVED} THEN $2::timestamptz END,
    given_up_at = CASE WHEN ${MAY_HAVE_ARRIVED} THEN NULL ELSE $2::timestamptz END
  FROM referrals.delivery AS refer
  WHERE withdrawal.task = $1 AND withdrawal.act = 'withdraw' AND refer.task = $1 AND refer.act = 'refer' AND NOT (${IS_ON_ITS_WAY})
    AND withdrawal.next_at IS NULL AND withdrawal.delivered_at IS NULL AND withdrawal.given_up_at IS NULL`

const CLAIM = `
  UPDATE referrals.delivery AS delivery SET attempts = attempts + 1, next_at = $3
  FROM (SELECT task, act FROM referrals.delivery WHERE channel = $4 AND next_at <= $1 ORDER BY next_at LIMIT $2 FOR UPDATE SKIP LOCKED) AS due
  WHERE delivery.task = due.task AND delivery.act = due.act
  RETURNING delivery.*`
