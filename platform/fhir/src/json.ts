/**
 * JSON as FHIR needs it: nothing is lost and nothing is guessed. https://hl7.org/fhir/R4/json.html
 *
 * `JSON.parse` turns 1.50 into 1.5, keeps the last of two equal keys, and takes any depth. Here decimals keep their digits, and
 * duplicate keys, keys that reach for a prototype, and deep nesting are refused.
 */
import { defineErrors } from './errors.ts'

export const jsonRefuse = defineErrors({
  JSON_MALFORMED: { issue: 'structure', says: 'The body is not valid JSON.', remedy: 'Send one JSON object in UTF-8.' },
  JSON_DUPLICATE_KEY: { issue: 'structure', says: 'An object in the body has the same key twice.', remedy: 'Give each property once.' },
  JSON_FORBIDDEN_KEY: { issue: 'structure', says: ({ key }: { key: string }) => `The key ${key} is not allowed.`, remedy: 'Remove it.' },
  JSON_TOO_DEEP: { issue: 'structure', says: 'The body is nested deeper than 64 levels.', remedy: 'Send a flatter resource.' },
})

/** A parsed document twice: plain for reading, exact for writing. They are the same object when no number would change. */
export interface ParsedJson {
  readonly value: unknown
  /** The same with every number that `Number` would print otherwise held as its source text; give this to `JSON.stringify`. */
  readonly exact: unknown
}

/** How deep objects and arrays may lie within each other. FHIR needs some 20; the limit protects the stack. */
const MAXIMUM_DEPTH = 64

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

/** @throws JSON_MALFORMED, JSON_DUPLICATE_KEY, JSON_FORBIDDEN_KEY, JSON_TOO_DEEP */
export function parseJson(text: string): ParsedJson {
  const shape = scan(text)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw jsonRefuse.JSON_MALFORMED({}, { cause })
  }
  if (countKeys(value) !== shape.keys) throw jsonRefuse.JSON_DUPLICATE_KEY()
  return { value, exact: shape.oddNumber ? parseKeepingDigits(text) : value }
}

/** The exact reading of a text that was checked when it came, beside its plain reading: the same object when no number would change. */
export function exactlyAs(text: string, plain: unknown): unknown {
  return scan(text).oddNumber ? parseKeepingDigits(text) : plain
}

/** The plain reading of an exact value, after it was changed. */
export function plainOf(exact: unknown): unknown {
  return JSON.parse(JSON.stringify(exact))
}

// Strings (with the colon that makes them keys), brackets, and numbers: all that the checks need, in one pass over the text.
const TOKEN = /"(?:[^"\\]|\\.)*"(\s*:)?|[[\]{}]|-?\d[\d.eE+-]*/g

/** Counts keys, measures depth, and finds out whether any number is written in a way that `Number` would not write it. */
function scan(text: string): { keys: number; oddNumber: boolean } {
  let keys = 0
  let depth = 0
  let oddNumber = false
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const first = match[0].charCodeAt(0)
    if (first === 0x22) {
      if (match[1] !== undefined) keys += 1
    } else if (first === 0x7b || first === 0x5b) {
      depth += 1
      if (depth > MAXIMUM_DEPTH) throw jsonRefuse.JSON_TOO_DEEP()
    } else if (first === 0x7d || first === 0x5d) {
      depth -= 1
    } else if (!oddNumber && String(Number(match[0])) !== match[0]) {
      oddNumber = true
    }
  }
  return { keys, oddNumber }
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += countKeys(item)
    return count
  }
  for (const key of Object.keys(value)) {
    if (FORBIDDEN.has(key)) throw jsonRefuse.JSON_FORBIDDEN_KEY({ key })
    count += 1
    const child = (value as Record<string, unknown>)[key]
    if (typeof child === 'object') count += countKeys(child)
  }
  return count
}

declare global {
  interface JSON {
    rawJSON(text: string): object
    isRawJSON(value: unknown): boolean
  }
}

function parseKeepingDigits(text: string): unknown {
  // TypeScript's library does not yet know the third argument of the reviver (ECMAScript: JSON.parse source text access).
  const reviver = (_key: string, value: unknown, context?: { source: string }) =>
    typeof value === 'number' && context !== undefined && String(value) !== context.source ? JSON.rawJSON(context.source) : value
  return JSON.parse(text, reviver as (key: string, value: unknown) => unknown)
}
