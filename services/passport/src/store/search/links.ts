// Chains and reverse chains are followed one step at a time, each step under the caller's policy and with a limit, until only conditions
// on the resource itself are left. FHIR R4 Search, chaining. https://hl7.org/fhir/R4/search.html#chaining, #has
import type { Queryable } from '@platform/service/database'
import { namesThePerson } from '../../domain/search/compartment.ts'
import type { SearchDefinitions } from '../../domain/search/definitions.ts'
import { pointedTo } from '../../domain/search/includes.ts'
import type { ChainCondition, Condition, HasCondition } from '../../domain/search/query.ts'
import { searchRefuse } from '../../domain/search/refusals.ts'
import { tokenHash, tokenText } from '../../domain/search/token-hash.ts'
import { stepStatement, type Access } from '../search-sql.ts'
import type { LocalCondition } from './condition-sql.ts'

/** How many resources one step of a chain may go through. */
const MOST_LINKED = 5000

/** What following a chain needs. */
export interface LinkContext {
  readonly database: Queryable
  readonly definitions: SearchDefinitions
  readonly access: Access
  /** Whether the caller's scopes cover a type at all: what may not be read may not be searched through. */
  readonly mayRead: (type: string) => boolean
}

/**
 * A condition on resources of a type with every chain in it followed.
 *
 * @throws SEARCH_TOO_COSTLY when a step matches more than 5,000 resources
 */
export async function followed(condition: Condition, type: string, context: LinkContext): Promise<LocalCondition> {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return { kind: condition.kind, of: await Promise.all(condition.of.map((one) => followed(one, type, context))) }
    case 'chain':
      return followedChain(condition, context)
    case 'has':
      return { kind: 'ids', ids: await referredTo(condition, type, context) }
    default:
      return condition
  }
}

async function followedChain({ parameter, keys, targets, compartment }: ChainCondition, context: LinkContext): Promise<LocalCondition> {
  const references: { type: string; id: string }[] = []
  for (const { type, condition } of targets) {
    if (!context.mayRead(type)) continue
    const local = await followed(condition, type, context)
    for (const id of await step({ type, condition: local, column: 'id', parameter }, context)) references.push({ type, id })
    if (references.length > MOST_LINKED) throw tooCostly(parameter)
  }
  const [only, ...more] = references
  if (compartment && only?.type === 'Patient' && more.length === 0) return { kind: 'patient', id: only.id }
  return {
    kind: 'tokens',
    any: references.flatMap(({ type, id }) => keys.map((key) => tokenHash(tokenText.reference(key, `${type}/${id}`)))),
  }
}

/** Ids of the resources of a type that others refer to, of which something holds. */
async function referredTo(has: HasCondition, type: string, context: LinkContext): Promise<string[]> {
  const parameter = context.definitions.parametersOf(has.type).get(has.reference)
  if (!parameter || !context.mayRead(has.type)) return []
  const condition = await followed(has.condition, has.type, context)
  const found = (column: 'patient' | 'content') => step({ type: has.type, condition, column, parameter: has.parameter }, context)
  if (type === 'Patient' && namesThePerson(parameter) === 'exactly') return found('patient')
  const ids = (await found('content')).flatMap((content) =>
    pointedTo(JSON.parse(content) as object, parameter.paths, context.definitions.baseUrl).flatMap((target) =>
      target.type === type ? [target.id] : [],
    ),
  )
  return [...new Set(ids)]
}

interface Step {
  readonly type: string
  readonly condition: LocalCondition
  readonly column: 'id' | 'patient' | 'content'
  readonly parameter: string
}

async function step({ type, condition, column, parameter }: Step, { database, access }: LinkContext): Promise<string[]> {
  const { rows } = await database.query<{ value: string | null }>(
    stepStatement({ type, conditions: [condition], limit: MOST_LINKED + 1 }, column, access),
  )
  if (rows.length > MOST_LINKED) throw tooCostly(parameter)
  return rows.flatMap(({ value }) => value ?? [])
}

const tooCostly = (parameter: string) => searchRefuse.SEARCH_TOO_COSTLY({ parameter, limit: MOST_LINKED }, { expression: parameter })
