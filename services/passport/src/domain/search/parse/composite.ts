// FHIR R4 Search, composite. https://hl7.org/fhir/R4/search.html#combining
import { comparableCode } from '../extract/token.ts'
import { pairKey, pairText } from '../extract/composite.ts'
import type { CompositeElement, Composition } from '../composition.ts'
import type { SearchType } from '../definitions.ts'
import type { Condition } from '../query.ts'
import { comparableReference } from '../reference.ts'
import { tokenHash } from '../token-hash.ts'
import { malformed, unsupported, type Asked, type ParseContext } from './asked.ts'
import { conditionOf } from './condition.ts'
import { dateTest } from './date.ts'
import { splitAt, unescaped } from './escapes.ts'
import { numberTest, quantityTest } from './number.ts'
import { stringTest } from './string.ts'
import { writtenToken } from './token.ts'

/** @throws SEARCH_VALUE_INVALID, SEARCH_MODIFIER_UNSUPPORTED, SEARCH_PREFIX_UNSUPPORTED */
export function compositeCondition({ name, parameter, modifier, values }: Asked, context: ParseContext): Condition {
  const { composition } = parameter
  if (modifier !== undefined || !composition) return unsupported(name, modifier ?? 'composite')
  const type = parameter.key.split('.')[0] ?? ''
  const pairs = values.map((value) => {
    const [first = '', second = '', ...more] = splitAt(value, '$')
    if (first === '' || second === '' || more.length > 0) malformed(name, 'two values separated by $')
    return [first, second] as const
  })
  return {
    kind: 'any',
    of: pairs.flatMap((pair) => [
      ...wholeConditions(composition, pair, type, name, context),
      ...composition.elements.map((element) => elementCondition(element, composition.types, pair, name, context)),
    ]),
  }
}

/** Both parts lie on the resource itself: each is searched by the parameter that searches it alone. */
function wholeConditions(
  { whole }: Composition,
  pair: readonly [string, string],
  type: string,
  name: string,
  context: ParseContext,
): Condition[] {
  if (!whole) return []
  const parameters = context.definitions.parametersOf(type)
  const of = whole.flatMap((code, part) => {
    const parameter = parameters.get(code)
    return parameter ? [conditionOf({ name, parameter, values: [pair[part] ?? ''] }, context)] : []
  })
  return [{ kind: 'all', of }]
}

function elementCondition(
  { key }: CompositeElement,
  [firstType, secondType]: Composition['types'],
  pair: readonly [string, string],
  name: string,
  context: ParseContext,
): Condition {
  const first = exactText(pair[0], firstType, name, context)
  const keys = [pairKey(key, first)]
  switch (secondType) {
    case 'token':
    case 'reference':
      return { kind: 'tokens', any: [tokenHash(pairText(key, first, exactText(pair[1], secondType, name, context)))] }
    case 'string':
      return { kind: 'strings', keys, any: [stringTest(unescaped(pair[1]), 'starts', name)] }
    case 'date':
      return { kind: 'dates', keys, any: [dateTest(unescaped(pair[1]), name, context.now)] }
    case 'number':
      return { kind: 'numbers', keys, any: [numberTest(pair[1], name)] }
    case 'quantity':
      return { kind: 'numbers', keys, any: [quantityTest(pair[1], name)] }
    case 'uri':
    case 'composite':
    case 'special':
      return unsupported(name, secondType)
  }
}

/** The part of a pair that is compared exactly, written as `extract/composite.ts` writes it. */
function exactText(value: string, type: SearchType, name: string, { definitions }: ParseContext): string {
  if (type === 'reference') return comparableReference(unescaped(value), definitions.baseUrl) ?? malformed(name, 'a reference and a code')
  const { system, code } = writtenToken(value, name)
  if (code === undefined) return malformed(name, 'a code and a value')
  return system === undefined ? comparableCode(code) : `${system}|${comparableCode(code)}`
}
