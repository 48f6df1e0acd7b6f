// A FHIR date is a span: 2026-11 is the whole of November. FHIR R4 Search, date. https://hl7.org/fhir/R4/search.html#date
//
// The rule for zones: a time with a zone is that instant; a date without a time is the day in UTC. A British summer day is thus taken an
// hour late, the same way for what is stored and for what is asked, so that equal dates always meet.

/** `low` is the first instant a value can mean, `high` the first after it: ISO instants, or `-infinity` and `infinity` for open ends. */
export interface DateRange {
  readonly low: string
  readonly high: string
}

const DATE = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/

/** The span of a partial date, dateTime or instant; nothing when it is not one. A time to the minute is a search value only. */
export function dateRange(text: string): DateRange | undefined {
  const span = spanOf(text)
  return span && { low: lowOf(span), high: highOf(span) }
}

/** From the start of one date to the end of another; an absent end is open. Nothing when both are absent or one is no date. */
export function periodRange(start: string | undefined, end: string | undefined): DateRange | undefined {
  const first = start === undefined ? undefined : spanOf(start)
  const last = end === undefined ? undefined : spanOf(end)
  if ((start !== undefined && !first) || (end !== undefined && !last) || (!first && !last)) return undefined
  return { low: first ? lowOf(first) : '-infinity', high: last ? highOf(last) : 'infinity' }
}

interface Span {
  readonly lowMs: number
  readonly highMs: number
}

function spanOf(text: string): Span | undefined {
  const match = DATE.exec(text)
  if (!match) return undefined
  const [, year = '', month, day, hour, minute, second, fraction, zone] = match
  const fields = [
    +year,
    month === undefined ? 0 : +month - 1,
    day === undefined ? 1 : +day,
    +(hour ?? 0),
    +(minute ?? 0),
    +(second ?? 0),
  ] as const
  if (!isReal(fields, zone)) return undefined
  const milliseconds = fraction === undefined ? 0 : +fraction.padEnd(3, '0').slice(0, 3)
  const lowMs = utc(...fields, milliseconds) - zoneMs(zone)
  if (fraction !== undefined) return { lowMs, highMs: lowMs + 1 }
  if (second !== undefined) return { lowMs, highMs: lowMs + 1000 }
  if (minute !== undefined) return { lowMs, highMs: lowMs + 60_000 }
  if (day !== undefined) return { lowMs, highMs: lowMs + 86_400_000 }
  return { lowMs, highMs: month === undefined ? utc(fields[0] + 1, 0, 1) : utc(fields[0], fields[1] + 1, 1) }
}

// A leap second, 23:59:60, is a FHIR time; it is taken as the first second of the next day.
function isReal(
  [year, month, day, hour, minute, second]: readonly [number, number, number, number, number, number],
  zone: string | undefined,
): boolean {
  const lastDay = new Date(utc(year, month + 1, 0)).getUTCDate()
  const [zoneHour = 0, zoneMinute = 0] = zone && zone !== 'Z' ? [+zone.slice(1, 3), +zone.slice(4)] : []
  return (
    year >= 1 &&
    month >= 0 &&
    month <= 11 &&
    day >= 1 &&
    day <= lastDay &&
    hour <= 23 &&
    minute <= 59 &&
    second <= 60 &&
    zoneHour <= 14 &&
    zoneMinute <= 59
  )
}

function utc(year: number, month: number, day: number, hour = 0, minute = 0, second = 0, millisecond = 0): number {
  if (year > 99) return Date.UTC(year, month, day, hour, minute, second, millisecond)
  const midnight = new Date(0).setUTCFullYear(year, month, day) // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  return midnight + ((hour * 60 + minute) * 60 + second) * 1000 + millisecond
}

function zoneMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0
  const ms = (+zone.slice(1, 3) * 60 + +zone.slice(4)) * 60_000
  return zone[0] === '-' ? -ms : ms
}

const FIRST_MS = utc(1, 0, 1)
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

const lowOf = ({ lowMs }: Span) => (lowMs < FIRST_MS ? '-infinity' : new Date(lowMs).toISOString())
const highOf = ({ highMs }: Span) => (highMs > LAST_MS ? 'infinity' : new Date(highMs).toISOString())
