/**
 * A list of people by family name, as a team opens it all day: it goes along a table of names, and each person's row is read, and the policy asked of
 * it, for as many as the page takes. What is found, and in which order, is what the statement for any search would find.
 */
import type { Statement } from '@platform/service/database'
import type { SortKey } from '../../domain/search/query.ts'
import { COLUMNS, SELECTED, type Access, type LocalSearch } from '../search-sql.ts'
import { bucketOf } from './ids-sql.ts'
import type { Position } from './order-sql.ts'

/** Whose rows are looked at: those of these people, or of everybody who has a family name. */
export interface PeopleByName {
  readonly people: readonly string[] | 'everybody'
  readonly after?: Position
  readonly limit: number
}

/** The search as such a list; undefined when it is none. */
export function peopleByNameOf({ type, conditions, sort, after, limit }: LocalSearch): PeopleByName | undefined {
  const [only, ...more] = conditions
  if (type !== 'Patient' || more.length > 0 || !isByFamily(sort)) return undefined
  const place = after === undefined ? {} : { after }
  if (only?.kind === 'people') return { people: only.people, limit, ...place }
  // Whoever has no family name comes last, and is in no such table.
  return only === undefined && typeof (after?.keys[0] ?? '') === 'string' ? { people: 'everybody', limit, ...place } : undefined
}

const isByFamily = ([key, ...more]: readonly SortKey[]): boolean =>
  more.length === 0 && key?.by === 'string' && !key.descending && key.keys.length === 1 && key.keys[0] === 'Patient.family'

/** So many names are gone along for one page. Whoever sees fewer than one in four hundred of them is not shown a page that way. */
const MOST_NAMES = 20_000

/**
 * The statement. Of few people it has a name; along the names of everybody it is planned each time, so that its time is limited. That one leaves out who
 * has no family name: and stops after so many names: a page that is not full has to be asked for otherwise.
 */
export function peopleByNameStatement({ people, after, limit }: PeopleByName, access: Access): Statement {
  const [family, id] = [after?.keys[0] ?? null, after?.id ?? null]
  if (people === 'everybody') {
    const may = access(4, 'k.patient')
    const going = after === undefined ? '$1::text IS NULL AND $2::text IS NULL' : '(f.family, f.patient) > ($1::text, $2::text)'
    return {
      text: `SELECT ${SELECTED}, ARRAY[k.family] AS keys
        FROM (SELECT f.patient, f.bucket, f.family FROM passport.family_name f WHERE ${going} ORDER BY f.family, f.patient LIMIT ${MOST_NAMES}) k
          ${may.standing} CROSS JOIN LATERAL (${rowOf(may.sql)}) r
        LIMIT $3`,
      values: [family, id, limit, ...may.values],
    }
  }
  const may = access(7, 'k.patient')
  return {
    name: `search-people-by-name-${may.shape}`,
    text: `SELECT ${SELECTED}, ARRAY[k.family] AS keys
      FROM (SELECT p.patient, p.bucket, f.family
          FROM unnest($1::text[], $2::smallint[]) AS p(patient, bucket) LEFT JOIN passport.family_name f ON f.patient = p.patient
          WHERE NOT $3::boolean OR (f.family IS NULL AND ($4::text IS NOT NULL OR p.patient COLLATE "C" > $5::text))
            OR f.family > $4::text OR (f.family = $4::text AND p.patient COLLATE "C" > $5::text)
          ORDER BY f.family NULLS LAST, p.patient COLLATE "C" OFFSET 0) k
        ${may.standing} CROSS JOIN LATERAL (${rowOf(may.sql)}) r
      LIMIT $6`,
    values: [people, people.map(bucketOf), after !== undefined, family, id, limit, ...may.values],
  }
}

/** Its own row of a person, where whoever asks may see it. OFFSET 0: one after the other, as the page needs them. */
const rowOf = (may: string): string =>
  `SELECT ${COLUMNS} FROM passport.resource r WHERE r.bucket = k.bucket AND r.type = 'Patient' AND r.id = k.patient AND NOT r.deleted AND (${may}) OFFSET 0`
