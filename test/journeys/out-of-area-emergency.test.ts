/** A link shown to an emergency department far from home, in a real browser. Acceptance story 5. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Parameters } from '@medplum/fhirtypes'
import { openWorld } from '@infra/local/demo/world/world'
import { chromiumPath, QUIET } from '@platform/testing/chromium'
import { testHub } from '@platform/testing/hub'
import { chromium, type Page } from 'playwright-core'
import t, { type Test } from 'tap'

t.setTimeout(600_000)

async function fits(t: Test, page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  t.same(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`), [], `axe finds nothing: ${what}`) // prettier-ignore
  await page.setViewportSize({ width: 320, height: 640 })
  t.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320, `it fits 320 px: ${what}`)
  await page.setViewportSize({ width: 400, height: 800 })
  t.equal(await page.locator('h1').count(), 1)
}

t.test('a link in a real browser', { skip: chromiumPath === undefined && 'no Chromium on this machine' }, async (t) => {
  const hub = await testHub(t, { LOG_LEVEL: 'trace' })
  const world = await openWorld(hub)
  t.teardown(() => world[Symbol.asyncDispose]())
  const ada = await world.where.patient('ada')
  const own = world.system('demo-patient')
  const browser = await chromium.launch({ executablePath: chromiumPath ?? '', args: QUIET })
  t.teardown(() => browser.close())

  const share = async (given: Readonly<Record<string, string | boolean>>): Promise<{ link: string; id: string }> => {
    const parameter = Object.entries(given).map(([name, value]) =>
      typeof value === 'boolean' ? { name, valueBoolean: value } : { name, valueString: value },
    )
    const { parameter: told = [] } = await own.operate<Parameters>(ada, '$share-link', ...parameter)
    const of = (wanted: string) => told.find(({ name }) => name === wanted)
    return { link: of('link')?.valueUri ?? '', id: of('id')?.valueId ?? '' }
  }
  const withdraw = (id: string) => own.operate(ada, '$withdraw-link', { name: 'id', valueString: id })
  const sent: string[] = []
  const reader = async (address: string, locale = 'en-GB'): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 400, height: 800 }, locale })
    context.setDefaultTimeout(20_000)
    const page = await context.newPage()
    page.on('request', (request) => sent.push(`${request.url()} ${JSON.stringify(request.headers())} ${request.postData() ?? ''}`))
    page.on('pageerror', (error) => t.fail(`the page failed: ${error.message}`))
    await page.goto(address)
    return page
  }
  const open = async (page: Page, passcode?: string) => {
    await page.getByLabel('Who are you?').fill('Dr Jones, emergency department')
    if (passcode !== undefined) await page.getByLabel('Passcode').fill(passcode)
    await page.getByRole('button', { name: 'Open the summary' }).click()
  }

  const made = await share({ passcode: 'correct horse', label: 'My neuro summary' })
  const page = await reader(made.link)

  await t.test('the page asks who reads and for the passcode, and drops the key from the address', async (t) => {
    t.equal(new URL(page.url()).hash, '')
    t.equal(await page.title(), 'Shared health summary – Handrail')
    await fits(t, page, 'the question')
    await page.getByRole('button', { name: 'Open the summary' }).click()
    t.match(await page.getByRole('alert').textContent(), /Say who you are/)
  })

  await t.test('a wrong passcode says how many are left; the right one shows the summary', async (t) => {
    await open(page, 'wrong one')
    await page.getByText('4 tries are left').waitFor()
    await open(page, 'correct horse')
    await page.getByText('Made on').waitFor()
    const shown = (await page.locator('#summary').textContent()) ?? ''
    t.match(shown, /Ada Probert/)
    t.match(shown, /How fresh, how checked, and what is not known/)
    const titles = await page.locator('#summary h2').allTextContents()
    t.equal(titles[0], 'How fresh, how checked, and what is not known', 'which stands first')
    for (const title of [
      'First: devices and treatments that cannot wait',
      'Do not stop suddenly',
      'Allergies and intolerances',
      'Conditions',
      'Whom to call',
    ])
      t.ok(titles.includes(title), title)
    await fits(t, page, 'the summary')
  })

  await t.test('the reader leaves one note, and the person sees opening and note', async (t) => {
    await page.getByLabel('What should they know?').fill('Seen in emergency 21 Nov, discharged')
    await page.getByRole('button', { name: 'Send the note' }).click()
    await page.getByText('The note waits for the home team').waitFor()
    const links = await own.ask<Parameters>('GET', `/fhir/${ada}/$share-links`)
    const told = JSON.stringify(links.body)
    t.match(told, /Dr Jones, emergency department/)
    t.match(told, /noteLeft/)
  })

  await t.test('the page is put into Welsh and back', async (t) => {
    await page.getByRole('button', { name: 'Cymraeg' }).click()
    t.equal(await page.locator('html').getAttribute('lang'), 'cy')
    t.match(await page.locator('h1').textContent(), /Crynodeb iechyd/)
    await fits(t, page, 'Welsh')
    const welsh = await reader(made.link, 'cy')
    t.match(await welsh.locator('h1').textContent(), /Crynodeb iechyd/, 'for a Welsh browser from the start')
    await welsh.context().close()
  })

  await t.test('withdrawn: the next opening fails plainly, and so does one after five wrong passcodes', async (t) => {
    await withdraw(made.id)
    const again = await reader(made.link)
    await open(again, 'correct horse')
    await again.getByText('This link cannot be opened').waitFor()
    await fits(t, again, 'withdrawn')
    await again.context().close()
    const locked = await share({ passcode: 'correct horse' })
    const guessing = await reader(locked.link)
    for (let attempt = 4; attempt >= 0; attempt -= 1) {
      await open(guessing, `guess ${String(attempt)}`)
      await guessing.getByText(attempt === 0 ? 'the link is now locked' : attempt === 1 ? '1 try is left' : `${String(attempt)} tries are left`).waitFor() // prettier-ignore
    }
    await guessing.context().close()
  })

  await t.test('a direct link, a compressed long-term link, and a link whose key was changed', async (t) => {
    const direct = await reader((await share({ direct: true })).link)
    await open(direct)
    await direct.getByText('Made on').waitFor()
    await direct.context().close()
    const all = await own.operate<Parameters>(ada, '$share-link', ...['emergency', 'therapies', 'measures', 'referrals'].map((code) => ({ name: 'section', valueCode: code })), { name: 'long-term', valueBoolean: true }) // prettier-ignore
    const long = all.parameter?.find(({ name }) => name === 'link')?.valueUri ?? ''
    const lasting = await reader(long)
    await open(lasting)
    await lasting.getByText('Therapies and procedures').waitFor()
    await lasting.context().close()
    const [before = '', encoded = ''] = long.split('shlink:/')
    const payload = JSON.parse(Buffer.from(encoded, 'base64url').toString()) as { key: string }
    const forged = { ...payload, key: `${payload.key.startsWith('A') ? 'B' : 'A'}${payload.key.slice(1)}` }
    const damaged = await reader(`${before}shlink:/${Buffer.from(JSON.stringify(forged)).toString('base64url')}`)
    await open(damaged)
    await damaged.getByText('the link is damaged').waitFor()
    t.equal(await damaged.locator('#summary section').count(), 0, 'nothing of it is shown')
    await damaged.context().close()
  })

  await t.test('without a network, and with something that is no link, the page says so in plain words', async (t) => {
    const offline = await reader((await share({})).link)
    await offline.context().setOffline(true)
    await open(offline)
    await offline.getByText('The hub cannot be reached').waitFor()
    await offline.context().close()
    const nothing = await reader(`${hub.url}/view#shlink:/nonsense`)
    await nothing.getByText('This is no link to a health summary').waitFor()
    await fits(t, nothing, 'no link')
    await nothing.getByLabel('Paste the link').fill((await share({})).link)
    await open(nothing)
    await nothing.getByText('Made on').waitFor()
    await nothing.context().close()
  })

  await t.test('a signed card is shown with its date; one that was changed is not shown at all', async (t) => {
    const { parameter = [] } = await own.operate<Parameters>(ada, '$health-cards-issue', { name: 'credentialType', valueUri: 'https://smarthealth.cards#health-card' }) // prettier-ignore
    const code = parameter.find(({ name }) => name === 'qr')?.valueString ?? ''
    const good = await reader(`${hub.url}/view#${code}`)
    await good.getByText('The signature of this card is good').waitFor()
    t.match(await good.locator('#summary').textContent(), /Ada Probert/)
    await fits(t, good, 'a card')
    await good.context().close()
    const at = code.length - 300
    const forged = `${code.slice(0, at)}${code.slice(at, at + 2) === '20' ? '21' : '20'}${code.slice(at + 2)}`
    const bad = await reader(`${hub.url}/view#${forged}`)
    await bad.getByText('its signature is not good').waitFor()
    t.notMatch(await bad.locator('main').textContent(), /Probert/)
    await bad.context().close()
  })

  await t.test('no key was sent to anybody, none is in a log, and nothing came from elsewhere', async (t) => {
    const { key, url } = JSON.parse(Buffer.from(made.link.split('shlink:/')[1] ?? '', 'base64url').toString()) as {
      key: string
      url: string
    }
    t.ok(sent.length > 20)
    t.same(sent.filter((request) => request.includes(key)), []) // prettier-ignore
    t.same(sent.filter((request) => !request.startsWith(hub.url) && !/^(data|blob):/.test(request)), []) // prettier-ignore
    const bytes = await page.evaluate(() => performance.getEntriesByType('resource').reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).decodedBodySize, 0)) // prettier-ignore
    t.ok(bytes < 100_000, `the page is ${String(bytes)} bytes`)
    const { stderr, stdout } = await hub.stop()
    const said = stderr + stdout
    t.match(said, /\/shl\/:secret/, 'the log names the route')
    for (const secret of [key, url.split('/').at(-1) ?? 'none', 'correct horse', 'Probert', 'Dr Jones', '9990123454'])
      t.notOk(said.includes(secret), 'and none of what came by it')
  })
})
