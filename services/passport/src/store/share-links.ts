/** The links that people gave out: made, found, listed, withdrawn, forgotten. */
import { createHash, randomBytes } from 'node:crypto'
import type { Database, Queryable } from '@platform/service/database'
import type { Flag } from '../domain/share/link.ts'
import { ATTEMPTS } from '../domain/share/link-state.ts'
import type { Section } from '../domain/share/section.ts'
import type { Language } from '../domain/summary/words.ts'
import type { AuditEntry } from './audit-store.ts'
import { auditColumns } from './audit-store.ts'

/** A link as it is stored. */
export interface Link {
  readonly id: string
  readonly patient: string
  readonly role: 'patient' | 'carer'
  /** `RelatedPerson/…` that gave it out, where the person did not. */
  readonly carer: string | undefined
  readonly language: Language
  readonly sections: readonly Section[]
  readonly flag: Flag
  readonly label: string | undefined
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly lockedAt: Date | undefined
  readonly withdrawnAt: Date | undefined
  readonly attemptsLeft: number
  /** The hash of the passcode, where one is asked for. */
  readonly passcode: string | undefined
  /** Only with flag L, until the link ends. */
  readonly sealedKey: Buffer | undefined
}

/** One encrypted file of a link. */
export interface StoredFile {
  readonly contentType: string
  readonly jwe: string
  readonly updatedAt: Date
}

/** One entry of what became of a link. */
export interface Opening {
  readonly link: string
  readonly at: Date
  readonly recipient: string
  readonly outcome: 'opened' | 'wrong-passcode' | 'locked'
  readonly notedAt: Date | undefined
}

/** 256 random bits as one path segment of 43 characters. */
export const newSecret = (): string => randomBytes(32).toString('base64url')
/** What is kept of a secret of 256 random bits: nobody finds it again by trying. */
export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret, 'utf8').digest()

export interface NewLink extends Pick<
  Link,
  'id' | 'patient' | 'role' | 'carer' | 'language' | 'sections' | 'flag' | 'label' | 'createdAt' | 'expiresAt' | 'passcode' | 'sealedKey'
> {
  readonly secret: string
  /** Data classes of the files, as bits. */
  readonly classes: number
  readonly files: readonly StoredFile[]
}

/** Stores a link with its files, and the entry that says so, as one. */
export async function createLink(database: Database, link: NewLink, audit: AuditEntry): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query({
      name: 'link-create',
      text: `INSERT INTO passport.link (id, secret, patient, role, sections, classes, flag, label, created_at, expires_at, passcode, attempts_left, sealed_key, window_at, carer, language)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, ${ATTEMPTS}, $12, now(), $13, $14)`,
      values: [
        link.id,
        hashOf(link.secret),
        link.patient,
        link.role,
        link.sections,
        link.classes,
        link.flag,
        link.label ?? null,
        link.createdAt,
        link.expiresAt,
        link.passcode ?? null,
        link.sealedKey ?? null,
        link.carer ?? null,
        link.language,
      ],
    })
    await tx.query({
      name: 'link-files',
      text: `INSERT INTO passport.link_file (link, number, content_type, jwe, updated_at)
             SELECT $1, f.number, f.type, f.jwe, f.at FROM unnest($2::text[], $3::text[], $4::timestamptz[]) WITH ORDINALITY AS f(type, jwe, at, number)`,
      values: [
        link.id,
        link.files.map(({ contentType }) => contentType),
        link.files.map(({ jwe }) => jwe),
        link.files.map(({ updatedAt }) => updatedAt),
      ],
    })
    await tx.query({ name: 'link-audit', text: AUDIT, values: auditColumns([audit]) })
  })
}

/** The columns of an audit entry, for statements that write one beside something else. */
export const AUDIT_FIELDS = 'at, client, subject, organization, interaction, status, entity, patient, people, purpose, request'
/** Keeps an audit entry in the transaction of what it is about. */
export const AUDIT = `INSERT INTO passport.audit_entry (${AUDIT_FIELDS})
  SELECT at, client, subject, organization, interaction, status, entity, patient, people::text[], purpose, request
    FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::smallint[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
         AS e(${AUDIT_FIELDS})`

/** The link behind the random part of an address, whatever became of it. */
export async function findLink(database: Queryable, secret: string): Promise<Link | undefined> {
  const { rows } = await database.query<StoredLink>({
    name: 'link-find',
    text: `SELECT ${COLUMNS} FROM passport.link WHERE secret = $1`,
    values: [hashOf(secret)],
  })
  return rows.map(toLink)[0]
}

