/**
 * The local record of an organisation, on a real socket: FHIR, SMART App Launch 2.2 and OpenID Connect, as a record of somebody else does
 * them. It refuses whatever its standards refuse, so that nobody passes by leniency, and answers wrongly on demand.
 */
import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Patient } from '@medplum/fhirtypes'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { TestScope } from './database.ts'

/** What it does otherwise than it should, from now on. */
export interface LocalRecordFault {
  /** Claims of its ID tokens that are changed; nothing takes one away. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Signs by a key that it does not publish. */
  readonly foreignKey?: boolean
  /** Signs by another algorithm than its metadata say, with a key that it publishes. */
  readonly algorithm?: 'RS256' | 'ES256'
  /** Members of its metadata that are changed. */
  readonly metadata?: Readonly<Record<string, unknown>>
  /** Says access_denied instead of giving a code. */
  readonly refuses?: boolean
  /** Does not say which patient is open. */
  readonly silent?: boolean
  /** Answers 503 to every system; its pages it still shows. */
  readonly away?: boolean
}

export interface TestLocalRecord {
  readonly url: string
  /** Its FHIR base. */
  readonly iss: string
  /** As whom the application is registered, and with which secret where it has one. */
  readonly clientId: string
  /** Where it sends browsers back to: of the application that is registered. */
  redirectUri: string
  /** Who is signed in to it. */
  user: { readonly sub: string; readonly fhirUser: string }
  fault: LocalRecordFault
  /** `METHOD path` of every request so far, without what follows the path. */
  readonly requests: string[]
  /** Opens a patient: where the page is that launches an application on them. @param launchUrl of the application */
  open(patient: Patient & { readonly id: string }, launchUrl: string): string
  /** The launch alone: the opaque text that an application is given. */
  launch(patient: Patient & { readonly id: string }): string
}

interface Code {
  readonly challenge: string
  readonly nonce: string | null
  readonly patient: string | undefined
}

