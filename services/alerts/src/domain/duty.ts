/**
 * A duty as somebody says it, what is wrong with it and where, and the PractitionerRole that keeps it. Pure. Decision 520
 * FHIR R4 PractitionerRole. https://hl7.org/fhir/R4/practitionerrole.html
 */
import type { ContactPoint, PractitionerRole, PractitionerRoleAvailableTime, PractitionerRoleNotAvailable } from '@medplum/fhirtypes'
import type { Refusal } from '@platform/fhir/errors'
import { endpointOf } from '@platform/fhir/topic-subscription'
import { CODES } from '@platform/nhs/systems'
import { refuse } from '../errors.ts'
import { DAY_MINUTES, DAYS, dutyOf, minuteOf, toDutyEntry, type DutyEntry, type Worked } from './rota.ts'
import { firstTogether } from './rota-week.ts'
import { codeOf, concept } from './vocabulary.ts'

/** Hours of a duty as somebody says them. */
export interface HoursSaid {
  readonly days: readonly string[]
  readonly allDay: boolean
  /** `17:00` */
  readonly from?: string
  readonly to?: string
  /** They end on the day after the one on which they begin. */
  readonly nextDay: boolean
}

/** Whole days, both included; an end that is not said is open. */
export interface DaysSaid {
  readonly start?: string
  readonly end?: string
  readonly words?: string
}

/** A duty as somebody says it. Nothing of it is believed yet. */
export interface DutySaid {
  readonly duties: readonly string[]
  readonly title: string
  /** `Practitioner/<id>`; a duty is a role and needs no name. */
  readonly practitioner?: string
  /** For the ward to ring. */
  readonly telephone: string
  readonly sms?: string
  readonly email?: string
  /** None: at all hours. */
  readonly hours: readonly HoursSaid[]
  readonly days: DaysSaid
  readonly away: readonly DaysSaid[]
}

/** What it is held against. */
export interface DutyFacts {
  /** `Organization/<id>` whose rota it is. */
  readonly organization: string
  /** `Practitioner/<id>` of its people. */
  readonly colleagues: ReadonlySet<string>
  /** Its other duties that have not ended. */
  readonly others: readonly DutyEntry[]
  /** Local date. */
  readonly today: string
  readonly calendar: Worked
}

const LONGEST = 100
/** Digits as they are dialled in the United Kingdom or abroad, with an extension. */
const TELEPHONE = /^\+?[0-9][0-9 ()-]{4,24}(?: ?(?:x|ext\.?|est\.?) ?[0-9]{1,6})?$/i
const PERIOD_DATE = /^\d{4}-\d{2}-\d{2}$/

const placeOf = (name: string, index?: number, part?: string): string =>
  `Parameters.parameter.where(name = '${name}')${index === undefined ? '' : `[${String(index)}]`}${part === undefined ? '' : `.part.where(name = '${part}')`}`

/** Everything that is wrong with it, each with its place; none where it may be kept. HAZ-A70 */
export function faultsOf(said: DutySaid, facts: DutyFacts): readonly Refusal[] {
  const at = (name: string, index?: number, part?: string) => ({ expression: placeOf(name, index, part) })
  const faults: Refusal[] = []
  if (said.duties.length === 0) faults.push(refuse.DUTY_MISSING({}, at('duty')))
  if (said.duties.some((code) => dutyOf(code) === undefined)) faults.push(refuse.DUTY_UNKNOWN({}, at('duty')))
  if (said.title === '') faults.push(refuse.DUTY_TITLE_MISSING({}, at('title')))
  if (said.title.length > LONGEST) faults.push(refuse.DUTY_TITLE_LONG({ longest: LONGEST }, at('title')))
  if (said.practitioner !== undefined && !facts.colleagues.has(said.practitioner))
    faults.push(refuse.DUTY_NO_COLLEAGUE({}, at('practitioner')))
  if (said.telephone === '') faults.push(refuse.DUTY_TELEPHONE_MISSING({}, at('telephone')))
  else if (!TELEPHONE.test(said.telephone)) faults.push(refuse.DUTY_TELEPHONE_UNREADABLE({}, at('telephone')))
  if (said.sms !== undefined && endpointOf('sms', said.sms) === undefined) faults.push(refuse.DUTY_SMS_UNREADABLE({}, at('sms')))
  if (said.email !== undefined && endpointOf('email', said.email) === undefined) faults.push(refuse.DUTY_EMAIL_UNREADABLE({}, at('email')))
  faults.push(...said.hours.flatMap((hours, index) => faultsOfHours(hours, (part) => at('hours', index, part))))
  if (faults.length === 0 && overlapsItself(said.hours)) faults.push(refuse.DUTY_HOURS_TWICE({}, at('hours')))
  faults.push(...faultsOfDays(said.days, (part) => at(part === 'start' ? 'startsOn' : 'endsOn')))
  faults.push(...said.away.flatMap((days, index) => faultsOfDays(days, (part) => at('away', index, part), { whole: true })))
  return faults.length > 0 ? faults : together(said, facts).map((where) => refuse.DUTY_OVERLAPS(where, at('hours')))
}

