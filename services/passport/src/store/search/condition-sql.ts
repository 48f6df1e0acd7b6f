import { unreachable } from '@platform/fhir/errors'
import type { ChainCondition, Condition, HasCondition } from '../../domain/search/query.ts'
import { datesSql, updatedSql } from './dates-sql.ts'
import { identifierSql, idsSql, patientSql } from './ids-sql.ts'
import { nearSql } from './near-sql.ts'
import { numbersSql } from './numbers-sql.ts'
import { peopleSql } from './own-people.ts'
import { stringsSql } from './strings-sql.ts'
import { tokensSql } from './tokens-sql.ts'
import type { Values } from './values.ts'

/** A condition whose chains have been followed: nothing in it looks at another resource any more. */
export type LocalCondition =
  | Exclude<Condition, ChainCondition | HasCondition | { kind: 'all' | 'any' }>
  | { readonly kind: 'all' | 'any'; readonly of: readonly LocalCondition[] }
  /** About one of these people. */
  | { readonly kind: 'people'; readonly people: readonly string[] }

export interface ConditionOptions {
  /** Whether the index of tokens may be used; within one person's rows it may not. */
  readonly indexed: boolean
  /** Whether rows of a person are looked for outside the person's bucket too. */
  readonly strayed: boolean
}

/** A condition as SQL over the alias r. */
export function conditionSql(condition: LocalCondition, values: Values, options: ConditionOptions): string {
  switch (condition.kind) {
    case 'tokens':
      return tokensSql(condition.any, values, { indexed: options.indexed, not: condition.not === true })
    case 'identifier':
      return options.indexed ? identifierSql(condition.any, values) : tokensSql(condition.tokens, values, options)
    case 'dates':
      return datesSql(condition.keys, condition.any, values)
    case 'strings':
      return stringsSql(condition.keys, condition.any, values)
    case 'numbers':
      return numbersSql(condition.keys, condition.any, values)
    case 'near':
      return nearSql(condition.keys, condition.any, values)
    case 'updated':
      return updatedSql(condition.any, values)
    case 'ids':
      return idsSql(condition.ids, values, { not: condition.not === true })
    case 'patient':
      return patientSql(condition.id, values, options)
    case 'people':
      return peopleSql(condition.people, values)
    case 'all':
      return condition.of.length === 0 ? 'true' : `(${condition.of.map((one) => conditionSql(one, values, options)).join(' AND ')})`
    case 'any':
      return condition.of.length === 0 ? 'false' : `(${condition.of.map((one) => conditionSql(one, values, options)).join(' OR ')})`
    default:
      throw unreachable(condition)
  }
}
