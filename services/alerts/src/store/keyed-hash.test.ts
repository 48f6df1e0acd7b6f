import { createHmac } from 'node:crypto'
import fc from '@platform/testing/properties'
import t from 'tap'
import { keyedHash } from './keyed-hash.ts'

const secret = fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes))
const text = fc.array(fc.constantFrom('PAS', '\u0000', 'é', 'Ł', '😀'), { maxLength: 6 }).map((parts) => parts.join(''))
const content = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc.constantFrom(16_000, 16_320, 16_321, 20_000).map((length) => new Uint8Array(length)),
)

t.test('it is the HMAC of the text and the bytes, call after call', async () => {
  fc.assert(
    fc.property(secret, fc.array(fc.tuple(text, content), { maxLength: 4 }), (key, asked) => {
      const hashed = keyedHash(key)
      return asked.every(([text, bytes]) => hashed(text, bytes) === createHmac('sha256', key).update(text).update(bytes).digest('binary'))
    }),
  )
})

t.test('a key that is longer than a block is refused', async (t) => {
  t.throws(() => keyedHash(Buffer.alloc(65)), TypeError)
})
