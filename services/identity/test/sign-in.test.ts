/** Signing in: authorisation code with PKCE. RFC 6749 section 4.1, RFC 7636, OpenID Connect Core. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tokenVerifier } from '@platform/fhir/token-verifier'
import { decodeJwt } from 'jose'
import t from 'tap'
import { systemClock } from '@platform/service/clock'
import { aLocalRecord } from '@platform/testing/local-record'
import { DEMO_PEOPLE, type OrganizationKey } from '../src/domain/demo-cast.ts'
import { ensureInternalClients, registerDemo, toSigningKey, type ClientKey } from '../src/provision.ts'
import { people } from '../src/store/people.ts'
import { authorization, Browser, verifierCode } from './a-browser.ts'
import { anAssertion, anIssuer, askWith, post, PUBLIC_URL, type ClientKeys, type Issuer } from './hub.ts'
import { signingInElsewhere, signInIssuerAt } from './sign-in-elsewhere.ts'

const home = await mkdtemp(join(tmpdir(), 'handrail-identity-'))
t.teardown(() => rm(home, { recursive: true, force: true }))

const ORGANIZATIONS: readonly OrganizationKey[] = [
  'community-team',
  'neurorehab',
  'neuropsychology',
  'therapy-centre',
  'leisure',
  'hospital',
  'pump-centre',
  'single-point-of-access',
  'commissioner',
]
const organizationIds = Object.fromEntries(ORGANIZATIONS.map((key) => [key, `Organization/${key}`])) as Record<OrganizationKey, string>
const fhirUsers = Object.fromEntries(DEMO_PEOPLE.map(({ id }) => [id, id === 'ada' ? 'Patient/ada-1' : `Practitioner/${id}`]))

const elsewhere = await aLocalRecord(t, { secret: 'shared secret' })
const issuer = await anIssuer(t, { signInIssuers: [signInIssuerAt(elsewhere)] })
const provision = async (at: Issuer) => {
  const own = await ensureInternalClients({ clients: at.clients, home, publicUrl: PUBLIC_URL, demo: true })
  await registerDemo({ clients: at.clients, people: people(at.database, systemClock), home, organizationIds, fhirUsers })
  return own
}
const own = await provision(issuer)

const signer = async (key: ClientKey): Promise<ClientKeys> => ({
  alg: 'ES384',
  kid: key.kid,
  privateKey: await toSigningKey(key),
  publicJwk: {},
})
const portal = await signer(own['handrail-portal'])
const verifier = tokenVerifier({
  issuers: [{ issuer: `${PUBLIC_URL}/identity`, jwksUri: `${issuer.address}/identity/jwks` }],
  audience: `${PUBLIC_URL}/fhir`,
})

const redeem = async (code: string, changes: Record<string, string> = {}) =>
  post(issuer, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: `${PUBLIC_URL}/signed-in`,
    code_verifier: verifierCode,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await anAssertion(portal, { clientId: 'handrail-portal' }),
    ...changes,
  })

const signInAs = async (person: string, browser = new Browser(issuer)) => {
  const { leftFor } = await browser.follow(authorization({ login_hint: person }))
  const { body } = await redeem(leftFor?.searchParams.get('code') ?? '')
  return { leftFor, body }
}

t.test('the page has a button for each person of the demonstration, and one press signs in', async (t) => {
  const browser = new Browser(issuer)
  const { page } = await browser.follow(authorization())
  const text = (await page?.text()) ?? ''
  t.equal(page?.status, 200)
  t.equal(text.match(/<button[^>]*name="person"/g)?.length, DEMO_PEOPLE.length)
  t.match(page?.headers.get('content-security-policy'), "default-src 'none'")
  t.same(text.match(/<script[^>]*>[^<]*/g), ['<script src="/identity/passkey.js" defer>'], 'one script, a file of this server')

  const [, action = ''] = /action="([^"]+)"/.exec(text) ?? []
  const { leftFor } = await browser.follow(new URL(action, `${PUBLIC_URL}${new URL(page?.url ?? '').pathname}`).href, {
    person: 'physiotherapist',
  })
  t.equal(leftFor?.searchParams.get('state'), 'state-1')
  const { status, body } = await redeem(leftFor?.searchParams.get('code') ?? '')
  t.match({ status, body }, { status: 200, body: { expires_in: 3600, scope: 'user/*.cruds' } })
  t.match(await verifier.verify(body.access_token ?? ''), {
    clientId: 'handrail-portal',
    subject: 'physiotherapist',
    role: 'professional',
    grade: 'full',
    organization: 'Organization/community-team',
    fhirUser: 'Practitioner/physiotherapist',
  })
  t.match(decodeJwt(body.id_token ?? ''), { sub: 'physiotherapist', aud: 'handrail-portal', nonce: 'nonce-1', name: 'Morgan Ellis' })
})

