/** Requests for a copy, their review, and what was marked. */
import type { Queryable } from '@platform/service/database'
import type { Ground, Mark } from '../domain/subject-access/redact.ts'

export interface AccessRequest {
  readonly task: string
  readonly patient: string
  readonly reviewedAt: Date | undefined
}

/** Keeps that a copy was asked for, by the Task that somebody reviews it by. */
export async function addAccessRequest(database: Queryable, task: string, patient: string): Promise<void> {
  await database.query({ text: 'INSERT INTO passport.access_request (task, patient) VALUES ($1, $2)', values: [task, patient] })
}

/** The request for a copy of this Task; nothing where the Task is of another kind. */
export async function findAccessRequest(database: Queryable, task: string): Promise<AccessRequest | undefined> {
  const { rows } = await database.query<{ patient: string; reviewed_at: Date | null }>({
    text: 'SELECT patient, reviewed_at FROM passport.access_request WHERE task = $1',
    values: [task],
  })
  return rows[0] === undefined ? undefined : { task, patient: rows[0].patient, reviewedAt: rows[0].reviewed_at ?? undefined }
}

export interface NewMark extends Mark {
  readonly words: string
  readonly by: string
  readonly at: Date
}

/** Marks a part, or says anew why. A review that was complete is so no more. */
export async function addMark(database: Queryable, task: string, { type, id, element, ground, words, by, at }: NewMark): Promise<void> {
  await database.query({
    text: `WITH opened AS (UPDATE passport.access_request SET reviewed_at = NULL WHERE task = $1)
           INSERT INTO passport.access_mark (task, type, id, element, ground, words, by, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
           ON CONFLICT (task, type, id, element) DO UPDATE SET ground = excluded.ground, words = excluded.words, by = excluded.by, at = excluded.at`,
    values: [task, type, id, element, ground, words, by, at],
  })
}

/** Takes a mark back. */
export async function removeMark(
  database: Queryable,
  task: string,
  { type, id, element }: Pick<Mark, 'type' | 'id' | 'element'>,
): Promise<void> {
  await database.query({
    text: `WITH opened AS (UPDATE passport.access_request SET reviewed_at = NULL WHERE task = $1)
           DELETE FROM passport.access_mark WHERE task = $1 AND type = $2 AND id = $3 AND element = $4`,
    values: [task, type, id, element],
  })
}

/** What the reviewer withholds, each with its ground. */
export async function marksOf(database: Queryable, task: string): Promise<Mark[]> {
  const { rows } = await database.query<{ type: string; id: string; element: string; ground: Ground }>({
    text: 'SELECT type, id, element, ground FROM passport.access_mark WHERE task = $1 ORDER BY type, id, element',
    values: [task],
  })
  return rows
}

/** @param at everything that was written until then has been looked at */
export async function completeReview(database: Queryable, task: string, by: string, at: Date): Promise<void> {
  await database.query({
    text: 'UPDATE passport.access_request SET reviewed_at = $2, reviewed_by = $3 WHERE task = $1',
    values: [task, at, by],
  })
}
