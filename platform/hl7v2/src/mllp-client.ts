// A sender of HL7 v2 over MLLP: the demonstration, tests and benchmarks play a hospital with it.
import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { frame, MllpFramer } from './mllp-framer.ts'

/** A connection to a listener. */
export interface MllpClient extends AsyncDisposable {
  /**
   * Sends one message and resolves with the content of the frame that answers it. May be called again before the answer is here:
   * answers come in order. Rejects when the connection ends first.
   *
   * @param message bytes, or text sent as UTF-8
   */
  send(message: string | Uint8Array): Promise<Buffer>
  /** Writes bytes as they are, without a frame: broken senders are played with it. */
  readonly socket: Socket
}

/** Connects; rejects when nobody listens. */
export async function connectMllp({ host, port }: { readonly host: string; readonly port: number }): Promise<MllpClient> {
  const socket = connect({ host, port })
  await once(socket, 'connect')
  socket.setNoDelay(true)
  const framer = new MllpFramer()
  let waiting: { resolve: (answer: Buffer) => void; reject: (error: Error) => void }[] = []

  socket.on('data', (chunk) => {
    for (const answer of framer.push(chunk)) waiting.shift()?.resolve(answer)
  })
  socket.on('error', () => {}) // told to whoever waits, by 'close'
  socket.on('close', () => {
    for (const { reject } of waiting) reject(new Error('The connection ended before the answer came.'))
    waiting = []
  })

  return {
    socket,
    send: async (message) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error('The connection has ended.'))
        waiting.push({ resolve, reject })
        socket.write(frame(typeof message === 'string' ? Buffer.from(message) : message))
      }),
    [Symbol.asyncDispose]: async () => {
      if (socket.closed) return
      const closed = once(socket, 'close')
      socket.destroySoon()
      await closed
    },
  }
}
