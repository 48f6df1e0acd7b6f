/** Signing in without a passkey: a one-time code by e-mail or text message, and a carer who signs in for a person. Real SMTP. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { SMTPServer } from 'smtp-server'
import t from 'tap'
import { openCodeWays } from '../src/open.ts'
import { ensureInternalClients, toSigningKey } from '../src/provision.ts'
import { invitationsIn, type Invitation } from '../src/store/invitations.ts'
import { authorization, Browser, verifierCode } from './a-browser.ts'
import { anAssertion, anIssuer, post, PUBLIC_URL, type Issuer } from './hub.ts'

const home = await mkdtemp(join(tmpdir(), 'handrail-codes-'))
t.teardown(() => rm(home, { recursive: true, force: true }))
const START = new Date('2026-11-21T09:00:00Z')
let now = START
const clock = { now: () => now }
const at = (minutes: number): void => {
  now = new Date(START.getTime() + minutes * 60_000)
}

/** Resolves with what was told next: nothing here waits for a time. */
function heard() {
  const waiting: ((text: string) => void)[] = []
  const told: string[] = []
  return {
    all: told,
    tell(text: string) {
      told.push(text)
      waiting.shift()?.(text)
    },
    next: () => new Promise<string>((resolve) => waiting.push(resolve)),
  }
}

const mail = heard()
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onData: (stream, _session, done) => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () => {
      done()
      mail.tell(Buffer.concat(chunks).toString('utf8'))
    })
  },
})
await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve))
t.teardown(() => new Promise<void>((resolve) => smtp.close(resolve)))

const sms = heard()
/** The gateway of text messages, and a record that knows one carer of Ada and one of Bryn. */
const others = createServer((request, response) => {
  let body = ''
  request.setEncoding('utf8').on('data', (text: string) => (body += text))
  request.on('end', () => {
    if (request.url === '/sms') {
      response.writeHead(201).end()
      return sms.tell(body)
    }
    const of = { '/fhir/RelatedPerson/gwen': 'ada-1', '/fhir/RelatedPerson/huw': 'bryn-1' }[request.url ?? '']
    response.writeHead(of === undefined ? 404 : 200, { 'content-type': 'application/fhir+json' })
    response.end(
      JSON.stringify({
        resourceType: 'RelatedPerson',
        active: true,
        patient: { reference: `Patient/${of ?? ''}` },
        period: { end: '2099-01-31' },
      }),
    )
  })
}).listen(0, '127.0.0.1')
await new Promise((resolve) => others.once('listening', resolve))
t.teardown(() => others.close())
const portOf = (server: { address(): AddressInfo | string | null }) => (server.address() as AddressInfo).port
const othersUrl = `http://127.0.0.1:${portOf(others)}`

const ways = openCodeWays(
  {
    HANDRAIL_DEMO: false,
    SMTP_URL: `smtp://127.0.0.1:${portOf(smtp.server)}`,
    MAIL_FROM: 'Handrail <no-reply@hub.example>',
    SMS_GATEWAY_URL: `${othersUrl}/sms`,
    SMS_GATEWAY_TOKEN: undefined,
    SMS_TEMPLATE_ID: undefined,
  },
  undefined as never, // nothing is kept where everything is sent
  () => clock.now(),
)
t.teardown(() => ways[Symbol.dispose]())

const issuer = await anIssuer(t, { demo: false, clock, ways, passportUrl: othersUrl })
const own = await ensureInternalClients({ clients: issuer.clients, home, publicUrl: PUBLIC_URL, demo: false })
const portal = {
  alg: 'ES384' as const,
  kid: own['handrail-portal'].kid,
  privateKey: await toSigningKey(own['handrail-portal']),
  publicJwk: {},
}

const codeIn = (message: string): string => /(\d{6}) is your Handrail code/.exec(message.replaceAll('=\r\n', ''))?.[1] ?? ''
const pathOf = (page: Response | undefined) => new URL(page?.url ?? PUBLIC_URL).pathname

/** Opens the sign-in and asks for a code. */
async function asksForCode(contact: string, browser = new Browser(issuer)) {
  const { page } = await browser.follow(authorization())
  const at = pathOf(page)
  return { browser, at, answer: await browser.open(`${at}/code`, { contact }) }
}
const redeem = async (code: string) =>
  post(issuer, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: `${PUBLIC_URL}/signed-in`,
    code_verifier: verifierCode,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await anAssertion(portal, { clientId: 'handrail-portal' }),
  })
const renew = async (refreshToken: string) =>
  post(issuer, {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await anAssertion(portal, { clientId: 'handrail-portal' }),
  })