t.test('a person sees only the own record: patient scopes and the patient in the token', async (t) => {
  const { body } = await signInAs('ada')
  t.equal(body.scope, 'patient/*.crus')
  t.match(await verifier.verify(body.access_token ?? ''), { role: 'patient', patient: 'ada-1', fhirUser: 'Patient/ada-1' })
})

t.test('who administers an organisation has it in the access token, and nobody else has', async (t) => {
  for (const [id, administers] of [
    ['therapy-centre-worker', true],
    ['physiotherapist', undefined],
    ['ada', undefined],
  ] as const) {
    const { body } = await signInAs(id)
    t.equal((await verifier.verify(body.access_token ?? '')).administers, administers, id)
    t.equal(decodeJwt(body.access_token ?? '')['administers'], administers, id)
  }
})

t.test('an ID token is no access token', async (t) => {
  const { body } = await signInAs('ada')
  await t.rejects(verifier.verify(body.id_token ?? ''), { code: 'TOKEN_AUDIENCE_WRONG' })
})

t.test('a login_hint signs in without a page, also as somebody else than before', async (t) => {
  const browser = new Browser(issuer)
  for (const person of ['ward-nurse', 'leisure-instructor', 'leisure-instructor', 'ada']) {
    const { body } = await signInAs(person, browser)
    t.equal(decodeJwt(body.access_token ?? '').sub, person)
  }
})

t.test('a login_hint for nobody shows the page', async (t) => {
  const { page } = await new Browser(issuer).follow(authorization({ login_hint: 'nobody' }))
  t.equal(page?.status, 200)
})

t.test('cookies are SameSite=Lax, HttpOnly and Secure, as PUBLIC_URL is https', async (t) => {
  const browser = new Browser(issuer)
  await browser.follow(authorization({ login_hint: 'ada' }))
  t.ok(browser.attributes.length > 3)
  for (const cookie of browser.attributes) {
    t.match(cookie, /samesite=lax/i)
    t.match(cookie, /httponly/i)
    t.match(cookie, /secure/i)
  }
})

t.test('an authorisation without a code challenge is refused', async (t) => {
  const { leftFor } = await new Browser(issuer).follow(authorization({ code_challenge: undefined, code_challenge_method: undefined }))
  t.equal(leftFor?.searchParams.get('error'), 'invalid_request')
})

t.test('a plain code challenge is refused', async (t) => {
  const { leftFor } = await new Browser(issuer).follow(authorization({ code_challenge_method: 'plain' }))
  t.equal(leftFor?.searchParams.get('error'), 'invalid_request')
})

t.test('a code is refused with another verifier, and the second time', async (t) => {
  const codeOf = async () =>
    (await new Browser(issuer).follow(authorization({ login_hint: 'ada' }))).leftFor?.searchParams.get('code') ?? ''
  const wrong = await redeem(await codeOf(), { code_verifier: randomBytes(32).toString('base64url') })
  t.match(wrong, { status: 400, body: { error: 'invalid_grant' } })

  const code = await codeOf()
  const answers = await Promise.all([redeem(code), redeem(code)])
  t.same(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [200, 400],
  )
  t.match(await redeem(code), { status: 400, body: { error: 'invalid_grant' } })
})

