import { isObject, type Json } from '../shape.ts'
import { typeShape } from '../structures.ts'
import { formats } from '../formats.ts'

/** `name.exists()` in FHIRPath: a primitive with only an extension exists too. */
export function has(value: Json, name: string): boolean {
  return value[name] !== undefined || value[`_${name}`] !== undefined
}

let suffixes: ReadonlySet<string> | undefined

/** The types of the open choice, as they end a property: every type a choice of R4 may have, `DateTime` for dateTime. */
function choiceSuffixes(): ReadonlySet<string> {
  suffixes ??= new Set([
    ...[...formats.keys()].filter((type) => !type.startsWith('@')).map((type) => capitalised(type)),
    ...(typeShape('Extension')?.elements.flatMap(({ types }) => types.map(({ code }) => capitalised(code))) ?? []),
  ])
  return suffixes
}

/** `value.exists()` for a choice: the property of the type that is there. */
export function choiceOf(value: Json, name: string): string | undefined {
  for (const key of Object.keys(value)) {
    const start = key.startsWith('_') ? 1 : 0
    const after = key.charCodeAt(start + name.length)
    // durationUnit is no duration[x]: what follows the name is a type.
    if (
      after >= 65 &&
      after <= 90 &&
      key.startsWith(name, start) &&
      value[key] !== undefined &&
      choiceSuffixes().has(key.slice(start + name.length))
    ) {
      return key.slice(start)
    }
  }
  return undefined
}

export function hasChoice(value: Json, name: string): boolean {
  return choiceOf(value, name) !== undefined
}

/** How many of these elements there are, repetitions counted. */
export function count(value: Json, ...names: readonly string[]): number {
  let found = 0
  for (const name of names) {
    const item = value[name] ?? value[`_${name}`]
    found += Array.isArray(item) ? item.length : item === undefined ? 0 : 1
  }
  return found
}

/** The items of a list, or the one value there is. */
export function items(value: unknown, name: string): readonly unknown[] {
  if (!isObject(value)) return []
  const item = value[name]
  return Array.isArray(item) ? item : item === undefined || item === null ? [] : [item]
}

/** The same, objects only. */
export function parts(value: unknown, name: string): readonly Json[] {
  return items(value, name).filter(isObject)
}

/** Whether a CodeableConcept has this coding. */
export function coded(concept: unknown, system: string, ...codes: readonly string[]): boolean {
  return parts(concept, 'coding').some((coding) => coding.system === system && codes.includes(String(coding.code)))
}

export function isDistinct(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length
}

/** `where(use = 'home').empty()` and the like. */
export function is(value: Json, name: string, ...among: readonly string[]): boolean {
  return among.includes(value[name] as string)
}

export function capitalised(word: string, to: 'upper' | 'lower' = 'upper'): string {
  const first = word.charAt(0)
  return (to === 'upper' ? first.toUpperCase() : first.toLowerCase()) + word.slice(1)
}
