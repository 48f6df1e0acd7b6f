/** People of the demonstration walk through the pages of a real hub, in a real browser. */
import t from 'tap'
import { PEOPLE } from '@platform/testing/cast'
import { showNhsNumber } from '../src/rendering/dates.ts'
import { comesTo, isFitForEverybody } from './browser.ts'
import { findingPeople } from './finding-people.ts'
import { recordingSessions } from './recording-sessions.ts'
import { openStage } from './stage.ts'

const stage = await openStage(t)
const { url, signIn, admin } = stage

const EVERYBODY = [
  'physiotherapist',
  'triager',
  'therapy-centre-worker',
  'leisure-instructor',
  'ward-nurse',
  'specialist-nurse',
  'neuropsychologist',
  'ada',
  'commissioner',
]

t.test('each person signs in with one button and finds every page of the menu', async (t) => {
  // Pages of one kind of work are alike, and the walk of a person's own pages looks at theirs: the others are only opened.
  const homes = new Set(['physiotherapist', 'ward-nurse', 'ada', 'commissioner'])
  const closely = new Set(['physiotherapist', 'commissioner'])
  for (const id of EVERYBODY) {
    const page = await signIn(id)
    t.match(await page.textContent('h1'), /^Hello, /, id)
    if (homes.has(id)) await isFitForEverybody(t, page)
    const menu = await page
      .locator('.nhsuk-header__navigation-link')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))
    for (const path of menu.slice(1)) {
      const status = closely.has(id) ? (await page.goto(path))?.status() : (await page.request.get(path)).status()
      t.equal(status, 200, `${id} opens ${path}`)
      if (closely.has(id)) await isFitForEverybody(t, page)
    }
    await page.click('text=Sign out')
    t.match(await page.textContent('h1'), 'You are signed out')
  }
})

await recordingSessions(stage)

t.test('a request goes to a leisure centre, is accepted and done, and the person sees each step', async (t) => {
  const sender = await signIn('physiotherapist')
  await sender.click('text=Ada Probert')
  await sender.click('text=Ask another service for help')
  await isFitForEverybody(t, sender)
  await sender.click('text=See who could help')
  t.match(await sender.textContent('.nhsuk-error-summary'), 'Say what the person needs')
  await isFitForEverybody(t, sender)
  await sender.fill('#need', 'Stand to cook for 10 minutes')
  await sender.check('label:has-text("Exercise class")')
  await sender.locator('details:has(#notAfter)').evaluate((details) => details.setAttribute('open', ''))
  await sender.fill('#notAfter', '13:00')
  await sender.click('text=See who could help')
  t.match(
    await sender.locator('.app-option', { hasText: 'Strength and balance, afternoon' }).textContent(),
    'clashes with the times to be avoided',
  )
  t.match(await sender.locator('.app-option', { hasText: 'Chair Based Exercise' }).textContent(), 'It is offered at 10:30.')
  await isFitForEverybody(t, sender)
  const choosing = new URL(sender.url()).pathname
  await sender.goto(`/language/cy?to=${choosing}`)
  t.match(await sender.locator('.app-option', { hasText: 'Chair Based Exercise' }).textContent(), 'Fe’i cynigir am 10:30.')
  await isFitForEverybody(t, sender)
  await sender.goto(`/language/en?to=${choosing}`)
  await sender.click('text=See what will be sent')
  t.match(await sender.textContent('.nhsuk-error-summary'), 'Choose a service')
  await sender.check('label:has-text("Chair Based Exercise")')
  await sender.click('text=See what will be sent')
  const sent = (await sender.textContent('main')) ?? ''
  for (const words of ['Chair Based Exercise', 'needs card', 'Heat-sensitive', 'not after 13:00']) t.match(sent, words)
  t.notMatch(sent, /sclerosis/i, 'no diagnosis is in what is sent')
  await isFitForEverybody(t, sender)
  await sender.click('text=Add files that go with it')
  await isFitForEverybody(t, sender)
  const choose = async (name: string, held: string) => {
    await sender.setInputFiles('#file', { name, mimeType: 'application/pdf', buffer: Buffer.from(held) })
    await sender.click('button:has-text("Add")')
  }
  await choose('letter.pdf', '<html>')
  t.match(await sender.textContent('.nhsuk-error-summary'), 'By what it holds')
  await choose('../walk.exe', '%PDF-1.7')
  t.match(await sender.textContent('main'), /walk\.pdf[^]*Not scanned/)
  const file = await sender.request.get(
    new URL((await sender.getAttribute('main a:has-text("walk.pdf")', 'href')) ?? '', sender.url()).href,
  )
  t.match(file.headers(), {
    'content-type': 'application/pdf',
    'content-disposition': /^attachment; filename/,
    'x-content-type-options': 'nosniff',
  })
  await sender.click('.nhsuk-back-link')
  await sender.click('text=Send request')
  t.match(await sender.textContent('h1'), 'Request sent')
  await isFitForEverybody(t, sender)

  const leisure = await signIn('leisure-instructor')
  await comesTo(leisure, '/inbox', 'Stand to cook')
  await isFitForEverybody(t, leisure)
  await leisure.click('text=Stand to cook')
  t.match(await leisure.textContent('main'), 'Heat-sensitive')
  await isFitForEverybody(t, leisure)
  await leisure.click('button:has-text("Accept")')
  t.match(await leisure.textContent('.nhsuk-notification-banner'), 'You have accepted this')
  await isFitForEverybody(t, leisure)

  const ada = await signIn('ada')
  await comesTo(ada, '/my-referrals', 'Accepted')
  t.match(await ada.textContent('main'), 'Maes Hafan Leisure Centre')
  await isFitForEverybody(t, ada)

  await leisure.click('text=Mark as done')
  await leisure.click('button:has-text("Mark as done")')
  t.match(await leisure.textContent('.nhsuk-error-summary'), 'Say what came of it')
  await isFitForEverybody(t, leisure)
  await leisure.fill('#outcome', 'Attended 9 of 11 classes; cooks standing.')
  await leisure.click('button:has-text("Mark as done")')
  t.match(await leisure.textContent('.nhsuk-notification-banner'), 'Marked as done')

  await comesTo(ada, '/my-referrals', 'cooks standing')
  await ada.goto('/who-looked')
  t.match(await ada.textContent('main'), 'Maes Hafan Leisure Centre')
  await isFitForEverybody(t, ada)
})

