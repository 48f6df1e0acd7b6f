/** oidc-provider, told our rules: SMART Backend Services for systems, authorisation code with PKCE for people. */
import Provider, { errors, interactionPolicy, type KoaContext, type OidcClient, type Token } from 'oidc-provider'
import type { Log } from '@platform/service/log'
import { grantToPerson, grantToSystem, resourceScopes, standingClaims } from '../../domain/grant.ts'
import { parseStanding, TOKEN_LIFETIME_SECONDS, type Client, type Registration } from '../../domain/registration.ts'
import { deviceOf } from '../../domain/device.ts'
import { refreshTokenSeconds, type SessionTimes } from '../../domain/session-times.ts'
import type { ClientRegister } from '../../store/client-register.ts'
import type { Issued } from '../../store/issued.ts'
import type { People } from '../../store/people.ts'
import { signInIdOf, type SignIns } from '../../store/sign-ins.ts'
import type { SigningKey } from '../../store/signing-keys.ts'
import { messagePage, pageSecurityPolicy } from '../pages.ts'
import { adapters, REGISTRATION } from './adapter.ts'
import { checkAssertion, CLOCK_TOLERANCE_SECONDS } from './client-assertion.ts'

export interface ProviderOptions {
  /** `${PUBLIC_URL}/identity` */
  readonly issuer: string
  /** `${PUBLIC_URL}/fhir`: the audience of access tokens. */
  readonly audience: string
  /** The keys to publish, the one that signs first. */
  readonly keys: readonly SigningKey[]
  /** Signs cookies. */
  readonly cookieKey: string
  readonly clients: ClientRegister
  readonly people: People
  readonly issued: Issued
  readonly signIns: SignIns
  readonly times: SessionTimes
  readonly log: Log
}

const now = (): number => Math.floor(Date.now() / 1000)

