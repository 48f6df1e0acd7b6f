/** The programs of an operator that ask the issuer: a token for a demonstration client, and the registration of a new one. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import t from 'tap'
import { testDatabase } from '@platform/testing/database'
import { tokenSource } from '@platform/service/token-source'
import { buildApp } from '@services/identity/app'
import { ensureClientKey, publicKeysOf, registerDemoAdmin } from '@services/identity/provision'
import { clientRegister } from '@services/identity/store/client-register'
import { openSeal } from '@services/identity/store/sealing'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const home = mkdtempSync(join(tmpdir(), 'handrail-operator-'))
t.teardown(() => rmSync(home, { recursive: true, force: true }))

const server = createServer((request, response) => app.routing(request, response)).listen(0, '127.0.0.1')
await new Promise((resolve) => server.once('listening', resolve))
t.teardown(() => server.close())
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const testing = await testDatabase(t)
const database = await testing.open({ max: 4 })
const app = await buildApp(
  { PUBLIC_URL: url, HANDRAIL_DEMO: true, SIGN_IN_IDLE_MS: 1_800_000, SIGN_IN_LONGEST_MS: 28_800_000 },
  { database, seal: await openSeal(home) },
)
await app.ready()
t.teardown(() => app.close())
await registerDemoAdmin({ clients: clientRegister(database), home })

const hubFile = join(home, 'hub.json')
const aRunningHub = (pid = process.pid) => writeFileSync(hubFile, JSON.stringify({ url, pid }))

const run = (program: string, ...words: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const env = { ...process.env, HANDRAIL_HOME: home, DATABASE_URL: testing.url }
    const child = execFile(process.execPath, [join(ROOT, 'infra/local/src', program), ...words], { env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })

t.test('a token for a demonstration client is alone on stdout', async (t) => {
  aRunningHub()
  const { code, stdout, stderr } = await run('token.ts', 'demo-admin')
  t.match({ code, stderr }, { code: 0, stderr: '' })
  t.match(stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n$/)
  t.match(decodeJwt(stdout.trim()), { client_id: 'demo-admin', role: 'admin', scope: 'system/*.cruds', aud: `${url}/fhir` })
})

t.test('an unknown client is refused with one sentence that names the known ones', async (t) => {
  aRunningHub()
  for (const name of ['demo-nobody', '../internal-clients/handrail-portal']) {
    const { code, stdout, stderr } = await run('token.ts', name)
    t.match({ code, stdout }, { code: 1, stdout: '' })
    t.match(stderr, /^There is no demonstration client [^\n]+ demo-admin\.\n$/)
  }
})

t.test('without a running hub there is one sentence', async (t) => {
  for (const prepare of [() => rmSync(hubFile), () => aRunningHub(2 ** 22 + 1)]) {
    prepare()
    t.match(await run('token.ts', 'demo-admin'), {
      code: 1,
      stdout: '',
      stderr: 'No hub is running here: start one with "npm start" first.\n',
    })
  }
})

t.test('a client registered from the command line gets a token at once, bound to its organisation', async (t) => {
  const key = await ensureClientKey(home, 'gym')
  const jwks = join(home, 'gym.json')
  writeFileSync(jwks, JSON.stringify(publicKeysOf(key)))
  const words = ['--jwks', jwks, '--organization', '77', '--grade', 'needs-only', '--scopes', 'system/Procedure.crs', '--role', 'worker']
  const { code, stdout } = await run('admin/main.ts', 'register-client', ...words)
  t.equal(code, 0)
  t.match(JSON.parse(stdout), { clientId: 'gym', organization: 'Organization/77', grade: 'needs-only', scopes: 'system/Procedure.crs' })

  const token = await tokenSource({ tokenUrl: `${url}/identity/token`, clientId: 'gym', key }).get()
  t.match(decodeJwt(token), { role: 'worker', organization: 'Organization/77', scope: 'system/Procedure.crs' })
  const own = await run(
    'admin/main.ts',
    'register-client',
    '--jwks',
    jwks,
    '--grade',
    'full',
    '--scopes',
    'system/PractitionerRole.cruds',
    '--role',
    'admin',
  )
  t.equal(own.code, 0, own.stderr)
  t.notMatch(own.stdout, /organization/, "the operator's own acts for none")
})

t.test('a registration that lacks something, or carries a private key, is refused with one sentence', async (t) => {
  const given = ['--organization', '77', '--grade', 'full', '--scopes', 'system/*.rs']
  const key = join(home, 'private.json')
  writeFileSync(key, JSON.stringify({ keys: [await ensureClientKey(home, 'gym')] }))
  const cases: [readonly string[], RegExp][] = [
    [['--jwks', key, ...given.slice(2)], /^register-client needs --organization; --help says more\.\n$/],
    [given, /^register-client needs --jwks; --help says more\.\n$/],
    [['--jwks', join(home, 'absent.json'), ...given], /^The key file [^\n]+ cannot be read[^\n]+\n$/],
    [['--jwks', key, ...given], /^The key set cannot be registered: a key contains its private part[^\n]+\n$/],
    [['--nonsense'], /^Unknown option '--nonsense'[^\n]+\n$/],
  ]
  for (const [words, sentence] of cases) {
    const { code, stdout, stderr } = await run('admin/main.ts', 'register-client', ...words)
    t.match({ code, stdout }, { code: 1, stdout: '' })
    t.match(stderr, sentence)
  }
})
