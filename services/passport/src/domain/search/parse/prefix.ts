// FHIR R4 Search, prefixes. https://hl7.org/fhir/R4/search.html#prefix
import type { Prefix } from '../query.ts'
import { searchRefuse } from '../refusals.ts'

const PREFIXES: ReadonlySet<string> = new Set<Prefix>(['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'])

/**
 * The prefix of a value and the rest of it; `eq` when there is none.
 *
 * @throws SEARCH_PREFIX_UNSUPPORTED for two letters that are no prefix
 */
export function withoutPrefix(value: string, name: string): { prefix: Prefix; rest: string } {
  const letters = /^[a-z]{2}(?=[\d+-])/.exec(value)?.[0]
  if (letters === undefined) return { prefix: 'eq', rest: value }
  if (!isPrefix(letters)) throw searchRefuse.SEARCH_PREFIX_UNSUPPORTED({ parameter: name, prefix: letters }, { expression: name })
  return { prefix: letters, rest: value.slice(2) }
}

const isPrefix = (letters: string): letters is Prefix => PREFIXES.has(letters)
