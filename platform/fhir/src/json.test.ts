import fc from '@platform/testing/properties'
import t from 'tap'
import { parseJson } from './json.ts'
import { Refusal } from './errors.ts'

const codeOf = (text: string): string => {
  try {
    parseJson(text)
    return 'accepted'
  } catch (error) {
    return error instanceof Refusal ? error.code : 'crashed'
  }
}

t.test('decimals keep their digits', async (t) => {
  const text = '{"a":1.50,"b":[0.10,1e2,-0],"c":{"d":10}}'
  t.equal(JSON.stringify(parseJson(text).exact), text)
  t.same(parseJson(text).value, { a: 1.5, b: [0.1, 100, -0], c: { d: 10 } })
})

t.test('a document without such numbers is held once', async (t) => {
  const { value, exact } = parseJson('{"a":1.5,"b":"1.50","c":[7]}')
  t.equal(value, exact)
})

t.test('what would be read in two ways is refused', async (t) => {
  t.equal(codeOf('{"a":1,"a":2}'), 'JSON_DUPLICATE_KEY')
  t.equal(codeOf('{"a":{"b":1,"\\u0062":2}}'), 'JSON_DUPLICATE_KEY')
  t.equal(codeOf('{"__proto__":{}}'), 'JSON_FORBIDDEN_KEY')
  t.equal(codeOf('{"a":[{"constructor":1}]}'), 'JSON_FORBIDDEN_KEY')
  t.equal(codeOf('{"a":'), 'JSON_MALFORMED')
  t.equal(codeOf('[1,]'), 'JSON_MALFORMED')
  t.equal(codeOf(''), 'JSON_MALFORMED')
})

t.test('nesting is bounded before anything recurses', async (t) => {
  t.equal(codeOf('['.repeat(64) + ']'.repeat(64)), 'accepted')
  t.equal(codeOf('['.repeat(65) + ']'.repeat(65)), 'JSON_TOO_DEEP')
  t.equal(codeOf('{"a":'.repeat(1_000_000)), 'JSON_TOO_DEEP')
})

t.test('any JSON value is read as JSON.parse reads it, and written as it came', async () => {
  const keys = fc.string().filter((key) => !['__proto__', 'constructor', 'prototype'].includes(key))
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('tree')),
      fc.dictionary(keys, tie('tree'), { noNullPrototype: true }),
    ),
  }))
  fc.assert(
    fc.property(tree, (value) => {
      const text = JSON.stringify(value)
      const parsed = parseJson(text)
      return JSON.stringify(parsed.value) === text && JSON.stringify(parsed.exact) === text
    }),
  )
})
