// FHIR R4 Search, number and quantity. https://hl7.org/fhir/R4/search.html#number, #quantity
import { decimalRange } from '../decimal-range.ts'
import type { Condition, NumberTest } from '../query.ts'
import { storable } from '../text.ts'
import { malformed, unsupported, type Asked } from './asked.ts'
import { splitAt, unescaped } from './escapes.ts'
import { withoutPrefix } from './prefix.ts'

/** @throws SEARCH_VALUE_INVALID, SEARCH_MODIFIER_UNSUPPORTED, SEARCH_PREFIX_UNSUPPORTED */
export function numberCondition({ name, parameter, modifier, values }: Asked): Condition {
  if (modifier !== undefined) unsupported(name, modifier)
  const test = parameter.type === 'number' ? numberTest : quantityTest
  return { kind: 'numbers', keys: parameter.keys, any: values.map((value) => test(value, name)) }
}

/** @throws SEARCH_VALUE_INVALID, SEARCH_PREFIX_UNSUPPORTED */
export function numberTest(value: string, name: string): NumberTest {
  const { prefix, rest } = withoutPrefix(value, name)
  const range = decimalRange(rest)
  if (!range) return malformed(name, 'a number such as 100, 5.40 or 1e3')
  if (prefix !== 'ap') return { prefix, ...range }
  const slack = Math.abs(range.exact) / 10 // R4 suggests 10 % of the stated value
  return { prefix, exact: range.exact, low: range.exact - slack, high: range.exact + slack }
}

/** `5.4|http://unitsofmeasure.org|mg`, `5.4||mg` or `5.4`. @throws SEARCH_VALUE_INVALID, SEARCH_PREFIX_UNSUPPORTED */
export function quantityTest(value: string, name: string): NumberTest {
  const [number = '', system, code, ...more] = splitAt(value, '|').map((part) => storable(unescaped(part)))
  if (more.length > 0 || (system !== undefined && !code)) return malformed(name, 'a number, or number|system|code')
  const test = numberTest(number, name)
  return code === undefined ? test : { ...test, unit: { code, ...(system && { system }) } }
}
