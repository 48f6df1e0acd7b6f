/** Staff at work in a real hub, in a real browser: the single point of access, clinicians, groups, the board. */
import { testHub } from '@platform/testing/hub'
import type { Page } from 'playwright-core'
import t from 'tap'
import { chromiumPath, comesTo, isFitForEverybody, visitors } from './browser.ts'

t.setTimeout(900_000) // About a minute on a quiet machine; a busy one takes ten times as long.
if (chromiumPath === undefined) {
  await t.test('staff at work', { skip: 'no Chromium on this machine: install chromium, or set CHROMIUM_PATH' }, () => undefined)
  t.end()
  process.exit(0)
}

const { url } = await testHub(t)
const { signIn } = await visitors(t, url, chromiumPath)

/** The physiotherapist asks for help for somebody, and lets the single point of access decide. */
async function asks(person: string, need: string): Promise<void> {
  const page = await signIn('physiotherapist')
  await page.click(`text=${person}`)
  await page.click('text=Ask another service for help')
  await page.fill('#need', need)
  await page.click('text=See who could help')
  await page.click('text=See what will be sent')
  await page.click('text=Send request')
  await page.context().close()
}

/** Opens one of the eight answers about a need. */
async function decides(page: Page, need: string, answer: string): Promise<void> {
  await comesTo(page, '/inbox', need)
  await page.click(`text=${need}`)
  await page.click('text=Decide: all eight answers')
  await page.locator('.nhsuk-radios__label', { hasText: new RegExp(`^\\s*${answer}\\s*$`) }).click()
  await page.click('text=Continue')
}

t.test('the single point of access names a coordinator, and splits a need between two services with their reasons before it', async (t) => {
  await asks('Carys Maddox', 'Mood and planning the day')
  const page = await signIn('triager')
  await comesTo(page, '/inbox', 'Mood and planning')
  t.match(await page.textContent('main'), 'Day 1')
  await page.click('text=Mood and planning')
  await isFitForEverybody(t, page)

  await page.click('text=Change')
  await isFitForEverybody(t, page)
  await page.click('button:has-text("Set coordinator")')
  t.match(await page.textContent('.nhsuk-error-summary'), 'Say why')
  await page.selectOption('#owner', { label: 'Deeside Community Neuro Team (NHS)' })
  await page.fill('#why', 'They know her best.')
  await page.click('button:has-text("Set coordinator")')
  t.match(await page.locator('.nhsuk-summary-list__row', { hasText: 'Coordinator' }).textContent(), 'Deeside Community Neuro Team')

  await page.click('text=Decide: all eight answers')
  t.equal(await page.locator('input[name="outcome"]').count(), 8)
  await isFitForEverybody(t, page)
  await page.click('text=Continue')
  t.match(await page.textContent('.nhsuk-error-summary'), 'Choose what you decide')
  await page.check('label:has-text("Accept, and split")')
  await page.click('text=Continue')
  await page.check('label:has-text("Neuropsychology")')
  await page.check('label:has-text("Counselling")')
  await page.click('text=Show who could help')
  const options = page.locator('.app-option')
  t.equal(await options.count(), 2)
  t.match(await options.first().textContent(), 'For')
  t.match(await options.first().textContent(), 'Nobody has confirmed this listing.')
  await isFitForEverybody(t, page)
  await page.click('main button:has-text("Decide")')
  t.match(await page.textContent('.nhsuk-error-summary'), 'Choose at least two services')
  for (const box of await page.locator('input[name="service"]').all()) await box.check()
  await page.click('main button:has-text("Decide")')
  t.match(await page.textContent('.nhsuk-notification-banner'), 'The need keeps its first date')
  await page.context().close()

  for (const who of ['neuropsychologist', 'therapy-centre-worker']) {
    const asked = await signIn(who)
    await comesTo(asked, '/inbox', 'Mood and planning')
    await asked.context().close()
  }
})

