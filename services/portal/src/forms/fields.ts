/** Reading what a person entered. Nothing is guessed: what cannot be read is a problem with its field and its words. */
import type { FormProblem } from '../rendering/pages.ts'

/** A text field, without the white space around it; empty when it is not there. */
export function textIn(body: unknown, name: string): string {
  const value = typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>)[name] : undefined
  return typeof value === 'string' ? value.replaceAll('\r\n', '\n').trim() : ''
}

/** What was ticked under a name, once or several times. */
export function listIn(body: unknown, name: string): readonly string[] {
  const value = typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>)[name] : undefined
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string' && one !== '') as string[]
}

/** The three boxes of a date, as entered. */
export interface EnteredDay {
  readonly day: string
  readonly month: string
  readonly year: string
}

/** The boxes of a date, named as the design system's component names them: `<name>[day]`, `<name>[month]`, `<name>[year]`. */
export const dayIn = (body: unknown, name: string): EnteredDay => ({
  day: textIn(body, `${name}[day]`),
  month: textIn(body, `${name}[month]`),
  year: textIn(body, `${name}[year]`),
})

/** Whether all three boxes are empty. */
export const isEmptyDay = ({ day, month, year }: EnteredDay): boolean => `${day}${month}${year}` === ''

/** The date as FHIR writes it; nothing when there is no such day. */
export function toDate({ day, month, year }: EnteredDay): string | undefined {
  if (!/^\d{1,2}$/.test(day) || !/^\d{1,2}$/.test(month) || !/^\d{4}$/.test(year)) return undefined
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const at = new Date(`${date}T00:00:00Z`)
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== date ? undefined : date
}

/** A date in its three boxes. */
export function fromDate(date: string): EnteredDay {
  const [year = '', month = '', day = ''] = date.split('-')
  return { day: String(Number(day)), month: String(Number(month)), year }
}

/** What is wrong with a form, by field. */
export interface Problems {
  /**
   * Says that a field is wrong; the first word about a field stays.
   *
   * @param target id of the box to go to, where that is not the field's own
   */
  add(field: string, text: string, target?: string): void
  readonly list: readonly FormProblem[]
  /** `{ text }` for the component of a field, or nothing. */
  readonly of: Readonly<Record<string, { readonly text: string }>>
}

/** Collects problems in the order of the fields. */
export function problems(): Problems {
  const found = new Map<string, FormProblem>()
  return {
    add(field, text, target = field) {
      if (!found.has(field)) found.set(field, { href: `#${target}`, text })
    },
    get list() {
      return [...found.values()]
    },
    get of() {
      return Object.fromEntries([...found].map(([field, { text }]) => [field, { text }]))
    },
  }
}
