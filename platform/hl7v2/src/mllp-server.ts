// HL7 v2 over MLLP, with TLS where certificates are given (ATNA Secure Node: mutual TLS).
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { BytesInHand } from './bytes-in-hand.ts'
import { MllpConnection, type ConnectionLimits, type FrameHandler, type MllpCounts, type Peer } from './mllp-connection.ts'
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
  /** How long a TLS handshake may take, ms; default 10 s. */
  readonly handshakeMs?: number
  /** Hears of every connection that is refused or breaks; never of content. */
  readonly onTrouble?: (trouble: MllpTrouble) => void
}

/** A connection that was refused, or broke: whose, one word, and of a TLS handshake the code of what went wrong. */
export interface MllpTrouble {
  readonly address: string
  /** `certificate`: the authority vouches for none such; `handshake`: TLS was not agreed on, or not in time. */
  readonly what: 'not-allowed' | 'too-many' | 'broken' | 'certificate' | 'handshake'
  readonly why?: string
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
  /** Every connection by its TCP socket, with what serves it once TLS, where there is any, is agreed on. */
  const open = new Map<Socket, MllpConnection | undefined>()
  const perAddress = new Map<string, number>()

  const refuse = (trouble: MllpTrouble) => {
    counts.refusedConnections += 1
    options.onTrouble?.(trouble)
  }
  const serve = (socket: Socket, { address, port }: Peer) => {
    socket.on('error', () => options.onTrouble?.({ address, what: 'broken' })) // a peer that resets; 'close' follows
    return new MllpConnection(socket, { address, port }, shared)
  }
  const secure = options.tls === undefined ? undefined : handshakes(options.tls, options.handshakeMs ?? 10_000)

  // Who may connect, and how often, is asked before TLS is: a handshake that hangs is a connection too.
  const accept = (socket: Socket) => {
    const address = socket.remoteAddress ?? ''
    const peer: Peer = { address, port: socket.remotePort ?? 0 }
    const held = perAddress.get(address) ?? 0
    const refusal = !options.allow(address) ? 'not-allowed' : held >= (options.maxConnectionsPerAddress ?? 200) ? 'too-many' : undefined
    if (refusal !== undefined) {
      socket.on('error', ignore)
      refuse({ address, what: refusal })
      socket.destroy()
      return
    }
    perAddress.set(address, held + 1)
    open.set(socket, undefined)
    socket.on('close', () => {
      open.delete(socket)
      const left = (perAddress.get(address) ?? 1) - 1
      if (left > 0) perAddress.set(address, left)
      else perAddress.delete(address)
    })
    if (secure === undefined) open.set(socket, serve(socket, peer))
    else
      secure(socket, {
        agreed: (agreed) => open.set(socket, serve(agreed, peer)),
        refused: (why) => refuse({ address, ...why }),
      })
  }

  const server = createServer({ allowHalfOpen: true }, accept) // a sender that has sent all still gets its answers
  server.maxConnections = options.maxConnections ?? 500
  server.on('drop', (dropped) => refuse({ address: dropped?.remoteAddress ?? '', what: 'too-many' }))
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
      for (const [socket, connection] of open)
        if (connection === undefined) socket.destroy()
        else connection.leave()
      const hurry = setTimeout(() => {
        for (const socket of open.keys()) socket.destroy()
      }, 2_000)
      await closed
      clearTimeout(hurry)
    },
  }
}

const ignore = (): void => {}

/** What becomes of a handshake: one of the two, once. */
interface Handshake {
  readonly agreed: (socket: Socket) => void
  readonly refused: (why: Pick<MllpTrouble, 'what' | 'why'>) => void
}

/** Agrees on TLS over connections that were taken. One that fails, or hangs, is closed, and it is said why. */
function handshakes(tls: MllpTls, withinMs: number): (socket: Socket, handshake: Handshake) => void {
  const waiting = new Map<string, Handshake>()
  const nameOf = ({ remoteAddress = '', remotePort = 0 }: Socket) => `${remoteAddress} ${String(remotePort)}`
  const take = (name: string) => {
    const handshake = waiting.get(name)
    waiting.delete(name)
    return handshake
  }
  const demand = tls.ca === undefined ? {} : { ca: tls.ca, requestCert: true, rejectUnauthorized: true }
  const server = createTlsServer({
    key: tls.key,
    cert: tls.cert,
    ...demand,
    minVersion: 'TLSv1.2',
    allowHalfOpen: true,
    handshakeTimeout: withinMs,
  })
  server.on('secureConnection', (socket) => take(nameOf(socket))?.agreed(socket))
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    take(nameOf(socket))?.refused({ what: 'handshake', ...(error.code === undefined ? {} : { why: error.code }) })
    socket.destroy() // of one that is late Node only says so
  })
  return (socket, handshake) => {
    const name = nameOf(socket)
    waiting.set(name, handshake)
    // What the authority does not vouch for is closed without an event of its own.
    socket.on('error', ignore).on('close', () => take(name)?.refused({ what: 'certificate' }))
    server.emit('connection', socket)
  }
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
