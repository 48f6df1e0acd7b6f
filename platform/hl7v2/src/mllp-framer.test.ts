import { processorMs } from '@platform/testing/processor-time'
import fc from '@platform/testing/properties'
import t from 'tap'
import { frame, MllpFramer } from './mllp-framer.ts'

/** Content without the bytes that frame it. */
const content = fc.uint8Array({ min: 0x0e, max: 0x1b, maxLength: 40 }).map((bytes) => Buffer.from(bytes))
const garbage = fc.uint8Array({ min: 0x20, max: 0xff, maxLength: 10 }).map((bytes) => Buffer.from(bytes))
const cuts = fc.array(fc.nat(200), { maxLength: 12 })

function feed(framer: MllpFramer, bytes: Buffer, at: readonly number[]): string[] {
  const places = [0, ...at.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return places
    .slice(1)
    .flatMap((to, index) => framer.push(Buffer.from(bytes.subarray(places[index] ?? 0, to))).map((message) => message.toString('latin1')))
}

t.test('frames are found however the bytes are cut, several in a read, with garbage between', async () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(garbage, content)), garbage, cuts, (parts, tail, at) => {
      const framer = new MllpFramer()
      const bytes = Buffer.concat([...parts.flatMap(([noise, message]) => [noise, frame(message)]), tail])
      const found = feed(framer, bytes, at)
      const noise = parts.reduce((sum, [bytesBefore]) => sum + bytesBefore.length, tail.length)
      return (
        JSON.stringify(found) === JSON.stringify(parts.map(([, message]) => message.toString('latin1'))) &&
        framer.garbageBytes === noise &&
        !framer.unfinished
      )
    }),
  )
})

t.test('a sender that starts again loses only the frame it left unfinished', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ min: 0x20, max: 0x7f, maxLength: 30 }), content, cuts, (unfinished, message, at) => {
      const framer = new MllpFramer()
      const found = feed(framer, Buffer.concat([Buffer.from([0x0b, ...unfinished]), frame(message)]), at)
      return found.length === 1 && found[0] === message.toString('latin1') && framer.restarts === 1
    }),
  )
})

t.test('FS without CR ends a frame when VT follows, and is content when anything else does', async () => {
  fc.assert(
    fc.property(cuts, (at) => {
      const found = feed(new MllpFramer(), Buffer.from('\x0bone\x1c\x0btw\x1co\x1c\rxx\x0bthree\x1c\r', 'latin1'), at)
      return JSON.stringify(found) === JSON.stringify(['one', 'tw\x1co', 'three'])
    }),
  )
})

t.test('any bytes at all are survived, and everything is accounted for', async () => {
  const bytes = fc.array(fc.oneof(fc.constantFrom(0x0b, 0x1c, 0x0d), fc.nat(255)), { maxLength: 300 })
  fc.assert(
    fc.property(bytes, cuts, (all, at) => {
      const whole = feed(new MllpFramer(), Buffer.from(all), [])
      return JSON.stringify(feed(new MllpFramer(), Buffer.from(all), at)) === JSON.stringify(whole)
    }),
  )
})

t.test('a frame over the limit stops the reader after the good frames before it', async (t) => {
  for (const text of ['\x0bok\x1c\r\x0b' + 'x'.repeat(11), '\x0bok\x1c\r\x0b' + 'xxxx\x1cx'.repeat(3)]) {
    for (const at of [[], [3, 9, 14], Array.from(text, (_, index) => index)]) {
      const framer = new MllpFramer({ maxBytes: 10 })
      t.strictSame(feed(framer, Buffer.from(text, 'latin1'), at), ['ok'])
      t.ok(framer.overflowed)
      t.strictSame(framer.push(Buffer.from('\x0bmore\x1c\r')), [])
    }
  }
  const exact = new MllpFramer({ maxBytes: 10 })
  t.strictSame(exact.push(Buffer.from('\x0b' + 'x'.repeat(10) + '\x1c\r')).length, 1)
})

t.test('the cost of a large frame grows with its size, not with the number of reads', async (t) => {
  const chunk = Buffer.alloc(1024, 0x41)
  const time = (chunks: number) =>
    processorMs(() => {
      const framer = new MllpFramer({ maxBytes: 2 ** 30 })
      framer.push(Buffer.from([0x0b]))
      for (let sent = 0; sent < chunks; sent += 1) framer.push(chunk)
      t.equal(framer.push(Buffer.from([0x1c, 0x0d]))[0]?.length, chunks * 1024)
    })
  await time(500)
  const [small, large] = [await time(1_000), await time(20_000)]
  t.ok(large < Math.max(small, 2) * 200, `20 times the size took ${String(Math.round(large / small))} times as long`) // a square would take 400 times
})
