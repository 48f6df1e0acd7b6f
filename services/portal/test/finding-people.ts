/** People are found by those who have a part in them, and by nobody else, in a real hub, in a real browser. */
import type { Page } from 'playwright-core'
import t from 'tap'
import { comesTo, isFitForEverybody } from './browser.ts'
import type { Stage } from './stage.ts'

export async function findingPeople({ signIn, admin }: Stage): Promise<void> {
  await t.test(
    'a person is found by number or name and date of birth, which stand in no address, by whoever may see them alone',
    async (t) => {
      const page = await signIn('physiotherapist')
      await page.goto('/people')
      const find = async (by: Page, field: '#number' | '#name', text: string, [day, month, year]: readonly [string, string, string]) => {
        await by.fill(field, text)
        for (const [part, value] of [
          ['day', day],
          ['month', month],
          ['year', year],
        ] as const)
          await by.fill(`#born-${part}`, value)
        await by.click('button:has-text("Find")')
      }
      await find(page, '#number', '999 012 3455', ['18', '3', '1974'])
      t.match(await page.textContent('.nhsuk-error-summary'), 'passes the check')
      await isFitForEverybody(t, page)
      await find(page, '#number', '999 012 3454', ['19', '3', '1974'])
      t.match(await page.textContent('main'), 'Handrail has nobody')
      t.notMatch(page.url(), /999/)
      await isFitForEverybody(t, page)
      await find(page, '#number', '999 012 3454', ['18', '3', '1974'])
      t.match(await page.textContent('h1'), 'Ada Probert')
      t.notMatch(page.url(), /9990123454/)
      await page.goto('/people')
      await find(page, '#name', 'probert ada', ['18', '3', '1974'])
      t.match(await page.textContent('h1'), 'Ada Probert')
      t.notMatch(page.url(), /probert/i)

      const leisure = await signIn('leisure-instructor')
      await leisure.goto('/people')
      await find(leisure, '#name', 'Bryn Tudor', ['2', '6', '1965'])
      t.match(await leisure.textContent('main'), 'Handrail has nobody', 'not a word more than of somebody who is not here')
    },
  )

  await t.test('HAZ-P140: whoever is new is entered once it was looked at again, says nothing of others, and is taken back', async (t) => {
    const page = await signIn('therapy-centre-worker')
    await page.goto('/people')
    await page.click('text=Add a person')
    await page.click('text=Check your answers')
    t.match(await page.textContent('.nhsuk-error-summary'), /first name[^]*date of birth[^]*number[^]*why they may be/)
    await isFitForEverybody(t, page)
    const typed = {
      '#given': 'Ada',
      '#family': 'Probert',
      '#born-day': '18',
      '#born-month': '3',
      '#born-year': '2015',
      // Ada is in the record, and the charity has no part in her.
      '#number': '999 012 3454',
      '#needs': 'Uses one stick',
      '#toldBy': 'Gareth Hughes, centre manager',
      '#told-day': '2',
      '#told-month': '9',
      '#told-year': '2026',
    }
    for (const [box, text] of Object.entries(typed)) await page.fill(box, text)
    await page.check('text=NHS number (England')
    await page.check('text=they agreed')
    await page.click('text=Check your answers')
    t.match(await page.textContent('main'), /Nothing is saved yet[^]*under 16/)
    await isFitForEverybody(t, page)
    await page.click('button:has-text("Add this person")')
    t.match(await page.textContent('.nhsuk-error-summary'), 'Check what is marked')
    await page.click('button:has-text("Change it")')
    t.equal(await page.inputValue('#needs'), 'Uses one stick')
    await page.fill('#born-year', '1974')
    await page.click('text=Check your answers')
    await page.click('button:has-text("Add this person")')
    t.match(await page.textContent('main'), /never says whether others have a record[^]*Ada Probert/)
    t.match(page.url(), /\/people\/[0-9a-f-]{36}\?done=added$/)
    await isFitForEverybody(t, page)
    await page.click('text=added this person by mistake')
    await isFitForEverybody(t, page)
    await page.click('button:has-text("Mark it as not in use")')
    t.match(await page.locator('tr', { hasText: 'Ada Probert' }).textContent(), 'Not in use')

    const leisure = await signIn('leisure-instructor')
    await leisure.goto('/people')
    await leisure.click('text=Add a person')
    t.match(await leisure.textContent('main'), 'Ask the person for their link or code')
    t.equal(await leisure.locator('main form').count(), 0)
  })

  await t.test(
    'a ward opens a record in an emergency, once it has said why, and the person is told; others are told why not',
    async (t) => {
      const ward = await signIn('ward-nurse')
      const ada = await admin.find('Patient', 'ada')
      const view = `/people/${ada.split('/')[1] ?? ''}/emergency`
      t.equal((await ward.goto(view))?.status(), 404)
      await ward.goto('/people')
      await ward.click('text=Open a record in an emergency')
      t.match(await ward.textContent('main'), /The person is told[^]*open to you for four hours/)
      await isFitForEverybody(t, ward)
      await ward.click('button:has-text("Open the emergency view")')
      t.match(await ward.textContent('.nhsuk-error-summary'), /NHS number[^]*Choose what it is for[^]*at least ten letters/)
      await isFitForEverybody(t, ward)
      await ward.fill('#number', '999 012 3454')
      await ward.check('text=Emergency treatment')
      await ward.fill('#reason', 'Unconscious after a fall, no relative here.')
      await ward.click('button:has-text("Open the emergency view")')
      await ward.waitForURL(`**${view}`)
      t.match(await ward.textContent('main'), 'Ada Probert')
      t.notMatch(ward.url(), /999/)
      await ward.goto('/language/cy?to=/emergency-access')
      t.match(await ward.textContent('h1'), 'Agor cofnod mewn argyfwng')
      await isFitForEverybody(t, ward)
      await ward.goto('/language/en?to=/')

      await comesTo(await signIn('ada'), '/who-looked', 'opened your record in an emergency and gave a reason')

      const leisure = await signIn('leisure-instructor')
      t.equal((await leisure.goto('/emergency-access'))?.status(), 403)
      t.match(await leisure.textContent('main'), 'Ask the person for their link or code')
      t.equal(await leisure.locator('main form').count(), 0)
      await isFitForEverybody(t, leisure)
    },
  )

  await t.test(
    'whoever looks after somebody puts them on the hospital alert register, with what it rests on, and takes them off',
    async (t) => {
      const page = await signIn('physiotherapist')
      const ada = await admin.find('Patient', 'ada')
      await page.goto(`/people/${ada.split('/')[1] ?? ''}`)
      await page.click('text=Hospital alerts')
      t.match(await page.textContent('main'), 'Not on the register')
      await isFitForEverybody(t, page)
      await page.click('button:has-text("Put on the register")')
      t.match(await page.textContent('.nhsuk-error-summary'), /Tick what[^]*Choose what it rests on[^]*Enter a day/)
      await page.check('text=Multiple sclerosis')
      await page.check('text=The person agreed')
      for (const [box, text] of [
        ['day', '1'],
        ['month', '11'],
        ['year', '2026'],
      ] as const)
        await page.fill(`#agreed-${box}`, text)
      await page.fill('#how', 'Told at home what an alert shows and to whom.')
      await page.check('text=I have checked this')
      await page.click('button:has-text("Put on the register")')
      t.match(await page.textContent('main'), /Saved[^]*Multiple sclerosis\s*Stands/)
      await isFitForEverybody(t, page)
      await page.click('button:has-text("no longer agrees")')
      t.match(await page.textContent('main'), 'Does not stand')
      t.equal(await page.locator('button:has-text("Put back")').count(), 0, 'what was taken back is agreed anew')

      const ward = await signIn('ward-nurse')
      const dafydd = await admin.find('Patient', 'dafydd')
      const path = `/people/${dafydd.split('/')[1] ?? ''}/hospital-register`
      await ward.goto(path)
      t.match(await ward.textContent('main'), /Intrathecal baclofen pump\s*Stands/)
      t.equal(await ward.locator('main form').count(), 0, 'a ward reads it, and changes nothing')
    },
  )

  await t.test('somebody else’s record looks like a page that is not there', async (t) => {
    const page = await signIn('leisure-instructor')
    const bryn = await admin.find('Patient', 'bryn')
    for (const path of [`/people/${bryn.split('/')[1] ?? ''}`, '/people/nobody', '/nowhere']) {
      const answer = await page.goto(path)
      t.equal(answer?.status(), 404)
      t.match(await page.textContent('h1'), 'Page not found')
    }
    await isFitForEverybody(t, page)
    await page.goto('/my-record')
    t.match(await page.textContent('h1'), 'You cannot do this')
    await isFitForEverybody(t, page)
  })
}
