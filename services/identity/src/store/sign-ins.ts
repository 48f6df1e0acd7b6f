/** Where people are signed in, and the end of it: of one browser, or of all of them. */
import { createHash } from 'node:crypto'
import type { Database } from '@platform/service/database'

/** One browser in which somebody is signed in. */
export interface SignIn {
  readonly id: string
  /** In coarse words, perhaps empty. */
  readonly device: string
  readonly begunAt: Date
  readonly usedAt: Date
}

export interface SignIns {
  /** @param longestMs how long it lasts whatever is done */
  begin(of: { grantId: string; person: string; device: string; at: Date; longestMs: number }): Promise<void>
  used(grantId: string, at: Date): Promise<void>
  /** The last used first. */
  list(person: string, at: Date): Promise<readonly SignIn[]>
  /**
   * Ends one, or all: the grant, its refresh tokens and codes, and the browser's session at this issuer, in one transaction.
   *
   * @returns how many were ended
   */
  end(person: string, which: { readonly id: string } | 'all'): Promise<number>
}

/** The id under which a grant is shown. */
export const signInIdOf = (grantId: string): string => createHash('sha256').update(`sign-in ${grantId}`).digest('base64url').slice(0, 22)

/** What is kept in `identity.sign_in`. */
export function signIns(database: Database): SignIns {
  return {
    async begin({ grantId, person, device, at, longestMs }) {
      await database.query({
        name: 'identity-sign-in-begin',
        text: BEGIN,
        values: [signInIdOf(grantId), grantId, person, device, at, new Date(at.getTime() + longestMs)],
      })
    },
    async used(grantId, at) {
      await database.query({
        name: 'identity-sign-in-used',
        text: 'UPDATE identity.sign_in SET used_at = $2 WHERE id = $1',
        values: [signInIdOf(grantId), at],
      })
    },
    async list(person, at) {
      // What lives is what could still be renewed; a browser that was closed long ago is not signed in.
      const { rows } = await database.query<SignIn>({ name: 'identity-sign-in-list', text: LIST, values: [person, at] })
      return rows
    },
    async end(person, which) {
      const { rows } = await database.query<{ ended: string }>({ text: END, values: [person, which === 'all' ? null : which.id] })
      return Number(rows[0]?.ended ?? 0)
    },
  }
}

const BEGIN = `
  WITH old AS (DELETE FROM identity.sign_in WHERE expires_at < $5)
  INSERT INTO identity.sign_in (id, grant_id, person, device, begun_at, used_at, expires_at) VALUES ($1, $2, $3, $4, $5, $5, $6)
  ON CONFLICT (id) DO NOTHING`

const LIST = `
  SELECT id, device, begun_at AS "begunAt", used_at AS "usedAt" FROM identity.sign_in s
  WHERE person = $1 AND expires_at > $2 AND EXISTS (
    SELECT 1 FROM identity.issued i
    WHERE i.model = 'RefreshToken' AND i.grant_id = s.grant_id AND i.expires_at > now() AND i.consumed_at IS NULL)
  ORDER BY used_at DESC, id`

const END = `
  WITH ended AS (DELETE FROM identity.sign_in WHERE person = $1 AND ($2::text IS NULL OR id = $2) RETURNING grant_id),
       tokens AS (DELETE FROM identity.issued WHERE grant_id IN (SELECT grant_id FROM ended)),
       grants AS (DELETE FROM identity.issued WHERE model = 'Grant' AND id IN (SELECT grant_id FROM ended)),
       sessions AS (DELETE FROM identity.issued i WHERE i.model = 'Session' AND i.payload->>'accountId' = $1 AND
         ($2::text IS NULL OR EXISTS (SELECT 1 FROM ended e WHERE jsonb_path_exists(
           i.payload, '$.authorizations.*.grantId ? (@ == $grant)', jsonb_build_object('grant', e.grant_id)))))
  SELECT count(*)::text AS ended FROM ended`