type Place = (part: string) => { readonly expression: string }

function faultsOfHours({ days, allDay, from, to, nextDay }: HoursSaid, at: Place): readonly Refusal[] {
  const faults: Refusal[] = []
  if (days.length === 0 || days.some((day) => !isDay(day))) faults.push(refuse.DUTY_DAYS_MISSING({}, at('day')))
  if (allDay) return faults
  const [start, end] = [minuteSaid(from), minuteSaid(to)]
  if (start === undefined || start === DAY_MINUTES) faults.push(refuse.DUTY_TIME_UNREADABLE({}, at('from')))
  if (end === undefined) faults.push(refuse.DUTY_TIME_UNREADABLE({}, at('to')))
  if (start === undefined || end === undefined) return faults
  if (!nextDay && end <= start) faults.push(refuse.DUTY_HOURS_END_FIRST({}, at('to')))
  if (nextDay && end > start) faults.push(refuse.DUTY_HOURS_LONG({}, at('to')))
  return faults
}

function faultsOfDays({ start, end }: DaysSaid, at: Place, { whole = false } = {}): readonly Refusal[] {
  const unread = (date: string | undefined) => (date === undefined ? whole : !isDate(date))
  if (unread(start)) return [refuse.DUTY_DATE_UNREADABLE({}, at('start'))]
  if (unread(end)) return [refuse.DUTY_DATE_UNREADABLE({}, at('end'))]
  return start !== undefined && end !== undefined && end < start ? [refuse.DUTY_DATES_END_FIRST({}, at('end'))] : []
}

const isDay = (day: string): day is (typeof DAYS)[number] => DAYS.some((one) => one === day)

const isDate = (date: string): boolean => {
  if (!PERIOD_DATE.test(date)) return false
  const at = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date)
}

/** Minutes after midnight of `9:00`, `09:00` or `09:00:00`; `24:00` is the end of the day. */
function minuteSaid(time: string | undefined): number | undefined {
  const [, hours = '', minutes = ''] = /^(\d{1,2}):(\d\d)(?::00)?$/.exec(time ?? '') ?? []
  const minute = hours === '' ? Number.NaN : Number(hours) * 60 + Number(minutes)
  return Number(minutes) < 60 && minute <= DAY_MINUTES ? minute : undefined
}

/**
 * Whether hours that begin on the same day overlap: somebody wrote a time they did not mean. A night that goes on into the hours of the next day is how
 * people say it, and harms nobody.
 */
function overlapsItself(hours: readonly HoursSaid[]): boolean {
  const spans = hours.flatMap(({ days, allDay, from, to, nextDay }) =>
    days.map((day) => ({
      day,
      from: allDay ? 0 : (minuteSaid(from) ?? 0),
      to: allDay || nextDay ? DAY_MINUTES : (minuteSaid(to) ?? 0),
    })),
  )
  return spans.some((one, index) =>
    spans.slice(index + 1).some((other) => one.day === other.day && one.from < other.to && other.from < one.to),
  )
}

/** Of two who are on for the same duty at once only one is asked: nobody could say which. The first such duty of the rota. */
function together(said: DutySaid, { others, organization, today, calendar }: DutyFacts): readonly { title: string; date: string }[] {
  const entry = toDutyEntry(dutyRole(said, { organization }))
  if (entry === undefined) return []
  for (const other of others) {
    if (other.organization !== organization || ![...entry.duties].some((duty) => other.duties.has(duty))) continue
    const date = firstTogether(entry, other, today, calendar)
    if (date !== undefined) return [{ title: other.title, date }]
  }
  return []
}

/**
 * The PractitionerRole that keeps a duty. Of one that is changed everything stays that this says nothing of: other codes and ways to reach somebody, and
 * leave or an end with a time of day, which only a system writes.
 *
 * @param before as it was
 */
