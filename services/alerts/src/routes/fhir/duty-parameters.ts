/** A duty in Parameters, as the operations of a rota take and give it. https://hl7.org/fhir/R4/parameters.html */
import type { Parameters, ParametersParameter } from '@medplum/fhirtypes'
import type { ParsedJson } from '@platform/fhir/json'
import { dutySaid, type DaysSaid, type DutySaid, type HoursSaid } from '../../domain/duty.ts'
import type { DutyEntry } from '../../domain/rota.ts'
import { refuse } from '../../errors.ts'
import type { DutyVersion, KeptDuty, KeptRota } from '../../store/kept-rota.ts'

const OF_A_DUTY = ['duty', 'title', 'practitioner', 'telephone', 'sms', 'email', 'hours', 'startsOn', 'endsOn', 'away']
const OF_A_VERSION = ['id', 'version']
const SEVERAL: ReadonlySet<string> = new Set(['duty', 'hours', 'away', 'day'])
/** More than anybody needs; whoever sends more does not mean a rota. */
const MOST = 50

/** @throws PARAMETERS_MALFORMED */
export function readDuty(body: unknown): DutySaid {
  const given = partsIn(listIn(body), [...OF_A_DUTY, ...OF_A_VERSION], 'Parameters.parameter')
  return {
    duties: given.all('duty').map(textOf),
    title: given.text('title') ?? '',
    telephone: given.text('telephone') ?? '',
    ...optional('practitioner', given.reference('practitioner')),
    ...optional('sms', given.text('sms')),
    ...optional('email', given.text('email')),
    hours: given.all('hours').map((one, index) => hoursIn(one, `Parameters.parameter.where(name = 'hours')[${String(index)}].part`)),
    days: { ...optional('start', given.text('startsOn')), ...optional('end', given.text('endsOn')) },
    away: given.all('away').map((one, index) => daysIn(one, `Parameters.parameter.where(name = 'away')[${String(index)}].part`)),
  }
}

/**
 * Which duty, and as which version it was read.
 *
 * @param how.alone whether nothing else is said with it
 * @throws PARAMETER_MISSING, PARAMETERS_MALFORMED
 */
export function readDutyVersion(body: unknown, { alone }: { readonly alone: boolean }): DutyVersion {
  const given = partsIn(listIn(body), alone ? OF_A_VERSION : [...OF_A_DUTY, ...OF_A_VERSION], 'Parameters.parameter')
  const said = (name: string): string => {
    const text = given.text(name)
    if (text === undefined) throw refuse.PARAMETER_MISSING({ name }, { expression: `Parameters.parameter.where(name = '${name}')` })
    return text
  }
  const id = said('id').replace(/^PractitionerRole\//, '')
  if (!/^[A-Za-z0-9\-.]{1,64}$/.test(id)) throw refuse.DUTY_NOT_HERE()
  return { id, version: said('version') }
}

function hoursIn({ part }: ParametersParameter, place: string): HoursSaid {
  const given = partsIn(part ?? [], ['day', 'allDay', 'from', 'to', 'nextDay'], place)
  return {
    days: given.all('day').map(textOf),
    allDay: given.flag('allDay'),
    ...optional('from', given.text('from')),
    ...optional('to', given.text('to')),
    nextDay: given.flag('nextDay'),
  }
}

function daysIn({ part }: ParametersParameter, place: string): DaysSaid {
  const given = partsIn(part ?? [], ['start', 'end', 'words'], place)
  return { ...optional('start', given.text('start')), ...optional('end', given.text('end')), ...optional('words', given.text('words')) }
}

const optional = <K extends string>(name: K, value: string | undefined): { readonly [N in K]?: string } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [N in K]?: string }

function listIn(body: unknown): readonly ParametersParameter[] {
  const resource = (body as ParsedJson | undefined)?.value as Parameters | undefined
  const list: unknown = resource?.parameter ?? []
  if (resource?.resourceType !== 'Parameters' || !Array.isArray(list)) throw refuse.PARAMETERS_MALFORMED({}, { expression: 'Parameters' })
  return list as readonly ParametersParameter[]
}

