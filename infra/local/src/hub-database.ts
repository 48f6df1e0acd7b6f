import { openDatabase, type Database } from '@platform/service/database'
import { existsSync } from 'node:fs'
import { CannotStart } from './cannot-start.ts'
import { homeOf, postgresFolderOf, readConfig, type Environment } from './config.ts'
import { runningEmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'

/** The database of this machine's hub, open for a program beside it. Disposing of it closes what was opened for it. */
export interface HubDatabase extends AsyncDisposable {
  readonly database: Database
  /** HANDRAIL_HOME as a full path. */
  readonly home: string
}

/**
 * Opens the hub's database: the one DATABASE_URL names, or the embedded one, which is started for as long as this is open when no
 * hub runs.
 *
 * @throws CannotStart when there never was a hub here, and DatabaseUnreachable.
 */
export async function openHubDatabase(name: string, environment: Environment = process.env): Promise<HubDatabase> {
  const config = readConfig(environment)
  const home = homeOf(config)
  const folder = postgresFolderOf(home)
  await using opening = new AsyncDisposableStack()
  const running = config.DATABASE_URL ?? runningEmbeddedPostgres(folder)
  if (running === undefined && !existsSync(folder)) {
    throw new CannotStart(`There is no hub in ${home}: start one with "npm start", or set HANDRAIL_HOME or DATABASE_URL.`)
  }
  const url = running ?? opening.use(await startEmbeddedPostgres({ dataFolder: folder, durable: true })).url
  const database = opening.use(await openDatabase(url, { name, max: 4 }))
  const open = opening.move()
  return { database, home, [Symbol.asyncDispose]: () => open.disposeAsync() }
}
