/** Invitations and the passkeys that people make of them. Of a link only a hash is kept, of a passkey its public part. */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Database } from '@platform/service/database'
import type { Grade, Role } from '@platform/fhir/caller'

/** Somebody who is invited, and as what. */
export interface Invitation {
  readonly name: string
  readonly title: string
  readonly role: Role
  readonly grade: Grade
  readonly organization: string
  /** SMART scopes, separated by spaces. */
  readonly scopes: string
  readonly administers: boolean
  /** Id of the person, or of the client, that invited. */
  readonly invitedBy: string
}

/** A passkey as it is checked. */
export interface Passkey {
  readonly id: string
  readonly person: string
  readonly publicKey: Uint8Array<ArrayBuffer>
  readonly counter: number
}

/** How long an invitation is good for: a week, in milliseconds. */
export const INVITATION_MS = 7 * 24 * 60 * 60 * 1000
/** How long a sign-in by passkey may take, in milliseconds. */
const CHALLENGE_MS = 5 * 60 * 1000

export interface Passkeys {
  /** The secret of the link: 32 random bytes, base64url. Kept nowhere. */
  invite(invitation: Invitation, at: Date): Promise<{ readonly secret: string; readonly expiresAt: Date }>
  /** An invitation that is neither used nor too old. */
  invitation(secret: string, at: Date): Promise<(Invitation & { readonly challenge: string | undefined }) | undefined>
  expectRegistration(secret: string, challenge: string): Promise<void>
  /**
   * The person and the passkey, in one transaction that uses the invitation up; nothing when somebody was faster.
   *
   * @returns id of the person
   */
  join(secret: string, passkey: Omit<Passkey, 'person'>, at: Date): Promise<string | undefined>
  expectSignIn(interaction: string, challenge: string, at: Date): Promise<void>
  /** The challenge, once. */
  takeChallenge(interaction: string, at: Date): Promise<string | undefined>
  find(id: string): Promise<Passkey | undefined>
  used(id: string, counter: number, at: Date): Promise<void>
}

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()

interface InvitationRow {
  name: string
  title: string
  role: Role
  grade: Grade
  organization: string
  scopes: string
  administers: boolean
  invited_by: string
  challenge: string | null
}

/** What is kept in `identity.invitation`, `identity.passkey` and `identity.passkey_challenge`. */
export function passkeys(database: Database): Passkeys {
  return {
    async invite({ name, title, role, grade, organization, scopes, administers, invitedBy }, at) {
      const secret = randomBytes(32).toString('base64url')
      const expiresAt = new Date(at.getTime() + INVITATION_MS)
      await database.query({
        text: `INSERT INTO identity.invitation (secret_hash, name, title, role, grade, organization, scopes, administers, invited_by, made_at, expires_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        values: [hashOf(secret), name, title, role, grade, organization, scopes, administers, invitedBy, at, expiresAt],
      })
      return { secret, expiresAt }
    },
    async invitation(secret, at) {
      const { rows } = await database.query<InvitationRow>({
        text: 'SELECT * FROM identity.invitation WHERE secret_hash = $1 AND used_at IS NULL AND expires_at > $2',
        values: [hashOf(secret), at],
      })
      const [row] = rows
      if (row === undefined) return undefined
      const { invited_by: invitedBy, challenge, name, title, role, grade, organization, scopes, administers } = row
      return { name, title, role, grade, organization, scopes, administers, invitedBy, challenge: challenge ?? undefined }
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
                 SELECT $3, 1000, name, title, role, grade, organization, scopes, administers, true FROM taken RETURNING id)
               INSERT INTO identity.passkey (id, person, public_key, counter, made_at) SELECT $4, id, $5, $6, $2 FROM person`,
        values: [hashOf(secret), at, person, id, Buffer.from(publicKey), counter],
      })
      return rowCount === 1 ? person : undefined
    },
    async expectSignIn(interaction, challenge, at) {
      await database.query({
        text: `WITH old AS (DELETE FROM identity.passkey_challenge WHERE expires_at < $4)
               INSERT INTO identity.passkey_challenge (interaction, challenge, expires_at) VALUES ($1, $2, $3)
               ON CONFLICT (interaction) DO UPDATE SET (challenge, expires_at) = (excluded.challenge, excluded.expires_at)`,
        values: [interaction, challenge, new Date(at.getTime() + CHALLENGE_MS), at],
      })
    },
    async takeChallenge(interaction, at) {
      const { rows } = await database.query<{ challenge: string }>({
        text: 'DELETE FROM identity.passkey_challenge WHERE interaction = $1 AND expires_at > $2 RETURNING challenge',
        values: [interaction, at],
      })
      return rows[0]?.challenge
    },
    async find(id) {
      const { rows } = await database.query<{ id: string; person: string; public_key: Buffer; counter: string }>({
        text: 'SELECT id, person, public_key, counter FROM identity.passkey WHERE id = $1',
        values: [id],
      })
      const [row] = rows
      return row === undefined
        ? undefined
        : { id: row.id, person: row.person, publicKey: new Uint8Array(row.public_key), counter: Number(row.counter) }
    },
    async used(id, counter, at) {
      await database.query({ text: 'UPDATE identity.passkey SET counter = $2, used_at = $3 WHERE id = $1', values: [id, counter, at] })
    },
  }
}
