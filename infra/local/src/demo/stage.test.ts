import type { Browser } from 'playwright-core'
import t from 'tap'
import { readingTimeMs, stageIn } from './stage.ts'
import { runStory, when, type Story } from './story.ts'
import type { Page } from './world/page.ts'
import type { World } from './world/world.ts'

/** A browser that remembers what was opened in it, and what stood over it. */
function aBrowser(answers: Readonly<Record<string, boolean>> = {}) {
  const seen: string[] = []
  const page = {
    goto: async (path: string) => {
      seen.push(`opens ${path}`)
      return { ok: () => answers[path] ?? true }
    },
    click: async (button: string) => void seen.push(`clicks ${button}`),
    waitForURL: async () => undefined,
    setContent: async () => void seen.push('shows no page'),
    bringToFront: async () => undefined,
    evaluate: async (_caption: unknown, { title, lines }: { title: string; lines: readonly string[] }) =>
      void seen.push(`says ${title} ${lines.join(' ')}`),
  }
  const browser = { newContext: async () => ({ newPage: async () => page }) } as unknown as Browser
  return { seen, stage: stageIn({ url: 'http://hub.example', browser, stays: () => 0 }) }
}

const at = (path: string) => ({ path, status: 200 }) as Page
const world = {
  person: async () => ({
    open: async (path: string) => at(path),
    tryOpen: async (path: string) => at(path),
    send: async () => at('/inbox'),
  }),
} as unknown as World

const aStory = (...steps: Story['steps']): Story => ({ title: 'Ada is asked', about: 'Who Ada is.', steps })

t.test('the title comes first, then each step over the page that it led to, opened by whoever opened it', async (t) => {
  const { seen, stage } = aBrowser()
  const { person } = stage.watched(world)
  const looks = when('Morgan looks', async () => (await (await person('physiotherapist')).open('/people/1')).path)
  const systems = when('a system sends it', async () => 'Stored.')
  t.equal(await runStory(stage.shown(aStory(looks, systems), 1), () => undefined), 0)
  t.same(seen, [
    'shows no page',
    'says Ada is asked Who Ada is.',
    'opens /',
    'clicks button[value="physiotherapist"]',
    'opens /people/1',
    'says When Morgan looks. /people/1',
    'shows no page',
    'says When a system sends it. Stored.',
  ])
})

t.test('an address that only a form leads to is replaced by the caption alone', async (t) => {
  const { seen, stage } = aBrowser({ '/inbox': false })
  const { person } = stage.watched(world)
  const sends = when('Sam accepts', async () => (await (await person('sam')).send(at('/inbox/1'), '/accept')).path)
  await runStory(stage.shown(aStory(sends), 1), () => undefined)
  t.same(seen.slice(-3), ['opens /inbox', 'shows no page', 'says When Sam accepts. /inbox'])
})

t.test('a step that fails is shown as failed, and fails', async (t) => {
  const { seen, stage } = aBrowser()
  const fails = when('it rains', () => Promise.reject(new Error('It is dry.')))
  t.equal(await runStory(stage.shown(aStory(fails), 1), () => undefined), 1)
  t.equal(seen.at(-1), 'says When it rains. Failed: It is dry.')
})

t.test('a long caption stays longer', async (t) => t.ok(readingTimeMs(400) > 2 * readingTimeMs(40)))
