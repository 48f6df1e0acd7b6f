/** Passkeys, of which the public part is kept, and what a sign-in by one has to answer. Made of an invitation: `invitations.ts`. */
import type { Database } from '@platform/service/database'

/** A passkey as it is checked. */
export interface Passkey {
  readonly id: string
  readonly person: string
  readonly publicKey: Uint8Array<ArrayBuffer>
  readonly counter: number
}

/** How long a sign-in by passkey may take, in milliseconds. */
const CHALLENGE_MS = 5 * 60 * 1000

/** Keeps passkeys and the challenges of sign-ins. */
export interface Passkeys {
  /** Keeps what this sign-in has to answer. */
  expectSignIn(interaction: string, challenge: string, at: Date): Promise<void>
  /** The challenge, once. */
  takeChallenge(interaction: string, at: Date): Promise<string | undefined>
  /** A passkey by its credential id. */
  find(id: string): Promise<Passkey | undefined>
  /** Keeps its signature counter, by which a copy would be noticed. */
  used(id: string, counter: number, at: Date): Promise<void>
}

/** What is kept in `identity.passkey` and `identity.passkey_challenge`. */
export function passkeysIn(database: Database): Passkeys {
  return {
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
