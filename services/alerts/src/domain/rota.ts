// Who is on now: a rota kept as PractitionerRole, one for each duty. Roles and not names; standards page "Hospital alerts", section 10. HAZ-A19
// FHIR R4 PractitionerRole: availableTime, notAvailable, period. https://hl7.org/fhir/R4/practitionerrole.html
import type { ContactPoint, Period, PractitionerRole, PractitionerRoleAvailableTime } from '@medplum/fhirtypes'
import type { Calendar } from '@handrail/fhir-profiles/calendar'
import { endpointOf } from '@platform/fhir/topic-subscription'
import { CODES } from '@platform/nhs/systems'
import { codeOf, referenceTo } from './vocabulary.ts'

/** A duty that a rota can hold. Code system `answering-role`; a ward is always staffed and keeps none. */
export type Duty = 'specialist' | 'deputy' | 'site-lead' | 'on-call'

/** One entry of a rota: a duty, whose it is, and when. */
export interface DutyEntry {
  /** `PractitionerRole/…` */
  readonly reference: string
  /** `Organization/…` that holds it: it may be another one than the one that is covered. */
  readonly organization: string
  readonly duties: ReadonlySet<string>
  /** What it is called, in its own words. */
  readonly title: string
  /** To ring. */
  readonly telephone?: string
  /** Where the hub writes to, without any detail. */
  readonly written: readonly { readonly channel: 'sms' | 'email'; readonly endpoint: string }[]
  readonly period?: Period
  /** None: at all hours. */
  readonly hours: readonly DutyHours[]
  readonly away: readonly Period[]
}

/** Hours on some days of the week (Sunday = 0), in minutes of the local day; an end at or before the start lies on the next day. */
export interface DutyHours {
  readonly days: ReadonlySet<number>
  readonly from: number
  readonly to: number
}

/** Whether somebody is on. `unknown`: no rota is kept for it, so nothing is claimed. */
export type OnDuty =
  { readonly state: 'on'; readonly duty: Duty; readonly entry: DutyEntry } | { readonly state: 'nobody' } | { readonly state: 'unknown' }

/** Every duty, in the order in which a page offers them. */
export const ALL_DUTIES: readonly Duty[] = ['specialist', 'on-call', 'deputy', 'site-lead']

/** Whoever is asked at once when an alert is raised or an answer must be looked at now. While none of them is on, nobody is. */
export const ASKED_AT_ONCE: readonly Duty[] = ['specialist', 'on-call']

/** The days of the week as FHIR writes them, Sunday = 0. */
export const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

/** Minutes of a day on the wall. */
export const DAY_MINUTES = 24 * 60

const DUTIES: ReadonlySet<string> = new Set(ALL_DUTIES)

/** Which of the duties a code is; nothing when it is none. */
export const dutyOf = (code: string): Duty | undefined => ALL_DUTIES.find((one) => one === code)

/** The days that are worked, the holidays, and whose clock it is. */
export type Worked = Pick<Calendar, 'isWorked' | 'workingDays' | 'timeZone'>

/** The entry out of its PractitionerRole; nothing where it holds no duty of ours or belongs to nobody. */
export function toDutyEntry(role: PractitionerRole): DutyEntry | undefined {
  const duties = (role.code ?? []).flatMap((each) => codeOf(each, CODES.ANSWERING_ROLE) ?? []).filter((code) => DUTIES.has(code))
  const organization = role.organization?.reference
  if (role.active === false || duties.length === 0 || organization === undefined) return undefined
  const telephone = role.telecom?.find(({ system, value }) => (system === 'phone' || system === undefined) && value !== undefined)?.value
  return {
    reference: referenceTo(role),
    organization,
    duties: new Set(duties),
    title: role.code?.find(({ text }) => text !== undefined)?.text ?? 'the rota',
    ...(telephone === undefined ? {} : { telephone }),
    written: (role.telecom ?? []).flatMap(toWritten),
    ...(role.period === undefined ? {} : { period: role.period }),
    hours: (role.availableTime ?? []).map(toHours),
    away: (role.notAvailable ?? []).flatMap(({ during }) => during ?? []),
  }
}

