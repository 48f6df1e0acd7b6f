import { isObject } from '../shape.ts'

/** Equal as FHIR data: the same properties with the same values, lists in the same order. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => isEqual(item, b[i]))
  if (!isObject(a)) return a === b
  if (!isObject(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => isEqual(a[key], b[key]))
}

/**
 * Whether a value has at least what a pattern has; each item of a list in the pattern is matched by some item of the value.
 *
 * @see https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.pattern_x_
 */
export function matchesPattern(value: unknown, pattern: unknown): boolean {
  if (Array.isArray(pattern)) return Array.isArray(value) && pattern.every((part) => value.some((item) => matchesPattern(item, part)))
  if (!isObject(pattern)) return value === pattern
  return isObject(value) && Object.keys(pattern).every((key) => matchesPattern(value[key], pattern[key]))
}
