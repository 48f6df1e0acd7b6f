/** What `Organization/$rota` tells, for the pages: who is on, the coming week day by day, the duties. Pure. Times are those of the clock on the wall. */
import type { Parameters } from '@medplum/fhirtypes'
import { readParts, type Parts } from '../../knowledge/parameters.ts'
import { dayOf, midnightOf, showDay, showMoment, showTime } from '../../rendering/dates.ts'
import type { Words } from '../../words/words.ts'

/** Hours of a duty. */
export interface Hours {
  readonly days: readonly string[]
  readonly allDay: boolean
  readonly from: string
  readonly to: string
  readonly nextDay: boolean
}

/** A duty, as it is kept. */
export interface Duty {
  /** `PractitionerRole/<id>` */
  readonly reference: string
  readonly id: string
  readonly version: string
  readonly ended: boolean
  /** By the clock of the machine, which a demonstration does not move: for the order alone. */
  readonly changedAt: string
  readonly duties: readonly string[]
  readonly title: string
  readonly who: { readonly reference?: string; readonly display?: string } | undefined
  readonly telephone: string
  readonly sms: string | undefined
  readonly email: string | undefined
  readonly hours: readonly Hours[]
  readonly startsOn: string | undefined
  readonly endsOn: string | undefined
  readonly away: readonly { readonly start: string | undefined; readonly end: string | undefined }[]
  /** Who holds it, where that is another organisation. */
  readonly holder: string | undefined
  /** Until when it is on, where it is now. */
  readonly onUntil: Date | undefined
}

/** From when until when something is so. */
export interface Span {
  readonly from: Date
  readonly to: Date
}

/** A rota as it stands. */
export interface OwnRota {
  readonly at: Date
  readonly state: 'on' | 'nobody' | 'none'
  /** The number of the organisation itself. */
  readonly ring: string | undefined
  readonly duties: readonly Duty[]
  readonly held: readonly Duty[]
  readonly colleagues: readonly { readonly value: string; readonly text: string }[]
  readonly shifts: readonly (Span & { readonly duty: string })[]
  readonly gaps: readonly Span[]
  /** The end of what was read. */
  readonly until: Date
}

/** Reads the answer. */
export function rotaIn(answer: Parameters): OwnRota {
  const all = readParts(answer)
  const state = all.text('state')
  return {
    at: new Date(all.text('at') ?? ''),
    until: new Date(all.text('until') ?? ''),
    state: state === 'on' || state === 'nobody' ? state : 'none',
    ring: all.text('ring'),
    duties: all.all('entry').map(toDuty),
    held: all.all('held').map(toDuty),
    colleagues: (answer.parameter ?? []).flatMap(({ name, valueReference }) =>
      name === 'colleague' ? [{ value: valueReference?.reference ?? '', text: valueReference?.display ?? '' }] : [],
    ),
    shifts: all.all('shift').map((one) => ({ ...toSpan(one), duty: one.reference('duty')?.reference ?? '' })),
    gaps: all.all('gap').map(toSpan),
  }
}

const toSpan = ({ text }: Parts): Span => ({ from: new Date(text('start') ?? ''), to: new Date(text('end') ?? '') })

function toDuty({ all, flag, reference, text, texts }: Parts): Duty {
  const onUntil = text('onUntil')
  return {
    reference: reference('duty')?.reference ?? '',
    id: text('id') ?? '',
    version: text('version') ?? '',
    ended: flag('ended'),
    changedAt: text('changedAt') ?? '',
    duties: texts('for'),
    title: text('title') ?? '',
    who: reference('practitioner'),
    telephone: text('telephone') ?? '',
    sms: text('sms'),
    email: text('email'),
    hours: all('hours').map((one) => ({
      days: one.texts('day'),
      allDay: one.flag('allDay'),
      from: one.text('from') ?? '',
      to: one.text('to') ?? '',
      nextDay: one.flag('nextDay'),
    })),
    startsOn: text('startsOn'),
    endsOn: text('endsOn'),
    away: all('away').map((one) => ({ start: one.text('start'), end: one.text('end') })),
    holder: reference('holder')?.display,
    onUntil: onUntil === undefined ? undefined : new Date(onUntil),
  }
}

/** One line of a day: when, and who is on, or that nobody is. */
export interface DayLine {
  readonly when: string
  /** Nothing: nobody is on. */
  readonly duty?: Duty
}

/** A day of the week that comes. */
export interface RotaDay {
  /** Local date. */
  readonly on: string
  readonly today: boolean
  readonly lines: readonly DayLine[]
}

/** How many days are shown, today among them. */
const DAYS_SHOWN = 7

