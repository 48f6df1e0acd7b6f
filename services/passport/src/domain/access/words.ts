/** The words about access in the language of the reader, and dates as people in the United Kingdom read them. Pure. */
import { timeOfDay } from '@platform/nhs/time-of-day'
import { classesIn } from './data-class.ts'
import { cy } from './words/cy.ts'
import { en, type AccessWords } from './words/en.ts'

export type { AccessWords } from './words/en.ts'

/** Languages that the person can be told in. */
export type AccessLanguage = 'en' | 'cy'

export const wordsOf = (language: AccessLanguage): AccessWords => (language === 'cy' ? cy : en)

/** Data classes as a list of words. */
export function classWords(bits: number, language: AccessLanguage): string {
  const words = wordsOf(language)
  const all = classesIn(bits).map((name) => words.classes[name])
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')}${words.and}${all.at(-1) ?? ''}`
}

/** Made once for each language and place: making one takes longer than a page of dates. */
const FORMATS = new Map<string, Intl.DateTimeFormat>()

function format(language: AccessLanguage, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([language, options])
  const known = FORMATS.get(key)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat(language === 'cy' ? 'cy-GB' : 'en-GB', { timeZone: 'Europe/London', ...options })
  FORMATS.set(key, made)
  return made
}

/** `21 November 2026`, by the clocks of the United Kingdom. */
export const dayOf = (at: Date, language: AccessLanguage, timeZone = 'Europe/London'): string =>
  format(language, { day: 'numeric', month: 'long', year: 'numeric', timeZone }).format(at)

/** `9am`, by the clocks of the United Kingdom. */
export const timeOf = (at: Date, language: AccessLanguage): string => timeOfDay(at, language)
