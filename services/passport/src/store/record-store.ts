/** What is so: rows of the record, read under the caller's policy, and committed together or not at all. */
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import type { ComingChange, CommittedChange } from '@platform/service/outbox'
import { bucketIn, bucketOfPatient } from '../domain/bucket.ts'
import { KINDS } from '../domain/access/policy.ts'
import { tokensUnder } from '../domain/access/under-referral.ts'
import type { Write } from '../domain/prepare-write.ts'
import { readPredicate } from './access-sql.ts'
import type { AuditEntry } from './audit-store.ts'
import { auditColumns } from './audit-store.ts'

export interface Row {
  readonly bucket: number
  readonly type: string
  readonly id: string
  readonly version: number
  readonly updatedAt: Date
  readonly deleted: boolean
  readonly patient: string | undefined
  readonly classes: number
  readonly parties: readonly string[]
  /** Who first wrote it: the first of the parties. */
  readonly author: string | undefined
  /** The JSON text as it is served; empty when deleted. */
  readonly content: string
  /** It is a part, as its reader is shown it: `shown-in-part.ts`. */
  readonly inPart?: true
}

interface Stored {
  bucket: number
  type: string
  id: string
  version: number
  updated_at: Date
  deleted: boolean
  patient: string | null
  classes: number
  parties: string[]
  content: string
}

const COLUMNS = 'r.bucket, r.type, r.id, r.version, r.updated_at, r.deleted, r.patient, r.classes, r.parties, r.content'

function toRow({ updated_at, patient, ...rest }: Stored): Row {
  return { ...rest, updatedAt: updated_at, patient: patient ?? undefined, author: rest.parties[0] }
}

/** Where an id lies. An id that was not minted here can only be a Patient's that was brought in from elsewhere. */
const bucketOf = (id: string) => bucketIn(id) ?? bucketOfPatient(id)

/** The row as it is now, if the caller may see it; absent and denied look the same. */
export async function readRow(database: Queryable, caller: Caller, type: string, id: string): Promise<Row | undefined> {
  const may = readPredicate(caller, 4)
  const { rows } = await database.query<Stored>({
    name: `read-${may.shape}`,
    text: `SELECT ${COLUMNS} FROM passport.resource r WHERE r.bucket = $1 AND r.type = $2 AND r.id = $3 AND ${may.sql}`,
    values: [bucketOf(id), type, id, ...may.values],
  })
  const [row] = rows
  return row === undefined ? undefined : toRow(row)
}

/** One version, current or earlier: open to whoever may see both the row as it is now and the row as it was then. */
export async function readVersion(
  database: Queryable,
  caller: Caller,
  type: string,
  id: string,
  version: number,
): Promise<Row | undefined> {
  const now = await readRow(database, caller, type, id)
  if (now === undefined || now.version === version) return now
  const may = readPredicate(caller, 5, undefined, 'history')
  const { rows } = await database.query<Stored>({
    name: `read-version-${may.shape}`,
    text: `SELECT ${COLUMNS} FROM passport.history r WHERE r.bucket = $1 AND r.type = $2 AND r.id = $3 AND r.version = $4 AND ${may.sql}`,
    values: [now.bucket, type, id, version, ...may.values],
  })
  const [row] = rows
  return row === undefined ? undefined : toRow(row)
}

/** Where a page of history goes on: after this version, or after this instant and id. */
export interface HistoryPage {
  readonly count: number
  readonly since?: Date | undefined
  readonly after?: { readonly updatedAt: Date; readonly id: string; readonly version: number } | undefined
}

