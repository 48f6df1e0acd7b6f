/**
 * Messages that could not be read: never dropped, and readable to nobody who holds the database alone. A person mends and replays each, or gives it up.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from '@platform/service/database'

/** A message to be kept. */
export interface Unread {
  readonly content: Buffer
  readonly receivedAt: Date
  /** MSH-4; empty where there was none. */
  readonly facility: string
  /** What the sender was told; nothing of the content. */
  readonly why: string
}

/** One that waits. */
export interface QuarantineEntry {
  readonly id: string
  readonly receivedAt: Date
  readonly lastAt: Date
  /** How often the same bytes came. */
  readonly times: number
  readonly facility: string
  readonly why: string
  readonly bytes: number
}

/** The quarantine. */
export interface Quarantine {
  /** Resolves once it is on disk. */
  keep(message: Unread): Promise<void>
  waiting(): Promise<readonly QuarantineEntry[]>
  /** The bytes; nothing when it was handled or has expired. */
  content(id: string): Promise<Buffer | undefined>
  /** Replaces the bytes with mended ones. @returns false when it no longer waits */
  mend(id: string, content: Buffer): Promise<boolean>
  /** Asks the hub to take it as if the hospital had sent it again. @returns false when it no longer waits */
  askReplay(id: string, at: Date): Promise<boolean>
  /** Those that a person asked to be taken, oldest first; without content where it cannot be decrypted. */
  toReplay(): Promise<readonly { readonly id: string; readonly content: Buffer | undefined }[]>
  /** The hub answered one with something else than yes: it waits on. */
  notTaken(id: string, answer: string): Promise<void>
  /** What became of a replay: nothing yet, taken, or what the hub answered instead. */
  replayed(id: string): Promise<'waiting' | 'taken' | { readonly answer: string }>
  /** A person is done with it: its bytes go. */
  handled(id: string, outcome: string, at: Date): Promise<boolean>
  /** Removes what came before this; a person was asked long ago. */
  expire(before: Date, at: Date): Promise<number>
  count(): Promise<number>
}

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** What makes bytes readable to nobody who holds the database alone, and recognisable where they come again. */
export interface Seal {
  readonly markOf: (...parts: readonly (string | Uint8Array)[]) => Buffer
  readonly seal: (content: Buffer) => Buffer
  /** @throws Error where the key is another one */
  readonly unseal: (sealed: Buffer) => Buffer
}

/** The seal of what waits for a person. @param folder `HANDRAIL_HOME/alerts`, where the key is */
export function openSeal(folder: string): Seal {
  const key = readOrMakeKey(folder)
  return {
    markOf: (...parts) => {
      const hmac = createHmac('sha256', key)
      for (const part of parts) hmac.update(part)
      return hmac.digest()
    },
    seal: (content) => {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(ALGORITHM, key, nonce)
      const sealed = Buffer.concat([cipher.update(content), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
    },
    unseal: (sealed) => {
      const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES))
      decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()])
    },
  }
}

