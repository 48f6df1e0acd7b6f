/**
 * From an invitation to the first accepted referral: the operator invites the first, she the next; with a passkey or a code they sign in, and
 * answer. Row I2. Chromium's own virtual authenticator.
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chromiumPath, QUIET } from '@platform/testing/chromium'
import { freePort } from '@platform/testing/free-port'
import { aLocalRecord } from '@platform/testing/local-record'
import { testHub } from '@platform/testing/hub'
import { until } from '@platform/testing/until'
import { chromium } from 'playwright-core'
import t from 'tap'
import { comesTo, isFitForEverybody } from './browser.ts'

t.setTimeout(600_000)
if (chromiumPath === undefined) {
  await t.test('a passkey signs in', { skip: 'no Chromium on this machine: install chromium, or set CHROMIUM_PATH' }, () => undefined)
  t.end()
  process.exit(0)
}

// A passkey belongs to a name, and not to a number: the hub is reached as localhost.
const port = await freePort()
const url = `http://localhost:${port}`
// Another issuer, at which people of an organisation have an account.
const elsewhere = await aLocalRecord(t, { secret: 'shared secret' })
elsewhere.redirectUri = `${url}/identity/arrived/deeside`
elsewhere.user = { sub: 'uuid-of-morgan', fhirUser: 'Practitioner/morgan' }
const deeside = {
  id: 'deeside',
  name: 'Deeside Care Identity',
  issuer: elsewhere.url,
  clientId: elsewhere.clientId,
  clientSecret: 'shared secret',
  acr: [],
}
const { home, databaseUrl } = await testHub(t, { PORT: String(port), PUBLIC_URL: url, SIGN_IN_ISSUERS: JSON.stringify([deeside]) })
const browser = await chromium.launch({ executablePath: chromiumPath, args: QUIET })
t.teardown(() => browser.close())

/** A device with a fingerprint reader. */
async function aDevice() {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1100, height: 900 } })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  const devtools = await context.newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return page
}

/** Somebody of the demonstration, in a browser of their own. */
async function oneOf(person: string) {
  const page = await (await browser.newContext({ baseURL: url })).newPage()
  page.setDefaultTimeout(30_000)
  await page.goto('/')
  await page.click(`button[value="${person}"]`)
  await page.waitForURL(`${url}/`)
  return page
}

/** What the operator types beside the running hub, and what is printed. */
async function operatorTypes(...words: string[]): Promise<string> {
  const program = join(import.meta.dirname, '..', '..', '..', 'infra/local/src/admin/main.ts')
  const env = { ...process.env, HANDRAIL_HOME: home, DATABASE_URL: databaseUrl }
  return (await promisify(execFile)(process.execPath, [program, ...words], { env })).stdout.trim()
}

