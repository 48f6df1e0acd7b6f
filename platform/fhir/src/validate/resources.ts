import { shapeFor } from './compile.ts'
import { checkContained, settleReferences } from './references.ts'
import type { Run } from './run.ts'
import { newScope, type Scope } from './scope.ts'
import { checkShape, isObject, type Json } from './shape.ts'
import { resourceTypes } from './structures.ts'

/** A resource where it may be: the one sent, one in a Bundle or Parameters, or one contained. */
export function checkResource(value: unknown, run: Run, where: 'root' | 'inside' | 'contained'): void {
  if (!isObject(value)) {
    run.error('structure', 'A resource is a JSON object with a resourceType.')
    return
  }
  const type = value.resourceType
  if (typeof type !== 'string' || !resourceTypes().has(type)) {
    run.error('structure', type === undefined ? 'The resource has no resourceType.' : 'The resourceType is not a resource of FHIR R4.', {
      child: 'resourceType',
      remedy: 'Give resourceType as FHIR R4 names it, for example Patient.',
    })
    return
  }
  if (where === 'root') run.enter(type)
  if (where === 'contained' && run.scope !== undefined) inContained(value, type, run.scope, run)
  else onItsOwn(value, type, run)
  if (where === 'root') run.leave()
}

function onItsOwn(resource: Json, type: string, run: Run): void {
  const outer = run.scope
  const scope = newScope(type)
  const isTransaction = type === 'Bundle' && resource.type === 'transaction'
  const outerRoot = run.root
  run.scope = scope
  run.root = resource
  const outerEntries = run.entries
  if (isTransaction) run.transaction += 1
  if (type === 'Bundle') run.entries = typesByFullUrl(resource)
  checkAs(type, resource, run)
  if (isTransaction) run.transaction -= 1
  run.entries = outerEntries
  settleReferences(scope, run)
  run.scope = outer
  run.root = outerRoot
}

function typesByFullUrl(bundle: Json): ReadonlyMap<string, string> {
  const types = new Map<string, string>()
  for (const entry of Array.isArray(bundle.entry) ? (bundle.entry as unknown[]) : []) {
    if (!isObject(entry) || typeof entry.fullUrl !== 'string' || !isObject(entry.resource)) continue
    if (typeof entry.resource.resourceType === 'string') types.set(entry.fullUrl, entry.resource.resourceType)
  }
  return types
}

function inContained(resource: Json, type: string, scope: Scope, run: Run): void {
  const wasInside = scope.insideContained
  const wasPointingUp: boolean = scope.pointsUp
  scope.insideContained = true
  scope.pointsUp = false
  checkAs(type, resource, run)
  checkContained(resource, run)
  const id = typeof resource.id === 'string' ? resource.id : ''
  if (id === '') run.error('required', 'A contained resource has an id, by which it is referred to.', { child: 'id' })
  else if (!wasInside) {
    scope.contained ??= new Map()
    if (scope.contained.has(id)) run.error('value', 'Two contained resources have the same id.', { child: 'id' })
    scope.contained.set(id, { type, place: run.expression(), pointsUp: scope.pointsUp })
  }
  scope.insideContained = wasInside
  scope.pointsUp = wasPointingUp
}

function checkAs(type: string, resource: Json, run: Run): void {
  const shape = shapeFor(type)
  if (shape === undefined) return
  const outer = run.resource
  run.resource = resource
  checkShape(resource, shape, run)
  run.knowledge.enforceProfiles(resource, run)
  run.resource = outer
}
