/** A ward that answers on its board: by keyboard, with a script and without, and in Welsh. */
import t from 'tap'
import { isFitForEverybody } from './browser.ts'
import type { Stage } from './stage.ts'

/** Runs it on the stage. */
export async function answeringOnTheBoard({ signIn, signInElsewhere, withoutScripts, admin }: Stage): Promise<void> {
  const admit = async (secondsAgo: number) => {
    const [patient, hospital] = await Promise.all([admin.find('Patient', 'dafydd'), admin.find('Organization', 'hospital')])
    return admin.create({
      resourceType: 'Encounter',
      status: 'in-progress',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
      subject: { reference: patient },
      period: { start: new Date(Date.now() - secondsAgo * 1000).toISOString() },
      serviceProvider: { reference: hospital },
    })
  }
  const WAITING = '.app-board__line--waits'
  const banner = '.nhsuk-notification-banner'

  await t.test('who answers on the board is told so in words, and the keyboard goes on from there', async (t) => {
    const page = await signIn('ward-nurse')
    await page.goto('/board?waiting=own')
    const before = await page.locator(WAITING).count()
    for (const secondsAgo of [50, 40]) await admit(secondsAgo)
    await page
      .locator(WAITING)
      .nth(before + 1)
      .waitFor()
    await page.locator(`${WAITING} button`).first().focus()
    await page.keyboard.press('Enter')
    await page.locator(`${banner}:focus`).waitFor()
    t.match(await page.textContent(`${banner}:focus`), /Acknowledged: the alert about Dafydd[^]*Nobody else is called in your place/)
    await isFitForEverybody(t, page)
    await page.waitForURL(/\/board\?waiting=own$/)
    t.match(page.url(), /\/board\?waiting=own$/, 'an address that is kept, or asked for again, tells of nothing that was done')
    await page.keyboard.press('Tab')
    t.match(await page.locator(':focus').textContent(), 'Next that waits for you: Dafydd')
    await page.keyboard.press('Enter')
    const heading = page.locator(`${WAITING} h2:focus`)
    await heading.waitFor()

    await page.locator('#board-live', { hasText: 'by itself' }).waitFor()
    await admit(30)
    await page
      .locator(WAITING)
      .nth(before + 1)
      .waitFor()
    t.equal(await heading.count(), 1, 'whoever was on a line is on it when the board changes')
    t.equal(await page.locator(banner).count(), 1)
    await page.reload()
    t.equal(await page.locator(banner).count(), 0, 'it is said once')
    await page.goto(`/board?taken=${(await page.locator(WAITING).first().getAttribute('data-line')) ?? ''}`)
    t.equal(await page.locator(banner).count(), 0, 'nothing is said of what nobody answered')
  })

  await t.test('without a script the board says it too, in Welsh as in English', async (t) => {
    const page = await withoutScripts('ward-nurse')
    await page.goto('/board?waiting=own')
    const count = await page.locator(WAITING).count()
    t.ok(count > 0)
    await page.locator('.app-languages a').click()
    await page.goto('/board?waiting=own')
    await page.locator(`${WAITING} button`).first().focus()
    await page.keyboard.press('Enter')
    await page.locator(`${banner}:focus`).waitFor()
    t.match(await page.textContent(banner), /Llwyddiant[^]*Cydnabuwyd: y rhybudd am Dafydd[^]*Ni elwir ar neb arall yn eich lle/)
    t.equal(await page.locator(WAITING).count(), count - 1)
    await page.goto('/board')
    const answered = await page.locator('.app-board__line', { hasText: 'Cydnabuwyd' }).first().textContent()
    t.match(answered, /Cydnabuwyd\s+dywedwyd/, 'how long ago it was told, not for how long it has been acknowledged')
  })

  await t.test(
    'an alert on a board that nobody touches says how long it has waited by now, and a reader is not told of each minute',
    async (t) => {
      const page = await signInElsewhere('ward-nurse')
      await page.clock.install()
      // Nothing is read again meanwhile.
      await page.route(
        ({ pathname }) => pathname === '/board/stream',
        async (route) => route.abort(),
      )
      await page.goto('/board')
      const live = page.locator('#board-live')
      await live.filter({ hasText: 'connection is lost' }).waitFor()
      const waited = page.locator('.app-board__line [data-waited]').first()
      t.equal(await waited.evaluate((element) => element.closest('[role], [aria-live]')), null)
      for (const [minutes, said] of [
        [20, /^(for|told) 2[0-9] minutes/],
        [120, /^(for|told) 2 hours/],
      ] as const) {
        await page.clock.fastForward(minutes * 60_000)
        await page.clock.runFor(10_000)
        t.match(await waited.textContent(), said)
        t.match(await live.textContent(), 'connection is lost')
      }
    },
  )
}
