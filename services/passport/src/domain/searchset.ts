/** A search's answer as a Bundle, joined from stored texts. https://hl7.org/fhir/R4/http.html#search. Pure. */
import { parseJson } from '@platform/fhir/json'
import { outcomeOf } from '@platform/fhir/operation-outcome'
import type { Shapes } from './search/elements.ts'
import type { SearchQuery } from './search/query.ts'
import { subsetOf } from './search/subset.ts'

interface FoundText {
  readonly type: string
  readonly id: string
  readonly content: string
}

export interface Searchset {
  readonly baseUrl: string
  readonly query: SearchQuery
  readonly rows: readonly FoundText[]
  readonly included: readonly FoundText[]
  readonly total: number | undefined
  readonly links: readonly { readonly relation: 'self' | 'next'; readonly url: string }[]
  readonly shapes: Shapes
}

/** The Bundle as text. Resources are parsed only where a part of them is asked for. */
export function searchsetOf({ baseUrl, query, rows, included, total, links, shapes }: Searchset): string {
  const text = partOf(query, shapes)
  const entry = (mode: 'match' | 'include') => (row: FoundText) =>
    `{"fullUrl":"${baseUrl}/${row.type}/${row.id}","resource":${mode === 'match' ? text(row.content) : row.content},"search":{"mode":"${mode}"}}`
  const entries = [...rows.map(entry('match')), ...included.map(entry('include')), ...ignoredEntry(query.ignored)]
  const count = total === undefined ? '' : `,"total":${total}`
  // An empty list is not allowed in FHIR JSON, so a Bundle without matches has no entry.
  const list = entries.length === 0 ? '' : `,"entry":[${entries.join(',')}]`
  return `{"resourceType":"Bundle","type":"searchset"${count},"link":${JSON.stringify(links)}${list}}`
}

/** What a resource's text becomes where a part of it is asked for, by `_summary` or `_elements`. */
export function partOf({ summary, elements }: Pick<SearchQuery, 'summary' | 'elements'>, shapes: Shapes): (content: string) => string {
  const subset = summary !== undefined ? { summary } : elements !== undefined ? { elements } : undefined
  if (subset === undefined) return (content) => content
  return (content) => JSON.stringify(subsetOf(parseJson(content).exact as Readonly<Record<string, unknown>>, subset, shapes))
}

/** FHIR R4 search.html#errors: what took no effect is named, so that nobody takes the result for narrower than it is. */
export function ignoredEntry(ignored: readonly string[]): string[] {
  if (ignored.length === 0) return []
  const outcome = outcomeOf(
    ignored.map((name) => ({
      severity: 'warning',
      code: 'not-supported',
      text: `The search parameter ${name} is not known here and took no effect.`,
      expression: name,
    })),
  )
  return [`{"resource":${JSON.stringify(outcome)},"search":{"mode":"outcome"}}`]
}
