/**
 * `npm run screenshots`: every page of the portal, in both languages, on a desk and on a phone, as pictures in `screenshots/`. Pages are found
 * from the portal's routes, and reached as people reach them: each person of the demonstration signs in and follows every link. A page that
 * nobody reaches is told, and the exit code is 1.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defineConfig, text } from '@platform/service/config'
import { DEMO_PEOPLE } from '@services/identity/domain/demo-cast'
import type { Browser, Page } from 'playwright-core'
import { runProgram } from '../cannot-start.ts'
import { homeOf } from '../config.ts'
import { hubAtHand } from '../demo/hub-at-hand.ts'
import { openChromium } from './browser.ts'
import { pageRoutes } from './page-routes.ts'

const FOLDER = join(import.meta.dirname, '..', '..', '..', '..', 'screenshots')
/** Patterns of files, which have no picture. */
const files = new Set<string>()
const LANGUAGES = ['en', 'cy'] as const
const WIDTHS = { desktop: { width: 1100, height: 900 }, phone: { width: 320, height: 640 } } as const

const readConfig = defineConfig({ HANDRAIL_HOME: text('Folder of data, generated keys and quarantine.', { default: '.handrail' }) })

/** One page to take, with who reached it and where. */
interface Found {
  readonly pattern: string
  readonly path: string
  readonly who: string
}

await runProgram(async () => {
  await using hub = await hubAtHand(homeOf(readConfig(process.env)), process.env)
  const patterns = await pageRoutes()
  const browser = await openChromium(process.env)
  try {
    await rm(FOLDER, { recursive: true, force: true })
    const found = new Map<string, Found>([['signed-out /', { pattern: '/', path: '/', who: 'nobody' }]])
    for (const { id } of DEMO_PEOPLE) for (const one of await walk(browser, hub.url, id, patterns, found)) found.set(keyOf(one), one)
    let pictures = 0
    for (const [who, pages] of Map.groupBy(found.values(), (one) => one.who)) pictures += await take(browser, hub.url, who, pages)
    const reached = new Set([...found.values()].map(({ pattern }) => pattern))
    const missing = patterns.filter((pattern) => !reached.has(pattern) && !files.has(pattern))
    await writeFile(join(FOLDER, 'pages.json'), `${JSON.stringify([...found.values()], undefined, 2)}\n`)
    for (const pattern of missing) process.stdout.write(`Nobody reached ${pattern}\n`)
    process.stdout.write(`${pictures} pictures of ${reached.size} of ${patterns.length - files.size} pages in screenshots/\n`)
    return missing.length === 0 ? 0 : 1
  } finally {
    await browser.close()
  }
})

/** The first page looks different to everybody; others are taken once. */
function keyOf({ pattern, who }: Found): string {
  return pattern === '/' ? `${who} /` : pattern
}

async function signIn(browser: Browser, url: string, who: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: url, viewport: WIDTHS.desktop })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  await page.goto('/')
  if (who !== 'nobody') {
    await page.click(`button[value="${who}"]`)
    await page.waitForURL(`${url}/`)
  }
  return page
}

/** Follows links from the first page; of many pages of one pattern, the first that is found. */
async function walk(
  browser: Browser,
  url: string,
  who: string,
  patterns: readonly string[],
  known: ReadonlyMap<string, Found>,
): Promise<readonly Found[]> {
  const page = await signIn(browser, url, who)
  const found: Found[] = []
  const seen = new Set<string>(['/'])
  const todo = ['/']
  // Pages that no link leads to, without a name in them: forms that send their choice, and signing out at the very end.
  todo.push(...patterns.filter((pattern) => !pattern.includes(':') && pattern !== '/' && pattern !== '/signed-out'))
  for (const pattern of todo) seen.add(pattern)
  for (let path = todo.shift(); path !== undefined; path = todo.shift()) {
    const answer = await page.goto(path, { waitUntil: 'domcontentloaded' }).catch((error: unknown) => {
      // What is saved and not shown is a file.
      if (error instanceof Error && error.message.includes('Download is starting'))
        return files.add(patternOf(path ?? '', patterns) ?? '') && undefined
      throw error
    })
    if (answer?.status() !== 200) continue
    const pattern = patternOf(new URL(page.url()).pathname, patterns)
    if (pattern !== undefined && !found.some((one) => one.pattern === pattern)) found.push({ pattern, path, who })
    for (const link of await linksOf(page)) {
      const next = patternOf(link.split('?')[0] ?? '', patterns)
      if (next === undefined || seen.has(next) || (known.has(next) && !next.includes(':'))) continue
      seen.add(next)
      todo.push(link)
    }
  }
  if (!known.has('/signed-out')) {
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

async function take(browser: Browser, url: string, who: string, pages: readonly Found[]): Promise<number> {
  let pictures = 0
  for (const language of LANGUAGES) {
    const page = await signIn(browser, url, who)
    await page.goto(`/language/${language}?to=/`)
    // Signing out comes last: nothing else is open afterwards.
    for (const { pattern, path } of pages.toSorted(
      (one, other) => Number(one.path === '/signed-out') - Number(other.path === '/signed-out'),
    )) {
      await page.goto(path)
      for (const [name, size] of Object.entries(WIDTHS)) {
        const folder = join(FOLDER, language, name)
        await mkdir(folder, { recursive: true })
        await page.setViewportSize(size)
        await page.screenshot({ path: join(folder, `${fileName(pattern)}${pattern === '/' ? `-${who}` : ''}.png`), fullPage: true })
        pictures += 1
      }
    }
    await page.context().close()
  }
  return pictures
}

function fileName(pattern: string): string {
  return pattern === '/'
    ? 'first-page'
    : pattern
        .slice(1)
        .replaceAll(/[^a-z0-9]+/gi, '-')
        .replaceAll(/-$/g, '')
}
