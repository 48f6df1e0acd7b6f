/** From an invitation to work: who administers an organisation invites, a passkey is made, and it signs in. Chromium's own virtual authenticator. */
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { chromiumPath, QUIET } from '@platform/testing/chromium'
import { testHub } from '@platform/testing/hub'
import { chromium } from 'playwright-core'
import t from 'tap'
import { isFitForEverybody } from './browser.ts'

t.setTimeout(600_000)
if (chromiumPath === undefined) {
  await t.test('a passkey signs in', { skip: 'no Chromium on this machine: install chromium, or set CHROMIUM_PATH' }, () => undefined)
  t.end()
  process.exit(0)
}

// A passkey belongs to a name, and not to a number: the hub is reached as localhost.
const port = await new Promise<number>((resolve) => {
  const listener = createServer().listen(0, '127.0.0.1', () => {
    const { port: free } = listener.address() as AddressInfo
    listener.close(() => resolve(free))
  })
})
const url = `http://localhost:${port}`
await testHub(t, { PORT: String(port), PUBLIC_URL: url })
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

t.test('an invitation becomes a passkey once, and the passkey signs in to the work of the organisation', async (t) => {
  const administrator = await (await browser.newContext({ baseURL: url })).newPage()
  await administrator.goto('/')
  await administrator.click('button[value="therapy-centre-worker"]')
  await administrator.waitForURL(`${url}/`)
  await administrator.click('text=Your team')
  await isFitForEverybody(t, administrator)
  await administrator.click('button:has-text("Make the invitation")')
  t.match(await administrator.textContent('.nhsuk-error-summary'), 'Enter their name')
  await isFitForEverybody(t, administrator)
  await administrator.fill('#name', 'Megan Price')
  await administrator.fill('#title', 'Exercise instructor')
  await administrator.check('input[name=role][value=worker]')
  await administrator.click('button:has-text("Make the invitation")')
  await isFitForEverybody(t, administrator)
  const link = (await administrator.getAttribute('.app-break a', 'href')) ?? ''
  t.match(link, /\/identity\/join\/[\w-]{43}$/)

  const page = await aDevice()
  const problems: string[] = []
  page.on('console', (message) => (message.type() === 'error' ? problems.push(message.text()) : undefined))
  await page.goto(link)
  t.match(await page.textContent('main'), 'Megan Price, Exercise instructor')
  await page.click('button:has-text("Make a passkey")')
  await page.waitForURL(`${url}/`)
  await page.click('text=Sign in with a passkey')
  await page.waitForURL('**/identity/interaction/**')
  await page.click('button:has-text("Sign in with a passkey")')
  await page.waitForURL(`${url}/`)
  t.match(await page.textContent('h1'), 'Hello, Megan Price')
  t.match(await page.textContent('main'), 'Glanrafon Therapy Centre')
  t.equal(await page.locator('text=Your team').count(), 0, 'who was invited does not invite')
  t.equal((await page.goto('/team'))?.status(), 403)
  t.same(
    problems.filter((text) => !text.includes('403')),
    [],
    'no script is refused by the policy',
  )

  t.equal((await page.goto(link))?.status(), 404, 'a link works once')
  t.match(await page.textContent('h1'), 'cannot be used')

  // The same person in another browser: each sees both, and one ends all.
  await page.goto('/sign-ins')
  await isFitForEverybody(t, page)
  t.match(await page.textContent('main'), 'This browser')
  await page.click('button:has-text("Sign out everywhere")')
  await page.waitForURL(`${url}/signed-out`)
  await page.goto('/inbox')
  t.equal(new URL(page.url()).searchParams.get('to'), '/inbox')
  await page.context().close()

  const stranger = await aDevice()
  await stranger.goto('/')
  t.equal(await stranger.locator('button:has-text("Megan")').count(), 0, 'nobody signs in as her by a button')
  await stranger.click('text=Sign in with a passkey')
  await stranger.waitForURL('**/identity/interaction/**')
  t.equal(await stranger.locator('button:has-text("Megan")').count(), 0)
  await stranger.context().close()
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
  const page = await (await browser.newContext({ baseURL: url })).newPage()
  await page.goto('/')
  await page.click('button[value="physiotherapist"]')
  await page.waitForURL(`${url}/`)
  t.equal((await page.goto('/team'))?.status(), 403)
})
