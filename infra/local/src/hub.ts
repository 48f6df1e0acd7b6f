/** The hub in one process: opens everything in order onto a stack, from which it is closed in reverse. */
import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tokenVerifier } from '@platform/fhir/token-verifier'
import { movableClock, systemClock } from '@platform/service/clock'
import { openDatabase, type Database } from '@platform/service/database'
import { measureChanges, openMetrics } from '@platform/service/health'
import { newId } from '@platform/service/ids'
import { openLog, type Log } from '@platform/service/log'
import { openBell } from '@platform/service/outbox'
import { openQueues } from '@platform/service/queues'
import { startRelay } from '@platform/service/relay'
import { ensureInternalClients } from '@services/identity/provision'
import { clientRegister } from '@services/identity/store/client-register'
import { CannotStart, type CannotGoOn } from './cannot-start.ts'
import { environmentOfServices, homeOf, ownUrl, postgresFolderOf, readAll, readConfig, type Environment, type HubConfig } from './config.ts'
import { decideDemo, kindOfDatabase, markAsDemo } from './demo-rule.ts'
import { fillDemo } from './demo/fill.ts'
import { dispatchTable } from './dispatch.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts'
import { buildHubApp, hubMounts } from './hub-app.ts'
import { listen, type Listener } from './listener.ts'
import { migrateAll } from './migrations.ts'
import { services, type Running, type Shared } from './services.ts'

/** A running hub. Disposing of it closes everything in reverse order. */
export interface Hub extends AsyncDisposable {
  /** How others reach it. */
  readonly publicUrl: string
  /** Resolves when it can do nothing any more, with the sentence for the operator; whoever started it then disposes of it. */
  readonly cannotGoOn: Promise<CannotGoOn>
}

const OLDEST_POSTGRESQL = 15

/** How long requests in hand may take when the hub stops, in milliseconds. */
const GRACE_MS = 3_000

/**
 * Starts the hub: settings, port, database, migrations, services, their consumers, and the demonstration where it is one.
 *
 * @throws CannotStart, ConfigError, DatabaseUnreachable, MigrationRefused or QueueUnreachable, each with its sentence.
 */
export async function startHub(environment: Environment): Promise<Hub> {
  const config = readSettings(environment)
  const home = homeOf(config)
  makeHome(home)

  await using opening = new AsyncDisposableStack()
  const log = openLog({ name: 'hub', level: config.LOG_LEVEL })
  const listener = await listen(config.HOST, config.PORT)
  opening.defer(() => listener.close(GRACE_MS))

  const server = config.DATABASE_URL === undefined ? await openServer(home, log, opening) : undefined
  const databaseUrl = config.DATABASE_URL ?? server?.url ?? ''
  const database = opening.use(await openDatabase(databaseUrl, { name: 'handrail', max: 20, log }))
  await expectVersion(database)
  await migrateAll(database)

  const facts = { port: listener.port, databaseUrl }
  const { PUBLIC_URL: publicUrl = '' } = environmentOfServices(environment, config, { ...facts, demo: false })
  const asked = { asked: config.HANDRAIL_DEMO, host: config.HOST, publicUrl }
  const demo = decideDemo({ ...asked, database: await kindOfDatabase(database) })
  if (demo) await markAsDemo(database)

  const movable = demo ? await movableClock(database) : undefined
  const metrics = openMetrics()
  measureChanges(metrics, database)
  const shared: Shared = {
    database,
    queues: opening.use(await openQueues({ database, redisUrl: config.REDIS_URL, log })),
    bell: opening.use(openBell(database, { log })),
    clock: movable ?? systemClock,
    newId,
    home,
    metrics,
    keys: await ensureInternalClients({ clients: clientRegister(database), home, publicUrl, demo }),
    keep: (opened) => opening.use(opened),
    log: (name) => openLog({ name, level: config.LOG_LEVEL }),
  }
  const told = environmentOfServices(environment, config, { ...facts, demo })
  const running: Running[] = []
  const starts = await openServices(told, shared, listener, opening, {
    tokens: tokenVerifier({
      issuers: [{ issuer: `${publicUrl}/identity`, jwksUri: `${ownUrl(config.HOST, listener.port)}/identity/jwks` }],
      audience: `${publicUrl}/fhir`,
    }),
    ...(movable === undefined ? {} : { clock: movable }),
    sweep: async (now) => {
      for (const service of running) await service.sweep?.(now)
    },
    health: {
      checks: {
        database: async () => {
          server?.keeper?.expectRunning()
          await database.query({ text: 'SELECT 1' })
        },
        queue: () => shared.queues.ready(),
      },
      metrics,
    },
    log,
  })
  // The services' consumers first: the relay offers a change to the consumers it knows of.
  for (const start of starts) running.push(opening.use(await start()))
  opening.use(startRelay({ queues: shared.queues, bell: shared.bell, log }))

  if (demo && services.some(({ name }) => name === 'passport'))
    await fillDemo({ database, home, publicUrl, sampleDay: config.HANDRAIL_SAMPLE_DAY, log })
  tellNeighbours(home, publicUrl, opening)
  const open = opening.move()
  const cannotGoOn = server?.keeper?.givenUp ?? new Promise<never>(() => {})
  return { publicUrl, cannotGoOn, [Symbol.asyncDispose]: () => open.disposeAsync() }
}

