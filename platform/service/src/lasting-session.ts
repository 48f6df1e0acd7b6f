/**
 * A connection that is kept. As long as it lasts the server has not crashed since it was opened, and whatever was committed meanwhile is so, on disk or
 * not: what may be lost in a crash need not be doubted before.
 */
import type { PoolClient, QueryConfig } from 'pg'
import type { Database, Queryable } from './database.ts'

/** A connection that is opened when it is first asked for, and again when it was lost. Disposing of it closes it. */
export interface LastingSession extends AsyncDisposable {
  /** The session that is open now, the same as long as it lasts; nothing while there is none. What waits there when it is lost fails. */
  current(): Queryable | undefined
  /** The same, opened where there is none; it fails where none can be had. */
  opened(): Promise<Queryable>
  /** Calls `lost` at once when a session was lost, until it is disposed of. */
  onLost(lost: () => void): Disposable
}

/**
 * Keeps one connection of the pool, once it was asked for.
 *
 * @param how `pipeline`: a statement is sent when it is asked for, and not when the one before it was answered
 */
export function lastingSession(database: Database, { pipeline = false }: { readonly pipeline?: boolean } = {}): LastingSession {
  const listeners = new Set<() => void>()
  let open: Queryable | undefined
  let client: (PoolClient & { pipeline?: boolean }) | undefined
  let opening: Promise<Queryable> | undefined
  let closed = false

  const begin = async (): Promise<Queryable> => {
    const own: PoolClient & { pipeline?: boolean } = await database.pool.connect()
    if (closed) {
      own.release()
      throw new Error('The session was closed.')
    }
    const lost = () => {
      if (client !== own) return
      client = undefined
      open = undefined
      own.release(true)
      listeners.forEach((listener) => listener())
    }
    own.once('error', lost).once('end', lost)
    own.pipeline = pipeline
    client = own
    open = {
      query: async (statement) =>
        own.query(statement as QueryConfig).catch((reason: unknown) => {
          // The server's last word may be the answer to a statement; the connection itself is closed some moments after it.
          if ((reason as { severity?: unknown }).severity === 'FATAL') lost()
          throw reason
        }),
    }
    return open
  }
  const opened = async (): Promise<Queryable> => {
    if (open !== undefined) return open
    opening ??= begin().finally(() => (opening = undefined))
    return opening
  }

  return {
    current() {
      // Whoever finds none does without: the next one is there when it can be had.
      if (open === undefined && !closed) opened().catch(() => undefined)
      return open
    },
    opened,
    onLost(lost) {
      listeners.add(lost)
      return { [Symbol.dispose]: () => void listeners.delete(lost) }
    },
    async [Symbol.asyncDispose]() {
      closed = true
      await opening?.catch(() => undefined)
      const own = client
      client = undefined
      open = undefined
      if (own === undefined) return
      own.pipeline = false
      own.release()
    },
  }
}
