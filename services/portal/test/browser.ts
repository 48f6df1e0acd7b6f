/** A real Chromium that walks through the pages as a person does, and looks at each as a person with a small screen or a reader does. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { QUIET } from '@platform/testing/chromium'
import type { TestScope } from '@platform/testing/database'
import { until } from '@platform/testing/until'
import { chromium, type Page } from 'playwright-core'
import type { Test } from 'tap'

const PHONE = { width: 320, height: 640 }
const DESK = { width: 1100, height: 900 }
/** What is left of that on a screen where everything is twice as large. */
const DESK_AT_200 = { width: DESK.width / 2, height: DESK.height / 2 }

/** One browser of a test file. */
export interface Visitors {
  /**
   * A person of the demonstration on their first page. They sign in by the button once and keep their window: whoever comes again finds
   * it where they are signed in still.
   */
  signIn(id: string): Promise<Page>
  /** The same person in another browser, which knows nothing of the first. */
  signInElsewhere(id: string): Promise<Page>
  /** The same person in a browser that runs no scripts. */
  withoutScripts(id: string): Promise<Page>
  /** Somebody whom the hub does not know, in a browser of their own. */
  anybody(): Promise<Page>
}

/** Opens a browser that closes with the test. */
export async function visitors(t: TestScope, url: string, executablePath: string): Promise<Visitors> {
  const browser = await chromium.launch({ executablePath, args: QUIET })
  t.teardown(() => browser.close())
  const windows = new Map<string, Page>()

  async function opened({ javaScriptEnabled }: { readonly javaScriptEnabled: boolean }): Promise<Page> {
    const context = await browser.newContext({ baseURL: url, viewport: DESK, javaScriptEnabled })
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    return page
  }
  const anybody = async () => opened({ javaScriptEnabled: true })

  async function enter(page: Page, id: string): Promise<Page> {
    await page.goto('/')
    const button = page.locator(`button[value="${id}"]`)
    if ((await button.count()) === 0) return page
    await button.click()
    await page.waitForURL(`${url}/`)
    return page
  }

  return {
    anybody,
    signInElsewhere: async (id) => enter(await anybody(), id),
    withoutScripts: async (id) => enter(await opened({ javaScriptEnabled: false }), id),
    async signIn(id) {
      const page = windows.get(id) ?? (await anybody())
      windows.set(id, page)
      return enter(page, id)
    },
  }
}

/** What was looked at already: the same page for somebody else is the same page. */
const seen = new Set<string>()

const IDS = /[0-9a-f]{8}-[0-9a-f-]{27}|name="_csrf" value="[^"]*"/g

/** axe-core itself: its wrapper for Playwright loads it twice a page and hands over everything that it found to be right. */
const AXE = readFileSync(createRequire(import.meta.resolve('@axe-core/playwright')).resolve('axe-core/axe.min.js'), 'utf8')

/** Of each rule that is broken the first element that breaks it. Nothing here asks for the style sheets, which axe would otherwise read once more. */
const BROKEN = `({ violations }) => violations.map(({ id, nodes }) => id + ': ' + (nodes[0]?.html ?? ''))`
const OPTIONS = `resultTypes: ['violations'], preload: { assets: ['media'] }`

const LOOK = `axe.run(document, { ${OPTIONS} }).then((found) => ({
  violations: (${BROKEN})(found),
  headings: document.querySelectorAll('h1').length,
  lost: [...document.querySelectorAll('.nhsuk-error-summary a[href^="#"]')].map((a) => a.getAttribute('href')).filter((href) => document.querySelector(href) === null),
  ahead: document.querySelectorAll('[tabindex]:not([tabindex="0"], [tabindex="-1"])').length,
  title: document.title,
}))`

interface Look {
  readonly violations: readonly string[]
  readonly headings: number
  /** Links of the error summary that lead to no field. */
  readonly lost: readonly string[]
  /** What is reached before its place: the order of the page is the order of the focus. */
  readonly ahead: number
  readonly title: string
}

const WIDTH = 'document.documentElement.scrollWidth'

/** How much wider than its window the page is with text twice as large and nothing else. WCAG 2.2, 1.4.4 */
const BEYOND_WITH_LARGE_TEXT = `(() => {
  const { style } = document.documentElement
  style.fontSize = '200%'
  const width = ${WIDTH} - document.documentElement.clientWidth
  style.fontSize = ''
  return width
})()`

/**
 * Fails where axe finds anything at all, where the page is wider than the smallest phone, than the window at 200% or with text at 200%, or where it
 * has no title or heading of its own. A page of the issuer stands in no frame of the portal.
 */
export async function isFitForEverybody(t: Test, page: Page): Promise<void> {
  const path = new URL(page.url()).pathname.replaceAll(/[0-9a-f-]{36}/g, ':id')
  const content = `${path} ${(await page.innerHTML('body > div, body > main')).replaceAll(IDS, '')}`
  if (seen.has(content)) return
  seen.add(content)
  const { violations, headings, title, lost, ahead } = await page.evaluate<Look>(`${AXE}\n;${LOOK}`)
  t.same(violations, [], `axe finds nothing at ${path}`)
  t.same(lost, [], `${path} leads from each problem to its field`)
  t.equal(ahead, 0, `${path} is reached in the order in which it is read`)
  t.equal(headings, 1, `${path} has one main heading`)
  t.match(title, /^.+ – Handrail$/, `${path} has a title of its own`)
  t.equal(await page.evaluate<number>(BEYOND_WITH_LARGE_TEXT), 0, `${path} fits with text at 200%`)
  for (const size of [DESK_AT_200, PHONE]) {
    await page.setViewportSize(size)
    t.ok((await page.evaluate<number>(WIDTH)) <= size.width, `${path} fits ${size.width} px`)
  }
  await page.setViewportSize(DESK)
}

/**
 * Opens the path when the text is there: what a queue does takes a moment. The page is asked for as often as that takes, and drawn when it has come.
 */
export async function comesTo(page: Page, path: string, text: string): Promise<void> {
  const isThere = async () => {
    await page.goto(path)
    return (await page.locator('main').textContent())?.includes(text) === true
  }
  if (await isThere()) return
  await until(
    `${path} says ${JSON.stringify(text)}`,
    async () => textOf(await (await page.request.get(path)).text()).includes(text) && isThere(),
  )
}

/** The text of a page roughly: enough to know when to open it. */
const textOf = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&#39;|&quot;|&lt;|&gt;|&amp;/g, (entity) => ({ '&#39;': "'", '&quot;': '"', '&lt;': '<', '&gt;': '>' })[entity] ?? '&')
