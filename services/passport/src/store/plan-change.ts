/** What each operation of a change means: its id, its references, the version it makes, and whether what it would store is valid. */
import { randomUUID } from 'node:crypto'
import { plainOf } from '@platform/fhir/json'
import { isSubsetted } from '@platform/fhir/subsetted'
import type { Queryable } from '@platform/service/database'
import { bucketFrom, bucketIn, bucketOfPatient, mintId } from '../domain/bucket.ts'
import { patientOf } from '../domain/compartment.ts'
import { markedExternal } from '../domain/external-entry.ts'
import { applyPatch } from '../domain/json-patch.ts'
import { placeOf, type Create, type Operation, type Update } from '../domain/operation.ts'
import type { FhirResource } from '../domain/references.ts'
import { entryNamed, namesAnEntry, referencesAt, rewriteReferences, understood } from '../domain/references.ts'
import { RESOURCE_TYPES } from '../domain/resource-types.ts'
import { refuse } from '../errors.ts'
import type { Planned, RecordDependencies, Request } from './change-record.ts'
import type { Resolved } from './resolve-conditions.ts'
import { readRows, type Row } from './record-store.ts'

/** Ids, references and versions, before anybody asks whether it is allowed. */
export async function planChange(
  dependencies: RecordDependencies,
  database: Queryable,
  { operations, settled, links: conditional }: Resolved,
  request: Request,
): Promise<Planned[]> {
  const ids = mintIds(operations, settled, request.at, dependencies.baseUrl)
  const links = new Map<string, string>(conditional)
  operations.forEach((operation, index) => {
    const fullUrl = 'fullUrl' in operation ? operation.fullUrl : undefined
    if (fullUrl === undefined) return
    // Whatever refers to it would be about one of two, and nobody could say which. FHIR R4 Bundle, invariant bdl-7.
    if (links.has(fullUrl)) throw refuse.BUNDLE_INVALID({ why: 'two entries have the same fullUrl' }, placeOf(operation))
    links.set(fullUrl, `${operation.type}/${ids[index] ?? ''}`)
  })

  /** The body with its references to other entries as they are stored. */
  function linked({ exact, fullUrl, place }: Create | Update): FhirResource {
    const body = links.size === 0 ? exact : rewriteReferences(exact, (reference) => entryNamed(reference, fullUrl, links) ?? reference)
    if (place !== '' && namesAnEntry(body))
      throw refuse.BUNDLE_INVALID({ why: 'a reference names an entry that is not in it' }, { expression: place })
    return body
  }

  const targets = operations.flatMap((operation, index) =>
    operation.kind === 'create' || settled.has(index) ? [] : [{ type: operation.type, id: ids[index] ?? '' }],
  )
  refuseTwice(targets)
  const found = await readRows(database, request.caller, targets)
  const rows = new Map(found.map((row) => [`${row.type}/${row.id}`, row]))
  // A part put back would take the place of the whole, and the test of a JSON patch would tell what is not shown. FHIR R4 Resource.meta.tag, SUBSETTED.
  const partsOnly = new Set(
    (await dependencies.inPart.shown(request.caller, found, database)).filter((row) => !found.includes(row)).map(({ id }) => id),
  )

  return operations.flatMap((operation, index): readonly Planned[] => (settled.has(index) ? [] : planOne(operation, ids[index] ?? '')))

  function planOne(operation: Operation, id: string): readonly Planned[] {
    if (operation.kind === 'create') {
      const exact = linked(operation)
      const resource = understood(plain(exact), dependencies.baseUrl)
      checked(dependencies, resource, operation)
      const stored = { exact: markedExternal(exact), resource: markedExternal(resource) }
      return [{ operation, before: undefined, id, bucket: bucketIn(id), version: 1, ...stored }]
    }
    // Whatever version they name: of the tag of a part it is none.
    if (operation.kind !== 'delete' && partsOnly.has(id)) throw refuse.SHOWN_IN_PART({ type: operation.type }, placeOf(operation))
    const before = present(rows.get(`${operation.type}/${id}`), operation, id)
    // To delete what is deleted has no effect, and succeeds. FHIR R4 http.html#delete
    if (before.deleted) return []
    const common = { operation, before, id, bucket: before.bucket, version: before.version + 1 }
    if (operation.kind === 'delete') return [{ ...common, exact: undefined, resource: undefined }]
    // Read when only a part was shown, or asked for.
    if (operation.kind === 'update' && isSubsetted(operation.exact) && !isSubsetted(JSON.parse(before.content) as object))
      throw refuse.PART_OF_WHOLE({ type: operation.type }, placeOf(operation))
    const exact = operation.kind === 'update' ? linked(operation) : applyPatch(before.content, operation.patch)
    const resource = understood(plain(exact), dependencies.baseUrl)
    checked(dependencies, resource, operation)
    return [{ ...common, exact, resource }]
  }
}

