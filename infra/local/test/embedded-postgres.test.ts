/** The embedded PostgreSQL ends by itself: real servers, really killed.  */
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import t, { type Test } from 'tap'
import { runHub, temporaryHome } from '@platform/testing/hub'
import { silentLog } from '@platform/service/log'
import { until } from '@platform/testing/until'
import { runningEmbeddedPostgres, startEmbeddedPostgres } from '../src/embedded-postgres.ts'
import { processesIn } from '../src/postgres-process.ts'

t.setTimeout(600_000) // servers are started again, and a machine may be busy

const postmasterOf = (home: string): number => Number(readFileSync(join(home, 'data', 'postmaster.pid'), 'utf8').split('\n')[0])

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined) // the server is killed meanwhile
  try {
    await client.connect()
    return (await client.query(text)).rows as unknown[]
  } finally {
    await client.end().catch(() => undefined)
  }
}

function folderFor(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'handrail-kept-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

t.test('a hub whose PostgreSQL is killed in the middle of a long statement goes on by itself, with all that was written', async (t) => {
  const home = temporaryHome(t)
  const hub = runHub(t, { HANDRAIL_HOME: home, HANDRAIL_DEMO: 'false' })
  const url = await hub.ready
  const readiness = async () => (await (await fetch(`${url}/readyz`)).json()) as { status: string; checks: Record<string, string> }
  const folder = join(home, 'postgres')
  const database = runningEmbeddedPostgres(folder) ?? ''
  await query(database, 'CREATE TABLE kept AS SELECT 7 AS number')

  const killed = postmasterOf(folder)
  // It looks at nothing but its numbers, so that it outlives its server until somebody ends it.
  const busy = query(database, 'DO $$ BEGIN LOOP END LOOP; END $$').catch(() => 'ended')
  await until(
    'the statement runs',
    async () => (await query(database, `SELECT FROM pg_stat_activity WHERE query LIKE 'DO $$%'`)).length > 0,
  )
  // It is away for some hundred milliseconds: asked again as soon as it has answered, and first told by whichever check was under way.
  process.kill(killed, 'SIGKILL')
  let said = await readiness()
  for (let noticed = false; !(noticed && said.status === 'ready'); said = await readiness()) {
    noticed ||= said.status === 'not ready'
    if (said.checks['database']?.startsWith('EMBEDDED_POSTGRES_AWAY')) break
  }
  t.match(said.checks['database'], /^EMBEDDED_POSTGRES_AWAY: It ended by itself and is being started again/)
  await until('it is ready again', readiness, ({ status }) => status === 'ready')
  t.equal(await busy, 'ended')
  t.not(postmasterOf(folder), killed)
  t.equal(runningEmbeddedPostgres(folder), database, 'at the same address')
  t.strictSame(await query(database, 'SELECT number FROM kept'), [{ number: 7 }])
  t.equal((await fetch(`${url}/identity/jwks`)).status, 200)

  hub.kill('SIGTERM')
  const { code, stderr } = await hub.ended
  t.equal(code, 0)
  t.match(stderr, /"event":"postgres\.ended","reason":"SIGKILL","startedAgainInMs":250/)
  t.match(stderr, /"event":"postgres\.runs-again"/)
  t.strictSame(processesIn(join(folder, 'data')), [])
})

t.test('a hub whose database files are gone ends with one sentence, and makes no empty database in their place', async (t) => {
  const home = temporaryHome(t)
  const hub = runHub(t, { HANDRAIL_HOME: home, HANDRAIL_DEMO: 'false', LOG_LEVEL: 'silent' })
  await hub.ready
  const killed = postmasterOf(join(home, 'postgres'))
  rmSync(join(home, 'postgres'), { recursive: true, force: true, maxRetries: 5 })
  process.kill(killed, 'SIGKILL')
  const { code, stderr } = await hub.ended
  t.equal(code, 1)
  t.match(stderr, /^The embedded PostgreSQL ended because its files in \S+ are gone: put the folder back, .*\.$/m)
})

t.test('a server that cannot come up again is given up with one sentence', async (t) => {
  const dataFolder = folderFor(t)
  await using server = await startEmbeddedPostgres({ dataFolder, durable: false, keep: { log: silentLog, firstPauseMs: 1 } })
  appendFileSync(join(dataFolder, 'data', 'postgresql.conf'), 'no_such_setting = 1\n')
  process.kill(postmasterOf(dataFolder), 'SIGKILL')
  let message: string | undefined
  void server.keeper?.givenUp.then((reason) => (message = reason.message))
  await until('it is given up', () => message)
  t.match(
    message,
    /^The embedded PostgreSQL ended at once 8 times \(last: .*FATAL: .*\): see .*postgres\.log, mend the cause, then start the hub\.$/,
  )
})

t.test('one that is told to stop while it is away is not started again', async (t) => {
  const dataFolder = folderFor(t)
  const server = await startEmbeddedPostgres({ dataFolder, durable: false, keep: { log: silentLog, firstPauseMs: 3_600_000 } })
  process.kill(postmasterOf(dataFolder), 'SIGKILL')
  await until('its end is noticed', () => {
    try {
      server.keeper?.expectRunning()
      return false
    } catch (error) {
      return (error as { code?: string }).code === 'EMBEDDED_POSTGRES_AWAY'
    }
  })
  await server[Symbol.asyncDispose]()
  await until('nothing of it is left', () => processesIn(join(dataFolder, 'data')).length === 0)
})

t.test('a server that nobody keeps may end when its log is gone, and nothing is thrown', async (t) => {
  const dataFolder = folderFor(t)
  const server = await startEmbeddedPostgres({ dataFolder, durable: false })
  rmSync(join(dataFolder, 'postgres.log'))
  process.kill(postmasterOf(dataFolder), 'SIGINT')
  await until('it has ended', () => runningEmbeddedPostgres(dataFolder) === undefined)
  await server[Symbol.asyncDispose]()
})
