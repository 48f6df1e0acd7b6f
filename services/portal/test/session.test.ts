/** A sign-in from its renewal to its end: what keeps it alive, what ends it, and what becomes of a form that is sent too late. */
import { exportJWK, generateKeyPair } from 'jose'
import { systemClock } from '@platform/service/clock'
import { newId } from '@platform/service/ids'
import { fakeRecord } from '@platform/testing/fake-record'
import { until } from '@platform/testing/until'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import t, { type Test } from 'tap'
import { buildApp } from '../src/app.ts'
import { openIssuer } from '../src/clients/issuer.ts'
import { linkClient } from '../src/clients/links.ts'
import { operatorClient } from '../src/clients/operator.ts'
import { openLocalRecords } from '../src/clients/local-records.ts'
import { recordClient } from '../src/clients/record.ts'
import { reportClient } from '../src/clients/reports.ts'
import { sealWith } from '../src/session/seal.ts'
import { endOf } from '../src/session/session-end.ts'
import type { Session } from '../src/session/session.ts'
import { anIssuer, type FakeIssuer } from './an-issuer.ts'

const PUBLIC_URL = 'https://hub.example'
const NOWHERE = 'http://127.0.0.1:9'
const seal = sealWith(Buffer.alloc(32, 5))
const { privateKey } = await generateKeyPair('ES384', { extractable: true })
const key = { ...(await exportJWK(privateKey)), kid: 'key-1' }
const now = Math.floor(Date.now() / 1000)

async function aPortal(t: Test): Promise<{ app: FastifyInstance; issuer: FakeIssuer; record: Awaited<ReturnType<typeof fakeRecord>> }> {
  const [issuer, record] = await Promise.all([anIssuer(t, PUBLIC_URL), fakeRecord(t)])
  const app = await buildApp(
    { PUBLIC_URL, HANDRAIL_DEMO: false, SIGN_IN_IDLE_MS: 1_800_000, SIGN_IN_LONGEST_MS: 28_800_000 },
    {
      record: recordClient(record.url),
      links: linkClient(record.url),
      reports: reportClient(NOWHERE),
      operator: operatorClient(NOWHERE),
      localRecords: openLocalRecords([], PUBLIC_URL),
      issuer: openIssuer({ publicUrl: PUBLIC_URL, identityUrl: issuer.url, key }),
      seal,
      clock: systemClock,
      newId,
    },
  )
  t.teardown(() => app.close())
  return { app, issuer, record }
}

/** Signed in, and renewed so many seconds ago. */
const signedIn = (secondsAgo: number, changes: Partial<Session> = {}): Session => ({
  subject: 'gareth',
  name: 'Gareth Hughes',
  title: 'Therapy centre worker',
  role: 'worker',
  organization: 'Organization/therapy-centre',
  token: 'access-0',
  expiresAt: now - secondsAgo + 300,
  renewal: { token: 'refresh-0', renewedAt: now - secondsAgo, idleEndsAt: now - secondsAgo + 1860, endsAt: now + 20_000 },
  ...changes,
})
const COOKIE = 'handrail_portal'
const cookieOf = async (session: Session) => ({ [COOKIE]: await seal.seal('session', session, endOf(session)) })
const sessionIn = (answer: LightMyRequestResponse) =>
  seal.open<Session>('session', answer.cookies.find(({ name }) => name === COOKIE)?.value)

t.test('a sign-in of more than a minute is renewed before it is used, and the browser gets another cookie', async (t) => {
  const { app, issuer } = await aPortal(t)
  const fresh = await app.inject({ url: '/inbox', cookies: await cookieOf(signedIn(30)) })
  t.notOk(await sessionIn(fresh))
  t.same(issuer.asked, [])
  const answer = await app.inject({ url: '/inbox', cookies: await cookieOf(signedIn(400)) })
  t.equal(answer.statusCode, 200)
  t.match(issuer.asked[0], /token refresh_token=refresh-0&grant_type=refresh_token/)
  t.match(await sessionIn(answer), {
    subject: 'gareth',
    organization: 'Organization/therapy-centre',
    token: 'access-1',
    renewal: { token: 'refresh-1' },
  })
})

