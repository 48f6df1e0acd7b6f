import type { CodeLists } from '../bindings.ts'
import { isObject } from '../shape.ts'
import { capitalised } from '../rules/read.ts'
import { isEqual, matchesPattern } from './match.ts'
import type { Constraint, Discriminator } from './tree.ts'
import { stepsOf, valuesAt, type Occurrence } from './values.ts'

/**
 * The slice an occurrence belongs to; undefined for none, and for discriminators that need another resource read (`resolve()`,
 * profile).
 *
 * @see https://hl7.org/fhir/R4/profiling.html#slicing
 */
export function sliceOf(occurrence: Occurrence, element: Constraint, lists: CodeLists): Constraint | undefined {
  const discriminators = discriminatorsOf(element)
  if (discriminators.length === 0) return undefined
  return element.slices.find((slice) => discriminators.every((discriminator) => belongs(occurrence, slice, discriminator, lists)))
}

/** Extensions are always told apart by url, a choice by its type, even where the profile does not repeat it. */
function discriminatorsOf({ discriminators, name, isChoice }: Constraint): readonly Discriminator[] {
  if (discriminators.length > 0) return discriminators
  if (name === 'extension' || name === 'modifierExtension') return [{ type: 'value', path: 'url' }]
  return isChoice ? [{ type: 'type', path: '$this' }] : []
}

function belongs(occurrence: Occurrence, slice: Constraint, { type, path }: Discriminator, lists: CodeLists): boolean {
  switch (type) {
    case 'type':
      return path === '$this' && isOfType(occurrence, slice)
    case 'exists': {
      const wanted = below(slice, path)
      const there = valuesAt(occurrence.value, path).length > 0
      return wanted !== undefined && (wanted.max === 0 ? !there : wanted.min === 0 || there)
    }
    case 'value':
    case 'pattern': {
      const wanted = below(slice, path)
      const url = path === 'url' && wanted?.fixed === undefined ? slice.types?.[0]?.profile?.[0] : undefined
      const found = valuesAt(occurrence.value, path)
      if (url !== undefined) return found.includes(url)
      return wanted !== undefined && found.some((value) => satisfies(value, wanted, lists))
    }
    default:
      return false
  }
}

/** The type an occurrence has: that of its property for a choice, its resourceType for a resource. */
export function isOfType({ value, property }: Occurrence, { types, name }: Constraint): boolean {
  if (types === undefined) return false
  return types.some(({ code }) => {
    const jsonType = code.startsWith('http://hl7.org/fhirpath/') ? 'string' : code
    return property === `${name}${capitalised(jsonType)}` || (isObject(value) && value.resourceType === code)
  })
}

function satisfies(value: unknown, { fixed, pattern, valueSet, children }: Constraint, lists: CodeLists): boolean {
  if (fixed !== undefined) return isEqual(value, fixed)
  if (pattern !== undefined) return matchesPattern(value, pattern)
  if (valueSet !== undefined) {
    if (typeof value === 'string') return lists.codes(valueSet)?.has(value) === true
    const codings = isObject(value) && Array.isArray(value.coding) ? value.coding : [value]
    const expansion = lists.expand(valueSet)
    return codings.some((coding) => isObject(coding) && expansion?.get(String(coding.system))?.has(String(coding.code)) === true)
  }
  // A CodeableConcept may be fixed further down: coding.system and coding.code.
  const telling = children.filter((child) => child.fixed !== undefined || child.pattern !== undefined || child.children.length > 0)
  return telling.length > 0 && telling.every((child) => valuesAt(value, child.name).some((item) => satisfies(item, child, lists)))
}

/** What a slice says of the element at a path below it. */
function below(slice: Constraint, path: string): Constraint | undefined {
  let at: Constraint | undefined = slice
  for (const step of stepsOf(path)) {
    if (at?.pattern !== undefined || at?.fixed !== undefined) return withinValue(at, step)
    const name = typeof step === 'string' ? step : 'extension'
    at = at?.children.find((child) => child.name === name)
  }
  return at
}

/** A pattern above the path tells what is at it. */
function withinValue(above: Constraint, step: string | { readonly url: string }): Constraint | undefined {
  const value = above.pattern ?? above.fixed
  if (!isObject(value) || typeof step !== 'string') return undefined
  const inner: unknown = value[step]
  return inner === undefined ? undefined : { ...above, name: step, fixed: undefined, pattern: Array.isArray(inner) ? inner[0] : inner }
}
