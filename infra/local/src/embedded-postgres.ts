/**
 * A PostgreSQL server of our own, from npm packages: the same engine as in production, with nothing to install on the machine.
 * It has a random password, listens on a socket in its folder and on a random loopback port, is durable unless asked otherwise, and stops
 * with its starter.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { CannotStart } from './cannot-start.ts'
import { isAlive, takeLock } from './folder-lock.ts'
import { howToRunPostgres, postgresBinaries, UNPRIVILEGED_ID, type Invocation } from './postgres-binaries.ts'
import { asSetting, folderForSocket } from './postgres-socket.ts'

const USER = 'handrail'
const DATABASE = 'handrail'

/** How long another hub may take to leave the folder, in milliseconds: a hub that was just told to stop is waited for. */
const HANDOVER_MS = 3_000
/** How long the server may take to start: recovery after a crash reads at most max_wal_size, which takes seconds. */
const START_MS = 120_000
/** How long sessions have to end by themselves when the server stops, in milliseconds. */
const HANG_UP_MS = 500
/** How long a fast shutdown may take; it writes one checkpoint. */
const STOP_MS = 30_000

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
}

/** A running server. Disposing of it shuts it down cleanly and frees the folder. */
export interface EmbeddedPostgres extends AsyncDisposable {
  /** Connection string of the database `handrail`, as its owner and superuser. */
  url: string
}

/**
 * Starts the server, making its files first when there are none, and recovering whatever a killed predecessor left behind.
 *
 * @throws CannotStart when another hub uses the folder, or the server does not start.
 */
export async function startEmbeddedPostgres({ dataFolder, durable, settings = {} }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
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
    const server = await launch(dataFolder, (port) =>
      how.invoke(
        binaries.postgres,
        ['-D', data, '-p', String(port), ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
        true,
      ),
    )
    const at = { socketFolder, port: server.port, password }
    await makeDatabase(connectionString(at, 'postgres'))
    return {
      url: connectionString(at),
      [Symbol.asyncDispose]: async () => {
        await stop(server.child)
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

interface ServerState {
  pid: number
  port: number
  /** Empty where it has no socket. */
  socketFolder: string
  ready: boolean
}

/** postmaster.pid: process, folder, start time, port, socket folder, address, shared memory, status. One line each. */
function readServerState(data: string): ServerState | undefined {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
    return { pid: Number(lines[0]), port: Number(lines[3]), socketFolder: lines[4] ?? '', ready: lines[7]?.trim() === 'ready' }
  } catch {
    return undefined
  }
}

/** The command line of a process; empty for one that has ended and waits to be collected. */
function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return spawnSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' }).stdout ?? ''
  }
}

/**
 * We hold the folder's lock, so a server that still runs here lost its hub. It is probably shutting down already; if not, it is
 * told to. A process number that was given out again since is not a server, and PostgreSQL must not take it for one.
 */
async function clearPredecessor(data: string): Promise<void> {
  const patience = { ask: Date.now() + 5_000, giveUp: Date.now() + STOP_MS }
  for (let asked = false; ;) {
    const state = readServerState(data)
    if (state === undefined || !isAlive(state.pid)) return
    const ours = commandLine(state.pid)
    if (ours !== '' && !ours.includes(data)) return rmSync(join(data, 'postmaster.pid'), { force: true })
    if (!asked && Date.now() > patience.ask) {
      process.kill(state.pid, 'SIGINT')
      asked = true
    }
    if (Date.now() > patience.giveUp) {
      throw new CannotStart(
        `An earlier PostgreSQL (process ${state.pid}) still runs in ${data} and does not stop: end it, then start again.`,
      )
    }
    await pause(20)
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

async function launch(dataFolder: string, invocation: (port: number) => Invocation): Promise<{ child: ChildProcess; port: number }> {
  const logFile = join(dataFolder, 'postgres.log')
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    const { command, args, options } = invocation(port)
    const log = openSync(logFile, 'w', 0o600)
    // A session of its own: Ctrl-C in a terminal is for the hub, which closes its connections before it stops the server.
    const child = spawn(command, args, { ...options, stdio: ['ignore', log, log], detached: true })
    closeSync(log)
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('exit', () => resolve(lastLine(readFileSync(logFile, 'utf8'), /FATAL|PANIC/)))
    })
    const outcome = await Promise.race([ended, untilReady(join(dataFolder, 'data'), child)])
    if (outcome === undefined) {
      child.unref()
      return { child, port }
    }
    // Another program took the port meanwhile, or a killed server is not quite gone: both pass.
    const passes = /could not create any TCP\/IP sockets|lock file "postmaster.pid" already exists/.test(outcome)
    if (!passes || attempt === 5) {
      throw new CannotStart(`The embedded PostgreSQL did not start (${outcome}): see ${logFile}, or set DATABASE_URL.`)
    }
    await pause(200)
  }
}

async function untilReady(data: string, child: ChildProcess): Promise<string | undefined> {
  const deadline = Date.now() + START_MS
  while (child.exitCode === null && child.signalCode === null) {
    const state = readServerState(data)
    if (state?.pid === child.pid && state?.ready) return undefined
    if (Date.now() > deadline) {
      child.kill('SIGQUIT')
      return `not ready after ${START_MS / 1_000} seconds`
    }
    await pause(10)
  }
  return new Promise(() => {}) // it ended: the other promise of the race has the reason
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

/**
 * Shuts down: first as soon as the last session is over (closed pools take a moment to hang up), then by ending sessions. Either
 * way everything is written, and the next start needs no recovery.
 */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.ref()
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const timers = [setTimeout(() => child.kill('SIGINT'), HANG_UP_MS), setTimeout(() => child.kill('SIGQUIT'), STOP_MS)]
  await exited
  for (const timer of timers) clearTimeout(timer)
}

function lastLine(text: string, like = /\S/): string {
  const lines = text.trim().split('\n')
  return (lines.findLast((line) => like.test(line)) ?? lines.at(-1) ?? '').trim()
}
