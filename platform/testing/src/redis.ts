/** A Redis for tests and for the benchmark, where the machine has a server for one. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { TestScope } from './database.ts'
import { freePort } from './free-port.ts'
import { until } from './until.ts'

/** A Redis of our own. */
export interface TestRedis extends AsyncDisposable {
  url: string
}

/** Starts a private redis-server or valkey-server on a free port, keeping nothing; undefined when neither is on the PATH. */
export async function startTestRedis(): Promise<TestRedis | undefined> {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const program = ['redis-server', 'valkey-server']
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((file) => existsSync(file))
  if (program === undefined) return undefined

  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'handrail-redis-'))
  const memoryOnly = ['--save', '', '--appendonly', 'no', '--dir', folder, '--maxmemory-policy', 'noeviction']
  const child = spawn(program, ['--port', String(port), '--bind', '127.0.0.1', ...memoryOnly], { stdio: 'ignore' })
  const exited = new Promise((resolve) => child.once('exit', resolve).once('error', resolve))
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await exited
    rmSync(folder, { recursive: true, force: true })
  }

  const ended = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null
  await until('Redis answers, or has ended', async () => ended() || answers(port))
  if (ended()) {
    await stop()
    return undefined
  }
  return { url: `redis://127.0.0.1:${port}`, [Symbol.asyncDispose]: stop }
}

/**
 * A Redis for a test file: the run's, or a private one where a redis-server or valkey-server is on the machine.
 *
 * @param own a server of one's own even where the run has one, because it will be flushed
 * @returns its URL; nothing where the machine has no server, and then the tests are skipped, visibly
 */
export async function testRedis(t: TestScope, { own = false }: { own?: boolean } = {}): Promise<string | undefined> {
  const { TEST_REDIS_URL: shared } = process.env
  if (shared !== undefined && !own) return shared
  const redis = await startTestRedis()
  t.teardown(() => redis?.[Symbol.asyncDispose]())
  return redis?.url
}

/** Why tests on Redis are skipped where there is none. */
export const NO_REDIS = 'no redis-server or valkey-server on this machine'

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
