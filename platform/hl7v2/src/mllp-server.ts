// HL7 v2 over MLLP, with TLS where certificates are given (ATNA Secure Node: mutual TLS).
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { BytesInHand } from './bytes-in-hand.ts'
import { MllpConnection, type ConnectionLimits, type FrameHandler, type MllpCounts } from './mllp-connection.ts'
import { MAX_FRAME_BYTES } from './mllp-framer.ts'

export type { FrameHandler, MllpCounts, Peer } from './mllp-connection.ts'

/** Key, certificate and the authority whose clients may connect, in PEM. With `ca` a client certificate is demanded. */
export interface MllpTls {
  readonly key: string
  readonly cert: string
  readonly ca?: string
}

/** Where to listen, who may connect, how much. */
export interface MllpServerOptions extends Partial<ConnectionLimits> {
  /** A named interface; never all of them by default. */
  readonly host: string
  /** 0 = any free one, told by `port` of the result. */
  readonly port: number
  readonly handle: FrameHandler
  readonly allow: (address: string) => boolean
  readonly tls?: MllpTls
  /** Bytes of the messages of all connections being answered at once, beyond which no socket is read; default 64 MiB. */
  readonly maxBytesInHand?: number
  /** Connections in all; default 500. */
  readonly maxConnections?: number
  /** Connections from one address; default 200. */
  readonly maxConnectionsPerAddress?: number
  /** Hears of every connection that is refused or breaks, with the address and one word; never of content. */
  readonly onTrouble?: (trouble: { readonly address: string; readonly what: 'not-allowed' | 'too-many' | 'broken' }) => void
}

/** A listener that runs. Disposing of it stops listening, answers what has come in and closes the connections. */
export interface MllpServer extends AsyncDisposable {
  readonly port: number
  readonly counts: Readonly<MllpCounts>
  /** Connections open now. */
  readonly connections: number
}

/** Starts to listen; resolves when connections are taken, rejects when the port is taken. */
export async function startMllpServer(options: MllpServerOptions): Promise<MllpServer> {
  const limits: ConnectionLimits = {
    maxFrameBytes: options.maxFrameBytes ?? MAX_FRAME_BYTES,
    unfinishedIdleMs: options.unfinishedIdleMs ?? 60_000,
    maxInFlight: options.maxInFlight ?? 64,
  }
  const counts: MllpCounts = { frames: 0, garbageBytes: 0, restarts: 0, tooLarge: 0, idleClosed: 0, refusedConnections: 0, failures: 0 }
  const inHand = new BytesInHand(options.maxBytesInHand ?? 67_108_864)
  const shared = { handle: options.handle, limits, counts, inHand }
  const open = new Map<Socket, MllpConnection>()
  const perAddress = new Map<string, number>()

  const accept = (socket: Socket | TLSSocket) => {
    const address = socket.remoteAddress ?? ''
    const held = perAddress.get(address) ?? 0
    const refusal = !options.allow(address) ? 'not-allowed' : held >= (options.maxConnectionsPerAddress ?? 200) ? 'too-many' : undefined
    socket.on('error', () => options.onTrouble?.({ address, what: 'broken' })) // a peer that resets; 'close' follows
    if (refusal !== undefined) {
      counts.refusedConnections += 1
      options.onTrouble?.({ address, what: refusal })
      socket.destroy()
      return
    }
    perAddress.set(address, held + 1)
    open.set(socket, new MllpConnection(socket, { address, port: socket.remotePort ?? 0 }, shared))
    socket.on('close', () => {
      open.delete(socket)
      const left = (perAddress.get(address) ?? 1) - 1
      if (left > 0) perAddress.set(address, left)
      else perAddress.delete(address)
    })
  }

  const server = makeServer(options.tls, accept)
  server.maxConnections = options.maxConnections ?? 500
  await listening(server, options)

  return {
    port: (server.address() as AddressInfo).port,
    counts,
    get connections() {
      return open.size
    },
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
      for (const connection of open.values()) connection.leave()
      const hurry = setTimeout(() => {
        for (const socket of open.keys()) socket.destroy()
      }, 2_000)
      await closed
      clearTimeout(hurry)
    },
  }
}

function makeServer(tls: MllpTls | undefined, accept: (socket: Socket) => void): Server {
  if (tls === undefined) return createServer({ allowHalfOpen: true }, accept) // a sender that has sent all still gets its answers
  const demand = tls.ca === undefined ? {} : { ca: tls.ca, requestCert: true, rejectUnauthorized: true }
  return createTlsServer({ key: tls.key, cert: tls.cert, ...demand, minVersion: 'TLSv1.2', allowHalfOpen: true }, accept)
}

async function listening(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
