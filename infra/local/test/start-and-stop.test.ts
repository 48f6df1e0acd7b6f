/** `npm start` as an operator meets it: real hubs, real signals, embedded PostgreSQL. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { freePort } from '@platform/testing/free-port'
import { runHub, temporaryHome } from '@platform/testing/hub'
import { until } from '@platform/testing/until'

t.setTimeout(600_000) // some ten starts, on a machine that may be busy

const home = temporaryHome(t)
const settings = { HANDRAIL_HOME: home, HANDRAIL_DEMO: 'false' } // the demonstration is another test's
const said = (stdout: string): string[] => stdout.split('\n').filter((line) => line !== '' && !line.startsWith('>'))

t.test('npm start says one line when it is ready, and SIGTERM to npm ends it with 0', async (t) => {
  const hub = runHub(t, settings, 'npm')
  const url = await hub.ready
  t.match(url, /^http:\/\/127\.0\.0\.1:\d+$/)
  t.equal((await fetch(`${url}/identity/jwks`)).status, 200)
  hub.kill('SIGTERM')
  const { code, stdout } = await hub.ended
  t.equal(code, 0)
  t.strictSame(said(stdout), [`Handrail is ready at ${url}`])
})

t.test('the second start uses what is there, and SIGINT to npm ends it with 0', async (t) => {
  const hub = runHub(t, settings, 'npm')
  const url = await hub.ready

  await t.test('meanwhile another in the same home says so in one sentence and ends with 1', async (t) => {
    const { code, stdout, stderr } = await runHub(t, settings).ended
    t.equal(code, 1)
    t.equal(stdout, '')
    t.match(
      stderr,
      /^The data folder .* is in use by another hub \(process \d+\): stop that one, or set HANDRAIL_HOME to another folder\.\n$/,
    )
  })

  await t.test('meanwhile another on the same port says so in one sentence and ends with 1', async (t) => {
    const { code, stderr } = await runHub(t, { HANDRAIL_HOME: temporaryHome(t), PORT: new URL(url).port }).ended
    t.equal(code, 1)
    t.match(stderr, /^Port \d+ on 127\.0\.0\.1 is taken by another program: stop that program, or set PORT to a free port\.\n$/)
  })

  hub.kill('SIGINT')
  t.equal((await hub.ended).code, 0)
})

t.test('a hub that is told to stop while it starts leaves nothing that stops the next one', async (t) => {
  const hub = runHub(t, settings)
  await until('the data directory is taken', () => existsSync(join(home, 'postgres', 'hub.lock')))
  hub.kill('SIGTERM')
  t.equal((await hub.ended).code, 0)
  t.notOk(existsSync(join(home, 'postgres', 'hub.lock')))
})

t.test('a hub killed with SIGKILL leaves nothing that stops the next one', async (t) => {
  const hub = runHub(t, settings, 'npm')
  await hub.ready
  const { pid } = JSON.parse(readFileSync(join(home, 'hub.json'), 'utf8')) as { pid: number }
  process.kill(pid, 'SIGKILL')
  t.not((await hub.ended).code, 0)
})

t.test('when npm itself is killed with SIGKILL the hub goes too, and the next one has its port', async (t) => {
  const onPort = { ...settings, PORT: String(await freePort()) }
  const hub = runHub(t, onPort, 'npm')
  const url = await hub.ready
  hub.kill('SIGKILL')
  const next = runHub(t, onPort)
  t.equal(await next.ready, url)
  // Ctrl-C arrives from the terminal and from the launcher.
  next.kill('SIGINT')
  next.kill('SIGINT')
  t.equal((await next.ended).code, 0)
})

t.test('everything that is wrong with the settings is said at once', async (t) => {
  const wrong = { HANDRAIL_HOME: temporaryHome(t), PORT: 'http', PUBLIC_URL: 'handrail', LOG_LEVEL: 'loud', HANDRAIL_DEMO: 'yes' }
  const { code, stderr, stdout } = await runHub(t, wrong).ended
  t.equal(code, 1)
  t.equal(stdout, '')
  for (const name of ['PORT', 'PUBLIC_URL', 'LOG_LEVEL', 'HANDRAIL_DEMO']) {
    t.equal(stderr.split('\n').filter((line) => line.startsWith(`${name} must `)).length, 1, name)
  }
})

t.test('a database that cannot be reached is one sentence, without the password', async (t) => {
  const nowhere = `postgres://app:secret-word@127.0.0.1:${await freePort()}/hub`
  const { code, stderr } = await runHub(t, { HANDRAIL_HOME: temporaryHome(t), DATABASE_URL: nowhere }).ended
  t.equal(code, 1)
  t.match(stderr, /^PostgreSQL at 127\.0\.0\.1:\d+\/hub cannot be used: nothing listens there; check DATABASE_URL.*\n$/)
  t.notMatch(stderr, /secret-word/)
})

t.test('a home that is no folder is one sentence', async (t) => {
  const { code, stderr } = await runHub(t, { HANDRAIL_HOME: join(import.meta.dirname, 'start-and-stop.test.ts') }).ended
  t.equal(code, 1)
  t.match(stderr, /^The folder .* cannot be used \((EEXIST|ENOTDIR)\): set HANDRAIL_HOME to one that this user may write\.\n$/)
})

t.test('a demonstration where others could reach it is refused', async (t) => {
  const open = { HOST: '0.0.0.0', HANDRAIL_DEMO: 'true' }
  const { code, stderr } = await runHub(t, { ...settings, ...open }).ended
  t.equal(code, 1)
  t.match(stderr, /^HANDRAIL_DEMO is true, but HOST or PUBLIC_URL is not loopback/)
})

t.test('nothing that a hub of these tests started is left', async (t) => {
  const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
  t.notMatch(processes, home)
})
