/** Days of a figure, as a query names them. */
import { refuse } from '../../errors.ts'

/** As it was asked. */
export interface AskedPeriod {
  readonly from?: string
  readonly until?: string
}

const DAY = /^\d{4}-\d{2}-\d{2}$/

/** Both days, ISO 8601, the first not after the last. @throws PERIOD_UNREADABLE */
export function periodIn({ from, until }: AskedPeriod): { readonly from: string; readonly until: string } {
  const isDay = (day: string | undefined): day is string => day !== undefined && DAY.test(day) && !Number.isNaN(Date.parse(day))
  if (!isDay(from) || !isDay(until) || from > until) throw refuse.PERIOD_UNREADABLE()
  return { from, until }
}
