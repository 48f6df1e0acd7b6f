// Search parameters are defined by FHIRPath expressions. Nearly all are dotted paths with a type or a simple condition, and those become
// direct accessors: an evaluation costs some 20 µs, an accessor a few tenths. What is not simple is evaluated as FHIRPath.
// FHIR R4 SearchParameter.expression. https://hl7.org/fhir/R4/searchparameter-registry.html
import { evalFhirPathTyped, toTypedValue } from '@medplum/core'
import { elementOf, type Shapes } from './elements.ts'
import { referencedType } from './reference.ts'
import { recently } from './token-hash.ts'

/** Walks a node and hands every value found to `visit`. */
export type Accessor = (node: unknown, visit: (value: unknown) => void) => void

/** One alternative of an expression, with the FHIR type all its values have. */
export interface CompiledPath {
  readonly type: string
  readonly read: Accessor
  /** The elements on the way: `performer.actor`. Empty for the resource itself and for evaluated expressions. */
  readonly element: string
  /** True when no step repeats: at most one value in a resource. */
  readonly single: boolean
  /** Resource types a Reference found here may point to; empty means any. */
  readonly targets: readonly string[]
  /** Value set of a code that must come from one. */
  readonly valueSet?: string
  /** True when the values are found by evaluating FHIRPath. */
  readonly evaluated?: true
}

interface Branch {
  readonly type: string
  readonly steps: readonly Step[]
  readonly single: boolean
  readonly targets: readonly string[]
  readonly valueSet?: string
}

type Step = { readonly name: string } | { readonly keep: (value: unknown) => boolean }

/**
 * The accessors of an expression for resources (or elements) of one type. Alternatives that belong to other types are left out;
 * a choice element gives one accessor for each of its types.
 */
export function compilePath(expression: string, root: string, shapes: Shapes): CompiledPath[] {
  return alternatives(expression).flatMap((alternative) => compileAlternative(alternative, root, shapes))
}

function compileAlternative(alternative: string, root: string, shapes: Shapes): CompiledPath[] {
  const segments = segmentsOf(alternative)
  if (!segments) return alternative.includes(root) ? [evaluated(alternative)] : []
  const [first, ...rest] = segments
  const below = first === root || first === 'Resource' || first === 'DomainResource' ? rest : startsWithType(first) ? undefined : segments
  if (!below) return []
  const branches = below.reduce<Branch[] | undefined>(
    (found, segment) => found && follow(found, segment, shapes),
    [{ type: root, steps: [], single: true, targets: [] }],
  )
  if (!branches) return [evaluated(alternative)]
  const element = below.filter((segment) => !segment.includes('(')).join('.')
  return branches.map(({ steps, ...branch }) => ({ ...branch, element, read: accessor(steps) }))
}

const startsWithType = (segment: string | undefined) => segment !== undefined && /^[A-Z]/.test(segment)

/** The alternatives of an expression that belong to a type, written in one way: `(A.value as Quantity)` as `A.value.ofType(Quantity)`. */
export function alternativesOf(expression: string, type: string): string[] {
  return alternatives(expression).filter((alternative) => [type, 'Resource', 'DomainResource'].includes(alternative.split('.', 1)[0] ?? ''))
}

/** The alternatives of an expression. Many types share one, so each is taken apart once. A union inside parentheses is evaluated as FHIRPath. */
const alternatives = recently(2048, (expression): readonly string[] => {
  const found: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at <= expression.length; at++) {
    const sign = expression[at]
    if (sign === '(') depth++
    if (sign === ')') depth--
    if (at < expression.length && (sign !== '|' || depth > 0)) continue
    found.push(inOneWay(expression.slice(from, at).trim()))
    from = at + 1
  }
  return found
})

const BALANCED = String.raw`(?:[^()]|\((?:[^()]|\([^()]*\))*\))*`
const PARENTHESISED = new RegExp(String.raw`^\((${BALANCED})\)((?:\.[A-Za-z]+)*)$`)

