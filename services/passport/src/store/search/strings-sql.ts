// FHIR R4 Search, string. https://hl7.org/fhir/R4/search.html#string
import type { StringTest } from '../../domain/search/query.ts'
import type { Values } from './values.ts'

/** Whether the row has a text under one of the keys that passes any of the tests. */
export function stringsSql(keys: readonly string[], any: readonly StringTest[], values: Values): string {
  const key = values.add(keys, 'text[]')
  const tests = any.map((test) => stringTestSql(test, values))
  return `EXISTS (SELECT 1 FROM passport.string_index s WHERE s.bucket = r.bucket AND s.id = r.id AND s.key = ANY(${key}) AND (${tests.join(' OR ')}))`
}

function stringTestSql(test: StringTest, values: Values): string {
  switch (test.match) {
    case 'starts':
      // A range and not LIKE: the index serves it whatever the plan knows of the value.
      return `(s.value >= ${values.add(test.value)} AND s.value < ${values.add(afterAllWith(test.value))})`
    case 'exact':
      return `(s.value = ${values.add(test.value)} AND s.exact = ${values.add(test.exact)})`
    case 'contains': {
      // Only the first 500 characters of a text are kept comparable; beyond them accents count.
      const value = values.add(test.value, 'text')
      return `(strpos(s.value, ${value}) > 0 OR (length(s.exact) > 500 AND strpos(lower(s.exact), ${value}) > 0))`
    }
  }
}

/** The first text after all texts that begin with this one, in the order of code points (collation "C"). */
function afterAllWith(prefix: string): string {
  const points = [...prefix]
  const last = points.pop()?.codePointAt(0) ?? 0
  const next = last === 0xd7ff ? 0xe000 : last + 1 // the surrogates between are no characters
  return next > 0x10ffff ? afterAllWith(points.join('')) : points.join('') + String.fromCodePoint(next)
}
