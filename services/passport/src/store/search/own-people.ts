/**
 * Whose Patient resources a caller can see at all: those they stand in a relationship to, their own, and those that they wrote. A search over
 * people begins with these few instead of asking of everybody in the hub whether the caller may see them. It only narrows: what is found is
 * decided by the policy, row by row, as without it.
 */
import type { Queryable } from '@platform/service/database'
import type { Caller } from '@platform/fhir/caller'
import { masksFor } from '../../domain/access/masks.ts'
import { partiesOfCaller, selfOf } from '../access-sql.ts'
import { bucketOf } from './ids-sql.ts'
import type { LocalCondition } from './condition-sql.ts'
import type { Values } from './values.ts'

/** Somebody with more people than this sees a good part of everybody: then each row is asked about, which is less work. */
const MOST_OWN_PEOPLE = 5_000

/**
 * Ids of the people whose Patient a caller can possibly see; nothing where that is no limit: for callers who see everybody, and for those with
 * more than MOST_OWN_PEOPLE.
 */
export async function ownPeople(database: Queryable, caller: Caller): Promise<readonly string[] | undefined> {
  const seesOfEverybody = [undefined, 'Patient'].some((type) => masksFor(caller.role, caller.grade, type).read.anybody !== 0)
  if (seesOfEverybody) return undefined
  const { rows } = await database.query<{ patient: string }>({
    name: 'own-people',
    text: OWN_PEOPLE,
    values: [partiesOfCaller(caller), selfOf(caller) ?? null, MOST_OWN_PEOPLE + 1],
  })
  return rows.length > MOST_OWN_PEOPLE ? undefined : [...new Set(rows.map(({ patient }) => patient))]
}

// Ended relationships are left to the policy. Each part stops by itself, so that a caller with very many people is told soon.
const OWN_PEOPLE = `
  (SELECT DISTINCT l.patient FROM passport.relationship l WHERE l.party = ANY($1::text[]) LIMIT $3)
  UNION ALL
  (SELECT r.patient FROM passport.resource r WHERE r.type = 'Patient' AND r.parties && $1::text[] AND NOT r.deleted LIMIT $3)
  UNION ALL
  SELECT $2::text WHERE $2::text IS NOT NULL`

/** Whether a search for Patients asks of so few that nothing is won by beginning with one's own people. */
export const asksOfFew = (conditions: readonly LocalCondition[]): boolean =>
  conditions.some(
    (condition) =>
      (condition.kind === 'ids' && condition.not !== true) ||
      condition.kind === 'identifier' ||
      condition.kind === 'patient' ||
      (condition.kind === 'all' && asksOfFew(condition.of)),
  )

/** Whether the row is about one of the people: in their own bucket, or where a correction or merge left it. */
export function peopleSql(people: readonly string[], values: Values): string {
  const ids = values.add(people, 'text[]')
  const buckets = values.add(people.map(bucketOf), 'smallint[]')
  return `(r.bucket, r.patient) IN (SELECT * FROM unnest(${buckets}, ${ids})
      UNION ALL SELECT s.bucket, s.patient FROM passport.strayed s WHERE s.patient = ANY(${ids}))`
}
