/** The systems that may ask for tokens. Only their public keys are kept. */
import type { Database } from '@platform/service/database'
import { refuse } from '../errors.ts'
import {
  parseKeys,
  parseRegistration,
  parseStanding,
  writtenScopes,
  type Client,
  type PublicKeys,
  type Registration,
} from '../domain/registration.ts'

/** Registered clients. Every change holds from the next request on, in every process. */
export interface ClientRegister {
  /** Registers a client, or replaces its registration. @throws as `parseRegistration` */
  register(registration: Registration): Promise<Client>
  find(clientId: string): Promise<Client | undefined>
  /** All clients, by id. */
  list(): Promise<readonly Client[]>
  /** Replaces a client's public keys; to rotate, give the old and the new until the old is no longer used. @throws CLIENT_UNKNOWN, CLIENT_KEYS_INVALID */
  replaceKeys(clientId: string, jwks: unknown): Promise<void>
  /** The client gets no more tokens; those it has expire by themselves. @throws CLIENT_UNKNOWN */
  remove(clientId: string): Promise<void>
}

interface Row {
  readonly id: string
  readonly name: string
  readonly role: string
  readonly grade: string
  readonly organization: string | null
  readonly fhir_user: string | null
  readonly patient: string | null
  readonly scopes: string
  readonly jwks: PublicKeys
  readonly redirect_uris: readonly string[]
  readonly token_lifetime_seconds: number
}

const COLUMNS = 'id, name, role, grade, organization, fhir_user, patient, scopes, jwks, redirect_uris, token_lifetime_seconds'

/** The register kept in `identity.client`. */
export function clientRegister(database: Database): ClientRegister {
  const changed = (clientId: string, { rowCount }: { rowCount: number | null }) => {
    if (rowCount === 0) throw refuse.CLIENT_UNKNOWN({ clientId })
  }

  return {
    async register(registration) {
      const client = parseRegistration(registration)
      await database.query({ name: 'identity-client-register', text: REGISTER, values: toValues(client) })
      return client
    },
    async find(clientId) {
      if (clientId.includes('\0')) return undefined // PostgreSQL text cannot hold it.
      const { rows } = await database.query<Row>({
        name: 'identity-client-find',
        text: `SELECT ${COLUMNS} FROM identity.client WHERE id = $1`,
        values: [clientId],
      })
      return rows[0] === undefined ? undefined : fromRow(rows[0])
    },
    async list() {
      const { rows } = await database.query<Row>({
        name: 'identity-client-list',
        text: `SELECT ${COLUMNS} FROM identity.client ORDER BY id`,
      })
      return rows.map(fromRow)
    },
    async replaceKeys(clientId, jwks) {
      const text = 'UPDATE identity.client SET jwks = $2 WHERE id = $1'
      changed(clientId, await database.query({ text, values: [clientId, JSON.stringify(parseKeys(jwks))] }))
    },
    async remove(clientId) {
      changed(clientId, await database.query({ text: 'DELETE FROM identity.client WHERE id = $1', values: [clientId] }))
    },
  }
}

const REGISTER = `
  INSERT INTO identity.client (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  ON CONFLICT (id) DO UPDATE SET (name, role, grade, organization, fhir_user, patient, scopes, jwks, redirect_uris, token_lifetime_seconds)
    = (excluded.name, excluded.role, excluded.grade, excluded.organization, excluded.fhir_user, excluded.patient, excluded.scopes,
       excluded.jwks, excluded.redirect_uris, excluded.token_lifetime_seconds)`

function toValues(client: Client): unknown[] {
  const { clientId, name, role, grade, organization, fhirUser, patient, jwks, redirectUris, tokenLifetimeSeconds } = client
  const scopes = writtenScopes(client)
  return [clientId, name, role, grade, organization, fhirUser, patient, scopes, JSON.stringify(jwks), redirectUris, tokenLifetimeSeconds]
}

function fromRow(row: Row): Client {
  const { organization, fhir_user: fhirUser, patient } = row
  return {
    clientId: row.id,
    name: row.name,
    jwks: row.jwks,
    redirectUris: row.redirect_uris,
    tokenLifetimeSeconds: row.token_lifetime_seconds,
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
