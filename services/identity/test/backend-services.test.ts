/** SMART Backend Services at the token endpoint. https://hl7.org/fhir/smart-app-launch/backend-services.html */
import { tokenVerifier } from '@platform/fhir/token-verifier'
import { base64url, decodeJwt, decodeProtectedHeader } from 'jose'
import t from 'tap'
import { aClient, anAssertion, anIssuer, askWith, clientKeys, post, PUBLIC_URL, type Issuer } from './hub.ts'

const issuer = await anIssuer(t)
const keys = await clientKeys()
await aClient(issuer, keys)

const verifierOf = ({ address }: Issuer, audience = `${PUBLIC_URL}/fhir`) =>
  tokenVerifier({ issuers: [{ issuer: `${PUBLIC_URL}/identity`, jwksUri: `${address}/identity/jwks` }], audience })

t.test('an ES384 assertion gets a token that the services believe', async (t) => {
  const { status, headers, body } = await askWith(issuer, await anAssertion(keys), { scope: 'system/Procedure.rs system/Task.u' })
  t.equal(status, 200)
  t.equal(headers.get('cache-control'), 'no-store')
  t.match(body, { token_type: 'bearer', expires_in: 300, scope: 'system/Procedure.rs system/Task.u' })
  t.match(decodeProtectedHeader(body.access_token ?? ''), { alg: 'ES256', typ: 'at+jwt' })

  const caller = await verifierOf(issuer).verify(body.access_token ?? '')
  t.match(caller, {
    clientId: 'community-team',
    subject: 'community-team',
    role: 'professional',
    grade: 'full',
    organization: 'Organization/community-team',
    scopes: [
      { context: 'system', type: 'Procedure', c: false, r: true, u: false, d: false, s: true },
      { context: 'system', type: 'Task', c: false, r: false, u: true, d: false, s: false },
    ],
  })
})

t.test('an RS384 assertion gets a token', async (t) => {
  const rsa = await clientKeys('RS384')
  await aClient(issuer, rsa, { clientId: 'rsa-system' })
  t.equal((await askWith(issuer, await anAssertion(rsa, { clientId: 'rsa-system' }))).status, 200)
})

t.test('a token for another server is refused by a service', async (t) => {
  const { body } = await askWith(issuer, await anAssertion(keys))
  await t.rejects(verifierOf(issuer, 'https://elsewhere.example/fhir').verify(body.access_token ?? ''), { code: 'TOKEN_AUDIENCE_WRONG' })
})

t.test('an assertion is used once', async (t) => {
  const assertion = await anAssertion(keys)
  t.equal((await askWith(issuer, assertion)).status, 200)
  t.match(await askWith(issuer, assertion), { status: 401, body: { error: 'invalid_client' } })
})

t.test('an assertion used at one process is refused by another, and after a restart', async (t) => {
  const assertion = await anAssertion(keys)
  t.equal((await askWith(issuer, assertion)).status, 200)
  t.match(await askWith(await issuer.again(), assertion), { status: 401, body: { error: 'invalid_client' } })
})

t.test('of many that present one assertion at once, one gets a token', async (t) => {
  const assertion = await anAssertion(keys)
  const second = await issuer.again()
  const answers = await Promise.all([issuer, second, issuer, second, issuer, second].map((at) => askWith(at, assertion)))
  t.equal(answers.filter(({ status }) => status === 200).length, 1)
  t.equal(answers.filter(({ status }) => status === 401).length, 5)
})

const unsigned = async () => {
  const [, payload] = (await anAssertion(keys)).split('.')
  return `${base64url.encode(JSON.stringify({ alg: 'none', kid: 'key-1' }))}.${payload}.`
}
const forged = async () => {
  const [header, , signature] = (await anAssertion(keys)).split('.')
  const [, payload] = (await anAssertion(keys)).split('.')
  return `${header}.${payload}.${signature}`
}

const refused: Readonly<Record<string, () => Promise<string>>> = {
  'lives longer than five minutes': () => anAssertion(keys, { exp: 301 }),
  'ends more than five minutes from now': () => anAssertion(keys, { exp: 600, iat: 400 }),
  'ends next year and does not say when it began': () => anAssertion(keys, { exp: 31_536_000, claims: { iat: undefined } }),
  'has expired': () => anAssertion(keys, { exp: -30, iat: -100 }),
  'has no exp': () => anAssertion(keys, { claims: { exp: undefined } }),
  'has no jti': () => anAssertion(keys, { claims: { jti: undefined } }),
  'is meant for the FHIR base': () => anAssertion(keys, { claims: { aud: `${PUBLIC_URL}/fhir` } }),
  'is meant for the issuer and not its token endpoint': () => anAssertion(keys, { claims: { aud: `${PUBLIC_URL}/identity` } }),
  'is meant for others too': () => anAssertion(keys, { claims: { aud: [`${PUBLIC_URL}/identity/token`, 'https://elsewhere.example'] } }),
  'is meant for the address it happened to be sent to': () => anAssertion(keys, { claims: { aud: `${issuer.address}/identity/token` } }),
  'is issued by another client': () => anAssertion(keys, { claims: { iss: 'rsa-system' } }),
  'is about another client': () => anAssertion(keys, { claims: { sub: 'rsa-system' } }),
  'is from an unknown client': () => anAssertion(keys, { clientId: 'nobody' }),
  'is from a client whose id holds a NUL': () => anAssertion(keys, { clientId: 'no\0body' }),
  'names no key': () => anAssertion(keys, { header: { kid: undefined } as never }),
  'names an unknown key': () => anAssertion(keys, { header: { kid: 'key-2' } }),
  'points at keys elsewhere': () => anAssertion(keys, { header: { jku: 'https://elsewhere.example/jwks' } }),
  'is not signed (alg: none)': unsigned,
  'was altered after signing': forged,
  'is signed by other keys': async () => anAssertion(await clientKeys()),
}

