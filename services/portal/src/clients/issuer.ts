/**
 * Sign-in at the issuer: OpenID Connect, authorisation code with PKCE, the portal proving itself by a signed assertion.
 * https://openid.net/specs/openid-connect-core-1_0.html, RFC 7636, RFC 7523
 */
import { importJWK, type JWK } from 'jose'
import * as oidc from 'openid-client'
import { refuse } from '../errors.ts'
import { toSession, type Session } from '../session/session.ts'

/** Where the browser is sent to, and what must be kept in the meantime. */
export interface Departure {
  readonly address: string
  readonly kept: KeptForReturn
}

/** What proves that the answer belongs to the question. */
export interface KeptForReturn {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  /** Path to go to afterwards. */
  readonly to: string
}

/** Somebody who is invited. */
export interface Invited {
  readonly name: string
  readonly title: string
  readonly role: 'worker' | 'professional'
}

export interface Issuer {
  /** @param hint whom to sign in, where the issuer takes hints. @throws ISSUER_UNAVAILABLE */
  depart(to: string, hint?: string): Promise<Departure>
  /** @param query what the issuer sent back with. @throws SIGN_IN_FAILED, ISSUER_UNAVAILABLE */
  arrive(query: URLSearchParams, kept: KeptForReturn): Promise<Session>
  /** Invites somebody into the organisation of whoever asks. @throws NOT_ALLOWED, SESSION_ENDED, ISSUER_UNAVAILABLE */
  invite(token: string, invited: Invited): Promise<{ readonly link: string; /** An instant. */ readonly expires: string }>
  /** Where a sign-out continues at the issuer; nothing when it has no such page. */
  endAddress(): Promise<string | undefined>
}

export interface IssuerOptions {
  readonly publicUrl: string
  /** Where the issuer is reached from here, without `/identity`. */
  readonly identityUrl: string
  /** The private key of `handrail-portal`, ES384. */
  readonly key: JWK
}

const CLIENT_ID = 'handrail-portal'
const SCOPE = 'openid fhirUser user/*.cruds patient/*.cruds'

/** The issuer of the hub. It is asked for its metadata at the first sign-in, and again as long as it did not answer. */
export function openIssuer({ publicUrl, identityUrl, key }: IssuerOptions): Issuer {
  const issuer = `${publicUrl}/identity`
  const redirectUri = `${publicUrl}/signed-in`
  let known: oidc.Configuration | undefined

  // The issuer's addresses are those that people use; from here it may be reached another way.
  const reach: oidc.CustomFetch = (address, options) =>
    fetch(address.startsWith(issuer) ? `${identityUrl}/identity${address.slice(issuer.length)}` : address, options as RequestInit)

  const configuration = async (): Promise<oidc.Configuration> => {
    if (known !== undefined) return known
    const signingKey = (await importJWK(key, 'ES384')) as oidc.CryptoKey
    const authentication = oidc.PrivateKeyJwt(key.kid === undefined ? signingKey : { key: signingKey, kid: key.kid })
    try {
      known = await oidc.discovery(new URL(issuer), CLIENT_ID, { id_token_signed_response_alg: 'ES256' }, authentication, {
        [oidc.customFetch]: reach,
        execute: issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : [],
      })
    } catch (cause) {
      throw refuse.ISSUER_UNAVAILABLE({}, { cause })
    }
    return known
  }

  return {
    async depart(to, hint) {
      const config = await configuration()
      const kept = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier(), to }
      const address = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: SCOPE,
        state: kept.state,
        nonce: kept.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(kept.verifier),
        code_challenge_method: 'S256',
        ...(hint === undefined ? {} : { login_hint: hint }),
      })
      return { address: address.href, kept }
    },
    async arrive(query, { state, nonce, verifier }) {
      const config = await configuration()
      try {
        const address = new URL(`${redirectUri}?${query.toString()}`)
        const tokens = await oidc.authorizationCodeGrant(config, address, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        })
        return toSession(tokens.claims() ?? {}, tokens.access_token, Math.floor(Date.now() / 1000) + (tokens.expiresIn() ?? 0))
      } catch (cause) {
        throw refuse.SIGN_IN_FAILED({}, { cause })
      }
    },
    async invite(token, invited) {
      const answer = await fetch(`${identityUrl}/identity/invitations`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(invited),
      }).catch((cause: unknown) => {
        throw refuse.ISSUER_UNAVAILABLE({}, { cause })
      })
      if (answer.status === 401) throw refuse.SESSION_ENDED()
      if (answer.status === 403) throw refuse.NOT_ALLOWED()
      if (!answer.ok) throw refuse.ISSUER_UNAVAILABLE()
      return (await answer.json()) as { link: string; expires: string }
    },
    async endAddress() {
      const config = await configuration()
      return config.serverMetadata().end_session_endpoint === undefined
        ? undefined
        : oidc.buildEndSessionUrl(config, { client_id: CLIENT_ID }).href
    },
  }
}
