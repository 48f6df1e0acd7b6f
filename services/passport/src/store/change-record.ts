/**
 * Where a decision becomes true: a set of operations is resolved, allowed, checked, and committed as one. A lone create, update,
 * patch or delete is a set of one. FHIR R4 http.html#transaction.
 */
import { randomUUID } from 'node:crypto'
import type { Caller } from '@platform/fhir/caller'
import type { Issue } from '@platform/fhir/errors'
import { plainOf } from '@platform/fhir/json'
import type { Database, Queryable } from '@platform/service/database'
import { bucketFrom, bucketIn, bucketOfPatient, mintId } from '../domain/bucket.ts'
import { answeringFor, classesOf, patientOf } from '../domain/compartment.ts'
import { asksForBlindMatch } from '../domain/access/blind-match.ts'
import { EVERYTHING, type DataClass } from '../domain/access/data-class.ts'
import { mayEnterBlindly, mayRegister, mayWrite } from '../domain/access/may-write.ts'
import { masksFor } from '../domain/access/masks.ts'
import { madeFor } from '../domain/access/relationship.ts'
import { markedExternal } from '../domain/external-entry.ts'
import { applyPatch } from '../domain/json-patch.ts'
import type { Create, Operation, Outcome } from '../domain/operation.ts'
import type { Write } from '../domain/prepare-write.ts'
import { prepareDelete, prepareWrite } from '../domain/prepare-write.ts'
import type { FhirResource } from '../domain/references.ts'
import { referencesAt, rewriteReferences, understood } from '../domain/references.ts'
import { RESOURCE_TYPES } from '../domain/resource-types.ts'
import type { IndexValues } from '../domain/search/extract.ts'
import { refuse } from '../errors.ts'
import { authorOf, clientAuthor, partiesOfCaller, selfOf } from './access-sql.ts'
import type { AuditEntry } from './audit-store.ts'
import { keepCheckedLevels } from './checked-levels.ts'
import { keepHubRules } from './hub-rules.ts'
import type { Resolved } from './resolve-conditions.ts'
import { lockAll, locksFor, resolveConditions } from './resolve-conditions.ts'
import type { Change, Row } from './record-store.ts'
import { commit, readRows, VersionConflict } from './record-store.ts'
import type { AddRows, FindStandings } from './together.ts'
import { NOTHING, standings, type StandingFacts } from './write-guard.ts'

export interface RecordDependencies {
  readonly database: Database
  /** `${PUBLIC_URL}/fhir`: references that begin with it are references to this record. */
  readonly baseUrl: string
  /** Commits what only adds rows, together with what others add at the same moment. */
  readonly addRows: AddRows
  /** How callers stand to people, asked together with what others ask at the same moment. */
  readonly standings: FindStandings
  readonly extract: (resource: FhirResource) => IndexValues
  readonly validate: (resource: FhirResource) => readonly Issue[]
  /** References of what matches a query under the caller's policy; asked for at most two. */
  readonly find: (database: Queryable, caller: Caller, type: string, query: string) => Promise<readonly { type: string; id: string }[]>
  /** Business time, which the demonstration moves; `lastUpdated` and audit are real time. */
  readonly clock: { now(): Date }
  /** How long whoever asked has to say what happens next. */
  readonly nextStepDueMs: number
  /** How long the named role has before the next one is paged for an urgent answer. */
  readonly urgentAnswerDueMs: number
  /** Rung after a commit, so that the relay looks. */
  readonly changed: (types: readonly string[]) => void
}

export interface Request {
  readonly caller: Caller
  readonly at: Date
  /** What the audit entry says besides the people and the entity, which the outcome decides. */
  readonly audit: Omit<AuditEntry, 'people' | 'entity' | 'at'>
  /** What else becomes true with the change, in its transaction. */
  readonly alongside?: (tx: Queryable, outcomes: readonly Outcome[]) => Promise<void>
}

/** How often a set that met a faster writer is decided again before it is given up. */
const ATTEMPTS = 8

/**
 * @returns one outcome for each operation, in order
 * @throws Refusal naming the place; nothing is written then
 */
export async function changeRecord(
  dependencies: RecordDependencies,
  operations: readonly Operation[],
  request: Request,
): Promise<Outcome[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const locks = locksFor(operations)
      // What only adds rows needs no transaction around it: the commit is one statement.
      const alone =
        request.alongside === undefined &&
        locks.length === 0 &&
        operations.every(({ kind, type }) => kind === 'create' || (type !== 'Task' && type !== 'ServiceRequest'))
      const outcomes = alone
        ? await decideAndCommit(dependencies, dependencies.database, operations, request)
        : await dependencies.database.transaction(async (tx) => {
            await lockAll(tx, locks)
            const decided = await decideAndCommit(dependencies, tx, operations, request)
            await request.alongside?.(tx, decided)
            return decided
          })
      dependencies.changed(outcomes.map(({ type }) => type))
      return outcomes
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error
      if (attempt >= ATTEMPTS) throw refuse.VERSION_STALE({}, { cause: error })
    }
  }
}

