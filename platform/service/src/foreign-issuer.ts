/**
 * Signing in at an issuer that is not ours: authorisation code with PKCE (S256), state and nonce, by openid-client. Whom to ask is what the
 * operator configured and nothing that an answer says: every address of the issuer must lie at one of its configured origins.
 * OpenID Connect Core 1.0, RFC 7636, RFC 8252 section 8.10; OWASP Server-Side Request Forgery Prevention.
 */
import * as oidc from 'openid-client'
import type { IdTokenAlgorithm } from './foreign-issuer-setting.ts'
import { outbound } from './outbound.ts'

/** An issuer of somebody else, as an operator configured it. */
export interface ForeignIssuerOptions {
  /** Where its metadata are: `…/.well-known/openid-configuration` or `…/.well-known/smart-configuration`. */
  readonly metadataUrl: string
  /** What `issuer` of the metadata must be. @default whatever it is: SMART names it in the metadata alone */
  readonly issuer?: string
  /** As whom we are registered there. */
  readonly clientId: string
  /** @default none: a public client, proved by PKCE alone */
  readonly clientSecret?: string
  /** @default 'RS256', which OpenID Connect and SMART demand of every issuer */
  readonly algorithm?: IdTokenAlgorithm
  /** Origins beside that of `metadataUrl` at which its addresses may lie. */
  readonly alsoAt?: readonly string[]
  /** Where the browser comes back to. */
  readonly redirectUri: string
}

/** What proves that the answer belongs to the question. Kept where the browser cannot read it. */
export interface KeptForForeignReturn {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** What came back: the claims of a verified ID token, and the answer of the token endpoint. */
export interface ForeignArrival {
  readonly issuer: string
  readonly claims: Readonly<Record<string, unknown>> & { readonly sub: string }
  readonly answer: Readonly<Record<string, unknown>> & { readonly access_token: string }
}

export interface ForeignIssuer extends Disposable {
  /** What it says of itself, read again after ten minutes. @throws ForeignIssuerError */
  metadata(): Promise<Readonly<Record<string, unknown>>>
  /** @param parameters of the authorisation request, beside what proves the answer. @throws ForeignIssuerError */
  depart(parameters: Readonly<Record<string, string>>): Promise<{ readonly address: string; readonly kept: KeptForForeignReturn }>
  /** @param query what the browser came back with. @throws ForeignIssuerError */
  arrive(query: URLSearchParams, kept: KeptForForeignReturn): Promise<ForeignArrival>
  /** Asks an address at its origins, with the token that it gave. @throws ForeignIssuerError */
  read(address: string, token: string, accept: string): Promise<unknown>
}

/**
 * Why it did not work: `away` does not answer, `unfit` does not offer what is needed or names an address elsewhere, `refused` said no itself,
 * `unproven` answered what cannot be believed.
 */
export class ForeignIssuerError extends Error {
  override readonly name = 'ForeignIssuerError'
  readonly reason: 'away' | 'unfit' | 'refused' | 'unproven'