/** Starts one that stops with the test. @param secret what the application proves itself by; without one by PKCE alone */
export async function aLocalRecord(t: TestScope, { secret }: { readonly secret?: string } = {}): Promise<TestLocalRecord> {
  const [rsa, ec, foreign] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('ES256'), generateKeyPair('RS256')])
  const keys = [
    { ...(await exportJWK(rsa.publicKey)), kid: 'rsa', alg: 'RS256', use: 'sig' },
    { ...(await exportJWK(ec.publicKey)), kid: 'ec', alg: 'ES256', use: 'sig' },
  ]
  const patients = new Map<string, Patient>()
  const launches = new Map<string, string>()
  const codes = new Map<string, Code>()
  const tokens = new Map<string, string>()
  const minted = () => randomBytes(12).toString('base64url')

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const record: TestLocalRecord = {
    url,
    iss: `${url}/fhir`,
    clientId: 'handrail',
    redirectUri: '',
    user: { sub: 'staff-7', fhirUser: `${url}/fhir/Practitioner/staff-7` },
    fault: {},
    requests: [],
    launch(patient) {
      const launch = minted()
      patients.set(patient.id, patient)
      launches.set(launch, patient.id)
      return launch
    },
    open(patient, launchUrl) {
      const launch = record.launch(patient)
      return `${url}/chart?${new URLSearchParams({ to: `${launchUrl}?${new URLSearchParams({ iss: record.iss, launch }).toString()}` }).toString()}`
    },
  }
  return record

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', url)
    record.requests.push(`${request.method} ${pathname}`)
    const json = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (record.fault.away === true && pathname !== '/authorize') return void json(503, {})
    if (pathname.endsWith('/.well-known/smart-configuration') || pathname === '/.well-known/openid-configuration')
      return void json(200, metadata())
    if (pathname === '/jwks') return void json(200, { keys })
    if (pathname === '/chart') return chart(response, searchParams.get('to') ?? '')
    if (pathname === '/authorize') return authorize(response, searchParams)
    if (pathname === '/token' && request.method === 'POST') return token(json, request, new URLSearchParams(await textOf(request)))
    const id = /^\/fhir\/Patient\/([^/]+)$/.exec(pathname)?.[1]
    const allowed = tokens.get((request.headers.authorization ?? '').replace('Bearer ', ''))
    if (id === undefined || allowed !== id) return void json(401, {})
    json(200, patients.get(id) ?? {})
  }

  function metadata(): object {
    return {
      issuer: url,
      authorization_endpoint: `${url}/authorize`,
      token_endpoint: `${url}/token`,
      jwks_uri: `${url}/jwks`,
      code_challenge_methods_supported: ['S256'],
      grant_types_supported: ['authorization_code'],
      capabilities: ['launch-ehr', 'sso-openid-connect', 'context-ehr-patient', 'permission-v2', 'client-public'],
      ...record.fault.metadata,
    }
  }

  function chart(response: ServerResponse, to: string): void {
    const href = to.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><title>Chart</title><a href="${href}">Handrail</a>`)
  }

  /** The person is signed in here: there is nothing to ask. */
  function authorize(response: ServerResponse, given: URLSearchParams): void {
    const isLaunch = (given.get('scope') ?? '').split(' ').includes('launch')
    const patient = launches.get(given.get('launch') ?? '')
    const right =
      given.get('client_id') === record.clientId &&
      given.get('redirect_uri') === record.redirectUri &&
      given.get('response_type') === 'code' &&
      given.get('code_challenge_method') === 'S256' &&
      (!isLaunch || (patient !== undefined && given.get('aud') === record.iss))
    if (!right) return void response.writeHead(400).end('no')
    const back = new URL(record.redirectUri)
    back.searchParams.set('state', given.get('state') ?? '')
    if (record.fault.refuses === true) back.searchParams.set('error', 'access_denied')
    else {
      const code = minted()
      codes.set(code, { challenge: given.get('code_challenge') ?? '', nonce: given.get('nonce'), patient: isLaunch ? patient : undefined })
      back.searchParams.set('code', code)
    }
    response.writeHead(302, { location: back.href }).end()
  }

  async function token(
    json: (status: number, body: object) => unknown,
    { headers }: IncomingMessage,
    form: URLSearchParams,
  ): Promise<void> {
    const code = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '') // once
    const proved =
      secret === undefined
        ? form.get('client_id') === record.clientId
        : headers.authorization === `Basic ${Buffer.from(`${formEncoded(record.clientId)}:${formEncoded(secret)}`).toString('base64')}`
    const verified =
      createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url') === code?.challenge
    if (code === undefined || !proved || !verified || form.get('redirect_uri') !== record.redirectUri)
      return void json(400, { error: 'invalid_grant' })
    const { sub, fhirUser } = record.user
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: url, sub, aud: record.clientId, iat: now, exp: now + 300, nonce: code.nonce, fhirUser, ...record.fault.claims }
    const algorithm = record.fault.algorithm ?? 'RS256'
    const key = record.fault.foreignKey === true ? foreign.privateKey : algorithm === 'ES256' ? ec.privateKey : rsa.privateKey
    const idToken = await new SignJWT(claims).setProtectedHeader({ alg: algorithm, kid: algorithm === 'ES256' ? 'ec' : 'rsa' }).sign(key)
    const access = minted()
    if (code.patient !== undefined) tokens.set(access, code.patient)
    json(200, {
      access_token: access,
      token_type: 'Bearer',
      expires_in: 300,
      id_token: idToken,
      ...(code.patient === undefined || record.fault.silent === true ? {} : { patient: code.patient }),
    })
  }
}

/** As RFC 6749, section 2.3.1 wants both parts of the header. */
const formEncoded = (text: string): string => new URLSearchParams({ text }).toString().slice('text='.length)

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}
