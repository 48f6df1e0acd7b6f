/** MLLP over TLS: who comes without a certificate of the hospital's authority is not heard. ATNA Secure Node, mutual TLS. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { once } from 'node:events'
import { createConnection } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import t from 'tap'
import { until } from '@platform/testing/until'
import { frame } from '../src/mllp-framer.ts'
import { startMllpServer } from '../src/mllp-server.ts'

const has = (() => {
  try {
    return execFileSync('openssl', ['version'], { stdio: 'pipe' }).length > 0
  } catch {
    return false
  }
})()

const SKIP = has ? false : 'openssl is not installed'

/** An authority, a hub and an engine that it vouches for, an engine whose certificate is over, and a stranger that vouches for itself. */
function certificates(folder: string): (name: string) => string {
  const file = (name: string) => join(folder, name)
  const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' })
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  for (const [name, subject] of [
    ['authority', 'Hospital authority'],
    ['stranger', 'Somebody else'],
  ] as const)
    openssl('req', '-x509', ...curve, '-days', '2', '-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', `/CN=${subject}`)
  const days = { hub: '2', engine: '2', over: '-1' }
  for (const [name, until] of Object.entries(days)) {
    openssl('req', ...curve, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    const by = ['-CA', 'authority.pem', '-CAkey', 'authority.key', '-set_serial', '1']
    openssl('x509', '-req', '-in', `${name}.csr`, ...by, '-days', until, '-out', `${name}.pem`)
  }
  return (name) => readFileSync(file(name), 'utf8')
}

t.test('only a sender with a certificate of the authority is heard, and it is said why another is not', { skip: SKIP }, async (t) => {
  const pem = certificates(t.testdir())
  const troubles: string[] = []
  const heard: string[] = []
  await using server = await startMllpServer({
    host: '127.0.0.1',
    port: 0,
    allow: () => true,
    tls: { key: pem('hub.key'), cert: pem('hub.pem'), ca: pem('authority.pem') },
    onTrouble: ({ address, what, why = '' }) => troubles.push(`${address} ${what} ${why}`.trim()),
    handle: (content) => {
      heard.push(content.toString('latin1'))
      return [Buffer.from('MSA|AA|1\r')]
    },
  })
  const answer = async (own: { key?: string; cert?: string }) =>
    new Promise<string>((resolve) => {
      const socket: TLSSocket = connect({
        host: '127.0.0.1',
        port: server.port,
        ca: pem('authority.pem'),
        checkServerIdentity: () => undefined,
        ...own,
      })
      socket.once('data', (bytes: Buffer) => {
        resolve(bytes.toString('latin1'))
        socket.destroy()
      })
      socket.once('error', () => resolve('refused'))
      socket.once('close', () => resolve('refused'))
      socket.write(frame(Buffer.from(`MSH|${own.cert === undefined ? 'nobody' : 'somebody'}\r`)))
    })
  t.match(await answer({ key: pem('engine.key'), cert: pem('engine.pem') }), /MSA\|AA\|1/)
  t.equal(await answer({}), 'refused')
  t.equal(await answer({ key: pem('stranger.key'), cert: pem('stranger.pem') }), 'refused')
  t.equal(await answer({ key: pem('over.key'), cert: pem('over.pem') }), 'refused')
  t.strictSame(heard, ['MSH|somebody\r'])
  await until('every refusal was told', () => troubles.length >= 3)
  t.strictSame(troubles, [
    '127.0.0.1 handshake ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE',
    '127.0.0.1 certificate',
    '127.0.0.1 certificate',
  ])
  t.equal(server.counts.refusedConnections, 3)
})

t.test('a handshake that hangs holds the place of a connection for its time and no longer', { skip: SKIP }, async (t) => {
  const pem = certificates(t.testdir())
  const troubles: string[] = []
  await using server = await startMllpServer({
    host: '127.0.0.1',
    port: 0,
    allow: () => true,
    tls: { key: pem('hub.key'), cert: pem('hub.pem'), ca: pem('authority.pem') },
    handshakeMs: 300,
    maxConnectionsPerAddress: 2,
    onTrouble: ({ what, why = '' }) => troubles.push(`${what} ${why}`.trim()),
    handle: () => [],
  })
  const hang = () => {
    const socket = createConnection({ host: '127.0.0.1', port: server.port })
    socket.on('error', () => {})
    t.teardown(() => socket.destroy())
    return once(socket, 'close')
  }
  const hanging = [hang(), hang()]
  await until('both are connected', () => server.connections === 2)
  await hang() // one more of the same address is not let in
  t.strictSame(troubles, ['too-many'])
  await Promise.all(hanging)
  await until('both have gone', () => server.connections === 0)
  t.strictSame(troubles, ['too-many', 'handshake ERR_TLS_HANDSHAKE_TIMEOUT', 'handshake ERR_TLS_HANDSHAKE_TIMEOUT'])

  const engine = connect({
    host: '127.0.0.1',
    port: server.port,
    ca: pem('authority.pem'),
    key: pem('engine.key'),
    cert: pem('engine.pem'),
    checkServerIdentity: () => undefined,
  })
  await once(engine, 'secureConnect')
  t.equal(server.connections, 1)
  engine.destroy()
})

t.test('who may not connect is not even greeted, and whoever greets does not hold up the end', { skip: SKIP }, async (t) => {
  const pem = certificates(t.testdir())
  const tls = { key: pem('hub.key'), cert: pem('hub.pem'), ca: pem('authority.pem') }
  const asked: string[] = []
  const closed = async (port: number) => {
    const socket = createConnection({ host: '127.0.0.1', port })
    socket.on('error', () => {})
    await once(socket, 'close')
  }
  {
    await using server = await startMllpServer({
      host: '127.0.0.1',
      port: 0,
      allow: () => false,
      tls,
      onTrouble: ({ what }) => asked.push(what),
      handle: () => [],
    })
    await closed(server.port)
    t.strictSame(asked, ['not-allowed'])
  }
  const server = await startMllpServer({ host: '127.0.0.1', port: 0, allow: () => true, tls, handle: () => [] })
  const hanging = closed(server.port)
  await until('it is connected', () => server.connections === 1)
  await server[Symbol.asyncDispose]()
  await hanging
  t.pass('it ended with a handshake under way')
})
