// From a resource to what it is found by. This runs on every write; everything is compiled once, at start.
import type { Resource } from '@medplum/fhirtypes'
import type { SearchDefinitions, SearchParameter } from './definitions.ts'
import { compositeExtractor } from './extract/composite.ts'
import { dateExtractor } from './extract/date.ts'
import { Found, type Extractor } from './extract/found.ts'
import { nearExtractor } from './extract/near.ts'
import { numberExtractor } from './extract/number.ts'
import { referenceExtractor } from './extract/reference.ts'
import { stringExtractor } from './extract/string.ts'
import { tokenExtractor } from './extract/token.ts'
import { uriExtractor } from './extract/uri.ts'
import { primaryDates } from './primary-date.ts'

/** What a resource is found by. */
export interface IndexValues {
  /** Hashes of everything that is searched for exactly, as decimal digits of a bigint; each once. */
  readonly tokens: readonly string[]
  readonly dates: readonly IndexedDate[]
  readonly strings: readonly IndexedString[]
  readonly numbers: readonly IndexedNumber[]
  readonly identifiers: readonly IndexedIdentifier[]
  /** The first known instant of the type's primary clinical date, ISO; absent when it has none. */
  readonly occurredAt?: string
}
/** `low` and `high` are ISO instants, or `-infinity` and `infinity`. */
export interface IndexedDate {
  readonly key: string
  readonly low: string
  readonly high: string
}
export interface IndexedString {
  readonly key: string
  readonly value: string
  readonly exact: string
}
/** `unit` is `system|code` of a quantity, or `system|code|unit` where the written unit is another word. A number that is no range has the same `low` and `high`; both belong to it. */
export interface IndexedNumber {
  readonly key: string
  readonly unit?: string
  readonly low: number
  readonly high: number
}
/** `system` is empty when the identifier has none. */
export interface IndexedIdentifier {
  readonly system: string
  readonly value: string
}

/**
 * Gives the function that indexes resources of a type. A value that is malformed is not indexed.
 *
 * It throws SEARCH_INDEX_TOO_LARGE when the pairs of composites are too many to keep.
 */
export function compileExtractor(definitions: SearchDefinitions, type: string): (resource: Resource) => IndexValues {
  const pairs = new Set<string>()
  const extractors = [...definitions.parametersOf(type).values()].map((parameter) => extractorOf(parameter, definitions, pairs))
  const primary = primaryDates(type, definitions)
  return (resource) => {
    const found = new Found()
    for (const extract of extractors) extract(resource, found)
    const occurredAt = firstKnownInstant(found.dates, primary)
    const { dates, strings, numbers, identifiers } = found
    return { tokens: [...found.tokens], dates, strings, numbers, identifiers, ...(occurredAt !== undefined && { occurredAt }) }
  }
}

function extractorOf(parameter: SearchParameter, { baseUrl }: SearchDefinitions, pairs: Set<string>): Extractor {
  switch (parameter.type) {
    case 'token':
      return tokenExtractor(parameter)
    case 'reference':
      return referenceExtractor(parameter, baseUrl)
    case 'string':
      return stringExtractor(parameter)
    case 'date':
      return dateExtractor(parameter)
    case 'number':
    case 'quantity':
      return numberExtractor(parameter)
    case 'uri':
      return uriExtractor(parameter)
    case 'composite':
      return compositeExtractor(parameter, baseUrl, pairs)
    case 'special':
      return nearExtractor(parameter)
  }
}

function firstKnownInstant(dates: readonly IndexedDate[], keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const instants = dates.filter((date) => date.key === key).map(({ low, high }) => (low === '-infinity' ? high : low))
    const known = instants.filter((instant) => instant !== 'infinity').toSorted()
    if (known[0] !== undefined) return known[0]
  }
  return undefined
}
