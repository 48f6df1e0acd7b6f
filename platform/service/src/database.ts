/**
 * PostgreSQL: a pool, named prepared statements, and transactions that try again when the database asks for it.
 */
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { silentLog, type Log } from './log.ts'
import { troubleOf } from './trouble.ts'

/**
 * A statement. With a `name` it is parsed once a connection; a name belongs to one text for ever.
 * Without a name it is parsed each time: only for text that is built at run time in endless variety.
 */
export interface Statement {
  readonly name?: string
  readonly text: string
  readonly values?: readonly unknown[]
}

/** Where statements can be run: the database itself, or a transaction in it. */
export interface Queryable {
  /** bigint and numeric arrive as string, date as 'YYYY-MM-DD', timestamptz as Date, smaller integers as number. */
  query<Row extends pg.QueryResultRow>(statement: Statement): Promise<pg.QueryResult<Row>>
}

/** How a transaction runs. */
export interface TransactionOptions {
  /** @default 'read committed' */
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable'
  /** How often it is tried when it meets a serialisation failure or a deadlock. @default 5 */
  readonly attempts?: number
}

/** An open database. Disposing of it waits for what runs, then closes every connection. */
export interface Database extends Queryable, AsyncDisposable {
  readonly pool: pg.Pool
  /** The connection string, for whoever needs a connection of its own. It holds a password: never log it. */
  readonly url: string
  /**
   * Runs `work` in one transaction: committed when it resolves, rolled back when it throws.
   * It may run more than once (SQLSTATE 40001, 40P01), so it must do nothing but statements.
   */
  transaction<T>(work: (tx: Queryable) => Promise<T>, options?: TransactionOptions): Promise<T>
}

/** How to open a database. */
export interface DatabaseOptions {
  /** Shown in pg_stat_activity, e.g. the service. */
  readonly name: string
  /** The most connections this pool opens. @default 10 */
  readonly max?: number
  /** `force_generic_plan` spares planning where statements are few, known and insensitive to their values. */
  readonly planCacheMode?: 'auto' | 'force_generic_plan'
  /** Further settings of each connection, as PostgreSQL's own startup options: `-c synchronous_commit=off`. */
  readonly options?: string
  /** How long to wait for a connection before giving up, in milliseconds. @default 10_000 */
  readonly connectionTimeoutMs?: number
  readonly log?: Log
}

/** PostgreSQL cannot be reached or will not have us. The message is one sentence without secrets. */
export class DatabaseUnreachable extends Error {
  override readonly name = 'DatabaseUnreachable'
  readonly code = 'DATABASE_UNREACHABLE'
  readonly remedy = 'Check DATABASE_URL, that PostgreSQL is running, and that it takes this user and password.'
}

const SERIALIZATION_FAILURE = '40001'
const DEADLOCK_DETECTED = '40P01'
const MAY_SUCCEED_NEXT_TIME = new Set<unknown>([SERIALIZATION_FAILURE, DEADLOCK_DETECTED])
// A connection that is kept and rests must not be forgotten by what lies between: balancers drop it after some minutes and tell neither end.
const KEPT_ALIVE_AFTER_MS = 30_000
const DATE = 1082 // pg_type.oid of `date`

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === DATE ? String : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
}

/**
 * Opens a pool and tries one connection.
 *
 * @throws DatabaseUnreachable with a sentence that names host, port and database.
 */
export async function openDatabase(url: string, options: DatabaseOptions): Promise<Database> {
  const { name, max = 10, planCacheMode = 'auto', connectionTimeoutMs = 10_000, log = silentLog } = options
  const settings = [options.options, planCacheMode === 'auto' ? undefined : `-c plan_cache_mode=${planCacheMode}`].filter(
    (part) => part !== undefined,
  )
  const pool = new pg.Pool({
    connectionString: url,
    application_name: name,
    max,
    types,
    connectionTimeoutMillis: connectionTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEPT_ALIVE_AFTER_MS,
    ...(settings.length > 0 && { options: settings.join(' ') }),
  })
  // A connection that breaks is replaced at the next use, and whatever ran on it fails with its error. Without listeners
  // the news would end the process: the pool tells it of idle connections, a connection in use tells it itself.
  const connection = troubleOf(log, { event: 'database.connection-lost', fields: { pool: name } })
  pool.on('error', connection.failed)
  pool.on('connect', (client) => {
    connection.worked()
    client.on('error', () => undefined)
  })

  try {
    await pool.query('SELECT 1')
  } catch (cause) {
    await pool.end()
    throw new DatabaseUnreachable(sentenceFor(url, cause), { cause })
  }

  return {
    pool,
    url,
    query: (statement) => pool.query(statement as pg.QueryConfig),
    transaction: (work, how) => transaction(pool, work, how),
    [Symbol.asyncDispose]: () => pool.end(),
  }
}

async function transaction<T>(
  pool: pg.Pool,
  work: (tx: Queryable) => Promise<T>,
  { isolation = 'read committed', attempts = 5 }: TransactionOptions = {},
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(pool, work, isolation)
    } catch (error) {
      if (attempt >= attempts || !MAY_SUCCEED_NEXT_TIME.has((error as { code?: unknown }).code)) throw error
      await wait(attempt * attempt) // 1, 4, 9, 16 ms: lets the winner finish
    }
  }
}

async function once<T>(pool: pg.Pool, work: (tx: Queryable) => Promise<T>, isolation: string): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query(isolation === 'read committed' ? 'BEGIN' : `BEGIN ISOLATION LEVEL ${isolation}`)
    const result = await work({ query: (statement) => client.query(statement as pg.QueryConfig) })
    const { command } = await client.query('COMMIT')
    // PostgreSQL answers COMMIT with ROLLBACK when a statement failed and the error was swallowed.
    if (command !== 'COMMIT') throw new Error('The transaction was rolled back: a statement in it had failed.')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch((lost: Error) => {
      broken = lost
    })
    throw error
  } finally {
    client.release(broken)
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOENT: 'there is no socket',
  ENOTFOUND: 'the host name is unknown',
  ETIMEDOUT: 'it did not answer in time',
  '28P01': 'the password is wrong',
  '28000': 'the user is not allowed in',
  '3D000': 'the database does not exist',
  '57P03': 'it is starting up or shutting down',
  '53300': 'it has no connection left',
}

function sentenceFor(url: string, cause: unknown): string {
  const parsed = URL.parse(url)
  const host = decodeURIComponent(parsed?.hostname ?? '') || 'localhost'
  const where = parsed === null ? 'at DATABASE_URL' : `at ${host}:${parsed.port || '5432'}${parsed.pathname}`
  const code = (cause as { code?: string }).code ?? 'no answer'
  return `PostgreSQL ${where} cannot be used: ${REASONS[code] ?? code}.`
}
