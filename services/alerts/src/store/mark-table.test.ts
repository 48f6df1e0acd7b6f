import { createHash } from 'node:crypto'
import fc from '@platform/testing/properties'
import t from 'tap'
import { MARK_BYTES, MarkTable } from './mark-table.ts'

const markOf = (of: string | number) => createHash('sha256').update(String(of)).digest().subarray(0, MARK_BYTES)

t.test('it holds what was put into it, and nothing else', async () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 })), fc.integer({ min: 0, max: 50 }), (put, asked) => {
      const table = new MarkTable()
      const known = new Set<number>()
      for (const each of put) {
        const isNew = !known.has(each)
        known.add(each)
        if (table.add(markOf(each)) !== isNew) return false
      }
      return table.size === known.size && table.has(markOf(asked)) === known.has(asked)
    }),
  )
})

t.test('it grows, and keeps what it holds', async (t) => {
  const table = new MarkTable()
  for (let at = 0; at < 20_000; at += 1) table.add(markOf(at))
  t.equal(table.size, 20_000)
  for (let at = 0; at < 20_000; at += 1) if (!table.has(markOf(at))) t.fail(`${at} is lost`)
  t.equal(table.has(markOf('another')), false)
})

t.test('a mark that begins with noughts, and one in the midst of other bytes, are marks like any other', async (t) => {
  const table = new MarkTable()
  const noughts = Buffer.alloc(MARK_BYTES)
  t.equal(table.has(noughts), false)
  t.equal(table.add(noughts), true)
  t.equal(table.add(noughts), false)
  const joined = Buffer.concat([markOf(1), markOf(2)])
  table.add(joined, MARK_BYTES)
  t.equal(table.has(markOf(2)), true)
  t.equal(table.has(markOf(1)), false)
})
