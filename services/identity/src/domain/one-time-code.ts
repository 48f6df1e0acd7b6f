/** A one-time code: how it is written, and what the message that carries it says. No name, no organisation, nothing of anybody's health. */

/** How long a code is good for, in milliseconds. */
export const CODE_MS = 10 * 60 * 1000
/** How many wrong tries end a code. */
export const CODE_ATTEMPTS = 5
/** How many wrong tries within a day lock an address: of a million codes, one day's tries hit one with a chance of 1 in 100,000. */
export const DAILY_ATTEMPTS = 10
/** How many codes are sent to one address within an hour. */
export const HOURLY_CODES = 5

/** Six digits, leading zeros kept. @param random from 0 up to, not including, 1,000,000 */
export const writtenCode = (random: number): string => String(random).padStart(6, '0')

/** The digits of what somebody typed: spaces and dashes are how people read a code. */
export const typedCode = (text: string): string => text.replaceAll(/[\s-]/g, '')

/** The words of the message, English and Welsh: nobody knows yet which of them is read. */
export const codeMessage = (code: string): { readonly subject: string; readonly text: string } => ({
  subject: `${code} – Handrail`,
  text: [
    `${code} is your Handrail code. It works once, for 10 minutes, in the browser where you asked for it. Nobody will ever ask you for it. If you did not ask for a code, ignore this message.`,
    `${code} yw eich cod Handrail. Mae’n gweithio unwaith, am 10 munud, yn y porwr lle gofynnoch amdano. Ni fydd neb byth yn gofyn i chi amdano. Os na ofynnoch am god, anwybyddwch y neges hon.`,
  ].join('\n\n'),
})
