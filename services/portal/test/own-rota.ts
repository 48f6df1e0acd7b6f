/** Who administers an organisation keeps its rota: who is on, the week, adding, changing, ending and putting back, in a real hub and a real browser. */
import t from 'tap'
import type { Page } from 'playwright-core'
import { isFitForEverybody } from './browser.ts'
import type { Stage } from './stage.ts'

const ROTA = '/our-organisation/rota'

export async function ownRota({ signIn, signInElsewhere }: Pick<Stage, 'signIn' | 'signInElsewhere'>): Promise<void> {
  const said = async (page: Page) => (await page.textContent('main')) ?? ''
  const banner = async (page: Page) => page.textContent('.nhsuk-notification-banner')

  await t.test('an organisation without a rota reads what that means, and what one would be good for', async (t) => {
    const page = await signIn('therapy-centre-worker')
    await page.goto('/our-organisation')
    t.match(await said(page), /No rota\s+You are asked as a whole, at all hours\./)
    await page.click('text=Say who is on: your rota')
    t.equal(new URL(page.url()).pathname, ROTA)
    t.match(await said(page), /You keep no rota here.*asked as a whole, at all hours.*the ward reads so at once with the number to ring/s)
    await isFitForEverybody(t, page)
  })

  await t.test('a duty that lacks something is not kept: each fault stands beside its field, with how to mend it', async (t) => {
    const page = await signIn('therapy-centre-worker')
    await page.goto(ROTA)
    await page.click('text=Add a duty')
    await isFitForEverybody(t, page)
    await page.click('button:has-text("Add this duty")')
    t.match(
      await page.textContent('.nhsuk-error-summary'),
      /Choose what they are on for.*Say what the duty is called.*Give the number.*Choose at all hours/s,
    )
    await page.check('label:has-text("On call")')
    await page.fill('#title', 'Therapy centre on call')
    await page.fill('#telephone', '01632 960199')
    await page.check('label:has-text("At these hours")')
    await page.check('input[name="hours0-days"][value="mon"]')
    await page.fill('#hours0-from', '17:00')
    await page.fill('#hours0-to', '9')
    await page.click('button:has-text("Add this duty")')
    t.match(
      await page.textContent('#hours0-to-error'),
      'These hours end before they begin. Mend the times, or tick that they end on the next day.',
    )
    t.ok(await page.isChecked('input[name="hours0-days"][value="mon"]'), 'what was entered is still there')
    await isFitForEverybody(t, page)
    await page.check('input[name="hours0-how"][value="nextDay"]')
    await page.click('button:has-text("Add this duty")')
    t.match(await banner(page), 'The duty was added')
    t.match(await said(page), 'Monday: 5pm to 9am on the next day')
    t.match(await page.textContent('.app-week'), /Nobody is on/)
    t.match(await said(page), /Nobody is on (?:once|twice) in the coming week, for \d+ hours together\./)
    await isFitForEverybody(t, page)
  })

  await t.test('a duty is changed, and the week shows at once who is on; in Welsh too', async (t) => {
    const page = await signIn('therapy-centre-worker')
    await page.goto(ROTA)
    await page.click('main a:has-text("Change")')
    await isFitForEverybody(t, page)
    await page.check('label:has-text("At all hours")')
    await page.click('button:has-text("Save")')
    t.match(await banner(page), 'The duty was changed')
    t.match(await said(page), /Therapy centre on call \(On call\), all week\.\s+Ring 01632 960199\./)
    t.match(await said(page), 'Somebody is on at every hour of the coming week.')
    t.equal(await page.locator('.app-week__day').count(), 7)
    await page.goto('/our-organisation')
    t.match(await said(page), 'Somebody is on at every hour of the coming week.')
    await page.goto(`/language/cy?to=${ROTA}`)
    t.match(await said(page), 'Mae rhywun ar ddyletswydd bob awr o’r wythnos nesaf.')
    await isFitForEverybody(t, page)
    await page.click('text=Ychwanegu dyletswydd')
    await isFitForEverybody(t, page)
    await page.goto(`/language/en?to=${ROTA}`)
  })

  await t.test('somebody else who is on for the same at the same time is refused, with who and when', async (t) => {
    const page = await signIn('therapy-centre-worker')
    await page.goto(`${ROTA}/add`)
    await page.check('label:has-text("On call")')
    await page.fill('#title', 'Saturday clinic')
    await page.fill('#telephone', '01632 960198')
    await page.check('label:has-text("At these hours")')
    await page.check('input[name="hours1-days"][value="sat"]')
    await page.check('input[name="hours1-how"][value="allDay"]')
    await page.click('button:has-text("Add this duty")')
    t.match(
      await page.textContent('.nhsuk-error-summary'),
      /“Therapy centre on call” is on for the same at the same time, first on \d+ \w+ \d{4}/,
    )
    await isFitForEverybody(t, page)
  })

  await t.test('HAZ-A70: what a colleague changed meanwhile is not overwritten', async (t) => {
    const page = await signIn('therapy-centre-worker')
    await page.goto(ROTA)
    await page.click('main a:has-text("Change")')
    const other = await signInElsewhere('therapy-centre-worker')
    await other.goto(ROTA)
    await other.click('main a:has-text("Change")')
    await other.fill('#telephone', '01632 960111')
    await other.click('button:has-text("Save")')
    await page.fill('#telephone', '01632 960122')
    await page.click('button:has-text("Save")')
    t.match(await banner(page), 'Somebody changed this duty while you did')
    t.match(await said(page), '01632 960111')
    await other.context().close()
  })

  await t.test('a duty that was ended is put back by a button', async (t) => {
    const page = await signIn('therapy-centre-worker')
    await page.goto(ROTA)
    await page.click('button:has-text("End")')
    t.match(await banner(page), 'The duty has ended')
    t.match(await said(page), /You keep no rota here.*Ended duties.*Therapy centre on call/s)
    await isFitForEverybody(t, page)
    await page.click('button:has-text("Put back")')
    t.match(await banner(page), 'The duty is on again')
    t.match(await said(page), '01632 960111')
    await page.goto(`/language/cy?to=${ROTA}/any/put-back`)
    t.equal(new URL(page.url()).pathname, ROTA, 'who changes the language after a refusal comes back to the rota')
    await page.goto(`/language/en?to=${ROTA}`)
  })

  await t.test('HAZ-A70: the pages of a rota are for who administers its organisation: nobody else opens them', async (t) => {
    const page = await signIn('therapy-centre-worker')
    await page.goto(ROTA)
    const duty = new URL((await page.locator('main a:has-text("Change")').getAttribute('href')) ?? '', page.url()).pathname
    const other = await signIn('leisure-instructor')
    t.equal((await other.request.get(duty)).status(), 404, 'another organisation’s administrator')
    t.notMatch(await (await other.request.get(ROTA)).text(), 'Therapy centre on call')
    for (const path of [ROTA, `${ROTA}/add`, duty])
      for (const who of ['physiotherapist', 'ward-nurse', 'commissioner', 'ada'])
        t.equal((await (await signIn(who)).request.get(path)).status(), 403, `${who} ${path}`)
    await page.click('button:has-text("End")')
  })
}
