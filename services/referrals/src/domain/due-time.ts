/**
 * When a step is due: an allowance of time, counted from the decision that opened the step.
 *
 * The age of a need is another clock: it starts with the first request and never starts again (`waitingSince`).
 */
import type { ServiceRequest } from '@medplum/fhirtypes'

/** How long somebody has. Working days are counted in the calendar of the place. */
export type Allowance = { readonly hours: number } | { readonly workingDays: number }

/** Which days are worked, by the date in UTC. */
export interface Calendar {
  isWorked(day: Date): boolean
}

/** Monday to Friday. It knows no bank holidays: a due time can fall on one, which is early and never late. */
export const weekdays: Calendar = {
  isWorked(day) {
    const weekday = day.getUTCDay()
    return weekday !== 0 && weekday !== 6
  },
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/**
 * The instant at which an allowance has run out.
 *
 * Working days keep the time of day: two working days from Friday 15:00 is Tuesday 15:00. What begins on a day that is not
 * worked is counted as if it began at the end of it.
 */
export function dueAt(from: Date, allowance: Allowance, calendar: Calendar): Date {
  if ('hours' in allowance) return new Date(from.getTime() + allowance.hours * HOUR_MS)
  let day = from
  for (let left = allowance.workingDays; left > 0;) {
    day = new Date(day.getTime() + DAY_MS)
    if (calendar.isWorked(day)) left -= 1
  }
  return day
}

/** When the person's waiting began: the day of the first request, whatever was asked of whom since. Unknown when it was not said. */
export function waitingSince(request: ServiceRequest): Date | undefined {
  const at = new Date(request.authoredOn ?? '')
  return Number.isNaN(at.getTime()) ? undefined : at
}
