import Fastify from 'fastify'
import t from 'tap'
import type { Caller } from './caller.ts'
import { fhirServer } from './server.ts'
import { smartAuthorisation } from './smart-authorisation.ts'
import { smartConfiguration } from './smart-configuration.ts'
import { refuse, type TokenVerifier } from './token-verifier.ts'

const ada: Caller = {
  clientId: 'app',
  subject: 'ada',
  role: 'patient',
  grade: 'full',
  patient: '1',
  scopes: [],
  token: 'good',
  expiresAt: 0,
}

const tokens: TokenVerifier = {
  recall: () => undefined,
  verify: async (bearer) => {
    if (bearer === 'good') return ada
    if (bearer === 'early') throw refuse.ISSUER_UNREACHABLE()
    throw refuse.TOKEN_EXPIRED()
  },
}

const app = Fastify()
await app.register(fhirServer)
await app.register(smartAuthorisation, { tokens })
app.get('/Patient/:id', async (request) => ({ subject: request.caller.subject }))
app.get('/metadata', { config: { open: true } }, async () => ({}))
t.teardown(() => app.close())

const get = (url: string, authorization?: string) => app.inject({ url, headers: authorization === undefined ? {} : { authorization } })

t.test('a believed token makes the caller known', async (t) => {
  for (const scheme of ['Bearer good', 'bearer good', 'Bearer   good'])
    t.same((await get('/Patient/1', scheme)).json(), { subject: 'ada' }, scheme)
})

t.test('without a token the answer is 401 with an OperationOutcome and a challenge that names no error', async (t) => {
  for (const authorization of [undefined, '', 'Basic Z29vZDo=', 'Bearer', 'Bearer good evil', 'Bearer g\u00e4d']) {
    const answer = await get('/Patient/1', authorization)
    t.equal(answer.statusCode, 401)
    t.equal(answer.headers['www-authenticate'], 'Bearer realm="handrail"')
    t.match(answer.json(), {
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'error', code: 'login', details: { coding: [{ code: 'TOKEN_MISSING' }] } }],
    })
  }
})

t.test('a refused token is 401 with the reason', async (t) => {
  const answer = await get('/Patient/1', 'Bearer bad')
  t.equal(answer.statusCode, 401)
  t.equal(
    answer.headers['www-authenticate'],
    'Bearer realm="handrail", error="invalid_token", error_description="The access token has expired."',
  )
  t.match(answer.json(), { resourceType: 'OperationOutcome', issue: [{ code: 'expired' }] })
})

t.test('an issuer that cannot be reached is 503 and no challenge', async (t) => {
  const answer = await get('/Patient/1', 'Bearer early')
  t.equal(answer.statusCode, 503)
  t.equal(answer.headers['www-authenticate'], undefined)
})

t.test('an address that does not exist says so only to a caller with a token', async (t) => {
  t.equal((await get('/nothing')).statusCode, 401)
  t.equal((await get('/nothing', 'Bearer good')).statusCode, 404)
})

t.test('an open address needs no token', async (t) => {
  t.equal((await get('/metadata')).statusCode, 200)
})

t.test('the SMART configuration has what the specification requires, with absolute addresses', async (t) => {
  t.match(smartConfiguration('https://hub.example/'), {
    issuer: 'https://hub.example/identity',
    jwks_uri: 'https://hub.example/identity/jwks',
    authorization_endpoint: 'https://hub.example/identity/auth',
    token_endpoint: 'https://hub.example/identity/token',
    grant_types_supported: ['client_credentials', 'authorization_code'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
  })
  t.ok(smartConfiguration('https://hub.example').capabilities.includes('client-confidential-asymmetric'))
  t.ok(smartConfiguration('https://hub.example').capabilities.includes('permission-v2'))
})
