/**
 * The searches that are made all day, each with one text for ever, so that it is parsed and planned once a connection: a person's
 * resources of a type, newest first, perhaps with codes; resources by id; by identifier; and by a reference that few share.
 * A statement answers as many of one kind as are asked at the same moment by one caller.
 */
import type { Queryable, Statement } from '@platform/service/database'
import { COLUMNS, type Access, type FoundRow, type LocalSearch } from '../search-sql.ts'
import type { LocalCondition } from './condition-sql.ts'
import { bucketOf, notStrayed } from './ids-sql.ts'

/** One of them. */
export type HotSearch = PersonSearch | RareSearch | IdentifierSearch | IdSearch

interface Hot {
  readonly type: string
  /** Rows at most. */
  readonly limit: number
}

interface PersonSearch extends Hot {
  readonly kind: 'person' | 'person-coded'
  readonly patient: string
  /** Hashes of which a row must have every one; none for kind `person`. */
  readonly tokens: readonly string[]
}

interface RareSearch extends Hot {
  readonly kind: 'rare'
  readonly tokens: readonly string[]
}

interface IdentifierSearch extends Hot {
  readonly kind: 'identifier'
  readonly system: string
  readonly value: string
}

interface IdSearch extends Hot {
  readonly kind: 'ids'
  /** Each once, and fewer than `limit`. */
  readonly ids: readonly string[]
}

/** The rows of a search; or that the person has rows outside their own bucket, so that it must be asked again with `strayed`. */
export type HotFound = readonly FoundRow[] | 'strayed'

/** The search as a hot one; undefined when it is none. */
export function hotSearchOf({ type, conditions, sort, after, limit, strayed }: LocalSearch): HotSearch | undefined {
  const [key, ...moreKeys] = sort
  if (after || strayed || moreKeys.length > 0 || !key?.descending) return undefined
  const all = conditions.flatMap((condition) => (condition.kind === 'all' ? condition.of : [condition]))
  const [first, ...rest] = all
  const tokens = all.flatMap(singleToken)
  const person = all.find((condition) => condition.kind === 'patient')
  if (person && key.by === 'occurred') {
    if (tokens.length !== all.length - 1) return undefined
    return { kind: tokens.length === 0 ? 'person' : 'person-coded', type, limit, patient: person.id, tokens }
  }
  // One resource is in order, whichever is asked for.
  if (key.by !== 'updated' && !(first?.kind === 'ids' && first.ids.length === 1)) return undefined
  if (all.some((condition) => condition.kind === 'tokens' && condition.rare))
    return tokens.length === all.length ? { kind: 'rare', type, limit, tokens } : undefined
  if (first?.kind === 'ids' && rest.length === 0 && first.not !== true) {
    const ids = [...new Set(first.ids)]
    return ids.length < limit ? { kind: 'ids', type, limit, ids } : undefined
  }
  const [test, ...moreTests] = first?.kind === 'identifier' && rest.length === 0 ? first.any : []
  if (!test || moreTests.length > 0 || test.system === undefined) return undefined
  return { kind: 'identifier', type, limit, system: test.system, value: test.value }
}

function singleToken(condition: LocalCondition): string[] {
  return condition.kind === 'tokens' && condition.any.length === 1 && !condition.not ? [...condition.any] : []
}

interface HotRow extends FoundRow {
  /** Which of the searches found the row, from 1. */
  readonly at: number
}

/** Says of a search for a person's rows, in place of a row, that some of them lie elsewhere. */
interface StrayedRow {
  readonly at: number
  readonly type: null
}

/** Runs searches of one kind together. @returns the rows of each, in the order asked */
export async function findHot(database: Queryable, searches: readonly HotSearch[], access: Access): Promise<readonly HotFound[]> {
  const { rows } = await database.query<HotRow | StrayedRow>(hotStatement(searches, access))
  const found = searches.map((): FoundRow[] => [])
  const strayed = new Set(rows.flatMap(({ at, type }) => (type === null ? [Number(at)] : []))) // an ordinality comes as text
  for (const row of rows) if (row.type !== null) found[Number(row.at) - 1]?.push(row)
  return found.map((some, at) => (strayed.has(at + 1) ? 'strayed' : some))
}

/** The statement for searches of one kind, under one policy. Its rows come search by search, each search's in order. */
export function hotStatement(searches: readonly HotSearch[], access: Access): Statement {
  const [first] = searches
  switch (first?.kind) {
    case 'person':
    case 'person-coded':
      return personStatement(searches as readonly PersonSearch[], first.kind, access)
    case 'rare':
      return rareStatement(searches as readonly RareSearch[], access)
    case 'identifier':
      return identifierStatement(searches as readonly IdentifierSearch[], access)
    case 'ids':
      return idStatement(searches as readonly IdSearch[], access)
    case undefined:
      throw new TypeError('There is nothing to search for.')
  }
}

