/** The input of an operation of ours: a Parameters resource whose names and types are known. https://hl7.org/fhir/R4/parameters.html */
import type { ParsedJson } from '@platform/fhir/json'
import { isObject, valuesAt } from '../../domain/references.ts'
import { refuse } from '../../errors.ts'

/** Reads parameters by name. What is missing is undefined; what is there and of another type is refused. */
export interface Given {
  /** A string, code, uri or id, without blanks around it. */
  word(name: string): string | undefined
  /** The same, as often as it is there. */
  words(name: string): readonly string[]
  boolean(name: string): boolean
  instant(name: string): Date | undefined
  /** A base64Binary as its bytes; a string as its UTF-8. */
  bytes(name: string): Uint8Array | undefined
  /** The literal reference. */
  reference(name: string): string | undefined
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/

/**
 * @param names the parameters that the operation has, and whether one may be there several times; another one is refused, so that a
 *   misspelt one is not overlooked
 * @throws PARAMETERS_UNREADABLE
 */
export function readParameters(body: unknown, names: Readonly<Record<string, 'once' | 'many'>>): Given {
  const value = (body as ParsedJson | undefined)?.value
  if (value !== undefined && (!isObject(value) || value['resourceType'] !== 'Parameters'))
    throw refuse.PARAMETERS_UNREADABLE({}, { expression: 'Parameters' })
  const given = new Map<string, Record<string, unknown>[]>()
  for (const [index, parameter] of valuesAt(value, 'parameter').entries()) {
    const name = isObject(parameter) ? String(parameter['name']) : ''
    const before = given.get(name) ?? []
    if (!isObject(parameter) || !Object.hasOwn(names, name) || (names[name] === 'once' && before.length > 0))
      throw refuse.PARAMETERS_UNREADABLE({}, { expression: `Parameters.parameter[${index}]` })
    given.set(name, [...before, parameter])
  }

  const all = <T>(name: string, take: (parameter: Record<string, unknown>) => T | undefined): T[] =>
    (given.get(name) ?? []).map((parameter) => {
      const taken = take(parameter)
      if (taken === undefined) throw refuse.PARAMETERS_UNREADABLE({}, { expression: `Parameters.parameter.where(name = '${name}')` })
      return taken
    })
  return {
    word: (name) => all(name, wordIn)[0],
    words: (name) => all(name, wordIn),
    boolean: (name) => all(name, ({ valueBoolean }) => (typeof valueBoolean === 'boolean' ? valueBoolean : undefined))[0] ?? false,
    instant: (name) => all(name, instantIn)[0],
    bytes: (name) => all(name, bytesIn)[0],
    reference: (name) =>
      all(name, ({ valueReference }) => {
        const reference = isObject(valueReference) ? valueReference['reference'] : undefined
        return typeof reference === 'string' ? reference : undefined
      })[0],
  }
}

const WORDS = ['valueString', 'valueCode', 'valueUri', 'valueId'] as const

function wordIn(parameter: Record<string, unknown>): string | undefined {
  const value = WORDS.map((name) => parameter[name]).find((one) => one !== undefined)
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/

function bytesIn({ valueBase64Binary, valueString }: Record<string, unknown>): Uint8Array | undefined {
  if (typeof valueString === 'string') return Buffer.from(valueString, 'utf8')
  return typeof valueBase64Binary === 'string' && BASE64.test(valueBase64Binary) ? Buffer.from(valueBase64Binary, 'base64') : undefined
}

function instantIn({ valueInstant, valueDateTime }: Record<string, unknown>): Date | undefined {
  const text = valueInstant ?? valueDateTime
  if (typeof text !== 'string' || !INSTANT.test(text)) return undefined
  const at = new Date(text)
  return Number.isNaN(at.getTime()) ? undefined : at
}
