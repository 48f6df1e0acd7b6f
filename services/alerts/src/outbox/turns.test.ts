import t from 'tap'
import { turnsOf } from './turns.ts'

t.test('so much at once goes to one receiver, at once where there is room, and others do not wait with it', async (t) => {
  const turns = turnsOf(2)
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const begin = async (receiver: string, place: bigint) => {
    const name = `${receiver}${String(place)}`
    return turns.take(receiver, place, async () => {
      begun.push(name)
      return new Promise<void>((resolve) => ends.set(name, resolve))
    })
  }
  const first = begin('a', 1n)
  const second = begin('a', 2n)
  t.strictSame(begun, ['a1', 'a2'], 'before anything else is done')
  const others = [begin('a', 5n), begin('a', 6n), begin('a', 3n), begin('b', 9n)]
  t.strictSame(begun, ['a1', 'a2', 'b9'])
  ends.get('a2')?.()
  await second
  ends.get('a1')?.()
  await first
  t.strictSame(begun, ['a1', 'a2', 'b9', 'a3', 'a5'], 'what came first goes first, though it came back last')
  for (const name of ['a3', 'a5', 'b9']) ends.get(name)?.()
  await Promise.all([others[0], others[2], others[3]])
  ends.get('a6')?.()
  await Promise.all(others)
})

t.test('what fails leaves its turn to the next', async (t) => {
  const turns = turnsOf(1)
  const failing = turns.take('a', 1n, async () => Promise.reject(new Error('no')))
  const next = turns.take('a', 2n, async () => 'told')
  await t.rejects(failing, { message: 'no' })
  t.equal(await next, 'told')
})