t.test('each other answer can be given, and none without what it needs', async (t) => {
  await asks('Bryn Tudor', 'Spasm in the left arm')
  const page = await signIn('triager')
  await decides(page, 'Spasm in the left arm', 'Ask for more')
  await page.click('main button:has-text("Decide")')
  t.match(await page.textContent('.nhsuk-error-summary'), 'Say what you want to know')
  await isFitForEverybody(t, page)
  await page.fill('#text', 'Since when?')
  await page.click('main button:has-text("Decide")')

  await decides(page, 'Spasm in the left arm', 'Redirect to another service')
  await page.click('main button:has-text("Decide")')
  t.match(await page.textContent('.nhsuk-error-summary'), 'Choose a service')
  await isFitForEverybody(t, page)

  await decides(page, 'Spasm in the left arm', 'Waiting list, with an interim plan')
  await page.selectOption('#other', { label: 'Northmere Spasticity and Pump Centre (NHS)' })
  await page.click('main button:has-text("Decide")')
  t.match(await page.textContent('.nhsuk-error-summary'), 'Say what helps until there is a place')
  await page.fill('#text', 'The therapy centre sees him each week.')
  await page.click('main button:has-text("Decide")')
  t.match(await page.textContent('.nhsuk-notification-banner'), 'Decided.')
  await page.context().close()
})

t.test('a need that nobody can help with is recorded as unmet, with why', async (t) => {
  await asks('Bryn Tudor', 'A warm pool nearby')
  const page = await signIn('triager')
  await comesTo(page, '/inbox', 'A warm pool nearby')
  await page.click('text=A warm pool nearby')
  await page.goto(`${page.url()}/unmet`)
  await isFitForEverybody(t, page)
  await page.click('button:has-text("Record the unmet need")')
  t.match(await page.textContent('.nhsuk-error-summary'), 'Choose why nobody can help')
  await page.check('label:has-text("Service exists but has no room")')
  await page.fill('#words', 'The clinic has closed its list.')
  await page.fill('#area', 'Deeside')
  await page.click('button:has-text("Record the unmet need")')
  t.match(await page.textContent('.nhsuk-notification-banner'), 'Decided.')
  await page.context().close()
})

t.test('a record is read on one page: measures over sessions, filters, the device pinned, and an emergency view on one side', async (t) => {
  const page = await signIn('physiotherapist')
  await page.click('text=Bryn Tudor')
  t.match(await page.getAttribute('.app-trend', 'aria-label'), /^10-metre walk: from 14 s to 23 s, with \d+ sessions in between$/)
  const all = await page.locator('.app-timeline__entry').count()
  await page.locator('details:has(#sector)').evaluate((details) => details.setAttribute('open', ''))
  await isFitForEverybody(t, page)
  await page.selectOption('#checked', 'clinician-confirmed')
  await page.click('main button:has-text("Show")')
  t.match(await page.textContent('main'), 'Nothing fits these filters')
  await page.selectOption('#checked', '')
  await page.selectOption('#provider', { label: 'Glanrafon Therapy Centre' })
  await page.click('main button:has-text("Show")')
  const some = await page.locator('.app-timeline__entry').count()
  t.ok(some > 0 && some <= all)
  t.notMatch(await page.textContent('.app-timeline'), 'request for help', 'what another organisation wrote is left out')

  await page.goto('/people')
  await page.click('text=Dafydd Wyn Rees')
  t.match(await page.textContent('main section'), 'Intrathecal baclofen pump')
  await page.click('text=Emergency view, to print')
  t.match(await page.textContent('.app-sheet__block--first'), 'call the pump centre')
  await isFitForEverybody(t, page)
  const paper = (await page.pdf({ format: 'A4' })).toString('latin1')
  t.equal(paper.match(/\/Type \/Page\b/g)?.length, 1, 'one side of A4')
  await page.context().close()
})
