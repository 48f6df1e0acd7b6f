/** Who is registered with the issuer, and what a registration must be. */
import { GRADES, ROLES, type Grade, type Role } from '@platform/fhir/caller'
import { formatScopes, parseScope, type Scope } from '@platform/fhir/scopes'
import { refuse } from '../errors.ts'

/** Standing in the pathway: what an access token says beside who it is. */
export interface Standing {
  readonly role: Role
  readonly grade: Grade
  /** `Organization/<id>` on whose behalf it acts. */
  readonly organization?: string
  /** Who this is in the record: `Practitioner/<id>`, `Patient/<id>`. */
  readonly fhirUser?: string
  /** Id of the Patient, for the roles `patient` and `carer`. */
  readonly patient?: string
  readonly scopes: readonly Scope[]
}

/** A public key, RFC 7517. */
export interface PublicKey {
  readonly kty: string
  readonly kid: string
  readonly [member: string]: unknown
}

/** A set of public keys, RFC 7517 section 5. */
export interface PublicKeys {
  readonly keys: readonly PublicKey[]
}

/** A system that may ask for tokens. */
export interface Client extends Standing {
  readonly clientId: string
  readonly name: string
  readonly jwks: PublicKeys
  /** Where people are sent back to; empty for a system without people. */
  readonly redirectUris: readonly string[]
  readonly tokenLifetimeSeconds: number
}

/** A person who may sign in. */
export interface Person extends Standing {
  readonly id: string
  readonly name: string
  /** What the person does, as shown on the sign-in button. */
  readonly title: string
  /** Whether the person invites others into their organisation. @default false */
  readonly administers?: boolean
  /** For a carer: the name of whom they act for now, as that person signs in. */
  readonly actingFor?: string
}

/** A registration as an operator writes it. */
export interface Registration {
  readonly clientId: string
  readonly name: string
  readonly jwks: unknown
  readonly role: string
  readonly grade: string
  /** SMART scopes, separated by spaces. */
  readonly scopes: string
  /** `Organization/<id>`, or the id alone. */
  readonly organization?: string
  readonly fhirUser?: string
  readonly patient?: string
  readonly redirectUris?: readonly string[]
  /** @default 300 */
  readonly tokenLifetimeSeconds?: number
}

/** SMART recommends 300 s for access tokens, and that they live no longer. Backend Services, "Issue access token". */
export const TOKEN_LIFETIME_SECONDS = 300

/** How long tokens of demonstration clients live, so that a token pasted into a terminal lasts; only with HANDRAIL_DEMO. */
export const DEMO_TOKEN_LIFETIME_SECONDS = 3600

/**
 * A registration that can be kept.
 *
 * @throws CLIENT_ID_INVALID, CLIENT_KEYS_INVALID, CLIENT_SCOPES_INVALID, CLIENT_ROLE_UNKNOWN, CLIENT_GRADE_UNKNOWN,
 *   CLIENT_ORGANIZATION_INVALID, CLIENT_PATIENT_MISSING
 */
export function parseRegistration(registration: Registration): Client {
  if (!/^[A-Za-z0-9._-]{3,64}$/.test(registration.clientId)) throw refuse.CLIENT_ID_INVALID()
  return {
    clientId: registration.clientId,
    name: registration.name,
    jwks: parseKeys(registration.jwks),
    redirectUris: registration.redirectUris ?? [],
    tokenLifetimeSeconds: registration.tokenLifetimeSeconds ?? TOKEN_LIFETIME_SECONDS,
    ...parseStanding(registration),
  }
}

/** The standing of a client or a person, from its written form. @throws as `parseRegistration` */
export function parseStanding(written: Omit<Registration, 'clientId' | 'name' | 'jwks'>): Standing {
  const role = ROLES.find((candidate) => candidate === written.role)
  if (role === undefined) throw refuse.CLIENT_ROLE_UNKNOWN({ role: written.role })
  const grade = GRADES.find((candidate) => candidate === written.grade)
  if (grade === undefined) throw refuse.CLIENT_GRADE_UNKNOWN({ grade: written.grade })
  if ((role === 'patient' || role === 'carer') && written.patient === undefined) throw refuse.CLIENT_PATIENT_MISSING()
  return {
    role,
    grade,
    scopes: parseScopeList(written.scopes),
    ...(written.organization === undefined ? {} : { organization: parseOrganization(written.organization) }),
    ...(written.fhirUser === undefined ? {} : { fhirUser: written.fhirUser }),
    ...(written.patient === undefined ? {} : { patient: written.patient }),
  }
}

/** The scopes as stored and granted: SMART v2, separated by spaces. */
export const writtenScopes = (standing: Standing): string => formatScopes(standing.scopes)

function parseScopeList(text: string): Scope[] {
  const words = text.split(/\s+/).filter((word) => word !== '')
  if (words.length === 0) throw refuse.CLIENT_SCOPES_INVALID({ scope: '' })
  return words.map((word) => {
    const scope = parseScope(word)
    if (scope === undefined) throw refuse.CLIENT_SCOPES_INVALID({ scope: word })
    return scope
  })
}

function parseOrganization(text: string): string {
  const [, id] = /^(?:Organization\/)?([A-Za-z0-9\-.]{1,64})$/.exec(text) ?? []
  if (id === undefined) throw refuse.CLIENT_ORGANIZATION_INVALID()
  return `Organization/${id}`
}

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** Public keys fit for RS384 or ES384, each with its own `kid`. @throws CLIENT_KEYS_INVALID */
export function parseKeys(jwks: unknown): PublicKeys {
  const keys: unknown = typeof jwks === 'object' && jwks !== null && 'keys' in jwks ? jwks.keys : undefined
  if (!Array.isArray(keys) || keys.length === 0) throw refuse.CLIENT_KEYS_INVALID({ reason: 'it is not a JWK Set with at least one key' })
  const parsed = keys.map(parseKey)
  // A kid that names two keys names none. SMART Backend Services, "Validate the signature".
  if (new Set(parsed.map(({ kid }) => kid)).size < parsed.length) throw refuse.CLIENT_KEYS_INVALID({ reason: 'a kid is used twice' })
  return { keys: parsed }
}

function parseKey(given: unknown): PublicKey {
  if (typeof given !== 'object' || given === null) throw refuse.CLIENT_KEYS_INVALID({ reason: 'a key is not an object' })
  const key = given as Readonly<Record<string, unknown>>
  const { kid, kty } = key
  if (typeof kid !== 'string' || kid === '') throw refuse.CLIENT_KEYS_INVALID({ reason: 'a key has no kid' })
  if (PRIVATE_MEMBERS.some((member) => member in key)) {
    throw refuse.CLIENT_KEYS_INVALID({ reason: 'a key contains its private part, which must never leave its owner' })
  }
  // 2048 bits are 256 bytes: 342 characters of base64url.
  const fitRsa = kty === 'RSA' && typeof key['e'] === 'string' && typeof key['n'] === 'string' && key['n'].length >= 342
  const fitEc = kty === 'EC' && key['crv'] === 'P-384' && typeof key['x'] === 'string' && typeof key['y'] === 'string'
  if (!fitRsa && !fitEc) throw refuse.CLIENT_KEYS_INVALID({ reason: `the key ${kid} fits neither RS384 nor ES384` })
  const members = fitRsa ? { e: key['e'], n: key['n'], alg: 'RS384' } : { crv: key['crv'], x: key['x'], y: key['y'], alg: 'ES384' }
  return { kty: fitRsa ? 'RSA' : 'EC', kid, use: 'sig', ...members }
}
