/**
 * Where a decision becomes true: a set of operations is resolved, planned, allowed, checked, and committed as one. A lone create, update,
 * patch or delete is a set of one. FHIR R4 http.html#transaction.
 */
import type { Caller } from '@platform/fhir/caller'
import type { Issue } from '@platform/fhir/errors'
import type { Database, Queryable } from '@platform/service/database'
import type { ComingChange, CommittedChange } from '@platform/service/outbox'
import { asksForBlindMatch } from '../domain/access/blind-match.ts'
import { placeOf, type Operation, type Outcome } from '../domain/operation.ts'
import type { Write } from '../domain/prepare-write.ts'
import type { FhirResource } from '../domain/references.ts'
import type { IndexValues } from '../domain/search/extract.ts'
import { refuse } from '../errors.ts'
import { allowChange } from './allow-change.ts'
import type { AuditEntry } from './audit-store.ts'
import { keepCheckedLevels } from './checked-levels.ts'
import { keepHubRules } from './hub-rules.ts'
import { planChange } from './plan-change.ts'
import type { Resolved } from './resolve-conditions.ts'
import { lockAll, locksFor, resolveConditions } from './resolve-conditions.ts'
import type { Change, Row } from './record-store.ts'
import { comingOf, commit, readRows, VersionConflict } from './record-store.ts'
import { standingWrites } from './standing-writes.ts'
import type { ShowsInPart } from './shown-in-part.ts'
import type { AddRows, FindStandings } from './together.ts'

export interface RecordDependencies {
  readonly database: Database
  /** `${PUBLIC_URL}/fhir`: references that begin with it are references to this record. */
  readonly baseUrl: string
  /** Commits what only adds rows, together with what others add at the same moment. */
  readonly addRows: AddRows
  /** What leaves of requests and of people, and who may not change them for it. */
  readonly inPart: ShowsInPart
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
  /** Codes of the CodeSystem refusal-reason. */
  readonly refusalReasons: ReadonlySet<string>
  /** Who looks at two records that may be one: `Organization/…`, or empty for the operator. */
  readonly reviewOwner: string
  /** How long the named role has before the next one is paged for an urgent answer. */
  readonly urgentAnswerDueMs: number
  /** How many sets of operations are being made true now. */
  readonly underWay: { sets: number }
  /** Said of a set that is alone under way while it is committed, which may fail, so that whoever is at hand has ready what they do then. */
  readonly coming: (changes: readonly ComingChange[]) => void
  /** Rung after a commit, so that the relay looks; with the changes themselves, so that whoever is at hand need not wait until it has. */
  readonly changed: (types: readonly string[], changes?: readonly CommittedChange[]) => void
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
  dependencies.underWay.sets += 1
  try {
    return await decideUntilMade(dependencies, operations, request)
  } finally {
    dependencies.underWay.sets -= 1
  }
}

async function decideUntilMade(dependencies: RecordDependencies, operations: readonly Operation[], request: Request): Promise<Outcome[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const locks = locksFor(operations)
      // What only adds rows needs no transaction around it: the commit is one statement.
      const alone =
        request.alongside === undefined &&
        locks.length === 0 &&
        operations.every(({ kind, type }) => kind === 'create' || (type !== 'Task' && type !== 'ServiceRequest'))
      const { outcomes, changes } = alone
        ? await decideAndCommit(dependencies, dependencies.database, operations, request)
        : await dependencies.database.transaction(async (tx) => {
            await lockAll(tx, locks)
            const decided = await decideAndCommit(dependencies, tx, operations, request)
            await request.alongside?.(tx, decided.outcomes)
            return decided
          })
      dependencies.changed(
        outcomes.map(({ type }) => type),
        changes,
      )
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
      ;({ outcomes } = await decideAndCommit({ ...dependencies, coming: () => {} }, tx, operations, request))
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
  /** Who is its author, where the record itself adds it and whoever asked must not read it. @default whoever asked */
  readonly author?: string
}

async function decideAndCommit(
  dependencies: RecordDependencies,
  database: Queryable,
  operations: readonly Operation[],
  request: Request,
): Promise<{ readonly outcomes: Outcome[]; readonly changes: readonly CommittedChange[] }> {
  const { caller } = request
  const resolved = await resolveConditions(dependencies, database, operations, caller)
  const planned = await planChange(dependencies, database, resolved, request)
  // Who may write is asked before any rule is, so that no rule's answer tells a stranger what is there.
  const standingOf = await allowChange(dependencies, database, planned, caller, resolved)
  const levelled = keepCheckedLevels(planned, caller, request.at)
  const complete = await keepHubRules(dependencies, database, levelled, caller)

  const writes = await standingWrites(dependencies, database, complete, { request, resolved, standingOf })
  const save =
    database === dependencies.database && writes.every(({ version }) => version === 1)
      ? dependencies.addRows
      : (change: Change) => commit(database, change)
  let changes: readonly CommittedChange[] = []
  if (writes.length > 0) {
    const people = [...new Set(writes.flatMap(({ patient }) => patient ?? []))]
    const [first] = writes
    // What was asked is what is named, not what the record's own rules add to it.
    const entity = planned.length === 1 && first !== undefined ? `${first.type}/${first.id}/_history/${first.version}` : 'Bundle'
    const coming = writes.map((write) => comingOf(write, request.audit.client))
    const saving = save({ writes, at: request.at, audit: { ...request.audit, at: request.at, entity, people } }).catch((error: unknown) => {
      const loser = error instanceof VersionConflict ? complete[error.place]?.operation : undefined
      // Whoever named a version is told; whoever named none is decided again on what is so now.
      throw loser !== undefined && loser.kind !== 'create' && loser.ifMatch !== undefined ? refuse.VERSION_STALE({}, placeOf(loser)) : error
    })
    // Of several at once, what is told of them together costs less.
    if (dependencies.underWay.sets === 1) dependencies.coming(coming)
    changes = (await saving).map((change, place) => ({ ...change, ...(coming[place] && { came: coming[place] }) }))
  }
  return { outcomes: await outcomesOf(dependencies, database, caller, resolved, planned, writes, request.at), changes }
}

/** One outcome for each operation asked, those without a write included. */
async function outcomesOf(
  { inPart }: RecordDependencies,
  database: Queryable,
  caller: Caller,
  { operations, settled, blind }: Resolved,
  planned: readonly Planned[],
  writes: readonly Write[],
  updatedAt: Date,
): Promise<Outcome[]> {
  const found = [...settled.values()].filter((one) => one !== 'nothing')
  const shown = await inPart.shown(caller, await readRows(database, caller, found), database)
  const rows = new Map(shown.map((row) => [`${row.type}/${row.id}`, row]))
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