t.test('an organisation that was never on the hub goes from its invitation to its first accepted referral', async (t) => {
  const id = await operatorTypes('register-organization', '--name', 'Quay Street Leisure', '--sector', 'leisure', '--grade', 'needs-only')
  const first = ['--name', 'Megan Price', '--title', 'Manager', '--administers']
  const link = await operatorTypes('invite', '--organization', id, ...first)
  t.match(link, /\/identity\/join\/[\w-]{43}$/)

  const manager = await aDevice()
  const problems: string[] = []
  manager.on('console', (message) => (message.type() === 'error' ? problems.push(message.text()) : undefined))
  await manager.goto(link)
  t.match(await manager.textContent('main'), 'Megan Price, Manager')
  await manager.click('button:has-text("Make a passkey")')
  await manager.waitForURL(`${url}/`)
  await manager.click('text=Sign in with a passkey')
  await manager.waitForURL('**/identity/interaction/**')
  await manager.click('button:has-text("Sign in with a passkey")')
  await manager.waitForURL(`${url}/`)
  t.match(await manager.textContent('h1'), 'Hello, Megan Price')
  t.match(await manager.textContent('main'), 'Quay Street Leisure')
  await manager.goto('/inbox')
  t.match(await manager.textContent('main'), 'Nothing waits for an answer')
  t.same(problems, [], 'no script is refused by the policy')
  t.equal((await manager.goto(link))?.status(), 404, 'a link works once')
  t.match(await manager.textContent('h1'), 'cannot be used')

  // Her colleague has no device that makes passkeys: a code comes to their address.
  await manager.goto('/team')
  await isFitForEverybody(t, manager)
  await manager.click('button:has-text("Make the invitation")')
  t.match(await manager.textContent('.nhsuk-error-summary'), 'Enter their name')
  await isFitForEverybody(t, manager)
  await manager.fill('#name', 'Tomos Bevan')
  await manager.fill('#title', 'Exercise instructor')
  await manager.check('input[name=role][value=worker]')
  await manager.fill('#contact', 'tomos@quay-street.example')
  await manager.click('button:has-text("Make the invitation")')
  await isFitForEverybody(t, manager)
  const colleague = await (await browser.newContext({ baseURL: url })).newPage()
  const typed = new Set<string>()
  const entersCode = async () => {
    await colleague.fill('#contact', 'tomos@quay-street.example')
    await colleague.click('button:has-text("Send me a code")')
    const sent = async () => (await (await fetch(`${url}/outbox.json`)).text()).matchAll(/(\d{6}) is your Handrail code/g)
    const code = await until(
      'a code comes',
      async () => [...(await sent())].map(([, one = '']) => one).find((one) => !typed.has(one)),
      (one) => one !== undefined,
    )
    typed.add(code ?? '')
    await colleague.fill('#code', code ?? '')
    await colleague.click('button:has-text("Go on")')
  }
  await colleague.goto((await manager.getAttribute('.app-break a', 'href')) ?? '')
  await entersCode()
  await colleague.goto('/')
  await colleague.click('text=Sign in with a passkey or a code')
  await entersCode()
  t.match(await colleague.textContent('h1'), 'Hello, Tomos Bevan')
  t.match(await colleague.textContent('main'), 'Quay Street Leisure')
  t.equal(await colleague.locator('text=Your team').count(), 0, 'who was invited does not invite')
  t.equal((await colleague.goto('/team'))?.status(), 403)

  // Another colleague has an account elsewhere: she registers it, and takes it back.
  const third = await (await browser.newContext({ baseURL: url })).newPage()
  third.setDefaultTimeout(30_000)
  const signsInElsewhere = async () => {
    await third.context().clearCookies()
    await third.goto('/')
    await third.click('text=Sign in with a passkey or a code')
    await isFitForEverybody(t, third)
    await third.click('text=Deeside Care Identity')
  }
  await signsInElsewhere()
  t.match(await third.textContent('main'), `${elsewhere.url} uuid-of-morgan`, 'who is not registered is told what to say to whom')
  await manager.goto('/team')
  await manager.click('text=People who sign in with another')
  t.match(await manager.textContent('main'), 'Nobody is registered')
  await isFitForEverybody(t, manager)
  await manager.click('button:has-text("Register")')
  t.match(await manager.textContent('.nhsuk-error-summary'), /Choose where they sign in[^]*Enter their identifier[^]*Enter their name/)
  await isFitForEverybody(t, manager)
  await manager.check('label:has-text("Deeside Care Identity")')
  await manager.fill('#subject', 'uuid-of-morgan')
  await manager.fill('#name', 'Morgan Ellis')
  await manager.fill('#title', 'Physiotherapist')
  await manager.check('input[name=role][value=professional]')
  await manager.focus('#subject')
  await manager.keyboard.press('Enter')
  t.match(await manager.textContent('.nhsuk-notification-banner'), 'can sign in now')
  t.match(await manager.textContent('main'), 'Morgan Ellis, Physiotherapist')
  await isFitForEverybody(t, manager)
  await signsInElsewhere()
  t.match(await third.textContent('h1'), 'Hello, Morgan Ellis')
  t.match(await third.textContent('main'), 'Quay Street Leisure')
  t.equal((await third.goto('/team/elsewhere'))?.status(), 403)
  await manager.check('label:has-text("Deeside Care Identity")')
  for (const [field, text] of [
    ['#subject', 'uuid-of-morgan'],
    ['#name', 'Somebody Else'],
    ['#title', 'Physiotherapist'],
  ] as const)
    await manager.fill(field, text)
  await manager.check('input[name=role][value=worker]')
  await manager.click('button:has-text("Register")')
  t.match(await manager.textContent('.nhsuk-error-summary'), 'Somebody signs in with this identifier already')
  await manager.click('a[hreflang=cy] >> nth=0')
  t.match(await manager.textContent('h1'), 'Pwy sy’n mewngofnodi')
  await isFitForEverybody(t, manager)
  await manager.click('summary:has-text("Tynnu’n ôl")')
  await manager.click('button:has-text("Tynnu’n ôl nawr")')
  t.match(await manager.textContent('.nhsuk-notification-banner'), 'Tynnwyd y person yn ôl')
  await manager.click('a[hreflang=en] >> nth=0')
  await signsInElsewhere()
  t.match(await third.textContent('main'), 'not registered here yet')

  const sender = await oneOf('physiotherapist')
  await sender.click('text=Carys Maddox')
  const record = sender.url()
  await sender.click('text=Ask another service for help')
  await sender.fill('#need', 'Swim again, twice a week')
  await sender.click('text=See who could help')
  await sender.click('text=See what will be sent')
  await sender.click('text=Send request')
  const triager = await oneOf('triager')
  await comesTo(triager, '/inbox', 'Swim again')
  await triager.click('text=Swim again')
  await triager.click('text=Pass on')
  await triager.selectOption('#owner', { label: 'Quay Street Leisure (Leisure)' })
  await triager.click('button:has-text("Pass on")')

  await comesTo(colleague, '/inbox', 'Swim again')
  await colleague.click('text=Swim again')
  await colleague.click('button:has-text("Accept")')
  t.match(await colleague.textContent('.nhsuk-notification-banner'), 'You have accepted this')
  await comesTo(sender, record, 'Quay Street Leisure: Accepted')

  // One sign-out ends all of them.
  await manager.goto('/sign-ins')
  await isFitForEverybody(t, manager)
  t.match(await manager.textContent('main'), 'This browser')
  await manager.click('button:has-text("Sign out everywhere")')
  await manager.waitForURL(`${url}/signed-out`)
  await manager.goto('/inbox')
  t.equal(new URL(manager.url()).searchParams.get('to'), '/inbox')

  const stranger = await aDevice()
  await stranger.goto('/')
  t.equal(await stranger.locator('button:has-text("Megan")').count(), 0, 'nobody signs in as her by a button')
  await stranger.click('text=Sign in with a passkey')
  await stranger.waitForURL('**/identity/interaction/**')
  t.equal(await stranger.locator('button:has-text("Megan")').count(), 0)
})

t.test('nobody invites who does not administer an organisation, and a link that was guessed opens nothing', async (t) => {
  const post = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/identity/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"name":"A","title":"B","role":"worker"}',
    })
  t.equal((await post('invitations')).status, 401)
  t.equal((await post('invitations', { authorization: 'Bearer not.a.token' })).status, 401)
  for (const path of ['options', 'finish']) t.equal((await post(`join/${'x'.repeat(43)}/${path}`)).status, 403, path)
  t.equal((await (await oneOf('physiotherapist')).goto('/team'))?.status(), 403)
})
