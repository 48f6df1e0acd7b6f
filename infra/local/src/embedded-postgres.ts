/**
 * A PostgreSQL server of our own, from npm packages: the same engine as in production, with nothing to install on the machine.
 * It has a random password, listens on a socket in its folder and on a random loopback port, is durable unless asked otherwise, and stops
 * with its starter.
 */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { CannotStart } from './cannot-start.ts'
import { isAlive, takeLock } from './folder-lock.ts'
import { keepPostgres, type Keeper, type KeeperOptions } from './keep-postgres.ts'
import { howToRunPostgres, postgresBinaries, UNPRIVILEGED_ID } from './postgres-binaries.ts'
import { clearPredecessor, launch, readServerState, stop } from './postgres-process.ts'
import { asSetting, clearSockets, folderForSocket } from './postgres-socket.ts'

const USER = 'handrail'
const DATABASE = 'handrail'

/** How long another hub may take to leave the folder, in milliseconds: a hub that was just told to stop is waited for. */
const HANDOVER_MS = 3_000

/** Server settings for one machine with a few cores; durability is PostgreSQL's own default, full. */
const TUNED: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_permissions: '0700',
  max_connections: '100',
  shared_buffers: '256MB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  wal_buffers: '16MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  random_page_cost: '1.1', // solid-state disks
  jit: 'off', // compiling a statement costs more than any of ours
  max_parallel_workers_per_gather: '0', // many short statements, and containers with 64 MB of shared memory
  synchronous_commit: 'on',
}

/** For tests: nothing survives a crash, and nothing has to. */
const NOT_DURABLE: Record<string, string> = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', shared_buffers: '64MB' }

/** What to start, and how. */
export interface EmbeddedPostgresOptions {
  /** Where everything of this server lives; made when missing. */
  dataFolder: string
  /** False only in tests: a crash of the machine may then lose everything. */
  durable: boolean
  /** Further server settings, as PostgreSQL spells them. */
  settings?: Record<string, string>
  /** Starts it again whenever it ends by itself, and says so here. Absent: it is left alone, as a program that runs for a moment wants it. */
  keep?: Pick<KeeperOptions, 'log' | 'firstPauseMs'>
}

/** A running server. Disposing of it shuts it down cleanly and frees the folder. */
export interface EmbeddedPostgres extends AsyncDisposable {
  /** Connection string of the database `handrail`, as its owner and superuser. */
  url: string
  /** Whoever starts it again; present where that was asked for. */
  keeper?: Keeper
}

/**
 * Starts the server, making its files first when there are none, and recovering whatever a killed predecessor left behind.
 *
 * @throws CannotStart when another hub uses the folder, or the server does not start.
 */
export async function startEmbeddedPostgres({
  dataFolder,
  durable,
  settings = {},
  keep,
}: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const release = await lockFolder(dataFolder)
  try {
    const binaries = await postgresBinaries()
    const how = howToRunPostgres()
    const password = ownPassword(dataFolder, how.handOver)
    const data = join(dataFolder, 'data')
    if (!existsSync(data)) makeCluster(binaries.initdb, how, dataFolder, durable)
    await clearPredecessor(data)

    const socketFolder = await folderForSocket(dataFolder)
    const all = { ...TUNED, unix_socket_directories: asSetting(socketFolder), ...(durable ? {} : NOT_DURABLE), ...settings }
    const invocation = (port: number) =>
      how.invoke(
        binaries.postgres,
        ['-D', data, '-p', String(port), ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
        true,
      )
    const server = await launch(dataFolder, invocation)
    const at = { socketFolder, port: server.port, password }
    await makeDatabase(connectionString(at, 'postgres'))
    const startAgain = async () => {
      await clearPredecessor(data)
      clearSockets(dataFolder)
      return launch(dataFolder, invocation, server.port)
    }
    const keeper = keep === undefined ? undefined : keepPostgres({ dataFolder, server, startAgain, ...keep })
    return {
      url: connectionString(at),
      ...(keeper !== undefined && { keeper }),
      [Symbol.asyncDispose]: async () => {
        await (keeper === undefined ? stop(server.child) : keeper[Symbol.asyncDispose]())
        release()
      },
    }
  } catch (error) {
    release()
    throw error
  }
}

/** Connection string of the server that another process runs in this folder, or undefined when none runs. */
export function runningEmbeddedPostgres(dataFolder: string): string | undefined {
  const state = readServerState(join(dataFolder, 'data'))
  if (state === undefined || !isAlive(state.pid) || !state.ready) return undefined
  const { socketFolder, port } = state
  return connectionString({ socketFolder, port, password: readFileSync(join(dataFolder, 'password'), 'utf8') })
}

/** By the socket where there is one: a statement costs a quarter to a third less processor time than over loopback. */
const connectionString = (
  { socketFolder, port, password }: { readonly socketFolder: string; readonly port: number; readonly password: string },
  database = DATABASE,
): string => `postgres://${USER}:${password}@${socketFolder === '' ? '127.0.0.1' : encodeURIComponent(socketFolder)}:${port}/${database}`

async function lockFolder(dataFolder: string): Promise<() => void> {
  const deadline = Date.now() + HANDOVER_MS
  for (;;) {
    const lock = takeLock(join(dataFolder, 'hub.lock'))
    if ('release' in lock) return lock.release
    if (Date.now() > deadline) {
      throw new CannotStart(
        `The data folder ${dataFolder} is in use by another hub (process ${lock.heldBy}): stop that one, or set HANDRAIL_HOME to another folder.`,
      )
    }
    await pause(100)
  }
}

function ownPassword(dataFolder: string, handOver: boolean): string {
  const file = join(dataFolder, 'password')
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 })
  if (handOver) {
    chmodSync(dirname(dataFolder), 0o711) // nobody must get through to its folder; the keys beside it are readable by root only
    chownSync(dataFolder, UNPRIVILEGED_ID, UNPRIVILEGED_ID)
    chownSync(file, UNPRIVILEGED_ID, UNPRIVILEGED_ID)
  }
  return readFileSync(file, 'utf8')
}

/** initdb works in a folder of its own that gets its name when complete: a start that is killed half-way leaves nothing behind. */
function makeCluster(initdb: string, how: ReturnType<typeof howToRunPostgres>, dataFolder: string, durable: boolean): void {
  const unfinished = join(dataFolder, 'data.unfinished')
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { mode: 0o700 })
  if (how.handOver) chownSync(unfinished, UNPRIVILEGED_ID, UNPRIVILEGED_ID)
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--encoding=UTF8']
  const access = ['--username', USER, '--auth=scram-sha-256', `--pwfile=${join(dataFolder, 'password')}`]
  const { command, args, options } = how.invoke(
    initdb,
    ['-D', unfinished, ...locale, ...access, '--no-instructions', ...(durable ? [] : ['--no-sync'])],
    false,
  )
  const { status, stderr, error } = spawnSync(command, args, { ...options, encoding: 'utf8' })
  if (status !== 0) {
    const reason = error?.message ?? lastLine(stderr)
    throw new CannotStart(
      `The embedded PostgreSQL could not make its files in ${dataFolder} (${reason}): free the cause, set HANDRAIL_HOME to another folder, or set DATABASE_URL.`,
    )
  }
  renameSync(unfinished, join(dataFolder, 'data'))
}

async function makeDatabase(connectionString: string): Promise<void> {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`)
  } finally {
    await client.end()
  }
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? ''