/**
 * What would become of the operations, decided by everything that decides a change, and then not done: nothing is stored, no audit entry
 * of a write is made.
 *
 * @throws Refusal as `changeRecord` would
 */
export async function rehearseChange(
  dependencies: RecordDependencies,
  operations: readonly Operation[],
  request: Request,
): Promise<readonly Outcome[]> {
  let outcomes: readonly Outcome[] = []
  const notDone = new Error('Rehearsed, not done')
  await dependencies.database
    .transaction(async (tx) => {
      await lockAll(tx, locksFor(operations))
      outcomes = await decideAndCommit(dependencies, tx, operations, request)
      throw notDone
    })
    .catch((error: unknown) => {
      if (error !== notDone) throw error
    })
  return outcomes
}

/** One operation with what it will make of the row. */
export interface Planned {
  readonly operation: Operation
  readonly before: Row | undefined
  readonly id: string
  readonly bucket: number | undefined
  readonly version: number
  /** Absent when the row is deleted. */
  readonly exact: FhirResource | undefined
  readonly resource: FhirResource | undefined
}

async function decideAndCommit(
  dependencies: RecordDependencies,
  database: Queryable,
  operations: readonly Operation[],
  request: Request,
): Promise<Outcome[]> {
  const { caller } = request
  const resolved = await resolveConditions(dependencies, database, operations, caller)
  const planned = await plan(dependencies, database, resolved, request)
  // Who may write is asked before any rule is, so that no rule's answer tells a stranger what is there.
  const standingOf = await allow(dependencies, database, planned, caller, resolved)
  const levelled = keepCheckedLevels(planned, caller, request.at)
  const complete = await keepHubRules(dependencies, database, levelled, caller)

  const writes = complete.map((each) => toWrite(each, { request, resolved, standingOf }, dependencies.extract))
  const save =
    database === dependencies.database && writes.every(({ version }) => version === 1)
      ? dependencies.addRows
      : (change: Change) => commit(database, change)
  if (writes.length > 0) {
    const people = [...new Set(writes.flatMap(({ patient }) => patient ?? []))]
    const [first] = writes
    // What was asked is what is named, not what the record's own rules add to it.
    const entity = planned.length === 1 && first !== undefined ? `${first.type}/${first.id}/_history/${first.version}` : 'Bundle'
    await save({ writes, at: request.at, audit: { ...request.audit, at: request.at, entity, people } }).catch((error: unknown) => {
      const loser = error instanceof VersionConflict ? complete[error.place]?.operation : undefined
      // Whoever named a version is told; whoever named none is decided again on what is so now.
      throw loser !== undefined && loser.kind !== 'create' && loser.ifMatch !== undefined ? refuse.VERSION_STALE({}, at(loser)) : error
    })
  }
  return outcomesOf(database, caller, resolved, planned, writes, request.at)
}

/** One outcome for each operation asked, those without a write included. */
async function outcomesOf(
  database: Queryable,
  caller: Caller,
  { operations, settled, blind }: Resolved,
  planned: readonly Planned[],
  writes: readonly Write[],
  updatedAt: Date,
): Promise<Outcome[]> {
  const found = [...settled.values()].filter((one) => one !== 'nothing')
  const rows = new Map((await readRows(database, caller, found)).map((row) => [`${row.type}/${row.id}`, row]))
  return operations.map((operation, index): Outcome => {
    const place = planned.findIndex((each) => each.operation === operation)
    const write = place === -1 ? undefined : writes[place]
    if (write !== undefined)
      return {
        operation: operation.kind,
        status: write.version === 1 ? 201 : write.deleted ? 204 : 200,
        type: write.type,
        id: write.id,
        version: write.version,
        patient: write.patient,
        content: asksForBlindMatch(operation, operations) ? '' : write.content,
        updatedAt,
      }
    const match = settled.get(index)
    // The same answer as to somebody who is new, without a word of what is held.
    if (match !== undefined && match !== 'nothing' && blind.has(match.id))
      return { operation: operation.kind, status: 201, ...match, version: 1, patient: match.id, content: '', updatedAt }
    const row = match === undefined || match === 'nothing' ? undefined : rows.get(`${match.type}/${match.id}`)
    if (row === undefined)
      return {
        operation: operation.kind,
        status: 204,
        type: operation.type,
        id: '',
        version: 0,
        patient: undefined,
        content: '',
        updatedAt,
      }
    return { ...row, operation: operation.kind, status: 200 }
  })
}

