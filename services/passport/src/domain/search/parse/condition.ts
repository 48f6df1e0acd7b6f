import type { Condition } from '../query.ts'
import type { Asked, ParseContext } from './asked.ts'
import { compositeCondition } from './composite.ts'
import { dateCondition } from './date.ts'
import { missingCondition } from './missing.ts'
import { nearCondition } from './near.ts'
import { numberCondition } from './number.ts'
import { referenceCondition } from './reference.ts'
import { stringCondition } from './string.ts'
import { tokenCondition } from './token.ts'
import { uriCondition } from './uri.ts'

/** What a parameter asks for, by its type. @throws SEARCH_VALUE_INVALID, SEARCH_MODIFIER_UNSUPPORTED, SEARCH_PREFIX_UNSUPPORTED, SEARCH_VALUE_SET_UNKNOWN */
export function conditionOf(asked: Asked, context: ParseContext): Condition {
  const { parameter, modifier } = asked
  if (modifier === 'missing' && parameter.type !== 'composite') return missingCondition(asked)
  switch (parameter.type) {
    case 'token':
      return tokenCondition(asked, context)
    case 'reference':
      return referenceCondition(asked, context)
    case 'string':
      return stringCondition(asked)
    case 'date':
      return dateCondition(asked, context)
    case 'number':
    case 'quantity':
      return numberCondition(asked)
    case 'uri':
      return uriCondition(asked)
    case 'composite':
      return compositeCondition(asked, context)
    case 'special':
      return nearCondition(asked)
  }
}
