/** Staff at work in a real hub, in a real browser: the single point of access, clinicians, groups, the board. */
import type { Page } from 'playwright-core'
import t from 'tap'
import { answeringOnTheBoard } from './answering-on-the-board.ts'
import { comesTo, isFitForEverybody } from './browser.ts'
import { aLocalRecord } from '@platform/testing/local-record'
import { jointAssessment } from './joint-assessment.ts'
import { ownFeeds } from './own-feeds.ts'
import { ownRota } from './own-rota.ts'
import { launchFromChart, settingOf } from './launching.ts'
import { requestsFromAFile } from './requests-in.ts'
import { openStage } from './stage.ts'

const local = await aLocalRecord(t)
const stage = await openStage(t, { LOCAL_RECORDS: JSON.stringify([settingOf(local)]) })
const { signIn, admin } = stage

/** Opens one of the eight answers about a need. */
async function decides(page: Page, need: string, answer: string): Promise<void> {
  await comesTo(page, '/inbox', need)
  await page.click(`text=${need}`)
  await page.click('text=Decide: all eight answers')
  await page.locator('.nhsuk-radios__label', { hasText: new RegExp(`^\\s*${answer}\\s*$`) }).click()
  await page.click('text=Continue')
}

t.test('the single point of access names a coordinator, and splits a need between two services with their reasons before it', async (t) => {
  await admin.asks('carys', 'Mood and planning the day')
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
  t.match(await page.locator('.nhsuk-summary-list__row:has(dt:text-is("Coordinator"))').textContent(), 'Deeside Community Neuro Team')

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

  for (const who of ['neuropsychologist', 'therapy-centre-worker']) {
    const asked = await signIn(who)
    await comesTo(asked, '/inbox', 'Mood and planning')
  }
})

t.test('each other answer can be given, and none without what it needs', async (t) => {
  await admin.asks('bryn', 'Spasm in the left arm')
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
})

t.test('a need that nobody can help with is recorded as unmet, with why', async (t) => {
  await admin.asks('bryn', 'A warm pool nearby')
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

  await page.click('text=Implanted devices')
  await page.click('text=Correct or update')
  await page.fill('#alarm-month', '12')
  const checked = async () => {
    for (const [part, value] of Object.entries({ day: '2', month: '9', year: '2026' })) await page.fill(`#checked-${part}`, value)
  }
  await checked()
  await page.click('button:has-text("Save device")')
  t.match(await page.textContent('.nhsuk-error-summary'), 'lasts 102 days, to 24 November 2026', 'HAZ-P32')
  t.equal(await page.inputValue('#alarm-month'), '12', 'nothing is corrected')
  await isFitForEverybody(t, page)

  await page.goto('/people')
  await page.click('text=Bryn Tudor')
  await page.click('text=Implanted devices')
  await page.click('button:has-text("Save device")')
  t.match(await page.textContent('.nhsuk-error-summary'), /what it is[^]*which centre[^]*telephone[^]*checked/, 'nothing is preset')
  await isFitForEverybody(t, page)
  await page.check('label:has-text("Shunt")')
  await page.selectOption('#centre', { label: 'Alwen Vale Specialist Neuro-Rehabilitation' })
  await page.fill('#phone', '01632 960107')
  await checked()
  await page.click('button:has-text("Save device")')
  await page.click('text=See it in the emergency view')
  t.match(await page.textContent('.app-sheet__block--first'), /Shunt[^]*01632 960107[^]*recorded by a registered professional/)
})

t.test('a group is recorded on one page, an absence with its reason', async (t) => {
  const page = await signIn('therapy-centre-worker')
  await page.click('text=Group register')
  await page.selectOption('#kind', 'tai-chi')
  const rows = page.locator('.app-option')
  await rows.nth(0).locator('label:has-text("Came")').click()
  await rows.nth(1).locator('label:has-text("Did not come")').click()
  await page.click('button:has-text("Record the register")')
  t.match(await page.textContent('.nhsuk-error-summary'), 'Choose why they did not come')
  await isFitForEverybody(t, page)
  await rows.nth(1).locator('select').selectOption('transport')
  await page.click('button:has-text("Record the register")')
  t.match(await page.textContent('.nhsuk-panel'), '2 entries were recorded.')
  await isFitForEverybody(t, page)
})

