/** Sessions are recorded in a real hub, in a real browser. */
import { until } from '@platform/testing/until'
import t from 'tap'
import { isFitForEverybody } from './browser.ts'
import type { Stage } from './stage.ts'

export async function recordingSessions({ signIn }: Stage): Promise<void> {
  await t.test(
    'a session that a charity records is in what the person has received, with who, when and how far it is checked',
    async (t) => {
      const page = await signIn('therapy-centre-worker')
      await page.click('text=Bryn Tudor')
      await isFitForEverybody(t, page)
      await page.click('text=Record a session')
      await isFitForEverybody(t, page)

      await page.selectOption('#kind', 'tai-chi')
      await page.fill('#done-year', '2031')
      await page.click('text=Save session')
      t.match(await page.textContent('.nhsuk-error-summary'), 'must not be in the future')
      t.match(await page.title(), /^Error: /)
      t.equal(await page.inputValue('#kind'), 'tai-chi', 'what was entered stays')
      t.equal(await page.evaluate(() => document.activeElement?.className), 'nhsuk-error-summary', 'the focus is on what is wrong')
      await isFitForEverybody(t, page)

      await page.fill('#done-day', '2')
      await page.fill('#done-month', '9')
      await page.fill('#done-year', '2026')
      await page.fill('#minutes', '50')
      await page.check('text=In person, in a group')
      await page.fill('#response', 'Stood for the last ten minutes.')
      t.equal(await page.inputValue('#measure-0'), 'ten-metre-walk', 'what was measured last is offered again')
      await page.fill('#score-0', '21,5')
      await page.click('text=Save session')
      t.match(await page.textContent('h1'), 'Session recorded')
      await isFitForEverybody(t, page)

      await page.click('text=See it with everything else')
      const entry = page.locator('.app-timeline__entry', { hasText: 'Tai chi' })
      const said = (await entry.textContent()) ?? ''
      for (const words of [
        '2 September 2026',
        'Charity',
        'Glanrafon Therapy Centre',
        'Gareth Hughes',
        '50 minutes',
        'Stood for the last ten minutes.',
        'Recorded by a worker',
        'typed in on',
      ])
        t.match(said, words)
      t.equal(await page.locator('.app-timeline__entry', { hasText: '21.5 s' }).count(), 1, 'the score is an entry of its own')

      const other = await signIn('physiotherapist')
      await other.click('text=Bryn Tudor')
      t.match(await other.locator('.app-timeline').first().textContent(), /./)
      t.equal(await other.locator('.app-timeline__entry', { hasText: 'Tai chi' }).count(), 1, 'the NHS team sees it too')
    },
  )

  await t.test('a form that is sent twice records one session', async (t) => {
    const page = await signIn('therapy-centre-worker')
    await page.click('text=Bryn Tudor')
    const timeline = page.url()
    await page.click('text=Record a session')
    const hidden = async (name: string) => (await page.getAttribute(`main input[name="${name}"]`, 'value')) ?? ''
    const form = {
      _csrf: await hidden('_csrf'),
      key: await hidden('key'),
      kind: 'yoga',
      how: 'group',
      'done[day]': '3',
      'done[month]': '9',
      'done[year]': '2026',
    }
    for (const times of ['once', 'twice']) {
      const answer = await page.request.post(page.url(), { form, maxRedirects: 0 })
      t.equal(answer.status(), 303, times)
    }
    const kept = await page.request.post(page.url(), { form: { ...form, offline: 'yes', owner: 'somebody-else' }, maxRedirects: 0 })
    t.equal(kept.status(), 403, 'what another person kept on the device is not sent under this sign-in')
    await page.goto(timeline)
    t.equal(await page.locator('.app-timeline__entry', { hasText: 'Yoga' }).count(), 1)
  })

  await t.test(
    'HAZ-C10: without a connection a session waits on the device, encrypted, is sent once, and a conflict is shown',
    async (t) => {
      const page = await signIn('therapy-centre-worker')
      const context = page.context()
      await page.click('text=Bryn Tudor')
      const timeline = page.url()
      const fillIn = async (day: string, response: string) => {
        await page.goto(`${timeline}/record-session`)
        await page.waitForSelector('html[data-offline="ready"]')
        await page.selectOption('#kind', 'yoga')
        await page.fill('#done-day', day)
        await page.fill('#done-month', '9')
        await page.fill('#done-year', '2026')
        await page.fill('#response', response)
      }
      await fillIn('5', 'Balanced on one leg.')
      await context.setOffline(true)
      await page.click('text=Save session')
      await page.locator('#waiting li', { hasText: 'Bryn Tudor' }).waitFor()
      const waiting = (await page.textContent('main')) ?? ''
      for (const words of ['No connection', 'Yoga', '5 September 2026', 'Waits to be sent']) t.match(waiting, words)
      t.notMatch(await page.textContent('header'), 'Gareth', 'a page that is kept names nobody')
      await isFitForEverybody(t, page)
      const kept = await page.evaluate<string>(keptInBrowser)
      t.match(kept, 'waits')
      t.notMatch(kept, /Bryn|yoga|leg|people/i, 'nothing of it lies open')
      t.match(kept, 'extractable=false')

      await context.setOffline(false)
      await page.goto('/waiting') // It is sent by itself; where that came first, there is nothing left to press.
      await page.locator('#waiting li', { hasText: 'In the record. Sent' }).waitFor()
      await page.goto(timeline)
      t.equal(await page.locator('.app-timeline__entry', { hasText: 'Balanced on one leg.' }).count(), 1)

      // Whatever waits or was sent is forgotten after 72 hours: what is kept is made that old, and nobody signs out.
      await page.evaluate<unknown, number>(madeOlder, 71 * HOUR_MS)
      await page.goto('/waiting')
      await page.locator('#waiting li', { hasText: 'In the record. Sent' }).waitFor()
      await page.evaluate<unknown, number>(madeOlder, HOUR_MS + 1)
      await page.goto('/waiting')
      await until('the browser keeps nothing', async () => (await page.evaluate<string>(keptInBrowser)) === '')

      // Of the same day there is a session already, which a device without a connection cannot know.
      await fillIn('3', 'A second time that day.')
      await context.setOffline(true)
      await page.click('text=Save session')
      await page.locator('#waiting li', { hasText: 'Waits to be sent' }).waitFor()
      await context.setOffline(false)
      await page.goto('/waiting') // It is sent by itself; where that came first, there is nothing left to press.
      const conflict = page.locator('#waiting li', { hasText: 'has recorded such a session of that day' })
      await conflict.waitFor()
      t.match(await conflict.textContent(), 'Yoga on 3 September 2026 is in the record already')
      await page.goto('/waiting')
      await conflict.waitFor()
      await isFitForEverybody(t, page)

      await page.click('text=Sign out')
      await page.locator('#waiting-leaving').waitFor()
      t.match(await page.textContent('main'), 'Something is not in the record yet', 'nobody loses it by signing out unasked')
      await conflict.locator('button:has-text("Record it as well")').click()
      await page.locator('#waiting li', { hasText: 'In the record. Sent' }).waitFor()
      await page.click('text=Sign out')
      t.match(await page.textContent('h1'), 'You are signed out')
      t.equal(await page.evaluate<string>(keptInBrowser), '', 'nothing is left after signing out')
    },
  )
}

