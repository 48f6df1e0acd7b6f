/** What one original says, in the words of a listing. Absent is not stated. */

/** An organisation as a feed names it. */
export interface NamedOrganization {
  readonly name: string
  /** `GB-CHC-1234567`, `ODS-RX1`: the list of org-id.guide, or ODS, and the number in it. */
  readonly numbers: readonly string[]
  readonly url?: string
}

/** A place. */
export interface Place {
  readonly name?: string
  readonly lines?: readonly string[]
  readonly city?: string
  readonly postcode?: string
  readonly latitude?: number
  readonly longitude?: number
}

/** A term of somebody's vocabulary. */
export interface Term {
  readonly system: string
  readonly code: string
  readonly words: string
}

/** A time of the week. */
export interface WeeklyTime {
  /** FHIR's days: mon, tue … */
  readonly days?: readonly string[]
  /** `HH:MM:SS` */
  readonly start: string
  readonly end?: string
}

/** What a listing may say. */
export interface ListingFacts {
  readonly what: 'service' | 'organization'
  readonly name: string
  readonly open: boolean
  readonly description?: string
  readonly url?: string
  readonly organization?: NamedOrganization
  readonly places?: readonly Place[]
  readonly terms?: readonly Term[]
  readonly times?: readonly WeeklyTime[]
  /** In pounds. */
  readonly price?: number
  readonly concession?: number
  readonly ageFrom?: number
  readonly ageTo?: number
  readonly languages?: readonly string[]
  readonly phone?: string
  readonly email?: string
  /** What the publisher says of access, in its own words. No person has checked it: it is shown, and is no access attribute. */
  readonly access?: string
  /** When somebody at the publisher last assured it, ISO 8601 date. */
  readonly assuredOn?: string
  /** ODS code of the organisation that took over from one that has closed. */
  readonly successor?: string
}

/** A property that is there only when it has a value. */
export const has = <K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: V }

/** A property that is there only when it has members. */
export const some = <K extends string, V>(name: K, values: readonly V[]): { readonly [P in K]?: readonly V[] } =>
  (values.length === 0 ? {} : { [name]: values }) as { readonly [P in K]?: readonly V[] }

/** JSON of which nothing is known. */
export type Said = Readonly<Record<string, unknown>>

/** An object; an empty one for whatever is none. */
export const saidOf = (value: unknown): Said =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Said) : {}

/** The objects in a list, or the one that stands where a list may stand. */
export const listOf = (value: unknown): readonly Said[] =>
  (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]).map(saidOf)

const LONGEST_TEXT = 4_000

/** A text without the blanks around it; nothing for an empty one. */
export function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  // Well-formed: half of a pair of characters, sent so or cut in two here, is in no text that the database or the record takes.
  return text === '' ? undefined : text.slice(0, LONGEST_TEXT).toWellFormed()
}

/** A number that is written as one, or as text. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** A whole number of years between 0 and 150. */
export function yearsOf(value: unknown): number | undefined {
  const years = numberOf(value)
  return years === undefined || years < 0 || years > 150 ? undefined : Math.floor(years)
}

/** A date, the day of a time included; nothing for what is in no calendar. */
export function dateOf(value: unknown): string | undefined {
  const [day] = /^\d{4}-\d{2}-\d{2}/.exec(textOf(value) ?? '') ?? []
  const at = new Date(`${day ?? ''}T00:00:00Z`)
  return day === undefined || Number.isNaN(at.getTime()) || !at.toISOString().startsWith(day) ? undefined : day
}

/** A sum of money, to the penny: none is less than nothing. */
export function poundsOf(value: unknown): number | undefined {
  const pounds = numberOf(value)
  return pounds === undefined || pounds < 0 || pounds > MOST_POUNDS ? undefined : Math.round(pounds * 100) / 100
}

const MOST_POUNDS = 1_000_000