const idOf = (match: { id: string } | 'nothing' | undefined) => (match === undefined || match === 'nothing' ? undefined : match.id)

/** Patients first: the bucket of everything else that is new is that of its person. */
function mintIds(operations: readonly Operation[], settled: Resolved['settled'], at: Date, baseUrl: string): string[] {
  const newPatients = new Map<string, string>()
  const mint = (bucket: number | undefined) => {
    const uuid = randomUUID()
    return mintId(bucket ?? bucketFrom(uuid), { at, uuid })
  }
  // Whoever adds an entry blindly is told the person's id: it must not say whether the person was known before.
  const mintPersonId = () => {
    const uuid = randomUUID()
    return mintId(bucketFrom(uuid), { at: new Date(Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16)), uuid })
  }
  const patients = operations.map((operation, index) => {
    if (operation.kind !== 'create' || operation.type !== 'Patient') return undefined
    const id = idOf(settled.get(index)) ?? mintPersonId()
    if (operation.fullUrl !== undefined) newPatients.set(operation.fullUrl, id)
    return id
  })
  return operations.map((operation, index) => {
    if (operation.kind !== 'create') return operation.id ?? ''
    const known = patients[index] ?? idOf(settled.get(index))
    if (known !== undefined) return known
    const owner = ownerOf(operation, newPatients, baseUrl)
    return mint(owner === undefined ? undefined : bucketOfPatient(owner))
  })
}

function ownerOf(operation: Create, newPatients: ReadonlyMap<string, string>, baseUrl: string): string | undefined {
  const stored = patientOf(understood(operation.exact, baseUrl), '')
  if (newPatients.size === 0) return stored
  const rewritten = rewriteReferences(operation.exact, (reference) => {
    const id = entryNamed(reference, operation.fullUrl, newPatients)
    return id === undefined ? reference : `Patient/${id}`
  })
  return referencesAt(rewritten, RESOURCE_TYPES[operation.type]?.patient ?? []).find(({ type }) => type === 'Patient')?.id ?? stored
}

function present(row: Row | undefined, operation: Operation & { kind: 'update' | 'patch' | 'delete' }, id: string): Row {
  const reference = `${operation.type}/${id}`
  if (row === undefined)
    throw operation.kind === 'update'
      ? refuse.CLIENT_IDS_NOT_TAKEN({ reference }, placeOf(operation))
      : refuse.NOT_FOUND({ reference }, placeOf(operation))
  if (operation.ifMatch !== undefined && operation.ifMatch !== row.version) throw refuse.VERSION_STALE({}, placeOf(operation))
  if (row.deleted && operation.kind !== 'delete') throw refuse.DELETED({ reference }, placeOf(operation))
  return row
}

function checked(dependencies: RecordDependencies, resource: FhirResource, operation: Operation): void {
  const issues = dependencies.validate(resource).filter(({ severity }) => severity === 'error' || severity === 'fatal')
  if (issues.length === 0) return
  throw refuse.RESOURCE_INVALID(
    {},
    {
      issues:
        operation.place === '' ? issues : issues.map((issue) => ({ ...issue, expression: inPlace(operation.place, issue.expression) })),
    },
  )
}

/** `Patient.name[0]` inside `Bundle.entry[2].resource` is `Bundle.entry[2].resource.name[0]`. */
function inPlace(place: string, expression: string | undefined): string {
  const rest = expression === undefined ? -1 : expression.search(/[.[]/)
  return rest === -1 ? place : `${place}${expression?.slice(rest) ?? ''}`
}

function refuseTwice(targets: readonly { type: string; id: string }[]): void {
  if (new Set(targets.map(({ type, id }) => `${type}/${id}`)).size !== targets.length)
    throw refuse.BUNDLE_SAME_RESOURCE_TWICE({}, { expression: 'Bundle.entry' })
}

/** Whether an exact resource holds numbers that must be read plainly is known only by looking; most hold none. */
function plain(exact: FhirResource): FhirResource {
  return holdsRawNumbers(exact) ? (plainOf(exact) as FhirResource) : exact
}

function holdsRawNumbers(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (JSON.isRawJSON(value)) return true
  return Array.isArray(value) ? value.some(holdsRawNumbers) : Object.values(value).some(holdsRawNumbers)
}