t.test('sessions come from a file after a rehearsal, are taken back, and go out as a file', async (t) => {
  const page = await signIn('therapy-centre-worker')
  await page.goto('/import')
  await page.click('button:has-text("Rehearse")')
  t.match(await page.textContent('.nhsuk-error-summary'), 'Choose a CSV file')
  await isFitForEverybody(t, page)
  const text =
    'NHS number,DOB,Date,Therapy,Shoe size\n999 054 8609,02/06/1965,15/10/2026,Yoga,9\n999 054 8609,02/06/1965,31/02/2026,Yoga,9\n'
  await page.setInputFiles('#file', { name: 'sessions.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
  await page.click('button:has-text("Rehearse")')
  const rehearsed = (await page.textContent('main')) ?? ''
  for (const words of ['Would be recorded', 'Shoe size', 'Line 3', 'Date is a day that does not exist.']) t.match(rehearsed, words)
  await isFitForEverybody(t, page)
  await page.click('text=Record these sessions')
  await isFitForEverybody(t, page)
  const out = async () => (await (await page.request.get('/sessions.csv')).text()).split('\n')
  t.equal((await out()).filter((row) => row.includes('2026-10-15,yoga')).length, 1)
  await page.click('text=Take this file back')
  t.match(await page.textContent('main'), 'Taken back')
  const rows = await out()
  t.equal(rows.filter((row) => row.includes('2026-10-15,yoga')).length, 0)
  t.ok(rows.length > 20, 'what its physiotherapist did stands in the file too')
})

t.test('an instructor tells the team what has changed, and sees that it was answered', async (t) => {
  await admin.asks('ada', 'Stand to cook for 10 minutes', { service: 'chair-based-exercise', organization: 'leisure' })
  const page = await signIn('leisure-instructor')
  await comesTo(page, '/group', 'Ada Probert')
  await page.click('text=Needs card')
  t.match(await page.textContent('.app-card-needs'), 'Heat-sensitive')
  await isFitForEverybody(t, page)
  await page.click('button:has-text("Tell them")')
  t.match(await page.textContent('.nhsuk-error-summary'), 'Say what you noticed')
  await page.fill('#what', 'More tired than last week')
  await page.selectOption('#owner', { label: 'Deeside Community Neuro Team (NHS)' })
  await page.click('button:has-text("Tell them")')
  t.match(await page.textContent('main'), 'Waiting for an answer')

  const team = await signIn('physiotherapist')
  await comesTo(team, '/inbox', 'Advice wanted')
  await team.click('tr:has-text("Advice wanted") a')
  t.match(await team.textContent('main'), 'More tired than last week')
  await team.click('button:has-text("Accept")')
  await team.click('text=Mark as done')
  await team.fill('#outcome', 'Rang her; rest this week.')
  await team.click('button:has-text("Mark as done")')
  t.match(await team.textContent('.nhsuk-notification-banner'), 'Marked as done')
  await page.reload()
  t.match(await page.textContent('main'), 'Done')
})

t.test('advice is asked of another service, answered on its clock, read in one thread, and can become a request for help', async (t) => {
  const page = await signIn('physiotherapist')
  await page.click('text=Ada Probert')
  await page.click('main a:has-text("Advice")')
  const thread = page.url()
  await page.click('button:has-text("See what will be sent")')
  t.match(await page.textContent('.nhsuk-error-summary'), 'Write your question')
  await isFitForEverybody(t, page)
  await page.fill('#question', 'Is fatigue or mood the reason?')
  await page.selectOption('#owner', { label: 'Alwen Vale Neuropsychology Service' })
  await page.click('button:has-text("See what will be sent")')
  t.match(await page.textContent('main'), 'This goes to Alwen Vale Neuropsychology Service')
  await page.click('text=Send request')

  const asked = await signIn('neuropsychologist')
  await comesTo(asked, '/inbox', 'Is fatigue or mood the reason?')
  await asked.click('text=Is fatigue or mood the reason?')
  await isFitForEverybody(t, asked)
  await asked.click('a:text-is("Answer")')
  t.match(await asked.textContent('main'), 'Is fatigue or mood the reason?')
  await isFitForEverybody(t, asked)
  await asked.fill('#outcome', 'Both. Pace the mornings.')
  await asked.click('button:has-text("Send the answer")')
  t.match(await asked.textContent('.nhsuk-notification-banner'), 'Whoever asked has the next step again')

  await comesTo(page, thread, 'Turn it into a request for help')
  t.match(await page.textContent('section.nhsuk-card'), 'Both. Pace the mornings.')
  await isFitForEverybody(t, page)
  await page.click('text=Turn it into a request for help')
  t.equal(await page.inputValue('#need'), 'Is fatigue or mood the reason?')
})

t.test('a listing is confirmed in one tap', async (t) => {
  const page = await signIn('leisure-instructor')
  await page.click('text=Listing')
  await isFitForEverybody(t, page)
  const stale = page.locator('main .nhsuk-tag', { hasText: 'Not confirmed lately' })
  const before = await stale.count()
  await page.locator('button:has-text("Still true")').first().click()
  t.equal(await stale.count(), before - 1)
})

t.test('whoever administers an organisation sees the five things to set up, and how each stands', async (t) => {
  const page = await signIn('therapy-centre-worker')
  await page.click('main a:has-text("Your organisation")')
  await isFitForEverybody(t, page)
  const said = async () => (await page.textContent('main')) ?? ''
  t.match(await said(), /0 of 3 listings were confirmed/)
  t.match(await said(), /Only you can sign in\./)
  t.match(await said(), /Therapy record/)
  t.match(await said(), /No diagnoses and no medicines/)
  await page.click('text=Confirm what is listed about you')
  for (const _ of [1, 2, 3]) await page.locator('section:has(.nhsuk-tag) button:has-text("Still true")').first().click()
  await page.goto('/our-organisation')
  t.match(await said(), /All 3 listings were confirmed/)
  await page.click('text=Invite your colleagues')
  await page.fill('#name', 'Nia Pritchard')
  await page.fill('#title', 'Physiotherapist')
  await page.check('input[value="professional"]')
  await page.click('button:has-text("Make the invitation")')
  await page.goto('/our-organisation')
  t.match(await said(), /One invitation has not been taken up yet\./)
  t.equal((await (await signIn('physiotherapist')).goto('/our-organisation'))?.status(), 403)
})

await ownFeeds(stage)
await ownRota(stage)
await requestsFromAFile(stage)

t.test('a board that is open shows an admission by itself, and may load nothing but its own script', async (t) => {
  const [patient, hospital] = await Promise.all([admin.find('Patient', 'dafydd'), admin.find('Organization', 'hospital')])
  const page = await signIn('ward-nurse')
  const answer = await page.goto('/board')
  t.match(answer?.headers()['content-security-policy'], /script-src 'self'/)
  t.notMatch(answer?.headers()['content-security-policy'], /unsafe/)
  await page.locator('#board-live', { hasText: 'changes by itself' }).waitFor()
  await isFitForEverybody(t, page)
  await admin.create({
    resourceType: 'Encounter',
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    subject: { reference: patient },
    period: { start: new Date(Date.now() - 60_000).toISOString() },
    serviceProvider: { reference: hospital },
  })
  await page.locator('.app-board__line--waits', { hasText: 'Dafydd' }).waitFor()
  await isFitForEverybody(t, page)
  await page.goto('/board?ward=NOWHERE')
  t.equal(await page.locator('.app-board__line').count(), 0)
  await page.goto('/board?waiting=own')
  await page.click('.app-board__line--waits button')
  await page.waitForURL(/\/board\?waiting=own$/)
  t.match(page.url(), /\/board\?waiting=own$/)
  t.equal(await page.locator('.app-board__line').count(), 0, 'nothing waits for us any more')
  await page.goto('/board')
  t.equal(await page.locator('.app-board__line').count(), 1)
  t.equal(await page.locator('.app-board__line--waits').count(), 0)
})

t.test('HAZ-A93: a board that is left to itself shows what is so, whoever was on it, and whatever failed for a moment', async (t) => {
  const [patient, hospital] = await Promise.all([admin.find('Patient', 'dafydd'), admin.find('Organization', 'hospital')])
  const page = await signIn('ward-nurse')
  const live = page.locator('#board-live')
  let refused = 0
  const isStream = (url: URL) => url.pathname === '/board/stream'
  await page.route(isStream, async (route) => {
    refused += 1
    await (refused === 1 ? route.fulfill({ status: 503, body: '' }) : route.fallback())
  })
  await page.goto('/board')
  await live.filter({ hasText: 'connection is lost' }).waitFor()
  await live.filter({ hasText: 'changes by itself' }).waitFor()
  await page.unroute(isStream)

  const line = page.locator('.app-board__line', { hasText: 'Dafydd' })
  await line.locator('summary').click()
  t.ok(await line.locator('details[open]').isVisible())
  let failed = 0
  const isBoard = (url: URL) => url.pathname === '/board'
  await page.route(isBoard, async (route) => {
    failed += 1
    await (failed === 1 ? route.fulfill({ status: 503, body: '' }) : route.fallback())
  })
  const encounter = await admin.create({
    resourceType: 'Encounter',
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    subject: { reference: patient },
    period: { start: new Date(Date.now() - 30_000).toISOString() },
    serviceProvider: { reference: hospital },
  })
  t.ok(encounter)
  await live.filter({ hasText: 'The board has changed' }).waitFor()
  await page.locator('.app-board__line').nth(1).waitFor()
  t.ok(failed > 1, 'what could not be read was read again')
  t.equal(await page.locator('.app-board__line details[open]').count(), 1, 'what was open is open')
  t.equal(await page.evaluate(() => document.activeElement?.tagName), 'SUMMARY', 'and whoever was on it is')
  t.equal(await page.evaluate(() => document.activeElement?.closest('li')?.querySelector('details')?.open), true)
})

t.test('an inbox that is open says that something new has come, and moves nothing and nobody', async (t) => {
  await admin.asks('ada', 'Walk to the shop', { organization: 'leisure', service: 'chair-based-exercise' })
  const page = await signIn('leisure-instructor')
  await comesTo(page, '/inbox', 'Walk to the shop')
  await page.locator('#inbox-live', { hasText: 'when something new has come' }).waitFor()
  const row = page.locator('tr', { hasText: 'Walk to the shop' })
  await row.locator('a').focus()
  const before = await page.locator('tbody').innerHTML()
  const top = await row.boundingBox()
  await admin.asks('carys', 'Dance again', { organization: 'leisure', service: 'chair-based-exercise' })
  const news = page.locator('#inbox-live a')
  await news.waitFor()
  t.equal(await news.textContent(), '1 new – show it')
  t.equal(await page.getAttribute('#inbox-live', 'role'), 'status')
  t.equal(await page.locator('tbody').innerHTML(), before)
  t.same(await row.boundingBox(), top)
  t.match(await page.evaluate(() => document.activeElement?.textContent), 'Walk to the shop')
  await isFitForEverybody(t, page)
  await news.click()
  t.match(await page.textContent('main'), 'Dance again')
})

await answeringOnTheBoard(stage)
await jointAssessment(stage)
await launchFromChart(stage, local)