/** The issuer with a given set of keys. A new set needs a new one. */
export function buildProvider(options: ProviderOptions): Provider {
  const { issuer, audience, keys, cookieKey, people, signIns, times, log } = options
  const longestSeconds = Math.floor(times.longestMs / 1000)
  const cookie = { signed: true, httpOnly: true, sameSite: 'lax', secure: issuer.startsWith('https:') }
  const provider = new Provider(issuer, {
    adapter: adapters(options),
    assertJwtClientAuthClaimsAndHeader: checkAssertion(`${issuer}/token`, issuer, () => Date.now() / 1000),
    claims: {
      openid: ['sub', 'name', 'title', 'role', 'grade', 'organization', 'patient', 'administers', 'acting_for'],
      fhirUser: ['fhirUser'],
    },
    clientAuthMethods: ['private_key_jwt'],
    clientDefaults: { token_endpoint_auth_method: 'private_key_jwt', id_token_signed_response_alg: 'ES256' },
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    cookies: {
      keys: [cookieKey],
      names: { session: 'handrail_identity', interaction: 'handrail_sign_in', resume: 'handrail_resume' },
      long: cookie,
      short: cookie,
    },
    enabledJWA: { clientAuthSigningAlgValues: ['RS384', 'ES384'], idTokenSigningAlgValues: ['ES256'] },
    extraClientMetadata: { properties: [REGISTRATION] },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx: KoaContext, resource: string, client: OidcClient) => {
          if (resource !== audience) throw new errors.InvalidTarget(`tokens are issued for ${audience} only`)
          const { AuthorizationCode: code, RotatedRefreshToken: renewed } = ctx.oidc.entities
          const asked = ctx.oidc.params.scope ?? code?.scope ?? renewed?.scope ?? ''
          return resourceServer(audience, registrationOf(client), resourceScopes(asked, registrationOf(client).scopes).join(' '))
        },
      },
      rpInitiatedLogout: { enabled: true, logoutSource: askWhetherToSignOut, postLogoutSuccessSource: signedOut },
      revocation: { enabled: false },
      userinfo: { enabled: false },
    },
    findAccount: async (_ctx: KoaContext, id: string) => {
      const person = await people.find(id)
      if (person === undefined) return undefined
      return {
        accountId: id,
        claims: async () => ({
          sub: id,
          name: person.name,
          title: person.title,
          administers: person.administers,
          acting_for: person.actingFor,
          ...standingClaims(person),
        }),
      }
    },
    formats: {
      customizers: {
        jwt: (ctx: KoaContext, token: Token, jwt: { payload: Record<string, unknown> }) => addStanding(ctx, token, jwt, people),
      },
    },
    interactions: {
      policy: policy(),
      url: (_ctx: KoaContext, { uid }: { uid: string }) => `${new URL(issuer).pathname}/interaction/${uid}`,
    },
    // Every application with people renews; what limits it is `refreshTokenSeconds`.
    issueRefreshToken: (_ctx: KoaContext, client: OidcClient) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: () => true,
    jwks: { keys: keys.map(({ jwk }) => jwk) },
    loadExistingGrant: (ctx: KoaContext) => grantWithoutAsking(ctx, { audience, signIns, longestMs: times.longestMs }),
    pkce: { required: () => true },
    renderError: (ctx: KoaContext, out: { error: string; error_description?: string }) =>
      page(ctx, messagePage('Sign-in did not work', [out.error_description ?? out.error, 'Go back to where you came from and try again.'])),
    responseTypes: ['code'],
    scopes: ['openid', 'fhirUser'],
    ttl: {
      AccessToken: tokenLifetime,
      ClientCredentials: tokenLifetime,
      AuthorizationCode: 60,
      Grant: longestSeconds,
      IdToken: 300,
      Interaction: 900,
      RefreshToken: (_ctx: KoaContext, { iiat }: Token) => refreshTokenSeconds(times, iiat ?? now(), now()),
      Session: longestSeconds,
    },
  })
  // Addresses are made from PUBLIC_URL, which `forward.ts` puts into these headers, never from what a caller claims.
  provider.proxy = true
  provider.use(async (ctx, next) => {
    await next()
    if (ctx.status !== 404 || (ctx.body !== undefined && ctx.body !== null)) return
    const description = `There is nothing at this address for this method. See ${issuer}/.well-known/openid-configuration.`
    ctx.status = 404 // said before the body, which would make it 200
    ctx.body = { error: 'not_found', error_description: description }
  })
  provider.registerGrantType('client_credentials', (ctx) => clientCredentials(ctx, audience), ['scope', 'resource'])
  provider.on('server_error', (_ctx, error) => log.error({ event: 'identity.fault', error }))
  provider.on('grant.success', (ctx) => {
    log.info({ event: 'identity.token-issued', client: ctx.oidc.client.clientId })
    const renewed = ctx.oidc.entities.RotatedRefreshToken?.grantId
    if (renewed !== undefined)
      signIns.used(renewed, new Date()).catch((error: unknown) => log.warn({ event: 'identity.sign-in-not-marked', error }))
  })
  // A refresh token or a code that was used before: everything of that sign-in has ended.
  provider.on('grant.revoked', (ctx) => log.warn({ event: 'identity.used-twice', client: ctx.oidc.client.clientId }))
  provider.on('grant.error', (_ctx, error) => log.info({ event: 'identity.token-refused', reason: reasonOf(error) }))
  return provider
}

// The lifetime registered for the client, which `resourceServer` carries.
const tokenLifetime = (_ctx: KoaContext, token: Token): number => token.resourceServer?.accessTokenTTL ?? TOKEN_LIFETIME_SECONDS

const reasonOf = (error: Error): string => (error instanceof errors.OIDCProviderError ? error.error : error.name)

function registrationOf(client: OidcClient): Client {
  const written = (client as unknown as Record<typeof REGISTRATION, Registration & Omit<Client, 'scopes'>>)[REGISTRATION]
  return { ...written, ...parseStanding(written) } as Client
}

