/**
 * Messages that concern somebody of ours, kept until they have been acted on, and the check for repeats. Many arriving at once are one statement.
 */
import { hash } from 'node:crypto'
import type { Database } from '@platform/service/database'
import { groupCommit } from '@platform/service/group-commit'
import type { AdtFacts } from '../domain/adt.ts'

/** What is written before a message is acknowledged. */
export interface MessageToKeep {
  /** MSH-3, MSH-4 and MSH-10 as they stand. */
  readonly sender: readonly [application: string, facility: string, controlId: string]
  readonly content: Buffer
  readonly receivedAt: Date
  readonly disposition: 'matched' | 'review' | 'mismatch' | 'unreadable'
  readonly patient?: string
  readonly row?: number
  /** Keyed hash of what was compared. */
  readonly compared?: Buffer
  /** What a person is to decide of it: on the list of reviews in the same commit. */
  readonly review?: { readonly urgent: boolean; readonly candidates: readonly string[] }
}

/** What became of it: kept under an id, or known already and then without any effect. */
export interface MessageKept {
  readonly id: string
  readonly repeated: boolean
  /** Another message had this control id: control ids do get reused. */
  readonly reusedControlId: boolean
}

/** A message that waits to be acted on. */
export interface WaitingMessage {
  readonly id: string
  readonly patient: string
  readonly row: number
  readonly content: Buffer
  readonly receivedAt: Date
  /** What it says, where it was read just now at the door; of one out of the table it is read from `content`. */
  readonly facts?: readonly AdtFacts[]
}

/** The inbox of messages. */
export interface MessageStore {
  /** Resolves once the message is on disk, or was before. */
  keep(message: MessageToKeep): Promise<MessageKept>
  /** Matched messages not yet acted on: those that were never tried first, then the oldest. None is ever given up: a record may be away for a day. */
  waiting(limit: number): Promise<readonly WaitingMessage[]>
  get(id: string): Promise<WaitingMessage | undefined>
  /** The bytes of a message that is kept. */
  content(id: string): Promise<{ readonly content: Buffer; readonly receivedAt: Date } | undefined>
  /** Gave up on it for now; it comes again with the others. */
  failed(id: string): Promise<void>
  /** A person decided whom a message is about that a machine could not match, or a later one made it plain. */
  adopt(id: string, patient: string): Promise<void>
  /** Messages that could not be acted on so many times: a person must look. */
  stuck(attempts: number): Promise<number>
  /** Removes bytes older than this, of messages that were acted on or turned out to concern nobody; not while a person is to decide. */
  forgetBefore(at: Date): Promise<number>
}

/** SHA-256 of the parts, kept apart from each other. */
export const keyOf = (parts: readonly string[]): Buffer => hash('sha256', parts.join('\u0000'), 'buffer')

/** Opens the inbox. */
export function messageStore(database: Database): MessageStore {
  // One group at a time: a message and its repeat never cross, and what comes while a group waits for the disk is the next.
  const insert = groupCommit<KeyedMessage, ReadonlyMap<string, Inserted>>(async (rows) => {
    const values = [
      rows.map(({ senderKey }) => senderKey),
      rows.map(({ bodyHash }) => bodyHash),
      rows.map(({ message }) => message.receivedAt),
      rows.map(({ message }) => message.disposition),
      rows.map(({ message }) => message.patient ?? null),
      rows.map(({ message }) => message.row ?? null),
      rows.map(({ message }) => message.compared ?? null),
      rows.map(({ message }) => message.content),
      rows.map(({ message }) => (message.review === undefined ? null : JSON.stringify(message.review))),
    ]
    const { rows: inserted } = await database.query<Inserted>({ name: 'message-keep', text: KEEP, values })
    return new Map(inserted.map((row) => [labelOf(row.sender_key, row.body_hash), row]))
  })

  return {
    async keep(message) {
      const [senderKey, bodyHash] = [keyOf(message.sender), hash('sha256', message.content, 'buffer')]
      const mine = (await insert({ senderKey, bodyHash, message })).get(labelOf(senderKey, bodyHash))
      if (mine === undefined || mine.id === null) throw new Error('A message was neither kept nor known.')
      // Two equal messages in one group: the first to ask is the new one.
      const repeated = !mine.fresh || mine.taken === true
      mine.taken = true
      return { id: mine.id, repeated, reusedControlId: mine.reused }
    },
    async waiting(limit) {
      const { rows } = await database.query<WaitingRow>({ name: 'message-waiting', text: WAITING, values: [limit] })
      return rows.map(toWaiting)
    },
    async get(id) {
      const { rows } = await database.query<WaitingRow>({ name: 'message-get', text: GET, values: [id] })
      return rows[0] === undefined ? undefined : toWaiting(rows[0])
    },
    async content(id) {
      const { rows } = await database.query<{ content: Buffer; received_at: Date }>({
        name: 'message-content',
        text: 'SELECT content, received_at FROM alerts.message WHERE id = $1 AND content IS NOT NULL',
        values: [id],
      })
      return rows[0] === undefined ? undefined : { content: rows[0].content, receivedAt: rows[0].received_at }
    },
    async failed(id) {
      await database.query({
        name: 'message-failed',
        text: 'UPDATE alerts.message SET attempts = attempts + 1 WHERE id = $1',
        values: [id],
      })
    },
    async stuck(attempts) {
      const { rows } = await database.query<{ count: number }>({ name: 'message-stuck', text: STUCK, values: [attempts] })
      return rows[0]?.count ?? 0
    },
    async adopt(id, patient) {
      await database.query({ name: 'message-adopt', text: ADOPT, values: [id, patient] })
    },
    async forgetBefore(at) {
      const { rowCount } = await database.query({ name: 'message-forget', text: FORGET, values: [at] })
      return rowCount ?? 0
    },
  }
}

