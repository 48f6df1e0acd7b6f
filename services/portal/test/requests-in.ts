/** Requests for help from a file, in a real hub and a real browser. */
import t from 'tap'
import { comesTo, isFitForEverybody } from './browser.ts'
import type { Stage } from './stage.ts'

export async function requestsFromAFile({ signIn, admin }: Stage): Promise<void> {
  await t.test('requests come from a file after a rehearsal, each is asked for once, and what is wrong is said by line', async (t) => {
    const leisure = await admin.find('Organization', 'leisure')
    const page = await signIn('physiotherapist')
    await page.goto('/people')
    await page.click('text=Ask for help for several people from a file')
    const said = async () => (await page.textContent('main')) ?? ''
    await isFitForEverybody(t, page)
    const choose = async (text: string | Buffer) => {
      await page.setInputFiles('#file', { name: 'requests.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
      await page.click('form:has(#file) button')
    }
    await page.click('button:has-text("Rehearse")')
    t.match(await page.textContent('.nhsuk-error-summary'), 'Choose a CSV file')
    await isFitForEverybody(t, page)
    await choose('name,need\nAda,Stand to cook\n')
    t.match(await page.textContent('.nhsuk-error-summary'), 'it has no column reference, nhs number, date of birth')
    await isFitForEverybody(t, page)
    await choose(Buffer.from([0x50, 0x4b, 0x03, 0x04, 0x00, 0x01]))
    t.match(await page.textContent('.nhsuk-error-summary'), 'is it a spreadsheet file?')
    await choose('reference,NHS number,date of birth,need\nL-1,12,18/03/1974,Stand to cook\n')
    t.match(await said(), /Nothing of this file would be asked for/)
    t.equal(await page.locator('button:has-text("Send")').count(), 0)

    // As a spreadsheet of Windows saves it.
    const rows = [
      'reference;NHS number;date of birth;need;kind;receiver',
      `L-1;999 012 3454;18/03/1974;Walk to Cae’r Gors;exercise-class;${leisure}`,
      'L-2;999 012 3454;19/03/1974;Somebody else;;',
      'L-3;999 012 3454;18/03/1974;Nowhere;;leisure centre',
    ]
    await choose(Buffer.from(rows.join('\r\n').replace('’', '\u0092'), 'latin1'))
    for (const words of [
      'Would be asked for',
      'Line 3: Nobody with this number and date of birth is known to you here.',
      'Line 4: The column receiver',
    ])
      t.match(await said(), words)
    t.equal(await page.locator('dd').first().textContent(), '1')
    await isFitForEverybody(t, page)
    const asked = await signIn('leisure-instructor')
    await asked.goto('/inbox')
    t.notMatch(await asked.textContent('main'), 'Walk to Cae', 'a rehearsal asks nobody')

    await page.click('button:has-text("Send this request")')
    t.match(await said(), /What happened\s*.*Asked for\s*1/s)
    await isFitForEverybody(t, page)
    await comesTo(asked, '/inbox', 'Walk to Cae’r Gors')
    await choose(rows.join('\n'))
    t.match(await said(), /Asked for before, and not again\s*1/)
    t.equal(await page.locator('button:has-text("Send")').count(), 0, 'there is nothing to send')

    const file = await page.request.get('/import/requests.csv')
    t.match(
      [file.headers()['content-type'], await file.text()],
      [/^text\/csv/, /reference,NHS number,date of birth,need,kind,priority,receiver,red flags,words/],
    )
    await page.goto('/language/cy?to=/import/requests')
    t.match(await said(), 'Ceisiadau am gymorth o ffeil')
    await choose('reference,NHS number,date of birth,need\nL-9,12,18/03/1974,Stand to cook\n')
    t.equal(await page.locator('li span[lang="en"]').textContent(), 'The column NHS number holds no NHS number.')
    await isFitForEverybody(t, page)
    await page.goto('/language/en?to=/import/requests')
  })

  await t.test('requests from a file are for who gives care for an organisation', async (t) => {
    for (const who of ['ada', 'commissioner'])
      for (const path of ['/import/requests', '/import/requests.csv'])
        t.equal((await (await signIn(who)).request.get(path)).status(), 403, `${who}: ${path}`)
  })
}
