/** A person follows their referrals, says how it was, takes one back, and asks for help themselves. */
import t from 'tap'
import { comesTo, isFitForEverybody } from './browser.ts'
import type { Stage } from './stage.ts'

/** Walks through the pages of referrals as the person whom they are about. */
export async function ownReferrals({ signIn, admin }: Stage): Promise<void> {
  await t.test(
    'a referral is followed in plain words, judged by the person, taken back by them, and a met one is asked for again',
    async (t) => {
      const leisureCentre = { service: 'chair-based-exercise', organization: 'leisure' }
      for (const need of ['Walk to the shop', 'Swim again']) await admin.asks('ada', need, leisureCentre)

      const leisure = await signIn('leisure-instructor')
      await comesTo(leisure, '/inbox', 'Walk to the shop')
      await leisure.click('text=Walk to the shop')
      await leisure.click('button:has-text("Accept")')
      await leisure.click('text=Mark as done')
      await leisure.fill('#outcome', 'Walks to the shop and back.')
      await leisure.click('button:has-text("Mark as done")')

      const page = await signIn('ada')
      await comesTo(page, '/my-referrals', 'Walks to the shop and back')
      const open = page.locator('.nhsuk-card', { hasText: 'Swim again' })
      t.match(await open.textContent(), 'Sent', 'one of the eight plain words')
      t.match(await open.textContent(), 'Maes Hafan Leisure Centre', 'who has it')
      t.match(await open.textContent(), 'They answer by', 'by when')
      await isFitForEverybody(t, page)

      await page.click('a:has-text("what you can do"):has-text("Swim again")')
      await isFitForEverybody(t, page)
      await page.click('text=Say how it was')
      await page.click('button:has-text("Send")')
      t.match(await page.textContent('.nhsuk-error-summary'), 'Answer at least one question')
      await isFitForEverybody(t, page)
      await page.check('#heard')
      await page.fill('#words', 'They rang me back.')
      await page.click('button:has-text("Send")')
      t.match(await page.textContent('.nhsuk-notification-banner'), 'The service can read it now')
      t.match(await page.textContent('main'), 'They rang me back.')
      await isFitForEverybody(t, page)
      await leisure.goto('/our-feedback')
      t.match(await leisure.textContent('main'), 'They rang me back.', 'whoever was asked reads it')
      await isFitForEverybody(t, leisure)

      await page.click('text=A letter to print')
      t.match(await page.textContent('.app-letter'), 'Swim again')
      await isFitForEverybody(t, page)
      await page.click('a[hreflang=cy]')
      t.equal(await page.getAttribute('html', 'lang'), 'cy', 'a letter is in one language, its dates too')
      t.match(await page.textContent('h1'), 'Lle mae eich cais am help')
      await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' })
      const seenBy = (selector: string, property: string) =>
        page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).${property}`)
      t.equal(await seenBy('body', 'transitionDuration'), '0s', 'nothing moves for whoever asked for that')
      await page.emulateMedia({ forcedColors: null, reducedMotion: null })
      await page.goBack()
      await page.goBack()

      await page.click('summary:has-text("Take this request back")')
      await page.click('button:has-text("Take it back")')
      t.match(await page.textContent('.nhsuk-error-summary'), 'Say why you take it back')
      await page.fill('#reason', 'I swim with my sister now.')
      await page.click('button:has-text("Take it back")')
      t.match(await page.textContent('.nhsuk-notification-banner'), 'taken back')
      t.match(await page.textContent('main'), 'Finished')

      await comesTo(page, '/my-referrals', 'Walks to the shop and back')
      await page.click('a:has-text("what you can do"):has-text("Walk to the shop")')
      await page.click('summary:has-text("Ask for this again")')
      await page.fill('#changed', 'I fell last week.')
      await page.click('button:has-text("Ask again")')
      t.match(await page.textContent('.nhsuk-notification-banner'), 'You have asked again')
      await comesTo(page, new URL(page.url()).pathname, 'Maes Hafan Leisure Centre')
      t.match(await page.textContent('main'), 'I fell last week.')
    },
  )

  await t.test('a person asks for help themselves, sees what goes to whom and who answers by when, and sends it once', async (t) => {
    const page = await signIn('ada')
    await page.goto('/')
    await page.click('main a:has-text("Ask for help")')
    t.match(await page.textContent('.nhsuk-care-card--emergency'), 'Ring 999 in an emergency', 'HAZ-C14: before anything is typed')
    t.notMatch(await page.textContent('main'), 'refer here', 'in words for whoever asks, not for whoever refers')
    t.match(await page.inputValue('#needs'), 'Heat-sensitive', 'what the record says already')
    await page.check('label:has-text("Occupational therapy")')
    await page.fill('#needs', 'I tire after lunch.')
    await page.click('button:has-text("See what will be sent")')
    t.match(await page.textContent('.nhsuk-error-summary'), 'Say what you need help with')
    t.equal(await page.inputValue('#needs'), 'I tire after lunch.', 'what was typed stays')
    await isFitForEverybody(t, page)
    await page.fill('#need', 'Cook for my family')
    await page.click('button:has-text("See what will be sent")')
    const toSend = new URL(page.url()).pathname
    t.match(await page.textContent('main'), /It goes to .*Single Point of Access/i)
    t.match(await page.textContent('main'), /somebody has to answer by .*\d{4}/)
    t.match(await page.textContent('.nhsuk-care-card--emergency'), 'Ring 999 in an emergency', 'HAZ-C14: and before it is sent')
    for (const text of ['Cook for my family', 'I tire after lunch.', 'Occupational therapy', 'Decide who can help.'])
      t.match(await page.textContent('main'), text)
    await isFitForEverybody(t, page)

    await page.goto('/my-referrals')
    const own = page.locator('.nhsuk-card', { hasText: 'Cook for my family' })
    t.match(await own.textContent(), 'Nobody has been asked', 'HAZ-R70')
    await isFitForEverybody(t, page)
    await own.locator('a:has-text("Go on with it")').click()
    await page.click('text=Change what you wrote')
    t.ok(await page.isChecked('label:has-text("Occupational therapy")'))
    t.equal(await page.inputValue('#need'), 'Cook for my family')
    await page.uncheck('label:has-text("Occupational therapy")')
    await page.fill('#need', 'Cook standing for my family')
    await page.click('button:has-text("See what will be sent")')
    t.equal(new URL(page.url()).pathname, toSend, 'the same form is the same request')
    t.notMatch(await page.textContent('dl'), 'Occupational therapy', 'what was taken out is not sent')
    await page.click('button:has-text("Send request")')
    t.match(await page.textContent('.nhsuk-notification-banner'), 'Your request is sent')
    const followed = new URL(page.url()).pathname
    for (const path of [toSend, `/ask-for-help?change=${toSend.split('/').at(-1)}`]) {
      await page.goto(path)
      t.equal(new URL(page.url()).pathname, followed, 'what was sent is not sent again')
    }
    await comesTo(page, followed, 'They answer by')
    t.match(await page.textContent('main'), /Single Point of Access/i, 'who has it')

    await page.goto('/ask-for-help')
    await page.fill('#need', 'Never mind')
    await page.click('button:has-text("See what will be sent")')
    await page.click('button:has-text("Throw it away")')
    t.notMatch(await page.textContent('main'), 'Never mind')
    t.equal(await page.locator('.nhsuk-card', { hasText: 'for my family' }).count(), 1)
    await page.goto('/ask-for-help')
    await page.click('a[hreflang=cy]')
    t.match(await page.textContent('h1'), 'Gofyn am help')
    await page.click('a[hreflang=en]')
  })
}
