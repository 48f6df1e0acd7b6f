/** JSON Patch (RFC 6902) on a stored resource. https://hl7.org/fhir/R4/http.html#patch */
import fastJsonPatch from 'fast-json-patch'
import { parseJson } from '@platform/fhir/json'
import { refuse } from '../errors.ts'
import type { FhirResource } from './references.ts'
import { isObject } from './references.ts'

/**
 * @param content the resource as it is stored; decimals keep their digits
 * @throws PATCH_INVALID, PATCH_TEST_FAILED, PATCH_FORBIDDEN
 */
export function applyPatch(content: string, patch: readonly unknown[]): FhirResource {
  const before = parseJson(content).exact as FhirResource
  let after: unknown
  try {
    // Not in place, every path checked, keys that reach for a prototype refused.
    after = fastJsonPatch.applyPatch(structuredCloneExact(before), patch as fastJsonPatch.Operation[], true, true, true).newDocument
  } catch (cause) {
    const failedTest = cause instanceof Error && 'name' in cause && cause.name === 'TEST_OPERATION_FAILED'
    throw failedTest ? refuse.PATCH_TEST_FAILED({}, { cause }) : refuse.PATCH_INVALID({}, { cause })
  }
  if (!isObject(after)) throw refuse.PATCH_INVALID()
  const resource = after as FhirResource
  if (resource.id !== before.id || resource.resourceType !== before.resourceType) throw refuse.PATCH_FORBIDDEN()
  return resource
}

/** A copy that keeps the numbers' source text, which structuredClone would not. */
function structuredCloneExact<T>(value: T): T {
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return value
  if (Array.isArray(value)) return value.map(structuredCloneExact) as T
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, structuredCloneExact(child)])) as T
}