  constructor(reason: ForeignIssuerError['reason'], cause?: unknown) {
    super(`The foreign issuer: ${reason}.`, { cause })
    this.reason = reason
  }
}

const METADATA_FRESH_MS = 600_000
const ANSWER_WITHIN_MS = 10_000
const LONGEST_ANSWER_BYTES = 1024 * 1024
const CLOCK_TOLERANCE_S = 5

/** Opens it. Nothing is asked before somebody departs. */
export function foreignIssuer(options: ForeignIssuerOptions): ForeignIssuer {
  const { metadataUrl, issuer, clientId, clientSecret, algorithm = 'RS256', alsoAt = [], redirectUri } = options
  const origins = new Set([metadataUrl, ...alsoAt].map((address) => new URL(address).origin))
  const way = outbound({ allow: [...origins].map(hostAndPort), loopback: false })
  let known: { readonly config: oidc.Configuration; readonly metadata: Readonly<Record<string, unknown>>; readonly at: number } | undefined

  const ask = async (address: string, request: Parameters<typeof way.ask>[1]): Promise<Response> => {
    if (!origins.has(new URL(address).origin)) throw new ForeignIssuerError('unfit')
    const limits = { withinMs: ANSWER_WITHIN_MS, atMostBytes: LONGEST_ANSWER_BYTES }
    const { status, headers, body } = await way.ask(address, { ...request, ...limits }).catch((cause: unknown) => {
      throw new ForeignIssuerError('away', cause)
    })
    if (status >= 500) throw new ForeignIssuerError('away')
    const given = Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as [string, string]] : []))
    return new Response(status === 204 ? null : body, { status, headers: given })
  }

  const configured = async () => {
    if (known !== undefined && performance.now() - known.at < METADATA_FRESH_MS) return known
    const answer = await ask(metadataUrl, { headers: { accept: 'application/json' } })
    const metadata = (await answer.json().catch(() => undefined)) as Record<string, unknown> | undefined
    if (!answer.ok || !isFit(metadata) || (issuer !== undefined && metadata.issuer !== issuer)) throw new ForeignIssuerError('unfit')
    for (const address of [metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri])
      if (!origins.has(URL.parse(address)?.origin ?? '')) throw new ForeignIssuerError('unfit')
    const config = new oidc.Configuration(
      metadata,
      clientId,
      { id_token_signed_response_alg: algorithm, [oidc.clockTolerance]: CLOCK_TOLERANCE_S },
      clientSecret === undefined ? oidc.None() : secretBy(metadata, clientSecret),
    )
    config[oidc.customFetch] = (address, { method, headers, body }) =>
      ask(address, {
        method: method === 'POST' ? 'POST' : 'GET',
        headers,
        ...(body instanceof URLSearchParams ? { body: body.toString() } : {}),
      })
    // The signature counts although the token comes straight from its issuer: a proxy between may be anybody's.
    oidc.enableNonRepudiationChecks(config)
    if (metadataUrl.startsWith('http:')) oidc.allowInsecureRequests(config)
    known = { config, metadata, at: performance.now() }
    return known
  }

  return {
    metadata: async () => (await configured()).metadata,
    async depart(parameters) {
      const { config } = await configured()
      const kept = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() }
      const address = oidc.buildAuthorizationUrl(config, {
        ...parameters,
        redirect_uri: redirectUri,
        state: kept.state,
        nonce: kept.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(kept.verifier),
        code_challenge_method: 'S256',
      })
      return { address: address.href, kept }
    },
    async arrive(query, { state, nonce, verifier }) {
      const { config, metadata } = await configured()
      try {
        const answer = await oidc.authorizationCodeGrant(config, new URL(`${redirectUri}?${query.toString()}`), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        })
        const claims = answer.claims()
        if (claims === undefined) throw new ForeignIssuerError('unproven')
        return { issuer: String(metadata['issuer']), claims, answer: { ...answer } }
      } catch (cause) {
        throw asForeign(cause)
      }
    },
    async read(address, token, accept) {
      const answer = await ask(address, { headers: { authorization: `Bearer ${token}`, accept } })
      if (!answer.ok) throw new ForeignIssuerError('refused')
      return answer.json().catch((cause: unknown) => {
        throw new ForeignIssuerError('unproven', cause)
      })
    },
    [Symbol.dispose]: () => way[Symbol.dispose](),
  }
}

interface FitMetadata extends oidc.ServerMetadata {
  readonly issuer: string
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly jwks_uri: string
}

/** Whether it signs people in, and by S256 where it says which methods it takes. */
function isFit(metadata: Readonly<Record<string, unknown>> | undefined): metadata is FitMetadata {
  if (metadata === undefined) return false
  const methods = metadata['code_challenge_methods_supported']
  return (
    ['issuer', 'authorization_endpoint', 'token_endpoint', 'jwks_uri'].every((name) => typeof metadata[name] === 'string') &&
    (methods === undefined || (Array.isArray(methods) && methods.includes('S256')))
  )
}

/** By HTTP Basic, which is what an issuer takes that does not say. OpenID Connect Discovery 1.0, section 3 */
function secretBy({ token_endpoint_auth_methods_supported: taken }: FitMetadata, secret: string): oidc.ClientAuth {
  const posted = Array.isArray(taken) && !taken.includes('client_secret_basic') && taken.includes('client_secret_post')
  return posted ? oidc.ClientSecretPost(secret) : oidc.ClientSecretBasic(secret)
}

function asForeign(cause: unknown): ForeignIssuerError {
  for (let each = cause; each instanceof Error; each = each.cause) {
    if (each instanceof ForeignIssuerError) return each
    if (each instanceof oidc.AuthorizationResponseError) return new ForeignIssuerError('refused', cause)
  }
  return new ForeignIssuerError('unproven', cause)
}

function hostAndPort(origin: string): string {
  const { hostname, port, protocol } = new URL(origin)
  return `${hostname.replace(/^\[|\]$/g, '')}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`
}
