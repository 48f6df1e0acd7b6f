/** The settings of the one-process hub itself, and what it tells its services. The services' own settings are read by them. */
import { isAbsolute, join } from 'node:path'
import { ConfigError, defineConfig, flag, oneOf, port, postgresql, redis, text, url, type ConfigFrom } from '@platform/service/config'
import { LOG_LEVELS } from '@platform/service/log'

export const readConfig = defineConfig({
  HOST: text('Address that the hub listens on.', { default: '127.0.0.1' }),
  PORT: port('Port that the hub listens on; 0 takes any free one.', { default: 8080 }),
  PUBLIC_URL: url('How others reach the hub: issuer, links and Location use it. Absent: http://HOST:PORT.', { optional: true }),
  DATABASE_URL: postgresql('PostgreSQL 15 or later, as a connection string. Absent: an embedded one under HANDRAIL_HOME.', {
    optional: true,
  }),
  REDIS_URL: redis('Redis or Valkey for the queues. Absent: they are kept in PostgreSQL.', { optional: true }),
  HANDRAIL_HOME: text('Folder of data, generated keys and quarantine.', { default: '.handrail' }),
  HANDRAIL_DEMO: flag(
    'The demo pathway with its clients and sign-in. Absent: true only where HOST and PUBLIC_URL are loopback and the database is empty or a demo.',
    { optional: true },
  ),
  HANDRAIL_SAMPLE_DAY: flag(
    'Whether a demonstration begins with a day on which something happens: people in hospital, requests that wait, sessions of the weeks before. It is made once.',
    { default: true },
  ),
  LOG_LEVEL: oneOf('How much is logged to stderr.', LOG_LEVELS, { default: 'info' }),
})

/** The hub's own settings. */
export type HubConfig = ConfigFrom<typeof readConfig>

/** The environment as names and texts. */
export type Environment = Readonly<Record<string, string | undefined>>

const ROOT = join(import.meta.dirname, '..', '..', '..')

/** HANDRAIL_HOME as a full path; a relative one is meant from the repository's root. */
export const homeOf = (config: Pick<HubConfig, 'HANDRAIL_HOME'>): string =>
  isAbsolute(config.HANDRAIL_HOME) ? config.HANDRAIL_HOME : join(ROOT, config.HANDRAIL_HOME)

/** Where the embedded PostgreSQL of a home folder keeps everything. */
export const postgresFolderOf = (home: string): string => join(home, 'postgres')

/** What the hub knows of itself once it listens. */
export interface HubFacts {
  port: number
  databaseUrl: string
  demo: boolean
}

/**
 * The environment that every service of the hub reads its settings from: what was set, and for what was not, the hub's own
 * listener and database.
 */
export function environmentOfServices(environment: Environment, config: HubConfig, { port, databaseUrl, demo }: HubFacts): Environment {
  const own = ownUrl(config.HOST, port)
  const publicUrl = config.PUBLIC_URL ?? `http://${bracketed(config.HOST)}:${port}`
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''))
  return {
    PASSPORT_URL: own,
    IDENTITY_URL: own,
    ...set,
    HOST: config.HOST,
    PORT: String(port),
    PUBLIC_URL: publicUrl,
    DATABASE_URL: databaseUrl,
    HANDRAIL_HOME: homeOf(config),
    HANDRAIL_DEMO: String(demo),
  }
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host)

/** How the hub reaches its own listener: an address for all interfaces is no address to call. */
export function ownUrl(host: string, port: number): string {
  const reachable = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host
  return `http://${bracketed(reachable)}:${port}`
}

/**
 * Reads several configurations and reports everything that is wrong with all of them together, each problem once.
 *
 * @throws ConfigError
 */
export function readAll(readers: readonly ((environment: Environment) => unknown)[], environment: Environment): void {
  const problems = new Set<string>()
  for (const read of readers) {
    try {
      read(environment)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      for (const problem of error.problems) problems.add(problem)
    }
  }
  if (problems.size > 0) throw new ConfigError([...problems])
}
