/** Several services assess one person together in a real hub, in a real browser. Scripts are off. Nothing is waited for between two tests: there the file would end. */
import t from 'tap'
import { comesTo, isFitForEverybody } from './browser.ts'
import type { Stage } from './stage.ts'

export async function jointAssessment({ signIn, admin }: Stage): Promise<void> {
  let path = ''

  await t.test('a physiotherapist starts a joint assessment, and gives the section on mood to neuropsychology', async (t) => {
    const carys = await admin.find('Patient', 'carys')
    await admin.asks('carys', 'Mood, memory and walking', { organization: 'community-team' })
    const page = await signIn('physiotherapist')
    await page.goto(`/people/${carys.split('/')[1] ?? ''}`)
    await page.click('text=Joint assessment')
    await isFitForEverybody(t, page)
    t.equal(await page.locator('#owner-mood option', { hasText: 'leisure' }).count(), 0)
    await page.selectOption('#owner-mood', {
      label:
        (
          await page
            .locator('#owner-mood option', { hasText: /neuropsychology/i })
            .first()
            .textContent()
        )?.trim() ?? '',
    })
    await page.click('button:has-text("Start assessment")')
    path = new URL(page.url()).pathname
    t.match(path, /^\/assessments\//)
    await isFitForEverybody(t, page)
    t.equal(await page.locator('a:has-text("Fill in Mood")').count(), 0, 'who has it fills it in')
    t.match(await page.locator('tr', { hasText: 'Mood' }).textContent(), /neuropsychology/i)

    await page.click('text=Fill in What matters to the person')
    await isFitForEverybody(t, page)
    await page.fill('#goals-own-words', '')
    await page.click('text=Save and go on')
    t.match(await page.textContent('.nhsuk-error-summary'), 'Answer at least one question')
    await isFitForEverybody(t, page)
    await page.fill('#goals-own-words', 'Walk to school.')
    await page.click('text=Save and go on')
    t.match(await page.textContent('h1'), 'Physiotherapy', 'and goes on to the next section of theirs')
  })

  await t.test('neuropsychology fills in its section alone', async (t) => {
    const page = await signIn('neuropsychologist')
    await page.goto(path)
    t.equal(await page.locator('a:has-text("Fill in")').count(), 1)
    await page.click('text=Fill in Mood')
    await isFitForEverybody(t, page)
    await page.fill('#mood-words', 'Low most days.')
    await page.selectOption('#mood-measure', 'hads')
    await page.fill('#mood-score', 'twelve')
    await page.click('text=Save and go on')
    t.match(await page.textContent('.nhsuk-error-summary'), 'must be a number')
    await page.fill('#mood-score', '12')
    await page.click('text=Save and go on')
    t.match(await page.locator('tr', { hasText: 'Mood' }).textContent(), 'Answered by')
  })

  await t.test('HAZ-R51: a yes shows at once what to do and who is paged, without a script, and the named role sees it', async (t) => {
    const page = await signIn('physiotherapist')
    await page.goto(`${path}/sections/risk`)
    await isFitForEverybody(t, page)
    await page.check('#risk-now')
    await page.fill('#notAsked', 'Her son was there.')
    await page.click('text=Save and go on')
    t.match(await page.textContent('.nhsuk-care-card'), 'Ring 999 in an emergency', 'even where the form is wrong')
    await isFitForEverybody(t, page)
    await page.fill('#notAsked', '')
    await page.click('text=Save and go on')
    t.match(await page.textContent('h1'), 'Act now')
    const said = await page.textContent('.nhsuk-care-card')
    t.match(said, 'Ring 999 in an emergency')
    t.match(said, 'Nobody is known to be on duty')
    t.match(said, /No rota is kept here for .* ring/)
    await isFitForEverybody(t, page)

    await page.click('text=Go on with the assessment')
    t.match(await page.textContent('main'), 'An answer must be looked at now')
    await isFitForEverybody(t, page)
    await page.click('text=I have it')
    t.match(await page.textContent('.nhsuk-notification-banner'), 'You have it')
    await page.click('text=It was acted on')
    t.equal(await page.locator('text=An answer must be looked at now').count(), 0)
  })

  await t.test('HAZ-R52: it is signed off once nothing is open, and the meeting list says what is', async (t) => {
    const page = await signIn('physiotherapist')
    await page.goto(path)
    const meeting = page.locator('h2:has-text("For the meeting") ~ ul').first()
    t.match(await meeting.textContent(), 'Pain')
    await page.click('button:has-text("Sign off")')
    t.match(await page.textContent('.nhsuk-error-summary'), 'Still open')
    for (;;) {
      await page.goto(path)
      const link = page.locator('a:has-text("Fill in")').first()
      if ((await link.count()) === 0) break
      await link.click()
      await page.fill('#notAsked', 'She had to leave.')
      for (const box of await page.locator('main textarea:not(#notAsked)').all()) await box.fill('')
      for (const box of await page.locator('main input[type="text"]').all()) await box.fill('')
      for (const box of await page.locator('main select').all()) await box.selectOption('')
      await page.click('text=Save and go on')
    }
    await page.click('button:has-text("Sign off")')
    await comesTo(page, path, 'Not asked, because: She had to leave.')
    t.equal(await page.locator('button:has-text("Sign off")').count(), 0)
    await isFitForEverybody(t, page)
  })

  await t.test('leisure sees no joint assessment', async (t) => {
    const page = await signIn('leisure-instructor')
    const answer = await page.goto(path)
    t.equal(answer?.status(), 404)
  })
}
