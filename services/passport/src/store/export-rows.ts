/** The rows of an export, as statements: the record as it stood at an instant, under the policy as it is now, in a range of buckets. */
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import pg from 'pg'
import type { BucketRange } from '../domain/export/walk.ts'
import { KINDS } from '../domain/access/policy.ts'
import { DIRECT_CARE, mayBeOutside } from '../domain/access/whereabouts.ts'
import { partiesOfCaller, readPredicate } from './access-sql.ts'

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
 * That the row is no stay, or one whose places the caller is shown: a text is copied as it is stored, so that one that is to be shown in part is left out,
 * and one of which that cannot be told here. `domain/access/whereabouts.ts` HAZ-A17
 *
 * @param wards words of all wards that are sensitive
 */
function withItsPlaces(caller: Caller, wards: readonly string[]): string {
  if (!mayBeOutside(caller.role)) return 'true'
  const mine = literal(partiesOfCaller(caller))
  const kinds = literal(DIRECT_CARE.map((kind) => KINDS.indexOf(kind) + 1))
  const says = (text: string, word: string) => `strpos(upper(${text}), ${literal(word.toUpperCase())}) > 0`
  const inJson = (word: string) => JSON.stringify(word.trim()).slice(1, -1)
  const mayBeSensitive = ['"security"', ...wards.map(inJson), ...(wards.length === 0 ? [] : ['Location/'])].map((word) =>
    says('r.content', word),
  )
  return `(r.type <> 'Encounter' OR r.parties && ${mine}::text[]
      OR EXISTS (SELECT FROM passport.relationship l WHERE l.patient = r.patient AND l.party = ANY(${mine}::text[])
                    AND l.kind = ANY(${kinds}::smallint[]) AND l.starts <= now() AND l.ends > now())
      OR (NOT (${mayBeSensitive.join(' OR ')})
          AND EXISTS (SELECT FROM passport.resource p WHERE p.bucket = r.bucket AND p.type = 'Patient' AND p.id = r.patient AND NOT p.deleted
                         AND NOT (${says('p.content', '/location-restricted"')} OR ${says('p.content', '"security"')}))))`
}

/**
 * What lived at the instant and may be seen: of what was not changed since the present row, of what was the version of then, if the present
 * one may be seen too. What was deleted since is left out.
 */
function living(columns: string, { caller, scope, range, wards }: RowsAsked): string {
  const places = withItsPlaces(caller, wards)
  const may = mayRead(caller)
  const at = `${literal(scope.at)}::timestamptz`
  return `SELECT ${columns} FROM passport.resource r
           WHERE ${within(range)} AND ${about(scope)} AND r.updated_at <= ${at} AND NOT r.deleted AND ${may} AND ${places}
          UNION ALL
          SELECT ${columns} FROM passport.history r
            JOIN (SELECT r.bucket, r.type, r.id FROM passport.resource r
                   WHERE ${within(range)} AND r.type = ANY(${literal(scope.types)}::text[]) AND r.updated_at > ${at} AND NOT r.deleted AND ${may}) now
              ON now.bucket = r.bucket AND now.type = r.type AND now.id = r.id
           WHERE ${within(range)} AND ${about(scope)} AND r.updated_at <= ${at} AND NOT r.deleted AND ${mayRead(caller, 'history')} AND ${places}
             AND NOT EXISTS (SELECT FROM passport.history later WHERE later.bucket = r.bucket AND later.type = r.type AND later.id = r.id
                                AND later.version > r.version AND later.updated_at <= ${at})`
}

/** What was deleted after `since`, and by the instant. */
function gone(columns: string, { caller, scope, range }: RowsAsked): string {
  return `SELECT ${columns} FROM passport.resource r
           WHERE ${within(range)} AND ${about(scope)} AND r.updated_at <= ${literal(scope.at)}::timestamptz AND r.deleted AND ${mayRead(caller)}`
}

/** What is asked for, by whom. */
export interface RowsAsked {
  readonly caller: Caller
  readonly scope: ExportScope
  readonly range: BucketRange
  /** Words of all wards that are sensitive, of whatever hospital. */
  readonly wards: readonly string[]
}

export interface Counted {
  readonly kind: 'output' | 'deleted'
  readonly type: string
  readonly count: number
}

/** How many rows of each type a range holds; of the deleted ones only where the export says since when. */
export async function countRows(database: Queryable, asked: RowsAsked): Promise<Counted[]> {
  const live = `SELECT 'output' AS kind, type, count(*)::integer AS count FROM (${living('r.type', asked)}) AS r GROUP BY type`
  const deleted = `SELECT 'deleted' AS kind, 'Bundle' AS type, count(*)::integer AS count FROM (${gone('r.type', asked)}) AS r`
  const { rows } = await database.query<{ kind: 'output' | 'deleted'; type: string; count: number }>({
    text: asked.scope.since === undefined ? `${live} ORDER BY type` : `${live} UNION ALL ${deleted} ORDER BY kind, type`,
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

const BUNDLE_OF_DELETE = `'{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"' || r.type || '/' || r.id || '"}}]}'`

/** The rows of a file in a range, each with whose record it is: a statement without parameters, of two columns of text. */
export function rowsOf(kind: Counted['kind'], asked: RowsAsked): string {
  return kind === 'output' ? living('r.patient, r.content', asked) : gone(`r.patient, ${BUNDLE_OF_DELETE}`, asked)
}