/** Versions of one resource or of all of a type, newest first; one row more than asked for shows that there are more. */
export async function readHistory(
  database: Queryable,
  caller: Caller,
  type: string,
  id: string | undefined,
  { count, since, after }: HistoryPage,
): Promise<Row[]> {
  const may = readPredicate(caller, 9, undefined, 'history')
  const from = (table: string) => `SELECT ${COLUMNS} FROM passport.${table} r
     WHERE r.type = $1 AND ($2::text IS NULL OR (r.id = $2 AND r.bucket = $3)) AND ($4::timestamptz IS NULL OR r.updated_at >= $4)
       AND ($5::timestamptz IS NULL OR (r.updated_at, r.id, r.version) < ($5, $6::text, $7::integer)) AND ${may.sql}`
  const { rows } = await database.query<Stored>({
    text: `(${from('resource')} ORDER BY r.updated_at DESC, r.id DESC, r.version DESC LIMIT $8)
           UNION ALL (${from('history')} ORDER BY r.updated_at DESC, r.id DESC, r.version DESC LIMIT $8)
           ORDER BY updated_at DESC, id DESC, version DESC LIMIT $8`,
    values: [
      type,
      id ?? null,
      id === undefined ? null : bucketOf(id),
      since ?? null,
      after?.updatedAt ?? null,
      after?.id ?? null,
      after?.version ?? null,
      count + 1,
      ...may.values,
    ],
  })
  return rows.map(toRow)
}

/** Where a page of everything about a person goes on. */
export interface EverythingPage {
  readonly count: number
  readonly types?: readonly string[] | undefined
  readonly since?: Date | undefined
  readonly after?: { readonly type: string; readonly id: string } | undefined
}

/** The person's compartment as the caller may see it, by type and id; one row more than asked for shows that there are more. */
export async function readEverything(
  database: Queryable,
  caller: Caller,
  patient: string,
  { count, types, since, after }: EverythingPage,
): Promise<{ type: string; id: string; patient: string; author: string | null; content: string }[]> {
  const may = readPredicate(caller, 8, '$1')
  const { rows } = await database.query<{ type: string; id: string; patient: string; author: string | null; content: string }>({
    name: `everything-${may.shape}`,
    text: `SELECT r.type, r.id, r.patient, r.parties[1] AS author, r.content FROM passport.resource r ${may.standing}
            WHERE r.patient = $1 AND r.bucket = ANY(ARRAY(SELECT $2::smallint UNION ALL SELECT bucket FROM passport.strayed WHERE patient = $1))
              AND NOT r.deleted AND ($3::text[] IS NULL OR r.type = ANY($3)) AND ($4::timestamptz IS NULL OR r.updated_at >= $4)
              AND ($5::text IS NULL OR (r.type, r.id) > ($5, $6::text)) AND ${may.sql}
            ORDER BY r.type, r.id LIMIT $7`,
    values: [
      patient,
      bucketOfPatient(patient),
      types ?? null,
      since ?? null,
      after?.type ?? null,
      after?.id ?? null,
      count + 1,
      ...may.values,
    ],
  })
  return rows
}

/** Rows by reference, whoever asks: for rules that must hold whatever the caller may see. Never disclosed. */
export async function rowsForRules(database: Queryable, references: readonly { type: string; id: string }[]): Promise<Row[]> {
  if (references.length === 0) return []
  const { rows } = await database.query<Stored>({
    name: 'rows-for-rules',
    text: `SELECT ${COLUMNS} FROM unnest($1::smallint[], $2::text[], $3::text[]) AS k(bucket, type, id)
             JOIN passport.resource r ON r.bucket = k.bucket AND r.type = k.type AND r.id = k.id`,
    values: [references.map(({ id }) => bucketOf(id)), references.map(({ type }) => type), references.map(({ id }) => id)],
  })
  return rows.map(toRow)
}

/** Rows by reference, those the caller may see. */
export async function readRows(database: Queryable, caller: Caller, references: readonly { type: string; id: string }[]): Promise<Row[]> {
  if (references.length === 0) return []
  const may = readPredicate(caller, 4)
  const { rows } = await database.query<Stored>({
    name: `read-rows-${may.shape}`,
    text: `SELECT ${COLUMNS} FROM unnest($1::smallint[], $2::text[], $3::text[]) AS k(bucket, type, id)
             JOIN passport.resource r ON r.bucket = k.bucket AND r.type = k.type AND r.id = k.id WHERE ${may.sql}`,
    values: [references.map(({ id }) => bucketOf(id)), references.map(({ type }) => type), references.map(({ id }) => id), ...may.values],
  })
  return rows.map(toRow)
}

