/**
 * COPY … TO STDOUT WITH (FORMAT binary), tuple by tuple as they are read: none is made an object, and nothing of it is kept but what the taker
 * copies. In the binary format PostgreSQL sends a text as it lies there; in the others it looks at each character first, which takes it as long
 * as all the rest. PostgreSQL documentation, "COPY", "Binary Format", and "Frontend/Backend Protocol", 55.2.7 "COPY Operations".
 */
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import pg, { type Connection, type PoolClient } from 'pg'
import { copySocket, takeFrom } from './copy-socket.ts'

/** As long as every other connection of the record may take. */
const CONNECT_WITHIN_MS = 10_000

/** Connections for copies, beside those that every request shares. They are opened when they are wanted. */
export function copyConnections(url: string, most: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'passport-copy',
    max: most,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    keepAlive: true,
    // An encrypted connection is read by the driver, from a socket of its own.
    stream: (connection?: { readonly ssl?: unknown }): Duplex =>
      connection?.ssl === undefined || connection.ssl === false ? copySocket() : new Socket(),
  })
  // One that is lost is replaced at the next use, and a copy on it fails with its error; the pool's own news would end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

/** A copy under way. */
export interface CopyOut {
  /** Resolves when PostgreSQL has sent everything; rejects with what it says instead. */
  readonly ended: Promise<void>
  /** Lets PostgreSQL wait. What of its tuples has been read already is still given: `READ_BYTES` at most. */
  pause(): void
  resume(): void
}

/** Given each tuple: the place of its first field. Each field is its length, four bytes, and so many bytes; −1 and none is NULL. */
export type TakeTuple = (bytes: Buffer, at: number) => void

/**
 * Begins a copy.
 *
 * @param statement COPY … TO STDOUT WITH (FORMAT binary)
 * @param take the bytes are others the next time: whoever wants them copies them before returning
 */
export function copyOut(client: PoolClient, statement: string, take: TakeTuple): CopyOut {
  let socket: Duplex | undefined
  const ended = new Promise<void>((resolve, reject) => {
    let failure: Error | undefined
    const data = tuplesIn(take)
    // The methods that `pg` calls on the query in hand. pg/lib/client.js
    const copy = {
      submit(connection: Connection) {
        socket = connection.stream
        takeFrom(socket, data)
        connection.query(statement)
      },
      handleCopyData({ chunk }: { readonly chunk: Buffer }) {
        data(chunk, 0, chunk.length)
      },
      handleCommandComplete() {},
      handleError(error: Error) {
        failure = error
        reject(error)
      },
      handleReadyForQuery() {
        if (socket !== undefined) takeFrom(socket, undefined)
        if (failure === undefined) resolve()
      },
    }
    client.query(copy)
  })
  return { ended, pause: () => socket?.pause(), resume: () => socket?.resume() }
}

/** The signature, flags, and the length of what may come after them. */
const LENGTH_OF_MORE_AT = 15
const HEADER_BYTES = 19
const TRAILER = -1

/** Takes data of the binary format apart. The header comes with the first tuple, or alone. */
function tuplesIn(take: TakeTuple): (bytes: Buffer, from: number, to: number) => void {
  let begun = false
  return (bytes, from, to) => {
    let at = from
    if (!begun) at += HEADER_BYTES + bytes.readUInt32BE(at + LENGTH_OF_MORE_AT)
    begun = true
    while (at < to) {
      let fields = bytes.readInt16BE(at)
      at += 2
      if (fields === TRAILER) return
      take(bytes, at)
      for (; fields > 0; fields -= 1) at += 4 + Math.max(0, bytes.readInt32BE(at))
    }
  }
}
