/** What happens at a link: tries at its passcode, openings, its files, and notes. What decides about an opening decides in one statement. */
import { randomUUID } from 'node:crypto'
import type { Database, Queryable } from '@platform/service/database'
import { BIT } from '../domain/access/data-class.ts'
import { masksFor } from '../domain/access/masks.ts'
import { KINDS } from '../domain/access/policy.ts'
import { bucketIn, bucketOfPatient } from '../domain/bucket.ts'
import { ATTEMPTS, NOTE_MS, NOTES_A_DAY, OPENINGS_A_MINUTE, TICKET_MS } from '../domain/share/link-state.ts'
import { auditColumns, type AuditEntry } from './audit-store.ts'
import { AUDIT, AUDIT_FIELDS, hashOf, newSecret, type Link, type StoredFile } from './share-links.ts'
import { REPLACED } from './write-guard.ts'

const bucketOf = (patient: string): number => bucketIn(patient) ?? bucketOfPatient(patient)

/** What a person closed to everybody, or to the carer who gave the link out; what is closed of one referral only says nothing about links. */
const CLOSED = `SELECT bit_or(c.classes) FROM passport.closed_out c
  WHERE c.patient = l.patient AND (c.party = '*' OR c.party = l.carer) AND c.referral IS NULL AND c.starts <= now() AND c.ends > now()`

/** What the person's Consent opens to the carer who gave a link out, at this moment. HAZ-P25 */
const CARER = { identity: BIT.identity, sees: masksFor('carer', 'full').read.carer, kind: KINDS.indexOf('carer') + 1 }
const NEEDS = `(l.classes | CASE WHEN l.carer IS NULL THEN 0 ELSE ${CARER.identity} END)`
const OPEN_TO_CARER = `SELECT bit_or(o.classes) & ${CARER.sees} FROM passport.relationship o
  WHERE o.patient = l.patient AND o.party = l.carer AND o.kind = ${CARER.kind} AND o.starts <= now() AND o.ends > now()`

/** What a try at the passcode may do now. */
export type Attempt = 'taken' | 'busy' | 'locked'

/**
 * Takes one of the attempts of a link before the passcode is compared, so that many tries at the same moment are no more than one after
 * the other. Whoever is right gives it back; whoever stops in between has lost it.
 *
 * @returns `busy` while others hold what is left
 */
export async function takeAttempt(database: Queryable, id: string): Promise<Attempt> {
  const { rows } = await database.query<{ attempt: Attempt }>({
    name: 'link-take',
    text: `WITH taken AS (
             UPDATE passport.link SET attempts_left = attempts_left - 1, taken_at = now()
              WHERE id = $1 AND attempts_left > 0 AND locked_at IS NULL RETURNING 1
           )
           SELECT CASE WHEN EXISTS (SELECT 1 FROM taken) THEN 'taken'
                       WHEN locked_at IS NULL AND taken_at > now() - interval '30 seconds' THEN 'busy'
                       ELSE 'locked' END AS attempt
             FROM passport.link WHERE id = $1`,
    values: [id],
  })
  return rows[0]?.attempt ?? 'locked'
}

/** Gives an attempt back to a link, for the passcode was right. */
export async function giveBackAttempt(database: Queryable, id: string): Promise<void> {
  await database.query({
    name: 'link-give-back',
    text: `UPDATE passport.link SET attempts_left = least(attempts_left + 1, ${ATTEMPTS}) WHERE id = $1`,
    values: [id],
  })
}

/**
 * Keeps a wrong try, with its audit entry; the last one locks the link, for everybody and for good.
 *
 * @returns how many are left, and whether it was this one that locked it
 */