t.test('a redirect address that is not registered is not redirected to', async (t) => {
  const { page } = await new Browser(issuer).follow(authorization({ redirect_uri: 'https://evil.example/signed-in' }))
  t.equal(page?.status, 400)
  t.match(await page?.text(), 'Sign-in did not work')
})

t.test('an interaction belongs to the browser that began it', async (t) => {
  const begun = await new Browser(issuer).open(authorization())
  const other = await new Browser(issuer).open(begun.headers.get('location') ?? '')
  t.equal(other.status, 400)
  t.match(await other.text(), 'This sign-in has expired')
})

t.test('an unknown person cannot be pressed', async (t) => {
  const browser = new Browser(issuer)
  const { page } = await browser.follow(authorization())
  const pressed = await browser.open(`${new URL(page?.url ?? '').pathname}/sign-in`, { person: 'nobody' })
  t.equal(pressed.status, 400)
})

t.test('outside the demonstration nobody signs in by a button, and the page asks for a passkey', async (t) => {
  const sober = await anIssuer(t, { demo: false })
  await provision(sober)
  const browser = new Browser(sober)
  const { page } = await browser.follow(authorization({ login_hint: 'ada' }))
  t.equal(page?.status, 200)
  const said = await page?.text()
  t.match(said, 'Sign in with a passkey')
  t.notMatch(said, 'Ada')
  t.equal((await browser.open(`${new URL(page?.url ?? '').pathname}/sign-in`, { person: 'ada' })).status, 400)
})

const renew = async (refreshToken: string) =>
  post(issuer, {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await anAssertion(portal, { clientId: 'handrail-portal' }),
  })
const whereSignedIn = async (token: string) => {
  const answer = await fetch(`${issuer.address}/identity/sign-ins`, { headers: { authorization: `Bearer ${token}` } })
  return (await answer.json()) as { signIns: { id: string; device: string; here: boolean }[] }
}
const end = (token: string, which: string) =>
  fetch(`${issuer.address}/identity/sign-ins/end`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ which }),
  })
/** As if so many seconds had passed since a refresh token was used. */
const usedBefore = (seconds: number) =>
  issuer.database.query({
    text: `UPDATE identity.issued SET consumed_at = consumed_at - make_interval(secs => $1) WHERE model = 'RefreshToken'`,
    values: [seconds],
  })

t.test('a sign-in is renewed by a refresh token, which changes each time and carries the standing of now', async (t) => {
  const { body } = await signInAs('physiotherapist')
  const first = body.refresh_token ?? ''
  const renewed = await renew(first)
  t.equal(renewed.status, 200)
  t.not(renewed.body.refresh_token, first)
  t.match(await verifier.verify(renewed.body.access_token ?? ''), {
    subject: 'physiotherapist',
    organization: 'Organization/community-team',
  })
})

t.test('two tabs that renew at once both go on; a refresh token used again after that ends the whole sign-in', async (t) => {
  const { body } = await signInAs('physiotherapist')
  const first = body.refresh_token ?? ''
  const both = await Promise.all([renew(first), renew(first)])
  t.same(
    both.map(({ status }) => status),
    [200, 200],
  )
  // The minute to its second is in domain/session-times.test.ts: a request on a busy machine may take longer than one.
  await usedBefore(30)
  t.equal((await renew(first)).status, 200, 'within the leeway')
  await usedBefore(31)
  t.match(await renew(first), { status: 400, body: { error: 'invalid_grant' } })
  for (const { body: sibling } of both)
    t.match(await renew(sibling.refresh_token ?? ''), { status: 400, body: { error: 'invalid_grant' } }, 'nobody of the family goes on')
})