/** A time of day as `HH:MM:SS`; what a publisher adds of zones is left out, for opening times are local. */
export function timeOf(value: unknown): string | undefined {
  const [, hours, minutes] = /^(?:\d{4}-\d{2}-\d{2}T)?([01]\d|2[0-3]):([0-5]\d)/.exec(textOf(value) ?? '') ?? []
  return hours === undefined ? undefined : `${hours}:${minutes}:00`
}

/** Coordinates of Great Britain, Ireland and the isles; anything else is a mistake, most often 0,0 or the two exchanged. */
export function positionOf(latitude: unknown, longitude: unknown): { readonly latitude?: number; readonly longitude?: number } {
  const [north, east] = [numberOf(latitude), numberOf(longitude)]
  if (north === undefined || east === undefined || north < 49 || north > 61.5 || east < -11 || east > 2.5) return {}
  return { latitude: north, longitude: east }
}

/** An organisation of a feed; nothing without a name. */
export function organizationOf({
  name,
  numbers,
  url,
}: {
  readonly name: unknown
  readonly numbers: readonly string[]
  readonly url: unknown
}): NamedOrganization | undefined {
  const words = textOf(name)
  return words === undefined ? undefined : { name: words, numbers: [...new Set(numbers)], ...has('url', textOf(url)) }
}

/** A place of a feed, as far as it is stated. */
export const placeOf = (said: {
  readonly name: unknown
  readonly lines: readonly unknown[]
  readonly city: unknown
  readonly postcode: unknown
  readonly latitude: unknown
  readonly longitude: unknown
}): Place => ({
  ...has('name', textOf(said.name)),
  ...some(
    'lines',
    said.lines.flatMap((line) => textOf(line) ?? []),
  ),
  ...has('city', textOf(said.city)),
  ...has('postcode', textOf(said.postcode)?.toUpperCase()),
  ...positionOf(said.latitude, said.longitude),
})

/** A time of the week; none without a start. */
export function weeklyTimeOf({
  start,
  end,
  days,
}: {
  readonly start: unknown
  readonly end: unknown
  readonly days: unknown
}): readonly WeeklyTime[] {
  const from = timeOf(start)
  return from === undefined ? [] : [{ start: from, ...some('days', daysOf(days)), ...has('end', timeOf(end)) }]
}

const DAYS: Readonly<Record<string, string>> = { MO: 'mon', TU: 'tue', WE: 'wed', TH: 'thu', FR: 'fri', SA: 'sat', SU: 'sun' }

/** FHIR's days out of `MO,WE`, `schema:Monday`, `2TU` or a list of such. */
export function daysOf(value: unknown): readonly string[] {
  const words = (Array.isArray(value) ? (value as unknown[]) : typeof value === 'string' ? value.split(',') : []).filter(
    (one) => typeof one === 'string',
  )
  const codes = words.map((word) =>
    (word.split(/[/:]/).at(-1) ?? '')
      .trim()
      .replace(/^-?\d+/, '')
      .slice(0, 2)
      .toUpperCase(),
  )
  return [...new Set(codes.flatMap((code) => DAYS[code] ?? []))]
}

/** Numbers as org-id.guide writes them: the code of the list, and the number as the register prints it. */
export function numberIn(scheme: unknown, value: unknown): readonly string[] {
  const [list, number] = [textOf(scheme)?.toUpperCase(), textOf(value)?.toUpperCase().replaceAll(/\s/g, '')]
  if (list === undefined || number === undefined) return []
  const code = LISTS[list] ?? (/^GB-[A-Z]{2,5}$/.test(list) ? list : undefined)
  if (code === undefined) return []
  return [`${code}-${number.startsWith(`${code}-`) ? number.slice(code.length + 1) : number}`]
}

const LISTS: Readonly<Record<string, string>> = {
  'GB-NHS': 'ODS',
  ODS: 'ODS',
  'CHARITY NUMBER': 'GB-CHC',
  CHARITY: 'GB-CHC',
  'COMPANY NUMBER': 'GB-COH',
  COMPANY: 'GB-COH',
}