const resourceServer = (audience: string, { tokenLifetimeSeconds }: Client, scope: string) => ({
  scope,
  audience,
  accessTokenTTL: tokenLifetimeSeconds,
  accessTokenFormat: 'jwt',
  jwt: { sign: { alg: 'ES256' } },
})

/** Grant type client_credentials, with the scopes narrowed to those registered. RFC 6749 section 4.4; SMART Backend Services. */
async function clientCredentials(ctx: KoaContext, audience: string): Promise<void> {
  const { client, params, provider } = ctx.oidc
  if (params.resource !== undefined && params.resource !== audience)
    throw new errors.InvalidTarget(`tokens are issued for ${audience} only`)
  const scope = grantToSystem(params.scope, registrationOf(client))
  if (scope === '') throw new errors.InvalidScope('none of the scopes asked for is registered for this client', params.scope)
  const token = new provider.ClientCredentials({ client, scope })
  token.resourceServer = new provider.ResourceServer(audience, resourceServer(audience, registrationOf(client), scope))
  ctx.oidc.entity('ClientCredentials', token)
  const value = await token.save()
  ctx.body = { access_token: value, token_type: 'bearer', expires_in: token.expiration, scope }
}

/** Our claims, and for a person the scopes that are the person's own. What is answered as `scope` is what the token says. */
async function addStanding(ctx: KoaContext, token: Token, jwt: { payload: Record<string, unknown> }, people: People): Promise<void> {
  const client = registrationOf(ctx.oidc.client)
  if (token.accountId === undefined) {
    Object.assign(jwt.payload, standingClaims(client))
    return
  }
  const person = await people.find(token.accountId)
  if (person === undefined) throw new errors.InvalidGrant('the person is no longer registered')
  token.scope = grantToPerson(token.scope ?? '', client, person)
  Object.assign(jwt.payload, standingClaims(person), {
    ...(person.administers === true ? { administers: true } : {}),
    scope: token.scope,
    sid: signInIdOf(token.grantId ?? ''),
  })
}

/** Our own applications need no consent screen: what they may do is in their registration. */
async function grantWithoutAsking(
  ctx: KoaContext,
  { audience, signIns, longestMs }: { audience: string; signIns: SignIns; longestMs: number },
) {
  const { client, params, provider, session, result } = ctx.oidc
  const { accountId } = session
  if (accountId === undefined) return undefined
  // A new sign-in has a grant of its own, so that ending one ends no other.
  const grantId = result?.login === undefined ? (result?.consent?.grantId ?? session.grantIdFor(client.clientId)) : undefined
  const found = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  const grant = found ?? new provider.Grant({ accountId, clientId: client.clientId })
  grant.addOIDCScope('openid fhirUser')
  grant.addResourceScope(audience, resourceScopes(params.scope ?? '', registrationOf(client).scopes).join(' '))
  const saved = await grant.save(Math.floor(longestMs / 1000))
  if (found === undefined)
    await signIns.begin({ grantId: saved, person: accountId, device: deviceOf(ctx.headers['user-agent']), at: new Date(), longestMs })
  return grant
}

function policy() {
  const prompts = interactionPolicy.base()
  // A button that names a person signs that person in, whoever is signed in at the moment.
  const another = new interactionPolicy.Check('another_person', 'Another person is to sign in', ({ oidc }) => {
    const { params, session, result } = oidc
    return params.login_hint !== undefined && result === undefined && session.accountId !== params.login_hint
  })
  prompts.get('login').checks.add(another)
  return prompts
}

function page(ctx: KoaContext, html: string): void {
  ctx.type = 'html'
  ctx.set('content-security-policy', pageSecurityPolicy)
  ctx.set('x-frame-options', 'DENY')
  ctx.body = html
}

function askWhetherToSignOut(ctx: KoaContext, form: string): void {
  const buttons = `${form}<button class="button" type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>`
  page(ctx, messagePage('Sign out?', ['You will be signed out of Handrail on this device.'], buttons))
}

function signedOut(ctx: KoaContext): void {
  page(ctx, messagePage('You are signed out', ['You can close this window.']))
}
