import { once } from 'node:events'
import { connect } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from '@platform/testing/properties'
import t from 'tap'
import { acknowledge, controlIds, readAcknowledgement } from '@platform/hl7v2/acknowledgement'
import { allowList } from '@platform/hl7v2/allow-list'
import { readMessages } from '@platform/hl7v2/message'
import { connectMllp } from '@platform/hl7v2/mllp-client'
import { frame, MllpFramer } from '@platform/hl7v2/mllp-framer'
import { startMllpServer, type FrameHandler, type MllpServerOptions } from '@platform/hl7v2/mllp-server'

const message = (id: string) => Buffer.from(`MSH|^~\\&|PAS|RZZ01|HUB|HR|20261121021400||ADT^A01|${id}|P|2.4\rPID|1||9990004447^^^NHS^NH\r`)
const newControlId = controlIds('T')
const acknowledgeAll: FrameHandler = (content) =>
  readMessages(content).flatMap((each) =>
    acknowledge(each, { verdict: each.readable ? 'accept' : 'reject', newControlId, at: new Date(0) }),
  )

const listen = async (options: Partial<MllpServerOptions> = {}) =>
  startMllpServer({ host: '127.0.0.1', port: 0, allow: allowList('loopback'), handle: acknowledgeAll, ...options })
const answered = (answer: Buffer) => {
  const [ack] = readMessages(answer)
  return ack === undefined ? undefined : readAcknowledgement(ack)?.answers
}
const ids = (count: number) => Array.from({ length: count }, (_, index) => `M${String(index)}`)

/** Writes bytes as they are and gives everything that comes back until the listener closes. */
async function talk(port: number, ...pieces: readonly Uint8Array[]): Promise<Buffer> {
  const socket = connect({ host: '127.0.0.1', port })
  const heard: Buffer[] = []
  socket.on('data', (chunk) => heard.push(chunk))
  socket.on('error', () => {})
  const closed = once(socket, 'close')
  for (const piece of pieces) {
    socket.write(piece)
    await nextTurn()
  }
  socket.end()
  await closed
  return Buffer.concat(heard)
}

t.test('answers come in the order of the messages, whatever takes longer', async (t) => {
  let release: () => void = () => {}
  const slow = new Promise<void>((resolve) => (release = resolve))
  await using server = await listen({
    handle: async (content, peer) => {
      if (content.includes('M0')) await slow
      else if (content.includes('M2')) release()
      return acknowledgeAll(content, peer)
    },
  })
  await using client = await connectMllp({ host: '127.0.0.1', port: server.port })
  t.strictSame((await Promise.all(ids(3).map(async (id) => client.send(message(id))))).map(answered), ids(3))
})

t.test('a sender that pipelines hundreds of messages gets hundreds of answers', async (t) => {
  await using server = await listen({
    maxInFlight: 8,
    handle: async (content, peer) => nextTurn().then(() => acknowledgeAll(content, peer)),
  })
  await using client = await connectMllp({ host: '127.0.0.1', port: server.port })
  t.strictSame((await Promise.all(ids(500).map(async (id) => client.send(message(id))))).map(answered), ids(500))
})

t.test('what is being answered holds no more memory than it may: the others wait, and all are answered in the end', async (t) => {
  let atOnce = 0
  let most = 0
  await using server = await listen({
    maxBytesInHand: 1,
    handle: async (content, peer) => {
      atOnce += 1
      most = Math.max(most, atOnce)
      await nextTurn()
      atOnce -= 1
      return acknowledgeAll(content, peer)
    },
  })
  const clients = await Promise.all(Array.from({ length: 4 }, async () => connectMllp({ host: '127.0.0.1', port: server.port })))
  const answers = await Promise.all(clients.flatMap((client) => ids(20).map(async (id) => client.send(message(id)))))
  t.strictSame(
    answers.map(answered),
    clients.flatMap(() => ids(20)),
  )
  t.equal(most, 1)
  for (const client of clients) await client[Symbol.asyncDispose]()
})

