/** A receiver without an account opens a secure link in a real browser, sees the needs card, and answers. HAZ-R31 */
import { until } from '@platform/testing/until'
import t from 'tap'
import { comesTo, isFitForEverybody } from './browser.ts'
import type { Stage } from './stage.ts'

export async function secureLink({ url, admin, signIn, anybody }: Stage): Promise<void> {
  interface Message {
    readonly channel: string
    readonly to: string
    readonly subject: string
    readonly text: string
  }

  /** The newest kept message to somebody that was not there before. */
  async function message(to: string, after: number): Promise<{ readonly text: string; readonly count: number }> {
    const look = async () => {
      const { messages } = (await (await fetch(`${url}/outbox.json`)).json()) as { messages: readonly Message[] }
      return messages.filter((one) => one.to === to)
    }
    const [newest, ...rest] = await until(`something comes to ${to}`, look, ({ length }) => length > after)
    return { text: `${newest?.subject ?? ''}\n${newest?.text ?? ''}`, count: rest.length + 1 }
  }

  const MAILBOX = 'desk@maes-hafan.example'
  const PHONE = '+447700900555'
  const codeIn = (text: string) => /\b\d{6}\b/.exec(text)?.[0] ?? 'no code'

  await t.test('from the e-mail to the answer, without an account and without scripts', async (t) => {
    const leisure = await admin.find('Organization', 'leisure')
    const way = [
      { name: 'mailTo', valueString: MAILBOX },
      { name: 'codeBy', valueCode: 'sms' },
      { name: 'codeTo', valueString: PHONE },
    ]
    const route = async (...given: Parameters<typeof admin.operate>[1][]) =>
      (await admin.operate(`${leisure}/$link-route`, ...given)).parameter?.[0]?.valueCode
    t.equal(await route(...way), 'sent')
    const check = await message(PHONE, 0)
    t.equal(await route({ name: 'code', valueString: codeIn(check.text) }), 'verified')

    await admin.asks('ada', 'Stand to cook for ten minutes', { service: 'chair-based-exercise', organization: 'leisure' })

    const mail = await message(MAILBOX, 0)
    t.notMatch(mail.text, /Ada|Probert|cook|Deeside|sclerosis/i, 'the mail says nothing of anybody')
    const [, token = ''] = /\/link\/([A-Za-z0-9_-]{43})/.exec(mail.text) ?? []

    // What a mail scanner does: it opens the address, and everything stays as it was.
    for (let scan = 0; scan < 3; scan += 1) {
      const answer = await fetch(`${url}/link/${token}`)
      t.equal(answer.status, 200)
      t.equal(answer.headers.get('referrer-policy'), 'no-referrer')
      t.notMatch(await answer.text(), /Ada|Probert|cook/)
    }
    const { messages } = (await (await fetch(`${url}/outbox.json`)).json()) as { messages: readonly Message[] }
    t.equal(messages.filter(({ to }) => to === PHONE).length, check.count, 'no code went because the address was opened')

    const page = await anybody()
    await page.goto(`/link/${token}`)
    t.match(await page.textContent('h1'), 'A referral is waiting for your answer')
    await isFitForEverybody(t, page)
    await page.click('button:has-text("Send me the code")')
    t.match(await page.textContent('h1'), 'Enter the code')
    await isFitForEverybody(t, page)
    const sms = await message(PHONE, check.count)
    const right = codeIn(sms.text)
    await page.fill('#code', right === '000000' ? '000001' : '000000')
    await page.click('button:has-text("Open the referral")')
    t.match(await page.textContent('.nhsuk-error-summary'), 'You have 4 more tries')
    await isFitForEverybody(t, page)
    await page.fill('#code', `${right.slice(0, 3)} ${right.slice(3)}`)
    await page.click('button:has-text("Open the referral")')

    t.match(await page.textContent('h1'), 'Referral to Maes Hafan Leisure Centre')
    const card = await page.textContent('main')
    for (const words of [
      'Ada Probert',
      'Stand to cook for ten minutes',
      'Heat-sensitive',
      'Uses one stick',
      'Mair Probert',
      'Deeside Community Neuro Team',
    ])
      t.match(card, words)
    t.notMatch(card, /sclerosis|9990123454|999 012 3454|1974/i)
    await isFitForEverybody(t, page)

    await page.click('text=We cannot take this')
    await page.click('button:has-text("Send the answer")')
    t.match(await page.textContent('.nhsuk-error-summary'), 'Enter your name')
    await isFitForEverybody(t, page)
    await page.goto(`/link/${token}`)

    await page.click('button:has-text("Accept")')
    t.match(await page.textContent('.nhsuk-error-summary'), 'Enter your name')
    await page.fill('#by', 'Sam at the desk')
    await page.click('button:has-text("Accept")')
    t.match(await page.textContent('main'), 'Your answer was sent')
    t.match(await page.textContent('main'), 'Accepted')
    await isFitForEverybody(t, page)

    await page.click('text=We have finished')
    await isFitForEverybody(t, page)
    await page.fill('#outcome', 'Stands to cook for ten minutes.')
    await page.fill('#by', 'Sam')
    await page.click('button:has-text("Send the answer")')
    const after = await page.textContent('main')
    t.match(after, 'Nothing of the person is shown here any more')
    t.notMatch(after, /Ada|Probert|Heat/)

    const ada = await signIn('ada')
    await comesTo(ada, '/my-referrals', 'Stands to cook for ten minutes')
    await comesTo(ada, '/who-looked', 'Maes Hafan Leisure Centre')
  })

  await t.test('in Welsh; and an address that is none leads nowhere', async (t) => {
    const page = await anybody()
    await page.setExtraHTTPHeaders({ 'accept-language': 'cy' })
    await page.goto(`/link/${'A'.repeat(43)}`)
    t.match(await page.textContent('h1'), 'Mae atgyfeiriad yn aros am eich ateb')
    await isFitForEverybody(t, page)
    await page.click('button:has-text("Anfonwch y cod ataf")')
    t.match(await page.textContent('h1'), 'arwain i unman')
    await isFitForEverybody(t, page)
  })
}
