/** Calendar quarters, the only spans of time that reports exist for. */

/** A calendar quarter such as `2026-Q3`. */
export type Quarter = `${number}-Q${number}`

const WRITTEN = /^(\d{4})-Q([1-4])$/

/** A quarter as it is written in an address; nothing when it is none. */
export const parseQuarter = (text: string): Quarter | undefined => (WRITTEN.test(text) ? (text as Quarter) : undefined)

/** Quarters since the year 0, for storing and for going from one to the next. */
export function quarterNumber(quarter: Quarter): number {
  const [, year = '', part = ''] = WRITTEN.exec(quarter) ?? []
  return Number(year) * 4 + Number(part) - 1
}

/** The quarter of a number. */
export const quarterOfNumber = (number: number): Quarter => `${Math.floor(number / 4)}-Q${(number % 4) + 1}`

/**
 * The quarter in which a FHIR date or time lies, by the day as it was written; nothing where the month is not known.
 */
export function quarterOf(date: string | undefined): Quarter | undefined {
  const [, year = '', month = ''] = /^(\d{4})-(\d{2})/.exec(date ?? '') ?? []
  return month === '' ? undefined : quarterOfNumber(Number(year) * 4 + Math.floor((Number(month) - 1) / 3))
}

/** The first day of a quarter and the first after it, YYYY-MM-DD. */
export function daysOf(quarter: Quarter): { readonly from: string; readonly until: string } {
  const firstDay = (number: number) => `${Math.floor(number / 4)}-${String((number % 4) * 3 + 1).padStart(2, '0')}-01`
  const number = quarterNumber(quarter)
  return { from: firstDay(number), until: firstDay(number + 1) }
}
