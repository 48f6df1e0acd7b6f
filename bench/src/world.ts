/** Everything a run stands on, in a folder and on servers of its own that are gone when it ends. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
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
  const remove = (): void => rmSync(path, { recursive: true, force: true })
  process.on('exit', remove) // however this process ends
  return { path, [Symbol.dispose]: remove }
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

/** A hub with people in it. Disposing of it stops the hub. */
export interface Town extends AsyncDisposable {
  readonly databaseUrl: string
  readonly redisUrl: string | undefined
  readonly database: Database
  readonly hub: BenchHub
  readonly surroundings: Surroundings
  /** Read and searched: each has 20 sessions, however many the others have. */
  readonly readers: readonly SeededPerson[]
  /** Everybody else, in the order in which they were stored. */
  readonly others: readonly SeededPerson[]
  /** People with 50, with 500 and with 2,000 entries. */
  readonly of50: readonly SeededPerson[]
  readonly of500: readonly SeededPerson[]
  readonly of2000: readonly SeededPerson[]
  /** How long storing one resource took, in seconds. */
  readonly secondsAnEntry: number
  /** The load on the hub. */
  readonly load: Load
  /** Resolves when the hub has nothing left to do. */
  readonly settle: () => Promise<void>
}

/** What kind of town. */
export interface TownOptions {
  readonly folder: string
  readonly databaseUrl: string
  /** How the hub reaches the same database, where that is another way. */
  readonly hubDatabaseUrl?: string
  readonly redisUrl?: string
  readonly people: number
  readonly sessionsEach: number
  /** Where the hub's CPU profile is put when it stops. */
  readonly profileFolder?: string | undefined
  /** Aborted when the run is told to stop. */
  readonly signal: AbortSignal
  readonly tell: (line: string) => void
}

const READERS = 500
const READERS_SESSIONS = 20
const OF_50 = 10
const OF_500 = 4
const OF_2000 = 1
const SETTLED_WITHIN_MS = 30_000

/** Starts a hub on an empty database and fills it with people. */
export async function openTown({
  folder,
  databaseUrl,
  hubDatabaseUrl,
  redisUrl,
  people,
  sessionsEach,
  profileFolder,
  signal,
  tell,
}: TownOptions): Promise<Town> {
  await using opening = new AsyncDisposableStack()
  const hub = opening.use(await startBenchHub({ home: folder, databaseUrl: hubDatabaseUrl ?? databaseUrl, redisUrl, profileFolder }))
  // A process that makes a million resources answers late.
  const database = opening.use(await openDatabase(databaseUrl, { name: 'bench', max: 4, connectionTimeoutMs: 60_000 }))
  const surroundings = await surroundingsIn(database)
  const readers = Math.min(READERS, people >> 1)
  const begun = performance.now()
  // Facts of those who were copied in would be made while others are measured; of what is written from here on they are.
  await readFactsFrom(database, '1 hour')
  const seeded = await seedPeople(database, {
    people: people - readers,
    sessionsEach,
    withEntries: [
      ...repeated(readers, READERS_SESSIONS + 2),
      ...repeated(OF_50, 50),
      ...repeated(OF_500, 500),
      ...repeated(OF_2000, 2_000),
    ],
    from: PAST_THE_CAST,
    surroundings,
    onProgress: (stored) => {
      signal.throwIfAborted()
      if (stored % 10_000 === 0) tell(`  ${stored} people stored`)
    },
  })
  await readFactsFrom(database, '0')
  const from = (first: number, count: number): readonly SeededPerson[] => seeded.slice(first, first + count)
  const open = opening.move()
  return {
    databaseUrl,
    redisUrl,
    database,
    hub,
    surroundings,
    others: from(0, people - readers),
    readers: from(people - readers, readers),
    of50: from(people, OF_50),
    of500: from(people + OF_50, OF_500),
    of2000: from(people + OF_50 + OF_500, OF_2000),
    secondsAnEntry: (performance.now() - begun) / 1_000 / seeded.reduce((sum, { sessionIds }) => sum + sessionIds.length + 2, 0),
    load: loadOn(hub.port),
    settle: () => settled(database),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

/** The ceilings beside a town. Disposing of them stops their program. */
export interface Ceilings extends AsyncDisposable {
  /** The load on them. */
  readonly ceiling: Load
  /** Where the bare listener for hospitals is. */
  readonly ceilingMllpPort: number
}

/** Gives a town its ceilings: the same texts in tables of their own, and the bare handlers on them. */
export async function openCeilings({ database, databaseUrl, redisUrl }: Town): Promise<Ceilings> {
  await fillCeiling(database)
  const program = await startCeiling({ databaseUrl, redisUrl })
  return {
    ceiling: loadOn(program.port),
    ceilingMllpPort: program.mllpPort,
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  }
}

/** Lets the hub take over for its reports what changes from so long after now. */
async function readFactsFrom(database: Database, later: string): Promise<void> {
  await database.query({
    text: `INSERT INTO passport.fact_cursor (read_to) VALUES (now() + $1::interval) ON CONFLICT (single) DO UPDATE SET read_to = excluded.read_to`,
    values: [later],
  })
}

const repeated = (count: number, value: number): number[] => Array.from({ length: count }, () => value)

async function settled(database: Database): Promise<void> {
  const deadline = performance.now() + SETTLED_WITHIN_MS
  while (performance.now() < deadline) {
    const { rows } = await database.query<{ busy: boolean }>({ name: 'busy', text: BUSY })
    if (rows[0]?.busy === false) return
    await wait(20)
  }
  throw new Error(`The hub did not come to rest within ${SETTLED_WITHIN_MS / 1_000} s.`)
}

/** Changes that are not announced or not confirmed, and messages and stays that are not dealt with. */
const BUSY = `
  SELECT EXISTS (SELECT FROM events.outbox)
      OR EXISTS (SELECT FROM events.delivery WHERE dead_at IS NULL AND attempts = 0)
      OR EXISTS (SELECT FROM alerts.message WHERE handled_at IS NULL AND disposition = 'matched')
      OR EXISTS (SELECT FROM alerts.stay WHERE settled < version) AS busy`

/** How much memory a process holds, in bytes. */
export function residentBytes(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return Number(kilobytes) * 1_024
  } catch {
    return Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout) * 1_024
  }
}
