// A search as one statement over passport.resource, whose alias is r throughout.
import { hash } from 'node:crypto'
import type { Statement } from '@platform/service/database'
import type { SortKey } from '../domain/search/query.ts'
import type { Predicate } from './access-sql.ts'
import { conditionSql, type LocalCondition } from './search/condition-sql.ts'
import { hotSearchOf, hotStatement } from './search/hot-searches.ts'
import { bucketOf } from './search/ids-sql.ts'
import { afterSql, orderOf, orderSql, type Position } from './search/order-sql.ts'
import { peopleByNameOf, peopleByNameStatement } from './search/people-by-name.ts'
import { wayOf, type Way } from './search/planned-searches.ts'
import { recently } from '../domain/search/token-hash.ts'
import { Values } from './search/values.ts'

/** The caller's policy as a condition over r, its placeholders beginning where it is told. @param person as of `readPredicate` */
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
  /** Who first wrote it. */
  readonly author: string | null
  readonly content: string
  readonly keys: readonly (string | null)[]
}

/** What a page statement gives of a row, beside its keys. */
export const COLUMNS = 'r.type, r.id, r.version, r.patient, r.parties[1] AS author, r.content'

/** The same of a row that was selected by them. */
export const SELECTED = 'r.type, r.id, r.version, r.patient, r.author, r.content'

/** The statement that gives a page of matches. It has a name where the text is one of the few that are planned once. */
export function pageStatement(search: LocalSearch, access: Access): Statement {
  const hot = hotSearchOf(search)
  if (hot !== undefined) return hotStatement([hot], access)
  const people = peopleByNameOf(search)
  return people === undefined || people.people === 'everybody' ? builtStatement(search, access) : peopleByNameStatement(people, access)
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

function builtStatement(search: LocalSearch, access: Access): Statement {
  const way = wayOf(search)
  const statement = textOf(search, access, way)
  return way === undefined ? statement : { ...statement, name: `search-${way}-${access(1).shape}-${nameOf(statement.text)}` }
}

const nameOf = recently(256, (text) => hash('sha256', text).slice(0, 16))

function textOf(search: LocalSearch, access: Access, way: Way | undefined): Statement {
  const { type, conditions, sort, after, limit, strayed = false } = search
  const values = new Values()
  const asked = askedSql(type, conditions, values, { strayed, ...(way === 'most' && { indexed: false }) })
  const order = orderOf(sort, values)
  const expressions = order.columns.map(({ sql }) => sql)
  const computed = expressions.some((sql) => sql.startsWith('('))
  if (!computed) {
    const where = `${asked} AND ${maySql(values, access)}`
    const going = after ? ` AND ${afterSql(order, after, expressions, 'r.id', values)}` : ''
    // Ordered by what no index has, so that a plan made without the values goes by the tokens.
    const by = way === 'few' ? expressions.map((sql) => `${sql} + interval '0'`) : expressions
    const text = `SELECT ${COLUMNS}, ${keysSql(expressions)} FROM passport.resource r WHERE ${where}${going} ORDER BY ${orderSql(order, by, 'r.id')} LIMIT ${values.add(limit)}`
    return { text, values: values.list }
  }
  const names = expressions.map((_, at) => `r.k${at}`)
  const columns = expressions.map((sql, at) => `${sql} AS k${at}`).join(', ')
  const going = after ? [afterSql(order, after, names, 'r.id', values)] : []
  const few = conditions.some(({ kind }) => kind === 'people')
  // Some thousand of one's own people are put in order first, and the policy is asked of as many as the page takes, not of all of them.
  const inner = few
    ? `SELECT r.*, ${columns} FROM passport.resource r WHERE ${asked} ORDER BY ${orderSql(order, expressions, 'r.id')} OFFSET 0`
    : `SELECT ${COLUMNS}, ${columns} FROM passport.resource r WHERE ${asked} AND ${maySql(values, access)}`
  const outer = few ? [...going, maySql(values, access)] : going
  const where = outer.length === 0 ? '' : ` WHERE ${outer.join(' AND ')}`
  const text = `SELECT ${few ? COLUMNS : SELECTED}, ${keysSql(names)} FROM (${inner}) r${where} ORDER BY ${orderSql(order, names, 'r.id')} LIMIT ${values.add(limit)}`
  return { text, values: values.list }
}

function whereSql(
  type: string,
  conditions: readonly LocalCondition[],
  values: Values,
  access: Access,
  { strayed }: { strayed: boolean },
): string {
  return `${askedSql(type, conditions, values, { strayed })} AND ${maySql(values, access)}`
}

/** What was asked for, whoever asks. */
function askedSql(
  type: string,
  conditions: readonly LocalCondition[],
  values: Values,
  { strayed, indexed = !conditions.some(isOfOnePerson) }: { readonly strayed: boolean; readonly indexed?: boolean },
): string {
  const typed = `r.type = ${values.add(type)} AND NOT r.deleted`
  return [typed, ...conditions.map((condition) => conditionSql(condition, values, { indexed, strayed }))].join(' AND ')
}

/** What whoever asks may see. */
function maySql(values: Values, access: Access): string {
  const predicate = access(values.next)
  values.list.push(...predicate.values)
  return `(${predicate.sql})`
}

/** The one person whose resources alone can meet a condition, when it says so. */
export const personOf = (condition: LocalCondition): string | undefined =>
  condition.kind === 'patient'
    ? condition.id
    : condition.kind === 'all'
      ? condition.of.map(personOf).find((id) => id !== undefined)
      : undefined

/** Whether only one person's resources can meet a condition. */
const isOfOnePerson = (condition: LocalCondition): boolean => personOf(condition) !== undefined

const keysSql = (expressions: readonly string[]) =>
  `ARRAY[${expressions.map((expression) => `${expression}::text`).join(', ')}]::text[] AS keys`