/** Whose links: all of a person, or only those that one carer gave out. */
export type LinksOf = Pick<Link, 'patient'> & Partial<Pick<Link, 'carer'>>

/** The links of a person, newest first; of a carer's those that the carer gave out. Of those that have ended the newest 200, of those that open all. */
export async function linksOf(database: Queryable, { patient, carer }: LinksOf, at: Date): Promise<Link[]> {
  const { rows } = await database.query<StoredLink>({
    name: 'links-of',
    text: `SELECT ${COLUMNS} FROM (
             SELECT *, row_number() OVER (ORDER BY created_at DESC, id) AS place FROM passport.link WHERE patient = $1 AND ($2::text IS NULL OR carer = $2)
           ) AS link WHERE place <= 200 OR (withdrawn_at IS NULL AND locked_at IS NULL AND expires_at > $3) ORDER BY place`,
    values: [patient, carer ?? null, at],
  })
  return rows.map(toLink)
}

/** What became of the links of a person, newest first. */
export async function openingsOf(database: Queryable, patient: string): Promise<Opening[]> {
  const { rows } = await database.query<{
    link: string
    at: Date
    recipient: string
    outcome: Opening['outcome']
    noted_at: Date | null
  }>({
    name: 'openings-of',
    text: `SELECT o.link, o.at, o.recipient, o.outcome, o.noted_at FROM passport.link_opening o JOIN passport.link l ON l.id = o.link
            WHERE l.patient = $1 ORDER BY o.at DESC, o.id LIMIT 1000`,
    values: [patient],
  })
  return rows.map(({ noted_at, ...rest }) => ({ ...rest, notedAt: noted_at ?? undefined }))
}

/**
 * Ends a link: its key and its files are destroyed with it, and the addresses of files that were given out.
 *
 * @returns false when the person has no such link; true when it has ended, now or before
 */
export async function withdrawLink(database: Queryable, { patient, carer }: LinksOf, id: string, at: Date): Promise<boolean> {
  const { rows } = await database.query({
    name: 'link-withdraw',
    text: `WITH ended AS (
             UPDATE passport.link SET withdrawn_at = coalesce(withdrawn_at, $3), sealed_key = NULL WHERE id = $1 AND patient = $2 AND ($4::text IS NULL OR carer = $4) RETURNING id
           ), files AS (DELETE FROM passport.link_file f USING ended WHERE f.link = ended.id
           ), tickets AS (DELETE FROM passport.link_ticket t USING ended WHERE t.link = ended.id)
           SELECT id FROM ended`,
    values: [id, patient, at, carer ?? null],
  })
  return rows.length === 1
}

/** Destroys what is left of links that have expired. */
export async function forgetExpired(database: Queryable, at: Date): Promise<void> {
  await database.query({
    name: 'link-forget',
    text: `WITH expired AS (SELECT id FROM passport.link WHERE expires_at <= $1),
           keys AS (UPDATE passport.link l SET sealed_key = NULL FROM expired e WHERE l.id = e.id AND l.sealed_key IS NOT NULL),
           files AS (DELETE FROM passport.link_file f USING expired e WHERE f.link = e.id)
           DELETE FROM passport.link_ticket WHERE expires_at <= $1`,
    values: [at],
  })
}

interface StoredLink {
  id: string
  patient: string
  role: Link['role']
  carer: string | null
  language: Language
  sections: Section[]
  flag: Flag
  label: string | null
  created_at: Date
  expires_at: Date
  locked_at: Date | null
  withdrawn_at: Date | null
  attempts_left: number
  passcode: string | null
  sealed_key: Buffer | null
}

const COLUMNS =
  'id, patient, role, carer, language, sections, flag, label, created_at, expires_at, locked_at, withdrawn_at, attempts_left, passcode, sealed_key'

function toLink(row: StoredLink): Link {
  return {
    id: row.id,
    patient: row.patient,
    role: row.role,
    carer: row.carer ?? undefined,
    language: row.language,
    sections: row.sections,
    flag: row.flag,
    label: row.label ?? undefined,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lockedAt: row.locked_at ?? undefined,
    withdrawnAt: row.withdrawn_at ?? undefined,
    attemptsLeft: row.attempts_left,
    passcode: row.passcode ?? undefined,
    sealedKey: row.sealed_key ?? undefined,
  }
}
