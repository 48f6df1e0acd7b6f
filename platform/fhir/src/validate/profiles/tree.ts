import type { ElementDefinition, ElementDefinitionType, StructureDefinition } from '@medplum/fhirtypes'
import { capitalised } from '../rules/read.ts'
import { typeShape } from '../structures.ts'

/** What a profile asks of one element or of one slice of it, and of what is below. */
export interface Constraint {
  /** As FHIRPath calls it, without `[x]`. */
  readonly name: string
  readonly isChoice: boolean
  /** Name of the slice; undefined for the element itself. */
  readonly slice: string | undefined
  readonly min: number
  readonly max: number
  /** Types that stay allowed; undefined when the profile does not narrow them. */
  readonly types: readonly ElementDefinitionType[] | undefined
  readonly fixed: unknown
  readonly pattern: unknown
  readonly valueSet: string | undefined
  readonly maxLength: number | undefined
  readonly rules: readonly ProfileRule[]
  readonly discriminators: readonly Discriminator[]
  /** No item may be outside the slices. */
  readonly isClosed: boolean
  readonly children: Constraint[]
  readonly slices: Constraint[]
}

export interface ProfileRule {
  readonly key: string
  readonly human: string
  readonly expression: string
}

export interface Discriminator {
  readonly type: string
  readonly path: string
}

/** The constraints of a profile as a tree, from its differential or its snapshot. Undefined for one that says nothing. */
export function constraintTree(profile: StructureDefinition): Constraint | undefined {
  const elements = (profile.differential ?? profile.snapshot)?.element ?? []
  const type = profile.type ?? ''
  const known = new Set(Object.keys(typeShape(type)?.rules ?? {}))
  const root = elements.find(({ path }) => path === type)
  const tree = constraintOf(root ?? { path: type }, undefined, known)
  for (const element of elements) if (element !== root) place(element, tree, known)
  return elements.length === 0 ? undefined : tree
}

function place(element: ElementDefinition, tree: Constraint, known: ReadonlySet<string>): void {
  const names = (element.path ?? '').split('.').slice(1)
  const ids = (element.id ?? element.path ?? '').split('.').slice(1)
  if (names.length === 0) return
  let at = tree
  names.forEach((name, i) => {
    const [, sliceInId] = (ids.length === names.length ? (ids[i] ?? '') : '').split(':')
    const isLast = i === names.length - 1
    const slice = sliceInId ?? (isLast ? element.sliceName : undefined)
    const described = isLast ? element : { path: name }
    at = childOf(at, name, slice, described, known, isLast)
  })
}

/** The place of an element in the tree, made when it is not there: a differential leaves out what it does not change. */
function childOf(
  parent: Constraint,
  name: string,
  slice: string | undefined,
  element: ElementDefinition,
  known: ReadonlySet<string>,
  isLast: boolean,
): Constraint {
  const whole = find(parent.children, name, undefined)
  const own = whole ?? add(parent.children, constraintOf(slice === undefined ? element : { path: name }, undefined, known))
  if (slice === undefined) {
    if (whole === undefined || !isLast) return own
    return replace(parent.children, whole, constraintOf(element, undefined, known))
  }
  return find(own.slices, name, slice) ?? add(own.slices, constraintOf(element, slice, known))
}

function find(among: readonly Constraint[], name: string, slice: string | undefined): Constraint | undefined {
  return among.find((one) => one.name === name.replace('[x]', '') && one.slice === slice)
}

function add(to: Constraint[], one: Constraint): Constraint {
  to.push(one)
  return one
}

/** A parent may come after its children were met: what they ask is kept. */
function replace(among: Constraint[], before: Constraint, after: Constraint): Constraint {
  after.children.push(...before.children)
  after.slices.push(...before.slices)
  among[among.indexOf(before)] = after
  return after
}

function constraintOf(element: ElementDefinition, slice: string | undefined, known: ReadonlySet<string>): Constraint {
  const name = element.path?.split('.').at(-1) ?? ''
  const binding = element.binding?.strength === 'required' ? element.binding.valueSet : undefined
  return {
    name: name.replace('[x]', ''),
    isChoice: name.endsWith('[x]'),
    slice,
    min: element.min ?? 0,
    max: element.max === undefined || element.max === '*' ? Number.POSITIVE_INFINITY : Number(element.max),
    types: element.type ?? typeNamedBy(slice, name),
    fixed: valueNamed(element, 'fixed'),
    pattern: valueNamed(element, 'pattern'),
    valueSet: binding,
    maxLength: element.maxLength,
    rules: (element.constraint ?? []).flatMap(({ key, severity, human, expression }) =>
      severity === 'error' && expression !== undefined && !known.has(key) && !INHERITED.has(key) ? [{ key, human, expression }] : [],
    ),
    discriminators: (element.slicing?.discriminator ?? []).map(({ type, path }) => ({ type, path })),
    isClosed: element.slicing?.rules === 'closed',
    children: [],
    slices: [],
  }
}

const INHERITED = new Set(['ele-1', 'ext-1', 'dom-2', 'dom-3', 'dom-4', 'dom-5', 'dom-6'])

/** A slice of a choice is named after its type: `valueQuantity` of `value[x]`. */
function typeNamedBy(slice: string | undefined, name: string): readonly ElementDefinitionType[] | undefined {
  if (slice === undefined || !name.endsWith('[x]')) return undefined
  const suffix = slice.slice(name.length - 3)
  return slice.startsWith(name.slice(0, -3)) && suffix !== '' ? [{ code: suffix }, { code: capitalised(suffix, 'lower') }] : undefined
}

function valueNamed(element: ElementDefinition, prefix: 'fixed' | 'pattern'): unknown {
  for (const [key, value] of Object.entries(element)) {
    const next = key.charCodeAt(prefix.length)
    if (key.startsWith(prefix) && next >= 65 && next <= 90) return value
  }
  return undefined
}
