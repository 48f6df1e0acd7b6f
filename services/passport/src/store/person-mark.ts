/**
 * What tells, in one statement that reads no text, that nothing has changed of what a reader may see of a person: the person's rows in their versions,
 * and all that decides which of them he sees. Both as they are at that moment, so that whatever begins, ends or is taken back shows. HAZ-P83
 */
import type { Queryable } from '@platform/service/database'
import { bucketOfPatient } from '../domain/bucket.ts'
import { standingTo } from './access-sql.ts'
import { auditInsert, auditValues, type AuditEntry } from './audit-store.ts'
import { bucketOf, inPerson, type Reading, type Spread } from './person-material.ts'

/** How a person's record stands to a reader now. */
export interface PersonMark {
  /** The same for the same reader: the same rows of the person, and the same of them open to him. */
  readonly mark: string
  /** Of the named entries of the directory, in their order. */
  readonly named: string
  readonly spread: Spread
  /** Whether the entry of the trail that was given is kept. */
  readonly audited: boolean
}

/** What is disclosed if nothing has changed, and the entry that then has to be in the trail before it is. */
export interface IfUnchanged {
  readonly mark: string
  readonly named: string
  readonly entry: AuditEntry
}

/**
 * @param named references of the directory that the last reading named, so that a changed name shows
 * @param unchanged kept in the trail by the same statement when nothing has changed, which is one journey to the database and back less;
 *   never when something has, or when rows have strayed
 */
export async function markOf(
  database: Queryable,
  reading: Reading,
  named: readonly string[],
  unchanged?: IfUnchanged,
): Promise<PersonMark> {
  const found = await markIn(database, reading, { named, where: 'one bucket', ...(unchanged === undefined ? {} : { unchanged }) })
  return found.spread === 'one bucket' ? found : markIn(database, reading, { named, where: 'several buckets' })
}

interface MarkRow {
  readonly mark: string
  readonly named: string | null
  readonly strayed: boolean
  readonly audited?: boolean
}

/** The statement that finds, and keeps the entry where it finds what it was told: in one bucket, and nothing changed. */
function andKeep(find: string, first: number): string {
  return `WITH found AS MATERIALIZED (${find}),
    kept AS (${auditInsert(first + 2, { from: 'found', when: `NOT found.strayed AND found.mark = $${first}::text AND coalesce(found.named, '') = $${first + 1}::text` })} RETURNING 1)
  SELECT found.*, EXISTS (SELECT FROM kept) AS audited FROM found`
}

async function markIn(
  database: Queryable,
  { caller, patient, types }: Reading,
  { named, where, unchanged }: { readonly named: readonly string[]; readonly where: Spread; readonly unchanged?: IfUnchanged },
): Promise<PersonMark> {
  const standing = standingTo(caller, 7, '$1')
  const references = named.map((reference) => reference.split('/'))
  // Another version, or another class, of the same id is another hash. An id is that of one resource of one type.
  const find = `SELECT (SELECT concat_ws('.', count(*), sum(r.version), bit_xor(hashtextextended(r.id, r.version + (r.classes::bigint << 32))))
                          FROM passport.resource r WHERE ${inPerson(where)}) || ';' || ${standing.sql} AS mark,
                  EXISTS (SELECT FROM passport.strayed s WHERE s.patient = $1) AS strayed,
                  (SELECT string_agg(r.type || '/' || r.id || '/' || r.version, ' ' ORDER BY r.type, r.id)
                     FROM unnest($4::smallint[], $5::text[], $6::text[]) AS k(bucket, type, id)
                     JOIN passport.resource r ON r.bucket = k.bucket AND r.type = k.type AND r.id = k.id
                    WHERE NOT r.deleted AND ${standing.nobodys}) AS named`
  const values = [
    patient,
    bucketOfPatient(patient),
    types,
    references.map(([, id = '']) => bucketOf(id)),
    references.map(([type = '']) => type),
    references.map(([, id = '']) => id),
    ...standing.values,
  ]
  const { rows } = await database.query<MarkRow>(
    unchanged === undefined
      ? { name: `mark-${standing.shape}-${where}`, text: find, values }
      : {
          name: `mark-kept-${standing.shape}-${where}`,
          text: andKeep(find, values.length + 1),
          values: [...values, unchanged.mark, unchanged.named, ...auditValues([unchanged.entry])],
        },
  )
  const [row] = rows
  return {
    mark: row?.mark ?? '',
    named: row?.named ?? '',
    spread: row?.strayed === true ? 'several buckets' : 'one bucket',
    audited: row?.audited === true,
  }
}