/** An identifier that a resource of a type is wanted by. */
export interface WantedIdentifier {
  readonly type: string
  readonly system: string
  readonly value: string
}

/** The references of what carries each identifier and may be seen by the caller, in the order asked: none, one or several each. */
export async function readIdentified(
  database: Queryable,
  caller: Caller,
  wanted: readonly WantedIdentifier[],
): Promise<readonly { type: string; id: string }[][]> {
  const found = wanted.map((): { type: string; id: string }[] => [])
  if (wanted.length === 0) return found
  const may = readPredicate(caller, 4)
  const { rows } = await database.query<{ place: string; type: string; id: string }>({
    name: `identified-${may.shape}`,
    text: `SELECT k.place, r.type, r.id
             FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS k(type, system, value, place)
             JOIN passport.identifier i ON i.value = k.value AND i.type = k.type AND i.system = k.system
             JOIN passport.resource r ON r.bucket = i.bucket AND r.type = i.type AND r.id = i.id
            WHERE NOT r.deleted AND ${may.sql}`,
    values: [wanted.map(({ type }) => type), wanted.map(({ system }) => system), wanted.map(({ value }) => value), ...may.values],
  })
  for (const { place, type, id } of rows) found[Number(place) - 1]?.push({ type, id })
  return found
}

/** Thrown when a row was not the version that the write was decided on; `place` counts the writes from 0. */
export class VersionConflict extends Error {
  override readonly name = 'VersionConflict'
  readonly place: number
  constructor(place: number) {
    super('Somebody else was faster')
    this.place = place
  }
}

/** Writes that become true together, who made them, and the entry that says so. */
export interface Change {
  readonly writes: readonly Write[]
  readonly at: Date
  readonly audit: AuditEntry
}

/**
 * Makes a change true, all of it or none: rows, earlier versions, index, relationships, outbox rows and the audit entry, in one
 * round trip.
 *
 * @returns what the outbox announces of it
 * @throws VersionConflict
 */
export async function commit(database: Queryable, change: Change): Promise<readonly CommittedChange[]> {
  const [announced = []] = await commitTogether(database, [change])
  return announced
}

/** Makes the changes of several requests true in one transaction; what is announced of each. @throws VersionConflict, its place counted over all of them */
export async function commitTogether(database: Queryable, changes: readonly Change[]): Promise<readonly (readonly CommittedChange[])[]> {
  try {
    const { rows } = await database.query<{ numbers: readonly string[] | null }>({
      name: 'commit',
      text: COMMIT,
      values: [...columnsOf(changes), ...auditColumns(changes.map(({ audit }) => audit))],
    })
    const numbers = (rows[0]?.numbers ?? []).values()
    return changes.map(({ writes, audit }) => writes.map((write) => announced(write, audit.client, numbers.next().value ?? '')))
  } catch (error) {
    throw conflictIn(error) ?? error
  }
}

/** What is announced of a write before it is made, by whom. */
export const comingOf = ({ type, id, version, patient, facts }: Write, author: string): ComingChange => ({
  type,
  id,
  versionId: String(version),
  author,
  facts,
  ...(patient === undefined ? {} : { patientId: patient }),
})

const announced = (write: Write, author: string, changeId: string): CommittedChange => {
  const { facts: _, ...change } = comingOf(write, author)
  return { changeId, ...change }
}

/** The element types of the arrays that `passport.commit` takes, a line for each kind of row. */
const ARGUMENTS = [
  'smallint text text integer boolean text timestamptz integer text text text timestamptz text text',
  'integer text timestamptz timestamptz',
  'integer text text text',
  'integer text text float8 float8',
  'integer text text',
  'text text smallint text timestamptz timestamptz integer text',
  'text text integer text timestamptz timestamptz text text',
  'text smallint',
  'timestamptz text text text text smallint text text text text text',
].flatMap((row) => row.split(' '))
const COMMIT = `SELECT passport.commit(${ARGUMENTS.map((type, index) => `$${index + 1}::${type}[]`).join(', ')}) AS numbers`

