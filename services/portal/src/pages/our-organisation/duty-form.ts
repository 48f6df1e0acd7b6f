/** The form of a duty: what was entered, the Parameters of the operation, and what is wrong beside each field. Pure. */
import type { Parameters, ParametersParameter } from '@medplum/fhirtypes'
import type { Issue } from '@platform/fhir/errors'
import { dayIn, fromDate, isEmptyDay, listIn, problems, textIn, toDate, type EnteredDay, type Problems } from '../../forms/fields.ts'
import { showDay } from '../../rendering/dates.ts'
import type { Words } from '../../words/words.ts'
import type { Duty } from './own-rota.ts'

/** One block of hours as entered. */
export interface EnteredHours {
  readonly days: readonly string[]
  readonly from: string
  readonly to: string
  /** `allDay`, `nextDay` */
  readonly how: readonly string[]
}

/** A duty as entered. */
export interface EnteredDuty {
  readonly duties: readonly string[]
  readonly title: string
  readonly practitioner: string
  readonly telephone: string
  readonly sms: string
  readonly email: string
  /** `always` or `hours`. */
  readonly when: string
  readonly hours: readonly EnteredHours[]
  readonly startsOn: EnteredDay
  readonly endsOn: EnteredDay
  readonly away: readonly { readonly start: EnteredDay; readonly end: EnteredDay }[]
}

/** As many as a form may hold; a browser sends no more than it was shown. */
const [MOST_HOURS, MOST_AWAY] = [14, 20]
const NO_DAY: EnteredDay = { day: '', month: '', year: '' }
const NO_HOURS: EnteredHours = { days: [], from: '', to: '', how: [] }

/** An empty form. */
export const emptyDuty: EnteredDuty = {
  duties: [],
  title: '',
  practitioner: '',
  telephone: '',
  sms: '',
  email: '',
  when: '',
  hours: [],
  startsOn: NO_DAY,
  endsOn: NO_DAY,
  away: [],
}

/** The form of a duty that is there. */
export const formOf = (duty: Duty): EnteredDuty => ({
  duties: duty.duties,
  title: duty.title,
  practitioner: duty.who?.reference ?? '',
  telephone: duty.telephone,
  sms: duty.sms ?? '',
  email: duty.email ?? '',
  when: duty.hours.length === 0 ? 'always' : 'hours',
  hours: duty.hours.map(({ days, allDay, from, to, nextDay }) => ({
    days,
    from: allDay ? '' : from,
    to: allDay ? '' : to,
    how: [...(allDay ? ['allDay'] : []), ...(nextDay ? ['nextDay'] : [])],
  })),
  startsOn: duty.startsOn === undefined ? NO_DAY : fromDate(duty.startsOn),
  endsOn: duty.endsOn === undefined ? NO_DAY : fromDate(duty.endsOn),
  away: duty.away.map(({ start, end }) => ({
    start: start === undefined ? NO_DAY : fromDate(start),
    end: end === undefined ? NO_DAY : fromDate(end),
  })),
})

/** Two blocks at least, and always an empty one to add what is missing. */
export function withRoom({ hours, away, ...rest }: EnteredDuty): EnteredDuty {
  const [given, leave] = [hours.slice(0, lastOf(hours, isEmptyHours)), away.slice(0, lastOf(away, isEmptyAway))]
  return {
    ...rest,
    hours: [...given, ...Array.from({ length: Math.max(1, 2 - given.length) }, () => NO_HOURS)].slice(0, MOST_HOURS),
    away: [...leave, { start: NO_DAY, end: NO_DAY }].slice(0, MOST_AWAY),
  }
}

/** How many blocks there are up to the last that holds something. */
const lastOf = <T>(blocks: readonly T[], isEmpty: (block: T) => boolean): number => blocks.findLastIndex((block) => !isEmpty(block)) + 1

/** What a person entered. */
export function enteredDuty(body: unknown): EnteredDuty {
  const blocks = (most: number, name: (nth: number) => string): number[] =>
    Array.from({ length: most }, (_, nth) => nth).filter((nth) => Object.keys(body ?? {}).some((key) => key.startsWith(`${name(nth)}-`)))
  return {
    duties: listIn(body, 'duties'),
    title: textIn(body, 'title'),
    practitioner: textIn(body, 'practitioner'),
    telephone: textIn(body, 'telephone'),
    sms: textIn(body, 'sms'),
    email: textIn(body, 'email'),
    when: textIn(body, 'when'),
    hours: blocks(MOST_HOURS, (nth) => `hours${String(nth)}`).map((nth) => ({
      days: listIn(body, `hours${String(nth)}-days`),
      from: textIn(body, `hours${String(nth)}-from`),
      to: textIn(body, `hours${String(nth)}-to`),
      how: listIn(body, `hours${String(nth)}-how`),
    })),
    startsOn: dayIn(body, 'startsOn'),
    endsOn: dayIn(body, 'endsOn'),
    away: blocks(MOST_AWAY, (nth) => `away${String(nth)}`).map((nth) => ({
      start: dayIn(body, `away${String(nth)}-start`),
      end: dayIn(body, `away${String(nth)}-end`),
    })),
  }
}

const isEmptyAway = ({ start, end }: EnteredDuty['away'][number]): boolean => isEmptyDay(start) && isEmptyDay(end)
const isEmptyHours = ({ days, from, to, how }: EnteredHours): boolean => days.length === 0 && `${from}${to}` === '' && how.length === 0

/** Blocks that hold something, by their place in the form. */
const filled = <T>(blocks: readonly T[], isEmpty: (block: T) => boolean): readonly (readonly [number, T])[] =>
  [...blocks.entries()].filter(([, block]) => !isEmpty(block))