for (const [why, make] of Object.entries(refused)) {
  t.test(`an assertion that ${why} is refused as invalid_client`, async (t) => {
    t.match(await askWith(issuer, await make()), { status: 401, body: { error: 'invalid_client' } })
  })
}

t.test('what is no assertion at all is answered as a bad request', async (t) => {
  t.match(await askWith(issuer, 'not.a.jwt'), { status: 400, body: { error: 'invalid_request' } })
  t.match(await post(issuer, { grant_type: 'client_credentials' }), { status: 400, body: { error: 'invalid_request' } })
  t.match(await post(issuer, {}), { status: 400, body: { error: 'invalid_request' } })
})

t.test('a grant type that is not offered is unsupported_grant_type', async (t) => {
  const { status, body } = await askWith(issuer, await anAssertion(keys), { grant_type: 'password', scope: 'system/*.rs' })
  t.match({ status, body }, { status: 400, body: { error: 'unsupported_grant_type' } })
})

t.test('scopes are narrowed to those registered, and the answer says what was granted', async (t) => {
  await aClient(issuer, keys, { clientId: 'narrow', scopes: 'system/Task.rs system/ServiceRequest.crus' })
  const ask = async (scope: string) => askWith(issuer, await anAssertion(keys, { clientId: 'narrow' }), { scope })

  t.equal((await ask('system/*.cruds')).body.scope, 'system/Task.rs system/ServiceRequest.crus')
  t.equal((await ask('system/*.read')).body.scope, 'system/Task.rs system/ServiceRequest.rs')
  t.equal((await ask('system/Task.cruds openid')).body.scope, 'system/Task.rs')
  for (const scope of ['system/Patient.rs', 'user/Task.rs', 'system/Task.sr', 'openid']) {
    t.match(await ask(scope), { status: 400, body: { error: 'invalid_scope' } }, scope)
  }
})

t.test('a client that names no scope is granted what it is registered for', async (t) => {
  const { body } = await askWith(issuer, await anAssertion(keys, { clientId: 'narrow' }), {})
  t.equal(body.scope, 'system/Task.rs system/ServiceRequest.crus')
})

t.test('no token is issued for another resource', async (t) => {
  const answer = await askWith(issuer, await anAssertion(keys), { scope: 'system/*.rs', resource: 'https://elsewhere.example/fhir' })
  t.match(answer, { status: 400, body: { error: 'invalid_target' } })
})

t.test('a client that was removed gets no more tokens, and new keys replace old ones', async (t) => {
  const [old, next] = [await clientKeys(), await clientKeys('ES384', 'key-2')]
  await aClient(issuer, old, { clientId: 'leaving' })
  await issuer.clients.replaceKeys('leaving', { keys: [next.publicJwk] })
  t.equal((await askWith(issuer, await anAssertion(old, { clientId: 'leaving' }))).status, 401)
  t.equal((await askWith(issuer, await anAssertion(next, { clientId: 'leaving' }))).status, 200)
  await issuer.clients.remove('leaving')
  t.equal((await askWith(issuer, await anAssertion(next, { clientId: 'leaving' }))).status, 401)
})

t.test('the discovery document has the addresses of PUBLIC_URL, whatever host a request names', async (t) => {
  const response = await fetch(`${issuer.address}/identity/.well-known/openid-configuration`, {
    headers: { 'x-forwarded-host': 'evil.example' },
  })
  t.match(await response.json(), {
    issuer: `${PUBLIC_URL}/identity`,
    token_endpoint: `${PUBLIC_URL}/identity/token`,
    jwks_uri: `${PUBLIC_URL}/identity/jwks`,
    authorization_endpoint: `${PUBLIC_URL}/identity/auth`,
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
    code_challenge_methods_supported: ['S256'],
  })
})

t.test('the published keys have no private part', async (t) => {
  const { keys: published } = (await (await fetch(`${issuer.address}/identity/jwks`)).json()) as { keys: Record<string, unknown>[] }
  t.equal(published.length, 1)
  t.match(published[0], { kty: 'EC', crv: 'P-256', use: 'sig', alg: 'ES256' })
  t.notOk('d' in (published[0] ?? {}))
})

t.test('a token carries a new jti each time', async (t) => {
  const jti = async () => decodeJwt((await askWith(issuer, await anAssertion(keys))).body.access_token ?? '').jti
  t.not(await jti(), await jti())
})