export async function keepWrongPasscode(
  database: Database,
  { id, recipient, at, audit }: { id: string; recipient: string; at: Date; audit: AuditEntry },
): Promise<{ left: number; locked: boolean }> {
  return database.transaction(async (tx) => {
    // The row is locked before it is counted, so that of several last tries exactly one is told that it was the last.
    await tx.query({ name: 'link-hold', text: 'SELECT 1 FROM passport.link WHERE id = $1 FOR UPDATE', values: [id] })
    const { rows } = await tx.query<{ wrong: number }>({
      name: 'link-wrong',
      text: `WITH kept AS (INSERT INTO passport.link_opening (id, link, at, recipient, outcome) VALUES ($1, $2, $3, $4, 'wrong-passcode') RETURNING 1)
             SELECT (SELECT count(*)::integer FROM passport.link_opening WHERE link = $2 AND outcome = 'wrong-passcode')
                  + (SELECT count(*)::integer FROM kept) AS wrong`,
      values: [randomUUID(), id, at, recipient],
    })
    const left = Math.max(0, ATTEMPTS - (rows[0]?.wrong ?? ATTEMPTS))
    if (left === 0) {
      await tx.query({
        name: 'link-lock',
        text: `WITH locked AS (
                 UPDATE passport.link SET locked_at = $2, attempts_left = 0, sealed_key = NULL WHERE id = $1 AND locked_at IS NULL RETURNING id
               ), files AS (DELETE FROM passport.link_file f USING locked WHERE f.link = locked.id
               ), tickets AS (DELETE FROM passport.link_ticket t USING locked WHERE t.link = locked.id)
               INSERT INTO passport.link_opening (id, link, at, recipient, outcome) SELECT $3, id, $2, $4, 'locked' FROM locked`,
        values: [id, at, randomUUID(), recipient],
      })
    }
    await tx.query({ name: 'link-audit', text: AUDIT, values: auditColumns([audit]) })
    return { left, locked: left === 0 }
  })
}

/** What became of an attempt to open. */
export type Gate = { readonly open: true; readonly note: string } | { readonly open: false; readonly because: 'gone' | 'too-often' }

/**
 * The last word on an opening: in one statement the link is still good, nobody the person closed out has its content, a carer who gave it out may still see it, it was not opened too
 * often, and the opening and its audit entry are kept. What is sent afterwards was allowed at that moment; a withdrawal that was committed
 * before wins.
 */
export async function passGate(
  database: Queryable,
  { link, recipient, at, audit }: { link: Link; recipient: string; at: Date; audit: AuditEntry },
): Promise<Gate> {
  const note = newSecret()
  const { rows } = await database.query<{ good: boolean; opened: boolean }>({
    name: 'link-gate',
    text: `WITH held AS (SELECT l.id, l.window_at, l.window_count FROM passport.link l
                    WHERE l.id = $12 AND l.withdrawn_at IS NULL AND l.locked_at IS NULL AND l.expires_at > $14
                      AND (${NEEDS} & coalesce((${CLOSED}), 0)) = 0
                      AND (l.carer IS NULL OR (${NEEDS} & ~coalesce((${OPEN_TO_CARER}), 0)) = 0)
                      AND EXISTS (SELECT 1 FROM passport.resource r
                                   WHERE r.bucket = $17 AND r.type = 'Patient' AND r.id = l.patient AND NOT r.deleted AND NOT r.tokens && $18::bigint[])
                      FOR UPDATE OF l),
           passed AS (UPDATE passport.link l
                         SET window_at    = CASE WHEN held.window_at < now() - interval '1 minute' THEN now() ELSE held.window_at END,
                             window_count = CASE WHEN held.window_at < now() - interval '1 minute' THEN 1 ELSE held.window_count + 1 END
                        FROM held WHERE l.id = held.id AND (held.window_at < now() - interval '1 minute' OR held.window_count < ${OPENINGS_A_MINUTE})
                   RETURNING l.id),
           opened AS (INSERT INTO passport.link_opening (id, link, at, recipient, outcome, note)
                      SELECT $13, id, $14, $15, 'opened', $16 FROM passed),
           audited AS (INSERT INTO passport.audit_entry (${AUDIT_FIELDS})
                       SELECT at, client, subject, organization, interaction, status, entity, patient, people::text[], purpose, request
                         FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::smallint[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
                              AS e(${AUDIT_FIELDS}), passed)
           SELECT EXISTS (SELECT 1 FROM held) AS good, EXISTS (SELECT 1 FROM passed) AS opened`,
    values: [...auditColumns([audit]), link.id, randomUUID(), at, recipient, hashOf(note), bucketOf(link.patient), `{${REPLACED}}`],
  })
  const [row] = rows
  if (row?.opened === true) return { open: true, note }
  return { open: false, because: row?.good === true ? 'too-often' : 'gone' }
}

