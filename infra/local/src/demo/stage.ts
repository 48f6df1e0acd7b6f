/**
 * The stories in a real browser: each step with its caption over the page that it led to, in a window where there is a display, or as pictures in
 * a folder. A step that only systems take part in is shown as its caption alone. The browser only looks: it signs in as the people of the story
 * do, and opens the addresses that they came to.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import type { Step, Story } from './story.ts'
import type { Page as Opened } from './world/page.ts'
import type { Visitor } from './world/visitor.ts'
import type { World } from './world/world.ts'

/** Where the stories are shown. */
export interface Stage {
  /** The same world, in which what people open is seen. */
  watched(world: World): World
  /** The same story, in which each step is shown when it has ended. The title comes first. */
  shown(story: Story, nth: number): Story
}

/** How they are shown. */
export interface StageOptions {
  readonly url: string
  readonly browser: Browser
  /** How long a caption of so many characters stays, in milliseconds. */
  readonly stays: (characters: number) => number
  /** Where a picture of each step is put. Absent: none is made. */
  readonly pictures?: string | undefined
}

/** Longer than anybody needs to read a caption aloud: a word of six characters takes 0.4 s, and there is something to look at besides. */
export const readingTimeMs = (characters: number): number => 2_500 + characters * 65

const SIZE = { width: 1100, height: 800 }

/** Makes a stage in a browser that is open. Whoever closes the browser ends it. */
export function stageIn({ url, browser, stays, pictures }: StageOptions): Stage {
  const people = new Map<string, Promise<Page>>()
  let plain: Promise<Page> | undefined
  let last: { readonly who: string; readonly path: string } | undefined
  let [story, step] = [0, 0]

  const newPage = async (): Promise<Page> => (await browser.newContext({ baseURL: url, viewport: SIZE })).newPage()
  const pageOf = (who: string): Promise<Page> => {
    const found = people.get(who) ?? newPage().then((page) => signIn(page, url, who))
    people.set(who, found)
    return found
  }

  /** The page of the step under its caption, else the caption alone. */
  async function show(title: string, lines: readonly string[]): Promise<void> {
    const seen = last
    last = undefined
    const page = seen === undefined ? await (plain ??= newPage()) : await pageOf(seen.who)
    const answer = seen === undefined ? undefined : await page.goto(seen.path, { waitUntil: 'domcontentloaded' })
    // An address that only a form leads to shows nothing by itself.
    if (answer === undefined || answer?.ok() !== true) await page.setContent('<!doctype html><title>Handrail</title><body></body>')
    await page.bringToFront()
    await page.evaluate(caption, { title, lines, who: seen?.who ?? '' })
    if (pictures !== undefined) {
      await mkdir(pictures, { recursive: true })
      await page.screenshot({ path: join(pictures, `${two(story)}-${two(step)}.png`) })
    }
    await wait(stays(title.length + lines.join(' ').length))
  }

  const watching = (who: string, visitor: Visitor): Visitor => {
    const see = (page: Opened): Opened => {
      last = { who, path: page.path }
      return page
    }
    return {
      ...visitor,
      open: async (path) => see(await visitor.open(path)),
      tryOpen: async (path) => see(await visitor.tryOpen(path)),
      send: async (page, actionEnd, fields) => see(await visitor.send(page, actionEnd, fields)),
    }
  }

  return {
    watched: (world) => ({ ...world, person: async (key) => watching(key, await world.person(key)) }),
    shown: (told, nth) => ({
      ...told,
      steps: told.steps.map((one, at): Step => ({
        ...one,
        async run() {
          if (at === 0) {
            ;[story, step] = [nth, 0]
            await show(told.title, [told.about])
          }
          step = at + 1
          const sentence = `${one.word} ${one.text}.`
          try {
            const saw = await one.run()
            await show(sentence, saw.split('\n'))
            return saw
          } catch (error) {
            await show(sentence, [`Failed: ${error instanceof Error ? error.message : String(error)}`])
            throw error
          }
        },
      })),
    }),
  }
}

async function signIn(page: Page, url: string, who: string): Promise<Page> {
  await page.goto('/')
  await page.click(`button[value="${who}"]`)
  await page.waitForURL(`${url}/`)
  return page
}

const two = (number: number): string => String(number).padStart(2, '0')

/** Runs in the page. Styles are set one by one, for the pages' own policy allows none that is written in. */
function caption({ title, lines, who }: { title: string; lines: readonly string[]; who: string }): void {
  const style = (element: HTMLElement, rules: Readonly<Record<string, string>>): void => {
    for (const [name, value] of Object.entries(rules)) element.style.setProperty(name, value)
  }
  const bar = document.createElement('div')
  const alone = document.body.childElementCount === 0
  style(bar, {
    position: 'fixed',
    left: '0',
    right: '0',
    bottom: '0',
    'z-index': '1000',
    padding: alone ? '3rem' : '1rem 2rem',
    font: '18px/1.4 sans-serif',
    color: '#fff',
    background: '#212b32',
    'border-top': '6px solid #ffb81c',
    'max-height': alone ? 'none' : '45vh',
    overflow: 'auto',
    ...(alone ? { top: '0' } : {}),
  })
  const say = (text: string, rules: Readonly<Record<string, string>>): void => {
    const line = document.createElement('p')
    line.textContent = text
    style(line, { margin: '0 0 0.4rem', color: '#fff', ...rules })
    bar.append(line)
  }
  if (who !== '') say(`Page of: ${who.replaceAll('-', ' ')}`, { 'font-size': '14px', color: '#ffdf8a' })
  say(title, { 'font-weight': 'bold', 'font-size': alone ? '30px' : '20px' })
  for (const line of lines) say(line, { 'font-size': alone ? '22px' : '16px' })
  document.body.append(bar)
  style(document.body, { 'padding-bottom': `${String(bar.offsetHeight)}px` })
}
