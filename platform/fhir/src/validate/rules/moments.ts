const MOMENT = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d))?)?)?$/
const HOUR_MS = 3_600_000
/** A date without zone is somewhere on Earth: it begins up to 14 hours before the day in UTC, and ends up to 12 hours after it. */
const EARLIEST_ZONE_MS = 14 * HOUR_MS
const LATEST_ZONE_MS = 12 * HOUR_MS

/**
 * Whether the first date, dateTime or instant is later than the second however what they leave open is filled in.
 * So a period may begin in `2020-05` and end on `2020-05-03`; FHIR R5 words per-1 so, R4's wording leaves it undecided.
 */
export function isCertainlyAfter(first: unknown, second: unknown): boolean {
  const a = reach(first)
  const b = reach(second)
  if (a === undefined || b === undefined) return false
  // Two dates are of the same place; a date and a moment need not be.
  const slackMs = a.hasZone === b.hasZone ? 0 : a.hasZone ? LATEST_ZONE_MS : EARLIEST_ZONE_MS
  return a.lowMs - slackMs > b.highMs
}

interface Reach {
  readonly lowMs: number
  readonly highMs: number
  readonly hasZone: boolean
}

function reach(value: unknown): Reach | undefined {
  const match = typeof value === 'string' ? MOMENT.exec(value) : null
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second, fraction, zone] = match
  const [y, m] = [Number(year), Number(month ?? 1)]
  if (zone !== undefined) {
    const ms = fraction === undefined ? 0 : Number(`0.${fraction}`) * 1000
    const at = utc(y, m, Number(day)) + Number(hour) * HOUR_MS + Number(minute) * 60_000 + Number(second) * 1000 + ms - offsetMs(zone)
    return { lowMs: at, highMs: fraction === undefined ? at + 999.999_999 : at, hasZone: true }
  }
  const next = month === undefined ? utc(y + 1, 1, 1) : day === undefined ? utc(y, m + 1, 1) : utc(y, m, Number(day) + 1)
  return { lowMs: utc(y, m, Number(day ?? 1)), highMs: next - 1, hasZone: false }
}

function utc(year: number, month: number, day: number): number {
  // Date.UTC takes the years 0 to 99 as 1900 to 1999.
  return new Date(0).setUTCFullYear(year, month - 1, day)
}

function offsetMs(zone: string): number {
  if (zone === 'Z') return 0
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4))]
  return (zone.startsWith('-') ? -1 : 1) * (hours * HOUR_MS + minutes * 60_000)
}
