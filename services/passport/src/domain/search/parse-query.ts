// From the parameters of a URL or form to what is asked. FHIR R4 Search. https://hl7.org/fhir/R4/search.html
import { filterCondition } from './parse/filter.ts'
import type { ParseContext } from './parse/asked.ts'
import { PLAIN, withResultParameter, type Presentation } from './parse/result.ts'
import type { Condition, SearchQuery, SortKey } from './query.ts'
import { searchRefuse } from './refusals.ts'

export type { ParseContext } from './parse/asked.ts'

/** They concern the answer as such, or our own paging, and are nobody's search parameter. */
const NOT_OF_SEARCH = new Set(['_format', '_pretty', '_cursor'])

/** What one search may ask at most; each costs the database something. */
const MOST_PARAMETERS = 100
const MOST_ALTERNATIVES = 1000

/**
 * Reads the parameters of a search on one resource type.
 *
 * A parameter that is not known here or has no value is named in `ignored`; whether that is refused is for the caller to say
 * (`Prefer: handling=strict`). Unsupported modifiers and prefixes and malformed values are always refused, because leaving them out
 * would find what was not asked for.
 *
 * @param parameters decoded names and values in their order, such as a URLSearchParams
 * @throws SEARCH_VALUE_INVALID, SEARCH_MODIFIER_UNSUPPORTED, SEARCH_PREFIX_UNSUPPORTED, SEARCH_SORT_UNSUPPORTED, SEARCH_VALUE_SET_UNKNOWN,
 *   SEARCH_INCLUDE_UNKNOWN, SEARCH_CHAIN_INVALID, SEARCH_TOO_COSTLY
 */
export function parseQuery(type: string, parameters: Iterable<readonly [name: string, value: string]>, context: ParseContext): SearchQuery {
  const asked = [...parameters].filter(([name]) => !NOT_OF_SEARCH.has(name))
  if (asked.length > MOST_PARAMETERS) throw searchRefuse.SEARCH_TOO_COSTLY({ parameter: 'The search', limit: MOST_PARAMETERS })

  const conditions: Condition[] = []
  const used: (readonly [string, string])[] = []
  const ignored: string[] = []
  let presentation: Presentation = PLAIN
  for (const [name, value] of asked) {
    const presented = value === '' ? undefined : withResultParameter(presentation, name, value, type, context.definitions)
    if (presented) {
      presentation = presented
      used.push([name, value])
      continue
    }
    const condition = value === '' ? undefined : filterCondition({ type, name, written: name, value, depth: 0 }, context)
    if (!condition) {
      ignored.push(name)
      continue
    }
    if (alternativesIn(condition) > MOST_ALTERNATIVES)
      throw searchRefuse.SEARCH_TOO_COSTLY({ parameter: name, limit: MOST_ALTERNATIVES }, { expression: name })
    conditions.push(condition)
    used.push([name, value])
  }
  const patient = patientOf(type, conditions)
  const sort: readonly SortKey[] =
    presentation.sort.length > 0 ? presentation.sort : [{ by: patient === undefined ? 'updated' : 'occurred', descending: true }]
  return { type, conditions, used, ignored, ...presentation, sort, ...(patient !== undefined && { patient }) }
}

function patientOf(type: string, conditions: readonly Condition[]): string | undefined {
  for (const condition of conditions) {
    if (condition.kind === 'patient') return condition.id
    if (condition.kind === 'all') {
      const found = patientOf(type, condition.of)
      if (found !== undefined) return found
    }
    if (type === 'Patient' && condition.kind === 'ids' && condition.ids.length === 1 && !condition.not) return condition.ids[0]
  }
  return undefined
}

function alternativesIn(condition: Condition): number {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.of.reduce((sum, one) => sum + alternativesIn(one), 0)
    case 'chain':
      return condition.targets.reduce((sum, { condition: one }) => sum + alternativesIn(one), 1)
    case 'has':
      return 1 + alternativesIn(condition.condition)
    case 'ids':
      return condition.ids.length
    case 'patient':
      return 1
    default:
      return condition.any.length
  }
}