/** Reads a list of parameters. One of another name, or several where there is one, is refused, so that none is overlooked. */
function partsIn(list: unknown, names: readonly string[], place: string) {
  if (!Array.isArray(list) || list.length > MOST) throw refuse.PARAMETERS_MALFORMED({}, { expression: place })
  const given = list as readonly (ParametersParameter | null)[]
  const seen = new Set<string>()
  for (const [index, one] of given.entries()) {
    const name = one?.name
    if (typeof name !== 'string' || !names.includes(name) || (seen.has(name) && !SEVERAL.has(name)))
      throw refuse.PARAMETERS_MALFORMED({}, { expression: `${place}[${String(index)}]` })
    seen.add(name)
  }
  const all = (name: string) => given.filter((one): one is ParametersParameter => one?.name === name)
  const text = (name: string): string | undefined => {
    const [value = ''] = all(name).map(textOf)
    return value === '' ? undefined : value
  }
  return {
    all,
    text,
    reference: (name: string): string | undefined => {
      const reference: unknown = all(name)[0]?.valueReference?.reference
      return typeof reference === 'string' && reference !== '' ? reference : text(name)
    },
    flag: (name: string): boolean => all(name)[0]?.valueBoolean === true,
  }
}

/** What was said, of whichever type; empty where it is no text. */
function textOf(parameter: ParametersParameter): string {
  const { valueString, valueCode, valueTime, valueDate, valueId } = parameter
  const value: unknown = [valueString, valueCode, valueTime, valueDate, valueId].find((one) => one !== undefined)
  return typeof value === 'string' ? value.trim() : ''
}

/** A duty of the rota itself. @param until when whoever is on now by it is on no more; nothing when nobody is */
export function dutyPart({ role, entry, ended }: KeptDuty, { names }: KeptRota, until: Date | undefined): ParametersParameter {
  const said = dutySaid(role)
  const who = said.practitioner
  return {
    name: 'entry',
    part: [
      { name: 'duty', valueReference: { reference: entry.reference } },
      { name: 'id', valueId: role.id ?? '' },
      { name: 'version', valueString: role.meta?.versionId ?? '' },
      { name: 'ended', valueBoolean: ended },
      ...(role.meta?.lastUpdated === undefined ? [] : [{ name: 'changedAt', valueInstant: role.meta.lastUpdated }]),
      ...onPart(until),
      ...said.duties.map((duty) => ({ name: 'for', valueCode: duty })),
      { name: 'title', valueString: said.title === '' ? entry.title : said.title },
      ...(who === undefined ? [] : [{ name: 'practitioner', valueReference: { reference: who, display: names.get(who) ?? who } }]),
      ...texts({ telephone: said.telephone, sms: said.sms, email: said.email, startsOn: said.days.start, endsOn: said.days.end }),
      ...said.hours.map(hoursPart),
      ...said.away.map(({ start, end, words }) => ({ name: 'away', part: texts({ start, end, words }) })),
    ],
  }
}

/** A duty that another organisation holds for it. */
export const heldPart = (entry: DutyEntry, { names }: KeptRota, until: Date | undefined): ParametersParameter => ({
  name: 'held',
  part: [
    { name: 'duty', valueReference: { reference: entry.reference } },
    { name: 'holder', valueReference: { reference: entry.organization, display: names.get(entry.organization) ?? entry.organization } },
    ...onPart(until),
    ...[...entry.duties].map((duty) => ({ name: 'for', valueCode: duty })),
    ...texts({ title: entry.title, telephone: entry.telephone }),
  ],
})

const onPart = (until: Date | undefined): ParametersParameter[] => [
  { name: 'on', valueBoolean: until !== undefined },
  ...(until === undefined ? [] : [{ name: 'onUntil', valueInstant: until.toISOString() }]),
]

const hoursPart = ({ days, allDay, from, to, nextDay }: HoursSaid): ParametersParameter => ({
  name: 'hours',
  part: [
    ...days.map((day) => ({ name: 'day', valueCode: day })),
    ...(allDay
      ? [{ name: 'allDay', valueBoolean: true }]
      : [...texts({ from, to }), ...(nextDay ? [{ name: 'nextDay', valueBoolean: true }] : [])]),
  ],
})

const texts = (values: Readonly<Record<string, string | undefined>>): ParametersParameter[] =>
  Object.entries(values).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [{ name, valueString: value }]))
