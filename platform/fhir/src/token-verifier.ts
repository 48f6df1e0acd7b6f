/**
 * Access tokens of the configured issuers: RFC 9068 JWTs, verified with `jose`.
 *
 * Deny by default: an algorithm that is not pinned, an unknown issuer, another audience, an expired token, a role or grade that
 * we do not know are each refused.
 */
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose'
import { GRADES, ROLES, type Caller } from './caller.ts'
import { defineErrors, Refusal } from './errors.ts'
import { parseScopes } from './scopes.ts'

/** Every way a token is refused. All are 401 but the last, which is not the caller's fault. */
export const refuse = defineErrors({
  TOKEN_MISSING: {
    issue: 'login',
    says: 'This address needs an access token.',
    remedy:
      'Send the header Authorization: Bearer <token>; /.well-known/smart-configuration under the FHIR base says where tokens are had.',
  },
  TOKEN_MALFORMED: {
    issue: 'security',
    says: 'The access token is not a signed JWT.',
    remedy: 'Send the token as the token endpoint returned it.',
  },
  TOKEN_ALGORITHM_REFUSED: {
    issue: 'security',
    says: 'The access token is signed with an algorithm that is not accepted here.',
    remedy: 'Use a token signed with ES256, ES384, RS384 or PS384.',
  },
  TOKEN_ISSUER_UNKNOWN: {
    issue: 'security',
    says: 'The issuer of the access token is not trusted here.',
    remedy: 'Get a token from an issuer named in TRUSTED_ISSUERS.',
  },
  TOKEN_AUDIENCE_WRONG: {
    issue: 'security',
    says: 'The access token is meant for another server.',
    remedy: 'Ask for a token whose audience is this FHIR base address.',
  },
  TOKEN_EXPIRED: { issue: 'expired', says: 'The access token has expired.', remedy: 'Ask for a new one.' },
  TOKEN_NOT_BELIEVED: {
    issue: 'security',
    says: 'The access token could not be verified.',
    remedy: 'Ask for a new one; its signature and its times must be right.',
  },
  TOKEN_CLAIMS_INCOMPLETE: {
    issue: 'security',
    says: ({ claim }: { claim: string }) => `The access token lacks a valid claim "${claim}".`,
    remedy: 'The issuer must state client_id, sub, exp, role and grade.',
  },
  ISSUER_UNREACHABLE: {
    issue: 'transient',
    says: 'The keys of the token issuer cannot be read at the moment.',
    remedy: 'Try again in a few seconds.',
  },
})

/** A trusted issuer and where its public keys are. */
export interface TrustedIssuer {
  readonly issuer: string
  readonly jwksUri: string
}

export interface TokenVerifierOptions {
  readonly issuers: readonly TrustedIssuer[]
  /** The `aud` a token must carry: `${PUBLIC_URL}/fhir`. */
  readonly audience: string
  /** @default the machine's clock: tokens stay on real time, whatever the demo clock says. */
  readonly clock?: { now(): Date }
  /** How many verified tokens are remembered. @default 10_000 */
  readonly remembered?: number
}

/** Verifies bearer tokens and remembers the verified ones until they expire. */
export interface TokenVerifier {
  /** @throws a refusal of this file's catalogue */
  verify(bearer: string): Promise<Caller>
  /** The caller of a token verified before and not yet expired; costs less than a microsecond, and no promise. */
  recall(bearer: string): Caller | undefined
}

// Pinned: asymmetric only. `none` and HS256 with a public key as its secret never reach a key. RFC 8725 section 3.1.
const ALGORITHMS = ['ES256', 'ES384', 'RS384', 'PS384']
// An ID token or an assertion is no access token; JWT and an absent type are what issuers older than RFC 9068 send.
const TYPES: readonly (string | undefined)[] = ['at+jwt', 'application/at+jwt', 'jwt', undefined]
const SKEW_SECONDS = 30
const LONGEST_TOKEN = 16_384 // characters; Node itself refuses headers of more than 16 KiB

/**
 * A verifier of access tokens.
 *
 * Keys are fetched by JWKS when first needed and again when a token names a key that is not among them (at most every 30 s) or
 * when they are 10 minutes old, so that an issuer can rotate its keys. A remembered token is believed until its `exp`.
 */