/** The coming days, each with who is on when; what goes on over midnight stands under both days. */
export function daysOf(rota: OwnRota, words: Words): readonly RotaDay[] {
  const duties = new Map([...rota.duties, ...rota.held].map((one) => [one.reference, one]))
  const today = dayOf(rota.at)
  return Array.from({ length: DAYS_SHOWN }, (_, ahead) => dateAfter(today, ahead)).map((on) => {
    const day = { from: midnightOf(on), to: midnightOf(dateAfter(on, 1)) }
    const begin = on === today ? rota.at : day.from
    const spans = [...rota.gaps.map((gap) => ({ ...gap, duty: undefined })), ...rota.shifts]
      .filter(({ from, to }) => from < day.to && to > begin)
      .toSorted((one, other) => Math.max(one.from.getTime(), begin.getTime()) - Math.max(other.from.getTime(), begin.getTime()))
    const lines = spans.map(({ from, to, duty }) => {
      const known = duty === undefined ? undefined : duties.get(duty)
      return { when: whenOn({ from, to }, { day, now: rota.at }, words), ...(known === undefined ? {} : { duty: known }) }
    })
    return { on, today: on === today, lines }
  })
}

/** The part of it that lies within a day, in words. */
function whenOn({ from, to }: Span, { day, now }: { day: Span; now: Date }, { lang, ownRota: words }: Words): string {
  const ends = to < day.to ? showTime(to, lang) : undefined
  if (from <= now && now > day.from && now < day.to) return ends === undefined ? words.restOfDay : words.nowTo(ends)
  if (from <= day.from) return ends === undefined ? words.allDay : words.untilTime(ends)
  return ends === undefined ? words.fromTime(showTime(from, lang)) : words.fromTo(showTime(from, lang), ends)
}

const dateAfter = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** The gaps of the days that are shown. */
export function gapsShown({ at, gaps }: OwnRota): readonly Span[] {
  const end = midnightOf(dateAfter(dayOf(at), DAYS_SHOWN))
  return gaps.flatMap(({ from, to }) => (from < end ? [{ from, to: to < end ? to : end }] : []))
}

/** In one sentence how often and for how long nobody is on in the days that are shown; nothing where no rota is kept. */
export function gapsSaid(rota: OwnRota, { ownRota: words }: Words): string | undefined {
  const gaps = gapsShown(rota)
  if (rota.state === 'none') return undefined
  if (gaps.length === 0) return words.gapsNone
  const minutes = gaps.reduce((sum, { from, to }) => sum + (to.getTime() - from.getTime()) / 60_000, 0)
  return words.gaps(gaps.length, Math.max(1, Math.round(minutes / 60)))
}

/** Until when whoever is on now is on, or nobody is. */
export const untilSaid = (to: Date, rota: OwnRota, { lang, ownRota: words }: Words): string =>
  to >= rota.until ? words.allWeek : words.until(showMoment(to, lang))

/** Days and hours of a duty, one line each. */
export function hoursSaid({ hours }: Pick<Duty, 'hours'>, { lang, ownRota: words }: Words): readonly string[] {
  if (hours.length === 0) return [words.allHours]
  const timesOf = ({ from, to, nextDay }: Hours): string => {
    const end = showTime(to, lang)
    return words.fromTo(showTime(from, lang), nextDay ? words.nextDay(end) : end)
  }
  return hours.map((one) => `${daysSaid(one.days, words)}: ${one.allDay ? words.allDayShort : timesOf(one)}`)
}

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

function daysSaid(days: readonly string[], words: Words['ownRota']): string {
  const known = WEEK.filter((day) => days.includes(day))
  const text = known.join(' ')
  if (known.length === WEEK.length) return words.everyDay
  if (text === 'mon tue wed thu fri') return words.weekdays
  if (text === 'sat sun') return words.weekend
  return known.map((day) => words.dayNames[day]).join(', ')
}

/** What a page shows of a duty. */
export function showDuty(duty: Duty, rota: OwnRota, words: Words) {
  const { lang, ownRota: says } = words
  const named = (code: string): string => says.names[code as keyof typeof says.names] ?? code
  return {
    ...duty,
    for: duty.duties.map(named).join(', '),
    when: hoursSaid(duty, words),
    told: [...(duty.sms === undefined ? [] : [says.toldSms(duty.sms)]), ...(duty.email === undefined ? [] : [says.toldEmail(duty.email)])],
    period: [
      ...(duty.startsOn === undefined ? [] : [says.starts(showDay(duty.startsOn, lang))]),
      ...(duty.endsOn === undefined ? [] : [says.ends(showDay(duty.endsOn, lang))]),
    ].join(' '),
    leave: duty.away.map(({ start, end }) => {
      const [first, last] = [start, end].map((one) => (one === undefined ? '' : showDay(one, lang)))
      return first === last ? (first ?? '') : says.fromTo(first ?? '', last ?? '')
    }),
    ...(duty.onUntil === undefined ? {} : { until: untilSaid(duty.onUntil, rota, words) }),
  }
}