const hoursGiven = ({ when, hours }: EnteredDuty) => (when === 'always' ? [] : filled(hours, isEmptyHours))
const awayGiven = ({ away }: EnteredDuty) => filled(away, isEmptyAway)

/** Whether a duty is for some time alone, or has leave. */
export const isLimited = (entered: EnteredDuty): boolean =>
  !isEmptyDay(entered.startsOn) || !isEmptyDay(entered.endsOn) || awayGiven(entered).length > 0

/** `9`, `9.30` and `0930` are times as people write them; what is none stays as it is, for the service to name. */
function timeOf(text: string): string {
  const [, hours = '', minutes = '00'] = /^(\d{1,2})(?:[:.]?(\d\d))?$/.exec(text) ?? []
  return hours === '' ? text : `${hours.padStart(2, '0')}:${minutes}`
}

const dateOf = (day: EnteredDay): string => toDate(day) ?? [day.year, day.month, day.day].join('-')

const said = (name: string, valueString: string): ParametersParameter[] => (valueString === '' ? [] : [{ name, valueString }])
const saidDay = (name: string, day: EnteredDay): ParametersParameter[] => (isEmptyDay(day) ? [] : [{ name, valueString: dateOf(day) }])

/** What the operation is asked for. @param of the duty that is changed, as it was shown */
export function toParameters(entered: EnteredDuty, of?: { readonly id: string; readonly version: string }): Parameters {
  return {
    resourceType: 'Parameters',
    parameter: [
      ...(of === undefined ? [] : [...said('id', of.id), ...said('version', of.version)]),
      ...entered.duties.map((duty) => ({ name: 'duty', valueCode: duty })),
      ...said('title', entered.title),
      ...said('practitioner', entered.practitioner),
      ...said('telephone', entered.telephone),
      ...said('sms', entered.sms),
      ...said('email', entered.email),
      ...hoursGiven(entered).map(([, { days, from, to, how }]) => ({
        name: 'hours',
        part: [
          ...days.map((day) => ({ name: 'day', valueCode: day })),
          ...(how.includes('allDay')
            ? [{ name: 'allDay', valueBoolean: true }]
            : [...said('from', timeOf(from)), ...said('to', timeOf(to))]),
          ...(how.includes('nextDay') && !how.includes('allDay') ? [{ name: 'nextDay', valueBoolean: true }] : []),
        ],
      })),
      ...saidDay('startsOn', entered.startsOn),
      ...saidDay('endsOn', entered.endsOn),
      ...awayGiven(entered).map(([, { start, end }]) => ({ name: 'away', part: [...saidDay('start', start), ...saidDay('end', end)] })),
    ],
  }
}

/** What was left out. That nothing was chosen is no answer to “at all hours?”, and only the form knows of that. */
export function faultsOfForm(entered: EnteredDuty, { ownRota: words }: Words): Problems {
  const wrong = problems()
  if (entered.duties.length === 0) wrong.add('duties', words.rules.DUTY_MISSING)
  if (entered.title === '') wrong.add('title', words.rules.DUTY_TITLE_MISSING)
  if (entered.telephone === '') wrong.add('telephone', words.rules.DUTY_TELEPHONE_MISSING)
  if (entered.when !== 'always' && entered.when !== 'hours') wrong.add('when', words.hoursMissing)
  if (entered.when === 'hours' && hoursGiven(entered).length === 0) wrong.add('when', words.blockMissing)
  return wrong
}

/** The place of an issue, as the operation names it. */
const PLACE = /where\(name = '(\w+)'\)(?:\[(\d+)\])?(?:\.part\.where\(name = '(\w+)'\))?/

/** What the service found wrong, each beside its field, in the words of the page. */
export function addFaults(wrong: Problems, issues: readonly Issue[], entered: EnteredDuty, words: Words): void {
  for (const issue of issues) {
    const [, name = '', nth, part = ''] = PLACE.exec(issue.expression ?? '') ?? []
    const [field, target] = fieldOf({ name, nth: Number(nth ?? 0), part, whole: nth === undefined }, entered)
    wrong.add(field, sentenceOf(issue, words), target)
  }
}

interface Place {
  readonly name: string
  readonly nth: number
  readonly part: string
  /** The place is all blocks of a name together. */
  readonly whole: boolean
}

/** The field a place of the Parameters is of, and the box to go to. */
function fieldOf({ name, nth, part, whole }: Place, entered: EnteredDuty): readonly [string, string?] {
  if (name === 'duty') return ['duties']
  if (name === 'hours') return whole ? ['when'] : [`hours${String(hoursGiven(entered)[nth]?.[0] ?? 0)}-${part === 'day' ? 'days' : part}`]
  if (name === 'away') {
    const field = `away${String(awayGiven(entered)[nth]?.[0] ?? 0)}-${part === '' ? 'start' : part}`
    return [field, `${field}-day`]
  }
  if (name === 'startsOn' || name === 'endsOn') return [name, `${name}-day`]
  return [['title', 'practitioner', 'telephone', 'sms', 'email'].includes(name) ? name : 'duties']
}

function sentenceOf({ rule = '', text, remedy }: Issue, { lang, ownRota: words }: Words): string {
  const [, title, date] = (rule === 'DUTY_OVERLAPS' ? /^“(.*)” is on .* (\d{4}-\d\d-\d\d)\.$/s.exec(text) : null) ?? []
  if (title !== undefined && date !== undefined) return words.overlaps(title, showDay(date, lang))
  const rules: Readonly<Record<string, string>> = words.rules
  return rules[rule] ?? [text, remedy].filter((one) => one !== undefined).join(' ')
}
