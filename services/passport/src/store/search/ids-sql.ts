import { bucketIn, bucketOfPatient } from '../../domain/bucket.ts'
import type { IdentifierTest } from '../../domain/search/query.ts'
import type { Values } from './values.ts'

/** Where a row of this id lies: the id says so, or it is that of a Patient from elsewhere. */
export const bucketOf = (id: string) => bucketIn(id) ?? bucketOfPatient(id)

/** Whether the row has one of the ids, by primary key. */
export function idsSql(ids: readonly string[], values: Values, { not = false }: { not?: boolean }): string {
  const [id, ...more] = ids
  if (id === undefined) return not ? 'true' : 'false'
  if (not) return `NOT (r.id = ANY(${values.add(ids, 'text[]')}))`
  if (more.length === 0) return `(r.bucket = ${values.add(bucketOf(id), 'smallint')} AND r.id = ${values.add(id)})`
  return `(r.bucket, r.id) IN (SELECT * FROM unnest(${values.add(ids.map(bucketOf), 'smallint[]')}, ${values.add(ids, 'text[]')}))`
}

/**
 * Whether the row lies in a person's compartment. Rows of a person lie in the person's bucket, and one partition is all that is planned
 * and opened; only where a correction or merge left some elsewhere does this say no to all of them, and must be asked again with `strayed`.
 */
export function patientSql(patient: string, values: Values, { strayed }: { strayed: boolean }): string {
  const id = values.add(patient, 'text')
  const bucket = values.add(bucketOf(patient), 'smallint')
  if (!strayed) return `r.patient = ${id} AND r.bucket = ${bucket} AND ${notStrayed(id)}`
  return `r.patient = ${id} AND r.bucket = ANY(ARRAY(SELECT ${bucket} UNION ALL SELECT bucket FROM passport.strayed WHERE patient = ${id}))`
}

/** Whether all rows of a person lie in the person's own bucket. */
export const notStrayed = (placeholder: string) => `NOT (SELECT EXISTS (SELECT 1 FROM passport.strayed WHERE patient = ${placeholder}))`

/** Whether the row carries one of the identifiers. */
export function identifierSql(any: readonly IdentifierTest[], values: Values): string {
  const tests = any.map(
    ({ system, value }) => `(i.value = ${values.add(value)}${system === undefined ? '' : ` AND i.system = ${values.add(system)}`})`,
  )
  return `EXISTS (SELECT 1 FROM passport.identifier i WHERE i.bucket = r.bucket AND i.type = r.type AND i.id = r.id AND (${tests.join(' OR ')}))`
}
