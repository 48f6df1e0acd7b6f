/** Bookings at sellers, and how far each seller's feeds of our orders have been read. References and states. */
import type { Database } from '@platform/service/database'
import type { BookingState } from '../../domain/booking/order.ts'

/** One place. */
export interface Booking {
  readonly orderId: string
  /** `Appointment/<id>` */
  readonly appointment: string
  /** Id of the ServiceRequest. */
  readonly need: string
  readonly feed: number
  /** `kind/id` in the feed. */
  readonly session: string
  readonly startsAt: Date
  readonly state: BookingState
  readonly proposalVersion?: string
  readonly says: string
  readonly explained: boolean
  readonly attempts: number
}

/** Who sells the sessions of a feed. */
export interface Seller {
  readonly feed: number
  readonly name: string
  readonly baseUrl: string
  readonly sellerId: string
  readonly orders: { readonly cursor?: string; readonly position?: string }
  readonly proposals: { readonly cursor?: string; readonly position?: string }
}

/** A session of a feed, as its original says it. */
export interface OfferedSession {
  readonly feed: number
  readonly feedName: string
  readonly startsAt?: Date
  readonly endsAt?: Date
  readonly series: string
  readonly places?: number
  readonly body: string
  /** The series or facility that it belongs to, as it came; absent when the feed has not said it. */
  readonly seriesBody?: string
}

/** Which of a seller's two feeds. */
export type OrderFeed = 'orders' | 'proposals'

/** Keeps bookings. */
export interface Bookings {
  session(feed: string, kind: string, id: string): Promise<OfferedSession | undefined>
  sellers(): Promise<readonly Seller[]>
  sell(feed: number, seller: { readonly baseUrl: string; readonly sellerId: string }): Promise<void>
  /** Nothing is booked at the seller of a feed any more, and it is not asked about what was. */
  sellNoMore(feed: number): Promise<void>
  /** Takes a booking once for an appointment. @returns whether it was new */
  ask(booking: Pick<Booking, 'orderId' | 'appointment' | 'need' | 'feed' | 'session' | 'startsAt'>, at: Date): Promise<boolean>
  /** Marks the place of an appointment that was cancelled as one to give back, where one was asked for and the session has not begun. */
  giveBack(appointment: string, at: Date): Promise<void>
  /** Those of a need that hold a place, or ask for one, in a session that has not begun. */
  aheadOf(need: string, at: Date): Promise<readonly Booking[]>
  /** Those for which something is to be sent, each given to this process alone for so long. */
  claim(now: Date, most: number, leaseMs: number): Promise<readonly Booking[]>
  /** Moves a booking from one state to another. @returns whether it was still in the first */
  move(
    booking: Pick<Booking, 'orderId' | 'state'>,
    to: {
      readonly state: BookingState
      readonly at: Date
      readonly says?: string
      readonly proposalVersion?: string
      readonly nextAt?: Date
      readonly explained?: boolean
    },
  ): Promise<boolean>
  /** Sends it again then, unless it has moved meanwhile: what the seller has ended is not asked for anew. */
  retry(booking: Pick<Booking, 'orderId' | 'state'>, nextAt: Date, says: string): Promise<void>
  byOrder(orderId: string): Promise<Booking | undefined>
  /** Those whose state the record does not say yet. */
  untold(most: number): Promise<readonly Booking[]>
  told(booking: Pick<Booking, 'orderId' | 'state'>): Promise<void>
  /** The last sessions of a need that were attended or missed, newest first. */
  lastOf(need: string, most: number): Promise<readonly Booking[]>
  readTo(feed: number, which: OrderFeed, to: { readonly cursor: string; readonly position?: string }): Promise<void>
  sellerFailed(feed: number, says: string | undefined, at: Date): Promise<void>
}

interface Row {
  readonly order_id: string
  readonly appointment: string
  readonly need: string
  readonly feed: number
  readonly session: string
  readonly starts_at: Date
  readonly state: BookingState
  readonly proposal_version: string | null
  readonly says: string
  readonly explained: boolean
  readonly attempts: number
}

