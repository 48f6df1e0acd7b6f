/** Invitations, and the people that they become. Of a link only a hash is kept. */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Database } from '@platform/service/database'
import type { Grade, Role } from '@platform/fhir/caller'
import type { Passkey } from './passkeys.ts'

/** Somebody who is invited, and as what. */
export interface Invitation {
  readonly name: string
  readonly title: string
  readonly role: Role
  readonly grade: Grade
  /** Nothing for a carer. */
  readonly organization?: string
  /** Keyed hash of the address to which a code may be sent. */
  readonly contactHash?: Buffer
  /** For a carer: whom they look after, as which RelatedPerson, up to and with which day. */
  readonly caresFor?: { readonly patient: string; readonly fhirUser: string; readonly endsOn: string }
  /** SMART scopes, separated by spaces. */
  readonly scopes: string
  readonly administers: boolean
  /** Id of the person, or of the client, that invited. */
  readonly invitedBy: string
}

/** How long an invitation is good for: a week, in milliseconds. */
const INVITATION_MS = 7 * 24 * 60 * 60 * 1000

/** Keeps invitations, and makes people of them. */
export interface Invitations {
  /** How many people of an organisation can sign in, and how many invitations into it are neither used nor over. */
  countOf(organization: string, at: Date): Promise<{ readonly people: number; readonly invited: number }>
  /** The secret of the link: 32 random bytes, base64url. Kept nowhere. */
  invite(invitation: Invitation, at: Date): Promise<{ readonly secret: string; readonly expiresAt: Date }>
  /** An invitation that is neither used nor too old. */
  invitation(secret: string, at: Date): Promise<(Invitation & { readonly challenge: string | undefined }) | undefined>
  /** Keeps the challenge of the passkey that is being made of it. */
  expectRegistration(secret: string, challenge: string): Promise<void>
  /**
   * The person and the passkey, in one transaction that uses the invitation up; nothing when somebody was faster.
   *
   * @returns id of the person
   */
  join(secret: string, passkey: Omit<Passkey, 'person'>, at: Date): Promise<string | undefined>
  /**
   * The same by an address to which a code went and came back. A carer who signs in by that address already looks after one more.
   *
   * @returns id of the person; nothing when somebody was faster, or the address signs in somebody else
   */
  joinByCode(secret: string, contactHash: Buffer, at: Date): Promise<string | undefined>
}

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()

interface InvitationRow {
  name: string
  title: string
  role: Role
  grade: Grade
  organization: string | null
  contact_hash: Buffer | null
  scopes: string
  administers: boolean
  invited_by: string
  challenge: string | null
}

