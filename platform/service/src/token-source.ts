/**
 * Access tokens for a service that calls another: SMART Backend Services, client authentication by a signed assertion.
 *
 * @see https://hl7.org/fhir/smart-app-launch/STU2.2/backend-services.html
 */
import { importJWK, SignJWT, type JWK } from 'jose'
import { newId, type NewId } from './ids.ts'

/** Who asks for tokens, where, and how it proves who it is. */
export interface TokenSourceOptions {
  /** The token endpoint, as it is reached from here. */
  readonly tokenUrl: string
  /** The token endpoint as its issuer knows itself: the audience of the assertion. @default tokenUrl */
  readonly audience?: string
  readonly clientId: string
  /** The private key, EC P-384, with the `kid` under which the server knows its public half. */
  readonly key: JWK
  /** SMART scopes, space separated; absent: whatever the client is registered with. */
  readonly scope?: string
  readonly newId?: NewId
  /** Real time in milliseconds; tokens never follow the demo clock. */
  readonly nowMs?: () => number
}

/** Gives access tokens, asking for a new one when the last is about to expire. */
export interface TokenSource {
  /**
   * A token that is valid for 30 s at least. Many callers at once share one request.
   *
   * @throws TokenRefused when the server says no, or cannot be reached
   */
  get(): Promise<string>
  /** Forgets the token, after a server has not accepted it. */
  forget(): void
}

/** No token was given. The message names the client and the server's error code, never the assertion. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused'
  readonly code = 'TOKEN_REFUSED'
  readonly remedy = 'Check that the token endpoint answers and that the client is registered there with this key.'
}

const ASSERTION_LIFETIME_S = 60 // at most 300 are allowed; it is used at once
const RENEW_BEFORE_MS = 30_000
const ANSWER_WITHIN_MS = 10_000

/** Opens a source of tokens. Nothing is asked for before the first `get`. */
export function tokenSource(options: TokenSourceOptions): TokenSource {
  const { nowMs = Date.now } = options
  let current: { readonly token: Promise<string>; expiresAtMs: number } | undefined

  return {
    get() {
      if (current !== undefined && nowMs() < current.expiresAtMs - RENEW_BEFORE_MS) return current.token
      const asked = ask(options)
      const mine = { token: asked.then(({ token }) => token), expiresAtMs: Number.POSITIVE_INFINITY }
      asked.then(
        ({ expiresInMs }) => (mine.expiresAtMs = nowMs() + expiresInMs),
        () => (current = current === mine ? undefined : current),
      )
      current = mine
      return mine.token
    },
    forget() {
      current = undefined
    },
  }
}

async function ask(options: TokenSourceOptions): Promise<{ token: string; expiresInMs: number }> {
  const { tokenUrl, clientId, scope } = options
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertion(options),
    ...(scope !== undefined && { scope }),
  })
  let response: Response
  try {
    response = await fetch(tokenUrl, { method: 'POST', body, signal: AbortSignal.timeout(ANSWER_WITHIN_MS), redirect: 'error' })
  } catch (cause) {
    throw new TokenRefused(`${clientId} got no answer from the token endpoint.`, { cause })
  }
  const answer = (await response.json().catch(() => ({}))) as { access_token?: unknown; expires_in?: unknown; error?: unknown }
  if (!response.ok || typeof answer.access_token !== 'string') {
    const reason = typeof answer.error === 'string' && /^[a-z_]{1,40}$/.test(answer.error) ? answer.error : `HTTP ${response.status}`
    throw new TokenRefused(`${clientId} was refused a token: ${reason}.`)
  }
  return { token: answer.access_token, expiresInMs: Number(answer.expires_in ?? 0) * 1_000 }
}

async function assertion({
  tokenUrl,
  audience = tokenUrl,
  clientId,
  key,
  newId: mint = newId,
  nowMs = Date.now,
}: TokenSourceOptions): Promise<string> {
  const nowS = Math.floor(nowMs() / 1_000)
  return new SignJWT({})
    .setProtectedHeader({ alg: 'ES384', typ: 'JWT', ...(key.kid !== undefined && { kid: key.kid }) })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + ASSERTION_LIFETIME_S)
    .setJti(mint())
    .sign(await importJWK(key, 'ES384'))
}
