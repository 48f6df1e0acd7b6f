import { isEqual } from '../profiles/match.ts'
import { isCertainlyAfter } from '../rules/moments.ts'
import { choiceOf } from '../rules/read.ts'
import { isObject, type Json } from '../shape.ts'

/** What every FHIRPath expression gives: an ordered collection. */
export type Values = readonly unknown[]

export const NONE: Values = []
export const TRUE: Values = [true]
export const FALSE: Values = [false]

export const truth = (value: boolean): Values => (value ? TRUE : FALSE)

/** A collection as a condition: undefined when it is empty; one item that is no boolean counts as true. */
export function condition(values: Values): boolean | undefined {
  if (values.length === 0) return undefined
  return values.length > 1 || values[0] !== false
}

/** The children of that name, of a choice whatever its type. A primitive with only an extension is its companion object. */
export function childrenNamed(values: Values, name: string): Values {
  const found: unknown[] = []
  for (const value of values) {
    if (!isObject(value)) continue
    if (Object.hasOwn(value, name) || Object.hasOwn(value, `_${name}`)) addAll(found, value, name)
    else {
      const property = choiceOf(value, name)
      if (property !== undefined) addAll(found, value, property)
    }
  }
  return found
}

function addAll(found: unknown[], parent: Json, property: string): void {
  const value = parent[property]
  const companion = parent[`_${property}`]
  if (Array.isArray(value)) {
    value.forEach((item: unknown, i) => found.push(item ?? (Array.isArray(companion) ? companion[i] : undefined) ?? {}))
  } else if (value !== undefined && value !== null) found.push(value)
  else if (Array.isArray(companion)) found.push(...companion)
  else if (companion !== undefined) found.push(companion)
}

/** All children, whatever their name. */
export function childrenOf(value: unknown): unknown[] {
  if (!isObject(value)) return []
  return Object.keys(value).flatMap((key) => {
    const item = value[key]
    return key === 'resourceType' || (key.startsWith('_') && value[key.slice(1)] !== undefined) ? [] : Array.isArray(item) ? item : [item]
  })
}

/** `=`: undefined when either side is empty. */
export function areEqual(a: Values, b: Values): boolean | undefined {
  if (a.length === 0 || b.length === 0) return undefined
  return a.length === b.length && a.every((item, i) => isEqual(item, b[i]))
}

/** Whether the first is before the second; undefined when the two do not compare or what they leave open decides. */
export function isBefore(a: Values, b: Values, orEqual: boolean): boolean | undefined {
  const [x, y] = [a[0], b[0]]
  if (a.length !== 1 || b.length !== 1) return undefined
  if (typeof x === 'number' && typeof y === 'number') return orEqual ? x <= y : x < y
  if (typeof x !== 'string' || typeof y !== 'string') return undefined
  if (!/^\d{4}(?:-|$)/.test(x) || !/^\d{4}(?:-|$)/.test(y)) return orEqual ? x <= y : x < y
  if (x === y) return orEqual
  if (isCertainlyAfter(y, x)) return true
  return isCertainlyAfter(x, y) ? false : undefined
}
