/** What goes by e-mail and SMS for a secure link, in both languages: that something waits, and where. Nothing of the person, the need or the sender. HAZ-R32 */

/** The words of one language. */
interface Words {
  readonly subject: string
  readonly waits: (days: number) => string
  readonly code: string
  readonly unexpected: string
  readonly sms: (code: string, minutes: number) => string
  readonly check: (code: string, minutes: number) => string
}

const english = {
  subject: 'A referral is waiting for your answer',
  waits: (days: number) => `A referral is waiting for your answer. Open this page within ${String(days)} days:`,
  code: 'The page shows nothing before you enter a code. It sends the code to you by another way, which your organisation has agreed with the hub.',
  unexpected: 'If you did not expect this, do nothing and pass it on to nobody.',
  sms: (code: string, minutes: number) => `${code} is your code to open a referral. Good for ${String(minutes)} minutes. Tell nobody.`,
  check: (code: string, minutes: number) =>
    `${code} is the code that confirms this way to your organisation. Good for ${String(minutes)} minutes.`,
} satisfies Words

const welsh: { readonly [Name in keyof typeof english]: (typeof english)[Name] } = {
  subject: 'Mae atgyfeiriad yn aros am eich ateb',
  waits: (days) => `Mae atgyfeiriad yn aros am eich ateb. Agorwch y dudalen hon o fewn ${String(days)} diwrnod:`,
  code: "Nid yw'r dudalen yn dangos dim cyn i chi roi cod. Mae'n anfon y cod atoch mewn ffordd arall y mae eich sefydliad wedi cytuno arni.",
  unexpected: "Os nad oeddech yn disgwyl hwn, peidiwch â gwneud dim a pheidiwch â'i anfon ymlaen at neb.",
  sms: (code, minutes) => `${code} yw eich cod i agor atgyfeiriad. Yn ddilys am ${String(minutes)} munud. Peidiwch â dweud wrth neb.`,
  check: (code, minutes) => `${code} yw'r cod sy'n cadarnhau'r ffordd hon at eich sefydliad. Yn ddilys am ${String(minutes)} munud.`,
}

const BOTH: readonly Words[] = [english, welsh]

/** The e-mail with the link. @param url the link itself: the one thing in it that is secret */
export const linkMail = (url: string, days: number): { readonly subject: string; readonly text: string } => ({
  subject: BOTH.map(({ subject }) => subject).join(' / '),
  text: BOTH.map(({ waits, code, unexpected }) => `${waits(days)}\n${url}\n\n${code}\n\n${unexpected}`).join('\n\n----\n\n'),
})

/** The text message, or e-mail to the second address, with a code. */
export const codeWords = (code: string, minutes: number): string => BOTH.map(({ sms }) => sms(code, minutes)).join('\n')

/** The message that verifies the second way. */
export const checkWords = (code: string, minutes: number): string => BOTH.map(({ check }) => check(code, minutes)).join('\n')