/** Ids, references and versions: what each operation means, before anybody asks whether it is allowed. */
async function plan(
  dependencies: RecordDependencies,
  database: Queryable,
  { operations, settled, links: conditional }: Resolved,
  request: Request,
): Promise<Planned[]> {
  const ids = mintIds(operations, settled, request.at, dependencies.baseUrl)
  const links = new Map<string, string>(conditional)
  operations.forEach((operation, index) => {
    const fullUrl = 'fullUrl' in operation ? operation.fullUrl : undefined
    if (fullUrl !== undefined) links.set(fullUrl, `${operation.type}/${ids[index] ?? ''}`)
  })
  const rewrite = (reference: string) => links.get(reference) ?? reference

  const targets = operations.flatMap((operation, index) =>
    operation.kind === 'create' || settled.has(index) ? [] : [{ type: operation.type, id: ids[index] ?? '' }],
  )
  refuseTwice(targets)
  const rows = new Map((await readRows(database, request.caller, targets)).map((row) => [`${row.type}/${row.id}`, row]))

  return operations.flatMap((operation, index): Planned[] => (settled.has(index) ? [] : [planOne(operation, ids[index] ?? '')]))

  function planOne(operation: Operation, id: string): Planned {
    if (operation.kind === 'create') {
      const exact = links.size === 0 ? operation.exact : rewriteReferences(operation.exact, rewrite)
      const resource = understood(plain(exact), dependencies.baseUrl)
      checked(dependencies, resource, operation)
      const stored = { exact: markedExternal(exact), resource: markedExternal(resource) }
      return { operation, before: undefined, id, bucket: bucketIn(id), version: 1, ...stored }
    }
    const before = present(rows.get(`${operation.type}/${id}`), operation, id)
    const common = { operation, before, id, bucket: before.bucket, version: before.version + 1 }
    if (operation.kind === 'delete') return { ...common, exact: undefined, resource: undefined }
    const exact =
      operation.kind === 'update'
        ? links.size === 0
          ? operation.exact
          : rewriteReferences(operation.exact, rewrite)
        : applyPatch(before.content, operation.patch)
    const resource = understood(plain(exact), dependencies.baseUrl)
    checked(dependencies, resource, operation)
    return { ...common, exact, resource }
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
  if (stored !== undefined || newPatients.size === 0) return stored
  const rewritten = rewriteReferences(operation.exact, (reference) =>
    newPatients.has(reference) ? `Patient/${newPatients.get(reference) ?? ''}` : reference,
  )
  return referencesAt(rewritten, RESOURCE_TYPES[operation.type]?.patient ?? []).find(({ type }) => type === 'Patient')?.id
}

function present(row: Row | undefined, operation: Operation & { kind: 'update' | 'patch' | 'delete' }, id: string): Row {
  const reference = `${operation.type}/${id}`
  if (row === undefined)
    throw operation.kind === 'update'
      ? refuse.CLIENT_IDS_NOT_TAKEN({ reference }, at(operation))
      : refuse.NOT_FOUND({ reference }, at(operation))
  if (operation.ifMatch !== undefined && operation.ifMatch !== row.version) throw refuse.VERSION_STALE({}, at(operation))
  if (row.deleted) throw refuse.DELETED({ reference }, at(operation))
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

/** Deny by default: every row must be open to the caller as it was and as it will be. */
async function allow(
  dependencies: RecordDependencies,
  database: Queryable,
  planned: readonly Planned[],
  caller: Caller,
  { blind, operations }: Resolved,
): Promise<(patient: string) => StandingFacts> {
  const born = new Set(planned.flatMap(({ operation, id }) => (operation.kind === 'create' && operation.type === 'Patient' ? [id] : [])))
  const blindly = new Set([
    ...blind,
    ...planned.flatMap(({ operation, id }) => (operations.length > 1 && asksForBlindMatch(operation, operations) ? [id] : [])),
  ])
  const questions = planned.flatMap((each) => questionsOf(each))
  const people = [
    ...new Set(questions.flatMap(({ patient }) => (patient === undefined || born.has(patient) || blindly.has(patient) ? [] : [patient]))),
  ]
  const facts =
    caller.role === 'admin'
      ? () => NOTHING
      : await (database === dependencies.database ? dependencies.standings(caller, people) : standings(database, caller, people))
  const mine = partiesOfCaller(caller)

  for (const { each, patient, classes, parties } of questions) {
    const { role, grade } = caller
    const allowed =
      patient !== undefined && (born.has(patient) || blindly.has(patient)) && each.before === undefined
        ? (born.has(patient) && mayRegister(role, grade, classes)) || (blindly.has(patient) && mayEnterBlindly(role, grade, classes))
        : mayWrite({
            role,
            grade,
            type: each.operation.type,
            classes,
            subject: patient === undefined ? 'nobody' : patient === selfOf(caller) ? 'self' : 'another',
            ...facts(patient ?? ''),
            kinds: facts(patient ?? '').kinds.filter((kind) => kind !== 'shown-to-record' || addsSession(each)),
            party: answeringFor(each.operation.type, parties).some((party) => mine.includes(party)),
          }) ||
          (patient === undefined && parties.length === 0 && ownsNothingYet(each, caller))
    if (allowed && mayChangeConsent(each, caller)) continue
    throw patient === undefined || each.before !== undefined
      ? refuse.MAY_NOT_WRITE({ type: each.operation.type }, at(each.operation))
      : refuse.NO_RELATIONSHIP({ type: each.operation.type }, at(each.operation))
  }
  return (patient) => (born.has(patient) && !blindly.has(patient) ? REGISTERING : facts(patient))
}

/** A code that was shown to record by lets sessions be added: a Procedure that is new. Nothing else of its data class. */
const addsSession = ({ operation }: Planned): boolean => operation.kind === 'create' && operation.type === 'Procedure'

/** How whoever brings a new person into the hub stands to them from the start. */
const REGISTERING: StandingFacts = { ...NOTHING, kinds: ['registered'] }

/** What a person closed out is opened by the person, or by whoever wrote it down for them; never by whom it closes out. */
function mayChangeConsent({ operation, before }: Planned, caller: Caller): boolean {
  if (operation.type !== 'Consent' || before === undefined || caller.role === 'admin') return true
  return (before.patient !== undefined && before.patient === selfOf(caller)) || partiesOfCaller(caller).includes(before.parties[0] ?? '')
}

/** The row as it was (if it was) and as it will be (if it will be). A new row makes nobody a party to it. */
function questionsOf(each: Planned): { each: Planned; patient: string | undefined; classes: number; parties: readonly string[] }[] {
  const was =
    each.before === undefined ? [] : [{ each, patient: each.before.patient, classes: each.before.classes, parties: each.before.parties }]
  const willBe =
    each.resource === undefined
      ? []
      : [{ each, patient: patientOf(each.resource, each.id), classes: classesOf(each.resource), parties: each.before?.parties ?? [] }]
  return [...was, ...willBe]
}

const OWN_CLASSES: ReadonlySet<DataClass | undefined> = new Set(['unclassified', 'notifications'])

/** A Subscription or Group of one's own belongs to nobody and opens nothing. */
function ownsNothingYet(each: Planned, caller: Caller): boolean {
  return (
    each.before === undefined &&
    OWN_CLASSES.has(RESOURCE_TYPES[each.operation.type]?.dataClass) &&
    mayWrite({
      role: caller.role,
      grade: caller.grade,
      type: each.operation.type,
      classes: classesOf(each.resource ?? { resourceType: each.operation.type }),
      subject: 'nobody',
      kinds: [],
      closed: 0,
      party: true,
    })
  )
}

interface Writing {
  readonly request: Request
  readonly resolved: Resolved
  readonly standingOf: (patient: string) => StandingFacts
}

function toWrite(
  { operation, before, id, bucket, version, exact, resource }: Planned,
  { request: { caller, at: now }, resolved: { operations }, standingOf }: Writing,
  extract: RecordDependencies['extract'],
): Write {
  if (exact === undefined || resource === undefined) {
    if (before === undefined) throw new Error(`A delete of ${operation.type} without a row`)
    return prepareDelete(before)
  }
  // Whoever asks for a blind match can read the person no more when none was found than when one was.
  const mine = asksForBlindMatch(operation, operations) ? clientAuthor(caller) : authorOf(caller)
  const author = before?.parties[0] ?? mine
  const prepared = prepareWrite({ exact, resource, id, version, ...(bucket === undefined ? {} : { bucket }), at: now, author }, extract)
  const opens = operation.kind === 'create' ? (operation.opens ?? []) : []
  const write = { ...prepared, relationships: [...prepared.relationships, ...opens] }
  const masks = masksFor(caller.role, caller.grade)
  if (masks.write.anybody !== 0) return write
  const self = write.patient !== undefined && write.patient === selfOf(caller)
  const { kinds, limits } = standingOf(write.patient ?? '')
  const sees = self ? EVERYTHING : kinds.reduce((bits, kind) => bits | (masks.read[kind] & (limits[kind] ?? EVERYTHING)), 0)
  return { ...write, relationships: madeFor(write.relationships, { parties: partiesOfCaller(caller), self, kinds, sees }) }
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

function at(operation: Operation): { expression?: string } {
  return operation.place === '' ? {} : { expression: operation.place }
}
