/**
 * The deliveries of one consumer: which changes it has not confirmed, and what became of its attempts.
 */
import type { Queryable } from './database.ts'
import { groupCommit } from './group-commit.ts'

/** Who hears of changes, and of which. */
export interface ConsumerRegistration {
  /** Also the name of its queue; lower case, digits and hyphens. */
  readonly name: string
  /** FHIR resource types it hears of; `'*'` is every type. */
  readonly types: readonly string[]
  /** FHIR resource types of which it hears every change but the first. */
  readonly revised?: readonly string[]
  /** client_id it writes to the record with. Its own changes are not offered to it. */
  readonly client?: string
  /** client_ids of which it need not hear what they made, only what becomes of it: they make nothing that concerns it. */
  readonly notMadeBy?: readonly string[]
}

/** What to do with a change whose handler failed. */
export interface FailurePolicy {
  /** After so many failed attempts a person has to look at it. */
  readonly attempts: number
  /** Until the second attempt, in milliseconds; doubled for each further one. */
  readonly retryAfterMs: number
}

/** What became of a change whose handler failed; nothing when it was confirmed meanwhile. */
export type FailureOutcome = { readonly attempts: number; readonly dead: boolean } | undefined

/** The deliveries of one consumer. */
export interface Deliveries {
  /** Makes the consumer known, or takes over its new types. Changes committed before it is known are not offered to it. */
  register(): Promise<void>
  /** The change has taken effect. Many at once are one statement. */
  confirm(changeId: string): Promise<void>
  /** The attempt failed: it is offered again later, or is a dead letter after the last. */
  fail(changeId: string, reason: string, policy: FailurePolicy): Promise<FailureOutcome>
  /** Whether the change is still to be handled; false when it was confirmed, or is a dead letter. */
  isWaiting(changeId: string): Promise<boolean>
  /** The newest change committed by now that is still unconfirmed; nothing when there is none. */
  newestWaiting(): Promise<string | undefined>
  /** Whether a change up to this one is still unconfirmed. */
  anyWaitingUpTo(changeId: string): Promise<boolean>
}

/** Opens the deliveries of a consumer. */
export function deliveriesOf({ name, types, revised = [], client, notMadeBy = [] }: ConsumerRegistration, database: Queryable): Deliveries {
  const forConsumer = [name, [...types, ...revised], client ?? null, notMadeBy]
  return {
    async register() {
      await database.query({ name: 'consumer-register', text: REGISTER, values: [name, types, client ?? null, revised, notMadeBy] })
    },
    confirm: groupCommit(async (changeIds) => {
      await database.query({ name: 'delivery-confirm', text: CONFIRM, values: [name, changeIds] })
    }),
    async fail(changeId, reason, { attempts, retryAfterMs }) {
      const values = [name, changeId, reason, attempts, retryAfterMs]
      const { rows } = await database.query<{ attempts: number; dead: boolean }>({ name: 'delivery-fail', text: FAIL, values })
      return rows[0]
    },
    async isWaiting(changeId) {
      const { rows } = await database.query({ name: 'delivery-waiting', text: IS_WAITING, values: [name, changeId] })
      return rows.length > 0
    },
    async newestWaiting() {
      const { rows } = await database.query<{ newest: string | null }>({ name: 'delivery-newest', text: NEWEST, values: forConsumer })
      return rows[0]?.newest ?? undefined
    },
    async anyWaitingUpTo(changeId) {
      const values = [...forConsumer, changeId]
      const { rows } = await database.query<{ any: boolean }>({ name: 'delivery-any', text: ANY_UP_TO, values })
      return rows[0]?.any === true
    },
  }
}

const REGISTER = `
  INSERT INTO events.consumer (name, types, client, revised, not_made_by) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (name) DO UPDATE
  SET types = excluded.types, client = excluded.client, revised = excluded.revised, not_made_by = excluded.not_made_by`

const CONFIRM = 'DELETE FROM events.delivery WHERE consumer = $1 AND change_id = ANY ($2::bigint[])'

const FAIL = `
  UPDATE events.delivery SET
    attempts = attempts + 1,
    reason   = $3,
    due_at   = now() + $5::float8 * power(2, attempts) * interval '1 millisecond',
    dead_at  = CASE WHEN attempts + 1 >= $4::integer THEN now() END
  WHERE consumer = $1 AND change_id = $2 AND dead_at IS NULL
  RETURNING attempts, dead_at IS NOT NULL AS dead`

const IS_WAITING = 'SELECT 1 FROM events.delivery WHERE consumer = $1 AND change_id = $2 AND dead_at IS NULL'

// A new one of a type of which only revisions are heard is waited for too, until it is claimed.
const IN_OUTBOX = `
  FROM events.outbox
  WHERE (type = ANY ($2::text[]) OR '*' = ANY ($2::text[])) AND ($3::text IS NULL OR author IS DISTINCT FROM $3)
    AND (version > 1 OR author IS NULL OR author <> ALL ($4::text[]))`
const IN_DELIVERY = 'FROM events.delivery WHERE consumer = $1 AND dead_at IS NULL'

const NEWEST = `SELECT greatest((SELECT max(change_id) ${IN_OUTBOX}), (SELECT max(change_id) ${IN_DELIVERY})) AS newest`

const ANY_UP_TO = `
  SELECT EXISTS (SELECT 1 ${IN_OUTBOX} AND change_id <= $5::bigint)
      OR EXISTS (SELECT 1 ${IN_DELIVERY} AND change_id <= $5::bigint) AS any`
