/** Mail servers that fall silent, on real sockets: where they do so decides whether a mail is sent again. */
import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
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
