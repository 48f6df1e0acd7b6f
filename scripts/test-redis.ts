import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

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

  const deadline = Date.now() + 5_000
  while (!(await answers(port))) {
    if (Date.now() > deadline || child.exitCode !== null) {
      await stop()
      return undefined
    }
    await pause(20)
  }
  return { url: `redis://127.0.0.1:${port}`, [Symbol.asyncDispose]: stop }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
