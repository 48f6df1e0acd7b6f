// A search as one statement over passport.resource, whose alias is r throughout.
import type { Statement } from '@platform/service/database'
import type { SortKey } from '../domain/search/query.ts'
import type { Predicate } from './access-sql.ts'
import { conditionSql, type LocalCondition } from './search/condition-sql.ts'
import { bucketOf, notStrayed } from './search/ids-sql.ts'
import { afterSql, orderOf, orderSql, type Position } from './search/order-sql.ts'
import { Values } from './search/values.ts'

/** The caller's policy as a condition over r, its placeholders beginning where it is told. */
export type Access = (first: number, person?: string) => Predicate

/** What one statement finds. */
export interface LocalSearch {
  readonly type: string
  readonly conditions: readonly LocalCondition[]
  /** Never empty. */
  readonly sort: readonly SortKey[]
  readonly after?: Position
  /** Whether rows of a person are looked for outside the person's bucket too: dearer, and needed only when nothing is found without. @default false */
  readonly strayed?: boolean
  /** Rows at most; ask for one more than a page holds to learn whether there is another. */
  readonly limit: number
}

/** What a row of a page statement has; `keys` are its sort values as text. */
export interface FoundRow {
  readonly type: string
  readonly id: string
  readonly version: number
  readonly patient: string | null
  readonly content: string
  readonly keys: readonly (string | null)[]
}

const COLUMNS = 'r.type, r.id, r.version, r.patient, r.content'

/** The statement that gives a page of matches. It has a name where the text is one of the few hot ones. */
export function pageStatement(search: LocalSearch, access: Access): Statement {
  return hotStatement(search, access) ?? builtStatement(search, access)
}

/** The statement that counts all matches as `total`. */
export function countStatement({ type, conditions }: Pick<LocalSearch, 'type' | 'conditions'>, access: Access): Statement {
  const values = new Values()
  const where = whereSql(type, conditions, values, access, { strayed: true })
  return { text: `SELECT count(*) AS total FROM passport.resource r WHERE ${where}`, values: values.list }
}

/** The statement that gives one column of all matches, each value once, up to a limit: a step of a chain. */
export function stepStatement(
  search: Pick<LocalSearch, 'type' | 'conditions' | 'limit'>,
  column: 'id' | 'patient' | 'content',
  access: Access,
): Statement {
  const values = new Values()
  const where = whereSql(search.type, search.conditions, values, access, { strayed: true })
  const distinct = column === 'patient' ? 'DISTINCT ' : ''
  return {
    text: `SELECT ${distinct}r.${column} AS value FROM passport.resource r WHERE ${where} LIMIT ${values.add(search.limit)}`,
    values: values.list,
  }
}

/** The statement that gives resources by type and id, those the caller may see. */
export function includeStatement(targets: readonly { readonly type: string; readonly id: string }[], access: Access): Statement {
  const may = access(4)
  return {
    name: `search-include-${may.shape}`,
    text: `SELECT ${COLUMNS}, ARRAY[]::text[] AS keys
      FROM unnest($1::smallint[], $2::text[], $3::text[]) AS k(bucket, type, id)
        JOIN passport.resource r ON r.bucket = k.bucket AND r.type = k.type AND r.id = k.id
      WHERE NOT r.deleted AND (${may.sql})`,
    values: [targets.map(({ id }) => bucketOf(id)), targets.map(({ type }) => type), targets.map(({ id }) => id), ...may.values],
  }
}

function builtStatement({ type, conditions, sort, after, limit, strayed = false }: LocalSearch, access: Access): Statement {
  const values = new Values()
  const where = whereSql(type, conditions, values, access, { strayed })
  const order = orderOf(sort, values)
  const expressions = order.columns.map(({ sql }) => sql)
  const computed = expressions.some((sql) => sql.startsWith('('))
  if (!computed) {
    const going = after ? ` AND ${afterSql(order, after, expressions, 'r.id', values)}` : ''
    const text = `SELECT ${COLUMNS}, ${keysSql(expressions)} FROM passport.resource r WHERE ${where}${going} ORDER BY ${orderSql(order, expressions, 'r.id')} LIMIT ${values.add(limit)}`
    return { text, values: values.list }
  }
  const names = expressions.map((_, at) => `r.k${at}`)
  const columns = expressions.map((sql, at) => `${sql} AS k${at}`).join(', ')
  const going = after ? ` WHERE ${afterSql(order, after, names, 'r.id', values)}` : ''
  const inner = `SELECT ${COLUMNS}, ${columns} FROM passport.resource r WHERE ${where}`
  const text = `SELECT ${COLUMNS}, ${keysSql(names)} FROM (${inner}) r${going} ORDER BY ${orderSql(order, names, 'r.id')} LIMIT ${values.add(limit)}`
  return { text, values: values.list }
}

