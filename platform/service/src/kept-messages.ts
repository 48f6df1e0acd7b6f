/** What a demonstration would have sent by e-mail and SMS. Shown at `/outbox`. */
import type { Database } from './database.ts'

/** A message that was kept instead of sent. */
export interface KeptMessage {
  readonly channel: 'email' | 'sms'
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly key: string
}

/** The kept messages. */
export interface KeptMessages {
  /** Keeps one; the same key twice is one message. */
  keep(message: KeptMessage): Promise<void>
  /** The newest ones first. */
  newest(limit: number): Promise<readonly (KeptMessage & { readonly id: string; readonly at: Date })[]>
}

/** Opens them. @param now the business clock */
export function keptMessagesIn(database: Database, now: () => Date): KeptMessages {
  return {
    async keep({ channel, to, subject, text, key }) {
      await database.query({ name: 'kept-keep', text: KEEP, values: [channel, to, subject, text, key, now()] })
    },
    async newest(limit) {
      const { rows } = await database.query<KeptMessage & { id: string; at: Date }>({ name: 'kept-newest', text: NEWEST, values: [limit] })
      return rows
    },
  }
}

const KEEP = `
  INSERT INTO events.kept_message (channel, recipient, subject, text, key, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (channel, key) DO NOTHING`
const NEWEST = `
  SELECT id::text AS id, channel, recipient AS "to", subject, text, key, at FROM events.kept_message ORDER BY kept_message.id DESC LIMIT $1`
