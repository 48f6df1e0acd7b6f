/** The hub that is measured: the real program, in a process, a home and a database of its own. */
import { join } from 'node:path'
import { tokenSource } from '@platform/service/token-source'
import { readClientKey } from '@services/identity/provision'
import { freePort } from './free-port.ts'
import { startProgram } from './program.ts'

/** A running hub. Disposing of it stops it. */
export interface BenchHub extends AsyncDisposable {
  /** Its process. */
  readonly pid: number
  readonly port: number
  readonly mllpPort: number
  /** An access token of a client of the demonstration. */
  token(clientId: string): Promise<string>
}

/** How the hub is started. */
export interface BenchHubOptions {
  /** HANDRAIL_HOME; its keys are made there. */
  readonly home: string
  /** Absent: the hub brings its own PostgreSQL. */
  readonly databaseUrl?: string
  /** Absent: the queues are kept in PostgreSQL. */
  readonly redisUrl?: string | undefined
  /** Where its CPU profile is put when it stops. Absent: it is not profiled, which costs some speed. */
  readonly profileFolder?: string | undefined
}

const ROOT = join(import.meta.dirname, '..', '..')
const READY = /^Handrail is ready at (.+)$/

/** Starts `infra/local/src/main.ts` and waits for its ready line. */
export async function startBenchHub({ home, databaseUrl, redisUrl, profileFolder }: BenchHubOptions): Promise<BenchHub> {
  const mllpPort = await freePort()
  const program = await startProgram({
    args: [
      ...(profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`]),
      join(ROOT, 'infra/local/src/main.ts'),
    ],
    env: {
      HANDRAIL_HOME: home,
      PORT: '0',
      MLLP_PORT: String(mllpPort),
      LOG_LEVEL: 'warn',
      HANDRAIL_SAMPLE_DAY: 'false', // nothing waits, rings or falls due beside what is measured
      ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
      ...(redisUrl !== undefined && { REDIS_URL: redisUrl }),
    },
    ready: READY,
  })
  const url = READY.exec(program.ready)?.[1] ?? ''
  return {
    pid: program.pid,
    port: Number(new URL(url).port),
    mllpPort,
    async token(clientId) {
      const key = await readClientKey(join(home, 'demo-clients', `${clientId}.jwk.json`))
      if (key === undefined) throw new Error(`The hub has no client ${clientId}.`)
      return tokenSource({ tokenUrl: `${url}/identity/token`, clientId, key }).get()
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  }
}
