import type { Scope } from './scope.ts'
import { resourceTypes } from './structures.ts'
import type { Run } from './run.ts'
import { isObject, type Json } from './shape.ts'

const RELATIVE = /^([A-Z][A-Za-z]{1,63})\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/
const CONDITIONAL = /^([A-Z][A-Za-z]{1,63})\?[^\s]+$/
const REST_URL = /\/([A-Z][A-Za-z]{1,63})\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/
const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$/
const REMEDY = 'Give Type/id, an absolute URL, urn:uuid: or urn:oid:, or #id of a contained resource.'

/**
 * A Reference: the form of its `reference`, and the type of what it points to where the form tells.
 *
 * @see https://hl7.org/fhir/R4/references.html
 */
export function checkReference(value: unknown, targets: readonly string[] | undefined, run: Run): void {
  if (!isObject(value)) return
  const { reference, type } = value
  const declared = typeof type === 'string' && resourceTypes().has(type) ? type : undefined
  const pointed = typeof reference === 'string' ? pointsTo(reference, targets, run) : undefined
  if (pointed !== undefined && declared !== undefined && pointed !== declared) {
    run.error('value', `The reference is to ${pointed} but its type says ${declared}.`, { child: 'type' })
  }
  const actual = pointed ?? declared
  if (actual !== undefined && targets !== undefined && !targets.includes(actual)) {
    run.error('value', `${run.name()} cannot refer to ${actual}, only to ${targets.join(', ')}.`, {
      child: pointed === undefined ? 'type' : 'reference',
    })
  }
}

/** The type a reference names, having refused what is not a reference. */
function pointsTo(reference: string, targets: readonly string[] | undefined, run: Run): string | undefined {
  if (reference.startsWith('#')) {
    noteInternal(reference, run)
    const scope = run.scope
    if (scope === undefined) return undefined
    if (reference === '#') {
      if (scope.insideContained) return scope.type
      run.error('value', 'The reference “#” means the containing resource, so only a contained resource can use it.', {
        child: 'reference',
      })
      return undefined
    }
    scope.pending ??= []
    scope.pending.push({ id: reference.slice(1), targets, expression: run.expression('reference') })
    return undefined
  }
  const relative =
    RELATIVE.exec(reference) ?? (run.knowledge.conditionalReferences || inTransaction(run) ? CONDITIONAL.exec(reference) : null)
  if (relative !== null) return knownType(relative[1] ?? '', run)
  if (!ABSOLUTE.test(reference)) {
    run.error('value', 'It is not a reference as FHIR writes them.', { child: 'reference', remedy: REMEDY })
    return undefined
  }
  const entry = run.entries?.get(reference)
  if (entry !== undefined) return entry
  if (!/^https?:/i.test(reference)) return undefined
  const type = REST_URL.exec(reference)?.[1]
  return type !== undefined && resourceTypes().has(type) ? type : undefined
}

function knownType(type: string, run: Run): string | undefined {
  if (resourceTypes().has(type)) return type
  run.error('value', 'The reference names a type of resource that FHIR R4 does not have.', { child: 'reference', remedy: REMEDY })
  return undefined
}

function inTransaction(run: Run): boolean {
  return run.transaction > 0
}

/** A canonical that is `#id` names a contained resource, as a reference would. */
export function checkInternalCanonical(canonical: string, run: Run): void {
  noteInternal(canonical, run)
  if (run.scope === undefined || canonical === '#') return
  run.scope.pending ??= []
  run.scope.pending.push({ id: canonical.slice(1), targets: undefined, expression: run.expression() })
}

/** Notes that `#id` is used: a contained resource nobody refers to is an error (dom-3). */
export function noteInternal(reference: string, { scope }: Run): void {
  if (scope === undefined) return
  if (reference === '#') {
    scope.pointsUp = true
    return
  }
  scope.used ??= new Set()
  scope.used.add(reference.slice(1))
}

/** What can be said of `#id` only when the whole resource has been seen: ref-1 (it resolves, to an allowed type) and dom-3. */
export function settleReferences(scope: Scope, run: Run): void {
  for (const { id, targets, expression } of scope.pending ?? []) {
    const found = scope.contained?.get(id)
    if (found === undefined) {
      run.error('not-found', 'The reference is to a contained resource that is not there. (ref-1)', { expression })
    } else if (targets !== undefined && !targets.includes(found.type)) {
      run.error('value', `The contained ${found.type} cannot be referred to here, only ${targets.join(', ')}.`, { expression })
    }
  }
  for (const [id, { place, pointsUp }] of scope.contained ?? []) {
    if (pointsUp || scope.used?.has(id) === true) continue
    run.error('invariant', 'The contained resource is referred to from nowhere in the resource. (dom-3)', {
      expression: place,
      remedy: 'Refer to it as #id, or leave it out.',
    })
  }
}

/** dom-2, dom-4 and dom-5: what a contained resource must not have. */
export function checkContained(resource: Json, run: Run): void {
  const { meta, contained } = resource
  if (contained !== undefined)
    run.error('invariant', 'A contained resource cannot contain resources itself. (dom-2)', { child: 'contained' })
  if (!isObject(meta)) return
  if (meta.versionId !== undefined || meta.lastUpdated !== undefined) {
    run.error('invariant', 'A contained resource has no meta.versionId and no meta.lastUpdated. (dom-4)', { child: 'meta' })
  }
  if (meta.security !== undefined)
    run.error('invariant', 'A contained resource has no security label of its own. (dom-5)', { child: 'meta' })
}

/** The type of resource a Reference is to, as far as it tells: by its form, by the contained resource it names, by its `type`. */
export function typeOfReference({ reference, type }: Json, { scope }: Run): string | undefined {
  if (typeof reference !== 'string') return typeof type === 'string' ? type : undefined
  if (reference === '#') return undefined
  if (reference.startsWith('#')) return scope?.contained?.get(reference.slice(1))?.type
  const named = (RELATIVE.exec(reference) ??
    CONDITIONAL.exec(reference) ??
    (/^https?:/i.test(reference) ? REST_URL.exec(reference) : null))?.[1]
  return named !== undefined && resourceTypes().has(named) ? named : typeof type === 'string' ? type : undefined
}