/** The files of a link whose key the hub has forgotten. */
export async function filesOf(database: Queryable, link: string): Promise<StoredFile[]> {
  const { rows } = await database.query<{ content_type: string; jwe: string; updated_at: Date }>({
    name: 'link-files-of',
    text: 'SELECT content_type, jwe, updated_at FROM passport.link_file WHERE link = $1 ORDER BY number',
    values: [link],
  })
  return rows.map(({ content_type, jwe, updated_at }) => ({ contentType: content_type, jwe, updatedAt: updated_at }))
}

/** Gives each text an address of its own for a short time; the random parts come back in order. */
export async function giveTickets(database: Queryable, link: string, jwes: readonly string[], at: Date): Promise<string[]> {
  const secrets = jwes.map(() => newSecret())
  await database.query({
    name: 'link-tickets',
    text: `INSERT INTO passport.link_ticket (secret, link, jwe, expires_at) SELECT t.secret, $1, t.jwe, $4 FROM unnest($2::bytea[], $3::text[]) AS t(secret, jwe)`,
    values: [link, secrets.map(hashOf), jwes, new Date(at.getTime() + TICKET_MS)],
  })
  return secrets
}

/** The text behind the address of a file, as long as address and link are good. */
export async function ticketText(database: Queryable, secret: string, at: Date): Promise<string | undefined> {
  const { rows } = await database.query<{ jwe: string }>({
    name: 'link-ticket',
    text: `SELECT t.jwe FROM passport.link_ticket t JOIN passport.link l ON l.id = t.link
            WHERE t.secret = $1 AND t.expires_at > $2 AND l.expires_at > $2 AND l.withdrawn_at IS NULL AND l.locked_at IS NULL
              AND (l.classes & coalesce((${CLOSED}), 0)) = 0`,
    values: [hashOf(secret), at],
  })
  return rows[0]?.jwe
}

/**
 * Uses up the word that lets a reader leave a note.
 *
 * @returns whose link it was and what the reader is said to be; nothing when the word is not known, was used, or is too old, when the link
 *   was withdrawn or locked, or when enough notes came from it today
 */
export async function useNoteWord(
  database: Queryable,
  word: string,
  at: Date,
): Promise<{ opening: string; link: string; patient: string; recipient: string; openedAt: Date } | undefined> {
  const { rows } = await database.query<{ opening: string; link: string; patient: string; recipient: string; opened_at: Date }>({
    name: 'link-note',
    text: `UPDATE passport.link_opening o SET note = NULL, noted_at = $2 FROM passport.link l
            WHERE o.note = $1 AND l.id = o.link AND l.withdrawn_at IS NULL AND l.locked_at IS NULL AND o.at > $3
              AND (SELECT count(*) FROM passport.link_opening n WHERE n.link = o.link AND n.noted_at > $4) < ${NOTES_A_DAY}
        RETURNING o.id AS opening, o.link, l.patient, o.recipient, o.at AS opened_at`,
    values: [hashOf(word), at, new Date(at.getTime() - NOTE_MS), new Date(at.getTime() - 24 * 60 * 60 * 1000)],
  })
  return rows.map(({ opened_at, ...rest }) => ({ ...rest, openedAt: opened_at }))[0]
}

/** Makes a word good again, when the note it was used for could not be stored. */
export async function restoreNoteWord(database: Queryable, word: string, opening: string): Promise<void> {
  await database.query({
    name: 'link-note-back',
    text: 'UPDATE passport.link_opening SET note = $1, noted_at = NULL WHERE id = $2',
    values: [hashOf(word), opening],
  })
}
