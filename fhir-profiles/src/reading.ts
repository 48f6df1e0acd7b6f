/**
 * Reading a data file of the package: each reader takes a value and the place it stands in, and answers it typed or refuses with one
 * sentence that names file and place. Nothing is defaulted, nothing unknown is passed over.
 */

/** A data file of the package is malformed. The message is one sentence: which file, where in it, what is wrong. */
export class MalformedDataFile extends Error {}

/** Takes a JSON value found at `place` and answers it typed, or throws {@link MalformedDataFile}. */
export type Reader<T> = (value: unknown, place: string) => T

const refuse = (place: string, wanted: string): never => {
  throw new MalformedDataFile(`${place} must be ${wanted}.`)
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A string that is not blank. */
export const text: Reader<string> = (value, place) =>
  typeof value === 'string' && value.trim() !== '' ? value : refuse(place, 'a text that is not empty')

/** A whole number, zero or more. */
export const count: Reader<number> = (value, place) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : refuse(place, 'a whole number, zero or more')

/** A whole number, one or more. */
export const positive: Reader<number> = (value, place) =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : refuse(place, 'a whole number, one or more')

/** A calendar date, `2026-11-21`, that exists. */
export const date: Reader<string> = (value, place) => {
  const wanted = 'a date such as 2026-11-21'
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return refuse(place, wanted)
  const at = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value) ? value : refuse(place, wanted)
}

/** One of the words given. */
export const oneOf =
  <const W extends string>(...words: readonly W[]): Reader<W> =>
  (value, place) =>
    words.find((word) => word === value) ?? refuse(place, `one of ${words.join(', ')}`)

/** A text that matches, described in words for the refusal. */
export const matching =
  (pattern: RegExp, wanted: string): Reader<string> =>
  (value, place) =>
    typeof value === 'string' && pattern.test(value) ? value : refuse(place, wanted)

/** A list; `least` items are wanted (none if not said). */
export const listOf =
  <T>(item: Reader<T>, least = 0): Reader<readonly T[]> =>
  (value, place) => {
    if (!Array.isArray(value) || value.length < least) return refuse(place, least > 0 ? `a list of at least ${least}` : 'a list')
    return value.map((each, index) => item(each, `${place}[${index}]`))
  }

/** An object whose keys are free and whose values are all of one kind. */
export const mapOf =
  <T>(item: Reader<T>): Reader<ReadonlyMap<string, T>> =>
  (value, place) => {
    if (!isObject(value)) return refuse(place, 'an object')
    return new Map(Object.entries(value).map(([key, each]) => [key, item(each, `${place}.${key}`)]))
  }

/** What a reader reads, or nothing when the key is absent. */
export const optional = <T>(reader: Reader<T>): Reader<T | undefined> & { readonly optional: true } =>
  Object.assign((value: unknown, place: string) => (value === undefined ? undefined : reader(value, place)), { optional: true as const })

type Fields = Readonly<Record<string, Reader<unknown>>>
type Read<F extends Fields> = { readonly [K in keyof F]: F[K] extends Reader<infer T> ? T : never }

/** An object with exactly these keys; an unknown key is refused, since it is nearly always a slip of the pen. */
export const object =
  <F extends Fields>(fields: F): Reader<Read<F>> =>
  (value, place) => {
    if (!isObject(value)) return refuse(place, 'an object')
    const stranger = Object.keys(value).find((key) => !Object.hasOwn(fields, key))
    if (stranger !== undefined)
      throw new MalformedDataFile(`${place} has the unknown key ${stranger}; known are ${Object.keys(fields).join(', ')}.`)
    const read = Object.entries(fields).map(([key, reader]) => [key, reader(value[key], `${place}.${key}`)])
    return Object.fromEntries(read) as Read<F> // every key was read by its own reader just above
  }

/** Parses the JSON text of `file`; refuses what is not JSON with a sentence that names the file. */
export function parseDataFile<T>(json: string, file: string, reader: Reader<T>): T {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (cause) {
    throw new MalformedDataFile(`${file} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause })
  }
  return reader(value, file)
}
