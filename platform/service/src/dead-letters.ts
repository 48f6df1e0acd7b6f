/**
 * Dead letters: changes a consumer could not act on, kept until a person has looked and lets it try again.
 */
import type { Queryable } from './database.ts'

/** A change that was given up. It holds references and a reason without personal data. */
export interface DeadLetter {
  readonly consumer: string
  readonly changeId: string
  /** What changed, e.g. `ServiceRequest/0d8a2a4e`. */
  readonly resource: string
  readonly versionId: string
  readonly changedAt: Date
  readonly deadAt: Date
  readonly attempts: number
  /** The code and remedy of the refusal, or the class and code of the error. */
  readonly reason: string
}

/** Which dead letters: those of one consumer, or some by the id of their change; everything when neither is given. */
export interface DeadLetterSelection {
  readonly consumer?: string
  readonly changeIds?: readonly string[]
}

/**
 * Lists dead letters, oldest first.
 *
 * @param limit the most that are listed; 100 unless given
 */
export async function listDeadLetters(
  database: Queryable,
  { consumer, changeIds, limit = 100 }: DeadLetterSelection & { limit?: number } = {},
): Promise<readonly DeadLetter[]> {
  const { rows } = await database.query<DeadLetterRow>({
    name: 'dead-letters-list',
    text: LIST,
    values: [consumer ?? null, changeIds ?? null, limit],
  })
  return rows.map((row) => ({
    consumer: row.consumer,
    changeId: row.change_id,
    resource: `${row.type}/${row.id}`,
    versionId: String(row.version),
    changedAt: row.at,
    deadAt: row.dead_at,
    attempts: row.attempts,
    reason: row.reason ?? 'none was recorded',
  }))
}

/**
 * Lets the selected dead letters be tried again, with all their attempts before them. The relay offers them within a second.
 *
 * @returns how many there were
 */
export async function retryDeadLetters(database: Queryable, { consumer, changeIds }: DeadLetterSelection = {}): Promise<number> {
  const { rowCount } = await database.query({ name: 'dead-letters-retry', text: RETRY, values: [consumer ?? null, changeIds ?? null] })
  return rowCount ?? 0
}

interface DeadLetterRow {
  readonly consumer: string
  readonly change_id: string
  readonly type: string
  readonly id: string
  readonly version: number
  readonly at: Date
  readonly dead_at: Date
  readonly attempts: number
  readonly reason: string | null
}

const SELECTED = `
  WHERE dead_at IS NOT NULL
    AND ($1::text IS NULL OR consumer = $1)
    AND ($2::bigint[] IS NULL OR change_id = ANY ($2))`

const LIST = `
  SELECT consumer, change_id, type, id, version, at, dead_at, attempts, reason
  FROM events.delivery ${SELECTED}
  ORDER BY dead_at, change_id LIMIT $3`

const RETRY = `UPDATE events.delivery SET dead_at = NULL, reason = NULL, attempts = 0, offers = 1, due_at = now() ${SELECTED}`
