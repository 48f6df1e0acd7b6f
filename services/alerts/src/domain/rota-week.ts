/** A rota read forward: who is on from when until when, and when nobody is. Pure. HAZ-A19, HAZ-A70 */
import { ASKED_AT_ONCE, dayOf, DAY_MINUTES, isOn, localOf, type DutyEntry, type Worked } from './rota.ts'

/** Somebody is on without a break. */
export interface Shift {
  readonly entry: DutyEntry
  readonly from: Date
  /** The end of what was read where the shift goes on. */
  readonly to: Date
}

/** Nobody who is asked at once is on. */
export interface Gap {
  readonly from: Date
  readonly to: Date
}

/** What a rota says of some time ahead. */
export interface RotaWeek {
  readonly shifts: readonly Shift[]
  readonly gaps: readonly Gap[]
  /** The end of what was read. */
  readonly to: Date
}

/** How far ahead a rota is read, in days. */
export const WEEK_DAYS = 7

const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000]

/**
 * The coming week of a rota, from an instant on. Where nobody is ever asked at once the organisation is asked as a whole, and nothing is a gap.
 *
 * Each duty is asked at each instant at which it can begin or end, and holds until the next.
 */
export function readWeek(entries: readonly DutyEntry[], from: Date, calendar: Worked): RotaWeek {
  const to = new Date(from.getTime() + WEEK_DAYS * DAY_MS)
  const hours = hoursOf(from, to, calendar)
  const shifts = entries.flatMap((entry) => shiftsOf(entry, { from, to, hours }, calendar))
  const asked = entries.filter(({ duties }) => ASKED_AT_ONCE.some((duty) => duties.has(duty)))
  const gaps =
    asked.length === 0
      ? []
      : between(
          shifts.filter(({ entry }) => asked.includes(entry)),
          from,
          to,
        )
  return { shifts: shifts.toSorted((one, other) => one.from.getTime() - other.from.getTime()), gaps, to }
}

/** A full hour by UTC, which is one on the wall of the United Kingdom too. */
interface Hour {
  readonly at: number
  /** Which hour of the day it is on the wall. */
  readonly wall: number
  /** The clocks are changed as it begins. */
  readonly changed: boolean
}

function hoursOf(from: Date, to: Date, { timeZone }: Worked): readonly Hour[] {
  const first = Math.floor(from.getTime() / HOUR_MS) * HOUR_MS
  const count = Math.ceil((to.getTime() - first) / HOUR_MS)
  const walls = Array.from({ length: count }, (_, hour) => Math.floor(localOf(new Date(first + hour * HOUR_MS), timeZone).minute / 60))
  return walls.map((wall, index) => ({ at: first + index * HOUR_MS, wall, changed: wall !== ((walls[index - 1] ?? wall - 1) + 1) % 24 }))
}

interface Ahead {
  readonly from: Date
  readonly to: Date
  readonly hours: readonly Hour[]
}

function shiftsOf(entry: DutyEntry, ahead: Ahead, calendar: Worked): readonly Shift[] {
  const states = turningPoints(entry, ahead).map((at) => ({ at, on: isOn(entry, at, calendar) }))
  const turns = states.filter(({ on }, index) => on !== (states[index - 1]?.on ?? false))
  return turns.flatMap(({ at, on }, index) => (on ? [{ entry, from: at, to: turns[index + 1]?.at ?? ahead.to }] : []))
}

/** Where a duty can begin or end: its own times, midnight, at which days and leave begin, a change of the clocks, and bounds with a time of day. */
function turningPoints({ hours: own, period, away }: DutyEntry, { from, to, hours }: Ahead): readonly Date[] {
  const times = own.flatMap((one) => [one.from, one.to])
  const within = hours.flatMap(({ at, wall, changed }) => [
    ...(wall === 0 || changed ? [at] : []),
    ...times.flatMap((minute) => (Math.floor(minute / 60) === wall ? [at + (minute % 60) * MINUTE_MS] : [])),
  ])
  const bounds = [...(period === undefined ? [] : [period]), ...away]
    .flatMap(({ start, end }) => [start, end])
    .flatMap((bound) => (bound?.includes('T') === true ? [Date.parse(bound)] : []))
  const all = [...within, ...bounds].filter((at) => at > from.getTime() && at < to.getTime())
  return [from.getTime(), ...new Set(all)].toSorted((one, other) => one - other).map((at) => new Date(at))
}

/** The time within which nothing of this is. */
function between(spans: readonly Gap[], from: Date, to: Date): readonly Gap[] {
  const gaps: Gap[] = []
  let covered = from
  for (const span of spans.toSorted((one, other) => one.from.getTime() - other.from.getTime())) {
    if (span.from > covered) gaps.push({ from: covered, to: span.from })
    if (span.to > covered) covered = span.to
  }
  return covered < to ? [...gaps, { from: covered, to }] : gaps
}

/** How far ahead two duties are compared, in days: a year and its holidays. */
const COMPARED_DAYS = 366

/**
 * The first local date on which two duties are on at the same minute; nothing where they never are. Of leave and of the days of a duty those count that
 * are whole days.
 *
 * @param today local date from which on they are compared
 */
export function firstTogether(one: DutyEntry, other: DutyEntry, today: string, calendar: Worked): string | undefined {
  const start = [today, one.period?.start?.slice(0, 10), other.period?.start?.slice(0, 10)]
    .filter((date) => date?.length === 10)
    .reduce<string>((latest, date) => (date !== undefined && date > latest ? date : latest), today)
  for (let ahead = 0; ahead <= COMPARED_DAYS; ahead += 1) {
    const date = dateAfter(start, ahead)
    if ([one, other].some(({ period }) => period?.end !== undefined && date.slice(0, period.end.length) > period.end)) return undefined
    const theirs = spansOn(other, date, calendar)
    if (spansOn(one, date, calendar).some((span) => theirs.some(({ from, to }) => span.from < to && from < span.to))) return date
  }
  return undefined
}

interface Span {
  readonly from: number
  readonly to: number
}

/** The minutes of a local date at which a duty is on. */
function spansOn({ hours, period, away }: DutyEntry, date: string, calendar: Worked): readonly Span[] {
  const within = (bound: { readonly start?: string; readonly end?: string }): boolean =>
    (bound.start === undefined || bound.start.slice(0, 10) <= date) &&
    (bound.end === undefined || date.slice(0, bound.end.length) <= bound.end)
  if (period !== undefined && !within(period)) return []
  if (away.some((one) => !`${one.start ?? ''}${one.end ?? ''}`.includes('T') && within(one))) return []
  if (hours.length === 0) return [{ from: 0, to: DAY_MINUTES }]
  const [today, yesterday] = [dayOf(date, 0, calendar), dayOf(date, -1, calendar)]
  return hours.flatMap(({ days, from, to }) =>
    to > from
      ? days.has(today)
        ? [{ from, to }]
        : []
      : [...(days.has(today) ? [{ from, to: DAY_MINUTES }] : []), ...(days.has(yesterday) && to > 0 ? [{ from: 0, to }] : [])],
  )
}

const dateAfter = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T12:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)

/** The local date of an instant. */
export const dateOf = (at: Date, { timeZone }: Pick<Worked, 'timeZone'>): string => localOf(at, timeZone).date
