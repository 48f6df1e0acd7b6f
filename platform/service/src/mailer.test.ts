/** Mail servers that fall silent, on real sockets: where they do so decides whether a mail is sent again. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import t, { type Test } from 'tap'
import { until } from '@platform/testing/until'
import { smtpMailer, type MailPatience } from './mailer.ts'

/** A server that falls silent at a word, or after the mail (`.`), or drips a letter now and then from there on. */
async function mailServer(t: Test, { silentAt, drips = false }: { silentAt: string; drips?: boolean }) {
  const open = new Set<Socket>()
  let taken = 0
  let conversations = 0
  const server = createServer((socket) => {
    conversations += 1
    open.add(socket)
    socket.on('close', () => open.delete(socket)).on('error', () => undefined)
    const say = (word: string, reply: string) => {
      if (word !== silentAt) return void socket.write(reply)
      if (!drips) return
      const dripping = setInterval(() => socket.write('2'), 20)
      socket.on('close', () => clearInterval(dripping))
    }
    say('greeting', '220 mail\r\n')
    let text = ''
    let inMail = false
    socket.on('data', (part) => {
      text += part.toString('utf8')
      for (;;) {
        const end = inMail ? '\r\n.\r\n' : '\r\n'
        const at = text.indexOf(end)
        if (at < 0) return
        const word = inMail ? '.' : (text.slice(0, at).split(/[ :]/)[0] ?? '').toUpperCase()
        text = text.slice(at + end.length)
        if (inMail) taken += 1
        inMail = word === 'DATA'
        say(word, inMail ? '354 go\r\n' : '250 ok\r\n')
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  const url = `smtp://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  return {
    url,
    open,
    taken: () => taken,
    conversations: () => conversations,
    finish: () => open.forEach((socket) => socket.write('250 ok\r\n')),
  }
}

const mail = { to: 'ward@hospital.example', subject: 'A hospital alert is waiting', text: 'Sign in.', key: 's.1' }
const mailer = (t: Test, url: string, patience?: Partial<MailPatience>) => {
  const opened = smtpMailer(url, 'Hub <hub@hub.example>', { handedOverWithinMs: 60_000, takenWithinMs: 60_000, ...patience })
  t.teardown(() => opened[Symbol.dispose]())
  return opened
}

for (const silentAt of ['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA'])
  t.test(
    `HAZ-A90: a mail server that falls silent at ${silentAt} does not have the mail: it is given up, and the connection closed`,
    async (t) => {
      const server = await mailServer(t, { silentAt })
      await t.rejects(mailer(t, server.url, { handedOverWithinMs: 300 }).send(mail), { code: 'NO_ANSWER_IN_TIME' })
      await until('the connection is closed', () => server.open.size === 0)
      t.match({ taken: server.taken(), conversations: server.conversations() }, { taken: 0, conversations: 1 })
    },
  )

t.test(
  'HAZ-A90: a mail server that has all of the mail is waited for, so that nothing is sent twice, and keeps no other mail waiting',
  async (t) => {
    const server = await mailServer(t, { silentAt: '.' })
    const hub = mailer(t, server.url, { handedOverWithinMs: 5_000 })
    const many = Array.from({ length: 12 }, async (_, index) => hub.send({ ...mail, key: `s.${String(index)}` }))
    await until('more have been handed over than are in conversation at once', () => server.taken() === 12)
    server.finish()
    t.strictSame(new Set(await Promise.all(many)), new Set([250]))
    t.equal(server.taken(), 12)
  },
)

t.test('HAZ-A90: one that drips its answers is late as well, and its connection is closed', async (t) => {
  for (const [silentAt, patience] of [
    ['RCPT', { handedOverWithinMs: 300 }],
    ['.', { takenWithinMs: 300 }],
  ] as const) {
    const server = await mailServer(t, { silentAt, drips: true })
    await t.rejects(mailer(t, server.url, patience).send(mail), { code: 'NO_ANSWER_IN_TIME' })
    await until('the connection is closed', () => server.open.size === 0)
  }
})

const SKIP = spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not installed'

/** A server that offers STARTTLS with a certificate that it made itself. */
async function tlsMailServer(t: Test, days: '-1' | '2') {
  const folder = mkdtempSync(join(tmpdir(), 'handrail-mail-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' })
  openssl(
    'req',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    'key',
    '-out',
    'asked',
    '-subj',
    '/CN=localhost',
  )
  openssl('x509', '-req', '-in', 'asked', '-key', 'key', '-days', days, '-out', 'certificate')
  const [key, cert] = ['key', 'certificate'].map((name) => readFileSync(join(folder, name), 'utf8'))
  const said: string[] = []
  const server = createServer((socket) => {
    socket.on('error', () => undefined).write('220 mail\r\n')
    socket.on('data', (part) => {
      const line = part.toString('utf8').trim()
      said.push(line.split(' ')[0] ?? '')
      if (line !== 'STARTTLS') return void socket.write('250-mail\r\n250 STARTTLS\r\n')
      socket.removeAllListeners('data').write('220 go\r\n')
      new TLSSocket(socket, { isServer: true, ...(key && { key }), ...(cert && { cert }) }).on('error', () => undefined)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => void server.close())
  return { url: `smtp://127.0.0.1:${String((server.address() as AddressInfo).port)}`, said }
}

t.test(
  'a mail server with a certificate that is not to be trusted is sent nothing, in the clear neither, and it is said why',
  { skip: SKIP },
  async (t) => {
    for (const [days, code] of [
      ['-1', 'CERT_HAS_EXPIRED'],
      ['2', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ] as const) {
      const server = await tlsMailServer(t, days)
      await t.rejects(mailer(t, server.url).send(mail), { code })
      t.strictSame(server.said, ['EHLO', 'STARTTLS'])
    }
  },
)
