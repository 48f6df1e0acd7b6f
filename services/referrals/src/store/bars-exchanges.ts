/** What BaRS needs to be remembered: which requests were acted on, and which referral a correlation id means. Ids and states alone. */
import type { Database } from '@platform/service/database'

/** The two ids of a request, which together are its key. */
export interface RequestKey {
  readonly requestId: string
  readonly correlationId: string
}

/** A referral that came in. */
export interface ReferralTaken {
  readonly correlationId: string
  readonly client: string
  /** Id of the ServiceRequest. */
  readonly need: string
  readonly bundleId: string
  /** `MessageHeader.source.endpoint`. */
  readonly answersTo: string
  readonly at: Date
}

/** Remembers requests and referrals. */
export interface BarsExchanges {
  /**
   * Marks a request as begun.
   *
   * @returns `begun`; `done` when it was acted on; `working` while its first try is still in work
   */
  begin(key: RequestKey, client: string, at: Date): Promise<'begun' | 'done' | 'working'>
  /** It was acted on: its repeat is a duplicate. */
  done(key: RequestKey, at: Date): Promise<void>
  /** It failed: its repeat is tried again. */
  failed(key: RequestKey): Promise<void>
  /** Remembers a referral, in place of one of the same sender that has ended. */
  take(referral: ReferralTaken): Promise<void>
  /**
   * The referral of a correlation id that this client sent. Onward referrals carry the id of the first, so several services may have one under it.
   *
   * @param from `MessageHeader.source.endpoint`; where that service has none, the only one there is
   */
  taken(correlationId: string, client: string, from: string): Promise<ReferralTaken | undefined>
}

/** A first try that is older was cut off: its repeat begins anew. The sender has had its answer, or none, after 5 s. */
const WORKING_FOR_MS = 60_000

/** Opens them in a database. */
export function barsExchangesIn(database: Database): BarsExchanges {
  const run = (name: string, text: string, values: unknown[]) => database.query({ name, text, values })
  return {
    async begin({ requestId, correlationId }, client, at) {
      const values = [requestId, correlationId, client, at, new Date(at.getTime() - WORKING_FOR_MS)]
      const begun = await database.query<{ request_id: string }>({ name: 'bars-begin', text: BEGIN, values })
      if (begun.rows.length > 0) return 'begun'
      const known = await database.query<{ done: boolean }>({
        name: 'bars-known',
        text: 'SELECT done_at IS NOT NULL AS done FROM referrals.bars_request WHERE request_id = $1 AND correlation_id = $2',
        values: [requestId, correlationId],
      })
      return known.rows[0]?.done === true ? 'done' : 'working'
    },
    async done({ requestId, correlationId }, at) {
      await run('bars-done', 'UPDATE referrals.bars_request SET done_at = $3 WHERE request_id = $1 AND correlation_id = $2', [
        requestId,
        correlationId,
        at,
      ])
    },
    async failed({ requestId, correlationId }) {
      const text = 'DELETE FROM referrals.bars_request WHERE request_id = $1 AND correlation_id = $2 AND done_at IS NULL'
      await run('bars-failed', text, [requestId, correlationId])
    },
    async take({ correlationId, client, need, bundleId, answersTo, at }) {
      const text = `INSERT INTO referrals.bars_referral (correlation_id, client, need, bundle_id, answers_to, taken_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (correlation_id, client, answers_to)
        DO UPDATE SET need = excluded.need, bundle_id = excluded.bundle_id, taken_at = excluded.taken_at`
      await run('bars-take', text, [correlationId, client, need, bundleId, answersTo, at])
    },
    async taken(correlationId, client, from) {
      const { rows } = await database.query<Record<'need' | 'bundle_id' | 'answers_to', string> & { taken_at: Date }>({
        name: 'bars-taken',
        text: 'SELECT need, bundle_id, answers_to, taken_at FROM referrals.bars_referral WHERE correlation_id = $1 AND client = $2',
        values: [correlationId, client],
      })
      const row = rows.find(({ answers_to: answersTo }) => answersTo === from) ?? (rows.length === 1 ? rows[0] : undefined)
      return row && { correlationId, client, need: row.need, bundleId: row.bundle_id, answersTo: row.answers_to, at: row.taken_at }
    },
  }
}

const BEGIN = `
  INSERT INTO referrals.bars_request AS request (request_id, correlation_id, client, begun_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (request_id, correlation_id) DO UPDATE SET begun_at = excluded.begun_at, client = excluded.client
    WHERE request.done_at IS NULL AND request.begun_at < $5
  RETURNING request_id`
