// HL7 v2, chapter 2A: DT and TS/DTM, YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ].

/** An instant read from a message, and how much of it the sender wrote. */
export interface TimeRead {
  readonly at: Date
  readonly precision: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'
}

const TIME = /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,9}))?)?)?)?)?)?([+-]\d{4})?$/
const PRECISIONS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const

/**
 * An instant out of a time stamp that may be cut short and may carry an offset; nothing when it is not one or names a day that
 * does not exist. What is cut off counts as the first instant it can mean. `""` and empty give nothing.
 *
 * @param zone local time of the sender where no offset is given; default Europe/London, summer time included
 * @param toldAt when the message came: of the hour that comes twice the later one is meant once it has come; without it the earlier one
 */
export function parseTime(text: string, zone = 'Europe/London', toldAt?: Date): TimeRead | undefined {
  const found = TIME.exec(text.trim())
  if (found === null) return undefined
  const given = found.slice(1, 7).filter((part) => part !== undefined)
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = given.map(Number)
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return undefined
  const milliseconds = Number((found[7] ?? '').padEnd(3, '0').slice(0, 3))
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds)
  if (new Date(asUtc).getUTCDate() !== day) return undefined

  const precision = PRECISIONS[given.length - 1] ?? 'year'
  return { at: new Date(asUtc - offsetMs(asUtc, found[8], zone, toldAt)), precision }
}

/** Clocks of senders differ a little from ours. */
const AHEAD_MS = 5 * 60_000

function offsetMs(asUtc: number, offset: string | undefined, zone: string, toldAt: Date | undefined): number {
  if (offset !== undefined) {
    const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3, 5))
    return (offset.startsWith('-') ? -minutes : minutes) * 60_000
  }
  // Asked for the instants either side of a change of the clock: the hour that comes twice can mean summer time, or winter time once that has come.
  const before = zoneOffsetMs(asUtc - 3_600_000, zone)
  const after = zoneOffsetMs(asUtc + 3_600_000, zone)
  const isTwice = after < before && zoneOffsetMs(asUtc - before, zone) === before && zoneOffsetMs(asUtc - after, zone) === after
  if (isTwice) return toldAt !== undefined && asUtc - after <= toldAt.getTime() + AHEAD_MS ? after : before
  return asUtc - before + zoneOffsetMs(asUtc - before, zone) === asUtc ? before : zoneOffsetMs(asUtc - before, zone)
}

const formatters = new Map<string, Intl.DateTimeFormat>()

const HOUR_MS = 3_600_000
const MOST_HOURS = 10_000 // about a year of hours; feeds tell of the last few
const offsets = new Map<string, number>()

/** Offsets change on the hour in every zone that has had one since 1972, and asking for them is slow. */
function zoneOffsetMs(at: number, zone: string): number {
  const key = `${zone} ${String(Math.floor(at / HOUR_MS))}`
  const held = offsets.get(key)
  if (held !== undefined) return held
  if (offsets.size >= MOST_HOURS) offsets.clear()
  const offset = askedOffsetMs(at, zone)
  offsets.set(key, offset)
  return offset
}

function askedOffsetMs(at: number, zone: string): number {
  let formatter = formatters.get(zone)
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset', year: 'numeric' })
    formatters.set(zone, formatter)
  }
  const name = formatter.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT'
  const found = /GMT([+-])(\d{2}):(\d{2})/.exec(name)
  if (found === null) return 0
  return (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * 60_000
}

/**
 * The date of a field that may carry a time (`196512131515`), as FHIR writes it and as partial as it came: `1965-12-13`, `1965-12`, `1965`;
 * nothing when it is not a date or names one that does not exist.
 */
export function parseDate(text: string): string | undefined {
  const found = /^(\d{4})(?:(\d{2})(?:(\d{2})[\d.]*(?:[+-]\d{4})?)?)?$/.exec(text.trim())
  if (found === null) return undefined
  const [, year = '', month, day] = found
  if (month === undefined) return year
  if (Number(month) < 1 || Number(month) > 12) return undefined
  if (day === undefined) return `${year}-${month}`
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  return date.getUTCDate() === Number(day) ? `${year}-${month}-${day}` : undefined
}

/** An instant as HL7 v2 writes it, in UTC with its offset: `20261121021405+0000`. Without punctuation, to the second. */
export function showTime(at: Date): string {
  const second = Math.floor(at.getTime() / 1_000)
  if (shown.second !== second) shown = { second, text: `${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}+0000` }
  return shown.text
}

/** Thousands of acknowledgements are written in the same second. */
let shown = { second: Number.NaN, text: '' }