t.test('a page that a person opens moves the idle end; what a script fetches does not', async (t) => {
  const { app } = await aPortal(t)
  const session = signedIn(400)
  const by = async (mode: string, url = '/inbox') => {
    const answer = await app.inject({ url, cookies: await cookieOf(session), headers: { 'sec-fetch-mode': mode } })
    return (await sessionIn(answer))?.renewal?.idleEndsAt ?? 0
  }
  t.ok((await by('navigate')) >= now + 1800)
  t.equal(await by('cors'), session.renewal?.idleEndsAt)
  const asked = await app.inject({ url: '/sign-in-time', cookies: await cookieOf(session) })
  t.notOk(await sessionIn(asked), 'to ask how long it lasts does not renew it')
  t.match(asked.json(), { who: 'gareth' })
  t.ok(asked.json<{ secondsLeft: number }>().secondsLeft <= 1460)
})

t.test('a sign-in that its issuer has ended is ended here with the next page', async (t) => {
  const { app, issuer } = await aPortal(t)
  issuer.state = 'gone'
  const answer = await app.inject({ url: '/inbox', cookies: await cookieOf(signedIn(100)) })
  t.equal(answer.headers.location, '/?to=%2Finbox&ended=yes')
  t.ok(answer.cookies.some(({ name, value }) => name === COOKIE && value === ''))
})

t.test('a page is made while its sign-in is renewed, and is sent only afterwards', async (t) => {
  const { app, issuer, record } = await aPortal(t)
  const renewal = Promise.withResolvers<void>()
  issuer.until = renewal.promise
  const answer = app.inject({ url: '/inbox', cookies: await cookieOf(signedIn(100)) })
  await until('both are asked', () => record.requests.length > 0 && issuer.asked.length > 0)
  let sent = false
  void answer.then(() => (sent = true))
  t.notOk(sent)
  renewal.resolve()
  t.equal((await answer).statusCode, 200)
  t.match(await sessionIn(await answer), { token: 'access-1', renewal: { token: 'refresh-1' } })
})

t.test('nothing of a page is sent to whoever was signed out elsewhere while it was made', async (t) => {
  const { app, issuer } = await aPortal(t)
  issuer.state = 'gone'
  const answer = await app.inject({ url: '/inbox', cookies: await cookieOf(signedIn(100)) })
  t.match(answer, { statusCode: 303, body: '' })
  t.equal(answer.headers['content-type'], undefined)
})

t.test('whoever has another standing since is led to the page as it is with that one', async (t) => {
  const { app, issuer } = await aPortal(t)
  issuer.claims = {
    sub: 'gareth',
    name: 'Gareth Hughes',
    title: 'Therapy centre worker',
    role: 'worker',
    organization: 'Organization/elsewhere',
  }
  const answer = await app.inject({ url: '/inbox?done=accepted', cookies: await cookieOf(signedIn(100)) })
  t.match(answer, { statusCode: 303, body: '', headers: { location: '/inbox?done=accepted' } })
  t.match(await sessionIn(answer), { organization: 'Organization/elsewhere', renewal: { token: 'refresh-1' } })
  issuer.claims = { ...issuer.claims, organization: 'Organization/therapy-centre' }
  t.equal((await app.inject({ url: '/inbox', cookies: await cookieOf(signedIn(100)) })).statusCode, 200, 'the same is shown at once')
})

t.test('a form is sent with a sign-in that was renewed before', async (t) => {
  const { app, issuer } = await aPortal(t)
  issuer.state = 'gone'
  const answer = await app.inject({ method: 'POST', url: '/inbox/1/accept', cookies: await cookieOf(signedIn(100)), payload: {} })
  t.not(answer.statusCode, 303)
  t.ok(answer.cookies.some(({ name, value }) => name === COOKIE && value === ''))
})

t.test('while the issuer is away a good token is used, and nobody goes on with one that has expired', async (t) => {
  const { app, issuer } = await aPortal(t)
  issuer.state = 'away'
  t.equal((await app.inject({ url: '/inbox', cookies: await cookieOf(signedIn(100)) })).statusCode, 200)
  t.equal((await app.inject({ url: '/inbox', cookies: await cookieOf(signedIn(400)) })).statusCode, 503)
})

