/** The PostgreSQL server as a process: started, found again, cleared away, stopped. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, statSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CannotStart } from './cannot-start.ts'
import { isAlive } from './folder-lock.ts'
import type { Invocation } from './postgres-binaries.ts'

/** How long the server may take to start: recovery after a crash reads at most max_wal_size, which takes seconds. */
const START_MS = 120_000
/** How long sessions have to end by themselves when the server stops, in milliseconds. */
const HANG_UP_MS = 500
/** How long a fast shutdown may take; it writes one checkpoint. */
const STOP_MS = 30_000
/** How long what is left of a killed server has to end by itself, and then to end at once as it is told, in milliseconds each. */
const LEFT_BEHIND_MS = 2_000

/** What a server says of itself in its folder. */
export interface ServerState {
  readonly pid: number
  readonly port: number
  /** Empty where it has no socket. */
  readonly socketFolder: string
  readonly ready: boolean
}

/** A server that takes connections. */
export interface ServerProcess {
  readonly child: ChildProcess
  readonly port: number
  /** Resolves when it has ended, for whatever reason, with what it said last or how it was ended. */
  readonly ended: Promise<string>
}

/** postmaster.pid: process, folder, start time, port, socket folder, address, shared memory, status. One line each. */
export function readServerState(data: string): ServerState | undefined {
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
export async function clearPredecessor(data: string): Promise<void> {
  const patience = { ask: Date.now() + 5_000, giveUp: Date.now() + STOP_MS }
  for (let asked = false; ;) {
    const state = readServerState(data)
    if (state === undefined || !isAlive(state.pid)) return clearLeftBehind(data)
    const ours = commandLine(state.pid)
    if (ours !== '' && !ours.includes(data)) {
      rmSync(join(data, 'postmaster.pid'), { force: true })
      return clearLeftBehind(data)
    }
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

/**
 * When the first process of a server is killed, each of the others ends as soon as it notices, which one in the middle of a long statement does late.
 * PostgreSQL starts only when all have let go of its shared memory; so they are told to end at once, as their own server would tell them.
 */
async function clearLeftBehind(data: string): Promise<void> {
  for (const signal of ['none', 'SIGQUIT', 'SIGKILL'] as const) {
    const left = processesIn(data)
    if (left.length === 0) return
    if (signal !== 'none') for (const pid of left) endIfAlive(pid, signal)
    const deadline = Date.now() + LEFT_BEHIND_MS
    while (processesIn(data).length > 0 && Date.now() < deadline) await pause(20)
  }
}

/** The processes whose working folder this is, as a server's is; none where the system does not tell, and PostgreSQL's own check has to do. */
export function processesIn(data: string): readonly number[] {
  if (process.platform !== 'linux' || !existsSync(data)) return []
  const folder = realpathSync(data)
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && workingFolder(name) === folder && nameOf(name).startsWith('postgres'))
    .map(Number)
}

function workingFolder(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return undefined // it has ended, or is somebody else's
  }
}

function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8')
  } catch {
    return ''
  }
}

function endIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended meanwhile.
  }
}

/** A port of this machine that nobody listens on at the moment. */
async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

/**
 * Starts the server in this folder, on a free port, and resolves when it takes connections. Its log is `postgres.log` beside its data.
 *
 * @param port the one it had before, for whom its address must stay; its log is then written on
 * @throws CannotStart when it does not come up
 */
export async function launch(dataFolder: string, invocation: (port: number) => Invocation, port?: number): Promise<ServerProcess> {
  const logFile = join(dataFolder, 'postgres.log')
  for (let attempt = 1; ; attempt++) {
    const on = port ?? (await freePort())
    const { command, args, options } = invocation(on)
    const log = openSync(logFile, port === undefined ? 'w' : 'a', 0o600)
    const from = statSync(logFile).size
    // A session of its own: Ctrl-C in a terminal is for the hub, which closes its connections before it stops the server.
    const child = spawn(command, args, { ...options, stdio: ['ignore', log, log], detached: true })
    closeSync(log)
    let isReady = false
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('exit', (code, signal) =>
        resolve(signal ?? reasonIn(readFrom(logFile, from), { wasReady: isReady }) ?? `exit code ${code}`),
      )
    })
    const outcome = await Promise.race([ended, untilReady(join(dataFolder, 'data'), child)])
    if (outcome === undefined) {
      isReady = true
      child.unref()
      return { child, port: on, ended }
    }
    // Another program took the port meanwhile, or a killed server is not quite gone: both pass.
    const passes = /could not create any TCP\/IP sockets|lock file "postmaster.pid" already exists|pre-existing shared memory block/.test(
      outcome,
    )
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

/**
 * Shuts down: first as soon as the last session is over (closed pools take a moment to hang up), then by ending sessions. Either
 * way everything is written, and the next start needs no recovery.
 */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.ref()
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const timers = [setTimeout(() => child.kill('SIGINT'), HANG_UP_MS), setTimeout(() => child.kill('SIGQUIT'), STOP_MS)]
  await exited
  for (const timer of timers) clearTimeout(timer)
}

/** What was written to a file from there on; nothing where somebody took the file away. */
function readFrom(file: string, from: number): string {
  try {
    return readFileSync(file).subarray(from).toString('utf8')
  } catch {
    return ''
  }
}

/** Why a server ended, in its own words. Of one that had been ready other lines are not told: they may quote a statement. */
function reasonIn(text: string, { wasReady }: { readonly wasReady: boolean }): string | undefined {
  const lines = text.trim().split('\n')
  const told = lines.findLast((line) => /FATAL|PANIC/.test(line)) ?? (wasReady ? undefined : lines.at(-1))
  return told === undefined || told === '' ? undefined : told.trim()
}
