/** The one HTTP server of the hub. It holds its port before anything else is started, and answers 503 until the hub is ready. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { CannotStart } from './cannot-start.ts'

/** Answers a request. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** An open listener. */
export interface Listener {
  readonly port: number
  /** From now on requests are answered by this. */
  handOver(handler: Handler): void
  /** Takes no new connection, lets requests in hand finish, then closes what is left after the grace, in milliseconds. */
  close(graceMs: number): Promise<void>
}

/** How long a hub that was just told to stop may keep the port, in milliseconds. */
const HANDOVER_MS = 3_000

/**
 * How long a connection that nothing is on is kept, in milliseconds: as each service of its own keeps it (Fastify), and longer than the minute after which what
 * stands before a hub usually lets go. Whoever closes first loses no request; with Node.js's 5 seconds that was the hub, and what had just been sent
 * on such a connection failed at a caller that was a moment late.
 */
const KEPT_MS = 72_000

const REASONS: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) => `Port ${port} on ${host} is taken by another program: stop that program, or set PORT to a free port.`,
  EACCES: (host, port) => `Port ${port} on ${host} may not be used by this user: set PORT to one above 1023.`,
  EADDRNOTAVAIL: (host) => `${host} is no address of this machine: set HOST to one that is.`,
  ENOTFOUND: (host) => `${host} is no address of this machine: set HOST to one that is.`,
}

/**
 * Takes the port.
 *
 * @throws CannotStart when it is taken, or cannot be had.
 */
export async function listen(host: string, port: number): Promise<Listener> {
  let handler: Handler = notYet
  const server = createServer({ keepAliveTimeout: KEPT_MS }, (request, response) => handler(request, response))
  server.on('clientError', sayUnreadable)
  const deadline = Date.now() + HANDOVER_MS
  for (;;) {
    const code = await tryToListen(server, host, port)
    if (code === undefined) break
    if (code === 'EADDRINUSE' && Date.now() < deadline) await pause(100)
    else throw new CannotStart(REASONS[code]?.(host, port) ?? `The hub cannot listen on ${host}:${port} (${code}): set HOST and PORT.`)
  }
  return {
    port: (server.address() as AddressInfo).port,
    handOver: (next) => {
      handler = next
    },
    close: async (graceMs) => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeIdleConnections()
      const impatience = setTimeout(() => server.closeAllConnections(), graceMs)
      await closed
      clearTimeout(impatience)
    },
  }
}

function tryToListen(server: Server, host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const settled = (code?: string): void => {
      server.off('error', failed).off('listening', listening)
      resolve(code)
    }
    const failed = (error: NodeJS.ErrnoException): void => settled(error.code ?? error.message)
    const listening = (): void => settled()
    server.once('error', failed).once('listening', listening).listen(port, host)
  })
}

const UNREADABLE: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW:
    '431 Request Header Fields Too Large\nThe address and the headers together are longer than 16 KB. Send a long search as a form, by POST to /fhir/[type]/_search.',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout\nThe request did not come to its end in time. Send it again.',
}
const MALFORMED = '400 Bad Request\nThis is no HTTP request that can be read. Send HTTP/1.1, with one length and whole chunks.'

/** What comes before any service sees it: no request, or one that is cut off. */
function sayUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const [status, text] = (UNREADABLE[error.code ?? ''] ?? MALFORMED).split('\n')
  const body = `${text}\n`
  const headers = ['Connection: close', 'Content-Type: text/plain; charset=utf-8', `Content-Length: ${Buffer.byteLength(body)}`]
  socket.end(`HTTP/1.1 ${status}\r\n${headers.join('\r\n')}\r\n\r\n${body}`)
}

function notYet(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, { 'retry-after': '1', 'content-type': 'text/plain; charset=utf-8' }).end('The hub is starting.\n')
}