/** What is kept in `identity.invitation`, and what becomes of it in `identity.person` and `identity.passkey`. */
export function invitationsIn(database: Database): Invitations {
  return {
    async invite({ name, title, role, grade, organization, scopes, administers, invitedBy, contactHash, caresFor }, at) {
      const secret = randomBytes(32).toString('base64url')
      const expiresAt = new Date(at.getTime() + INVITATION_MS)
      await database.query({
        text: `INSERT INTO identity.invitation (secret_hash, name, title, role, grade, organization, scopes, administers, invited_by, made_at, expires_at, contact_hash, patient, fhir_user, ends_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, ($15::date + 1)::timestamp AT TIME ZONE 'Europe/London')`,
        values: [
          hashOf(secret),
          name,
          title,
          role,
          grade,
          organization ?? null,
          scopes,
          administers,
          invitedBy,
          at,
          expiresAt,
          contactHash ?? null,
          caresFor?.patient ?? null,
          caresFor?.fhirUser ?? null,
          caresFor?.endsOn ?? null,
        ],
      })
      return { secret, expiresAt }
    },
    async countOf(organization, at) {
      const { rows } = await database.query<{ people: number; invited: number }>({
        text: `SELECT (SELECT count(*) FROM identity.person WHERE organization = $1)::integer AS people,
                      (SELECT count(*) FROM identity.invitation WHERE organization = $1 AND used_at IS NULL AND expires_at > $2)::integer AS invited`,
        values: [organization, at],
      })
      return rows[0] ?? { people: 0, invited: 0 }
    },
    async invitation(secret, at) {
      const { rows } = await database.query<InvitationRow>({
        text: 'SELECT * FROM identity.invitation WHERE secret_hash = $1 AND used_at IS NULL AND expires_at > $2',
        values: [hashOf(secret), at],
      })
      const [row] = rows
      if (row === undefined) return undefined
      const {
        invited_by: invitedBy,
        challenge,
        contact_hash: contactHash,
        name,
        title,
        role,
        grade,
        organization,
        scopes,
        administers,
      } = row
      return {
        name,
        title,
        role,
        grade,
        scopes,
        administers,
        invitedBy,
        challenge: challenge ?? undefined,
        ...(organization === null ? {} : { organization }),
        ...(contactHash === null ? {} : { contactHash }),
      }
    },
    async expectRegistration(secret, challenge) {
      await database.query({
        text: 'UPDATE identity.invitation SET challenge = $2 WHERE secret_hash = $1',
        values: [hashOf(secret), challenge],
      })
    },
    async join(secret, { id, publicKey, counter }, at) {
      const person = `person-${randomUUID()}`
      // One statement: an invitation that is used twice at once makes one person.
      const { rowCount } = await database.query({
        text: `WITH taken AS (UPDATE identity.invitation SET used_at = $2, challenge = NULL
                 WHERE secret_hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING *),
               person AS (INSERT INTO identity.person (id, position, name, title, role, grade, organization, scopes, administers, invited)
                 SELECT $3, 1000, name, title, role, grade, organization, scopes, administers, true FROM taken RETURNING id),
               ${CARES_FOR('$3')}
               INSERT INTO identity.passkey (id, person, public_key, counter, made_at) SELECT $4, id, $5, $6, $2 FROM person`,
        values: [hashOf(secret), at, person, id, Buffer.from(publicKey), counter],
      })
      return rowCount === 1 ? person : undefined
    },
    async joinByCode(secret, contactHash, at) {
      const { rows } = await database.query<{ id: string }>({
        text: JOIN_BY_CODE,
        values: [hashOf(secret), at, `person-${randomUUID()}`, contactHash],
      })
      return rows[0]?.id
    },
  }
}

/** Whom a carer looks after, from the invitation that was `taken`. */
const CARES_FOR = (person: string): string => `
  cares AS (INSERT INTO identity.cares_for (id, person, patient, fhir_user, invited_by, ends_at, chosen_at)
    SELECT gen_random_uuid()::text, ${person}, patient, fhir_user, invited_by, ends_at, $2 FROM taken WHERE patient IS NOT NULL
    ON CONFLICT (person, fhir_user) DO UPDATE SET (ends_at, chosen_at) = (excluded.ends_at, excluded.chosen_at))`

const JOIN_BY_CODE = `
  WITH already AS (SELECT id, role FROM identity.person WHERE contact_hash = $4),
       taken AS (UPDATE identity.invitation i SET used_at = $2, challenge = NULL
         WHERE secret_hash = $1 AND used_at IS NULL AND expires_at > $2 AND contact_hash = $4
           AND NOT EXISTS (SELECT 1 FROM already a WHERE NOT (a.role = 'carer' AND i.role = 'carer')) RETURNING *),
       made AS (INSERT INTO identity.person (id, position, name, title, role, grade, organization, scopes, administers, invited, contact_hash)
         SELECT $3, 1000, name, title, role, grade, organization, scopes, administers, true, contact_hash FROM taken
         WHERE NOT EXISTS (SELECT 1 FROM already) RETURNING id),
       joined AS (SELECT coalesce((SELECT id FROM already), $3) AS id FROM taken),
       ${CARES_FOR('(SELECT id FROM joined)')}
  SELECT id FROM joined`
