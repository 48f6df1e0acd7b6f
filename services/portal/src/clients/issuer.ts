/**
 * Sign-in at the issuer: OpenID Connect, authorisation code with PKCE, the portal proving itself by a signed assertion.
 * https://openid.net/specs/openid-connect-core-1_0.html, RFC 7636, RFC 7523
 */
import { importJWK, type JWK } from 'jose'
import * as oidc from 'openid-client'
import { refuse } from '../errors.ts'
import type { Renewal } from '../session/session-end.ts'
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

/** Of an organisation, in numbers. */
export interface Colleagues {
  readonly people: number
  readonly invited: number
}

/** Somebody who is invited. */
export interface Invited {
  readonly name: string
  readonly title: string
  readonly role: 'worker' | 'professional'
  /** E-mail address or mobile number for one-time codes; without one they make a passkey. */
  readonly contact?: string
}

/** A carer whom a person invites to sign in. */
export interface InvitedCarer {
  readonly name: string
  /** Who they are to the person. */
  readonly title: string
  /** `RelatedPerson/<id>` */
  readonly carer: string
  readonly contact?: string
}

/** An invitation: whoever has the link can use it, once. */
export interface Invitation {
  readonly link: string
  /** An instant. */
  readonly expires: string
}

/** Somebody for whom a carer may act. */
export interface LookedAfter {
  readonly id: string
  readonly name: string
  /** An instant. */
  readonly endsAt: string
  readonly chosen: boolean
}

/** One browser in which somebody is signed in. Times are instants. */
export interface Place {
  readonly id: string
  /** `Chrome, Windows`, or empty. */
  readonly device: string
  readonly begunAt: string
  readonly usedAt: string
  readonly here: boolean
}

/** A system that may ask for tokens; of one that stands for a single person, the role alone. */
export interface RegisteredClient {
  readonly role: string
  readonly clientId?: string
  readonly name?: string
  readonly grade?: string
  readonly scopes?: string
  /** `Organization/<id>` */
  readonly organization?: string
}

/** At which issuers of others people may sign in, and who of one's organisation does. */
export interface Elsewhere {
  readonly issuers: readonly { readonly issuer: string; readonly name: string }[]
  readonly subjects: readonly Registered[]
}

/** Somebody who signs in at an issuer of others. */
export interface Registered {
  readonly issuer: string
  readonly subject: string
  readonly name: string
  readonly title: string
  /** An instant. */
  readonly registeredAt: string
  /** Whether it is who asks. */
  readonly oneself: boolean
}

/** Who signed in, and what renews it. */
export interface Arrival {
  readonly session: Session
  readonly refreshToken?: string
}

export interface Issuer {
  /** @param hint whom to sign in, where the issuer takes hints. @throws ISSUER_UNAVAILABLE */
  depart(to: string, hint?: string): Promise<Departure>
  /** @param query what the issuer sent back with. @throws SIGN_IN_FAILED, ISSUER_UNAVAILABLE */
  arrive(query: URLSearchParams, kept: KeptForReturn): Promise<Arrival>
  /** Another access token, with the standing of now. Nothing when the issuer has ended the sign-in. @throws ISSUER_UNAVAILABLE */
  renew(session: Session & { readonly renewal: Renewal }): Promise<Arrival | undefined>
  /** Where whoever holds the token is signed in; nothing where the issuer does not say. @throws SESSION_ENDED, ISSUER_UNAVAILABLE */
  places(token: string): Promise<readonly Place[]>
  /** Ends this sign-in, one of the same person's, or all of them. @returns how many @throws SESSION_ENDED, ISSUER_UNAVAILABLE */
  end(token: string, which: string): Promise<number>
  /** The systems that may ask for tokens. @throws NOT_ALLOWED to everybody but the operator */
  clients(token: string): Promise<readonly RegisteredClient[]>
  /** Invites somebody into the organisation of whoever asks. @throws INVITATION_REFUSED, NOT_ALLOWED, SESSION_ENDED, ISSUER_UNAVAILABLE */
  invite(token: string, invited: Invited): Promise<Invitation>
  /** How many of one's organisation can sign in, oneself too, and how many invitations wait. @throws as `elsewhere` */
  colleagues(token: string): Promise<Colleagues>
  /** Who of one's organisation signs in at issuers of others. @throws NOT_ALLOWED to whoever does not administer one, SESSION_ENDED, ISSUER_UNAVAILABLE */
  elsewhere(token: string): Promise<Elsewhere>
  /** Registers somebody who signs in there. @throws as `invite`; INVITATION_REFUSED too where somebody signs in as this subject */
  register(token: string, registered: Omit<Invited, 'contact'> & { readonly issuer: string; readonly subject: string }): Promise<void>
  /** Takes somebody back. @throws INVITATION_REFUSED where nobody of one's organisation signs in so, and as `elsewhere` */
  endSubject(token: string, subject: { readonly issuer: string; readonly subject: string }): Promise<void>
  /** Invites the carer whom a person named in their record. @throws as `invite` */
  inviteCarer(token: string, invited: InvitedCarer): Promise<Invitation>
  /** For whom a carer may act; the one of the token at hand is chosen. */
  lookedAfter(token: string): Promise<readonly LookedAfter[]>
  /** For whom the next token is. @throws NOT_ALLOWED where there is nobody of this id */
  actFor(token: string, id: string): Promise<void>
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