/** Opens it. @param folder `HANDRAIL_HOME/alerts`, where the key is */
export function openQuarantine(database: Database, folder: string): Quarantine {
  const { markOf, seal, unseal } = openSeal(folder)
  const unsealed = (sealed: Buffer): Buffer | undefined => {
    try {
      return unseal(sealed)
    } catch {
      return undefined
    }
  }
  return {
    async keep({ content, receivedAt, facility, why }) {
      const values = [markOf(content), receivedAt, facility.slice(0, 100), why, seal(content)]
      await database.query({ name: 'quarantine-keep', text: KEEP, values })
    },
    async waiting() {
      const { rows } = await database.query<QuarantineEntry>({
        name: 'quarantine-waiting',
        text: WAITING,
        values: [NONCE_BYTES + TAG_BYTES],
      })
      return rows
    },
    async content(id) {
      const { rows } = await database.query<{ content: Buffer | null }>({ name: 'quarantine-content', text: CONTENT, values: [id] })
      const sealed = rows[0]?.content
      return sealed === null || sealed === undefined ? undefined : unseal(sealed)
    },
    async mend(id, content) {
      const { rowCount } = await database.query({ name: 'quarantine-mend', text: MEND, values: [id, seal(content)] })
      return (rowCount ?? 0) > 0
    },
    async askReplay(id, at) {
      const { rowCount } = await database.query({ name: 'quarantine-ask-replay', text: ASK_REPLAY, values: [id, at] })
      return (rowCount ?? 0) > 0
    },
    async toReplay() {
      const { rows } = await database.query<{ id: string; content: Buffer }>({ name: 'quarantine-to-replay', text: TO_REPLAY })
      return rows.map(({ id, content }) => ({ id, content: unsealed(content) }))
    },
    async notTaken(id, answer) {
      await database.query({ name: 'quarantine-not-taken', text: NOT_TAKEN, values: [id, answer] })
    },
    async replayed(id) {
      const { rows } = await database.query<{ handled: boolean; answered: string | null }>({
        name: 'quarantine-replayed',
        text: REPLAYED,
        values: [id],
      })
      const [row] = rows
      if (row === undefined || row.handled) return 'taken'
      return row.answered === null ? 'waiting' : { answer: row.answered }
    },
    async handled(id, outcome, at) {
      const { rowCount } = await database.query({ name: 'quarantine-handled', text: HANDLED, values: [id, outcome, at] })
      return (rowCount ?? 0) > 0
    },
    async expire(before, at) {
      const { rowCount } = await database.query({ name: 'quarantine-expire', text: EXPIRE, values: [before, at] })
      return rowCount ?? 0
    },
    async count() {
      const { rows } = await database.query<{ count: number }>({ name: 'quarantine-count', text: COUNT })
      return rows[0]?.count ?? 0
    },
  }
}

/** A link appears whole or not at all, and never replaces the key of a process that was faster. */
function readOrMakeKey(folder: string): Buffer {
  const file = join(folder, 'quarantine-key')
  const read = () => Buffer.from(readFileSync(file, 'utf8').trim(), 'base64')
  try {
    return read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true })
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  rmSync(draft)
  return read()
}

/** What is sealed already, and marked as `markOf` its content marks it, is put there by a statement that begins so. */
export const INTO_QUARANTINE = 'INSERT INTO alerts.quarantine AS held (mark, received_at, last_at, facility, why, content)'
const KEEP = `
  ${INTO_QUARANTINE} VALUES ($1, $2, $2, $3, $4, $5)
  ON CONFLICT (mark) DO UPDATE SET last_at = excluded.last_at, times = held.times + 1,
    content = CASE WHEN held.handled_at IS NULL THEN held.content ELSE excluded.content END, handled_at = NULL, outcome = NULL`
const WAITING = `
  SELECT id::text AS id, received_at AS "receivedAt", last_at AS "lastAt", times, facility, why, length(content) - $1::integer AS bytes
  FROM alerts.quarantine WHERE handled_at IS NULL ORDER BY quarantine.id LIMIT 1000`
const CONTENT = 'SELECT content FROM alerts.quarantine WHERE id = $1 AND handled_at IS NULL'
const MEND = 'UPDATE alerts.quarantine SET content = $2 WHERE id = $1 AND handled_at IS NULL'
const ASK_REPLAY = 'UPDATE alerts.quarantine SET replay_at = $2, answered = NULL WHERE id = $1 AND handled_at IS NULL'
const TO_REPLAY = `
  SELECT id::text AS id, content FROM alerts.quarantine WHERE replay_at IS NOT NULL AND handled_at IS NULL ORDER BY quarantine.id LIMIT 100`
const NOT_TAKEN = 'UPDATE alerts.quarantine SET replay_at = NULL, answered = $2 WHERE id = $1 AND handled_at IS NULL'
const REPLAYED = 'SELECT handled_at IS NOT NULL AS handled, answered FROM alerts.quarantine WHERE id = $1'
const HANDLED = 'UPDATE alerts.quarantine SET handled_at = $3, outcome = $2, content = NULL WHERE id = $1 AND handled_at IS NULL'
const EXPIRE = `UPDATE alerts.quarantine SET handled_at = $2, outcome = 'expired', content = NULL WHERE handled_at IS NULL AND last_at < $1`
const COUNT = 'SELECT count(*)::int AS count FROM alerts.quarantine WHERE handled_at IS NULL'