t.test('a request that nobody is named in is passed on, and can only be refused with a next step', async (t) => {
  const sender = await signIn('physiotherapist')
  await sender.click('text=Carys Maddox')
  await sender.click('text=Ask another service for help')
  await sender.fill('#need', 'Help with mood and memory')
  await sender.click('text=See who could help')
  t.match(await sender.textContent('main'), 'No option is known.')
  await isFitForEverybody(t, sender)
  await sender.click('text=See what will be sent')
  t.match(await sender.textContent('main'), 'This goes to Deeside Neuro Single Point of Access')
  await sender.click('text=Send request')

  const triager = await signIn('triager')
  await comesTo(triager, '/inbox', 'mood and memory')
  await triager.click('text=mood and memory')
  await triager.click('text=Pass on')
  await isFitForEverybody(t, triager)
  await triager.selectOption('#owner', { label: 'Alwen Vale Neuropsychology Service (NHS)' })
  await triager.click('button:has-text("Pass on")')
  t.match(await triager.textContent('.nhsuk-notification-banner'), 'Passed on')

  const psychologist = await signIn('neuropsychologist')
  await comesTo(psychologist, '/inbox', 'mood and memory')
  await psychologist.click('text=mood and memory')
  await psychologist.click('text=Refuse')
  await isFitForEverybody(t, psychologist)
  await psychologist.click('button:has-text("Refuse and hand over")')
  const gaps = await psychologist.locator('.nhsuk-error-summary li').allTextContents()
  t.equal(gaps.length, 5, 'reason, words, owner, action and date are all asked for')
  await isFitForEverybody(t, psychologist)

  await psychologist.check('text=Too complex for this service')
  await psychologist.fill('#words', 'Mood is the larger problem just now.')
  await psychologist.selectOption('#owner', { label: 'Deeside Neuro Single Point of Access (NHS)' })
  await psychologist.fill('#action', 'Call both teams together.')
  await psychologist.fill('#due-day', '1')
  await psychologist.fill('#due-month', '12')
  await psychologist.fill('#due-year', String(new Date().getFullYear() + 1))
  await psychologist.click('button:has-text("Refuse and hand over")')
  t.match(await psychologist.textContent('.nhsuk-notification-banner'), 'with its next step')

  await comesTo(triager, '/inbox', 'mood and memory')
  await triager.click('text=mood and memory')
  t.match(await triager.textContent('main'), 'Mood is the larger problem just now.')
})