  /** An address of our own issuer, with the token of whoever asks. */
  const ownAddress = async <T>(path: string, token: string, body?: object): Promise<T> => {
    const answer = await fetch(`${identityUrl}/identity/${path}`, {
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw refuse.ISSUER_UNAVAILABLE({}, { cause })
    })
    if (answer.status === 401) throw refuse.SESSION_ENDED()
    if (answer.status === 403) throw refuse.NOT_ALLOWED()
    if (answer.status === 422) throw refuse.INVITATION_REFUSED()
    if (!answer.ok) throw refuse.ISSUER_UNAVAILABLE()
    return (await answer.json()) as T
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
        prompt: 'login', // A sign-in that ended here is not begun again by whoever sits down at the same browser.
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
        return arrivalOf(tokens)
      } catch (cause) {
        throw refuse.SIGN_IN_FAILED({}, { cause })
      }
    },
    async renew({ renewal, ...before }) {
      const config = await configuration()
      try {
        return arrivalOf(await oidc.refreshTokenGrant(config, renewal.token), before)
      } catch (cause) {
        if (cause instanceof oidc.ResponseBodyError && cause.error === 'invalid_grant') return undefined
        throw refuse.ISSUER_UNAVAILABLE({}, { cause })
      }
    },
    invite: (token, invited) => ownAddress<Invitation>('invitations', token, invited),
    colleagues: (token) => ownAddress<Colleagues>('invitations', token),
    elsewhere: (token) => ownAddress<Elsewhere>('subjects', token),
    async register(token, registered) {
      await ownAddress('invitations', token, registered)
    },
    async endSubject(token, subject) {
      await ownAddress('subjects/end', token, subject)
    },
    inviteCarer: (token, invited) => ownAddress<Invitation>('invitations/carer', token, invited),
    async lookedAfter(token) {
      return (await ownAddress<{ people: readonly LookedAfter[] }>('acting-for', token)).people
    },
    async actFor(token, id) {
      await ownAddress('acting-for', token, { id })
    },
    async clients(token) {
      return (await ownAddress<{ clients: readonly RegisteredClient[] }>('clients', token)).clients
    },
    async places(token) {
      const { signIns } = await ownAddress<{ signIns: readonly Place[] }>('sign-ins', token)
      return signIns
    },
    async end(token, which) {
      return (await ownAddress<{ ended: number }>('sign-ins/end', token, { which })).ended
    },
  }
}

/** @param before whose standing holds where a renewal brings no ID token, which it need not. OpenID Connect Core 12.2 */
function arrivalOf(tokens: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers, before?: Session): Arrival {
  const [token, expiresAt] = [tokens.access_token, Math.floor(Date.now() / 1000) + (tokens.expiresIn() ?? 0)]
  const claims = tokens.claims()
  const session = claims === undefined && before !== undefined ? { ...before, token, expiresAt } : toSession(claims ?? {}, token, expiresAt)
  return { session, ...(tokens.refresh_token === undefined ? {} : { refreshToken: tokens.refresh_token }) }
}