t.test('a refresh token outlives neither the idle end nor the longest time, and is nothing to another client', async (t) => {
  const { body } = await signInAs('physiotherapist')
  const { rows } = await issuer.database.query<{ seconds: string }>({
    text: `SELECT round(extract(epoch FROM expires_at - now()))::text AS seconds FROM identity.issued
           WHERE model = 'RefreshToken' AND consumed_at IS NULL ORDER BY expires_at DESC LIMIT 1`,
  })
  t.ok(Number(rows[0]?.seconds) <= 1860, 'half an hour and the minute that an application may wait')
  const keys = await signer(own['handrail-referrals'])
  const other = await post(issuer, {
    grant_type: 'refresh_token',
    refresh_token: body.refresh_token ?? '',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await anAssertion(keys, { clientId: 'handrail-referrals' }),
  })
  t.equal(other.status, 400)
  await issuer.database.query({ text: "UPDATE identity.issued SET expires_at = now() WHERE model = 'RefreshToken'" })
  t.match(await renew(body.refresh_token ?? ''), { status: 400, body: { error: 'invalid_grant' } })
})

t.test('somebody sees where they are signed in, ends one of them or all, and nobody else', async (t) => {
  const [here, there] = [await signInAs('triager'), await signInAs('triager')]
  const stranger = await signInAs('ward-nurse')
  const token = here.body.access_token ?? ''
  const { signIns } = await whereSignedIn(token)
  t.equal(signIns.length, 2)
  t.equal(signIns.filter((one) => one.here).length, 1)
  const other = signIns.find((one) => !one.here)?.id ?? ''
  t.same(await (await end(stranger.body.access_token ?? '', other)).json(), { ended: 0 }, 'not by somebody else')
  t.same(await (await end(token, other)).json(), { ended: 1 })
  t.equal((await renew(there.body.refresh_token ?? '')).status, 400, 'it has ended there')
  const again = await signInAs('triager')
  t.same(await (await end(token, 'all')).json(), { ended: 2 })
  for (const { body } of [here, again]) t.equal((await renew(body.refresh_token ?? '')).status, 400, 'and here')
  t.equal((await renew(stranger.body.refresh_token ?? '')).status, 200)
  t.equal((await end('not.a.token', 'all')).status, 401)
  t.equal((await end(token, '')).status, 422)
})

t.test('the session at the issuer has another name after a sign-in, and the old one is worth nothing', async (t) => {
  const browser = new Browser(issuer)
  await signInAs('triager', browser)
  const cookie = () => browser.cookies.get('handrail_identity /')?.value ?? ''
  const before = cookie()
  const { page } = await browser.follow(authorization({ prompt: 'login' }))
  const action = `${new URL(page?.url ?? '').pathname}/sign-in`
  await browser.follow(new URL(action, PUBLIC_URL).href, { person: 'triager' })
  t.not(cookie(), before)
  const { rows } = await issuer.database.query({
    text: "SELECT 1 FROM identity.issued WHERE model = 'Session' AND id = $1",
    values: [before],
  })
  t.same(rows, [])
})

t.test('the portal itself gets no token as a system', async (t) => {
  const answer = await askWith(issuer, await anAssertion(portal, { clientId: 'handrail-portal' }))
  t.match(answer, { status: 400, body: { error: 'invalid_request' } })
})

t.test('the reactors get tokens of 300 s with their own roles', async (t) => {
  for (const [clientId, role] of [
    ['handrail-referrals', 'reactor-referrals'],
    ['handrail-alerts', 'reactor-alerts'],
  ] as const) {
    const { body } = await askWith(issuer, await anAssertion(await signer(own[clientId]), { clientId }), { scope: 'system/*.cruds' })
    t.match(body, { expires_in: 300, scope: 'system/*.crus' })
    t.match(await verifier.verify(body.access_token ?? ''), { clientId, role })
  }
})

t.test('keys of own clients are made once, are readable by the owner only, and survive a second start', async (t) => {
  t.same(await provision(issuer), own)
  for (const file of ['internal-clients/handrail-portal.jwk.json', 'demo-clients/demo-admin.jwk.json']) {
    t.equal((await stat(join(home, file))).mode & 0o777, 0o600, file)
  }
})

await signingInElsewhere({ issuer, elsewhere, redeem, renew, signInAs })
