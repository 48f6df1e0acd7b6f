/**
 * The rows of an export: the record as it stood at an instant, under the policy as it is now, in a range of buckets. Text passes through:
 * what PostgreSQL sends is NDJSON already, and is neither parsed nor copied on the way.
 */
import type { Caller } from '@platform/fhir/caller'
import type { Database, Queryable } from '@platform/service/database'
import pg, { type PoolClient } from 'pg'
import type { BucketRange } from '../domain/export/walk.ts'
import { readPredicate } from './access-sql.ts'
import { copyOut } from './copy-out.ts'

/** Which rows of the record an export is about. */
export interface ExportScope {
  readonly types: readonly string[]
  readonly since: Date | undefined
  readonly at: Date
  /** Only what belongs to a person. */
  readonly ofPeople: boolean
  /** Only what belongs to these. */
  readonly patients: readonly string[] | undefined
}

/** COPY takes no parameters: values are written into the text, by the driver's own quoting. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (typeof value === 'number') return String(value)
  if (value instanceof Date) return `'${value.toISOString()}'`
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => (typeof item === 'number' ? String(item) : `"${String(item).replace(/(["\\])/g, '\\$1')}"`))
    return pg.escapeLiteral(`{${items.join(',')}}`)
  }
  if (typeof value === 'string') return pg.escapeLiteral(value)
  throw new TypeError('A value that no statement holds')
}

function mayRead(caller: Caller, of: 'present' | 'history' = 'present'): string {
  const { sql, values } = readPredicate(caller, 1, undefined, of)
  return sql.replace(/\$(\d+)/g, (_placeholder, number: string) => literal(values[Number(number) - 1]))
}

const within = ({ from, to }: BucketRange) => `r.bucket >= ${from} AND r.bucket < ${to}`

function about({ types, since, ofPeople, patients }: ExportScope): string {
  return [
    `r.type = ANY(${literal(types)}::text[])`,
    ...(since === undefined ? [] : [`r.updated_at > ${literal(since)}::timestamptz`]),
    ...(patients === undefined ? (ofPeople ? ['r.patient IS NOT NULL'] : []) : [`r.patient = ANY(${literal(patients)}::text[])`]),
  ].join(' AND ')
}

/**
 * What lived at the instant and may be seen: of what was not changed since the present row, of what was the version of then, if the present
 * one may be seen too. What was deleted since is left out.
 */
function living(columns: string, caller: Caller, scope: ExportScope, range: BucketRange): string {
  const may = mayRead(caller)
  const at = `${literal(scope.at)}::timestamptz`
  return `SELECT ${columns} FROM passport.resource r
           WHERE ${within(range)} AND ${about(scope)} AND r.updated_at <= ${at} AND NOT r.deleted AND ${may}
          UNION ALL
          SELECT ${columns} FROM passport.history r
            JOIN (SELECT r.bucket, r.type, r.id FROM passport.resource r
                   WHERE ${within(range)} AND r.type = ANY(${literal(scope.types)}::text[]) AND r.updated_at > ${at} AND NOT r.deleted AND ${may}) now
              ON now.bucket = r.bucket AND now.type = r.type AND now.id = r.id
           WHERE ${within(range)} AND ${about(scope)} AND r.updated_at <= ${at} AND NOT r.deleted AND ${mayRead(caller, 'history')}
             AND NOT EXISTS (SELECT FROM passport.history later WHERE later.bucket = r.bucket AND later.type = r.type AND later.id = r.id
                                AND later.version > r.version AND later.updated_at <= ${at})`
}

/** What was deleted after `since`, and by the instant. */
function gone(columns: string, caller: Caller, scope: ExportScope, range: BucketRange): string {
  return `SELECT ${columns} FROM passport.resource r
           WHERE ${within(range)} AND ${about(scope)} AND r.updated_at <= ${literal(scope.at)}::timestamptz AND r.deleted AND ${mayRead(caller)}`
}

export interface Counted {
  readonly kind: 'output' | 'deleted'
  readonly type: string
  readonly count: number
}

/** How many rows of each type a range holds; of the deleted ones only where the export says since when. */
export async function countRows(database: Queryable, caller: Caller, scope: ExportScope, range: BucketRange): Promise<Counted[]> {
  const live = `SELECT 'output' AS kind, type, count(*)::integer AS count FROM (${living('r.type', caller, scope, range)}) AS r GROUP BY type`
  const deleted = `SELECT 'deleted' AS kind, 'Bundle' AS type, count(*)::integer AS count FROM (${gone('r.type', caller, scope, range)}) AS r`
  const { rows } = await database.query<{ kind: 'output' | 'deleted'; type: string; count: number }>({
    text: scope.since === undefined ? `${live} ORDER BY type` : `${live} UNION ALL ${deleted} ORDER BY kind, type`,
  })
  return rows.filter(({ count }) => count > 0)
}

