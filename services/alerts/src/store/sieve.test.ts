import t from 'tap'
import fc from '@platform/testing/properties'
import { Sieve } from './sieve.ts'

t.test('HAZ-A02: what was added is never said to be absent', async () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3), fc.string()), { maxLength: 300 }), fc.nat(10), (keys, room) => {
      const sieve = new Sieve(room)
      for (const [kind, key] of keys) sieve.add(kind, key)
      return keys.every(([kind, key]) => sieve.mayHold(kind, [key]) && sieve.mayHold(kind, ['another', key, '']))
    }),
  )
})

t.test('what was not added is seldom said to be there, until it is full', async (t) => {
  const sieve = new Sieve(20_000)
  for (let one = 0; one < 20_000; one += 1) sieve.add(1, `999${String(one).padStart(7, '0')}`)
  t.notOk(sieve.isFull)
  let wrong = 0
  for (let one = 0; one < 20_000; one += 1) if (sieve.mayHold(1, [`888${String(one).padStart(7, '0')}`])) wrong += 1
  t.ok(wrong < 1_500, `${String(wrong)} of 20,000 are looked up for nothing`)
  t.notOk(Array.from({ length: 200 }, (_, one) => sieve.mayHold(2, [`999${String(one).padStart(7, '0')}`])).every(Boolean), 'another kind')
  for (let one = 0; one < 40_000; one += 1) sieve.add(2, String(one))
  t.ok(sieve.isFull)
})
