/** The dependency rule of docs/architecture.md, proved by reading every import of the repository. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readSourceTree, reaches, type SourceFile } from './source-tree.ts'

const tree = readSourceTree()
const files = [...tree.values()]

const isTest = ({ path }: SourceFile): boolean => /\.test\.ts$|^test\/|\/test\//.test(path)
const serviceOf = (path: string): string | undefined => /^services\/([^/]+)\//.exec(path)?.[1]
const roomOf = (path: string): string | undefined => /^services\/[^/]+\/src\/([^/]+)\//.exec(path)?.[1]
const inRoom = (...rooms: string[]): SourceFile[] => files.filter((file) => !isTest(file) && rooms.includes(roomOf(file.path) ?? ''))

/** Everything each file must not import, as `file imports thing`. */
const offences = (among: readonly SourceFile[], forbidden: (imported: string, file: SourceFile, typeOnly: boolean) => boolean): string[] =>
  among.flatMap((file) =>
    file.imports
      .filter((i) => forbidden(i.file ?? i.specifier, file, i.typeOnly))
      .map((i) => `${file.path} imports ${i.file ?? i.specifier}`),
  )

const DATABASE = /^pg$|^platform\/service\/src\/(database|migrate)\.ts$/
const isRoute = (path: string): boolean =>
  roomOf(path) === 'routes' && /\bapp\.(get|post|put|patch|delete|head|route)\b/.test(tree.get(path)?.code ?? '')

/** What touches the world: a domain must not reach any of it, not even through a platform module. */
const WORLD =
  /^(fastify|fastify-plugin|@fastify\/.*|pg|bullmq|ioredis|pino|pino-pretty|prom-client|fhir-kit-client|openid-client|oidc-provider|node:(fs|fs\/promises|net|tls|http|https|http2|dns|dns\/promises|child_process|worker_threads|timers|timers\/promises|process))$/

t.test('a service never imports another service', async (t) => {
  const services = files.filter((file) => serviceOf(file.path) !== undefined)
  t.strictSame(
    offences(services, (imported, file) => serviceOf(imported) !== undefined && serviceOf(imported) !== serviceOf(file.path)),
    [],
  )
})

t.test('platform never imports a service, and of infra only its tests do', async (t) => {
  const platform = files.filter((file) => file.path.startsWith('platform/'))
  t.strictSame(
    offences(platform, (imported) => imported.startsWith('services/')),
    [],
  )
  t.strictSame(
    offences(
      platform.filter((file) => !file.path.startsWith('platform/testing/') && !isTest(file)),
      (imported) => imported.startsWith('infra/'),
    ),
    [],
  )
})

t.test('platform/testing is imported by tests only, and by what runs or measures them', async (t) => {
  const others = files.filter((file) => !isTest(file) && !/^(platform\/testing|scripts|bench|infra\/local\/src\/demo)\//.test(file.path))
  t.strictSame(
    offences(others, (imported) => imported.startsWith('platform/testing/')),
    [],
  )
})

t.test('routes and jobs use the domain and the store, never the outbox, SQL or another route', async (t) => {
  const ways = inRoom('routes', 'jobs')
  t.strictSame(
    offences(ways, (imported) => roomOf(imported) === 'outbox'),
    [],
  )
  // A route may be given the database to hand it to the store; it never asks it anything itself.
  t.strictSame(
    offences(ways, (imported, _file, typeOnly) => !typeOnly && DATABASE.test(imported)),
    [],
  )
  t.strictSame(
    ways.filter(({ code }) => /\b(database|tx|pool)\.(query|transaction|pool)\b/.test(withoutComments(code))).map(({ path }) => path),
    [],
  )
  t.strictSame(
    offences(ways, (imported, file) => isRoute(imported) && isRoute(file.path)),
    [],
  )
})

t.test('the domain uses the domain alone, and of platform what is pure', async (t) => {
  const domain = inRoom('domain')
  t.strictSame(
    offences(domain, (imported) => ['routes', 'jobs', 'store', 'outbox', 'clients', 'pages'].includes(roomOf(imported) ?? '')),
    [],
  )
  const worldly = domain.flatMap((file) =>
    [...reaches(tree, file.path)].filter(([name]) => WORLD.test(name)).map(([name, way]) => `${way.join(' -> ')} -> ${name}`),
  )
  t.strictSame(worldly, [])
})

t.test('the domain is given time, chance and settings', async (t) => {
  const taken = inRoom('domain').filter(
    ({ code, imports }) =>
      /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.env\b|\bperformance\.now\(/.test(withoutComments(code)) ||
      imports.some(({ specifier, names }) => specifier === 'node:crypto' && names.some((name) => /^random|^generate/.test(name))),
  )
  t.strictSame(
    taken.map(({ path }) => path),
    [],
  )
})

t.test('the store uses the domain, never routes, the outbox or Fastify', async (t) => {
  t.strictSame(
    offences(
      inRoom('store'),
      (imported) => ['routes', 'jobs', 'outbox'].includes(roomOf(imported) ?? '') || imported.startsWith('fastify'),
    ),
    [],
  )
})

t.test('the outbox uses the domain and the store, never routes', async (t) => {
  t.strictSame(
    offences(inRoom('outbox'), (imported) => ['routes', 'jobs'].includes(roomOf(imported) ?? '')),
    [],
  )
})

t.test('an app.ts is imported by infra/local, its own main.ts and tests only', async (t) => {
  const others = files.filter((file) => !isTest(file) && !file.path.startsWith('infra/local/'))
  t.strictSame(
    offences(
      others,
      (imported, file, typeOnly) =>
        !typeOnly && /^services\/[^/]+\/src\/app\.ts$/.test(imported) && file.path !== imported.replace('app.ts', 'main.ts'),
    ),
    [],
  )
})

t.test('only a service’s main.ts hands the environment to its config.ts', async (t) => {
  const readers = files.filter(
    (file) => /^(services|platform)\//.test(file.path) && !isTest(file) && !file.path.startsWith('platform/testing/'),
  )
  t.strictSame(
    readers
      .filter(({ path, code }) => !path.endsWith('/main.ts') && /\bprocess\.env\b/.test(withoutComments(code)))
      .map(({ path }) => path),
    [],
  )
})

t.test('every service has the rooms of the house, and the portal pages and clients instead', async (t) => {
  const root = join(import.meta.dirname, '..')
  const rooms = ['routes', 'jobs', 'domain', 'store', 'outbox']
  const strange = readdirSync(join(root, 'services')).flatMap((service) => {
    const source = join(root, 'services', service, 'src')
    if (!existsSync(source)) return []
    const folders = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    const forbidden = service === 'portal' ? ['domain', 'store', 'outbox', 'routes', 'jobs'] : undefined
    return folders
      .filter(({ name }) => (forbidden === undefined ? !rooms.includes(name) : forbidden.includes(name)))
      .map(({ name }) => `services/${service}/src/${name}`)
  })
  t.strictSame(strange, [])
})

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:])\/\/.*$/gm, '$1')
}