t.test('a hundred connections are served beside one that sends a byte at a time', async (t) => {
  await using server = await listen()
  const slow = talk(server.port, ...[...frame(message('SLOW'))].map((byte) => Buffer.from([byte])))
  const clients = await Promise.all(Array.from({ length: 100 }, async () => connectMllp({ host: '127.0.0.1', port: server.port })))
  t.strictSame((await Promise.all(clients.map(async (client, index) => client.send(message(`M${String(index)}`))))).map(answered), ids(100))
  t.equal(new MllpFramer().push(await slow).map(answered)[0], 'SLOW')
  for (const client of clients) await client[Symbol.asyncDispose]()
})

t.test('a frame over the limit closes the connection after the good frames before it are answered', async (t) => {
  await using server = await listen({ maxFrameBytes: 1_000 })
  const back = await talk(server.port, Buffer.concat([frame(message('GOOD')), Buffer.from([0x0b]), Buffer.alloc(5_000, 0x41)]))
  t.strictSame(new MllpFramer().push(back).map(answered), ['GOOD'])
  t.equal(server.counts.tooLarge, 1)
})

t.test('a handler that fails closes the connection without an answer; what came before it is answered', async (t) => {
  await using server = await listen({
    handle: async (content, peer) => {
      if (content.includes('BAD')) throw new Error('the store is down')
      return acknowledgeAll(content, peer)
    },
  })
  await using client = await connectMllp({ host: '127.0.0.1', port: server.port })
  const [good, bad] = await Promise.allSettled([client.send(message('GOOD')), client.send(message('BAD'))])
  t.equal(good.status === 'fulfilled' ? answered(good.value) : '', 'GOOD')
  t.equal(bad.status, 'rejected')
})

t.test('an unfinished frame that goes quiet is closed, a connection between frames is not', async (t) => {
  await using server = await listen({ unfinishedIdleMs: 20 })
  await using quiet = await connectMllp({ host: '127.0.0.1', port: server.port })
  await using stuck = await connectMllp({ host: '127.0.0.1', port: server.port })
  stuck.socket.write('\x0bMSH|')
  await once(stuck.socket, 'close')
  t.equal(server.counts.idleClosed, 1)
  t.equal(answered(await quiet.send(message('STILL'))), 'STILL')
})

t.test('who is not on the list is not served, nor is one connection too many from an address', async (t) => {
  await using closed = await listen({ allow: allowList('10.0.0.0/8') })
  t.equal((await talk(closed.port, frame(message('M1')))).length, 0)
  await using narrow = await listen({ maxConnectionsPerAddress: 1 })
  await using first = await connectMllp({ host: '127.0.0.1', port: narrow.port })
  t.equal(answered(await first.send(message('M1'))), 'M1')
  t.equal((await talk(narrow.port, frame(message('M2')))).length, 0)
  t.equal(narrow.counts.refusedConnections, 1)
})

t.test('the allow list reads addresses, networks and "loopback", and names what it cannot read', async (t) => {
  const allow = allowList('loopback, 10.1.0.0/16 2001:db8::1')
  for (const yes of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.1.200.3', '2001:db8::1']) t.ok(allow(yes), yes)
  for (const no of ['10.2.0.1', '192.168.0.1', '2001:db8::2', '', 'localhost']) t.notOk(allow(no), no)
  t.throws(() => allowList('hospital.example'), /"hospital.example"/)
  t.throws(() => allowList('10.0.0.0/33'), /10\.0\.0\.0\/33/)
})

t.test('whatever is sent, the listener answers what it can read and lives on', async (t) => {
  await using server = await listen({ maxFrameBytes: 10_000 })
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom('\x0b', '\x1c\r', '\x1c', '\r', 'MSH|^~\\&|', 'MSH|', 'FHS|^~\\&|\r', '\x0bMSH|^~\\&|A|B|C|D|E||ADT^A01|X|P|2.4\x1c\r')
      .map((text) => Buffer.from(text, 'latin1')),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      const back = await talk(server.port, ...pieces)
      for (const answer of new MllpFramer().push(back)) if (answered(answer) === undefined) return false
      return true
    }),
    { numRuns: 60 },
  )
  await using client = await connectMllp({ host: '127.0.0.1', port: server.port })
  t.equal(answered(await client.send(message('ALIVE'))), 'ALIVE')
})