/** About how many rows the record holds, as the planner believes; nothing is counted. */
export async function estimateRows(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ rows: number }>({
    text: `SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::float8 AS rows FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'passport.resource'::regclass`,
  })
  return rows[0]?.rows ?? 0
}

// No control character is in a JSON text, so that nothing in it is ever quoted: a line of this CSV is the text itself.
const AS_LINES = String.raw`WITH (FORMAT csv, DELIMITER E'\x02', QUOTE E'\x01')`

const BUNDLE_OF_DELETE = `'{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"' || r.type || '/' || r.id || '"}}]}'`

/** People named in one entry of the audit trail. */
const PEOPLE_AN_ENTRY = 1000
/** What is read before the people in it are named and it may leave: an entry of the trail is an fsync, and 2 MB share one. */
const SHARE_AN_ENTRY_BYTES = 2 * 1024 * 1024
/** Shares that wait for a slow reader. */
const SHARES_AHEAD = 2
const SEPARATOR = 0x02

/**
 * The lines of a file in one step of its walk, one resource each. PostgreSQL sends each with whose record it is; that is taken off, and
 * said and kept before the line leaves. While one share is being kept, the next is read, and no further.
 *
 * @param disclosing called with ids of Patients, 1,000 at most at a time, each once a step; resolves when the audit trail holds them
 */
export async function* linesOf(
  database: Database,
  caller: Caller,
  { kind, scope, range }: { kind: 'output' | 'deleted'; scope: ExportScope; range: BucketRange },
  disclosing: (people: readonly string[]) => Promise<void>,
): AsyncGenerator<Buffer> {
  const rows =
    kind === 'output' ? living('r.patient, r.content', caller, scope, range) : gone(`r.patient, ${BUNDLE_OF_DELETE}`, caller, scope, range)
  const client = await database.pool.connect()
  let broken: Error | undefined = new Error('The reader stopped')
  try {
    let read: { readonly lines: Buffer; readonly kept: Promise<unknown> } | undefined
    for await (const { lines, people } of sharesOf(client, `COPY (${rows}) TO STDOUT ${AS_LINES}`)) {
      const kept = Promise.all(entriesOf(people).map(disclosing))
      // It is awaited a share later: until then nobody else would hear that it failed.
      kept.catch(() => undefined)
      if (read !== undefined) {
        await read.kept
        yield read.lines
      }
      read = { lines, kept }
    }
    // Only now is the connection of use to the next: whoever stops reading leaves it in the middle of a COPY.
    broken = undefined
    if (read !== undefined) {
      await read.kept
      yield read.lines
    }
  } finally {
    client.release(broken)
  }
}

function entriesOf(people: readonly string[]): (readonly string[])[] {
  return Array.from({ length: Math.ceil(people.length / PEOPLE_AN_ENTRY) }, (_, entry) =>
    people.slice(entry * PEOPLE_AN_ENTRY, (entry + 1) * PEOPLE_AN_ENTRY),
  )
}

interface Share {
  readonly lines: Buffer
  /** Those in it that were in none before. */
  readonly people: readonly string[]
}

/** Whole lines without whose they are, some megabytes at a time. PostgreSQL waits while nobody takes them. */
async function* sharesOf(client: PoolClient, statement: string): AsyncGenerator<Share> {
  const named = new Set<string>()
  const full: Share[] = []
  let people: string[] = []
  let lines = Buffer.allocUnsafeSlow(SHARE_AN_ENTRY_BYTES)
  let filled = 0
  let wake = () => {}
  const finish = () => {
    full.push({ lines: lines.subarray(0, filled), people })
    people = []
    filled = 0
  }
  const copy = copyOut(client, statement, (row) => {
    const separator = row.indexOf(SEPARATOR)
    const length = row.length - separator - 1
    if (filled + length > lines.length) {
      if (filled > 0) finish()
      lines = Buffer.allocUnsafeSlow(Math.max(SHARE_AN_ENTRY_BYTES, length))
      if (full.length >= SHARES_AHEAD) copy.pause()
      wake()
    }
    const patient = row.toString('latin1', 0, separator)
    if (patient !== '' && !named.has(patient)) {
      named.add(patient)
      people.push(patient)
    }
    filled += row.copy(lines, filled, separator + 1)
  })
  let ended = false
  const end = copy.ended.finally(() => {
    ended = true
    wake()
  })
  end.catch(() => undefined)
  while (!ended || full.length > 0) {
    const share = full.shift()
    if (share === undefined) {
      copy.resume()
      await new Promise<void>((resolve) => (wake = resolve))
    } else yield share
  }
  await end
  if (filled > 0) {
    finish()
    yield* full
  }
}
