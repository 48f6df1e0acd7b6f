/** Dates as people in the United Kingdom write them, read strictly: what could mean two days is refused, never guessed. */

const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december']

/** A date `2026-04-03`, or one sentence about what is wrong with what was written. */
export type ReadDate = { readonly date: string } | { readonly wrong: string }

/**
 * Day, month and four-digit year (03/04/2026, 3.4.2026, 3 April 2026, 3-Apr-2026), or year first (2026-04-03). A time of midnight, as
 * spreadsheets add it, is passed over; any other is refused.
 *
 * @param monthFirstSeen whether some date of the same file can only be month first: then 03/04/2026 may mean either
 */
export function readUkDate(written: string, { monthFirstSeen }: { readonly monthFirstSeen: boolean }): ReadDate {
  const text = written.trim().replace(/[T ]0{1,2}:00(:00(\.0+)?)?Z?$/, '')
  const year = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text)
  if (year !== null) return toDate(year[1], year[2], year[3])
  const named = /^(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9})[ ,-]{1,2}(\d{4})$/.exec(text)
  if (named !== null) {
    const word = (named[2] ?? '').toLowerCase()
    const month = MONTHS.findIndex((name) => name === word || (word.length >= 3 && word.length <= 4 && name.startsWith(word)))
    return month === -1 ? NO_DATE : toDate(named[3], String(month + 1), named[1])
  }
  const numbers = numbersOf(text)
  if (numbers !== undefined) {
    if (numbers.day <= 12 && numbers.month <= 12 && numbers.day !== numbers.month && monthFirstSeen)
      return { wrong: 'could mean two days, since other dates of this file put the month first. Write it as 2026-04-03.' }
    return toDate(String(numbers.year), String(numbers.month), String(numbers.day))
  }
  if (/^\d{1,2}[./-]\d{1,2}[./-]\d{2}$/.test(text)) return { wrong: 'has a year of two digits. Write all four.' }
  if (/^\d{4,6}(\.\d+)?$/.test(text))
    return { wrong: 'is a number, not a date: the spreadsheet saved its own count of days. Format the column as a date.' }
  if (/\d:\d\d/.test(text)) return { wrong: 'has a time in it. Give the day alone.' }
  return NO_DATE
}

/** A FHIR date as people write it: `2026-08-03` gives `3 August 2026`, `2026-08` gives `August 2026`; a year stays a year. Of an instant the day counts. */
export function showUkDate(date: string): string {
  const [year = '', month, day] = date.slice(0, 10).split('-')
  const name = MONTHS[Number(month) - 1]
  const parts = [day === undefined ? undefined : String(Number(day)), name && `${name.charAt(0).toUpperCase()}${name.slice(1)}`, year]
  return parts.filter((part) => part !== undefined).join(' ')
}

/** Whether a date can only be read with the month first, as American programs write it: 04/13/2026. */
export function isMonthFirst(written: string): boolean {
  const numbers = numbersOf(written.trim().replace(/[T ]0{1,2}:00(:00)?$/, ''))
  return numbers !== undefined && numbers.month > 12 && numbers.day <= 12 && numbers.month <= 31
}

const NO_DATE: ReadDate = { wrong: 'is not a date. Write it as 03/04/2026 or 2026-04-03.' }

function numbersOf(text: string): { day: number; month: number; year: number } | undefined {
  const match = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})$/.exec(text)
  return match === null ? undefined : { day: Number(match[1]), month: Number(match[3]), year: Number(match[4]) }
}

function toDate(year = '', month = '', day = ''): ReadDate {
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const at = new Date(`${date}T00:00:00Z`)
  const exists = !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date) && Number(year) >= 1880
  return exists ? { date } : { wrong: 'is a day that does not exist.' }
}
