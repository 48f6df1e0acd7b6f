/** The people who may sign in at the embedded issuer: those who were invited and have a passkey, and those of the demonstration. */
import type { Database } from '@platform/service/database'
import { parseStanding, writtenScopes, type Person } from '../domain/registration.ts'

/** Registered people. */
export interface People {
  /** Registers a person, or replaces the registration; `position` orders the sign-in buttons. */
  register(person: Person, position: number): Promise<void>
  /** A carer with whom they act for now; nobody when there is none. */
  find(id: string): Promise<Person | undefined>
  /** Id of the person whom a code to this address signs in. */
  findByContact(contactHash: Buffer): Promise<string | undefined>
  /** Everybody who has a button, in their order; nobody who was invited. */
  list(): Promise<readonly Person[]>
}

interface Row {
  readonly id: string
  readonly name: string
  readonly title: string
  readonly role: string
  readonly grade: string
  readonly organization: string | null
  readonly fhir_user: string | null
  readonly patient: string | null
  readonly scopes: string
  readonly administers: boolean
  readonly acting_for?: string | null
}

const COLUMNS = 'id, name, title, role, grade, organization, fhir_user, patient, scopes, administers'

/** The people kept in `identity.person`. @param clock says whose time as somebody's carer has not ended */
export function people(database: Database, clock: { now(): Date }): People {
  return {
    async register(person, position) {
      const { id, name, title, role, grade, organization, fhirUser, patient } = person
      await database.query({
        text: REGISTER,
        values: [
          id,
          name,
          title,
          role,
          grade,
          organization,
          fhirUser,
          patient,
          writtenScopes(person),
          person.administers === true,
          position,
        ],
      })
    },
    async find(id) {
      if (id.includes('\0')) return undefined // PostgreSQL text cannot hold it.
      const { rows } = await database.query<Row>({
        name: 'identity-person-find',
        text: FIND,
        values: [id, clock.now()],
      })
      const [row] = rows
      return row === undefined || (row.role === 'carer' && row.patient === null) ? undefined : fromRow(row)
    },
    async findByContact(contactHash) {
      const { rows } = await database.query<{ id: string }>({
        text: 'SELECT id FROM identity.person WHERE contact_hash = $1',
        values: [contactHash],
      })
      return rows[0]?.id
    },
    async list() {
      const { rows } = await database.query<Row>({
        name: 'identity-person-list',
        text: `SELECT ${COLUMNS} FROM identity.person WHERE NOT invited ORDER BY position, id`,
      })
      return rows.map(fromRow)
    },
  }
}

const FIND = `
  SELECT p.id, p.name, p.title, p.role, p.grade, p.organization, p.scopes, p.administers,
    coalesce(p.fhir_user, c.fhir_user) AS fhir_user, (SELECT name FROM identity.person WHERE id = c.invited_by) AS acting_for, coalesce(p.patient, c.patient) AS patient
  FROM identity.person p LEFT JOIN LATERAL (
    SELECT fhir_user, patient, invited_by FROM identity.cares_for WHERE person = p.id AND ends_at > $2 ORDER BY chosen_at DESC, id LIMIT 1) c ON true
  WHERE p.id = $1`

const REGISTER = `
  INSERT INTO identity.person (${COLUMNS}, position) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  ON CONFLICT (id) DO UPDATE SET (name, title, role, grade, organization, fhir_user, patient, scopes, administers, position)
    = (excluded.name, excluded.title, excluded.role, excluded.grade, excluded.organization, excluded.fhir_user, excluded.patient,
       excluded.scopes, excluded.administers, excluded.position)`

function fromRow(row: Row): Person {
  const { organization, fhir_user: fhirUser, patient } = row
  return {
    id: row.id,
    name: row.name,
    title: row.title,
    ...(row.administers ? { administers: true } : {}),
    ...(typeof row.acting_for === 'string' ? { actingFor: row.acting_for } : {}),
    ...parseStanding({
      role: row.role,
      grade: row.grade,
      scopes: row.scopes,
      ...(organization === null ? {} : { organization }),
      ...(fhirUser === null ? {} : { fhirUser }),
      ...(patient === null ? {} : { patient }),
    }),
  }
}
