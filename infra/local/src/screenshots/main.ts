/**
 * `npm run screenshots`: every page of the portal, in both languages, on a desk and on a phone, as pictures in `screenshots/`. Pages are found
 * from the portal's routes, and reached as people reach them: what a fresh demonstration lacks is made first, then each person signs in and
 * follows every link. A page that nobody reaches is an error: it is named, and the exit code is 1.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defineConfig, text } from '@platform/service/config'
import { DEMO_PEOPLE } from '@services/identity/domain/demo-cast'
import type { Browser, Page } from 'playwright-core'
import { runProgram } from '../cannot-start.ts'
import { homeOf } from '../config.ts'
import { hubAtHand } from '../demo/hub-at-hand.ts'
import { openWorld } from '../demo/world/world.ts'
import { openChromium } from './browser.ts'
import { pageRoutes } from './page-routes.ts'
import { CARER, prepare, RECEIVER, type Prepared } from '../demo/prepare.ts'

const FOLDER = join(import.meta.dirname, '..', '..', '..', '..', 'screenshots')
/** Pages that say why something is not shown, or show more to somebody else, by the name of their picture. */
const STATES = [
  { name: 'state-not-found', who: 'physiotherapist', path: '/people/nobody' },
  { name: 'state-not-allowed', who: 'physiotherapist', path: '/figures' },
  { name: 'state-own-feed', who: 'leisure-instructor', path: '/our-organisation' },
  { name: 'state-link-unknown', who: 'nobody', path: `/link/${'x'.repeat(43)}` },
] as const
const PAGE_WITHIN_MS = 60_000
/** How many links to pages of one pattern are tried. */
const TRIES = 3
const LANGUAGES = ['en', 'cy'] as const
const WIDTHS = { desktop: { width: 1100, height: 900 }, phone: { width: 320, height: 640 } } as const

const readConfig = defineConfig({ HANDRAIL_HOME: text('Folder of data, generated keys and quarantine.', { default: '.handrail' }) })

/** One page to take, with who reached it and where. */
interface Found {
  readonly pattern: string
  readonly path: string
  readonly who: string
  /** What its picture is called, where that is not its pattern. */
  readonly name?: string
}

await runProgram(async () => {
  await using hub = await hubAtHand(homeOf(readConfig(process.env)), process.env)
  const patterns = await pageRoutes()
  const browser = await openChromium(process.env)
  try {
    await using world = await openWorld(hub)
    const prepared = await prepare(world)
    await acceptInvitation(browser, hub.url, prepared.carer)
    const open = (who: string): Promise<Page> => signIn(browser, hub.url, who, prepared)
    await rm(FOLDER, { recursive: true, force: true })
    const found = new Map<string, Found>([['nobody /', { pattern: '/', path: '/', who: 'nobody' }]])
    for (const who of [...DEMO_PEOPLE.map(({ id }) => id), RECEIVER, CARER]) {
      const beside = prepared.beside.filter((one) => one.who === who).map(({ path }) => path)
      for (const one of await walk(await open(who), who, patterns, { beside, known: found })) found.set(keyOf(one), one)
    }
    let pictures = 0
    const all: readonly Found[] = [...found.values(), ...STATES.map((one) => ({ ...one, pattern: one.path }))]
    for (const [who, pages] of Map.groupBy(all, (one) => one.who)) pictures += await take(() => open(who), pages)
    const reached = new Set([...found.values()].map(({ pattern }) => pattern))
    const missing = patterns.filter((pattern) => !reached.has(pattern))
    await writeFile(join(FOLDER, 'pages.json'), `${JSON.stringify(all, undefined, 2)}\n`)
    for (const pattern of missing) process.stderr.write(`Nobody reached ${pattern}\n`)
    process.stdout.write(`${pictures} pictures of ${reached.size} of ${patterns.length} pages in screenshots/\n`)
    return missing.length === 0 ? 0 : 1
  } finally {
    await browser.close()
  }
})

/** The first page looks different to everybody; others are taken once. */
function keyOf({ pattern, who }: Found): string {
  return pattern === '/' ? `${who} /` : pattern
}

async function newPage(browser: Browser, url: string): Promise<Page> {
  const page = await (await browser.newContext({ baseURL: url, viewport: WIDTHS.desktop })).newPage()
  page.setDefaultTimeout(PAGE_WITHIN_MS)
  return page
}

/** The carer follows their invitation, and types the code that goes to the address. */
async function acceptInvitation(browser: Browser, url: string, carer: Prepared['carer']): Promise<void> {
  const page = await newPage(browser, url)
  await page.goto(carer.join)
  await typeCode(page, carer)
  await page.context().close()
}

async function typeCode(page: Page, { address, code }: Prepared['carer']): Promise<void> {
  const sent = await code()
  await page.fill('#contact', address)
  await page.click('form[action$="/code"] button')
  await page.fill('#code', await sent())
  await page.click('button[type="submit"]')
}