t.test('after the idle end, and after the absolute end, nobody is signed in', async (t) => {
  const { app, issuer } = await aPortal(t)
  const idle = signedIn(1861)
  const late = signedIn(100)
  for (const session of [idle, { ...late, renewal: { ...late.renewal!, endsAt: now - 1 } }])
    t.equal((await app.inject({ url: '/inbox', cookies: await cookieOf(session) })).headers.location, '/?to=%2Finbox&ended=yes')
  t.same(issuer.asked, [], 'the issuer is not even asked')
})

t.test('signing out tells the issuer, and so does signing out everywhere', async (t) => {
  const { app, issuer } = await aPortal(t)
  const cookies = await cookieOf(signedIn(10))
  const page = await app.inject({ url: '/accessibility', cookies })
  const forms = page.cookies.find(({ name }) => name === 'handrail_portal_forms')?.value ?? ''
  const [, _csrf = ''] = /name="_csrf" value="([^"]+)"/.exec(page.body) ?? []
  const send = (url: string, form: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url,
      cookies: { ...cookies, handrail_portal_forms: forms },
      payload: new URLSearchParams({ _csrf, ...form }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
  t.equal((await send('/sign-out')).headers.location, '/signed-out')
  const everywhere = await send('/sign-ins/end', { which: 'all' })
  t.equal(everywhere.headers.location, '/signed-out')
  t.ok(everywhere.cookies.some(({ name, value }) => name === COOKIE && value === ''))
  t.same(issuer.asked, ['/identity/sign-ins/end {"which":"this"}', '/identity/sign-ins/end {"which":"all"}'])
  issuer.state = 'away'
  t.equal((await send('/sign-out')).headers.location, '/signed-out', 'the browser forgets it all the same')
})

t.test('a form that is sent after the end stays in the page, and is sent by the same person and nobody else', async (t) => {
  const { app, record } = await aPortal(t)
  const before = await app.inject({ url: '/accessibility', cookies: await cookieOf(signedIn(10)) })
  const forms = before.cookies.find(({ name }) => name === 'handrail_portal_forms')?.value ?? ''
  const guardIn = (body: string) => /name="_csrf" value="([^"]+)"/.exec(body)?.[1] ?? ''
  const send = (cookies: Record<string, string>, form: Record<string, string>) =>
    app.inject({
      method: 'POST',
      url: '/people',
      cookies: { ...cookies, handrail_portal_forms: forms },
      payload: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
  const late = await send(await cookieOf(signedIn(1861)), { _csrf: guardIn(before.body), number: '9990123454', note: '"><b>' })
  t.equal(late.statusCode, 401)
  t.match(late.body, 'Nothing was saved')
  t.match(late.body, '<form action="/people" method="post"')
  t.match(late.body, 'name="number" value="9990123454"')
  t.match(late.body, 'value="&quot;&gt;&lt;b&gt;"')
  t.match(late.headers['cache-control'], 'no-store')
  t.same(record.requests, [])

  const kept = { _csrf: guardIn(late.body), number: '9990123454' }
  t.equal((await send(await cookieOf(signedIn(0, { subject: 'somebody' })), kept)).statusCode, 403)
  t.not((await send(await cookieOf(signedIn(0)), kept)).statusCode, 403)
  const forged = await send(await cookieOf(signedIn(1861)), { _csrf: 'x', number: '9990123454' })
  t.equal(forged.statusCode, 401)
  t.notMatch(forged.body, '9990123454', 'what no page of ours sent is not kept')
})

t.test('a page for somebody signed in says when the sign-in ends, and may load scripts of this server alone', async (t) => {
  const { app } = await aPortal(t)
  const { body, headers } = await app.inject({ url: '/accessibility', cookies: await cookieOf(signedIn(10)) })
  t.match(body, 'when you do nothing for 30 minutes')
  t.match(String(headers['content-security-policy']), "script-src 'self';connect-src 'self'")
  t.notMatch(String(headers['content-security-policy']), 'unsafe')
  const [, path = ''] = /<script src="([^"]+)" type="module">/.exec(body) ?? []
  t.match((await app.inject(path)).headers['content-type'], 'javascript')
  const without = await app.inject('/accessibility')
  t.notMatch(without.body, '<script')
  t.notMatch(String(without.headers['content-security-policy']), 'script-src')
})