export function dutyRole(
  said: DutySaid,
  { organization, before }: { readonly organization: string; readonly before?: PractitionerRole },
): PractitionerRole {
  const {
    period: _period,
    availableTime: _hours,
    notAvailable: _away,
    practitioner: _who,
    ...kept
  } = before ?? ({ resourceType: 'PractitionerRole' } as const)
  const period = periodSaid(said.days, before?.period)
  const away = [...(before?.notAvailable ?? []).filter(hasTimeOfDay), ...said.away.map(toNotAvailable)]
  return {
    ...kept,
    active: true,
    organization: { ...before?.organization, reference: organization },
    ...(said.practitioner === undefined ? {} : { practitioner: { reference: said.practitioner } }),
    code: [
      ...said.duties.map((duty) => concept(CODES.ANSWERING_ROLE, duty, said.title)),
      ...(before?.code ?? []).filter((one) => dutyOf(codeOf(one, CODES.ANSWERING_ROLE) ?? '') === undefined),
    ],
    telecom: telecomSaid(said, before?.telecom ?? []),
    ...(period === undefined ? {} : { period }),
    ...(said.hours.length === 0 ? {} : { availableTime: said.hours.map(toAvailableTime) }),
    ...(away.length === 0 ? {} : { notAvailable: away }),
  }
}

const hasTimeOfDay = ({ during }: PractitionerRoleNotAvailable): boolean => `${during?.start ?? ''}${during?.end ?? ''}`.includes('T')

const toNotAvailable = ({ start, end, words }: DaysSaid): PractitionerRoleNotAvailable => ({
  description: words ?? 'Not on',
  during: { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) },
})

function toAvailableTime({ days, allDay, from, to }: HoursSaid): PractitionerRoleAvailableTime {
  const daysOfWeek = DAYS.filter((day) => days.includes(day))
  // The end of the day has no time of its own in FHIR: hours until then have no end.
  const end = minuteSaid(to) === DAY_MINUTES ? {} : { availableEndTime: timeOf(to) }
  return allDay ? { daysOfWeek, allDay } : { daysOfWeek, availableStartTime: timeOf(from), ...end }
}

function timeOf(time: string | undefined): string {
  const minute = minuteSaid(time) ?? 0
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00`
}

/** A bound that was kept with a time of day stays as it is while its day does. */
function periodSaid({ start, end }: DaysSaid, before: PractitionerRole['period']): PractitionerRole['period'] {
  const bound = (said: string | undefined, was: string | undefined) => (said !== undefined && was?.slice(0, 10) === said ? was : said)
  const [from, to] = [bound(start, before?.start), bound(end, before?.end)]
  return from === undefined && to === undefined
    ? undefined
    : { ...(from === undefined ? {} : { start: from }), ...(to === undefined ? {} : { end: to }) }
}

/** The first number to ring, and the first of each that is written to, are those that were said; the others stay. */
function telecomSaid({ telephone, sms, email }: DutySaid, before: readonly ContactPoint[]): ContactPoint[] {
  const first = (system: ContactPoint['system']) => before.findIndex((one) => (one.system ?? 'phone') === system && one.value !== undefined)
  const replaced = new Set([first('phone'), first('sms'), first('email')])
  return [
    { system: 'phone', value: telephone },
    ...(sms === undefined ? [] : [{ system: 'sms' as const, value: sms }]),
    ...(email === undefined ? [] : [{ system: 'email' as const, value: email }]),
    ...before.filter((_, index) => !replaced.has(index)),
  ]
}

/** The duty as whoever changes it would say it: what a form begins with. */
export function dutySaid(role: PractitionerRole): DutySaid {
  const { code = [], telecom = [], availableTime = [], notAvailable = [], period, practitioner } = role
  const value = (system: ContactPoint['system']) =>
    telecom.find((one) => (one.system ?? 'phone') === system && one.value !== undefined)?.value
  const [sms, email] = [value('sms'), value('email')]
  return {
    duties: code.flatMap((one) => dutyOf(codeOf(one, CODES.ANSWERING_ROLE) ?? '') ?? []),
    title: code.find(({ text }) => text !== undefined)?.text ?? '',
    telephone: value('phone') ?? '',
    ...(practitioner?.reference === undefined ? {} : { practitioner: practitioner.reference }),
    ...(sms === undefined ? {} : { sms }),
    ...(email === undefined ? {} : { email }),
    hours: availableTime.map(hoursSaid),
    days: {
      ...(period?.start === undefined ? {} : { start: period.start.slice(0, 10) }),
      ...(period?.end === undefined ? {} : { end: period.end.slice(0, 10) }),
    },
    away: notAvailable
      .filter((one) => one.during !== undefined && !hasTimeOfDay(one))
      .map(({ during, description }) => ({ ...during, ...(description === undefined ? {} : { words: description }) })),
  }
}

function hoursSaid({ daysOfWeek = [], allDay, availableStartTime, availableEndTime }: PractitionerRoleAvailableTime): HoursSaid {
  const days = daysOfWeek.length === 0 ? [...DAYS] : daysOfWeek
  if (allDay === true) return { days, allDay, nextDay: false }
  const [from, to] = [(availableStartTime ?? '00:00').slice(0, 5), (availableEndTime ?? '24:00').slice(0, 5)]
  return { days, allDay: false, from, to, nextDay: (minuteOf(to) ?? 0) <= (minuteOf(from) ?? 0) }
}
