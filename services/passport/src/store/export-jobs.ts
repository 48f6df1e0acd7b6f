/** Exports that were asked for, and how far each has been counted. Each step is one transaction, so that a crash repeats one step at most. */
import type { Caller } from '@platform/fhir/caller'
import { formatScopes, parseScopes } from '@platform/fhir/scopes'
import type { Database, Queryable } from '@platform/service/database'
import { BUCKETS } from '../domain/bucket.ts'
import { filesAfter, stepsIn, type BucketRange, type ExportFile } from '../domain/export/walk.ts'
import { countRows, type Counted, type ExportScope } from './export-rows.ts'

export interface ExportJob {
  readonly id: string
  readonly client: string
  readonly caller: Caller
  readonly request: string
  readonly scope: ExportScope
  readonly notes: readonly string[]
  readonly width: number
  /** Buckets before this one are counted. */
  readonly nextBucket: number
  readonly failed: boolean
  readonly finishedAt: Date | undefined
  readonly expiresAt: Date
}

interface Stored {
  id: string
  client: string
  caller: Omit<Caller, 'scopes' | 'token' | 'expiresAt'> & { scopes: string }
  request: string
  types: string[]
  since: Date | null
  of_people: boolean
  patients: string[] | null
  notes: string[]
  at: Date
  width: number
  next_bucket: number
  failed: boolean
  finished_at: Date | null
  expires_at: Date
}

function toJob(row: Stored): ExportJob {
  const { id, client, caller, request, types, since, of_people: ofPeople, patients, notes, at, width, failed } = row
  return {
    id,
    client,
    caller: { ...caller, scopes: parseScopes(caller.scopes), token: '', expiresAt: 0 },
    request,
    scope: { types, since: since ?? undefined, at, ofPeople, patients: patients ?? undefined },
    notes,
    width,
    nextBucket: row.next_bucket,
    failed,
    finishedAt: row.finished_at ?? undefined,
    expiresAt: row.expires_at,
  }
}

/** How many exports of a client wait or run at once. */
export const EXPORTS_AT_ONCE = 5
/** How long an export that nobody finishes or fetches is kept: a day. */
const EXPORT_LIFETIME_MS = 24 * 60 * 60 * 1000
/** After so many failures without progress an export is given up: they come a second, 2 s, … 16 s apart. */
const MOST_ATTEMPTS = 5

export type NewExport = Pick<ExportJob, 'id' | 'caller' | 'request' | 'scope' | 'notes' | 'width'>

/** Adds an export to be counted, unless the client has too many under way. @returns whether it was added */
export async function addExport(database: Database, { id, caller, request, scope, notes, width }: NewExport): Promise<boolean> {
  const { token: _token, expiresAt: _expiresAt, scopes, ...facts } = caller
  return database.transaction(async (tx) => {
    await tx.query({ text: 'SELECT pg_advisory_xact_lock(hashtext($1))', values: [`export ${caller.clientId}`] })
    const { rowCount } = await tx.query({
      text: `INSERT INTO passport.export_job (id, client, caller, request, types, since, of_people, patients, notes, at, width, expires_at)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
              WHERE (SELECT count(*) FROM passport.export_job WHERE client = $2 AND finished_at IS NULL AND NOT failed) < $13`,
      values: [
        id,
        caller.clientId,
        JSON.stringify({ ...facts, scopes: formatScopes(scopes) }),
        request,
        scope.types,
        scope.since ?? null,
        scope.ofPeople,
        scope.patients ?? null,
        notes,
        scope.at,
        width,
        new Date(scope.at.getTime() + EXPORT_LIFETIME_MS),
        EXPORTS_AT_ONCE,
      ],
    })
    return rowCount === 1
  })
}

/** An export of this client that has not expired. */
export async function findExport(database: Queryable, client: string, id: string, now: Date): Promise<ExportJob | undefined> {
  const { rows } = await database.query<Stored>({
    name: 'export-find',
    text: 'SELECT * FROM passport.export_job WHERE id = $1 AND client = $2 AND expires_at > $3',
    values: [id, client, now],
  })
  return rows[0] === undefined ? undefined : toJob(rows[0])
}

/** The files of an export, in the order in which they are listed. */
export async function filesOfExport(database: Queryable, id: string): Promise<ExportFile[]> {
  const { rows } = await database.query<{
    kind: 'output' | 'deleted'
    type: string
    from_bucket: number
    to_bucket: number
    count: number
  }>({
    name: 'export-files',
    text: 'SELECT kind, type, from_bucket, to_bucket, count FROM passport.export_file WHERE job = $1 ORDER BY kind, type, from_bucket',
    values: [id],
  })
  return rows.map(({ kind, type, from_bucket: from, to_bucket: to, count }) => ({ kind, type, from, to, count }))
}

