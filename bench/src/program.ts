/** Programs that a benchmark runs beside itself: servers are processes of their own, as they are in reality. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A running program. Disposing of it tells it to stop and waits until it has. */
export interface Program extends AsyncDisposable {
  /** The line that said it was ready. */
  readonly ready: string
  readonly pid: number
}

/** What to run, and the line on its stdout that says it is ready. */
export interface ProgramOptions {
  readonly command?: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly ready: RegExp
  readonly withinMs?: number
}

/** None of them outlives this process, however it ends. */
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGTERM')
})

const STOP_WITHIN_MS = 30_000
const KEPT_STDERR = 4_000 // characters; enough for the sentence that says why it did not start

/**
 * Starts a program and waits until it is ready. Of this process's environment it gets only what finds programs and files.
 *
 * @throws Error with the end of its stderr when it ends first, or is not ready in time
 */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const { command = process.execPath, args, env, ready, withinMs = 60_000 } = options
  const { PATH = '', HOME = '', TMPDIR } = process.env
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH, HOME, ...(TMPDIR !== undefined && { TMPDIR }), ...env },
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-KEPT_STDERR)))

  const line = await Promise.race([
    lineLike(child, ready),
    once(child, 'exit').then(() => undefined),
    new Promise<undefined>((resolve) => setTimeout(resolve, withinMs, undefined).unref()),
  ])
  if (line === undefined) {
    await stop(child)
    throw new Error(`${args.join(' ')} did not get ready: ${said.trim()}`)
  }
  return { ready: line, pid: child.pid ?? 0, [Symbol.asyncDispose]: () => stop(child) }
}

function lineLike({ stdout }: ChildProcess, wanted: RegExp): Promise<string> {
  return new Promise((resolve) => {
    if (stdout === null) return
    createInterface(stdout).on('line', (line) => {
      if (wanted.test(line)) resolve(line)
    })
  })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
  await exited
  clearTimeout(impatience)
}
