/** Searches as they are run: the page of matches, what is brought along, how many there are, and where the next page begins. */
import type { Queryable } from '@platform/service/database'
import type { SearchDefinitions } from '../domain/search/definitions.ts'
import type { SearchQuery } from '../domain/search/query.ts'
import { searchRefuse } from '../domain/search/refusals.ts'
import { countStatement, pageStatement, personOf, type Access, type FoundRow, type LocalSearch } from './search-sql.ts'
import type { LocalCondition } from './search/condition-sql.ts'
import { asksOfFew } from './search/own-people.ts'
import { included } from './search/included.ts'
import { findHot, hotSearchOf, type HotFound, type HotSearch } from './search/hot-searches.ts'
import { followed, type LinkContext } from './search/links.ts'
import type { Position } from './search/order-sql.ts'
import { peopleByNameOf, peopleByNameStatement } from './search/people-by-name.ts'

export type { Access, FoundRow } from './search-sql.ts'
export type { Position } from './search/order-sql.ts'

/** Where searches are run and under what policy. */
export interface SearchDependencies {
  /** For the few statements that have a name and are planned once. */
  readonly planned: Queryable
  /** For statements built at run time, planned each time for their values; it must not be set to generic plans. */
  readonly adHoc: Queryable
  readonly definitions: SearchDefinitions
}

/** Who asks: which rows, and which types at all. */
export interface SearchRights {
  readonly access: Access
  readonly mayRead: (type: string) => boolean
  /** Runs one of the searches that are made all day, under `access`. @default each by itself */
  readonly findHot?: (search: HotSearch) => Promise<HotFound>
  /** Whose Patient the caller can possibly see, as `ownPeople` says. @default not asked */
  readonly ownPeople?: () => Promise<readonly string[] | undefined>
  /** The rows as the caller is shown them: by what is left out nothing is brought along. @default as they are */
  readonly shown?: (rows: readonly FoundRow[]) => Promise<readonly FoundRow[]>
}

export interface SearchResult {
  readonly rows: readonly FoundRow[]
  /** By _include and _revinclude; none of them is among the rows. */
  readonly included: readonly FoundRow[]
  /** All matches the caller may see; absent when it was not asked for and is not known without counting. */
  readonly total?: number
  /** Where the next page begins; absent on the last. */
  readonly next?: Position
}

/**
 * Runs a search.
 *
 * @param after where the page before ended
 * @throws SEARCH_TOO_COSTLY when a chain goes through more than 5,000 resources or includes bring more than 1,000; SEARCH_TOO_SLOW when
 *   the database's own limit of time has passed
 */
export async function search(
  query: SearchQuery,
  rights: SearchRights,
  dependencies: SearchDependencies,
  after?: Position,
): Promise<SearchResult> {
  const context = { ...dependencies, ...rights, database: either(dependencies) }
  const conditions = await narrowed(query.type, await localConditions(query, context), rights)
  if (query.count === 0) return { rows: [], included: [], total: await count(query.type, conditions, context) }
  const found = await page({ type: query.type, conditions, sort: query.sort, limit: query.count + 1, ...(after && { after }) }, context)
  const { shown = async (some: readonly FoundRow[]) => some } = rights
  const rows = await shown(found.slice(0, query.count))
  const last = found.length > query.count ? rows.at(-1) : undefined
  const hasIncludes = query.includes.length + query.revincludes.length > 0
  const total = !last && !after ? rows.length : query.total === 'accurate' ? await count(query.type, conditions, context) : undefined
  return {
    rows,
    included: hasIncludes ? await included(query, rows, { ...context, shown }) : [],
    ...(total !== undefined && { total }),
    ...(last && { next: { keys: last.keys, id: last.id } }),
  }
}

/** Ids of at most `limit` matches, for conditional interactions. @throws SEARCH_TOO_COSTLY */
export async function findIds(
  query: SearchQuery,
  rights: SearchRights,
  dependencies: SearchDependencies,
  limit: number,
): Promise<{ type: string; id: string }[]> {
  const context = { ...dependencies, ...rights, database: either(dependencies) }
  const conditions = await localConditions(query, context)
  const rows = await page({ type: query.type, conditions, sort: query.sort, limit }, context)
  return rows.map(({ type, id }) => ({ type, id }))
}

/** A page of rows; where a person has none in the person's own bucket, those that strayed from it. */
async function page(asked: LocalSearch, { database, access, ...rights }: LinkContext & SearchRights): Promise<readonly FoundRow[]> {
  const { findHot: ask = async (hot: HotSearch) => (await findHot(database, [hot], access))[0] ?? [] } = rights
  const hot = hotSearchOf(asked)
  if (hot !== undefined) {
    const found = await ask(hot)
    if (found !== 'strayed') return found
  } else {
    const people = peopleByNameOf(asked)
    if (people?.people === 'everybody') {
      const { rows } = await database.query<FoundRow>(peopleByNameStatement(people, access))
      if (rows.length === people.limit) return rows // else those without a family name may be left
    }
    const { rows } = await database.query<FoundRow>(pageStatement(asked, access))
    const [person] = asked.conditions.flatMap((condition) => personOf(condition) ?? [])
    if (rows.length > 0 || person === undefined || !(await isStrayed(database, person))) return rows
  }
  return (await database.query<FoundRow>(pageStatement({ ...asked, strayed: true }, access))).rows
}

/** Whether a person has rows outside the person's own bucket. */
async function isStrayed(database: Queryable, person: string): Promise<boolean> {
  const text = 'SELECT 1 FROM passport.strayed WHERE patient = $1 LIMIT 1'
  return (await database.query({ name: 'strayed', text, values: [person] })).rows.length > 0
}

const either = ({ planned, adHoc }: SearchDependencies): Queryable => ({
  query: (statement) =>
    (statement.name === undefined ? adHoc : planned).query<never>(statement).catch((cause: unknown) => {
      throw isCancelled(cause) ? searchRefuse.SEARCH_TOO_SLOW({}, { cause }) : cause
    }),
})

// PostgreSQL's query_canceled: the statement_timeout of the connection has passed.
const isCancelled = (error: unknown) => error instanceof Error && 'code' in error && error.code === '57014'

async function localConditions({ conditions, type }: SearchQuery, context: LinkContext): Promise<LocalCondition[]> {
  const local: LocalCondition[] = []
  for (const condition of conditions) local.push(await followed(condition, type, context))
  return local
}

/** A search over Patients begins with the people whom the caller can possibly see, where these are few. */
async function narrowed(
  type: string,
  conditions: readonly LocalCondition[],
  { ownPeople }: SearchRights,
): Promise<readonly LocalCondition[]> {
  if (type !== 'Patient' || ownPeople === undefined || asksOfFew(conditions)) return conditions
  const people = await ownPeople()
  return people === undefined ? conditions : [...conditions, { kind: 'people', people }]
}

async function count(type: string, conditions: readonly LocalCondition[], { database, access }: LinkContext): Promise<number> {
  const { rows } = await database.query<{ total: string }>(countStatement({ type, conditions }, access))
  return Number(rows[0]?.total ?? 0)
}
