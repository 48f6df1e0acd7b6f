// Composite parameters: two values that must belong together. FHIR R4 Search, composite. https://hl7.org/fhir/R4/search.html#combining
//
// Where the parts lie on the resource itself (the code and the value of an Observation) they belong together already, and the search is one
// for both. Where they lie on a repeating element (a component) the pair is indexed under a key that names the element and the parts.
import type { SearchParameter as SearchParameterResource } from '@medplum/fhirtypes'
import type { SearchType } from './definitions.ts'
import type { Shapes } from './elements.ts'
import { alternativesOf, compilePath, type Accessor, type CompiledPath } from './fhir-path.ts'

export interface Composition {
  /** The kinds of the parts, in the order in which a search writes them. */
  readonly types: readonly [SearchType, SearchType]
  /** The parameters that search the parts alone, where both lie on the resource itself. */
  readonly whole?: readonly [string, string]
  readonly elements: readonly CompositeElement[]
}

/** A repeating element that holds both parts. */
export interface CompositeElement {
  /** `Observation.component(code,value.ofType(Quantity))` */
  readonly key: string
  readonly read: Accessor
  readonly parts: readonly [readonly CompiledPath[], readonly CompiledPath[]]
}

/** How a composite parameter is indexed and searched for a type; nothing when its parts are not defined here. */
export function composition(
  definition: SearchParameterResource,
  type: string,
  siblings: readonly SearchParameterResource[],
  shapes: Shapes,
): Composition | undefined {
  const parts = (definition.component ?? []).map(({ definition: url, expression }) => ({
    expression,
    part: siblings.find((one) => one.url === url),
  }))
  const [first, second] = parts
  if (parts.length !== 2 || !first?.part || !second?.part) return undefined
  // R4 defines the parts of DocumentReference-relationship with each other's expression.
  const swapped = first.part.type === 'reference' && first.expression === 'code'
  const expressions = swapped ? ([second.expression, first.expression] as const) : ([first.expression, second.expression] as const)
  const foci = alternativesOf(definition.expression ?? '', type)
  const whole = foci.includes(type) ? expressions.map((expression) => alone(expression, type, siblings)) : []
  return {
    types: [first.part.type as SearchType, second.part.type as SearchType],
    ...(whole[0] && whole[1] && { whole: [whole[0], whole[1]] as const }),
    elements: foci.filter((focus) => focus !== type).flatMap((focus) => element(focus, type, expressions, shapes)),
  }
}

/** The parameter that searches a part on the resource itself, the one with the fewest other elements. */
function alone(expression: string, type: string, siblings: readonly SearchParameterResource[]): string | undefined {
  const wanted = expression.split(' | ').flatMap((part) => alternativesOf(`${type}.${part}`, type))
  return siblings
    .map(({ code, expression: found = '' }) => ({ code, alternatives: alternativesOf(found, type) }))
    .filter(({ alternatives }) => wanted.every((one) => alternatives.includes(one)))
    .toSorted((a, b) => a.alternatives.length - b.alternatives.length)[0]?.code
}

function element(focus: string, type: string, [first, second]: readonly [string, string], shapes: Shapes): CompositeElement[] {
  return compilePath(focus, type, shapes).map(({ type: focusType, read }) => ({
    key: `${focus}(${first},${second})`,
    read,
    parts: [compilePath(first, focusType, shapes), compilePath(second, focusType, shapes)],
  }))
}
