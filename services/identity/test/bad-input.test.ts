/** Whatever is sent to the issuer gets a clear answer, never a fault of ours. */
import { request } from 'node:http'
import fc from '@platform/testing/properties'
import { base64url } from 'jose'
import t from 'tap'
import { aClient, anAssertion, anIssuer, askWith, clientKeys, type Issuer } from './hub.ts'

const issuer = await anIssuer(t)
const keys = await clientKeys()
await aClient(issuer, keys)

/** Sends bytes as they are: no URL or header is put right on the way. */
const send = ({ address }: Issuer, method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<number> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(address)
    const sent = request(
      { hostname, port, method, path, headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) } },
      (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0))
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const word = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom(
    'client_credentials',
    'authorization_code',
    'community-team',
    'handrail-portal',
    'system/*.rs',
    'openid',
    'code',
    '\0',
    '\ud800',
  ),
)
const name = fc.oneof(
  fc.constantFrom(
    'grant_type',
    'scope',
    'client_id',
    'client_assertion',
    'client_assertion_type',
    'code',
    'resource',
    'redirect_uri',
    'code_verifier',
    'client_secret',
    '__proto__',
  ),
  fc.string({ maxLength: 10 }),
)
const form = fc.array(fc.tuple(name, word), { maxLength: 8 }).map((pairs) => pairs.map(([n, v]) => `${encode(n)}=${encode(v)}`).join('&'))
const encode = (text: string) => encodeURIComponent(text.toWellFormed())

t.test('the token endpoint answers any form with 400 or 401', async (t) => {
  await fc.assert(
    fc.asyncProperty(form, async (body) => [400, 401].includes(await send(issuer, 'POST', '/identity/token', FORM, body))),
    { numRuns: 150 },
  )
  t.pass()
})

t.test('the token endpoint answers any assertion with 400 or 401', async (t) => {
  const claim = fc
    .oneof(fc.json(), fc.constantFrom('"community-team"', '{}', '[]', '1', 'null', 'true', '"\\u0000"'))
    .map((json) => JSON.parse(json) as unknown)
  const payload = fc.record({ sub: claim, iss: claim, aud: claim, exp: claim, jti: claim, iat: claim }, { requiredKeys: [] })
  const header = fc.record(
    { alg: fc.oneof(fc.constantFrom('ES384', 'RS384', 'none', 'HS256'), claim), kid: claim, crit: claim, b64: claim },
    { requiredKeys: [] },
  )
  const assertion = fc
    .tuple(header, payload, fc.base64String())
    .map(([h, p, s]) => [h, p].map((part) => base64url.encode(JSON.stringify(part))).join('.') + `.${s}`)
  await fc.assert(
    fc.asyncProperty(assertion, async (given) => [400, 401].includes((await askWith(issuer, given)).status)),
    { numRuns: 150 },
  )
  t.pass()
})

t.test('a signed assertion with claims of wrong types is refused', async (t) => {
  for (const claims of [
    { jti: 7 },
    { jti: { a: 1 } },
    { jti: '' },
    { exp: 'soon' },
    { aud: 5 },
    { aud: {} },
    { iss: ['community-team'] },
    { iat: 'now' },
    { nbf: {} },
  ]) {
    const { status } = await askWith(issuer, await anAssertion(keys, { claims }))
    t.equal(status, 401, JSON.stringify(claims))
  }
})

t.test('a subject that is no text is refused', async (t) => {
  for (const sub of [7, {}, ['community-team'], true]) {
    const given = `${base64url.encode(JSON.stringify({ alg: 'ES384' }))}.${base64url.encode(JSON.stringify({ sub }))}.x`
    t.ok([400, 401].includes((await askWith(issuer, given)).status), JSON.stringify(sub))
  }
})

t.test('no address under the issuer is a fault', async (t) => {
  const path = fc.oneof(
    form.map((query) => `auth?${query}`),
    fc.webPath().map((given) => given.slice(1)),
    fc.constantFrom(
      'interaction/%00',
      'interaction/../token',
      'auth/%ff',
      'session/end?id_token_hint=x',
      '%',
      '//evil.example/auth',
      'auth/x/y',
      'me',
      'reg',
    ),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('GET', 'POST', 'OPTIONS', 'HEAD', 'DELETE'), path, async (method, given) => {
      const status = await send(issuer, method, `/identity/${given}`, {
        accept: 'text/html',
        cookie: 'handrail_sign_in=%00; handrail_identity=x',
      })
      return status < 500
    }),
    { numRuns: 200 },
  )
  t.pass()
})

t.test('an address or a method that is not there is said with where to look', async (t) => {
  for (const [method, path] of [
    ['GET', 'token'],
    ['OPTIONS', 'token'],
    ['GET', 'no/such/address'],
  ] as const) {
    const answer = await fetch(`${issuer.address}/identity/${path}`, { method })
    t.equal(answer.status, 404, path)
    t.match(await answer.json(), { error: 'not_found', error_description: /\/identity\/\.well-known\/openid-configuration/ })
  }
})

t.test('a body that is too large, or no form, is refused', async (t) => {
  t.equal(await send(issuer, 'POST', '/identity/token', FORM, `scope=${'x'.repeat(100_000)}`), 400)
  t.equal(await send(issuer, 'POST', '/identity/token', { 'content-type': 'application/json' }, '{}'), 400)
  t.equal(await send(issuer, 'POST', '/identity/token', {}, 'grant_type=client_credentials'), 400)
})

t.test('afterwards the issuer works as before', async (t) => {
  t.equal((await askWith(issuer, await anAssertion(keys))).status, 200)
})
