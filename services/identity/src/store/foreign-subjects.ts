/** Who people are at issuers that are not ours: written down by an administrator, found by issuer and subject together and by nothing else. */
import { randomUUID } from 'node:crypto'
import type { Database } from '@platform/service/database'
import type { Invitation } from './invitations.ts'

/** Somebody at an issuer. */
export interface ForeignSubject {
  readonly issuer: string
  readonly subject: string
}

/** Somebody who is registered as a subject of an issuer. */
export interface RegisteredSubject extends ForeignSubject {
  /** Id of the person. */
  readonly person: string
  readonly name: string
  readonly title: string
  readonly role: string
  readonly registeredAt: Date
}

export interface ForeignSubjects {
  /** Id of the person who signs in as this subject. */
  personOf(of: ForeignSubject): Promise<string | undefined>
  /**
   * Makes the person who signs in as this subject.
   *
   * @returns id of the person; nothing when somebody signs in as this subject already
   */
  register(of: ForeignSubject, as: Invitation, at: Date): Promise<string | undefined>
  /** Everybody of an organisation who signs in so, by name. */
  of(organization: string): Promise<readonly RegisteredSubject[]>
  /**
   * Takes the person back: their sign-ins end at the next renewal, within a minute of use.
   *
   * @param organization nobody of another one; absent: whoever it is
   */
  end(of: ForeignSubject, organization: string | undefined): Promise<boolean>
}

/** What is kept in `identity.foreign_subject`. */
export function foreignSubjects(database: Database): ForeignSubjects {
  return {
    async personOf({ issuer, subject }) {
      if (subject.includes('\0')) return undefined // PostgreSQL text cannot hold it.
      const { rows } = await database.query<{ person: string }>({
        name: 'identity-foreign-subject-find',
        text: 'SELECT person FROM identity.foreign_subject WHERE issuer = $1 AND subject = $2',
        values: [issuer, subject],
      })
      return rows[0]?.person
    },
    async register({ issuer, subject }, { name, title, role, grade, organization, scopes, administers, invitedBy }, at) {
      const person = `person-${randomUUID()}`
      const values = [issuer, subject, person, invitedBy, at, name, title, role, grade, organization, scopes, administers]
      const { rowCount } = await database.query({ text: REGISTER, values })
      return rowCount === 1 ? person : undefined
    },
    async of(organization) {
      const { rows } = await database.query<RegisteredSubject>({ name: 'identity-foreign-subjects-of', text: OF, values: [organization] })
      return rows
    },
    async end({ issuer, subject }, organization) {
      const { rowCount } = await database.query({ text: END, values: [issuer, subject, organization ?? null] })
      return rowCount === 1
    },
  }
}

// One statement: two who register the same subject at once make one person.
const REGISTER = `
  WITH taken AS (INSERT INTO identity.foreign_subject (issuer, subject, person, registered_by, registered_at)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING person)
  INSERT INTO identity.person (id, position, name, title, role, grade, organization, scopes, administers, invited)
  SELECT person, 1000, $6, $7, $8, $9, $10, $11, $12, true FROM taken`

const OF = `
  SELECT s.issuer, s.subject, s.person, p.name, p.title, p.role, s.registered_at AS "registeredAt"
    FROM identity.foreign_subject s JOIN identity.person p ON p.id = s.person
    WHERE p.organization = $1 ORDER BY p.name, s.person`

const END = `
  DELETE FROM identity.person WHERE ($3::text IS NULL OR organization = $3)
    AND id = (SELECT person FROM identity.foreign_subject WHERE issuer = $1 AND subject = $2)`
