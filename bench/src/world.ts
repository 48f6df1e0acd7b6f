/** Everything a run stands on, in a folder and on servers of its own that are gone when it ends. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startEmbeddedPostgres } from '@infra/local/embedded-postgres'
import { openDatabase, type Database } from '@platform/service/database'
import { fillCeiling, startCeiling } from './ceiling.ts'
import { startBenchHub, type BenchHub } from './hub.ts'
import { loadOn, type Load } from './load.ts'
import { PAST_THE_CAST, type Surroundings } from './people.ts'
import { seedPeople, surroundingsIn, type SeededPerson } from './seeding.ts'

/** A PostgreSQL of the run. */
export interface Server extends AsyncDisposable {
  /** Makes a database and answers its connection string. */
  database(name: string): Promise<string>
}

/** A folder that is removed with everything in it. */
export function temporaryFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'handrail-bench-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** Starts a durable PostgreSQL in a folder, with the hub's settings and these over them. */
export async function startServer(folder: string, settings: Record<string, string> = {}): Promise<Server> {
  const server = await startEmbeddedPostgres({ dataFolder: join(folder, 'postgres'), durable: true, settings })
  return {
    async database(name) {
      await using own = await openDatabase(server.url, { name: 'bench', max: 1 })
      await own.query({ text: `CREATE DATABASE ${name}` })
      const url = new URL(server.url)
      url.pathname = `/${name}`
      return url.href
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** A hub with people in it and its ceilings beside it. Disposing of it stops all of them. */
export interface Town extends AsyncDisposable {
  readonly database: Database
  readonly hub: BenchHub
  readonly surroundings: Surroundings
  readonly people: readonly SeededPerson[]
  readonly of50: readonly SeededPerson[]
  readonly of500: readonly SeededPerson[]
  /** The load on the hub and on the ceilings. */
  readonly load: Load
  readonly ceiling: Load
  /** Resolves when every change of the record has been announced. */
  readonly settle: () => Promise<void>
}

/** What kind of town. */
export interface TownOptions {
  readonly folder: string
  readonly databaseUrl: string
  readonly redisUrl?: string
  readonly people: number
  readonly sessionsEach: number
  readonly onProgress: (line: string) => void
}

const OF_50 = 10
const OF_500 = 4
const SETTLED_WITHIN_MS = 10_000

/** Starts a hub on an empty database, fills it with people, and starts the ceilings on the same database. */
export async function openTown({ folder, databaseUrl, redisUrl, people, sessionsEach, onProgress }: TownOptions): Promise<Town> {
  await using opening = new AsyncDisposableStack()
  const queue = redisUrl === undefined ? {} : { redisUrl }
  const hub = opening.use(await startBenchHub({ home: folder, databaseUrl, ...queue }))
  const database = opening.use(await openDatabase(databaseUrl, { name: 'bench', max: 4 }))
  const surroundings = await surroundingsIn(database)
  const withEntries = [...Array.from({ length: OF_50 }, () => 50), ...Array.from({ length: OF_500 }, () => 500)]
  const seeded = await seedPeople(database, {
    people,
    sessionsEach,
    withEntries,
    from: PAST_THE_CAST,
    surroundings,
    onProgress: (stored) => stored % 10_000 === 0 && onProgress(`${stored} people stored`),
  })
  await fillCeiling(database)
  const ceilings = opening.use(await startCeiling({ databaseUrl, ...queue }))
  const open = opening.move()
  return {
    database,
    hub,
    surroundings,
    people: seeded.slice(0, people),
    of50: seeded.slice(people, people + OF_50),
    of500: seeded.slice(people + OF_50),
    load: loadOn(hub.port),
    ceiling: loadOn(ceilings.port),
    settle: () => settled(database),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

async function settled(database: Database): Promise<void> {
  const deadline = performance.now() + SETTLED_WITHIN_MS
  while (performance.now() < deadline) {
    const { rows } = await database.query<{ waiting: boolean }>({
      name: 'settled',
      text: 'SELECT EXISTS (SELECT FROM events.outbox) OR EXISTS (SELECT FROM events.delivery WHERE dead_at IS NULL AND attempts = 0) AS waiting',
    })
    if (rows[0]?.waiting === false) return
    await wait(20)
  }
  throw new Error('The hub did not come to rest.')
}
