/** HAZ-R30, HAZ-P144: an instructor works with people of whom they are shown a part, in a real hub, in a real browser. */
import type { Patient } from '@medplum/fhirtypes'
import t from 'tap'
import { comesTo, isFitForEverybody } from './browser.ts'
import { openStage } from './stage.ts'

const { signIn, admin } = await openStage(t)

const HIDDEN = /1971|1982|999 012 3454|9990123454|18 March 1974|QQ1/
const NOBODY_KNOWS = /undefined|Born\s*(,|\n\s*\n|$)|number unknown/
const leisure = await admin.find('Organization', 'leisure')
const gwen = async (birthDate: string, telephone: string) => {
  const reference = await admin.create<Patient>({
    resourceType: 'Patient',
    active: true,
    name: [{ family: 'Pugh', given: ['Gwen'] }],
    birthDate,
    telecom: [{ system: 'phone', value: telephone }],
  })
  await admin.create({
    resourceType: 'CareTeam',
    status: 'active',
    subject: { reference },
    participant: [{ member: { reference: leisure } }],
  })
  return reference.slice('Patient/'.length)
}
const one = await gwen('1971-01-02', '01632 960011')
await gwen('1982-03-04', '01632 960022')
await admin.asks('ada', 'Stand to cook for 10 minutes', { service: 'chair-based-exercise', organization: 'leisure' })
const page = await signIn('leisure-instructor')
await comesTo(page, '/people', 'Ada Probert')

t.test('on no page is there what they are not shown, and nothing is said of it that is not so', async (t) => {
  const step = await (async () => {
    await page.goto('/inbox')
    return page.locator('a', { hasText: 'Stand to cook' }).first().getAttribute('href')
  })()
  await page.goto('/people')
  const ada = await page.locator('main a', { hasText: 'Ada Probert' }).first().getAttribute('href')
  for (const path of [
    '/',
    '/people',
    '/inbox',
    '/group',
    '/import',
    step ?? '',
    `${step ?? ''}/letter`,
    ada ?? '',
    `${ada ?? ''}/card`,
    `${ada ?? ''}/record-session`,
    `${ada ?? ''}/refer`,
  ]) {
    const answer = await page.goto(path)
    t.equal(answer?.status(), 200, path)
    // What a box is to hold is shown by an example.
    const text = (await page.locator('main > *, main section, main table, main dl').allTextContents())
      .join('\n')
      .replaceAll(/for example,? [\d ]+/gi, '')
    t.notMatch(text, HIDDEN, path)
    t.notMatch(text, NOBODY_KNOWS, path)
    await isFitForEverybody(t, page)
  }
})

t.test('two people of one name are told apart by telephone wherever somebody is chosen', async (t) => {
  for (const path of ['/people', '/group', '/']) {
    await page.goto(path)
    const text = (await page.textContent('main')) ?? ''
    if (path === '/' && !text.includes('Gwen Pugh')) continue
    t.match(text, '01632 960011', path)
    t.match(text, '01632 960022', path)
  }
  for (const path of [`/people/${one}`, `/people/${one}/card`, `/people/${one}/record-session`]) {
    await page.goto(path)
    t.match(await page.textContent('main'), '01632 960011', path)
  }
  await page.goto(`/people/${one}`)
  t.match(await page.textContent('main'), 'Date of birth and NHS number are not shown to your organisation.')
})

t.test('somebody is found by number and date of birth, or chosen among those of a name, and never opened by a name alone', async (t) => {
  const find = async (field: '#number' | '#name', text: string, [day, month, year]: readonly [string, string, string]) => {
    await page.goto('/people')
    await page.fill(field, text)
    await page.fill('#born-day', day)
    await page.fill('#born-month', month)
    await page.fill('#born-year', year)
    await page.click('button:has-text("Find")')
  }
  await find('#number', '999 012 3454', ['18', '3', '1974'])
  t.match(await page.textContent('h1'), 'Ada Probert')
  await find('#number', '999 012 3454', ['19', '3', '1974'])
  t.match(await page.textContent('main'), 'Handrail has nobody')
  for (const born of [
    ['', '', ''],
    ['5', '5', '1955'],
  ] as const) {
    await find('#name', 'Ada Probert', born)
    t.match(page.url(), /\/people$/, 'the only one of that name is not opened either')
    t.match(await page.textContent('.nhsuk-inset-text'), /Only the name was compared[^]*Ada Probert/)
    await isFitForEverybody(t, page)
  }
  await find('#name', 'Nobody Here', ['', '', ''])
  t.match(await page.textContent('main'), 'Handrail has nobody')
})

t.test('sessions are recorded and go out in a file with names, and come in by number and date of birth', async (t) => {
  await page.goto('/import')
  t.match(await page.textContent('main'), 'not shown to your organisation')
  const text = 'NHS number,DOB,Date,Therapy\n999 012 3454,18/03/1974,15/10/2026,Yoga\n999 012 3454,19/03/1974,15/10/2026,Yoga\n'
  await page.setInputFiles('#file', { name: 'sessions.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
  await page.click('button:has-text("Rehearse")')
  t.match(await page.textContent('main'), /Would be recorded\s*1[^]*Line 3/)
  await page.click('text=Record these sessions')
  const out = await (await page.request.get('/sessions.csv')).text()
  t.match(out, /Reference,Name/)
  t.match(out, /^,,2026-10-15,yoga,.*,Ada Probert$/m)
  t.notMatch(out, HIDDEN)
})