function columnsOf(changes: readonly Change[]): unknown[] {
  const writes = changes.flatMap((change) => change.writes)
  const flat = <T>(pick: (write: Write) => readonly T[]) =>
    writes.flatMap((write, index) => pick(write).map((item) => ({ entry: index + 1, item, source: `${write.type}/${write.id}` })))
  const dates = flat((write) => write.index.dates)
  const strings = flat((write) => write.index.strings)
  const numbers = flat((write) => write.index.numbers)
  const identifiers = flat((write) => write.index.identifiers)
  const relationships = flat((write) => write.relationships)
  const closed = flat((write) => write.closedOut)
  // After a correction or a merge a row lies where its first person does: the search of the present one is told where else to look.
  const strayed = writes.filter(({ patient, bucket }) => patient !== undefined && bucketOfPatient(patient) !== bucket)
  return [
    writes.map((write) => write.bucket),
    writes.map((write) => write.type),
    writes.map((write) => write.id),
    writes.map((write) => write.version),
    writes.map((write) => write.deleted),
    writes.map((write) => write.patient ?? null),
    writes.map((write) => write.index.occurredAt ?? null),
    writes.map((write) => write.classes),
    writes.map((write) => arrayLiteral(write.parties)),
    writes.map((write) => `{${write.index.tokens.join(',')}}`),
    writes.map((write) => write.content),
    changes.flatMap(({ writes: own, at }) => own.map(() => at)),
    changes.flatMap(({ writes: own, audit }) => own.map(() => audit.client)),
    writes.map((write) => arrayLiteral(write.facts)),
    dates.map(({ entry }) => entry),
    dates.map(({ item }) => item.key),
    dates.map(({ item }) => item.low),
    dates.map(({ item }) => item.high),
    strings.map(({ entry }) => entry),
    strings.map(({ item }) => item.key),
    strings.map(({ item }) => item.value),
    strings.map(({ item }) => item.exact),
    numbers.map(({ entry }) => entry),
    numbers.map(({ item }) => item.key),
    numbers.map(({ item }) => item.unit ?? null),
    numbers.map(({ item }) => item.low),
    numbers.map(({ item }) => item.high),
    identifiers.map(({ entry }) => entry),
    identifiers.map(({ item }) => item.system),
    identifiers.map(({ item }) => item.value),
    relationships.map(({ item }) => item.patient),
    relationships.map(({ item }) => item.party),
    relationships.map(({ item }) => KINDS.indexOf(item.kind) + 1),
    relationships.map(({ item, source }) => item.source ?? source),
    relationships.map(({ item }) => item.during?.starts ?? '-infinity'),
    relationships.map(({ item }) => item.during?.ends ?? 'infinity'),
    relationships.map(({ item }) => item.classes ?? -1),
    relationships.map(({ item }) => item.referral ?? null),
    closed.map(({ item }) => item.patient),
    closed.map(({ item }) => item.party),
    closed.map(({ item }) => item.classes),
    closed.map(({ source }) => source),
    closed.map(({ item }) => item.during?.starts ?? '-infinity'),
    closed.map(({ item }) => item.during?.ends ?? 'infinity'),
    closed.map(({ item }) => item.referral ?? null),
    closed.map(({ item }) => `{${item.referral === undefined ? '' : tokensUnder(item.referral).join(',')}}`),
    strayed.map(({ patient }) => patient),
    strayed.map(({ bucket }) => bucket),
  ]
}

/** References hold no comma, quote or brace, so a PostgreSQL array literal needs no escaping; anything else is quoted. */
function arrayLiteral(items: readonly string[]): string {
  return `{${items.map((item) => (/^[A-Za-z0-9/.\-_]+$/.test(item) ? item : `"${item.replace(/(["\\])/g, '\\$1')}"`)).join(',')}}`
}

function conflictIn(error: unknown): VersionConflict | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  if (error.code === 'HR409' && 'detail' in error) return new VersionConflict(Number(error.detail) - 1)
  return undefined
}