/** Every setting of the hub and of each service is read before anything is opened, so that all mistakes are told at once. */
function readSettings(environment: Environment): HubConfig {
  const provisional = { port: 8080, databaseUrl: 'postgres://provisional', demo: false }
  const forServices = (): Environment => {
    try {
      return environmentOfServices(environment, readConfig(environment), provisional)
    } catch {
      const harmless = { HOST: '127.0.0.1', PORT: 8080, HANDRAIL_HOME: '.handrail', HANDRAIL_SAMPLE_DAY: true, LOG_LEVEL: 'info' } as const
      return environmentOfServices(environment, harmless, provisional)
    }
  }
  readAll(
    [
      readConfig,
      () =>
        services.length > 0 &&
        readAll(
          services.map((service) => service.readConfig),
          forServices(),
        ),
    ],
    environment,
  )
  return readConfig(environment)
}

function makeHome(home: string): void {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 })
    accessSync(home, constants.W_OK)
  } catch (cause) {
    const { code = 'not possible' } = cause as NodeJS.ErrnoException
    throw new CannotStart(`The folder ${home} cannot be used (${code}): set HANDRAIL_HOME to one that this user may write.`, { cause })
  }
}

async function expectVersion(database: Database): Promise<void> {
  const { rows } = await database.query<{ version: string }>({ text: `SELECT current_setting('server_version_num') AS version` })
  const version = Math.floor(Number(rows[0]?.version) / 10_000)
  if (version < OLDEST_POSTGRESQL) {
    throw new CannotStart(`DATABASE_URL names a PostgreSQL ${version}: set it to one of version ${OLDEST_POSTGRESQL} or later.`)
  }
}

const openServer = async (home: string, log: Log, opening: AsyncDisposableStack): Promise<EmbeddedPostgres> =>
  opening.use(await startEmbeddedPostgres({ dataFolder: postgresFolderOf(home), durable: true, keep: { log } }))

/** Builds every app, shares the addresses out among them, and returns what each still has to start. */
async function openServices(
  environment: Environment,
  shared: Shared,
  listener: Listener,
  opening: AsyncDisposableStack,
  hub: Parameters<typeof buildHubApp>[0],
): Promise<(() => Promise<Running>)[]> {
  const hubApp = await buildHubApp(hub)
  opening.defer(() => hubApp.close())
  const owners = hubMounts.map((mount) => ({ ...mount, target: hubApp }))
  const starts: (() => Promise<Running>)[] = []
  for (const service of services) {
    const { app, start } = await service.open(environment, shared)
    opening.defer(() => app.close())
    await app.ready()
    owners.push(...service.mounts.map((mount) => ({ ...mount, target: app })))
    if (start !== undefined) starts.push(start)
  }
  const dispatch = dispatchTable(owners)
  listener.handOver((request, response) => {
    const app = dispatch(request.method ?? 'GET', request.url ?? '/')
    if (app !== undefined) app.routing(request, response)
    else response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is nothing at this address.\n')
  })
  return starts
}

/** Programs beside the hub (token, demo) find it by this file. */
function tellNeighbours(home: string, publicUrl: string, opening: AsyncDisposableStack): void {
  const file = join(home, 'hub.json')
  writeFileSync(file, JSON.stringify({ url: publicUrl, pid: process.pid }), { mode: 0o600 })
  opening.defer(() => rmSync(file, { force: true }))
}