/** Cancels an export or lets it go. @returns whether there was one */
export async function removeExport(database: Queryable, client: string, id: string): Promise<boolean> {
  const { rowCount } = await database.query({ text: 'DELETE FROM passport.export_job WHERE id = $1 AND client = $2', values: [id, client] })
  return rowCount === 1
}

/** Lets go of what has expired. */
export async function removeExpiredExports(database: Queryable, now: Date): Promise<void> {
  await database.query({ name: 'export-expire', text: 'DELETE FROM passport.export_job WHERE expires_at <= $1', values: [now] })
}

/** A step of an export could not be counted. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed'
  readonly exportId: string
  constructor(exportId: string, cause: unknown) {
    super('A step of an export failed', { cause })
    this.exportId = exportId
  }
}

/**
 * Counts the next step of the oldest export that no other process has in hand, and keeps what it found with how far it came, both or
 * neither. Whoever dies in a step lets go of it at once. An export is begun once every transaction before it has ended.
 *
 * @returns the export after it; nothing when none waits
 * @throws StepFailed
 */
export async function countNextStep(
  database: Database,
  now: Date,
  { rowsAFile, wards = [] }: { readonly rowsAFile?: number; readonly wards?: readonly string[] } = {},
): Promise<ExportJob | undefined> {
  let id: string | undefined
  try {
    return await database.transaction(async (tx) => {
      const { rows: waiting } = await tx.query<Stored>({
        name: 'export-next',
        text: `SELECT * FROM passport.export_job
                WHERE finished_at IS NULL AND NOT failed AND coalesce(retry_at <= $1, true) AND expires_at > $1
                  AND after_xid < pg_snapshot_xmin(pg_current_snapshot())
                ORDER BY at LIMIT 1 FOR UPDATE SKIP LOCKED`,
        values: [now],
      })
      const [first] = waiting
      if (first === undefined) return undefined
      const job = toJob(first)
      id = job.id
      const [step] = stepsIn({ from: job.nextBucket, to: BUCKETS }, job.width)
      if (step === undefined) throw new Error('An export without a next step')
      await keepFiles(tx, job.id, step, await countRows(tx, { caller: job.caller, scope: job.scope, range: step, wards }), rowsAFile)
      return progressTo(tx, job, step.to, now)
    })
  } catch (cause) {
    throw id === undefined ? cause : new StepFailed(id, cause)
  }
}

async function progressTo(tx: Queryable, { id, expiresAt }: ExportJob, nextBucket: number, now: Date): Promise<ExportJob | undefined> {
  const finished = nextBucket >= BUCKETS
  const { rows } = await tx.query<Stored>({
    name: 'export-progress',
    text: `UPDATE passport.export_job SET next_bucket = $2, attempts = 0, retry_at = NULL, finished_at = $3, expires_at = $4 WHERE id = $1 RETURNING *`,
    values: [id, nextBucket, finished ? now : null, finished ? new Date(now.getTime() + EXPORT_LIFETIME_MS) : expiresAt],
  })
  return rows[0] === undefined ? undefined : toJob(rows[0])
}

async function keepFiles(tx: Queryable, id: string, step: BucketRange, counted: readonly Counted[], rowsAFile?: number): Promise<void> {
  const files = filesAfter((await filesOfExport(tx, id)).toReversed(), step, counted, rowsAFile)
  await tx.query({
    name: 'export-keep-files',
    text: `INSERT INTO passport.export_file (job, kind, type, from_bucket, to_bucket, count)
           SELECT $1, * FROM unnest($2::text[], $3::text[], $4::integer[], $5::integer[], $6::integer[])
           ON CONFLICT (job, kind, type, from_bucket) DO UPDATE SET to_bucket = excluded.to_bucket, count = excluded.count`,
    values: [
      id,
      files.map(({ kind }) => kind),
      files.map(({ type }) => type),
      files.map(({ from }) => from),
      files.map(({ to }) => to),
      files.map(({ count }) => count),
    ],
  })
}

/** A step failed: it is tried again later, and after the last time given up. */
export async function noteFailure(database: Queryable, id: string, now: Date): Promise<void> {
  await database.query({
    name: 'export-failure',
    text: `UPDATE passport.export_job
              SET attempts = attempts + 1, failed = attempts + 1 >= $3, retry_at = $2::timestamptz + make_interval(secs => power(2, attempts))
            WHERE id = $1`,
    values: [id, now, MOST_ATTEMPTS],
  })
}
