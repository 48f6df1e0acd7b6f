/** MLLP over TLS: who comes without a certificate of the hospital's authority is not heard. ATNA Secure Node, mutual TLS. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import t from 'tap'
import { frame } from '../src/mllp-framer.ts'
import { startMllpServer } from '../src/mllp-server.ts'

const has = (() => {
  try {
    return execFileSync('openssl', ['version'], { stdio: 'pipe' }).length > 0
  } catch {
    return false
  }
})()

t.test('only a sender with a certificate of the authority is heard', { skip: has ? false : 'openssl is not installed' }, async (t) => {
  const folder = t.testdir()
  const file = (name: string) => join(folder, name)
  const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' })
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  for (const [name, subject] of [
    ['authority', 'Hospital authority'],
    ['stranger', 'Somebody else'],
  ] as const)
    openssl('req', '-x509', ...curve, '-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', `/CN=${subject}`)
  for (const name of ['hub', 'engine']) {
    openssl('req', ...curve.slice(0, -2), '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      'authority.pem',
      '-CAkey',
      'authority.key',
      '-set_serial',
      '1',
      '-days',
      '2',
      '-out',
      `${name}.pem`,
    )
  }
  const pem = (name: string) => readFileSync(file(name), 'utf8')

  const heard: string[] = []
  await using server = await startMllpServer({
    host: '127.0.0.1',
    port: 0,
    allow: () => true,
    tls: { key: pem('hub.key'), cert: pem('hub.pem'), ca: pem('authority.pem') },
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
  t.strictSame(heard, ['MSH|somebody\r'])
})