interface KeyedMessage {
  readonly senderKey: Buffer
  readonly bodyHash: Buffer
  readonly message: MessageToKeep
}

const labelOf = (senderKey: Buffer, bodyHash: Buffer): string => senderKey.toString('latin1') + bodyHash.toString('latin1')

interface Inserted {
  readonly sender_key: Buffer
  readonly body_hash: Buffer
  readonly id: string | null
  readonly fresh: boolean
  readonly reused: boolean
  taken?: boolean
}

interface WaitingRow {
  readonly id: string
  readonly patient: string
  readonly row: number
  readonly content: Buffer
  readonly received_at: Date
}

const toWaiting = ({ received_at: receivedAt, ...row }: WaitingRow): WaitingMessage => ({ ...row, receivedAt })

const KEEP = `
  WITH given AS (
    SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::timestamptz[], $4::text[], $5::text[], $6::smallint[], $7::bytea[], $8::bytea[], $9::jsonb[])
      AS given (sender_key, body_hash, received_at, disposition, patient, row, compared, content, review)
  ), kept AS (
    INSERT INTO alerts.message (sender_key, body_hash, received_at, disposition, patient, row, compared, content)
    SELECT DISTINCT ON (sender_key, body_hash) sender_key, body_hash, received_at, disposition, patient, row, compared, content FROM given
    ON CONFLICT (sender_key, body_hash) DO NOTHING
    RETURNING sender_key, body_hash, id
  ), reviewed AS (
    INSERT INTO alerts.review (message, row, urgent, candidates, opened_at)
    SELECT kept.id, row, (review->>'urgent')::boolean, ARRAY(SELECT jsonb_array_elements_text(review->'candidates')), received_at
    FROM kept JOIN given USING (sender_key, body_hash) WHERE review IS NOT NULL
    ON CONFLICT (message) DO NOTHING
  )
  SELECT given.sender_key, given.body_hash, coalesce(kept.id, known.id)::text AS id, kept.id IS NOT NULL AS fresh,
         EXISTS (SELECT 1 FROM alerts.message AS other WHERE other.sender_key = given.sender_key AND other.body_hash <> given.body_hash) AS reused
  FROM (SELECT DISTINCT sender_key, body_hash FROM given) AS given
  LEFT JOIN kept USING (sender_key, body_hash)
  LEFT JOIN alerts.message AS known USING (sender_key, body_hash)`

const WAITING = `
  SELECT id, patient, row, content, received_at FROM alerts.message
  WHERE handled_at IS NULL AND disposition = 'matched' AND content IS NOT NULL
  ORDER BY attempts, received_at, id LIMIT $1`
const GET =
  'SELECT id, patient, row, content, received_at FROM alerts.message WHERE id = $1 AND content IS NOT NULL AND patient IS NOT NULL'
const STUCK = `
  SELECT count(*)::int AS count FROM alerts.message
  WHERE handled_at IS NULL AND disposition = 'matched' AND attempts >= $1 AND content IS NOT NULL`
const ADOPT =
  "UPDATE alerts.message SET disposition = 'matched', patient = $2, handled_at = NULL WHERE id = $1 AND disposition IN ('review', 'mismatch')"
const FORGET = `UPDATE alerts.message SET content = NULL WHERE content IS NOT NULL AND received_at < $1 AND (handled_at IS NOT NULL OR disposition <> 'matched')
    AND NOT EXISTS (SELECT 1 FROM alerts.review WHERE review.message = message.id AND review.decided_at IS NULL)`