/** An invitation with an address, as its link. */
async function invited(at: Issuer, contact: string, changes: Partial<Invitation> = {}): Promise<string> {
  const { codeSending } = await import('../src/routes/code-sending.ts')
  const { parseContact } = await import('../src/domain/contact.ts')
  const sending = codeSending({ codes: undefined as never, ways, secret: at.seal.derive('one-time codes'), clock, log: undefined as never })
  const { secret } = await invitationsIn(at.database).invite(
    {
      name: 'Megan Price',
      title: 'Exercise instructor',
      role: 'worker',
      grade: 'needs-only',
      organization: 'Organization/leisure',
      scopes: 'user/*.cruds',
      administers: false,
      invitedBy: 'therapy-centre-worker',
      contactHash: sending.hashOf(parseContact(contact)!),
      ...changes,
    },
    clock.now(),
  )
  return `/identity/join/${secret}`
}

/** From the link to a sign-in by code. */
async function joins(link: string, contact: string, next: () => Promise<string>): Promise<Response> {
  const browser = new Browser(issuer)
  const coming = next()
  await browser.open(`${link}/code`, { contact })
  return browser.open(`${link}/code-check`, { code: codeIn(await coming) })
}

t.test('an invitation becomes a sign-in by code, without a script, and works once', async (t) => {
  const link = await invited(issuer, 'megan@leisure.example')
  const browser = new Browser(issuer)
  const page = await (await browser.open(link)).text()
  t.match(page, /<label for="contact">/)
  t.match(page, /action="\/identity\/join\/[\w-]{43}\/code"/)
  const coming = mail.next()
  t.match(await (await browser.open(`${link}/code`, { contact: 'Megan@Leisure.example' })).text(), 'a code is on its way')
  const message = await coming
  t.match(message, /^To: megan@leisure\.example$/m)
  t.notMatch(message, /Megan Price|instructor|leisure centre|referral|patient|therap/i, 'no name, nothing of health')
  t.equal((await browser.open(`${link}/code-check`, { code: '000000x' })).status, 422)
  t.match(await (await browser.open(`${link}/code-check`, { code: codeIn(message) })).text(), 'You can sign in now')
  t.equal((await browser.open(link)).status, 404)

  const asked = mail.next()
  const { browser: hers, at: sign } = await asksForCode('megan@leisure.example')
  const code = codeIn(await asked)
  const stranger = await new Browser(issuer).open(`${sign}/code-check`, { code })
  t.equal(stranger.status, 400, 'a code is nothing in another browser')
  const spaced = `${code.slice(0, 3)} ${code.slice(3)}`
  const { leftFor } = await hers.follow(`${sign}/code-check`, { code: spaced })
  const { body } = await redeem(leftFor?.searchParams.get('code') ?? '')
  t.match(decodeJwt(body.access_token ?? ''), { role: 'worker', grade: 'needs-only', organization: 'Organization/leisure' })
})

t.test('an address nobody signs in by gets no code, and the page says the same', async (t) => {
  const before = mail.all.length
  const known = mail.next()
  const answers = await Promise.all(['nobody@leisure.example', 'megan@leisure.example'].map(async (one) => asksForCode(one)))
  const [unknown, sent] = await Promise.all(answers.map(async ({ at, answer }) => (await answer.text()).replaceAll(at, '')))
  t.equal(unknown, sent)
  await known
  t.equal(mail.all.length, before + 1)
  const { browser, at: sign } = answers[0]!
  t.equal((await browser.open(`${sign}/code-check`, { code: '123456' })).status, 422)
  t.equal((await asksForCode('not an address')).answer.status, 422)
})

t.test('a code ends after ten minutes, after one use and after five wrong tries', async (t) => {
  await joins(await invited(issuer, '07700 900123'), '07700 900123', sms.next)
  const asks = async () => {
    const coming = sms.next()
    const { browser, at: sign } = await asksForCode('+44 7700 900123')
    const code = codeIn((JSON.parse(await coming) as { content: string }).content)
    return { code, tries: (typed: string) => browser.open(`${sign}/code-check`, { code: typed }) }
  }
  at(0)
  const late = await asks()
  at(10)
  t.equal((await late.tries(late.code)).status, 422, 'ten minutes')
  const guessed = await asks()
  const wrong = guessed.code === '111111' ? '222222' : '111111'
  for (const _ of [1, 2, 3, 4, 5]) t.equal((await guessed.tries(wrong)).status, 422)
  t.equal((await guessed.tries(guessed.code)).status, 422, 'five wrong ones')
  at(11)
  const twice = await asks()
  const both = await Promise.all([twice.tries(twice.code), twice.tries(twice.code)])
  t.equal(both.filter(({ status }) => status === 303).length, 1, 'once')
})

t.test('an address is locked after ten wrong tries in a day, and gets five codes in an hour', async (t) => {
  at(0)
  await joins(await invited(issuer, 'locked@leisure.example'), 'locked@leisure.example', mail.next)
  at(120)
  for (const _ of [1, 2]) {
    const coming = mail.next()
    const { browser, at: sign } = await asksForCode('locked@leisure.example')
    const wrong = codeIn(await coming) === '111111' ? '222222' : '111111'
    for (const _try of [1, 2, 3, 4, 5]) await browser.open(`${sign}/code-check`, { code: wrong })
  }
  const before = mail.all.length
  at(600)
  await asksForCode('locked@leisure.example')
  at(120 + 1441)
  const again = mail.next()
  await asksForCode('locked@leisure.example')
  await again
  t.equal(mail.all.length, before + 1, 'nothing was sent while it was locked')
  for (const _ of [2, 3, 4, 5]) {
    const coming = mail.next()
    await asksForCode('locked@leisure.example')
    await coming
  }
  await asksForCode('locked@leisure.example')
  const { rows } = await issuer.database.query({
    text: 'SELECT 1 FROM identity.one_time_code WHERE made_at = $1',
    values: [clock.now()],
  })
  t.equal(rows.length, 5, 'the sixth is not even made')
})

