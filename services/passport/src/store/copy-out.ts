/**
 * COPY … TO STDOUT over a `pg` client, row by row as the driver reads them from the socket: no row is made an object, and nothing of it is
 * kept but what the taker copies. PostgreSQL documentation, "Frontend/Backend Protocol", 54.2.6 "COPY Operations".
 */
import type { Connection, PoolClient } from 'pg'

/** A copy under way. */
export interface CopyOut {
  /** Resolves when PostgreSQL has sent everything; rejects with what it says instead. */
  readonly ended: Promise<void>
  /** Lets PostgreSQL wait. What of its rows has come with the same packet is still given. */
  pause(): void
  resume(): void
}

/**
 * Begins a copy.
 *
 * @param statement COPY … TO STDOUT
 * @param take given each row as PostgreSQL writes it, its line break included. The bytes are the driver's, and others the next time: whoever
 *   wants them copies them before returning.
 */
export function copyOut(client: PoolClient, statement: string, take: (row: Buffer) => void): CopyOut {
  let socket: Connection['stream'] | undefined
  const ended = new Promise<void>((resolve, reject) => {
    let failure: Error | undefined
    // The methods that `pg` calls on the query in hand. pg/lib/client.js
    const copy = {
      submit(connection: Connection) {
        socket = connection.stream
        connection.query(statement)
      },
      handleCopyData({ chunk }: { readonly chunk: Buffer }) {
        take(chunk)
      },
      handleCommandComplete() {},
      handleError(error: Error) {
        failure = error
        reject(error)
      },
      handleReadyForQuery() {
        if (failure === undefined) resolve()
      },
    }
    client.query(copy)
  })
  return { ended, pause: () => socket?.pause(), resume: () => socket?.resume() }
}
