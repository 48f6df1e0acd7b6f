/** Patients that may be one person: found for somebody to decide, never merged here. */
import type { Queryable } from '@platform/service/database'
import { isSamePerson, sharesName } from '../domain/access/blind-match.ts'
import type { FhirResource } from '../domain/references.ts'
import { rowsForRules } from './record-store.ts'

/** Two Patients, the one first entered first, and what they have in common. */
export interface Pair {
  readonly one: string
  readonly other: string
  readonly because: 'identifier' | 'name-and-birth-date'
}

/** The most pairs that are suggested at once: more are found the next time. */
const MOST_PAIRS = 200

/** @param since only pairs of which one changed since */
export async function duplicatePairs(database: Queryable, since: Date | undefined): Promise<Pair[]> {
  const { rows } = await database.query<{ one: string; other: string }>({
    text: `WITH changed AS (
             SELECT r.id, r.bucket FROM passport.resource r
              WHERE r.type = 'Patient' AND NOT r.deleted AND r.patient = r.id AND ($1::timestamptz IS NULL OR r.updated_at >= $1))
           SELECT one, other FROM (
             SELECT least(a.id, b.id) AS one, greatest(a.id, b.id) AS other
               FROM changed c JOIN passport.identifier a ON a.id = c.id AND a.type = 'Patient' AND a.system <> ''
               JOIN passport.identifier b ON b.value = a.value AND b.type = 'Patient' AND b.system = a.system AND b.id <> a.id
             UNION
             SELECT least(a.id, b.id), greatest(a.id, b.id)
               FROM changed c JOIN passport.date_index a ON a.bucket = c.bucket AND a.id = c.id AND a.key = 'Patient.birthdate'
               JOIN passport.date_index b ON b.key = a.key AND b.low = a.low AND b.high = a.high AND b.id <> a.id
              WHERE EXISTS (SELECT FROM passport.string_index f JOIN passport.string_index g ON g.bucket = b.bucket AND g.id = b.id AND g.key = f.key AND g.value = f.value
                             WHERE f.bucket = a.bucket AND f.id = a.id AND f.key = 'Patient.family')) pairs
            WHERE NOT EXISTS (SELECT FROM passport.identifier k WHERE k.value = 'duplicate:' || one || ':' || other AND k.type = 'Task')
            ORDER BY one, other
            LIMIT $2`,
    values: [since ?? null, MOST_PAIRS],
  })
  const ids = [...new Set(rows.flatMap(({ one, other }) => [one, other]))]
  const people = new Map(
    (
      await rowsForRules(
        database,
        ids.map((id) => ({ type: 'Patient', id })),
      )
    )
      .filter((row) => !row.deleted && row.patient === row.id)
      .map((row) => [row.id, JSON.parse(row.content) as FhirResource]),
  )
  return rows.flatMap(({ one, other }): Pair[] => {
    const [a, b] = [people.get(one), people.get(other)]
    if (a === undefined || b === undefined) return []
    if (isSamePerson(a, b) || shareIdentifier(a, b)) return [{ one, other, because: 'identifier' }]
    return a['birthDate'] !== undefined && a['birthDate'] === b['birthDate'] && sharesName(a, b)
      ? [{ one, other, because: 'name-and-birth-date' }]
      : []
  })
}

function shareIdentifier(a: FhirResource, b: FhirResource): boolean {
  const keys = (patient: FhirResource) =>
    (Array.isArray(patient['identifier']) ? (patient['identifier'] as { system?: string; value?: string }[]) : []).flatMap(
      ({ system, value }) => (system === undefined || value === undefined ? [] : [`${system}|${value}`]),
    )
  const held = new Set(keys(a))
  return keys(b).some((key) => held.has(key))
}
