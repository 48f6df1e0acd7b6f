// Silence looks exactly like a quiet night: how long a hospital may be silent, by day and by night. Standards page "Hospital alerts", section 5. HAZ-A11
import { parseTime } from '@platform/hl7v2/time'

/** How long nothing may be heard of a hospital before somebody is asked to look. */
export interface UsualSilence {
  readonly byDayMs: number
  readonly atNightMs: number
}

/**
 * Whether nothing was heard for longer than is usual. Of a silence that began in the other half of the day only what fell into this one is held
 * against this one's measure, and the whole of it against the longer of both: at 07:00 a quiet night is no alarm, and at 22:00 none is called off.
 */
export function isSilent(lastAt: Date, now: Date, { byDayMs, atNightMs }: UsualSilence): boolean {
  const { atNight, since } = halfOfDay(now)
  const inThisHalf = now.getTime() - Math.max(lastAt.getTime(), since.getTime())
  return inThisHalf > (atNight ? atNightMs : byDayMs) || now.getTime() - lastAt.getTime() > Math.max(byDayMs, atNightMs)
}

/** Night is between 22:00 and 07:00 by the clock on the wall, nine hours long but for the two nights on which the clocks change. */
function halfOfDay(now: Date): { readonly atNight: boolean; readonly since: Date } {
  const { day, hour } = onTheWall(now)
  if (hour >= 7 && hour < 22) return { atNight: false, since: instantOf(`${day}07`, now) }
  const evening = hour >= 22 ? day : onTheWall(new Date(now.getTime() - 12 * 3_600_000)).day
  return { atNight: true, since: instantOf(`${evening}22`, now) }
}

const wall = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/London', dateStyle: 'short', timeStyle: 'short' })

/** `20261121` and the hour. */
function onTheWall(at: Date): { readonly day: string; readonly hour: number } {
  const digits = wall.format(at).replace(/\D/g, '')
  return { day: digits.slice(0, 8), hour: Number(digits.slice(8, 10)) }
}

const instantOf = (hour: string, otherwise: Date): Date => parseTime(hour)?.at ?? otherwise
