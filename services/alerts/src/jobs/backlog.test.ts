import fc from '@platform/testing/properties'
import t from 'tap'
import type { WaitingMessage } from '../store/message-store.ts'
import { backlogOf } from './backlog.ts'

const message = (id: number): WaitingMessage => ({
  id: String(id),
  patient: 'dafydd',
  row: 1,
  content: Buffer.alloc(0),
  receivedAt: new Date(id),
})

/** A table of messages, and a backlog on it that takes `held` into memory and acts on `atOnce`. Those in `bad` fail for ever. */
function onTable({ held, atOnce, bad = [] }: { held: number; atOnce: number; bad?: readonly number[] }) {
  const table = new Map<string, { readonly one: WaitingMessage; attempts: number }>()
  const begun: number[] = []
  let largest = 0
  const backlog = backlogOf({
    held,
    atOnce,
    onError: () => undefined,
    act: async ({ id }) => {
      begun.push(Number(id))
      await new Promise((resolve) => setImmediate(resolve))
      const row = table.get(id)
      if (row !== undefined && bad.includes(Number(id))) row.attempts += 1
      else table.delete(id)
      return !bad.includes(Number(id))
    },
    stored: async (limit) => {
      largest = Math.max(largest, limit)
      return [...table.values()]
        .toSorted((a, b) => a.attempts - b.attempts || Number(a.one.id) - Number(b.one.id))
        .slice(0, limit)
        .map(({ one }) => one)
    },
  })
  const come = (id: number) => {
    table.set(String(id), { one: message(id), attempts: 0 })
    backlog.add(message(id))
  }
  return { table, begun, backlog, come, largest: () => largest }
}

t.test('HAZ-A02: every message is acted on once, in the order in which they came, however many came at once', async () => {
  const bursts = fc.array(fc.nat(12), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(bursts, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }), async (sizes, held, atOnce) => {
      const { table, begun, come, largest } = onTable({ held, atOnce })
      let last = 0
      for (const size of sizes) {
        for (let one = 0; one < size; one += 1) come((last += 1))
        await new Promise((resolve) => setImmediate(resolve))
      }
      while (table.size > 0) await new Promise((resolve) => setImmediate(resolve))
      const all = Array.from({ length: last }, (_, index) => index + 1)
      return table.size === 0 && JSON.stringify(begun) === JSON.stringify(all) && largest() <= held + atOnce
    }),
  )
})

t.test('what a crash left in the table is acted on when all is asked for, the oldest first', async (t) => {
  const { table, begun, backlog } = onTable({ held: 2, atOnce: 1 })
  for (const id of [3, 1, 2, 5, 4]) table.set(String(id), { one: message(id), attempts: 0 })
  await backlog.all()
  t.strictSame(begun, [1, 2, 3, 4, 5])
})

t.test('messages that never cease keep nobody waiting who asks for all, and are not looked for in the table again', async (t) => {
  const { table, begun, backlog, come, largest } = onTable({ held: 5, atOnce: 2 })
  for (const id of [1, 2, 3]) table.set(String(id), { one: message(id), attempts: 0 })
  let done = false
  const all = backlog.all().then(() => (done = true))
  let last = 3
  while (!done) {
    come((last += 1))
    await new Promise((resolve) => setImmediate(resolve))
  }
  await all
  const looked = largest()
  come((last += 1))
  while (table.size > 0) await new Promise((resolve) => setImmediate(resolve))
  t.strictSame(
    begun,
    Array.from({ length: last }, (_, index) => index + 1),
  )
  t.equal(largest(), looked)
})

t.test('what fails is tried once each time, keeps nobody waiting, and is left', async (t) => {
  const { table, begun, backlog } = onTable({ held: 3, atOnce: 1, bad: [1, 2] })
  for (const id of [1, 2, 3, 4, 5, 6]) table.set(String(id), { one: message(id), attempts: 0 })
  await backlog.all()
  t.strictSame(begun, [1, 2, 3, 4, 5, 6])
  t.strictSame([...table.keys()], ['1', '2'])
  await backlog.all()
  t.strictSame(begun.slice(6), [1, 2])
})
