/**
 * A database for tests that ask "what if": every statement runs on one connection, and what was done since any moment can be taken back. One request
 * at a time.
 */
import type { Pool, PoolClient } from 'pg'
import type { Database, Queryable } from '@platform/service/database'
import { testDatabase } from '@platform/testing/database'

export interface RewindableDatabase {
  readonly database: Database
  /**
   * Does the work, gives what it gave, and leaves the database as it was before. The outermost is a transaction that is given up when it is over: one that
   * stayed open for as long as the test runs would keep waiting whoever waits, anywhere on the server, for all that came before (the seal of an audit
   * chain, an export), and its statements would look through everything that was ever taken back.
   */
  undone<T>(work: () => Promise<T>): Promise<T>
}

interface TestScope {
  teardown(work: () => unknown): void
}

export async function aRewindableDatabase(t: TestScope): Promise<RewindableDatabase> {
  const { open } = await testDatabase(t)
  const { pool, url } = await open({ max: 1 })
  const client = await pool.connect()
  t.teardown(() => client.release(true))
  const run: Queryable['query'] = (statement) => client.query(statement as never)
  const sql = (text: string) => run({ text })

  let marks = 0
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work)
    last = turn.catch(() => undefined)
    return turn
  }
  /** A place to which everything can be taken back: the transaction itself, or a mark in it. */
  let depth = 0
  const begin = async (): Promise<{ keep(): Promise<void>; takeBack(): Promise<void> }> => {
    const mark = `m${(marks += 1)}`
    const isOutermost = depth === 0
    await sql(isOutermost ? 'BEGIN' : `SAVEPOINT ${mark}`)
    depth += 1
    const end = async (text: string): Promise<void> => {
      await sql(text)
      depth -= 1
    }
    return {
      keep: () => end(isOutermost ? 'COMMIT' : `RELEASE ${mark}`),
      takeBack: () => end(isOutermost ? 'ROLLBACK' : `ROLLBACK TO ${mark}; RELEASE ${mark}`), // else each mark would stand within the one before it
    }
  }
  // A transaction that is given up leaves nothing behind, and does not end the one around it.
  const apart = async <T>(work: () => Promise<T>): Promise<T> => {
    const { keep, takeBack } = await begin()
    try {
      const result = await work()
      await keep()
      return result
    } catch (error) {
      await takeBack()
      throw error
    }
  }

  // Whoever wants a connection of their own, such as a COPY, is given the one there is, and cannot let it go.
  const lent = new Proxy(client, {
    get: (of, name) => {
      const value: unknown = name === 'release' ? () => undefined : Reflect.get(of, name, of)
      return typeof value === 'function' ? value.bind(of) : value
    },
  })
  const lending = { connect: async (): Promise<PoolClient> => lent } as unknown as Pool

  return {
    database: {
      pool: lending,
      url,
      query: (statement) => inTurn(() => run(statement)),
      transaction: (work) => inTurn(() => apart(() => work({ query: run }))),
      [Symbol.asyncDispose]: async () => undefined,
    },
    async undone(work) {
      const { takeBack } = await inTurn(begin)
      try {
        return await work()
      } finally {
        await inTurn(takeBack)
      }
    },
  }
}
