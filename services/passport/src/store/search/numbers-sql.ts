// The prefixes over numbers and ranges. FHIR R4 Search, number and quantity. https://hl7.org/fhir/R4/search.html#number
// A stored number has the same low and high; both ends of a stored range belong to it.
import type { NumberTest } from '../../domain/search/query.ts'
import type { Values } from './values.ts'

/** Whether the row has a number under one of the keys that passes any of the tests. */
export function numbersSql(keys: readonly string[], any: readonly NumberTest[], values: Values): string {
  const key = values.add(keys, 'text[]')
  const tests = any.map((test) => `(${sizeSql(test, values)}${unitSql(test, values)})`)
  return `EXISTS (SELECT 1 FROM passport.number_index n WHERE n.bucket = r.bucket AND n.id = r.id AND n.key = ANY(${key}) AND (${tests.join(' OR ')}))`
}

function sizeSql({ prefix, low, high, exact }: NumberTest, values: Values): string {
  const number = (value: number) => values.add(value, 'double precision')
  switch (prefix) {
    case 'eq':
      return `n.low >= ${number(low)} AND n.low < ${number(high)} AND n.high < ${number(high)}`
    case 'ne':
      return `NOT (n.low >= ${number(low)} AND n.high < ${number(high)})`
    case 'gt':
      return `n.high > ${number(exact)}`
    case 'lt':
      return `n.low < ${number(exact)}`
    case 'ge':
      return `n.high >= ${number(exact)}`
    case 'le':
      return `n.low <= ${number(exact)}`
    case 'sa':
      return `n.low > ${number(exact)}`
    case 'eb':
      return `n.high < ${number(exact)}`
    case 'ap':
      return `n.low <= ${number(high)} AND n.high >= ${number(low)}`
  }
}

/** Units are stored as `system|code` or `system|code|unit`; a search without a system may mean the code or the unit as written. */
function unitSql({ unit }: NumberTest, values: Values): string {
  if (!unit) return ''
  if (unit.system !== undefined) {
    const coded = values.add(`${unit.system}|${unit.code}`)
    return ` AND (n.unit = ${coded} OR starts_with(n.unit, ${values.add(`${unit.system}|${unit.code}|`)}))`
  }
  return ` AND ${values.add(unit.code)} = ANY((string_to_array(n.unit, '|'))[2:])`
}
