/**
 * Messages that were acknowledged and wait to be acted on: oldest first, so many at once, and so many in memory at most. The others stay in their
 * table, where all of them are anyhow, and are read from it when their turn comes: an hour of a hospital's messages after an outage takes no more
 * memory than a minute's.
 */
import type { WaitingMessage } from '../store/message-store.ts'

/** What it works with. */
export interface BacklogOptions {
  /** Acts on one message. @returns false when it failed, and stays in the table */
  readonly act: (message: WaitingMessage) => Promise<boolean>
  /** So many of those in the table that wait, those that were never tried first, then the oldest. */
  readonly stored: (limit: number) => Promise<readonly WaitingMessage[]>
  readonly onError: (error: unknown) => void
  /** How many are acted on at once. */
  readonly atOnce: number
  /** How many are held in memory until then; also how many are read at once. @default 1_000 */
  readonly held?: number
}

/** The backlog. */
export interface Backlog {
  /** A message came, and is in the table. */
  add(message: WaitingMessage): void
  /** Acts on everything in the table, each message once, and resolves when that is done; at once where messages are being acted on anyhow. */
  all(): Promise<void>
  /** Begins nothing more, and resolves when what was begun is done. */
  stop(): Promise<void>
}

/** Makes an empty one. */
export function backlogOf({ act, stored, onError, atOnce, held = 1_000 }: BacklogOptions): Backlog {
  const waiting: WaitingMessage[] = []
  const running = new Map<string, Promise<void>>()
  /** What failed since `more` became true: it is not tried again before somebody asks for all. */
  const failed = new Set<string>()
  /** There may be messages in the table that are not in memory. Until it has been read to its end, newer ones wait behind them, so that none overtakes. */
  let more = false
  /** Those that came while the table was read: it may not show them. */
  let meanwhile: WaitingMessage[] = []
  let reading: Promise<void> | undefined
  let stopped = false

  const next = () => {
    while (running.size < atOnce && !stopped) {
      const message = waiting.shift()
      if (message === undefined) {
        if (more) reading ??= read()
        return
      }
      const work = act(message)
        .catch((error: unknown) => {
          onError(error)
          return false
        })
        .then((done) => {
          running.delete(message.id)
          if (!done && more) failed.add(message.id)
          next()
        })
      running.set(message.id, work)
    }
  }
  const read = async () => {
    meanwhile = []
    const inHand = new Set(running.keys())
    const limit = held + inHand.size + failed.size
    try {
      const rows = await stored(limit)
      const found = rows.filter(({ id }) => !inHand.has(id) && !failed.has(id)).slice(0, held)
      waiting.push(...found)
      const end = rows.length < limit && meanwhile.length < held
      if (end) waiting.push(...meanwhile.filter(({ id }) => !found.some((one) => one.id === id)))
      more = !end && failed.size < held // where so many fail, they are left to whoever asks for all next
    } catch (error) {
      more = false // whoever asks for all next finds them
      onError(error)
    }
    if (!more) failed.clear()
    reading = undefined
    next()
  }

  return {
    add(message) {
      if (more || waiting.length >= held) {
        more = true
        if (meanwhile.length < held) meanwhile.push(message)
      } else waiting.push(message)
      next()
    },
    async all() {
      if (more || running.size > 0) return
      more = true
      next()
      while (more && !stopped) await (reading ?? Promise.race(running.values()))
      // What comes from now on is not waited for: messages never cease.
      const last = waiting.at(-1)
      while (last !== undefined && waiting.includes(last)) await Promise.race(running.values())
      await Promise.all(running.values())
    },
    async stop() {
      stopped = true
      waiting.length = 0
      await Promise.all([reading, ...running.values()])
    },
  }
}
