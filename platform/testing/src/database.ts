/**
 * A real PostgreSQL database for a test: made from a template that has every migration applied, gone when the test ends.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '@infra/local/embedded-postgres'
import { isLeftBehind } from '@infra/local/folder-lock'
import { migrateAll } from '@infra/local/migrations'
import { openDatabase, type Database, type DatabaseOptions, type Queryable } from '@platform/service/database'
import { until } from './until.ts'

/** What this needs of a test: to be told when it is over. */
export interface TestScope {
  teardown(work: () => unknown): void
}

/** A server that databases can be made on quickly. */
export interface TestServer {
  /** Connection string of a superuser, to a database nobody uses. */
  readonly url: string
  /** The database with every migration applied, to be copied. */
  readonly template: string
}

/** A database of one test. */
export interface TestDatabase {
  readonly url: string
  /** Opens a pool on it that closes before the database goes. */
  open(options?: Partial<DatabaseOptions>): Promise<Database>
}

/**
 * Makes a database for this test, in 60 to 110 ms: by copying files, for its blocks would otherwise go through the buffers and be in everybody's way
 * until it is dropped. Call it once a file and share it, or once a test where tests would disturb
 * each other.
 *
 * Under `npm test` the server of the run is used; a test file that is run alone starts one for itself.
 */
export async function testDatabase(t: TestScope): Promise<TestDatabase> {
  const server = await testServer()
  const name = `test_${randomBytes(8).toString('hex')}`
  await administer(server.url, `CREATE DATABASE ${name} TEMPLATE ${server.template} STRATEGY FILE_COPY`)
  t.teardown(() => administer(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
  const url = Object.assign(new URL(server.url), { pathname: `/${name}` }).href
  return {
    url,
    open: async (options = {}) => {
      const database = await openDatabase(url, { name: 'test', ...options })
      t.teardown(() => database[Symbol.asyncDispose]())
      return database
    },
  }
}

/** A database without any table, for tests of migrations and of first starts. */
export async function emptyDatabase(t: TestScope): Promise<{ readonly url: string }> {
  const server = await testServer()
  const name = `test_${randomBytes(8).toString('hex')}`
  await administer(server.url, `CREATE DATABASE ${name}`)
  t.teardown(() => administer(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
  return { url: Object.assign(new URL(server.url), { pathname: `/${name}` }).href }
}

/**
 * Starts a server that keeps nothing, with the template on it. Its folder goes when it is disposed of.
 * `npm test` calls this once a run.
 */
export async function startTestServer(): Promise<TestServer & AsyncDisposable> {
  const place = folderInMemory() ?? tmpdir()
  forgetKilled(place)
  const folder = mkdtempSync(join(place, PREFIX))
  const dataFolder = join(folder, 'postgres') // where root hands it over, the folder above is opened to whoever runs the server
  const server = await startEmbeddedPostgres({ dataFolder, durable: false, settings: { max_connections: '300', max_wal_size: '256MB' } })
  const template = 'handrail_template'
  await administer(server.url, `CREATE DATABASE ${template}`)
  {
    await using database = await openDatabase(Object.assign(new URL(server.url), { pathname: `/${template}` }).href, { name: 'template' })
    await migrateAll(database)
    // The queues' own schema as well: made anew in each database it would cost more than the copy.
    const { openQueues } = await import('@platform/service/queues') // loaded here only: a test that makes no server may need no queue
    await using _queues = await openQueues({ database })
  }
  return {
    url: server.url,
    template,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const PREFIX = 'handrail-test-'

/** Takes away what servers left whose process was killed: in memory nobody else would. */
function forgetKilled(place: string): void {
  for (const name of readdirSync(place)) {
    if (!name.startsWith(PREFIX) || !isLeftBehind(join(place, name, 'postgres', 'hub.lock'))) continue
    try {
      rmSync(join(place, name), { recursive: true, force: true })
    } catch {
      // Another user's.
    }
  }
}

/** More than the databases of all files that run at once, and what the server writes ahead. */
const ROOM_IN_MEMORY = 2 * 1024 ** 3

/**
 * A folder that is memory, where the system has one with room: a database is some thousand small files, and copies of them wait for a disk, the longer
 * the busier it is. Whatever proves that data last has a server of its own, on the disk.
 */
function folderInMemory(): string | undefined {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm')
    return bavail * bsize >= ROOM_IN_MEMORY ? '/dev/shm' : undefined
  } catch {
    return undefined // not Linux
  }
}

/**
 * Waits until every transaction that has begun on the server has ended, in whichever database: other test files share the server, and
 * what waits for all that came before it (a bulk export, a seal of the audit chain) waits for theirs too.
 */
export async function earlierTransactionsEnded(database: Queryable): Promise<void> {
  const { rows: begun } = await database.query<{ next: string }>({ text: 'SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next' })
  await until('every transaction that had begun has ended', async () => {
    const { rows } = await database.query<{ ended: boolean }>({
      text: 'SELECT pg_snapshot_xmin(pg_current_snapshot()) >= $1::xid8 AS ended',
      values: [begun[0]?.next],
    })
    return rows[0]?.ended
  })
}

let own: Promise<TestServer> | undefined

async function testServer(): Promise<TestServer> {
  const { TEST_DATABASE_URL: url, TEST_DATABASE_TEMPLATE: template } = process.env
  if (url !== undefined && template !== undefined) return { url, template }
  own ??= startOwnServer()
  return own
}

async function startOwnServer(): Promise<TestServer> {
  // Loaded here only: whoever loads tap is a test from then on, and the runner of the tests is none.
  const { default: tap } = await import('tap')
  const server = await startTestServer()
  tap.teardown(() => server[Symbol.asyncDispose]())
  return server
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
