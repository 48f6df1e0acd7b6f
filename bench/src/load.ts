/** The load: so many connections, each with one request in flight, for so long or for so many calls. The same for both sides. */
import { openConnection, type HttpAnswer } from './http-connection.ts'
import { measured, type Measured } from './statistics.ts'

/** The next request to send; called once for each. */
export type NextRequest = () => Buffer

/** How much load one round is. */
export type Amount = { readonly forMs: number } | { readonly calls: number }

/** The load on one server. */
export interface Load {
  /**
   * Sends requests over `concurrency` connections at once.
   *
   * @param each how many things one call does, for the rate: 10 for a transaction of ten
   * @throws Error with status and body as soon as an answer is no success
   */
  run(next: NextRequest, concurrency: number, amount: Amount, each?: number): Promise<Measured>
  /** How long each of so many calls took, in milliseconds, in the order in which they ended. */
  durations(next: NextRequest, concurrency: number, calls: number): Promise<number[]>
  /** One request, with the body of its answer. */
  ask(request: Buffer): Promise<HttpAnswer>
}

/** The load on a server of this machine. Connections are opened before the clock runs, and last for one round. */
export function loadOn(port: number): Load {
  return {
    async run(next, concurrency, amount, each = 1) {
      const { durations, elapsedMs } = await drive(port, next, concurrency, amount)
      return measured(durations, elapsedMs, each)
    },
    durations: async (next, concurrency, calls) => (await drive(port, next, concurrency, { calls })).durations,
    async ask(request) {
      const connection = await openConnection(port)
      try {
        return succeeded(await connection.send(request, { keepBody: true }))
      } finally {
        connection.close()
      }
    },
  }
}

async function drive(
  port: number,
  next: NextRequest,
  concurrency: number,
  amount: Amount,
): Promise<{ durations: number[]; elapsedMs: number }> {
  const durations: number[] = []
  const connections = await Promise.all(Array.from({ length: concurrency }, () => openConnection(port)))
  const start = performance.now()
  const deadline = 'forMs' in amount ? start + amount.forMs : Number.POSITIVE_INFINITY
  let left = 'calls' in amount ? amount.calls : Number.POSITIVE_INFINITY
  try {
    await Promise.all(
      connections.map(async (connection) => {
        for (let sent = performance.now(); sent < deadline && left > 0;) {
          left -= 1
          succeeded(await connection.send(next()))
          const answered = performance.now()
          durations.push(answered - sent)
          sent = answered
        }
      }),
    )
    return { durations, elapsedMs: performance.now() - start }
  } finally {
    for (const connection of connections) connection.close() // after a failure the others end here too
  }
}

function succeeded(answer: HttpAnswer): HttpAnswer {
  if (answer.status < 200 || answer.status > 299) throw new Error(`answered ${answer.status}: ${answer.body.slice(0, 500)}`)
  return answer
}

/** Goes through prepared requests again and again. */
export function inTurn(requests: readonly Buffer[]): NextRequest {
  if (requests.length === 0) throw new Error('There is no request to send.')
  let turn = 0
  return () => requests[turn++ % requests.length] as Buffer
}