async function signIn(browser: Browser, url: string, who: string, { link, carer }: Prepared): Promise<Page> {
  const page = await newPage(browser, url)
  if (who === CARER) {
    await page.goto('/')
    await page.click('text=Sign in with a passkey or a code')
    await typeCode(page, carer)
    await page.waitForURL(`${url}/`)
    return page
  }
  if (who === RECEIVER) {
    const code = await link.code()
    await page.goto(link.path)
    await page.click('form[action$="/code"] button')
    await page.fill('#code', await code())
    await page.click('form[action$="/open"] button')
    return page
  }
  await page.goto('/')
  if (who !== 'nobody') {
    await page.click(`button[value="${who}"]`)
    await page.waitForURL(`${url}/`)
  }
  return page
}

/** Follows links from the first page; of many pages of one pattern, the first that is found. */
async function walk(
  page: Page,
  who: string,
  patterns: readonly string[],
  { beside, known }: { readonly beside: readonly string[]; readonly known: ReadonlyMap<string, Found> },
): Promise<readonly Found[]> {
  const found: Found[] = []
  const tried = new Map<string, number>()
  // Pages that no link leads to, without a name in them: forms that send their choice, and signing out at the very end.
  const plain = patterns.filter((pattern) => !pattern.includes(':') && pattern !== '/' && pattern !== '/signed-out')
  const todo = who === RECEIVER ? [new URL(page.url()).pathname, ...beside] : [...beside, '/', ...plain]
  for (let path = todo.shift(); path !== undefined; path = todo.shift()) {
    const answer = await page.goto(path, { waitUntil: 'domcontentloaded' })
    if (answer?.status() !== 200) continue
    const pattern = patternOf(new URL(page.url()).pathname, patterns)
    if (pattern !== undefined && !found.some((one) => one.pattern === pattern)) found.push({ pattern, path, who })
    for (const link of await linksOf(page)) {
      const next = patternOf(link.split('?')[0] ?? '', patterns)
      // An address may be refused for what is missing in it, so a page is tried again from another link.
      if (next === undefined || (tried.get(next) ?? 0) >= TRIES || todo.includes(link)) continue
      if (known.has(next) || found.some((one) => one.pattern === next)) continue
      tried.set(next, (tried.get(next) ?? 0) + 1)
      todo.push(link)
    }
  }
  if (!known.has('/signed-out') && who !== RECEIVER) {
    await page.goto('/signed-out')
    found.push({ pattern: '/signed-out', path: '/signed-out', who })
  }
  await page.context().close()
  return found.filter((one) => !known.has(keyOf(one)))
}

/** Links of the page, and where its choosing forms lead with their first choice. */
async function linksOf(page: Page): Promise<readonly string[]> {
  const links = await page.locator('a[href^="/"]:not([download])').evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''))
  const forms = await page.locator('form[method="get"]').evaluateAll((all) =>
    all.map((form) => {
      const fields = [...form.querySelectorAll('select')].map((one) => [one.name, one.value])
      return `${form.getAttribute('action') ?? ''}?${new URLSearchParams(fields).toString()}`
    }),
  )
  // A form that chooses answers with another address.
  const chosen: string[] = []
  for (const form of forms) {
    const answer = await page.request.get(form)
    if (answer.ok()) chosen.push(new URL(answer.url()).pathname)
  }
  return [...links, ...chosen]
}

/** The pattern of an address; one with names goes after one without. */
function patternOf(path: string, patterns: readonly string[]): string | undefined {
  const fits = (pattern: string) =>
    new RegExp(`^${pattern.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll(/:[^/]+/g, '[^/]+')}/?$`).test(path)
  return patterns.find((pattern) => !pattern.includes(':') && fits(pattern)) ?? patterns.find(fits)
}

async function take(open: () => Promise<Page>, pages: readonly Found[]): Promise<number> {
  let pictures = 0
  const page = await open()
  for (const language of LANGUAGES) {
    await page.goto(`/language/${language}?to=/accessibility`)
    // Signing out comes last: nothing else is open afterwards.
    for (const one of pages.toSorted((a, b) => Number(a.path === '/signed-out') - Number(b.path === '/signed-out'))) {
      await page.goto(one.path)
      for (const [name, size] of Object.entries(WIDTHS)) {
        const folder = join(FOLDER, language, name)
        await mkdir(folder, { recursive: true })
        await page.setViewportSize(size)
        await page.screenshot({ path: join(folder, `${fileName(one)}.png`), fullPage: true })
        pictures += 1
      }
    }
  }
  await page.context().close()
  return pictures
}

function fileName({ pattern, name, who }: Found): string {
  if (name !== undefined) return name
  return pattern === '/'
    ? `first-page-${who}`
    : pattern
        .slice(1)
        .replaceAll(/[^a-z0-9]+/gi, '-')
        .replaceAll(/-$/g, '')
}
