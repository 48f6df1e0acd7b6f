/**
 * Keeps the embedded PostgreSQL running for as long as the hub does. A server that ends by itself, because the machine ran out of memory and killed
 * it, say, is started again at the same address; one that ends at once again and again is given up, for then somebody must look.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '@platform/service/log'
import { CannotGoOn, CannotStart } from './cannot-start.ts'
import { stop, type ServerProcess } from './postgres-process.ts'

/** What it keeps, and how. */
export interface KeeperOptions {
  /** The folder of the server. */
  readonly dataFolder: string
  /** The server that runs now. */
  readonly server: ServerProcess
  /** Starts it again where it was, after whatever is left of it has gone. */
  readonly startAgain: () => Promise<ServerProcess>
  readonly log: Log
  /** The pause before the first attempt to start it again, in milliseconds; doubled for each further one. @default 250 */
  readonly firstPauseMs?: number
}

/** Keeps it until it is disposed of, which stops the server. */
export interface Keeper extends AsyncDisposable {
  /** @throws PostgresAway while it is being started again */
  expectRunning(): void
  /** Resolves when it was given up, with the sentence for the operator; never while it can be helped. */
  readonly givenUp: Promise<CannotGoOn>
}

// 250 ms doubled 6 times: 32 s of pauses together before we give up.
const FIRST_PAUSE_MS = 250
const ATTEMPTS = 7
/** A server that ran for so long did not end at once: the next end is the first of its own row. */
const RAN_WELL_MS = 60_000

/** What readiness says while the server is away. Its remedy is read by others. */
export class PostgresAway extends Error {
  override readonly name = 'PostgresAway'
  readonly code = 'EMBEDDED_POSTGRES_AWAY'
  readonly remedy = 'It ended by itself and is being started again; wait, and read postgres/postgres.log in HANDRAIL_HOME for why.'
}

/** Begins to keep it. */
export function keepPostgres({ dataFolder, server, startAgain, log, firstPauseMs = FIRST_PAUSE_MS }: KeeperOptions): Keeper {
  const stopping = new AbortController()
  const givenUp = Promise.withResolvers<CannotGoOn>()
  let running: ServerProcess | undefined = server

  /** The attempts after one end of the server, until one lasts. */
  const again = async (
    ended: string,
    failuresBefore: number,
  ): Promise<{ readonly server: ServerProcess; readonly failures: number } | undefined> => {
    let reason = ended
    for (let failures = failuresBefore + 1; ; failures++) {
      const lost = whyItCannotComeBack(dataFolder, reason, failures)
      if (lost !== undefined) {
        log.fatal({ event: 'postgres.given-up', reason, attempts: failures - 1 })
        givenUp.resolve(lost)
        return undefined
      }
      const pauseMs = firstPauseMs * 2 ** (failures - 1)
      log.error({ event: 'postgres.ended', reason, startedAgainInMs: pauseMs })
      await pause(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return undefined
      try {
        return { server: await startAgain(), failures }
      } catch (error) {
        if (!(error instanceof CannotStart)) throw error
        reason = error.message
      }
    }
  }

  const keeping = (async () => {
    let failures = 0
    while (running !== undefined) {
      const since = performance.now()
      const ended = await running.ended
      running = undefined
      if (stopping.signal.aborted) return
      if (performance.now() - since >= RAN_WELL_MS) failures = 0
      const next = await again(ended, failures)
      if (next === undefined) return
      if (stopping.signal.aborted) return stop(next.server.child)
      running = next.server
      failures = next.failures
      log.warn({ event: 'postgres.runs-again', attempts: failures })
    }
  })()
  keeping.catch((cause: unknown) => {
    log.fatal({ event: 'postgres.given-up', error: cause })
    givenUp.resolve(
      new CannotGoOn(`The embedded PostgreSQL ended and could not be started again: see ${join(dataFolder, 'postgres.log')}.`, { cause }),
    )
  })

  return {
    expectRunning() {
      if (running === undefined) throw new PostgresAway('The embedded PostgreSQL is not running.')
    },
    givenUp: givenUp.promise,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      if (running !== undefined) await stop(running.child)
      await keeping.catch(() => undefined)
    },
  }
}

/** The sentence with which it is given up, or nothing where it may be tried again. No new, empty database is ever made in place of one that is gone. */
function whyItCannotComeBack(dataFolder: string, reason: string, failures: number): CannotGoOn | undefined {
  if (!existsSync(join(dataFolder, 'data', 'PG_VERSION'))) {
    return new CannotGoOn(
      `The embedded PostgreSQL ended because its files in ${dataFolder} are gone: put the folder back, from a backup if need be, then start the hub.`,
    )
  }
  if (failures <= ATTEMPTS) return undefined
  return new CannotGoOn(
    `The embedded PostgreSQL ended at once ${failures} times (last: ${reason}): see ${join(dataFolder, 'postgres.log')}, mend the cause, then start the hub.`,
  )
}
