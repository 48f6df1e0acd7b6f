import fc from '@platform/testing/properties'
import t from 'tap'
import { orderOf, parsed, takeApart } from './feed-page.ts'
import { readRpde } from './rpde.ts'

const spaced = (value: unknown, indent: number): string => JSON.stringify(value, null, indent)

t.test('a page taken apart is the page: each item in its own text, whatever its strings hold', (t) => {
  const item = fc.dictionary(fc.string(), fc.jsonValue())
  fc.assert(
    fc.property(fc.array(item), fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 1, 4), (items, others, indent) => {
      const { items: _not, ...rest } = others
      const { texts, rest: read } = takeApart(spaced({ ...rest, items }, indent), ['items'])
      t.strictSame(
        texts.map((text): unknown => JSON.parse(text)),
        JSON.parse(JSON.stringify(items)),
      )
      t.strictSame(read, JSON.parse(JSON.stringify({ ...rest, items: [] })))
    }),
    { numRuns: 200 },
  )
  t.end()
})

t.test('whole numbers of any length are ordered by value', (t) => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), fc.bigInt({ min: 0n, max: 10n ** 40n }), (one, other) => {
      const [mine, theirs] = [orderOf(String(one)) ?? '', orderOf(String(other)) ?? '']
      t.equal(mine < theirs, one < other)
    }),
    { numRuns: 200 },
  )
  for (const no of [-1, 1.5, Number.NaN, '', null, undefined, {}, 2 ** 53]) t.equal(orderOf(no), undefined)
  t.end()
})

t.test('a page that was cut anywhere is unreadable, and never half read', (t) => {
  const page = JSON.stringify({
    next: 'https://p.example/feed?after=2',
    items: [{ id: 'a"b\\', kind: 'K', state: 'updated', modified: 1, data: { x: [1, '}'] } }],
  })
  for (let length = 0; length < page.length; length += 1)
    t.throws(
      () => readRpde(page.slice(0, length), { address: 'https://p.example/feed' }),
      { name: 'PageUnreadable' },
      page.slice(0, length),
    )
  t.equal(readRpde(page, { address: 'https://p.example/feed' }).items[0]?.id, 'a"b\\')
  t.end()
})

t.test('a large modified keeps its digits; a text that looks like one is left alone', (t) => {
  t.same(parsed('{"modified": 12345678901234567890, "data": {"words": "\\"modified\\": 12345678901234567890"}}'), {
    modified: '12345678901234567890',
    data: { words: '"modified": 12345678901234567890' },
  })
  t.end()
})
