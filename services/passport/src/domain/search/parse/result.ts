// Parameters that say how to answer, not what to find. FHIR R4 Search, managing returned resources. https://hl7.org/fhir/R4/search.html#return
import { primaryDates } from '../primary-date.ts'
import type { SearchDefinitions } from '../definitions.ts'
import { bringing } from '../includes.ts'
import type { Include, SortKey, Summary } from '../query.ts'
import { searchRefuse } from '../refusals.ts'
import { malformed } from './asked.ts'

/** Matches on a page when the client does not say, and the most it may ask for. */
export const DEFAULT_COUNT = 50
const LARGEST_COUNT = 500

/** What the answer shall be like. */
export interface Presentation {
  readonly sort: readonly SortKey[]
  readonly count: number
  readonly total: 'none' | 'accurate'
  readonly summary?: Summary
  readonly elements?: readonly string[]
  readonly includes: readonly Include[]
  readonly revincludes: readonly Include[]
}

/** How a search is answered that says nothing about it. */
export const PLAIN: Presentation = { sort: [], count: DEFAULT_COUNT, total: 'none', includes: [], revincludes: [] }

/** The presentation with one more parameter; nothing when the parameter is not one of these. @throws SEARCH_VALUE_INVALID, SEARCH_SORT_UNSUPPORTED, SEARCH_INCLUDE_UNKNOWN */
export function withResultParameter(
  asked: Presentation,
  name: string,
  value: string,
  type: string,
  definitions: SearchDefinitions,
): Presentation | undefined {
  const [code, modifier] = name.split(':')
  switch (code) {
    case '_sort':
      return { ...asked, sort: value.split(',').map((key) => sortKey(key, type, definitions)) }
    case '_count':
      if (!/^\d{1,9}$/.test(value)) return malformed(name, 'a whole number')
      return { ...asked, count: Math.min(Number(value), LARGEST_COUNT) }
    case '_total':
      if (value !== 'none' && value !== 'estimate' && value !== 'accurate') return malformed(name, 'none, estimate or accurate')
      return { ...asked, total: value === 'none' ? 'none' : 'accurate' }
    case '_summary':
      return withSummary(asked, value, name)
    case '_elements':
      return { ...asked, elements: [...(asked.elements ?? []), ...elementNames(value, type, name)] }
    case '_include':
      return { ...asked, includes: [...asked.includes, include(value, name, modifier, (of) => bringing(definitions, of))] }
    case '_revinclude':
      return { ...asked, revincludes: [...asked.revincludes, include(value, name, modifier, (of) => definitions.parametersOf(of))] }
    default:
      return undefined
  }
}

function withSummary(asked: Presentation, value: string, name: string): Presentation {
  if (value === 'false') return asked
  if (value === 'count') return { ...asked, count: 0, total: 'accurate' }
  return value === 'true' || value === 'text' || value === 'data'
    ? { ...asked, summary: value }
    : malformed(name, 'true, text, data, count or false')
}

// `Procedure.status` and `status` are the same; elements of other types do not concern this one.
function elementNames(value: string, type: string, name: string): string[] {
  const names = value.split(',').map((one) => one.trim())
  if (!names.every((one) => /^[A-Za-z]+(\.[A-Za-z]+)*$/.test(one))) malformed(name, 'a list of element names')
  return names.flatMap((one) => {
    const [first = '', second] = one.split('.')
    return /^[A-Z]/.test(first) ? (first === type && second !== undefined ? [second] : []) : [first]
  })
}

const SORTED_BY: Readonly<Record<string, 'date' | 'string' | 'number'>> = {
  date: 'date',
  string: 'string',
  number: 'number',
  quantity: 'number',
}

function sortKey(written: string, type: string, definitions: SearchDefinitions): SortKey {
  const descending = written.startsWith('-')
  const code = descending ? written.slice(1) : written
  if (code === '_lastUpdated') return { by: 'updated', descending }
  if (code === '_id') return { by: 'id', descending }
  const parameter = definitions.parametersOf(type).get(code)
  const by = SORTED_BY[parameter?.type ?? '']
  if (!parameter || !by || code === 'phonetic')
    throw searchRefuse.SEARCH_SORT_UNSUPPORTED({ parameter: /^[A-Za-z0-9_-]{1,64}$/.test(code) ? code : 'this' }, { expression: '_sort' })
  const [primary, ...more] = primaryDates(type, definitions)
  if (parameter.key === primary && more.length === 0) return { by: 'occurred', descending }
  return { by, keys: parameter.keys, descending }
}

function include(value: string, name: string, modifier: string | undefined, parametersOf: SearchDefinitions['parametersOf']): Include {
  const unknown = searchRefuse.SEARCH_INCLUDE_UNKNOWN({ parameter: name }, { expression: name })
  if (modifier !== undefined && modifier !== 'iterate' && modifier !== 'recurse') throw unknown // :recurse is the name it had in STU3
  const [type = '', code, target, ...more] = value.split(':')
  const parameters = parametersOf(type)
  const iterate = modifier !== undefined
  if (more.length > 0 || parameters.size === 0 || code === undefined) throw unknown
  if (code === '*') return { type, iterate }
  const parameter = parameters.get(code)
  if (parameter?.type !== 'reference' || (target !== undefined && !parameter.targets.includes(target))) throw unknown
  return { type, parameter: code, iterate, ...(target !== undefined && { target }) }
}
