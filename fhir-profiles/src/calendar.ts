/**
 * Due times. Working days keep the local time of day, over a change of the clocks too: two working days from Friday 15:00 is Tuesday
 * 15:00, and what arrives on a day that is not worked is counted as if it came at the end of it. Hours and minutes simply pass, by night
 * and at weekends too.
 *
 * Bank holidays of each nation are computed by the library date-holidays; what was proclaimed for one year only, or is computed and not
 * kept, is in `pathway/calendar.json`. See docs/decisions/0111.
 */
import { createRequire } from 'node:module'
import type Holidays from 'date-holidays'
import { count, date, listOf, mapOf, matching, object, oneOf, positive, text, MalformedDataFile, type Reader } from './reading.ts'

/** How long somebody has. */
export type Duration = { readonly workingDays: number } | { readonly hours: number } | { readonly minutes: number }

/** The nations whose bank holidays differ. */
export const NATIONS = ['england', 'wales', 'scotland', 'northern-ireland'] as const
/** One of them. */
export type Nation = (typeof NATIONS)[number]

/** Which days are worked: `workingDays` counts from Sunday = 0, by the clock of `timeZone`. */
export interface Calendar {
  readonly timeZone: string
  readonly workingDays: readonly number[]
  /** Whose bank holidays are kept. */
  readonly nation: Nation
  /** The last day for which the bank holidays were compared with what was proclaimed. Later ones are computed and may lack one. */
  readonly knownUntil: string
  /** Whether the local day in which this instant lies is worked. */
  isWorked(day: Date): boolean
  /** The calendar of another nation; the same days of the week and the same clock. */
  of(nation: Nation): Calendar
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

const nation = oneOf(...NATIONS)
const oneDay = object({ nation, on: date, source: text })

/** Reads `pathway/calendar.json`. */
export const calendar: Reader<Calendar> = (value, place) => {
  const read = object({
    id: text,
    timeZone: matching(/^[A-Z][A-Za-z_]+\/[A-Z][A-Za-z_]+$/, 'a time zone such as Europe/London'),
    workingDays: listOf(count, 1),
    nation,
    divisions: mapOf(matching(/^[A-Z]{3}$/, 'a division of GB in date-holidays, such as ENG')),
    proclaimed: listOf(oneDay),
    worked: listOf(oneDay),
    source: text,
    knownUntil: date,
    reviewBy: date,
  })(value, place)
  const { timeZone, workingDays, knownUntil } = read
  const missing = NATIONS.find((one) => !read.divisions.has(one))
  if (missing !== undefined) throw new MalformedDataFile(`${place}.divisions has no entry for ${missing}.`)

  // en-CA writes a date as ISO 8601 does: 2026-11-21.
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })
  const on = (days: readonly { nation: Nation; on: string }[], of: Nation) =>
    new Set(days.flatMap((day) => (day.nation === of ? [day.on] : [])))

  const calendarOf = (of: Nation): Calendar => {
    const computed = bankHolidays(read.divisions.get(of) ?? '')
    const [proclaimed, worked] = [on(read.proclaimed, of), on(read.worked, of)]
    return {
      timeZone,
      workingDays,
      nation: of,
      knownUntil,
      isWorked(day) {
        const local = format.format(day)
        if (!workingDays.includes(new Date(`${local}T00:00:00Z`).getUTCDay()) || proclaimed.has(local)) return false
        return worked.has(local) || !computed(local)
      },
      of: (other) => all.get(other) ?? calendarOf(other),
    }
  }
  const all: ReadonlyMap<Nation, Calendar> = new Map(NATIONS.map((one) => [one, calendarOf(one)]))
  return all.get(read.nation) ?? calendarOf(read.nation)
}

const require = createRequire(import.meta.url)

/**
 * Whether a local date is a bank or public holiday of a division of GB; each year is computed once. The library, which knows every calendar there is, is
 * loaded for the first date that is asked about, and the rules of a nation for its first.
 */
function bankHolidays(division: string): (local: string) => boolean {
  let holidays: Holidays | undefined
  const rules = (): Holidays => {
    const Library = require('date-holidays') as typeof Holidays
    return (holidays ??= new Library('GB', division, { types: ['public', 'bank'] }))
  }
  const byYear = new Map<string, ReadonlySet<string>>()
  return (local) => {
    const year = local.slice(0, 4)
    const known =
      byYear.get(year) ??
      new Set(
        rules()
          .getHolidays(year)
          .map((holiday) => holiday.date.slice(0, 10)),
      )
    byYear.set(year, known)
    return known.has(local)
  }
}

/**
 * When something that arrived at `from` is due.
 *
 * @example dueAt({ workingDays: 2 }, new Date('2026-11-21T02:14:00Z'), calendar)   // a Saturday: Tuesday 24 November, 02:14
 */
export function dueAt(allowed: Duration, from: Date, calendar: Pick<Calendar, 'isWorked'> & Partial<Pick<Calendar, 'timeZone'>>): Date {
  if ('minutes' in allowed) return new Date(from.getTime() + allowed.minutes * MINUTE_MS)
  if ('hours' in allowed) return new Date(from.getTime() + allowed.hours * 60 * MINUTE_MS)
  let day = from
  for (let left = allowed.workingDays, ahead = 1; left > 0; ahead += 1) {
    day = daysAfter(from, ahead, calendar.timeZone)
    if (calendar.isWorked(day)) left -= 1
  }
  return day
}

/** The same time of day, so many local days later; a time that the clocks leave out that night is an hour later. */
function daysAfter(from: Date, days: number, timeZone: string | undefined): Date {
  const day = new Date(from.getTime() + days * DAY_MS)
  if (timeZone === undefined) return day
  const sameTime = new Date(day.getTime() + offsetMs(from, timeZone) - offsetMs(day, timeZone))
  // Put back over the change of the clocks: that time of day is not there.
  return offsetMs(sameTime, timeZone) < offsetMs(day, timeZone) ? day : sameTime
}

const offsetFormats = new Map<string, Intl.DateTimeFormat>()

/** How far the local clock is ahead of UTC, in milliseconds. */
function offsetMs(at: Date, timeZone: string): number {
  const format = offsetFormats.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' })
  offsetFormats.set(timeZone, format)
  const [, sign, hours, minutes] = /GMT([+-])(\d{2}):(\d{2})/.exec(format.format(at)) ?? []
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE_MS
}
