/** The portal at its own door: who may come in, what a form must carry, and what is said when something behind it fails. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { generateKeyPair, exportJWK } from 'jose'
import { aPatient, anOrganization } from '@platform/testing/cast'
import { fakeRecord } from '@platform/testing/fake-record'
import { systemClock } from '@platform/service/clock'
import { newId } from '@platform/service/ids'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { buildApp } from '../src/app.ts'
import { openIssuer } from '../src/clients/issuer.ts'
import { linkClient } from '../src/clients/links.ts'
import { openLocalRecords } from '../src/clients/local-records.ts'
import { recordClient } from '../src/clients/record.ts'
import { operatorClient } from '../src/clients/operator.ts'
import { reportClient } from '../src/clients/reports.ts'
import type { Session } from '../src/session/session.ts'
import { sealWith } from '../src/session/seal.ts'
import { launching } from './launching.ts'

const PUBLIC_URL = 'https://hub.example'
/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9'
const seal = sealWith(Buffer.alloc(32, 5))
const { privateKey } = await generateKeyPair('ES384', { extractable: true })
const key = { ...(await exportJWK(privateKey)), kid: 'key-1' }

const anApp = async (
  t: Test,
  recordUrl = `${NOWHERE}/fhir`,
  demo = true,
  localRecords = openLocalRecords([], PUBLIC_URL),
): Promise<FastifyInstance> => {
  const issuer = openIssuer({ publicUrl: PUBLIC_URL, identityUrl: NOWHERE, key })
  const app = await buildApp(
    { PUBLIC_URL, HANDRAIL_DEMO: demo, SIGN_IN_IDLE_MS: 1_800_000, SIGN_IN_LONGEST_MS: 28_800_000 },
    {
      record: recordClient(recordUrl),
      links: linkClient(recordUrl),
      reports: reportClient(NOWHERE),
      operator: operatorClient(NOWHERE),
      localRecords,
      issuer,
      seal,
      clock: systemClock,
      newId,
    },
  )
  t.teardown(() => app.close())
  return app
}

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds
const WORKER: Session = {
  subject: 'therapy-centre-worker',
  name: 'Gareth Hughes',
  title: 'Therapy centre worker',
  role: 'worker',
  organization: 'Organization/therapy-centre',
  token: 'therapy-centre-worker',
  expiresAt: inSeconds(300),
}
const cookieOf = async (session: Session, until = session.expiresAt) => ({ handrail_portal: await seal.seal('session', session, until) })

t.test('a page is packed for a browser that can unpack it, and says the same', async (t) => {
  const app = await anApp(t)
  const plain = (await app.inject('/accessibility')).body
  const asked = async (accepted: string) => app.inject({ url: '/accessibility', headers: { 'accept-encoding': accepted } })
  const [br, gzip, none] = [await asked('gzip, br'), await asked('gzip'), await asked('identity')]
  t.same(
    [br, gzip, none].map(({ headers }) => [headers['content-encoding'], headers['vary']]),
    [
      ['br', 'accept-encoding'],
      ['gzip', 'accept-encoding'],
      [undefined, 'accept-encoding'],
    ],
  )
  t.equal(brotliDecompressSync(br.rawPayload).toString(), plain)
  t.equal(gunzipSync(gzip.rawPayload).toString(), plain)
  t.ok(br.rawPayload.length < plain.length / 2)
})

t.test('the first page of a demonstration has one button for each person', async (t) => {
  const answer = await (await anApp(t)).inject('/')
  t.equal(answer.statusCode, 200)
  t.equal(answer.body.match(/name="person"/g)?.length, 10)
  t.match(answer.body, 'Gareth Hughes')
})

t.test('outside a demonstration there is one button and no names', async (t) => {
  const answer = await (await anApp(t, NOWHERE, false)).inject('/')
  t.notMatch(answer.body, /name="person"|Gareth/)
})

t.test('every page forbids scripts, frames and what is not of this server', async (t) => {
  const { headers, body } = await (await anApp(t)).inject('/')
  const policy = String(headers['content-security-policy'])
  t.match(policy, "default-src 'none'")
  t.match(policy, "style-src 'self'")
  t.notMatch(policy, /unsafe|script-src/)
  t.match(policy, "frame-ancestors 'none'")
  t.notMatch(body, /<script|<style| style=/)
  t.equal(headers['cache-control'], 'no-store')
})

t.test('nothing is fetched from another server', async (t) => {
  const app = await anApp(t)
  const { body } = await app.inject('/')
  const paths = [...body.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, path]) => path ?? '')
  t.same(
    paths.filter((path) => !/^[/#]/.test(path)),
    [],
  )
  const style = await app.inject(paths.find((path) => path.endsWith('.css')) ?? '')
  t.match(style.headers['cache-control'], 'immutable')
  t.notMatch(style.body, /https?:\/\/(?!www\.w3\.org)/)
})

t.test('a page asked for without a sign-in leads to the sign-in and back', async (t) => {
  const answer = await (await anApp(t)).inject('/people/1?from=nhs')
  t.equal(answer.statusCode, 303)
  t.equal(answer.headers.location, '/?to=%2Fpeople%2F1%3Ffrom%3Dnhs')
})

t.test('a sign-in that has run out is said to have run out, and its cookie is taken away', async (t) => {
  const app = await anApp(t)
  const answer = await app.inject({ url: '/inbox', cookies: await cookieOf(WORKER, inSeconds(-10)) })
  t.equal(answer.headers.location, '/?to=%2Finbox&ended=yes')
  t.ok(answer.cookies.some(({ name, value }) => name === 'handrail_portal' && value === ''))
  t.match((await app.inject('/?ended=yes')).body, 'has run out')
})

t.test('a token that the record no longer believes leads to the sign-in', async (t) => {
  const record = await fakeRecord(t)
  record.fail(401, 3)
  const answer = await (await anApp(t, record.url)).inject({ url: '/people/ada', cookies: await cookieOf(WORKER) })
  t.equal(answer.headers.location, '/?to=%2Fpeople%2Fada&ended=yes')
})

t.test('a cookie that was changed, or sealed elsewhere, signs nobody in', async (t) => {
  const app = await anApp(t)
  const { handrail_portal: sealed } = await cookieOf(WORKER)
  const other = await sealWith(Buffer.alloc(32, 6)).seal('session', WORKER, WORKER.expiresAt)
  const wrongUse = await seal.seal('sign-in', WORKER, WORKER.expiresAt)
  // Within the tag, where every bit counts, and never by the character that is there.
  const changed = `${sealed.slice(0, -10)}${sealed.at(-10) === 'x' ? 'y' : 'x'}${sealed.slice(-9)}`
  for (const handrail_portal of [changed, other, wrongUse, 'x', ''])
    t.equal((await app.inject({ url: '/inbox', cookies: { handrail_portal } })).statusCode, 303)
})

t.test('a form without its token, or with the token of somebody else, changes nothing', async (t) => {
  const app = await anApp(t)
  const cookies = await cookieOf(WORKER)
  const send = (payload: string, more: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url: '/people',
      cookies: { ...cookies, ...more },
      payload,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
  t.equal((await send('number=9990123454')).statusCode, 403)

  const page = await app.inject('/')
  const forms = page.cookies.find(({ name }) => name === 'handrail_portal_forms')?.value ?? ''
  const [, token = ''] = /name="_csrf" value="([^"]+)"/.exec(page.body) ?? []
  const answer = await send(new URLSearchParams({ _csrf: token }).toString(), { handrail_portal_forms: forms })
  t.equal(answer.statusCode, 403, 'it was made for nobody signed in')
  t.match(answer.body, 'Nothing was saved')
})

t.test('a form of a sign-in that has run out says that nothing was saved, and that one must sign in again', async (t) => {
  const answer = await (
    await anApp(t)
  ).inject({
    method: 'POST',
    url: '/people/ada/record-session',
    cookies: await cookieOf(WORKER, inSeconds(-10)),
    payload: 'kind=yoga',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  t.equal(answer.statusCode, 401)
  t.match(answer.body, 'You need to sign in again')
  t.match(answer.body, 'Nothing was saved')
})

t.test('when the record does not answer, the page says so without saying why', async (t) => {
  const answer = await (await anApp(t)).inject({ url: '/inbox', cookies: await cookieOf(WORKER) })
  t.equal(answer.statusCode, 503)
  t.match(answer.body, 'The service does not answer')
  t.notMatch(answer.body, /127\.0\.0\.1|ECONNREFUSED/)
})

t.test('when sign-in does not answer, the page says so', async (t) => {
  const app = await anApp(t)
  const page = await app.inject('/')
  const [, token = ''] = /name="_csrf" value="([^"]+)"/.exec(page.body) ?? []
  const forms = page.cookies.find(({ name }) => name === 'handrail_portal_forms')?.value ?? ''
  const answer = await app.inject({
    method: 'POST',
    url: '/sign-in',
    cookies: { handrail_portal_forms: forms },
    payload: new URLSearchParams({ _csrf: token, person: 'ada' }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  t.equal(answer.statusCode, 503)
})

t.test('an answer of the issuer that nobody asked for signs nobody in', async (t) => {
  const answer = await (await anApp(t)).inject('/signed-in?code=x&state=y')
  t.equal(answer.statusCode, 403)
  t.notOk(answer.cookies.some(({ name, value }) => name === 'handrail_portal' && value !== ''))
})

t.test('a commissioner opens no person, and a person opens nobody else', async (t) => {
  const record = await fakeRecord(t)
  record.seed({ ...aPatient('ada'), id: 'ada' })
  record.seed({ ...anOrganization('commissioner'), id: 'commissioner' })
  const app = await anApp(t, record.url)
  const commissioner = await cookieOf({
    ...WORKER,
    subject: 'commissioner',
    role: 'commissioner',
    organization: 'Organization/commissioner',
  })
  for (const path of ['/people', '/people/ada', '/alerts', '/my-record', '/people/ada/record-session'])
    t.equal((await app.inject({ url: path, cookies: commissioner })).statusCode, 403, path)
  const person = await cookieOf({ ...WORKER, subject: 'ada', role: 'patient', patient: 'ada' })
  t.equal((await app.inject({ url: '/people/bryn', cookies: person })).statusCode, 403)
  t.same(record.requests, [], 'the record was not even asked')
})

t.test('HAZ-R82: what comes after the two-hundredth is shown by its due time, chosen from, and given away', async (t) => {
  const record = await fakeRecord(t)
  const many = 230
  const owner = { reference: 'Organization/therapy-centre' }
  record.seed({ ...anOrganization('therapy-centre'), id: 'therapy-centre' })
  for (let n = 0; n < many; n += 1) {
    // Whoever is due first was found last.
    const end = new Date(Date.UTC(2020, 0, 1 + many - n)).toISOString()
    const subject = { reference: `Patient/p${n}` }
    record.seed({ resourceType: 'Organization', id: `o${n}`, active: true, name: `Service ${n}` })
    record.seed({ ...aPatient('ada'), id: `p${n}` })
    record.seed({
      resourceType: 'Task',
      id: `t${n}`,
      status: 'requested',
      intent: 'order',
      owner,
      for: subject,
      restriction: { period: { end } },
    })
    record.seed({
      resourceType: 'Procedure',
      id: `s${n}`,
      status: 'completed',
      subject,
      performedDateTime: '2026-11-20',
      performer: [{ actor: owner }],
    })
  }
  const app = await anApp(t, record.url)
  const cookies = await cookieOf(WORKER)
  const page = async (url: string, more = cookies) => (await app.inject({ url, cookies: more })).body
  const inbox = await page('/inbox')
  const shown = [...inbox.matchAll(/data-step="(t\d+)"/g)].map(([, id]) => id)
  t.same([shown.length, shown[0], shown.includes('t0')], [200, 't229', false])
  t.match(inbox, 'Only the first 200 are shown')

  const person = await cookieOf({ ...WORKER, subject: 'p0', role: 'patient', patient: 'p0', organization: undefined as never })
  t.equal((await page('/agreements/new', person)).match(/value="Organization\/o\d+"/g)?.length, many)
  const file = (await page('/sessions.csv')).trim().split('\n')
  t.equal(file.filter((line) => line.includes('9990123454')).length, many)
})

t.test('cookies are kept from scripts, from other sites, and from plain http', async (t) => {
  const { headers } = await (await anApp(t)).inject('/')
  t.match(String(headers['set-cookie']), /HttpOnly; Secure; SameSite=Lax/)
  t.match(headers['strict-transport-security'], 'max-age')
})

t.test('an address that cannot be read is answered by a page, which does not repeat it', async (t) => {
  const app = await anApp(t)
  for (const url of ['/link/%E0%A4%A', `/link/${'a'.repeat(300)}`, '/%', `/${'%41'.repeat(200)}`]) {
    const answer = await app.inject(url)
    t.equal(answer.statusCode, 404, url)
    t.match(answer.headers['content-type'], 'text/html')
    t.notMatch(answer.body, /aaaaaaaaaa|%E0|FST_ERR/)
  }
})

t.test('a body that is no form, or far too large, is refused as a page', async (t) => {
  const app = await anApp(t)
  for (const [type, payload, status] of [
    ['application/json', '{"a":', 400],
    ['text/xml', '<a/>', 415],
    ['application/x-www-form-urlencoded', 'a'.repeat(70_000), 413],
  ] as const) {
    const answer = await app.inject({ method: 'POST', url: '/people', payload, headers: { 'content-type': type } })
    t.equal(answer.statusCode, status, type)
    t.match(answer.headers['content-type'], 'text/html')
  }
})

await launching({
  app: (t, recordUrl, localRecords) => anApp(t, recordUrl, false, localRecords),
  cookieOf: (changes) => cookieOf({ ...WORKER, ...changes }),
  publicUrl: PUBLIC_URL,
})
