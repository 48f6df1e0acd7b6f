/**
 * Asking another service over HTTP, for whoever asks several times for one page: `node:http` with connections that are kept. `fetch` of the same answer
 * takes three times the processor time, most of it in streams that nobody reads from.
 */
import { Agent as HttpAgent, request as requestHttp, type IncomingHttpHeaders } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'

/** One request. */
export interface Asked {
  /** Behind the base address, with a leading slash. */
  readonly path: string
  /** @default 'GET' */
  readonly method?: 'GET' | 'POST' | 'PATCH'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** How long the whole answer may take, in milliseconds. */
  readonly withinMs: number
  /** Whether the same request does no harm a second time: then it is made again where a kept connection had just been closed. @default for GET */
  readonly repeatable?: boolean
}

/** What came back, whatever its status. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Asks. @throws Error when nothing came back, or not in time */
export type Ask = (asked: Asked) => Promise<Answer>

/** @param baseUrl such as `http://127.0.0.1:8080/fhir`, without a trailing slash */
export function askAt(baseUrl: string): Ask {
  const { protocol, hostname, port, pathname } = new URL(baseUrl)
  const secure = protocol === 'https:'
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true })
  // An address of IPv6 stands in brackets in a URL, and without them in a connection.
  const at = { agent, host: hostname.replace(/^\[|\]$/g, ''), ...(port === '' ? {} : { port: Number(port) }) }
  const under = pathname.replace(/\/$/, '')

  const once = ({ path, method = 'GET', headers, body, withinMs }: Asked, wasKept: (kept: boolean) => void): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const request = (secure ? requestHttps : requestHttp)(
        {
          ...at,
          path: `${under}${path}`,
          method,
          headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
          signal: AbortSignal.timeout(withinMs),
        },
        (response) => {
          const parts: Buffer[] = []
          response.on('data', (part: Buffer) => parts.push(part))
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts),
            }),
          )
          response.on('error', reject)
        },
      )
      request.on('error', (error: NodeJS.ErrnoException) => {
        wasKept(request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE'))
        reject(error)
      })
      request.end(body)
    })

  return async (asked) => {
    let kept = false
    try {
      return await once(asked, (was) => {
        kept = was
      })
    } catch (error) {
      // The other side may close a connection that nothing is on at the moment in which it is used again. Node.js, request.reusedSocket.
      if (!kept || (asked.repeatable !== true && (asked.method ?? 'GET') !== 'GET')) throw error
      return once(asked, () => undefined)
    }
  }
}
