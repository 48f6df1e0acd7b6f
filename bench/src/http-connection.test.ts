import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { HttpConnection, openConnection, requestBytes } from './http-connection.ts'

/** A connection to a server that answers each request with the next of these, byte by byte or at once. */
async function answering(t: Test, answers: readonly string[], split: (answer: string) => readonly string[]): Promise<HttpConnection> {
  const left = [...answers]
  const server = createServer((socket: Socket) => {
    socket.on('error', () => {})
    socket.on('data', () => {
      const answer = left.shift()
      if (answer === undefined) socket.end()
      else for (const piece of split(answer)) socket.write(piece)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const connection = await openConnection((server.address() as AddressInfo).port)
  t.teardown(() => {
    connection.close()
    server.close()
  })
  return connection
}

const request = requestBytes({ method: 'GET', path: '/fhir/Patient/1' })
const ANSWERS = [
  'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfirst',
  'HTTP/1.1 201 Created\r\nLocation: /x\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nsecond\r\n5\r\n part\r\n0\r\n\r\n',
  'HTTP/1.1 204 No Content\r\netag: W/"1"\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
]

for (const [how, split] of [
  ['at once', (answer: string) => [answer]],
  ['byte by byte', (answer: string) => [...answer]],
] as const) {
  t.test(`an answer is whole however it arrives: ${how}`, async (t) => {
    const connection = await answering(t, ANSWERS, split)
    t.match(await connection.send(request, { keepBody: true }), { status: 200, body: 'first' })
    t.match(await connection.send(request, { keepBody: true }), { status: 201, head: /Location: \/x/, body: 'second part' })
    t.match(await connection.send(request, { keepBody: true }), { status: 204, body: '' })
    t.match(await connection.send(request, { keepBody: true }), { status: 200, body: '' })
  })
}

t.test('a body is kept only where it was asked for, or says what went wrong', async (t) => {
  const connection = await answering(
    t,
    ['HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nkept', 'HTTP/1.1 500 Oh\r\ncontent-length: 3\r\n\r\nwhy'],
    (answer) => [answer],
  )
  t.match(await connection.send(request), { status: 200, body: '' })
  t.match(await connection.send(request), { status: 500, body: 'why' })
})

t.test('a server that goes away is an error, not a wait', async (t) => {
  const connection = await answering(t, [], (answer) => [answer])
  await t.rejects(connection.send(request), { message: /closed the connection/ })
})

t.test('a request says how long its body is in bytes', async (t) => {
  t.equal(
    requestBytes({ method: 'POST', path: '/x', headers: { accept: 'a/b' }, body: 'é' }).toString(),
    'POST /x HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: a/b\r\ncontent-length: 2\r\n\r\né',
  )
})
