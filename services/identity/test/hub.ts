/** An issuer that really listens, with a database of its own, and what a client of it does. */
import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { Database } from '@platform/service/database'
import { testDatabase, type TestScope } from '@platform/testing/database'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTHeaderParameters } from 'jose'
import { buildApp } from '../src/app.ts'
import type { SignInIssuer } from '../src/domain/sign-in-issuer.ts'
import type { CodeWays } from '../src/routes/code-sending.ts'
import type { Registration } from '../src/domain/registration.ts'
import { clientRegister, type ClientRegister } from '../src/store/client-register.ts'
import { sealWith, type Seal } from '../src/store/sealing.ts'

/** Where the hub says that it is; nothing listens there, so that no address can come from the request. */
export const PUBLIC_URL = 'https://hub.example'

export interface Issuer {
  /** Where it really listens. */
  readonly address: string
  readonly database: Database
  readonly clients: ClientRegister
  readonly seal: Seal
  /** A second process on the same database. */
  again(options?: { readonly clock?: { now(): Date } }): Promise<Issuer>
}

const SEAL = sealWith(Buffer.alloc(32, 7))

export interface IssuerSettings {
  readonly demo?: boolean
  readonly clock?: { now(): Date }
  readonly ways?: CodeWays
  readonly passportUrl?: string
  readonly signInIssuers?: readonly SignInIssuer[]
}

/** Starts an issuer for this test. */
export async function anIssuer(t: TestScope, { demo = true, ...options }: IssuerSettings = {}): Promise<Issuer> {
  const database = await (await testDatabase(t)).open({ max: 4 })
  return listen(t, database, demo, options)
}

async function listen(
  t: TestScope,
  database: Database,
  demo: boolean,
  { clock, ways, passportUrl, signInIssuers = [] }: IssuerSettings,
): Promise<Issuer> {
  const times = { SIGN_IN_IDLE_MS: 1_800_000, SIGN_IN_LONGEST_MS: 28_800_000 }
  const app = await buildApp(
    {
      PUBLIC_URL,
      HANDRAIL_DEMO: demo,
      SIGN_IN_ISSUERS: signInIssuers,
      ...times,
      ...(passportUrl === undefined ? {} : { PASSPORT_URL: passportUrl }),
    },
    { database, seal: SEAL, ...(clock === undefined ? {} : { clock }), ...(ways === undefined ? {} : { ways }) },
  )
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => app.close())
  return {
    address: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    database,
    clients: clientRegister(database),
    seal: SEAL,
    again: (options) => listen(t, database, demo, options ?? {}),
  }
}

/** A pair of keys of a client. */
export interface ClientKeys {
  readonly alg: 'ES384' | 'RS384'
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}

/** New keys of a client. */
export async function clientKeys(alg: 'ES384' | 'RS384' = 'ES384', kid = 'key-1'): Promise<ClientKeys> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { modulusLength: 2048, extractable: true })
  return { alg, kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid } }
}

/** Registers a system of the community team for all of `system/*`, unless told otherwise. */
export async function aClient(issuer: Issuer, keys: ClientKeys, changes: Partial<Registration> = {}): Promise<string> {
  const { clientId } = await issuer.clients.register({
    clientId: 'community-team',
    name: 'Community team system',
    jwks: { keys: [keys.publicJwk] },
    role: 'professional',
    grade: 'full',
    organization: 'Organization/community-team',
    scopes: 'system/*.cruds',
    ...changes,
  })
  return clientId
}

/** A client's assertion, right in everything but what is changed. `exp` and `iat` are seconds from now. */
export async function anAssertion(
  keys: ClientKeys,
  {
    clientId = 'community-team',
    exp = 300,
    iat = 0,
    claims = {},
    header = {},
  }: { clientId?: string; exp?: number; iat?: number; claims?: Record<string, unknown>; header?: Partial<JWTHeaderParameters> } = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const payload = {
    iss: clientId,
    sub: clientId,
    aud: `${PUBLIC_URL}/identity/token`,
    jti: randomUUID(),
    exp: now + exp,
    iat: now + iat,
    ...claims,
  }
  return new SignJWT(payload).setProtectedHeader({ alg: keys.alg, kid: keys.kid, typ: 'JWT', ...header }).sign(keys.privateKey)
}

export interface TokenAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: {
    readonly access_token?: string
    readonly id_token?: string
    readonly refresh_token?: string
    readonly expires_in?: number
    readonly token_type?: string
    readonly scope?: string
    readonly error?: string
  }
}

/** Posts to the token endpoint. */
export async function post(issuer: Issuer, form: Readonly<Record<string, string>>): Promise<TokenAnswer> {
  const response = await fetch(`${issuer.address}/identity/token`, { method: 'POST', body: new URLSearchParams(form) })
  return { status: response.status, headers: response.headers, body: (await response.json()) as TokenAnswer['body'] }
}

/** Asks for a token with an assertion. */
export function askWith(
  issuer: Issuer,
  assertion: string,
  form: Readonly<Record<string, string>> = { scope: 'system/*.rs' },
): Promise<TokenAnswer> {
  return post(issuer, {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
    ...form,
  })
}