t.test('HAZ-E03: a carer signs in for whom the record names, chooses among several, and not after the end', async (t) => {
  at(0)
  const token = async (claims: Record<string, unknown>) => {
    // A person's token, made as the issuer makes it, so that the invitation is asked for through its door.
    const { signingKeys } = await import('../src/store/signing-keys.ts')
    const [key] = await signingKeys(issuer.database, issuer.seal).current(clock.now())
    const { importJWK, SignJWT } = await import('jose')
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key?.kid ?? '' })
      .setIssuer(`${PUBLIC_URL}/identity`)
      .setAudience(`${PUBLIC_URL}/fhir`)
      .setExpirationTime('5 minutes')
      .sign(await importJWK(key?.jwk as never, 'ES256'))
  }
  const ask = async (bearer: string, body: object) => {
    const answer = await fetch(`${issuer.address}/identity/invitations/carer`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: answer.status, body: (await answer.json()) as { link?: string } }
  }
  const contact = 'gwen@home.example'
  const gwen = { name: 'Gwen', title: 'Daughter', carer: 'RelatedPerson/gwen', contact }
  const ada = await token({ sub: 'ada', role: 'patient', patient: 'ada-1' })
  t.equal((await ask(ada, { ...gwen, carer: 'RelatedPerson/huw' })).status, 422, 'somebody else named that carer')
  t.equal((await ask(ada, { ...gwen, carer: 'RelatedPerson/nobody' })).status, 422)
  t.equal((await ask(await token({ sub: 'w', role: 'worker' }), gwen)).status, 403)
  t.equal((await ask('no.token', gwen)).status, 401)

  const first = await ask(ada, gwen)
  t.equal(first.status, 201)
  await joins(new URL(first.body.link ?? '').pathname, contact, mail.next)
  at(1)
  const bryn = await ask(await token({ sub: 'bryn', role: 'patient', patient: 'bryn-1' }), { ...gwen, carer: 'RelatedPerson/huw' })
  t.match(await (await joins(new URL(bryn.body.link ?? '').pathname, contact, mail.next)).text(), 'You can sign in now')

  const coming = mail.next()
  const { browser, at: sign } = await asksForCode(contact)
  const { leftFor } = await browser.follow(`${sign}/code-check`, { code: codeIn(await coming) })
  const { body } = await redeem(leftFor?.searchParams.get('code') ?? '')
  t.match(decodeJwt(body.access_token ?? ''), { role: 'carer', patient: 'bryn-1', fhirUser: 'RelatedPerson/huw', scope: 'patient/*.crus' })
  const actingFor = (init: RequestInit = {}) =>
    fetch(`${issuer.address}/identity/acting-for`, {
      ...init,
      headers: { authorization: `Bearer ${body.access_token ?? ''}`, 'content-type': 'application/json' },
    })
  const { people } = (await (await actingFor()).json()) as { people: { id: string; chosen: boolean }[] }
  t.equal(people.length, 2)
  t.equal(people.filter(({ chosen }) => chosen).length, 1)
  const other = people.find(({ chosen }) => !chosen)?.id
  t.equal((await actingFor({ method: 'POST', body: JSON.stringify({ id: 'nobody' }) })).status, 422)
  at(2)
  t.equal((await actingFor({ method: 'POST', body: JSON.stringify({ id: other }) })).status, 200)
  const renewed = await renew(body.refresh_token ?? '')
  t.match(decodeJwt(renewed.body.access_token ?? ''), { patient: 'ada-1', fhirUser: 'RelatedPerson/gwen' })

  const end = (patient: string) =>
    issuer.database.query({ text: 'UPDATE identity.cares_for SET ends_at = $1 WHERE patient = $2', values: [clock.now(), patient] })
  await end('ada-1')
  const after = await renew(renewed.body.refresh_token ?? '')
  t.match(decodeJwt(after.body.access_token ?? ''), { patient: 'bryn-1' }, 'whose time has ended is nobody to act for')
  await end('bryn-1')
  t.equal((await renew(after.body.refresh_token ?? '')).status, 400)
})

t.test('whoever may read whole records is not signed in by a code, and without a way to send none is offered', async (t) => {
  const sober = await anIssuer(t, { demo: false })
  await ensureInternalClients({ clients: sober.clients, home, publicUrl: PUBLIC_URL, demo: false })
  const { page } = await new Browser(sober).follow(authorization())
  t.notMatch(await page?.text(), 'name="contact"')
})
