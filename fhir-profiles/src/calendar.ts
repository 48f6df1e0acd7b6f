/**
 * Due times. Working days keep the time of day: two working days from Friday 15:00 is Tuesday 15:00, and what arrives on a day that is
 * not worked is counted as if it came at the end of it. Hours and minutes simply pass, by night and at weekends too.
 */
import { count, date, listOf, matching, object, positive, text, type Reader } from './reading.ts'

/** How long somebody has. */
export type Duration = { readonly workingDays: number } | { readonly hours: number } | { readonly minutes: number }

/** Which days are worked: `workingDays` counts from Sunday = 0, `holidays` are dates, both by the clock of `timeZone`. */
export interface Calendar {
  readonly timeZone: string
  readonly workingDays: readonly number[]
  readonly holidays: ReadonlySet<string>
  /** Whether the local day in which this instant lies is worked. */
  isWorked(day: Date): boolean
}

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** Reads one duration: exactly one of `workingDays`, `hours`, `minutes`. */
export const duration: Reader<Duration> = (value, place) => {
  if (typeof value === 'object' && value !== null) {
    if ('workingDays' in value) return object({ workingDays: positive })(value, place)
    if ('hours' in value) return object({ hours: positive })(value, place)
  }
  return object({ minutes: positive })(value, place)
}

/** Reads `pathway/calendar.json`. */
export const calendar: Reader<Calendar> = (value, place) => {
  const read = object({
    id: text,
    timeZone: matching(/^[A-Z][A-Za-z_]+\/[A-Z][A-Za-z_]+$/, 'a time zone such as Europe/London'),
    workingDays: listOf(count, 1),
    holidays: listOf(date),
    source: text,
    reviewBy: date,
  })(value, place)
  const holidays = new Set(read.holidays)
  const { timeZone, workingDays } = read
  // en-CA writes a date as ISO 8601 does: 2026-11-21.
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })
  return {
    timeZone,
    workingDays,
    holidays,
    isWorked(day) {
      const local = format.format(day)
      return workingDays.includes(new Date(`${local}T00:00:00Z`).getUTCDay()) && !holidays.has(local)
    },
  }
}

/**
 * When something that arrived at `from` is due.
 *
 * @example dueAt({ workingDays: 2 }, new Date('2026-11-21T02:14:00Z'), calendar)   // a Saturday: Tuesday 24 November, 02:14
 */
export function dueAt(allowed: Duration, from: Date, calendar: Pick<Calendar, 'isWorked'>): Date {
  if ('minutes' in allowed) return new Date(from.getTime() + allowed.minutes * MINUTE_MS)
  if ('hours' in allowed) return new Date(from.getTime() + allowed.hours * 60 * MINUTE_MS)
  let day = from
  for (let left = allowed.workingDays; left > 0;) {
    day = new Date(day.getTime() + DAY_MS)
    if (calendar.isWorked(day)) left -= 1
  }
  return day
}