function whereSql(
  type: string,
  conditions: readonly LocalCondition[],
  values: Values,
  access: Access,
  { strayed }: { strayed: boolean },
): string {
  const indexed = !conditions.some(isOfOnePerson)
  const typed = `r.type = ${values.add(type)} AND NOT r.deleted`
  const asked = conditions.map((condition) => conditionSql(condition, values, { indexed, strayed }))
  const predicate = access(values.next)
  values.list.push(...predicate.values)
  return [typed, ...asked, `(${predicate.sql})`].join(' AND ')
}

/** Whether only one person's resources can meet a condition. */
export const isOfOnePerson = (condition: LocalCondition): boolean =>
  condition.kind === 'patient' || (condition.kind === 'all' && condition.of.some(isOfOnePerson))

const keysSql = (expressions: readonly string[]) =>
  `ARRAY[${expressions.map((expression) => `${expression}::text`).join(', ')}]::text[] AS keys`

/**
 * The searches that are made all day, each with one text for ever, so that it is parsed and planned once a connection: a person's
 * resources of a type, newest first, perhaps with codes; resources by identifier; and resources by a reference that few share.
 */
function hotStatement({ type, conditions, sort, after, limit, strayed }: LocalSearch, access: Access): Statement | undefined {
  const [key, ...moreKeys] = sort
  if (after || strayed || moreKeys.length > 0 || !key?.descending) return undefined
  const all = conditions.flatMap((condition) => (condition.kind === 'all' ? condition.of : [condition]))
  const [first, ...rest] = all
  const person = all.find((condition) => condition.kind === 'patient')
  if (person && key.by === 'occurred') {
    const tokens = all.flatMap(singleToken)
    return tokens.length === all.length - 1 ? personStatement(type, person.id, tokens, limit, access) : undefined
  }
  if (key.by !== 'updated') return undefined
  if (all.some((condition) => condition.kind === 'tokens' && condition.rare)) {
    const tokens = all.flatMap(singleToken)
    return tokens.length === all.length ? rareStatement(type, tokens, limit, access) : undefined
  }
  const [test, ...moreTests] = first?.kind === 'identifier' && rest.length === 0 ? first.any : []
  if (!test || moreTests.length > 0 || test.system === undefined) return undefined
  return identifierStatement(type, { system: test.system, value: test.value }, limit, access)
}

function singleToken(condition: LocalCondition): string[] {
  return condition.kind === 'tokens' && condition.any.length === 1 && !condition.not ? [...condition.any] : []
}

function personStatement(type: string, patient: string, tokens: readonly string[], limit: number, access: Access): Statement {
  const coded = tokens.length > 0
  const may = access(coded ? 6 : 5, '$1')
  return {
    name: `search-person${coded ? '-coded' : ''}-${may.shape}`,
    text: `SELECT ${COLUMNS}, ARRAY[r.occurred_at::text] AS keys FROM passport.resource r
      WHERE r.patient = $1 AND r.bucket = $2 AND ${notStrayed('$1')} AND r.type = $3 AND NOT r.deleted
        ${coded ? 'AND (r.tokens @> $5::bigint[]) IS TRUE' : ''} AND (${may.sql})
      ORDER BY r.occurred_at DESC NULLS LAST, r.id DESC LIMIT $4`,
    values: [patient, bucketOf(patient), type, limit, ...(coded ? [`{${tokens.join(',')}}`] : []), ...may.values],
  }
}

/** Ordered by an expression that no index has: a plan made without the values would else walk through all resources of the type. */
function rareStatement(type: string, tokens: readonly string[], limit: number, access: Access): Statement {
  const may = access(4)
  return {
    name: `search-rare-${may.shape}`,
    text: `SELECT ${COLUMNS}, ARRAY[r.updated_at::text] AS keys FROM passport.resource r
      WHERE r.tokens @> $2::bigint[] AND r.type = $1 AND NOT r.deleted AND (${may.sql})
      ORDER BY r.updated_at + interval '0' DESC, r.id DESC LIMIT $3`,
    values: [type, `{${tokens.join(',')}}`, limit, ...may.values],
  }
}

/** Few resources share an identifier: found by it and then put in order, never looked for along the order of all. */
function identifierStatement(type: string, { system, value }: { system: string; value: string }, limit: number, access: Access): Statement {
  const may = access(5)
  return {
    name: `search-identifier-${may.shape}`,
    text: `SELECT ${COLUMNS}, ARRAY[r.updated_at::text] AS keys
      FROM passport.identifier i JOIN passport.resource r ON r.bucket = i.bucket AND r.type = i.type AND r.id = i.id
      WHERE i.value = $1 AND i.type = $2 AND i.system = $3 AND NOT r.deleted AND (${may.sql})
      ORDER BY r.updated_at + interval '0' DESC, r.id DESC LIMIT $4`,
    values: [value, type, system, limit, ...may.values],
  }
}
