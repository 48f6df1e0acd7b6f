/** The hub that the demonstration is told on: the one that runs here, or one that is started for it and stopped after it. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { CannotStart } from '../cannot-start.ts'
import type { Environment } from '../config.ts'
import { urlOfRunningHub } from '../running-hub.ts'

/** A hub that is ready. Disposing of it stops it, if it was started here. */
export interface HubAtHand extends AsyncDisposable {
  readonly url: string
  readonly home: string
  readonly startedHere: boolean
}

const ROOT = join(import.meta.dirname, '..', '..', '..', '..')

/**
 * Finds the hub of a home folder, or starts one in a process of its own on free ports.
 *
 * @throws CannotStart with the sentence of the hub that could not start
 */
export async function hubAtHand(home: string, environment: Environment): Promise<HubAtHand> {
  const running = runningAt(home)
  if (running !== undefined) return { url: running, home, startedHere: false, [Symbol.asyncDispose]: async () => {} }

  process.stderr.write('No hub is running here: one is started for the demonstration …\n')
  const child = spawn(process.execPath, [join(ROOT, 'infra', 'local', 'src', 'main.ts')], {
    cwd: ROOT,
    env: { PORT: '0', MLLP_PORT: '0', LOG_LEVEL: 'error', ...environment, HANDRAIL_LAUNCHER_PID: String(process.pid) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // Ctrl-C is for this program, which puts the clock back and then stops the hub; should it be killed, the hub sees that
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await ended
  }

  let [stdout, stderr] = ['', '']
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      const [, ready] = /^Handrail is ready at (\S+)$/m.exec(stdout) ?? []
      if (ready !== undefined) resolve(ready)
    })
    child.once('error', reject)
    void ended.then(() => reject(new CannotStart(stderr.trim() === '' ? 'The hub ended before it was ready.' : stderr.trim())))
  })
  return { url, home, startedHere: true, [Symbol.asyncDispose]: stop }
}

function runningAt(home: string): string | undefined {
  try {
    return urlOfRunningHub(home)
  } catch (error) {
    if (error instanceof CannotStart) return undefined
    throw error
  }
}