const toBooking = (row: Row): Booking => ({
  orderId: row.order_id,
  appointment: row.appointment,
  need: row.need,
  feed: row.feed,
  session: row.session,
  startsAt: row.starts_at,
  state: row.state,
  says: row.says,
  explained: row.explained,
  attempts: row.attempts,
  ...(row.proposal_version === null ? {} : { proposalVersion: row.proposal_version }),
})

/** Opens them in a database. */
export function bookingsIn(database: Database): Bookings {
  const some = async (name: string, text: string, values: readonly unknown[]): Promise<readonly Booking[]> =>
    (await database.query<Row>({ name, text, values })).rows.map(toBooking)
  const run = async (name: string, text: string, values: readonly unknown[]): Promise<boolean> =>
    (await database.query({ name, text, values })).rowCount === 1
  return {
    async session(feed, kind, id) {
      const { rows } = await database.query<Record<string, unknown>>({ name: 'booking-session', text: SESSION, values: [feed, kind, id] })
      const [row] = rows as unknown as {
        feed: number
        starts_at: Date | null
        ends_at: Date | null
        series: string
        places: number | null
        body: string
        series_body: string | null
      }[]
      if (row === undefined) return undefined
      return {
        feed: row.feed,
        feedName: feed,
        series: row.series,
        body: row.body,
        ...(row.starts_at === null ? {} : { startsAt: row.starts_at }),
        ...(row.ends_at === null ? {} : { endsAt: row.ends_at }),
        ...(row.places === null ? {} : { places: row.places }),
        ...(row.series_body === null ? {} : { seriesBody: row.series_body }),
      }
    },
    async sellers() {
      const text = `SELECT seller.*, feed.name FROM referrals.seller JOIN referrals.feed ON feed.number = seller.feed ORDER BY feed.name`
      const { rows } = await database.query<Record<string, string | null> & { feed: never }>({ name: 'booking-sellers', text })
      const part = (cursor: string | null | undefined, position: string | null | undefined) => ({
        ...(typeof cursor === 'string' ? { cursor } : {}),
        ...(typeof position === 'string' ? { position } : {}),
      })
      return rows.map((row) => ({
        feed: Number(row.feed),
        name: row['name'] ?? '',
        baseUrl: row['base_url'] ?? '',
        sellerId: row['seller_id'] ?? '',
        orders: part(row['orders_cursor'], row['orders_position']),
        proposals: part(row['proposals_cursor'], row['proposals_position']),
      }))
    },
    async sell(feed, { baseUrl, sellerId }) {
      const text = `INSERT INTO referrals.seller (feed, base_url, seller_id) VALUES ($1, $2, $3)
        ON CONFLICT (feed) DO UPDATE SET base_url = $2, seller_id = $3, orders_cursor = NULL, orders_position = NULL, proposals_cursor = NULL, proposals_position = NULL`
      await database.query({ name: 'booking-sell', text, values: [feed, baseUrl, sellerId] })
    },
    async sellNoMore(feed) {
      await database.query({ name: 'booking-sell-no-more', text: 'DELETE FROM referrals.seller WHERE feed = $1', values: [feed] })
    },
    ask: ({ orderId, appointment, need, feed, session, startsAt }, at) =>
      run(
        'booking-ask',
        `INSERT INTO referrals.booking (order_id, appointment, need, feed, session, starts_at, state, next_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'asked', $7, $7) ON CONFLICT DO NOTHING`,
        [orderId, appointment, need, feed, session, startsAt, at],
      ),
    async giveBack(appointment, at) {
      // Not before what is being sent for it now has ended: else the order could arrive after its cancellation.
      const text = `UPDATE referrals.booking SET state = 'cancelling', next_at = greatest(next_at, $2), attempts = 0, changed_at = $2
        WHERE appointment = $1 AND state IN ('asked', 'proposed', 'accepted', 'booked') AND starts_at > $2`
      await database.query({ name: 'booking-give-back', text, values: [appointment, at] })
    },
    aheadOf: (need, at) =>
      some(
        'booking-ahead-of',
        `SELECT * FROM referrals.booking WHERE need = $1 AND starts_at > $2 AND state IN ('asked', 'proposed', 'accepted', 'booked')`,
        [need, at],
      ),
    claim: (now, most, leaseMs) =>
      some(
        'booking-claim',
        `UPDATE referrals.booking AS booking SET attempts = attempts + 1, next_at = $3
         FROM (SELECT order_id FROM referrals.booking WHERE next_at <= $1 ORDER BY next_at LIMIT $2 FOR UPDATE SKIP LOCKED) AS due
         WHERE booking.order_id = due.order_id RETURNING booking.*`,
        [now, most, new Date(now.getTime() + leaseMs)],
      ),
    move: ({ orderId, state }, to) =>
      run(
        'booking-move',
        `UPDATE referrals.booking SET state = $3, says = coalesce($4, says), proposal_version = coalesce($5, proposal_version), next_at = $6,
           explained = coalesce($7, explained), changed_at = $8, told = false, attempts = 0 WHERE order_id = $1 AND state = $2`,
        [orderId, state, to.state, to.says ?? null, to.proposalVersion ?? null, to.nextAt ?? null, to.explained ?? null, to.at],
      ),
    async retry({ orderId, state }, nextAt, says) {
      const text = 'UPDATE referrals.booking SET next_at = $3, says = $4 WHERE order_id = $1 AND state = $2'
      await database.query({ name: 'booking-retry', text, values: [orderId, state, nextAt, says.slice(0, 500)] })
    },
    async byOrder(orderId) {
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(orderId)) return undefined
      return (await some('booking-by-order', 'SELECT * FROM referrals.booking WHERE order_id = $1', [orderId]))[0]
    },
    untold: (most) => some('booking-untold', 'SELECT * FROM referrals.booking WHERE NOT told ORDER BY changed_at LIMIT $1', [most]),
    async told({ orderId, state }) {
      await database.query({
        name: 'booking-told',
        text: 'UPDATE referrals.booking SET told = true WHERE order_id = $1 AND state = $2',
        values: [orderId, state],
      })
    },
    lastOf: (need, most) =>
      some(
        'booking-last-of',
        `SELECT * FROM referrals.booking WHERE need = $1 AND state IN ('attended', 'absent') ORDER BY starts_at DESC LIMIT $2`,
        [need, most],
      ),
    async readTo(feed, which, { cursor, position }) {
      const text = `UPDATE referrals.seller SET ${which}_cursor = $2, ${which}_position = coalesce($3, ${which}_position) WHERE feed = $1`
      await database.query({ name: `booking-read-${which}`, text, values: [feed, cursor, position ?? null] })
    },
    async sellerFailed(feed, says, at) {
      const text = `UPDATE referrals.seller SET failing_since = CASE WHEN $2::text IS NULL THEN NULL ELSE coalesce(failing_since, $3) END, says = coalesce($2, '') WHERE feed = $1`
      await database.query({ name: 'booking-seller-failed', text, values: [feed, says?.slice(0, 500) ?? null, at] })
    },
  }
}

const SESSION = `
  SELECT session.feed, session.starts_at, session.ends_at, session.series, session.places, session.body, item.body AS series_body
  FROM referrals.feed JOIN referrals.feed_session AS session ON session.feed = feed.number
    LEFT JOIN LATERAL (
      SELECT body FROM referrals.feed_item AS item
      WHERE item.feed = feed.number AND NOT item.deleted AND item.kind IN ('SessionSeries', 'FacilityUse', 'IndividualFacilityUse')
        AND item.id IN (session.series, substring(session.series FROM '[^/#]+$'))
      LIMIT 1) AS item ON true
  WHERE feed.name = $1 AND session.kind = $2 AND session.id = $3 AND NOT session.deleted`
