/** A person of the demonstration walks through the pages of their own record, in a real browser without scripts. */
import { testHub } from '@platform/testing/hub'
import t from 'tap'
import { chromiumPath, comesTo, isFitForEverybody, visitors } from './browser.ts'

t.setTimeout(900_000) // About a minute on a quiet machine; a busy one takes ten times as long.
if (chromiumPath === undefined) {
  await t.test(
    'a person walks through the pages',
    { skip: 'no Chromium on this machine: install chromium, or set CHROMIUM_PATH' },
    () => undefined,
  )
  t.end()
  process.exit(0)
}

const { url } = await testHub(t)
const { signIn } = await visitors(t, url, chromiumPath)

t.test('a referral is followed in plain words, judged by the person, taken back by them, and a met one is asked for again', async (t) => {
  const sender = await signIn('physiotherapist')
  const asks = async (need: string) => {
    await sender.goto('/')
    await sender.click('text=Ada Probert')
    await sender.click('text=Ask another service for help')
    await sender.fill('#need', need)
    await sender.selectOption('#performer', { label: 'Maes Hafan Leisure Centre (Leisure)' })
    await sender.click('text=Send request')
    t.match(await sender.textContent('h1'), 'Request sent')
  }
  await asks('Walk to the shop')
  await asks('Swim again')
  await sender.context().close()

  const leisure = await signIn('leisure-instructor')
  await comesTo(leisure, '/inbox', 'Walk to the shop')
  await leisure.click('text=Walk to the shop')
  await leisure.click('button:has-text("Accept")')
  await leisure.click('text=Mark as done')
  await leisure.fill('#outcome', 'Walks to the shop and back.')
  await leisure.click('button:has-text("Mark as done")')
  await leisure.context().close()

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
  await page.context().close()
})

t.test('what was received is filtered, an entry is said to be wrong, and a look is asked about; nothing is overwritten', async (t) => {
  const page = await signIn('ada')
  await page.goto('/my-record')
  t.match(await page.textContent('main'), 'Timed Up and Go')
  await isFitForEverybody(t, page)
  await page.selectOption('#what', 'plans')
  await page.click('button:has-text("Show")')
  t.notMatch(await page.textContent('main'), 'Timed Up and Go')
  t.match(await page.textContent('main'), 'Stand to cook for 10 minutes')
  await page.selectOption('#from', 'social-care')
  await page.click('button:has-text("Show")')
  t.match(await page.textContent('main'), 'Nothing of this kind')
  await isFitForEverybody(t, page)

  await page.goto('/my-record')
  await page.click('.app-timeline__entry:has-text("Timed Up and Go") >> text=This is wrong')
  await page.click('button:has-text("Ask for a correction")')
  t.match(await page.textContent('.nhsuk-error-summary'), 'Say what is wrong')
  await isFitForEverybody(t, page)
  await page.fill('#words', 'It was 18 seconds.')
  await page.click('button:has-text("Ask for a correction")')
  t.match(await page.textContent('main'), 'It was 18 seconds.')
  t.match(await page.textContent('main'), 'Deeside Community Neuro Team', 'whoever made the entry answers')
  await isFitForEverybody(t, page)
  await page.goto('/my-record')
  t.match(await page.textContent('.app-timeline__entry:has-text("Timed Up and Go")'), '21.4', 'the entry stays')

  await page.goto('/who-looked')
  await isFitForEverybody(t, page)
  await page.click('text=Ask about this >> nth=0')
  await page.click('button:has-text("Ask")')
  t.match(await page.textContent('.nhsuk-error-summary'), 'Say what you want to know')
  await isFitForEverybody(t, page)
  await page.fill('#words', 'Who was this?')
  await page.click('button:has-text("Ask")')
  t.match(await page.textContent('main'), 'Who was this?')
  t.match(await page.textContent('main'), 'Waiting for an answer by')
  await isFitForEverybody(t, page)
  await page.context().close()
})
