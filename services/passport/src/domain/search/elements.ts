// What FHIR R4 says of an element, as a path steps into it.
import type { TypeShape } from '@platform/fhir/validate/structures'

/** A type (`Patient`, `Period`) or an inner part (`Patient.contact`) with its elements. */
export type Shapes = (path: string) => TypeShape | undefined

export interface Element {
  /** Type names, or paths of inner parts. */
  readonly types: readonly ElementTypeName[]
  readonly many: boolean
  /** True for `value[x]`: the JSON property is the name followed by the type, `valueQuantity`. */
  readonly isChoice: boolean
  /** URL of the value set a code must come from. */
  readonly valueSet?: string
}

interface ElementTypeName {
  readonly name: string
  /** Resource types a Reference may point to; empty means any. */
  readonly targets: readonly string[]
}

/** The element `name` of a type or part, or nothing when there is none of that name. */
export function elementOf(shapes: Shapes, path: string, name: string): Element | undefined {
  const shape = shapes(path)?.elements.find((element) => element.name === name)
  if (!shape) return undefined
  const { types, many, isChoice, valueSet } = shape
  return {
    types: types.map(({ code, targets = [] }) => ({ name: typeName(code, `${path}.${name}`), targets })),
    many,
    isChoice,
    ...(valueSet !== undefined && { valueSet }),
  }
}

// `+` is a part defined in place, `#Path` one defined elsewhere, `@string` what XML has as an attribute.
function typeName(code: string, path: string): string {
  if (code === '+') return path
  return code.startsWith('#') || code.startsWith('@') ? code.slice(1) : code
}
