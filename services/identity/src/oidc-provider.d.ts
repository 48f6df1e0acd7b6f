/** The part of oidc-provider 9 that this service uses; the package ships no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export interface Adapter {
    upsert(id: string, payload: Record<string, unknown>, expiresIn?: number): Promise<void>
    find(id: string): Promise<Record<string, unknown> | undefined>
    findByUid(uid: string): Promise<Record<string, unknown> | undefined>
    findByUserCode(userCode: string): Promise<Record<string, unknown> | undefined>
    consume(id: string): Promise<void>
    destroy(id: string): Promise<void>
    revokeByGrantId(grantId: string): Promise<void>
  }

  export interface OidcClient {
    readonly clientId: string
    readonly redirectUris: readonly string[]
    grantTypeAllowed(grantType: string): boolean
    readonly asymmetricKeyStore: Iterable<{ readonly kid?: string; readonly kty: string }>
  }

  export interface Grant {
    addOIDCScope(scope: string): void
    addResourceScope(resource: string, scope: string): void
    save(ttl: number): Promise<string>
  }

  export interface Token {
    readonly kind: string
    scope: string | undefined
    resourceServer: ResourceServer | undefined
    readonly expiration: number
    readonly tokenType: string
    readonly accountId?: string
    readonly grantId?: string
    /** When the first of a family of refresh tokens was made, in seconds since 1970. */
    readonly iiat?: number
    save(): Promise<string>
  }

  export interface ResourceServer {
    readonly scope: string
    readonly accessTokenTTL?: number
  }

  export interface Interaction {
    readonly uid: string
    readonly exp: number
    readonly prompt: { readonly name: string; readonly details: Readonly<Record<string, unknown>> }
    readonly params: Readonly<Record<string, unknown>>
    session?: { readonly uid?: string; readonly accountId?: string } | undefined
    save(ttl: number): Promise<string>
  }

  export interface OidcContext {
    readonly route: string
    readonly provider: Provider
    readonly client: OidcClient
    readonly params: { scope?: string; resource?: string | string[]; login_hint?: string }
    readonly session: { readonly accountId?: string; grantIdFor(clientId: string): string | undefined }
    readonly entities: { readonly AuthorizationCode?: { readonly scope?: string }; readonly RotatedRefreshToken?: Token }
    readonly account?: Account
    readonly result?: { readonly login?: unknown; readonly consent?: { readonly grantId?: string } }
    entity(name: string, value: unknown): void
  }

  /** A Koa context, as far as it is used here. */
  export interface KoaContext {
    readonly oidc: OidcContext
    readonly headers: Readonly<Record<string, string | undefined>>
    body: unknown
    type: string
    set(header: string, value: string): void
  }

  export interface Account {
    readonly accountId: string
    claims(use: string, scope: string): Promise<Readonly<Record<string, unknown>>>
  }

  export class Check {
    static readonly REQUEST_PROMPT: true
    static readonly NO_NEED_TO_PROMPT: false
    constructor(reason: string, description: string, check: (ctx: KoaContext) => boolean)
  }

  export const interactionPolicy: {
    readonly base: () => { get(name: string): { readonly checks: { add(check: Check): void } } }
    readonly Check: typeof Check
  }

  export class OIDCProviderError extends Error {
    readonly error: string
    readonly statusCode: number
    readonly error_description?: string
    readonly error_detail?: string
  }

  type Failure = new (description?: string, detail?: string) => OIDCProviderError

  export const errors: {
    readonly OIDCProviderError: typeof OIDCProviderError
    readonly InvalidClientAuth: new (detail?: string) => OIDCProviderError
    readonly InvalidScope: Failure
    readonly InvalidGrant: new (detail?: string) => OIDCProviderError
    readonly InvalidTarget: new (description?: string) => OIDCProviderError
    readonly SessionNotFound: Failure
  }

  export default class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>)
    readonly issuer: string
    proxy: boolean
    readonly Grant: { new (of: { accountId: string; clientId: string }): Grant; find(id: string): Promise<Grant | undefined> }
    readonly ClientCredentials: new (of: { client: OidcClient; scope: string }) => Token
    readonly ResourceServer: new (identifier: string, info: Readonly<Record<string, unknown>>) => ResourceServer
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>
    interactionResult(
      request: IncomingMessage,
      response: ServerResponse,
      result: Readonly<Record<string, unknown>>,
      options?: { mergeWithLastSubmission?: boolean },
    ): Promise<string>
    cookieName(kind: 'session' | 'interaction' | 'resume'): string
    registerGrantType(
      name: string,
      handler: (ctx: KoaContext) => Promise<void>,
      parameters: readonly string[],
      dupes?: readonly string[],
    ): void
    on(event: string, listener: (ctx: KoaContext, error: Error) => void): void
    /** Koa middleware, in front of the provider's own. */
    use(middleware: (ctx: KoaContext & { status: number }, next: () => Promise<void>) => Promise<void>): void
  }
}
