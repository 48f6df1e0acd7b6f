import { readFileSync } from 'node:fs'
import type { CompactStructures, CompactType } from './definitions/compact-structures.ts'

/** One element as R4 defines it. */
export interface ElementShape {
  /** Without `[x]`. */
  readonly name: string
  readonly isChoice: boolean
  readonly min: number
  /** Whether it is a list in JSON. */
  readonly many: boolean
  readonly types: readonly ElementType[]
  /** URL of the value set of a required binding. */
  readonly valueSet?: string
  readonly isModifier: boolean
  readonly isSummary: boolean
}

export interface ElementType {
  /** A type name; `+` for a part defined in place; `#Path` for a part defined elsewhere; `@string`, `@uri` for what XML has as attribute. */
  readonly code: string
  /** Types a Reference or canonical may point to; absent when any. */
  readonly targets?: readonly string[]
}

/** One type or inner part with everything it inherits. */
export interface TypeShape {
  readonly path: string
  readonly kind: 'resource' | 'datatype'
  readonly elements: readonly ElementShape[]
  readonly rules: Readonly<Record<string, readonly [human: string, expression: string]>>
  readonly elementRules: Readonly<Record<string, Readonly<Record<string, readonly [human: string, expression: string]>>>>
}

/** Never instances themselves. */
const ABSTRACT = new Set(['Resource', 'DomainResource', 'Element', 'BackboneElement'])

let compact: CompactStructures | undefined
const shapes = new Map<string, TypeShape>()

function definitions(): CompactStructures {
  compact ??= JSON.parse(readFileSync(new URL('definitions/structures.json', import.meta.url), 'utf8')) as CompactStructures
  return compact
}

let resourceTypeNames: ReadonlySet<string> | undefined

/** The names of the resource types of R4. */
export function resourceTypes(): ReadonlySet<string> {
  resourceTypeNames ??= new Set(Object.keys(definitions().resources).filter((name) => !name.includes('.') && !ABSTRACT.has(name)))
  return resourceTypeNames
}

/**
 * A type (`Patient`, `Period`) or an inner part (`Patient.contact`) of R4 with its elements, inherited ones first.
 * Undefined for a name that is neither.
 */
export function typeShape(path: string): TypeShape | undefined {
  const known = shapes.get(path)
  if (known !== undefined) return known
  const { resources, datatypes } = definitions()
  const own = Object.hasOwn(resources, path) ? resources[path] : Object.hasOwn(datatypes, path) ? datatypes[path] : undefined
  if (own === undefined) return undefined
  const shape: TypeShape = {
    path,
    kind: own === resources[path] ? 'resource' : 'datatype',
    elements: elementsOfType(own),
    rules: own.rules ?? {},
    elementRules: own.elementRules ?? {},
  }
  shapes.set(path, shape)
  return shape
}

function elementsOfType({ base, elements }: CompactType): ElementShape[] {
  const inherited = base === '' ? [] : (typeShape(base)?.elements ?? [])
  const own = Object.entries(elements).map(([name, notation]) => parseElement(name, notation))
  return [...inherited.filter(({ name }) => !own.some((element) => element.name === name)), ...own]
}

/**
 * Reads the notation of structures.json: `1..1 code =event-status ?! Σ`, that is cardinality, types with the targets of
 * references, `=` required value set (`http://hl7.org/fhir/ValueSet/` left out), `?!` modifier, `Σ` summary.
 */
export function parseElement(name: string, notation: string): ElementShape {
  const [cardinality = '', types = '', ...marks] = notation.split(' ')
  const bound = marks.find((mark) => mark.startsWith('='))?.slice(1)
  return {
    name: name.replace('[x]', ''),
    isChoice: name.endsWith('[x]'),
    min: Number(cardinality.split('..')[0]),
    many: cardinality.endsWith('*'),
    types: types.split(',').map(parseType),
    isModifier: marks.includes('?!'),
    isSummary: marks.includes('Σ'),
    ...(bound === undefined ? {} : { valueSet: bound.includes(':') ? bound : `http://hl7.org/fhir/ValueSet/${bound}` }),
  }
}

function parseType(notation: string): ElementType {
  const open = notation.indexOf('(')
  if (open < 0) return { code: notation }
  return { code: notation.slice(0, open), targets: notation.slice(open + 1, -1).split('|') }
}
