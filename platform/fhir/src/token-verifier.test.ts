import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { processorMs } from '@platform/testing/processor-time'
import fc from '@platform/testing/properties'
import { base64url, exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTHeaderParameters } from 'jose'
import t from 'tap'
import { tokenVerifier } from './token-verifier.ts'

const ISSUER = 'https://hub.example/identity'
const AUDIENCE = 'https://hub.example/fhir'

// An issuer's key set that really is served, whose keys the tests change.
let published: JWK[] = []
let asked = 0
const server = createServer((_request, response) => {
  asked += 1
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: published }))
}).listen(0, '127.0.0.1')
await new Promise((resolve) => server.once('listening', resolve))
t.teardown(() => server.close())
const jwksUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`

interface Key {
  readonly alg: string
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}
const aKey = async (alg: string, kid: string): Promise<Key> => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { alg, kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg } }
}
const first = await aKey('ES256', 'first')
published = [first.publicJwk]

const NOW = new Date('2026-11-21T02:14:00Z')
const seconds = (at: Date) => Math.floor(at.getTime() / 1000)

const aToken = (key: Key = first, claims: Record<string, unknown> = {}, header: Partial<JWTHeaderParameters> = {}) =>
  new SignJWT({
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'community-team',
    client_id: 'community-team',
    scope: 'system/Task.rs',
    role: 'professional',
    grade: 'full',
    organization: 'Organization/1',
    iat: seconds(NOW),
    exp: seconds(NOW) + 300,
    jti: '1',
    ...claims,
  })
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header })
    .sign(key.privateKey)

const aVerifier = ({ at = NOW, remembered = 10 }: { at?: Date; remembered?: number } = {}) => {
  const clock = { at, now: () => clock.at }
  return { clock, tokens: tokenVerifier({ issuers: [{ issuer: ISSUER, jwksUri }], audience: AUDIENCE, clock, remembered }) }
}

t.test('somebody administers the organisation of the token if it says so by a true, and no other way', async (t) => {
  const { tokens } = aVerifier()
  t.equal((await tokens.verify(await aToken(first, { administers: true }))).administers, true)
  for (const claims of [
    {},
    { administers: false },
    { administers: 'true' },
    { administers: 1 },
    { administers: true, organization: undefined },
  ])
    t.notOk('administers' in (await tokens.verify(await aToken(first, claims))), JSON.stringify(claims))
})

t.test('a believed token says who is asking', async (t) => {
  const token = await aToken()
  t.same(await aVerifier().tokens.verify(token), {
    clientId: 'community-team',
    subject: 'community-team',
    role: 'professional',
    grade: 'full',
    organization: 'Organization/1',
    scopes: [{ context: 'system', type: 'Task', c: false, r: true, u: false, d: false, s: true }],
    token,
    expiresAt: seconds(NOW) + 300,
  })
})

for (const alg of ['ES384', 'RS384', 'PS384']) {
  t.test(`${alg} is accepted`, async (t) => {
    const key = await aKey(alg, alg)
    published = [first.publicJwk, key.publicJwk]
    t.equal((await aVerifier().tokens.verify(await aToken(key))).clientId, 'community-team')
  })
}

const refusals: Readonly<Record<string, readonly [string, () => Promise<string>]>> = {
  'another audience': ['TOKEN_AUDIENCE_WRONG', () => aToken(first, { aud: 'https://elsewhere.example/fhir' })],
  'no audience': ['TOKEN_AUDIENCE_WRONG', () => aToken(first, { aud: undefined })],
  'an issuer that is not trusted': ['TOKEN_ISSUER_UNKNOWN', () => aToken(first, { iss: 'https://evil.example' })],
  'no issuer': ['TOKEN_ISSUER_UNKNOWN', () => aToken(first, { iss: undefined })],
  'a time that is over': ['TOKEN_EXPIRED', () => aToken(first, { exp: seconds(NOW) - 31 })],
  'no exp': ['TOKEN_NOT_BELIEVED', () => aToken(first, { exp: undefined })],
  'a time to come': ['TOKEN_NOT_BELIEVED', () => aToken(first, { nbf: seconds(NOW) + 31 })],
  'a type that is no access token': ['TOKEN_NOT_BELIEVED', () => aToken(first, {}, { typ: 'logout+jwt' })],
  'a key that is not published': ['TOKEN_NOT_BELIEVED', async () => aToken(await aKey('ES256', 'nobody'))],
  "another's key under a published name": ['TOKEN_NOT_BELIEVED', async () => aToken(await aKey('ES256', 'first'))],
  'no algorithm': [
    'TOKEN_ALGORITHM_REFUSED',
    async () => `${base64url.encode(JSON.stringify({ alg: 'none', typ: 'at+jwt' }))}.${(await aToken()).split('.')[1]}.`,
  ],
  'a symmetric algorithm with our public key as its secret': [
    'TOKEN_ALGORITHM_REFUSED',
    async () => {
      const secret = new TextEncoder().encode(JSON.stringify(first.publicJwk))
      return new SignJWT({ iss: ISSUER, aud: AUDIENCE, exp: seconds(NOW) + 300 })
        .setProtectedHeader({ alg: 'HS256', kid: 'first' })
        .sign(secret)
    },
  ],
  'an algorithm that is not pinned': ['TOKEN_ALGORITHM_REFUSED', async () => aToken(await aKey('RS256', 'rs256'))],
  'an unknown role': ['TOKEN_CLAIMS_INCOMPLETE', () => aToken(first, { role: 'superuser' })],
  'no role': ['TOKEN_CLAIMS_INCOMPLETE', () => aToken(first, { role: undefined })],
  'an unknown grade': ['TOKEN_CLAIMS_INCOMPLETE', () => aToken(first, { grade: 'everything' })],
  'no client_id': ['TOKEN_CLAIMS_INCOMPLETE', () => aToken(first, { client_id: undefined })],
  'a patient without a patient': ['TOKEN_CLAIMS_INCOMPLETE', () => aToken(first, { role: 'patient' })],
  'an organisation that is no text': ['TOKEN_CLAIMS_INCOMPLETE', () => aToken(first, { organization: { id: '1' } })],
  'too many characters': ['TOKEN_MALFORMED', () => aToken(first, { padding: 'x'.repeat(20_000) })],
}

for (const [what, [code, make]] of Object.entries(refusals)) {
  t.test(`a token with ${what} is refused`, async (t) => {
    await t.rejects(aVerifier().tokens.verify(await make()), { code })
  })
}

t.test('a token whose content was changed after signing is refused', async (t) => {
  const [header, , signature] = (await aToken()).split('.')
  const [, admin] = (await aToken(first, { role: 'admin' })).split('.')
  await t.rejects(aVerifier().tokens.verify(`${header}.${admin}.${signature}`), { code: 'TOKEN_NOT_BELIEVED' })
})

t.test('a clock may be 30 s off', async (t) => {
  t.ok(await aVerifier().tokens.verify(await aToken(first, { exp: seconds(NOW) - 29 })))
  t.ok(await aVerifier().tokens.verify(await aToken(first, { nbf: seconds(NOW) + 30 })))
})

t.test('no text whatever is more than refused', async (t) => {
  const { tokens } = aVerifier()
  const parts = fc.array(
    fc.oneof(
      fc.base64String(),
      fc.string(),
      fc.json().map((json) => base64url.encode(json)),
    ),
    { maxLength: 5 },
  )
  await fc.assert(
    fc.asyncProperty(parts, async (given) => {
      const error = await tokens.verify(given.join('.')).then(
        () => undefined,
        (reason: unknown) => reason as { code?: string },
      )
      return error?.code?.startsWith('TOKEN_') === true
    }),
    { numRuns: 300 },
  )
  t.pass()
})

t.test('a verified token is remembered until it expires, and no longer', async (t) => {
  const { tokens, clock } = aVerifier()
  const token = await aToken()
  t.equal(tokens.recall(token), undefined)
  const caller = await tokens.verify(token)
  t.equal(tokens.recall(token), caller)
  t.equal(await tokens.verify(token), caller)
  clock.at = new Date(NOW.getTime() + 300_000)
  t.equal(tokens.recall(token), undefined)
  clock.at = new Date(NOW.getTime() + 331_000)
  await t.rejects(tokens.verify(token), { code: 'TOKEN_EXPIRED' })
})

t.test('a refused token is not remembered', async (t) => {
  const { tokens } = aVerifier()
  const token = await aToken(first, { role: 'superuser' })
  await t.rejects(tokens.verify(token))
  t.equal(tokens.recall(token), undefined)
})

t.test('the memory is bounded: the oldest is forgotten', async (t) => {
  const { tokens } = aVerifier({ remembered: 2 })
  const [one = '', two = '', three = ''] = await Promise.all(['1', '2', '3'].map((jti) => aToken(first, { jti })))
  for (const token of [one, two, three]) await tokens.verify(token)
  t.equal(tokens.recall(one), undefined)
  t.ok(tokens.recall(two))
  t.ok(tokens.recall(three))
})

t.test('a remembered token costs far less than a signature', async (t) => {
  const { tokens } = aVerifier()
  const token = await aToken()
  await tokens.verify(token)
  const ms = await processorMs(() => {
    for (let i = 0; i < 20_000; i += 1) tokens.recall(token)
  })
  const each = (ms * 1_000_000) / 20_000
  t.ok(each < 10_000, `${each} ns`) // Tens of nanoseconds as a rule; a signature costs 140,000.
})

t.test('a new key of the issuer is believed once it is published, the old one until it is not', async (t) => {
  published = [first.publicJwk]
  const { tokens } = aVerifier()
  await tokens.verify(await aToken())
  const next = await aKey('ES256', 'next')
  published = [next.publicJwk, first.publicJwk]
  // Another process starts after the rotation and fetches the keys for the first time.
  const later = aVerifier().tokens
  t.ok(await later.verify(await aToken(next)))
  t.ok(await later.verify(await aToken(first, { jti: '2' })))
  published = [next.publicJwk]
  await t.rejects(aVerifier().tokens.verify(await aToken()), { code: 'TOKEN_NOT_BELIEVED' })
})

t.test('keys are fetched once for many tokens', async (t) => {
  published = [first.publicJwk]
  const { tokens } = aVerifier()
  const before = asked
  await Promise.all(['1', '2', '3', '4'].map(async (jti) => tokens.verify(await aToken(first, { jti }))))
  t.equal(asked - before, 1)
})

t.test('an issuer that cannot be reached is not the caller’s fault', async (t) => {
  const tokens = tokenVerifier({
    issuers: [{ issuer: ISSUER, jwksUri: 'http://127.0.0.1:9/jwks' }],
    audience: AUDIENCE,
    clock: { now: () => NOW },
  })
  await t.rejects(tokens.verify(await aToken()), { code: 'ISSUER_UNREACHABLE', issue: 'transient' })
})