// R4 writes ofType(DateTime) in Observation-code-value-date, where the type is dateTime.
function inOneWay(alternative: string): string {
  return alternative
    .replace(PARENTHESISED, '$1$2')
    .replace(/ as ([A-Za-z]+)/g, '.ofType($1)')
    .replace('ofType(DateTime)', 'ofType(dateTime)')
}

/** `A.value.ofType(Quantity)` → A, value, ofType(Quantity). Nothing when the expression is more than a path. */
function segmentsOf(alternative: string): string[] | undefined {
  const segments = alternative.match(/[A-Za-z]+(\((?:[^()]|\([^()]*\))*\))?/g)
  return segments?.join('.') === alternative ? segments : undefined
}

function follow(branches: readonly Branch[], segment: string, shapes: Shapes): Branch[] | undefined {
  const call = /^([a-zA-Z]+)\((.*)\)$/.exec(segment)
  if (!call) {
    const followed = branches.flatMap((branch) => stepInto(branch, segment, shapes))
    return followed.length > 0 ? followed : undefined
  }
  const [, name, argument = ''] = call
  if (name === 'ofType' || name === 'as') {
    const wanted = branches.filter(({ type }) => type === argument)
    return wanted.length > 0 ? wanted : undefined
  }
  const keep = name === 'where' ? condition(argument) : undefined
  return keep && branches.map((branch) => ({ ...branch, ...keep.narrows(branch), steps: [...branch.steps, { keep: keep.keep }] }))
}

function stepInto(branch: Branch, name: string, shapes: Shapes): Branch[] {
  const element = elementOf(shapes, branch.type, name)
  if (!element) return []
  const { types, many, isChoice, valueSet } = element
  return types.map(({ name: type, targets }) => ({
    type,
    steps: [...branch.steps, { name: isChoice ? `${name}${type[0]?.toUpperCase()}${type.slice(1)}` : name }],
    single: branch.single && !many,
    targets,
    ...(valueSet !== undefined && { valueSet }),
  }))
}

interface Condition {
  readonly keep: (value: unknown) => boolean
  readonly narrows: (branch: Branch) => Partial<Branch>
}

function condition(text: string): Condition | undefined {
  const resolved = /^resolve\(\) is ([A-Za-z]+)$/.exec(text.trim())?.[1]
  if (resolved) return { keep: (value) => mayPointTo(value, resolved), narrows: () => ({ targets: [resolved] }) }
  const [, name, wanted] = /^([a-zA-Z]+) ?= ?'([^']*)'$/.exec(text.trim()) ?? []
  if (name === undefined) return undefined
  return { keep: (value) => (value as Record<string, unknown>)[name] === wanted, narrows: () => ({}) }
}

// A reference by identifier alone may say no type; it is kept, because a person named by NHS number only is still that person.
function mayPointTo(value: unknown, wanted: string): boolean {
  const reference = value as { reference?: string; type?: string; identifier?: unknown }
  const type = typeof reference.reference === 'string' ? referencedType(reference.reference) : undefined
  return (type ?? reference.type ?? (reference.reference === undefined && reference.identifier ? wanted : undefined)) === wanted
}

function accessor(steps: readonly Step[]): Accessor {
  return steps.reduceRight<Accessor>(
    (next, step) =>
      'keep' in step
        ? (node, visit) => {
            if (step.keep(node)) next(node, visit)
          }
        : property(step.name, next),
    (node, visit) => visit(node),
  )
}

function property(name: string, next: Accessor): Accessor {
  return (node, visit) => {
    const value = (node as Record<string, unknown>)[name]
    if (value === undefined || value === null) return
    if (!Array.isArray(value)) return next(value, visit)
    for (const item of value) if (item !== null) next(item, visit)
  }
}

function evaluated(expression: string): CompiledPath {
  return {
    type: expression.includes('.exists()') ? 'boolean' : 'unknown',
    read: (node, visit) => {
      for (const { value } of evalFhirPathTyped(expression, [toTypedValue(node)])) visit(value)
    },
    element: '',
    single: false,
    targets: [],
    evaluated: true,
  }
}
