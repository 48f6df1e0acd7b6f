/** HTTP load: so many connections, each with one request in flight. The same for both sides. */
import { drive, type Amount, type Driven } from './drive.ts'
import { openConnection, type HttpAnswer, type HttpConnection } from './http-connection.ts'

/** The next request to send; called once for each. */
export type NextRequest = () => Buffer

/** The load on one server. */
export interface Load {
  /**
   * Sends requests over `concurrency` connections at once.
   *
   * @throws Error with status and body as soon as an answer is no success
   */
  run(next: NextRequest, concurrency: number, amount: Amount): Promise<Driven>
  /** One request, with the body of its answer. */
  ask(request: Buffer): Promise<HttpAnswer>
  /** A connection that is kept for requests one after another. */
  keep(): Promise<HttpConnection>
}

/** The load on a server of this machine. Connections are opened before the clock runs, and last for one round. */
export function loadOn(port: number): Load {
  return {
    async run(next, concurrency, amount) {
      const connections = await Promise.all(Array.from({ length: concurrency }, () => openConnection(port)))
      try {
        return await drive(
          connections.map((connection) => async () => succeeded(await connection.send(next()))),
          amount,
        )
      } finally {
        for (const connection of connections) connection.close() // after a failure the others end here too
      }
    },
    async ask(request) {
      using connection = await openConnection(port)
      return succeeded(await connection.send(request, { keepBody: true }))
    },
    keep: async () => openConnection(port),
  }
}

/** The answer again. @throws Error with status and body when it is no success */
export function succeeded(answer: HttpAnswer): HttpAnswer {
  if (answer.status < 200 || answer.status > 299) throw new Error(`answered ${answer.status}: ${answer.body.slice(0, 500)}`)
  return answer
}

/** Goes through prepared requests again and again. */
export function inTurn(requests: readonly Buffer[]): NextRequest {
  if (requests.length === 0) throw new Error('There is no request to send.')
  let turn = 0
  return () => requests[turn++ % requests.length] as Buffer
}