function toWritten({ system, value }: ContactPoint): DutyEntry['written'] {
  if (value === undefined || (system !== 'sms' && system !== 'email')) return []
  const endpoint = endpointOf(system, value)
  return endpoint === undefined ? [] : [{ channel: system, endpoint }]
}

function toHours({ daysOfWeek = [], allDay, availableStartTime, availableEndTime }: PractitionerRoleAvailableTime): DutyHours {
  const days = new Set(daysOfWeek.length === 0 ? DAYS.keys() : daysOfWeek.map((day) => DAYS.indexOf(day)))
  if (allDay === true) return { days, from: 0, to: DAY_MINUTES }
  return { days, from: minuteOf(availableStartTime) ?? 0, to: minuteOf(availableEndTime) ?? DAY_MINUTES }
}

/** Minute of the day of a time such as `17:00:00`; nothing where it is none. */
export function minuteOf(time: string | undefined): number | undefined {
  const [, hours, minutes] = /^(\d\d):(\d\d)/.exec(time ?? '') ?? []
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes)
}

/** Whether this entry is on at that instant, by the clock on the wall. A bank holiday is worked as a Sunday is. */
export function isOn(entry: DutyEntry, at: Date, calendar: Worked): boolean {
  if (entry.period !== undefined && !covers(entry.period, at, calendar.timeZone)) return false
  if (entry.away.some((period) => covers(period, at, calendar.timeZone))) return false
  if (entry.hours.length === 0) return true
  const { date, minute } = localOf(at, calendar.timeZone)
  const [today, yesterday] = [dayOf(date, 0, calendar), dayOf(date, -1, calendar)]
  return entry.hours.some(({ days, from, to }) =>
    to > from
      ? days.has(today) && minute >= from && minute < to
      : (days.has(today) && minute >= from) || (days.has(yesterday) && minute < to),
  )
}

/** The day of the week that is worked on a local date so many days away, Sunday = 0. */
export function dayOf(date: string, ahead: number, { isWorked, workingDays }: Pick<Calendar, 'isWorked' | 'workingDays'>): number {
  const noon = new Date(Date.parse(`${date}T12:00:00Z`) + ahead * 86_400_000)
  const day = noon.getUTCDay()
  return workingDays.includes(day) && !isWorked(noon) ? 0 : day
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Date and minute of the day on the wall. */
export function localOf(at: Date, timeZone: string): { readonly date: string; readonly minute: number } {
  const format =
    formats.get(timeZone) ?? new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' }) // 2026-11-21, 02:14
  formats.set(timeZone, format)
  const [, date = '', hours = '0', minutes = '0'] = /^(\S+), (\d\d):(\d\d)/.exec(format.format(at)) ?? []
  return { date, minute: Number(hours) * 60 + Number(minutes) }
}

/** A bound without a time of day means the whole of that local day. */
function covers({ start, end }: Period, at: Date, timeZone: string): boolean {
  const { date } = localOf(at, timeZone)
  const begun = start === undefined || (start.includes('T') ? Date.parse(start) <= at.getTime() : start <= date.slice(0, start.length))
  const over = end !== undefined && (end.includes('T') ? Date.parse(end) <= at.getTime() : date.slice(0, end.length) > end)
  return begun && !over
}

/** Who holds the first of these duties that anybody is on for. Quiet hours change the route, never the time. */
export function onDuty(entries: readonly DutyEntry[], duties: readonly Duty[], at: Date, calendar: Worked): OnDuty {
  for (const duty of duties) {
    const entry = entries.find((each) => each.duties.has(duty) && isOn(each, at, calendar))
    if (entry !== undefined) return { state: 'on', duty, entry }
  }
  return entries.some((each) => duties.some((duty) => each.duties.has(duty))) ? { state: 'nobody' } : { state: 'unknown' }
}