function personStatement(searches: readonly PersonSearch[], kind: 'person' | 'person-coded', access: Access): Statement {
  const coded = kind === 'person-coded'
  const may = access(coded ? 6 : 5, 'k.patient')
  return {
    name: `search-${kind}-${may.shape}`,
    text: `SELECT k.at, r.* FROM unnest($1::text[], $2::smallint[], $3::text[], $4::integer[]${coded ? ', $5::text[]' : ''})
        WITH ORDINALITY AS k(patient, bucket, type, most${coded ? ', tokens' : ''}, at)
      ${may.standing}
      CROSS JOIN LATERAL (SELECT ${COLUMNS}, ARRAY[r.occurred_at::text] AS keys FROM passport.resource r
        WHERE r.patient = k.patient AND r.bucket = k.bucket AND ${notStrayed('k.patient')} AND r.type = k.type AND NOT r.deleted
          ${coded ? 'AND (r.tokens @> k.tokens::bigint[]) IS TRUE' : ''} AND (${may.sql})
        ORDER BY r.occurred_at DESC NULLS LAST, r.id DESC LIMIT k.most) r
      UNION ALL
      SELECT k.at, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM unnest($1::text[]) WITH ORDINALITY AS k(patient, at)
        WHERE k.patient IN (SELECT s.patient FROM passport.strayed s WHERE s.patient = ANY($1::text[]))`,
    values: [
      searches.map(({ patient }) => patient),
      searches.map(({ patient }) => bucketOf(patient)),
      ...typeAndLimit(searches),
      ...(coded ? [searches.map(({ tokens }) => `{${tokens.join(',')}}`)] : []),
      ...may.values,
    ],
  }
}

/** Ordered by an expression that no index has: a plan made without the values would else walk through all resources of the type. */
function rareStatement(searches: readonly RareSearch[], access: Access): Statement {
  const may = access(4)
  return {
    name: `search-rare-${may.shape}`,
    text: `SELECT k.at, r.* FROM unnest($1::text[], $2::text[], $3::integer[]) WITH ORDINALITY AS k(tokens, type, most, at)
      CROSS JOIN LATERAL (SELECT ${COLUMNS}, ARRAY[r.updated_at::text] AS keys FROM passport.resource r
        WHERE r.tokens @> k.tokens::bigint[] AND r.type = k.type AND NOT r.deleted AND (${may.sql})
        ORDER BY r.updated_at + interval '0' DESC, r.id DESC LIMIT k.most) r`,
    values: [searches.map(({ tokens }) => `{${tokens.join(',')}}`), ...typeAndLimit(searches), ...may.values],
  }
}

/** Few resources share an identifier: found by it and then put in order, never looked for along the order of all. */
function identifierStatement(searches: readonly IdentifierSearch[], access: Access): Statement {
  const may = access(5)
  return {
    name: `search-identifier-${may.shape}`,
    text: `SELECT k.at, r.* FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[]) WITH ORDINALITY AS k(value, system, type, most, at)
      CROSS JOIN LATERAL (SELECT ${COLUMNS}, ARRAY[r.updated_at::text] AS keys
        FROM passport.identifier i JOIN passport.resource r ON r.bucket = i.bucket AND r.type = i.type AND r.id = i.id
        WHERE i.value = k.value AND i.type = k.type AND i.system = k.system AND NOT r.deleted AND (${may.sql})
        ORDER BY r.updated_at + interval '0' DESC, r.id DESC LIMIT k.most) r`,
    values: [searches.map(({ value }) => value), searches.map(({ system }) => system), ...typeAndLimit(searches), ...may.values],
  }
}

/** By primary key; each search holds all of its own, so that no row has to be left out for another. */
function idStatement(searches: readonly IdSearch[], access: Access): Statement {
  const may = access(5)
  const wanted = searches.flatMap(({ type, ids }, at) => ids.map((id) => ({ at: at + 1, type, id })))
  return {
    name: `search-ids-${may.shape}`,
    text: `SELECT k.at, ${COLUMNS}, ARRAY[r.updated_at::text] AS keys
      FROM unnest($1::integer[], $2::smallint[], $3::text[], $4::text[]) AS k(at, bucket, type, id)
        JOIN passport.resource r ON r.bucket = k.bucket AND r.type = k.type AND r.id = k.id
      WHERE NOT r.deleted AND (${may.sql})
      ORDER BY k.at, r.updated_at DESC, r.id DESC`,
    values: [
      wanted.map(({ at }) => at),
      wanted.map(({ id }) => bucketOf(id)),
      wanted.map(({ type }) => type),
      wanted.map(({ id }) => id),
      ...may.values,
    ],
  }
}

const typeAndLimit = (searches: readonly HotSearch[]) => [searches.map(({ type }) => type), searches.map(({ limit }) => limit)]
