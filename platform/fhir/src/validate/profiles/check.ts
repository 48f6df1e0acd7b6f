import { checkBinding, type CodeLists } from '../bindings.ts'
import type { Run } from '../run.ts'
import { isObject, type Check, type Json } from '../shape.ts'
import { compileExpression, type Expression } from '../expressions.ts'
import { typeOfReference } from '../references.ts'
import { isEqual, matchesPattern } from './match.ts'
import { isOfType, sliceOf } from './slices.ts'
import type { Constraint } from './tree.ts'
import { occurrences } from './values.ts'

/** What a profile's checks may ask beyond the value at hand. */
export interface ProfileContext {
  readonly lists: CodeLists
  /** The type a target profile is about: `Patient` for R4's own and for a profile that is loaded; undefined when not known. */
  readonly typeOfProfile: (url: string) => string | undefined
}

/** The checks of one profile. The run is at the value, with the profile set. */
export function compileProfile(tree: Constraint, context: ProfileContext): (value: Json, run: Run) => void {
  const within = compileWithin(tree, context)
  return (value, run) => within(value, run)
}

/** Rules and children: what is asked of a value itself, cardinality aside. */
function compileWithin(constraint: Constraint, context: ProfileContext): (value: unknown, run: Run) => void {
  const checks: Check[] = []
  const { fixed, pattern, valueSet, maxLength, name } = constraint
  if (fixed !== undefined) {
    checks.push((value, run) => {
      if (!isEqual(value, fixed))
        run.error('value', `${name} does not have the value the profile fixes.`, { remedy: `It must be ${shown(fixed)}.` })
    })
  }
  if (pattern !== undefined) {
    checks.push((value, run) => {
      if (!matchesPattern(value, pattern))
        run.error('value', `${name} does not have what the profile asks for.`, { remedy: `It must have ${shown(pattern)}.` })
    })
  }
  if (maxLength !== undefined) {
    checks.push((value, run) => {
      if (typeof value === 'string' && value.length > maxLength)
        run.error('too-long', `${name} is longer than the ${String(maxLength)} characters of the profile.`)
    })
  }
  if (valueSet !== undefined) checks.push(binding(valueSet, context.lists))
  const targets = targetTypes(constraint, context)
  if (targets !== undefined) checks.push((value, run) => checkTarget(value, targets, name, run))
  for (const { key, human, expression } of constraint.rules) {
    let holds: Expression | undefined
    checks.push((value, run) => {
      holds ??= compileExpression(expression)
      if (!holds(value, run)) run.error('invariant', `${human} (${key})`)
    })
  }
  const children = constraint.children.filter(asksSomething).map((child) => compileElement(child, context))
  return (value, run) => {
    for (const check of checks) check(value, run)
    if (children.length > 0 && isObject(value)) for (const child of children) child(value, run)
  }
}

/** Much of a profile only says what is supported or how to read an element. */
function asksSomething(constraint: Constraint): boolean {
  const { min, max, types, fixed, pattern, valueSet, maxLength, rules, children, slices } = constraint
  return (
    min > 0 ||
    max !== Number.POSITIVE_INFINITY ||
    [types, fixed, pattern, valueSet, maxLength].some((asked) => asked !== undefined) ||
    rules.length > 0 ||
    slices.length > 0 ||
    children.some(asksSomething)
  )
}

/** One element in its parent: how often it occurs, of what type, each occurrence, its slices. */
function compileElement(element: Constraint, context: ProfileContext): (parent: Json, run: Run) => void {
  const within = compileWithin(element, context)
  const slices = new Map(element.slices.map((slice) => [slice, compileWithin(slice, context)]))
  const { name, isChoice, types, isClosed } = element
  return (parent, run) => {
    const found = occurrences(parent, name, isChoice)
    checkCount(found.length, element, run)
    if (found.length === 0 && slices.size === 0) return
    const counts = new Map<Constraint, number>()
    for (const occurrence of found) {
      run.enter(name)
      if (occurrence.index >= 0) run.at(occurrence.index)
      if (isChoice && types !== undefined && !isOfType(occurrence, element)) wrongType(element, run)
      within(occurrence.value, run)
      const slice = slices.size === 0 ? undefined : sliceOf(occurrence, element, context.lists)
      if (slice !== undefined) {
        counts.set(slice, (counts.get(slice) ?? 0) + 1)
        slices.get(slice)?.(occurrence.value, run)
      } else if (isClosed && slices.size > 0) run.error('structure', `The profile allows no ${name} other than ${names(element)}.`)
      run.leave()
    }
    for (const slice of slices.keys()) checkCount(counts.get(slice) ?? 0, slice, run)
  }
}

function checkCount(count: number, { name, slice, min, max }: Constraint, run: Run): void {
  const what = slice === undefined ? name : `${name} “${slice}”`
  if (count < min) {
    run.error('required', min === 1 ? `The profile requires ${what}.` : `The profile requires ${String(min)} of ${what}.`, { child: name })
  } else if (count > max) {
    run.error('structure', max === 0 ? `The profile does not allow ${what}.` : `The profile allows ${String(max)} of ${what}.`, {
      child: name,
    })
  }
}

function wrongType({ name, types }: Constraint, run: Run): void {
  run.error('structure', `The profile allows ${name} only as ${(types ?? []).map(({ code }) => code).join(', ')}.`)
}

function names({ slices }: Constraint): string {
  return slices.map(({ slice }) => slice).join(', ')
}

/** The type of what is bound shows in the value: text, a Coding or Quantity (which have a code), or a CodeableConcept. */
function binding(valueSet: string, lists: CodeLists): Check {
  const [code, coding, concept] = ['code', 'Coding', 'CodeableConcept'].map((type) => checkBinding(valueSet, type, lists))
  return (value, run) => {
    if (!isObject(value)) code?.(value, run)
    else if (value.code !== undefined || value.system !== undefined) coding?.(value, run)
    else concept?.(value, run)
  }
}

/** The resource types a Reference may be to; undefined when it is no Reference, or when a target is not known. */
function targetTypes({ types }: Constraint, { typeOfProfile }: ProfileContext): readonly string[] | undefined {
  const urls = (types ?? []).filter(({ code }) => code === 'Reference').flatMap(({ targetProfile }) => targetProfile ?? [])
  const targets = urls.map(typeOfProfile)
  if (urls.length === 0 || targets.includes(undefined) || targets.includes('Resource')) return undefined
  return targets.filter((target) => target !== undefined)
}

function checkTarget(value: unknown, targets: readonly string[], name: string, run: Run): void {
  const type = isObject(value) ? typeOfReference(value, run) : undefined
  if (type === undefined || targets.includes(type)) return
  run.error('value', `The profile does not allow ${name} to refer to ${type}, only to ${targets.join(', ')}.`, { child: 'reference' })
}

function shown(value: unknown): string {
  return JSON.stringify(value).slice(0, 300)
}
