/** Codes that people showed to be recorded by: made, accepted by an organisation, withdrawn. What is accepted ends by itself. */
import { createHash, randomUUID } from 'node:crypto'
import type { Queryable } from '@platform/service/database'
import { KINDS } from '../domain/access/policy.ts'
import { linkStanding } from './write-guard.ts'

/** A code as its person sees it. */
export interface ShownCode {
  readonly id: string
  readonly purpose: string | undefined
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly withdrawnAt: Date | undefined
  /** Organisations that may record by it now. */
  readonly accepted: readonly string[]
}

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret, 'utf8').digest()
const KIND = KINDS.indexOf('shown-to-record') + 1

/** Keeps a code; of what it says only the hash. @returns its id */
export async function keepShownCode(
  database: Queryable,
  { secret, patient, purpose, at, expires }: { secret: string; patient: string; purpose: string | undefined; at: Date; expires: Date },
): Promise<string> {
  const id = randomUUID()
  await database.query({
    name: 'shown-keep',
    text: 'INSERT INTO passport.shown (id, secret, patient, purpose, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)',
    values: [id, hashOf(secret), patient, purpose ?? null, at, expires],
  })
  return id
}

/**
 * Gives an organisation the right to create sessions for the person of a code, until the code ends. Accepted again, it is the same right.
 *
 * @returns nothing when the code is not known, has ended, was withdrawn, or its person is not in the record any more
 */
export async function acceptShownCode(
  database: Queryable,
  { secret, organization, at }: { secret: string; organization: string; at: Date },
): Promise<{ patient: string; purpose: string | undefined; expires: Date } | undefined> {
  const { rows } = await database.query<{ id: string; patient: string; purpose: string | null; expires_at: Date }>({
    name: 'shown-accept',
    // Business time says how long it is still good; the relationship itself ends by the time of the database, as all do.
    text: `WITH good AS (SELECT id, patient, purpose, expires_at FROM passport.shown WHERE secret = $1 AND withdrawn_at IS NULL AND expires_at > $3 FOR UPDATE),
           kept AS (INSERT INTO passport.relationship (patient, party, kind, source, ends)
                    SELECT g.patient, $2, $4::smallint, 'Shown/' || g.id, now() + (g.expires_at - $3) FROM good g
                     WHERE NOT EXISTS (SELECT FROM passport.relationship r WHERE r.source = 'Shown/' || g.id AND r.party = $2))
           SELECT id, patient, purpose, expires_at FROM good`,
    values: [hashOf(secret), organization, at, KIND],
  })
  const [row] = rows
  if (row === undefined || !(await linkStanding(database, row.patient)).present) return undefined
  return { patient: row.patient, purpose: row.purpose ?? undefined, expires: row.expires_at }
}

/** Ends a code, and every right that came of it, with the next request. @returns false when the person has no such code */
export async function withdrawShownCode(database: Queryable, patient: string, id: string, at: Date): Promise<boolean> {
  const { rows } = await database.query({
    name: 'shown-withdraw',
    text: `WITH ended AS (UPDATE passport.shown SET withdrawn_at = coalesce(withdrawn_at, $3) WHERE id = $1 AND patient = $2 RETURNING id),
           gone AS (DELETE FROM passport.relationship r USING ended e WHERE r.source = 'Shown/' || e.id)
           SELECT id FROM ended`,
    values: [id, patient, at],
  })
  return rows.length === 1
}

/** The codes of a person, newest first: all that can be taken up or were, of the others those among the newest 200. */
export async function shownCodes(database: Queryable, patient: string, at: Date): Promise<ShownCode[]> {
  const { rows } = await database.query<{
    id: string
    purpose: string | null
    created_at: Date
    expires_at: Date
    withdrawn_at: Date | null
    accepted: string[]
  }>({
    name: 'shown-of',
    text: `SELECT id, purpose, created_at, expires_at, withdrawn_at, accepted FROM (
             SELECT s.*, row_number() OVER (ORDER BY s.created_at DESC, s.id) AS place,
                    ARRAY(SELECT r.party FROM passport.relationship r WHERE r.source = 'Shown/' || s.id AND r.ends > now() ORDER BY r.party) AS accepted
               FROM passport.shown s WHERE s.patient = $1
           ) AS code WHERE place <= 200 OR accepted <> '{}' OR (withdrawn_at IS NULL AND expires_at > $2) ORDER BY place`,
    values: [patient, at],
  })
  return rows.map(({ id, purpose, created_at, expires_at, withdrawn_at, accepted }) => ({
    id,
    purpose: purpose ?? undefined,
    createdAt: created_at,
    expiresAt: expires_at,
    withdrawnAt: withdrawn_at ?? undefined,
    accepted,
  }))
}
