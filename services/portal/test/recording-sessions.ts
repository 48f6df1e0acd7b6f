/** Sessions are recorded in a real hub, in a real browser. */
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
    await page.goto(timeline)
    t.equal(await page.locator('.app-timeline__entry', { hasText: 'Yoga' }).count(), 1)
  })
}