t.test('a ward reads what to know about an admission and acknowledges it', async (t) => {
  const [patient, hospital] = await Promise.all([admin.find('Patient', 'dafydd'), admin.find('Organization', 'hospital')])
  // The hospital writes the stay into the record; the hub raises the alert.
  await admin.create({
    resourceType: 'Encounter',
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    subject: { reference: patient },
    period: { start: new Date(Date.now() - 60_000).toISOString() },
    serviceProvider: { reference: hospital },
  })

  const page = await signIn('ward-nurse')
  await comesTo(page, '/', 'hospital alert not acknowledged')
  t.match(await page.textContent('main'), /1\s+hospital alert not acknowledged/)
  await isFitForEverybody(t, page)
  await page.goto('/alerts')
  const card = page.locator('.nhsuk-card', { hasText: 'Dafydd' })
  const said = (await card.textContent()) ?? ''
  for (const words of [
    'Not acknowledged',
    'Do not stop',
    'Northmere Spasticity and Pump Centre',
    'as of 14 August 2026',
    'old)',
    'Ward, Dyffryn Wen General Hospital',
  ])
    t.match(said, words)
  await isFitForEverybody(t, page)

  await page.click('button:has-text("Acknowledge")')
  t.match(await page.textContent('.nhsuk-notification-banner'), 'Acknowledged.')
  t.match(await card.textContent(), 'Acknowledged')
  t.equal(await card.locator('button').count(), 0)
  await isFitForEverybody(t, page)
  await page.click('text=Open the record')
  t.match(await page.textContent('main'), 'Hospital stay')
})

t.test('the operator sees queues and clients, and nobody’s data; a commissioner sees which rule turns away', async (t) => {
  const page = await signIn('operator')
  await page.goto('/operator-state')
  for (const words of [
    'alerts-register',
    'Glanrafon Therapy Centre',
    'demo-therapy-centre',
    '1 more stands for one person',
    'Hospital alert: Parkinson',
  ])
    t.match(await page.textContent('main'), words)
  const sent = await page.content()
  for (const { nhsNumber, family, given } of Object.values(PEOPLE))
    for (const patientData of [nhsNumber, showNhsNumber(nhsNumber), family, given]) t.notMatch(sent, patientData)
  t.notMatch(sent, 'Patient/')
  await isFitForEverybody(t, page)

  const commissioner = await signIn('commissioner')
  await comesTo(commissioner, '/figures', 'Who is turned away, by which rule')
  await commissioner.click('text=Who is turned away, by which rule')
  await comesTo(commissioner, '/figures/screening-out', 'Area served')
  const everybody = commissioner.locator('table').first()
  t.match(await everybody.locator('tr', { hasText: 'Age' }).textContent(), 'hidden')
  t.match(await everybody.locator('tr', { hasText: 'Area served' }).textContent(), '105')
  await isFitForEverybody(t, commissioner)

  await commissioner.goto(`${url}/figures`)
  await commissioner.click('text=How people went over the pathway')
  t.match(
    await commissioner.textContent('main'),
    /Published .*Stages of the pathway.*Ways that nobody went.*From “Specialist help” to “Living with it”/s,
  )
  const wayOf = (sector: string) =>
    commissioner.locator('tr', { hasText: 'Living with it' }).filter({ hasText: sector }).first().textContent()
  t.match(await wayOf('Leisure'), /Coming in.*hidden/s)
  t.match(await wayOf('Charities'), /Coming in.*\d+[05]/s)
  await isFitForEverybody(t, commissioner)
  const csv = await commissioner.request.get((await commissioner.getAttribute('text=Download this table (CSV)', 'href')) ?? '')
  t.equal(csv.status(), 200)
  t.match(await csv.text(), /^quarter,from,to,sector,steps\n20\d{2}-Q[1-4],/)
})

await findingPeople(stage)

t.test('the first tab stop leads to the main content, and the keyboard alone signs in', async (t) => {
  const page = await signIn('ada')
  await page.click('text=Sign out')
  await page.goto('/')
  await page.keyboard.press('Tab')
  t.match(await page.evaluate(() => document.activeElement?.textContent?.trim()), 'Skip to main content')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  t.equal(await page.evaluate(() => document.activeElement?.getAttribute('value')), 'physiotherapist')
  await page.keyboard.press('Enter')
  await page.waitForURL(`${url}/`)
  t.match(await page.textContent('h1'), 'Hello, Morgan Ellis')
  await page.goto('/accessibility')
  await isFitForEverybody(t, page)
})