export function tokenVerifier({
  issuers,
  audience,
  clock = { now: () => new Date() },
  remembered = 10_000,
}: TokenVerifierOptions): TokenVerifier {
  const keysOf = new Map(issuers.map(({ issuer, jwksUri }) => [issuer, createRemoteJWKSet(new URL(jwksUri), { timeoutDuration: 5_000 })]))
  const known = new Map<string, Caller>()

  const recall = (bearer: string): Caller | undefined => {
    const caller = known.get(bearer)
    if (caller === undefined) return undefined
    if (caller.expiresAt * 1000 > clock.now().getTime()) return caller
    known.delete(bearer)
    return undefined
  }

  const remember = (bearer: string, caller: Caller) => {
    if (caller.expiresAt * 1000 <= clock.now().getTime()) return // Within the skew: believed now, asked again next time.
    if (known.size >= remembered) known.delete(known.keys().next().value ?? '')
    known.set(bearer, caller)
  }

  return {
    recall,
    async verify(bearer) {
      const before = recall(bearer)
      if (before !== undefined) return before
      const issuer = readIssuer(bearer)
      const keys = keysOf.get(issuer)
      if (keys === undefined) throw refuse.TOKEN_ISSUER_UNKNOWN()
      try {
        const { payload } = await jwtVerify(bearer, keys, {
          algorithms: ALGORITHMS,
          issuer,
          audience,
          clockTolerance: SKEW_SECONDS,
          currentDate: clock.now(),
          requiredClaims: ['exp'],
        })
        const caller = toCaller(payload, bearer)
        remember(bearer, caller)
        return caller
      } catch (error) {
        throw refusalOf(error)
      }
    },
  }
}

/** The issuer a token names, once its header is one that we look at further. */
function readIssuer(bearer: string): string {
  if (bearer.length > LONGEST_TOKEN) throw refuse.TOKEN_MALFORMED()
  try {
    const { alg, typ } = decodeProtectedHeader(bearer)
    if (alg === undefined || !ALGORITHMS.includes(alg)) throw refuse.TOKEN_ALGORITHM_REFUSED()
    if (!TYPES.includes(typeof typ === 'string' ? typ.toLowerCase() : typ)) throw refuse.TOKEN_NOT_BELIEVED()
    return decodeJwt(bearer).iss ?? ''
  } catch (cause) {
    throw cause instanceof Refusal ? cause : refuse.TOKEN_MALFORMED({}, { cause })
  }
}

function toCaller(payload: JWTPayload, token: string): Caller {
  const optional = (claim: string) => {
    const value = payload[claim]
    if (value === undefined) return undefined
    if (typeof value !== 'string' || value === '') throw refuse.TOKEN_CLAIMS_INCOMPLETE({ claim })
    return value
  }
  const required = (claim: string) => {
    const value = optional(claim)
    if (value === undefined) throw refuse.TOKEN_CLAIMS_INCOMPLETE({ claim })
    return value
  }
  const oneOf = <T extends string>(claim: string, values: readonly T[]): T => {
    const value = values.find((candidate) => candidate === payload[claim])
    if (value === undefined) throw refuse.TOKEN_CLAIMS_INCOMPLETE({ claim })
    return value
  }
  const clientId = required('client_id')
  const role = oneOf('role', ROLES)
  const organization = optional('organization')
  const fhirUser = optional('fhirUser')
  const patient = role === 'patient' || role === 'carer' ? required('patient') : optional('patient')
  return {
    clientId,
    subject: optional('sub') ?? clientId,
    role,
    grade: oneOf('grade', GRADES),
    ...(organization === undefined ? {} : { organization }),
    ...(organization !== undefined && payload['administers'] === true ? { administers: true as const } : {}),
    ...(fhirUser === undefined ? {} : { fhirUser }),
    ...(patient === undefined ? {} : { patient }),
    scopes: parseScopes(optional('scope') ?? ''),
    token,
    expiresAt: payload.exp ?? 0,
  }
}

function refusalOf(cause: unknown): Refusal {
  if (cause instanceof Refusal) return cause
  if (cause instanceof errors.JWTExpired) return refuse.TOKEN_EXPIRED({}, { cause })
  if (cause instanceof errors.JWTClaimValidationFailed && cause.claim === 'aud') return refuse.TOKEN_AUDIENCE_WRONG({}, { cause })
  if (cause instanceof errors.JOSEAlgNotAllowed) return refuse.TOKEN_ALGORITHM_REFUSED({}, { cause })
  if (cause instanceof errors.JWSInvalid || cause instanceof errors.JWTInvalid) return refuse.TOKEN_MALFORMED({}, { cause })
  const unverified =
    cause instanceof errors.JWTClaimValidationFailed ||
    cause instanceof errors.JWSSignatureVerificationFailed ||
    cause instanceof errors.JWKSNoMatchingKey ||
    cause instanceof errors.JWKSMultipleMatchingKeys ||
    cause instanceof errors.JOSENotSupported
  // What is left are failures to fetch or read the issuer's keys: its fault or the network's.
  return unverified ? refuse.TOKEN_NOT_BELIEVED({}, { cause }) : refuse.ISSUER_UNREACHABLE({}, { cause })
}
