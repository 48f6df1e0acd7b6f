/**
 * Due times. A number of working days ends with the working day: the day something arrives is day 0, and the due time is the end of the
 * n-th working day after it. Hours and minutes simply pass, by night and at weekends too.
 */
import { count, date, listOf, matching, object, positive, text, type Reader } from './reading.ts'

/** How long somebody has. */
export type Duration = { readonly workingDays: number } | { readonly hours: number } | { readonly minutes: number }

/** Which days are worked. `workingDays` counts from Sunday = 0. */
export interface Calendar {
  readonly timeZone: string
  readonly workingDays: readonly number[]
  readonly endOfDay: string
  readonly holidays: ReadonlySet<string>
}

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

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
    endOfDay: matching(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as 17:00'),
    holidays: listOf(date),
    source: text,
    reviewBy: date,
  })(value, place)
  return { timeZone: read.timeZone, workingDays: read.workingDays, endOfDay: read.endOfDay, holidays: new Set(read.holidays) }
}

/** The calendar date at `at` where the calendar is kept. */
export function localDate({ timeZone }: Calendar, at: Date): string {
  const part = partsOf(timeZone, at)
  return `${part('year')}-${part('month')}-${part('day')}`
}

/**
 * When something that arrived at `from` is due.
 *
 * @example dueAt({ workingDays: 2 }, new Date('2026-11-21T02:14:00Z'), calendar)   // a Saturday: Tuesday 24 November, 17:00
 */
export function dueAt(allowed: Duration, from: Date, calendar: Calendar): Date {
  if ('minutes' in allowed) return new Date(from.getTime() + allowed.minutes * MINUTE)
  if ('hours' in allowed) return new Date(from.getTime() + allowed.hours * 60 * MINUTE)

  let day = localDate(calendar, from)
  for (let left = allowed.workingDays; left > 0;) {
    day = nextDay(day)
    if (isWorkingDay(calendar, day)) left -= 1
  }
  return instantOf(calendar, day)
}

const nextDay = (day: string): string => new Date(Date.parse(`${day}T00:00:00Z`) + DAY).toISOString().slice(0, 10)

const isWorkingDay = ({ workingDays, holidays }: Calendar, day: string): boolean =>
  workingDays.includes(new Date(`${day}T00:00:00Z`).getUTCDay()) && !holidays.has(day)

/** The end of the working day `day` as an instant. The clock changes by night, so that the offset at noon holds for the whole working day. */
function instantOf({ timeZone, endOfDay }: Calendar, day: string): Date {
  const noon = new Date(`${day}T12:00:00Z`)
  const part = partsOf(timeZone, noon)
  const shown = Date.parse(`${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:00Z`)
  return new Date(Date.parse(`${day}T${endOfDay}:00Z`) - (shown - noon.getTime()))
}

function partsOf(timeZone: string, at: Date): (type: Intl.DateTimeFormatPartTypes) => string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', dateStyle: 'short', timeStyle: 'short' })
  const parts = format.formatToParts(at)
  return (type) => parts.find((part) => part.type === type)?.value ?? ''
}
