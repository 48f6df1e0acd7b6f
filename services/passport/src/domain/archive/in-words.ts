/** A resource for a reader: every element that holds something, named by its own words, its value as it stands. Nothing is interpreted. */
import { isObject } from '../references.ts'

/** A line of an entry. */
export interface WordedLine {
  readonly label: string
  readonly value: string
}

const text = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return String(value)
  // A number whose digits would change is held as its source text.
  return JSON.isRawJSON(value) ? (value as { rawJSON: string }).rawJSON : undefined
}

const joined = (parts: readonly (string | undefined)[], by = ' ') => parts.filter((part) => part !== undefined && part !== '').join(by)

/** How data types of FHIR R4 are said; the first whose elements are there. https://hl7.org/fhir/R4/datatypes.html */
const SAYINGS: readonly ((value: Record<string, unknown>) => string | undefined)[] = [
  (coding) =>
    coding['code'] !== undefined && coding['system'] !== undefined
      ? (text(coding['display']) ?? joined([text(coding['code']), `(${text(coding['system']) ?? ''})`]))
      : undefined,
  (concept) =>
    Array.isArray(concept['coding']) && concept['extension'] === undefined
      ? (text(concept['text']) ??
        joined(
          concept['coding'].map((one) => (isObject(one) ? sayingOf(one) : undefined)),
          ', ',
        ))
      : undefined,
  (quantity) =>
    quantity['value'] !== undefined && (quantity['unit'] !== undefined || quantity['code'] !== undefined)
      ? joined([text(quantity['comparator']), text(quantity['value']), text(quantity['unit']) ?? text(quantity['code'])])
      : undefined,
  (identifier) =>
    identifier['value'] !== undefined && typeof identifier['system'] === 'string' && identifier['url'] === undefined
      ? joined([text(identifier['value']), `(${identifier['system']})`])
      : undefined,
  (reference) =>
    typeof reference['reference'] === 'string'
      ? joined([text(reference['display']), reference['display'] === undefined ? reference['reference'] : `(${reference['reference']})`])
      : undefined,
  (period) =>
    isPeriod(period)
      ? joined([
          period['start'] === undefined ? undefined : `from ${text(period['start']) ?? ''}`,
          period['end'] === undefined ? undefined : `to ${text(period['end']) ?? ''}`,
        ])
      : undefined,
]

const isPeriod = (value: Record<string, unknown>) =>
  Object.keys(value).length > 0 && Object.keys(value).every((key) => key === 'start' || key === 'end')

/** A value of a data type in one phrase; nothing for what has parts of its own. */
function sayingOf(value: unknown): string | undefined {
  if (!isObject(value) || JSON.isRawJSON(value)) return text(value)
  for (const say of SAYINGS) {
    const said = say(value)
    if (said !== undefined && said !== '') return said
  }
  return undefined
}

/** `performedDateTime` is `performed date time`. */
const wordsOf = (element: string): string => element.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()

/** Elements that a reader is told elsewhere, or that repeat the others. */
const ASIDE: ReadonlySet<string> = new Set(['resourceType', 'id', 'meta', 'text', 'contained'])
/** Of an attachment the bytes lie in a file of their own. */
const BYTES = /^[A-Za-z0-9+/=\s]{200,}$/

/** The elements of a resource, each a line; those inside others are named with their way: `note: author`. */
export function linesOf(resource: Readonly<Record<string, unknown>>): WordedLine[] {
  const walk = (value: unknown, way: readonly string[]): WordedLine[] => {
    if (Array.isArray(value)) return value.flatMap((item) => walk(item, way))
    const said = sayingOf(value)
    if (said !== undefined)
      return [{ label: way.join(': '), value: BYTES.test(said) ? '(kept as a file in the folder attachments)' : said }]
    if (!isObject(value)) return []
    // An extension is named by what it is for, and not by its address.
    if (typeof value['url'] === 'string' && way.at(-1) === 'extension')
      return Object.entries(value).flatMap(([key, child]) =>
        key === 'url' ? [] : walk(child, [...way.slice(0, -1), wordsOf(lastOf(value['url'] as string))]),
      )
    return Object.entries(value).flatMap(([key, child]) => walk(child, [...way, wordsOf(key)]))
  }
  return Object.entries(resource).flatMap(([key, value]) =>
    ASIDE.has(key) ? [] : walk(value, key === 'extension' ? ['extension'] : [wordsOf(key)]),
  )
}

const lastOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1).replaceAll('-', ' ')

/** What an entry is called: its code, its name, or nothing. */
export function titleOf(resource: Readonly<Record<string, unknown>>): string | undefined {
  for (const element of ['code', 'medicationCodeableConcept', 'type', 'title', 'name', 'description', 'category', 'topic', 'vaccineCode']) {
    const [first] = [resource[element]].flat()
    const said =
      isObject(first) && element === 'name'
        ? (text(first['text']) ?? joined([...[first['given']].flat().map(text), text(first['family'])]))
        : sayingOf(first)
    if (said !== undefined && said !== '') return said
  }
  return undefined
}

/** When it happened, as partial as it was said; when it was written down where nothing else is known. */
export function dateOf(resource: Readonly<Record<string, unknown>>): string {
  for (const element of DATES) {
    const value = resource[element]
    const said = isObject(value) ? (text(value['start']) ?? text(value['end'])) : text(value)
    if (said !== undefined) return said
  }
  const { meta } = resource
  return (isObject(meta) ? text(meta['lastUpdated']) : undefined) ?? ''
}

const DATES = [
  'performedDateTime',
  'performedPeriod',
  'effectiveDateTime',
  'effectivePeriod',
  'occurrenceDateTime',
  'occurrencePeriod',
  'onsetDateTime',
  'onsetPeriod',
  'timingDateTime',
  'timingPeriod',
  'period',
  'start',
  'startDate',
  'sent',
  'authored',
  'authoredOn',
  'recordedDate',
  'recordedOn',
  'dateAsserted',
  'dateTime',
  'created',
  'date',
  'recorded',
  'issued',
]

/** `MedicationStatement` is `Medication statement`. */
export const typeInWords = (type: string): string => {
  const words = wordsOf(type)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
