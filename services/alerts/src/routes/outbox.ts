/** `/outbox` and `/outbox.json`: what a demonstration would have sent by e-mail and SMS. Elsewhere there is no such page. */
import type { FastifyPluginAsync } from 'fastify'
import { refuse } from '../errors.ts'
import type { KeptMessages } from '@platform/service/kept-messages'
import type { MessagingSettings } from '@platform/service/messaging'

const MOST = 200

/** What it needs. */
export interface OutboxPageOptions {
  readonly kept: KeptMessages
  readonly demo: boolean
  /** What has no way out is kept. */
  readonly messaging: Pick<MessagingSettings, 'smtpUrl' | 'smsUrl'>
}

/** The page and its data, with the channels whose messages are kept; 404 outside a demonstration. */
export const outboxPage: FastifyPluginAsync<OutboxPageOptions> = async (app, { kept, demo, messaging }) => {
  const keeps = [...(messaging.smtpUrl === undefined ? ['email'] : []), ...(messaging.smsUrl === undefined ? ['sms'] : [])]

  app.get('/outbox.json', async (_request, reply) => {
    if (!demo) throw refuse.NOT_FOUND()
    return reply.header('cache-control', 'no-store').send({ keeps, messages: await kept.newest(MOST) })
  })

  app.get('/outbox', async (_request, reply) => {
    if (!demo) throw refuse.NOT_FOUND()
    const messages = await kept.newest(MOST)
    const rows = messages.map(
      ({ channel, to, subject, text, at }) =>
        `<tr><td>${escaped(at.toISOString())}</td><td>${channel === 'email' ? 'E-mail' : 'SMS'}</td><td>${escaped(to)}</td><td>${escaped(subject)}</td><td>${escaped(text)}</td></tr>`,
    )
    return reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      .send(
        `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Outbox of the demonstration</title>` +
          `<style>body{font:1.1rem/1.5 sans-serif;margin:2rem}table{border-collapse:collapse}td,th{border:1px solid #768692;padding:.4rem;text-align:left;vertical-align:top}</style></head>` +
          `<body><h1>Outbox of the demonstration</h1><p>E-mail and text messages that would have been sent. They say that something waits, and nothing about anybody.</p>` +
          (rows.length === 0
            ? '<p>Nothing was sent yet.</p>'
            : `<table><thead><tr><th>When</th><th>How</th><th>To</th><th>Subject</th><th>Words</th></tr></thead><tbody>${rows.join('')}</tbody></table>`) +
          `</body></html>`,
      )
  })
}

const escaped = (words: string): string =>
  words.replace(/[&<>"']/g, (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[letter] ?? letter)
