/**
 * One keep-alive connection that carries prepared requests, one at a time. It does for a benchmark what HTTP/1.1 (RFC 9112) asks of
 * a client and no more: the load generator shares its cores with what it measures, so it must cost little.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** An answer. The body is kept where it was asked for, and always when the status is no success. */
export interface HttpAnswer {
  readonly status: number
  /** Status line and header fields. */
  readonly head: string
  readonly body: string
}

interface Exchange {
  readonly keepBody: boolean
  readonly answered: (answer: HttpAnswer) => void
  readonly failed: (error: Error) => void
}

/** What of an answer is still to come: so many bytes, and then what. */
interface Expected {
  bytes: number
  /** How many of them, from the first, are body: a chunk ends with a line end of its own. */
  bodyBytes: number
  readonly after: 'end' | 'chunk-size'
}

const HEAD_END = Buffer.from('\r\n\r\n')
const LINE_END = Buffer.from('\r\n')

/** The bytes of a request, made once and sent many times. */
export function requestBytes({ method, path, headers, body = '' }: HttpRequest): Buffer {
  const fields = { host: '127.0.0.1', ...headers, ...(method === 'GET' ? {} : { 'content-length': String(Buffer.byteLength(body)) }) }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
}

/** A request as it is written down in a scenario. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Opens a connection to a server on this machine. */
export async function openConnection(port: number): Promise<HttpConnection> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  await once(socket, 'connect')
  return new HttpConnection(socket)
}

/** An open connection. Disposing of it closes it. */
export class HttpConnection implements Disposable {
  readonly #socket: Socket
  #unread: Buffer = Buffer.alloc(0)
  #exchange: Exchange | undefined
  #expected: Expected | 'chunk-size' | undefined
  #status = 0
  #head = ''
  #body: Buffer[] = []

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk) => this.#read(chunk))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('The server closed the connection.')))
  }

  /** Sends a request and resolves with its answer. One at a time. */
  send(request: Buffer, { keepBody = false } = {}): Promise<HttpAnswer> {
    return new Promise((answered, failed) => {
      if (this.#exchange !== undefined) return failed(new Error('This connection has a request in hand.'))
      if (this.#socket.destroyed) return failed(new Error('The server closed the connection.'))
      this.#exchange = { keepBody, answered, failed }
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #fail(error: Error): void {
    this.#exchange?.failed(error)
    this.#exchange = undefined
  }

  #read(chunk: Buffer): void {
    let data = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk])
    for (;;) {
      const left =
        this.#expected === undefined ? this.#readHead(data) : this.#expected === 'chunk-size' ? this.#readSize(data) : this.#take(data)
      if (left === undefined || left.length === 0) {
        this.#unread = left ?? data
        return
      }
      data = left
    }
  }

  #readHead(data: Buffer): Buffer | undefined {
    const end = data.indexOf(HEAD_END)
    if (end === -1) return undefined
    this.#head = data.toString('latin1', 0, end)
    this.#status = Number(this.#head.slice(9, 12))
    const left = data.subarray(end + HEAD_END.length)
    const length = /\r\ncontent-length: *(\d+)/i.exec(this.#head)?.[1]
    if (length !== undefined) return this.#expect({ bytes: Number(length), bodyBytes: Number(length), after: 'end' }, left)
    if (!/\r\ntransfer-encoding: *chunked/i.test(this.#head)) return this.#finish(left)
    this.#expected = 'chunk-size'
    return left
  }

  #readSize(data: Buffer): Buffer | undefined {
    const end = data.indexOf(LINE_END)
    if (end === -1) return undefined
    const size = Number.parseInt(data.toString('latin1', 0, end), 16)
    const left = data.subarray(end + LINE_END.length)
    // The last chunk has size 0; no trailers follow it, for we send no TE.
    return this.#expect({ bytes: size + LINE_END.length, bodyBytes: size, after: size > 0 ? 'chunk-size' : 'end' }, left)
  }

  #expect(expected: Expected, left: Buffer): Buffer {
    this.#expected = expected
    return expected.bytes === 0 ? this.#finish(left) : left
  }

  #take(data: Buffer): Buffer {
    const expected = this.#expected as Expected
    const taken = Math.min(expected.bytes, data.length)
    const ofBody = Math.min(expected.bodyBytes, taken)
    if (this.#exchange?.keepBody === true || this.#status >= 300) this.#body.push(Buffer.from(data.subarray(0, ofBody)))
    expected.bytes -= taken
    expected.bodyBytes -= ofBody
    const left = data.subarray(taken)
    if (expected.bytes > 0) return left
    if (expected.after === 'end') return this.#finish(left)
    this.#expected = 'chunk-size'
    return left
  }

  #finish(left: Buffer): Buffer {
    const answer = { status: this.#status, head: this.#head, body: Buffer.concat(this.#body).toString() }
    this.#expected = undefined
    this.#body = []
    const exchange = this.#exchange
    this.#exchange = undefined
    exchange?.answered(answer)
    return left
  }
}
