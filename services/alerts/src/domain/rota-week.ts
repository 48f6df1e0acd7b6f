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
 * The rota is asked at each instant at which it can change, and holds until the next. Those are the full hours, at which days begin and clocks are
 * changed, and the minutes past them at which some duty begins or ends: the clock of the United Kingdom differs from UTC by full hours.
 */
export function readWeek(entries: readonly DutyEntry[], from: Date, calendar: Worked): RotaWeek {
  const to = new Date(from.getTime() + WEEK_DAYS * DAY_MS)
  const instants = turningPoints(entries, from, to)
  const shifts = entries.flatMap((entry) => runs(instants, to, (at) => isOn(entry, at, calendar)).map((run) => ({ entry, ...run })))
  const asked = entries.filter(({ duties }) => ASKED_AT_ONCE.some((duty) => duties.has(duty)))
  const gaps = asked.length === 0 ? [] : runs(instants, to, (at) => !asked.some((entry) => isOn(entry, at, calendar)))
  return { shifts: shifts.toSorted((one, other) => one.from.getTime() - other.from.getTime()), gaps, to }
}

/** The instants at which any of these duties can begin or end, the first one included. */
function turningPoints(entries: readonly DutyEntry[], from: Date, to: Date): readonly Date[] {
  const past = new Set([0, ...entries.flatMap(({ hours }) => hours.flatMap((one) => [one.from % 60, one.to % 60]))])
  const firstHour = Math.floor(from.getTime() / HOUR_MS) * HOUR_MS
  const hours = Array.from({ length: (WEEK_DAYS + 1) * 24 }, (_, hour) => firstHour + hour * HOUR_MS)
  const bounds = entries
    .flatMap(({ period, away }) => [...(period === undefined ? [] : [period]), ...away])
    .flatMap(({ start, end }) => [start, end])
    .flatMap((bound) => (bound?.includes('T') === true ? [Date.parse(bound)] : []))
  const all = [from.getTime(), ...hours.flatMap((hour) => [...past].map((minute) => hour + minute * MINUTE_MS)), ...bounds]
  return [...new Set(all)]
    .filter((at) => at >= from.getTime() && at < to.getTime())
    .toSorted((one, other) => one - other)
    .map((at) => new Date(at))
}

/** From when until when something is so, where it holds from each instant until the next. */
function runs(instants: readonly Date[], to: Date, isSo: (at: Date) => boolean): readonly Gap[] {
  const turns = instants.map((at) => ({ at, so: isSo(at) })).filter(({ so }, index, all) => so !== (all[index - 1]?.so ?? false))
  return turns.flatMap(({ at, so }, index) => (so ? [{ from: at, to: turns[index + 1]?.at ?? to }] : []))
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
