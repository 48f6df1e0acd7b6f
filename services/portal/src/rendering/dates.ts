/** Dates and times as the NHS writes them, in the time of the United Kingdom. https://service-manual.nhs.uk/content/numbers-measurements-dates-time */

import { timeOfDay } from '@platform/nhs/time-of-day'
import type { Language } from '../words/words.ts'

const ZONE = 'Europe/London'
const format = (language: Language, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(language === 'cy' ? 'cy' : 'en-GB', { timeZone: ZONE, ...options })
const each = (options: Intl.DateTimeFormatOptions): Readonly<Record<Language, Intl.DateTimeFormat>> => ({
  en: format('en', options),
  cy: format('cy', options),
})
const DAY = each({ day: 'numeric', month: 'long', year: 'numeric' })
const MONTH = each({ month: 'long', year: 'numeric' })
const CLOCK = format('en', { hour: 'numeric', minute: '2-digit', hour12: true })
const WEEKDAY = each({ weekday: 'long', day: 'numeric', month: 'long' })
const PARTS = format('en', { day: '2-digit', month: '2-digit', year: 'numeric' })

/** A FHIR date, dateTime or instant as a day, as exact as it was given: `2026-03` → March 2026, `1948` → 1948. */
export function showDay(date: string | Date, language: Language = 'en'): string {
  if (date instanceof Date) return DAY[language].format(date)
  if (/^\d{4}$/.test(date)) return date
  if (/^\d{4}-\d{2}$/.test(date)) return MONTH[language].format(new Date(`${date}-15T12:00:00Z`))
  return DAY[language].format(noon(date))
}

/** From when until when: the day of the end only where it is another one. 21 November 2026, 10am until 11am. */
export function showPeriod(from: string, to: string, until: string, language: Language = 'en'): string {
  const [start, end] = [showMoment(from, language), showMoment(to, language)]
  const isOneDay = from.includes('T') && to.includes('T') && showDay(new Date(from), language) === showDay(new Date(to), language)
  return `${start} ${until} ${isOneDay ? showTime(new Date(to), language) : end}`
}

/** A FHIR dateTime with its time of day where it has one: 21 November 2026, 2:14am. */
export function showMoment(date: string | Date, language: Language = 'en'): string {
  if (typeof date === 'string' && !date.includes('T')) return showDay(date, language)
  const at = new Date(date)
  return `${DAY[language].format(at)}, ${showTime(at, language)}`
}

/** The time of day of an instant, or of a clock on the wall such as `17:00`: 5pm. */
export function showTime(time: Date | string, language: Language = 'en'): string {
  if (time instanceof Date) return timeOfDay(time, language)
  return timeOfDay(new Date(`1970-01-01T${time === '24:00' ? '00:00' : time}:00Z`), language, 'UTC')
}

/** Day of the week and day of a local date, without its year: Saturday 21 November. */
export const showWeekday = (date: string, language: Language = 'en'): string => WEEKDAY[language].format(noon(date))

/** The instant at which a local date begins. The clocks are changed at one in the morning, never at midnight. */
export function midnightOf(date: string): Date {
  const midnight = new Date(`${date}T00:00:00Z`)
  return dayOf(midnight) === date && CLOCK.format(midnight).startsWith('12') ? midnight : new Date(midnight.getTime() - 3_600_000)
}

/** The month a timeline files something under: November 2026, or the year alone. */
export function showMonth(date: string, language: Language = 'en'): string {
  return /^\d{4}$/.test(date) ? date : MONTH[language].format(noon(date.length === 7 ? `${date}-15` : date))
}

/** The local day of an instant as FHIR writes it: `2026-11-21`. */
export function dayOf(at: Date): string {
  const parts = Object.fromEntries(PARTS.formatToParts(at).map(({ type, value }) => [type, value]))
  return `${parts['year'] ?? ''}-${parts['month'] ?? ''}-${parts['day'] ?? ''}`
}

/** Whole years between a date of birth and now; nothing when only the year is known. */
export function ageInYears(bornOn: string, now: Date): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(bornOn)) return undefined
  const today = dayOf(now)
  return Number(today.slice(0, 4)) - Number(bornOn.slice(0, 4)) - (today.slice(5) < bornOn.slice(5) ? 1 : 0)
}

// After a number Welsh keeps the singular; after one and two its first letter may change.
const UNITS: Readonly<Record<Language, Readonly<Record<'minute' | 'hour' | 'day', (count: number) => string>>>> = {
  en: {
    minute: (count) => (count === 1 ? 'minute' : 'minutes'),
    hour: (count) => (count === 1 ? 'hour' : 'hours'),
    day: (count) => (count === 1 ? 'day' : 'days'),
  },
  cy: {
    minute: (count) => (count === 1 || count === 2 ? 'funud' : 'munud'),
    hour: () => 'awr',
    day: (count) => (count === 1 || count === 2 ? 'ddiwrnod' : 'diwrnod'),
  },
}

const NOT_A_MINUTE: Readonly<Record<Language, string>> = { en: 'less than a minute', cy: 'llai na munud' }

/** How long ago, or how far ahead, in the largest unit that is not zero: `less than a minute`, `40 minutes`, `2 hours`, `3 days`. */
export function showSpan(from: Date, to: Date, language: Language = 'en'): string {
  const minutes = Math.floor(Math.abs(to.getTime() - from.getTime()) / 60_000)
  if (minutes === 0) return NOT_A_MINUTE[language]
  const [count, unit] =
    minutes < 60
      ? ([minutes, 'minute'] as const)
      : minutes < 48 * 60
        ? ([Math.floor(minutes / 60), 'hour'] as const)
        : ([Math.floor(minutes / 1440), 'day'] as const)
  return `${count} ${UNITS[language][unit](count)}`
}

/**
 * The words of `showSpan`, for a script that counts on: `none` for less than a minute, and after a number the word for one, for two, and for more.
 */
export function wordsOfSpans(language: Language = 'en') {
  const forms = (unit: 'minute' | 'hour' | 'day') => [1, 2, 3].map(UNITS[language][unit])
  return { none: NOT_A_MINUTE[language], minute: forms('minute'), hour: forms('hour'), day: forms('day') }
}

/** Ten digits as they are read aloud: 999 012 3454. */
export const showNhsNumber = (digits: string): string => digits.replace(/^(\d{3})(\d{3})(\d{4})$/, '$1 $2 $3')

// A date alone has no zone: its noon in UTC is the same day in the United Kingdom.
const noon = (date: string): Date => new Date(date.includes('T') ? date : `${date}T12:00:00Z`)
