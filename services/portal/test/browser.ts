/** A real Chromium that walks through the pages as a person does, and looks at each as a person with a small screen or a reader does. */
import { existsSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import type { TestScope } from '@platform/testing/database'
import { until } from '@platform/testing/until'
import { chromium, type BrowserContext, type Page } from 'playwright-core'
import type { Test } from 'tap'

/** Where Chromium is on this machine; nothing when it has none. */
export const chromiumPath: string | undefined = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && path !== '' && existsSync(path))

const QUIET = [
  '--headless',
  '--no-sandbox', // Chromium does not start as root otherwise; it only ever opens the hub under test.
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** One browser of a test file. */
export interface Visitors {
  /** A person of the demonstration who has just signed in by the button. Scripts are off: every page works without. */
  signIn(id: string): Promise<Page>
  /** Somebody whom the hub does not know, in a browser of their own. */
  anybody(): Promise<Page>
}

/** Opens a browser that closes with the test. */
export async function visitors(t: TestScope, url: string, executablePath: string): Promise<Visitors> {
  const browser = await chromium.launch({ executablePath, args: QUIET })
  t.teardown(() => browser.close())
  return {
    async anybody() {
      const context = await browser.newContext({ baseURL: url, viewport: { width: 1100, height: 900 } })
      const page = await context.newPage()
      page.setDefaultTimeout(30_000)
      return page
    },
    async signIn(id) {
      const context: BrowserContext = await browser.newContext({ baseURL: url, viewport: { width: 1100, height: 900 } })
      const page = await context.newPage()
      page.setDefaultTimeout(30_000)
      await page.goto('/')
      await page.click(`button[value="${id}"]`)
      await page.waitForURL(`${url}/`)
      return page
    },
  }
}

const PHONE = { width: 320, height: 640 }
const DESK = { width: 1100, height: 900 }

/** What was looked at already: the same page for somebody else is the same page. */
const seen = new Set<string>()

const IDS = /[0-9a-f]{8}-[0-9a-f-]{27}|name="_csrf" value="[^"]*"/g

/** Fails where axe finds anything at all, where the page is wider than the smallest phone, or where it has no title or heading of its own. */
export async function isFitForEverybody(t: Test, page: Page): Promise<void> {
  const path = new URL(page.url()).pathname.replaceAll(/[0-9a-f-]{36}/g, ':id')
  const content = `${path} ${(await page.innerHTML('body > div')).replaceAll(IDS, '')}`
  if (seen.has(content)) return
  seen.add(content)
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze() // There are no frames, for which alone the other mode opens a second page.
  t.same(
    violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`),
    [],
    `axe finds nothing at ${path}`,
  )
  await page.setViewportSize(PHONE)
  t.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= PHONE.width, `${path} fits 320 px`)
  await page.setViewportSize(DESK)
  t.equal(await page.locator('h1').count(), 1, `${path} has one main heading`)
  t.match(await page.title(), /^.+ – Handrail$/, `${path} has a title of its own`)
}

/** Opens the path again until the text is there: what a queue does takes a moment. */
export async function comesTo(page: Page, path: string, text: string): Promise<void> {
  await until(`${path} says ${JSON.stringify(text)}`, async () => {
    await page.goto(path)
    return (await page.locator('main').textContent())?.includes(text) === true
  })
}
