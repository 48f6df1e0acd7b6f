// A resource in part: `_summary` and `_elements`. FHIR R4 Search. https://hl7.org/fhir/R4/search.html#summary, #elements
import { subsetted } from '@platform/fhir/subsetted'
import type { Shapes } from './elements.ts'
import type { Summary } from './query.ts'

/** What is left of a resource: a kind of summary, or the named elements. */
export type Subset = { readonly summary: Summary } | { readonly elements: readonly string[] }

type Json = Readonly<Record<string, unknown>>

/** Kept whatever is asked: they say what the resource is and how it is to be understood. */
const ALWAYS = new Set(['resourceType', 'id', 'meta', 'implicitRules', 'modifierExtension'])

/**
 * The part of a resource that is asked for, tagged SUBSETTED so that nobody takes it for the whole. Elements that must be there and
 * elements that change the meaning of others are kept. Decimals held as their source text stay so.
 */
export function subsetOf(resource: Json, subset: Subset, shapes: Shapes): Json {
  const type = String(resource['resourceType'])
  if ('summary' in subset && subset.summary === 'data') return subsetted(without(resource, 'text'))
  if ('summary' in subset && subset.summary === 'true') return subsetted(summaryOf(resource, type, shapes))
  const wanted = new Set('elements' in subset ? subset.elements : ['text'])
  return subsetted(kept(resource, type, shapes, ({ name, min, isModifier }) => wanted.has(name) || min > 0 || isModifier))
}

interface Kept {
  readonly name: string
  readonly min: number
  readonly isModifier: boolean
  readonly isSummary: boolean
}

/** The elements of the summary, and within inner parts theirs. */
function summaryOf(node: Json, path: string, shapes: Shapes): Json {
  const outer = kept(node, path, shapes, ({ isSummary, min, isModifier }) => isSummary || min > 0 || isModifier)
  return Object.fromEntries(
    Object.entries(outer).map(([property, value]) => {
      const part = partAt(path, property, shapes)
      if (part === undefined) return [property, value]
      return [
        property,
        Array.isArray(value)
          ? value.map((item) => (isNode(item) ? summaryOf(item, part, shapes) : item))
          : isNode(value)
            ? summaryOf(value, part, shapes)
            : value,
      ]
    }),
  )
}

const isNode = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The path of an inner part defined in place; nothing for a value of a datatype, which is kept whole. */
function partAt(path: string, property: string, shapes: Shapes): string | undefined {
  const types = shapes(path)?.elements.find(({ name }) => name === property)?.types ?? []
  return types.some(({ code }) => code === '+') ? `${path}.${property}` : undefined
}

function kept(node: Json, path: string, shapes: Shapes, keep: (element: Kept) => boolean): Json {
  const shape = shapes(path)
  if (!shape) return node
  const names = new Set(
    shape.elements
      .filter((element) => keep(element))
      .flatMap(({ name, isChoice, types }) =>
        isChoice ? types.map(({ code }) => name + code.charAt(0).toUpperCase() + code.slice(1)) : [name],
      ),
  )
  // `_birthDate` holds the extensions of `birthDate`.
  return Object.fromEntries(
    Object.entries(node).filter(([property]) => ALWAYS.has(property) || names.has(property.startsWith('_') ? property.slice(1) : property)),
  )
}

function without(resource: Json, property: string): Json {
  const { [property]: _left, ...rest } = resource
  return rest
}
