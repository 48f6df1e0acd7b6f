/** A real hub in a process of its own, on free ports and with a home folder of its own, for tests that go through its doors. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testDatabase, type TestScope } from './database.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const PROGRAMS = {
  /** As people start it; signals go to npm. */
  npm: ['npm', 'start'],
  /** The same program without npm and the launcher: quicker. */
  node: [process.execPath, 'infra/local/src/main.ts'],
} as const

/** Settings that the machine or the test run may have, and a hub under test must not see. */
const FOREIGN =
  /^(HOST|PORT|[A-Z]+_URL|HANDRAIL_.*|MLLP_.*|OUTBOUND_ALLOW|LOCAL_RECORDS|SIGN_IN_ISSUERS|TRUSTED_ISSUERS|FHIR_PACKAGES|BARS_.*|LOG_LEVEL|TEST_.*|NODE_OPTIONS|TAP.*)$/

/** Nothing happens on a hub under test but what the test does. */
const BARE = { HANDRAIL_SAMPLE_DAY: 'false' }

/** How a hub ended. */
export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A started program, which may be a hub. */
export interface HubProcess {
  readonly pid: number
  /** Resolves with the address of the ready line, or rejects with what was said when it ended before. */
  readonly ready: Promise<string>
  readonly ended: Promise<Ending>
  kill(signal: NodeJS.Signals): void
}

/** A hub that is ready. */
export interface TestHub {
  readonly url: string
  readonly home: string
  /** Where its database is, for what stands beside it. */
  readonly databaseUrl: string
  readonly process: HubProcess
  /** Stops it as an operator does, and says how it ended. */
  stop(): Promise<Ending>
}

/** A new folder for HANDRAIL_HOME; gone when the test ends. */
export function temporaryHome(t: TestScope): string {
  const home = mkdtempSync(join(tmpdir(), 'handrail-home-'))
  t.teardown(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }))
  return home
}

/**
 * Starts the program with these settings and nothing else of this machine's; ports are free ones unless given.
 * Whatever is left of it when the test ends is killed.
 */
export function runHub(t: TestScope, settings: Record<string, string>, by: keyof typeof PROGRAMS = 'node'): HubProcess {
  const [command, ...args] = PROGRAMS[by]
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.test(name)))
  const child = spawn(command, args, {
    cwd: ROOT,
    // As its launcher, this process takes the hub along when it is ended without a word.
    env: { ...environment, PORT: '0', MLLP_PORT: '0', LOG_LEVEL: 'warn', ...BARE, HANDRAIL_LAUNCHER_PID: String(process.pid), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a group of its own, so that everything it started can be ended with it
  })
  t.teardown(() => endGroup(child))
  return follow(child)
}

/** A hub that is ready: with a demonstration in it, on a test database unless one is given. Settings override. */
export async function testHub(t: TestScope, settings: Record<string, string> = {}): Promise<TestHub> {
  const home = temporaryHome(t)
  const databaseUrl = settings['DATABASE_URL'] ?? (await testDatabase(t)).url
  const hub = runHub(t, { HANDRAIL_HOME: home, ...settings, DATABASE_URL: databaseUrl })
  const url = await hub.ready
  const stop = (): Promise<Ending> => {
    hub.kill('SIGTERM')
    return hub.ended
  }
  t.teardown(stop)
  return { url, home, databaseUrl, process: hub, stop }
}

function follow(child: ChildProcess): HubProcess {
  let stdout = ''
  let stderr = ''
  const ready = Promise.withResolvers<string>()
  ready.promise.catch(() => undefined) // a test that expects a failure looks at `ended` only
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    const [, url] = /^Handrail is ready at (\S+)$/m.exec(stdout) ?? []
    if (url !== undefined) ready.resolve(url)
  })
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      ready.reject(new Error(`The hub ended with ${code ?? signal} before it was ready: ${stderr.slice(-2_000)}`))
      resolve({ code, signal, stdout, stderr })
    })
  })
  return { pid: child.pid ?? 0, ready: ready.promise, ended, kill: (signal) => void child.kill(signal) }
}

function endGroup(child: ChildProcess): void {
  try {
    process.kill(-(child.pid ?? 0), 'SIGKILL')
  } catch {
    // Everything in it has ended.
  }
}
