/** Pictures of a diary: what can be drawn from its entries, with the numbers for the table behind. Nothing is concluded. Pure. */
import type { DiaryShown } from './entry.ts'

/** One day of the picture. */
export interface DayOfPattern {
  /** FHIR date. */
  readonly on: string
  /** The worst number of the day; absent where no number was given. */
  readonly worst?: number
  readonly entries: number
}

/** How often something was named. */
export interface Named {
  readonly name: string
  readonly count: number
}

export interface Pattern {
  readonly days: readonly DayOfPattern[]
  readonly times: readonly Named[]
  readonly triggers: readonly Named[]
  /** The largest count, to draw bars by. */
  readonly most: number
}

export const PATTERN_DAYS = 28
const DAY_MS = 86_400_000

/**
 * The last four weeks of one item.
 *
 * @param today the local day, `2026-11-21`: the last of the picture
 */
export function patternOf(entries: readonly DiaryShown[], code: string, today: string): Pattern {
  const last = Date.parse(`${today}T12:00:00Z`)
  const days = Array.from({ length: PATTERN_DAYS }, (_none, index) =>
    new Date(last - (PATTERN_DAYS - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  )
  const own = entries.filter((one) => one.code === code && one.on >= (days[0] ?? '') && one.on <= today)
  const counted = (names: readonly string[]): Named[] =>
    [...Map.groupBy(names, (name) => name)]
      .map(([name, some]) => ({ name, count: some.length }))
      .toSorted((one, other) => other.count - one.count || one.name.localeCompare(other.name))
  const times = counted(own.flatMap(({ time }) => time ?? []))
  const triggers = counted(own.flatMap((one) => one.triggers))
  return {
    days: days.map((on) => {
      const some = own.filter((one) => one.on === on)
      const scores = some.flatMap(({ score }) => score ?? [])
      return { on, entries: some.length, ...(scores.length === 0 ? {} : { worst: Math.max(...scores) }) }
    }),
    times,
    triggers,
    most: Math.max(1, ...times.map(({ count }) => count), ...triggers.map(({ count }) => count)),
  }
}
