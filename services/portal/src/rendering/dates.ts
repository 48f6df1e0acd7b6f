/** Dates and times as the NHS writes them, in the time of the United Kingdom. https://service-manual.nhs.uk/content/numbers-measurements-dates-time */

const ZONE = 'Europe/London'
const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, ...options })
const DAY = format({ day: 'numeric', month: 'long', year: 'numeric' })
const MONTH = format({ month: 'long', year: 'numeric' })
const CLOCK = format({ hour: 'numeric', minute: '2-digit', hour12: true })
const PARTS = format({ day: '2-digit', month: '2-digit', year: 'numeric' })

/** A FHIR date, dateTime or instant as a day, as exact as it was given: `2026-03` → March 2026, `1948` → 1948. */
export function showDay(date: string | Date): string {
  if (date instanceof Date) return DAY.format(date)
  if (/^\d{4}$/.test(date)) return date
  if (/^\d{4}-\d{2}$/.test(date)) return MONTH.format(new Date(`${date}-15T12:00:00Z`))
  return DAY.format(noon(date))
}

/** A FHIR dateTime with its time of day where it has one: 21 November 2026, 2:14am. */
export function showMoment(date: string | Date): string {
  if (typeof date === 'string' && !date.includes('T')) return showDay(date)
  const at = new Date(date)
  const [time = '', half = ''] = CLOCK.format(at).replaceAll(' ', ' ').split(' ')
  const clock =
    time === '12:00' ? (half.toLowerCase() === 'pm' ? 'midday' : 'midnight') : `${time.replace(/:00$/, '')}${half.toLowerCase()}`
  return `${DAY.format(at)}, ${clock}`
}

/** The month a timeline files something under: November 2026, or the year alone. */
export function showMonth(date: string): string {
  return /^\d{4}$/.test(date) ? date : MONTH.format(noon(date.length === 7 ? `${date}-15` : date))
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

/** How long ago, or how far ahead, in the largest unit that is not zero: `40 minutes`, `2 hours`, `3 days`. */
export function showSpan(from: Date, to: Date): string {
  const minutes = Math.floor(Math.abs(to.getTime() - from.getTime()) / 60_000)
  const [count, unit] =
    minutes < 60 ? [minutes, 'minute'] : minutes < 48 * 60 ? [Math.floor(minutes / 60), 'hour'] : [Math.floor(minutes / 1440), 'day']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

/** Ten digits as they are read aloud: 999 012 3454. */
export const showNhsNumber = (digits: string): string => digits.replace(/^(\d{3})(\d{3})(\d{4})$/, '$1 $2 $3')

// A date alone has no zone: its noon in UTC is the same day in the United Kingdom.
const noon = (date: string): Date => new Date(date.includes('T') ? date : `${date}T12:00:00Z`)