const HOUR_MS = 3_600_000

/** Moves the time at which each entry was kept into the past, by so many milliseconds. */
const madeOlder = (byMs: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const asked = indexedDB.open('handrail-offline', 1)
    asked.onerror = () => reject(new Error('The store of the worker is not there.'))
    asked.onsuccess = () => {
      const change = asked.result.transaction('entries', 'readwrite')
      const entries = change.objectStore('entries')
      const kept = entries.getAll()
      kept.onsuccess = () => {
        for (const entry of kept.result as { keptAt: number }[]) entries.put({ ...entry, keptAt: entry.keptAt - byMs })
      }
      change.oncomplete = () => {
        asked.result.close()
        resolve()
      }
    }
  })

/** Everything that the browser keeps for the worker, as somebody reads it who has the device. */
const keptInBrowser = `new Promise((resolve, reject) => {
  const asked = indexedDB.open('handrail-offline', 1)
  asked.onupgradeneeded = () => ['entries', 'keys'].forEach((name) => asked.result.createObjectStore(name))
  asked.onerror = () => reject(asked.error)
  asked.onsuccess = () => {
    const stores = asked.result.transaction(['entries', 'keys'])
    const [entries, keys] = ['entries', 'keys'].map((name) => stores.objectStore(name).getAll())
    stores.oncomplete = () => {
      asked.result.close()
      const text = new TextDecoder()
      resolve([
        ...entries.result.map(({ sealed, iv, ...plain }) => JSON.stringify(plain) + text.decode(sealed)),
        ...keys.result.map(({ key }) => 'extractable=' + key.extractable),
      ].join(' '))
    }
  }
})`
