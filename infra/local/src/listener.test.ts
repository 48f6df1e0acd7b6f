import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { listen } from './listener.ts'

t.test('what is no request that can be read is told so, with what to do', async (t) => {
  const listener = await listen('127.0.0.1', 0)
  t.teardown(() => listener.close(0))
  listener.handOver((_request, response) => void response.end('taken'))
  const say = async (text: string): Promise<string> => {
    const socket = connect(listener.port, '127.0.0.1')
    socket.on('error', () => undefined)
    let heard = ''
    socket.setEncoding('latin1').on('data', (part: string) => (heard += part))
    socket.write(text)
    await once(socket, 'close')
    return heard
  }
  const host = 'Host: hub.example\r\n'
  t.match(await say(`GET / HTTP/1.1\r\n${host}X: ${'a'.repeat(20_000)}\r\n\r\n`), /^HTTP\/1\.1 431 .*16 KB\. Send a long search as a form/s)
  t.match(await say(`GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`), /^HTTP\/1\.1 431 /)
  for (const broken of [
    `FROB / HTTP/1.1\r\n${host}\r\n`,
    `POST / HTTP/1.1\r\n${host}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
    '\x16\x03\x01\x00\xee\x01\x00\r\n\r\n',
  ])
    t.match(await say(broken), /^HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text\/plain.*This is no HTTP request/s)
  t.match(await say(`GET / HTTP/1.1\r\n${host}Connection: close\r\n\r\n`), /^HTTP\/1\.1 200 .*taken/s)
})

t.test('a connection that nothing is on is kept for longer than a minute, and says so', async (t) => {
  const listener = await listen('127.0.0.1', 0)
  t.teardown(() => listener.close(0))
  listener.handOver((_request, response) => void response.end('taken'))
  const { headers } = await fetch(`http://127.0.0.1:${listener.port}/`)
  t.equal(headers.get('keep-alive'), 'timeout=72')
})
