/** The operations that other services offer under the FHIR base, as their OperationDefinitions say. */
import type { OperationReference } from '../domain/capability-statement.ts'

export function operationsOf(
  definitions: readonly { code?: string; url?: string; resource?: readonly string[]; system?: boolean }[],
): OperationReference[] {
  return definitions.flatMap(({ code, url, resource = [], system }) =>
    code === undefined || url === undefined ? [] : [{ name: code, definition: url, types: system === true ? [] : resource }],
  )
}
