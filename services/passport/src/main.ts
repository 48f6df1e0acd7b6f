/** The record as a process of its own. */
import { systemClock } from '@platform/service/clock'
import { health } from '@platform/service/health'
import { homeKey } from '@platform/service/home-key'
import { newId } from '@platform/service/ids'
import { openLog } from '@platform/service/log'
import { migrate, migrateEvents } from '@platform/service/migrate'
import { openBell } from '@platform/service/outbox'
import { toldToStop } from '@platform/service/shutdown'
import { buildApp } from './app.ts'
import { readConfig } from './config.ts'
import { openPools, openRecord } from './open.ts'
import { startPassport } from './start.ts'
import { beginEpoch } from './store/audit-chain.ts'
import { openSharingSecrets } from './store/share-secrets.ts'

const config = readConfig(process.env)
const log = openLog({ name: 'passport', level: config.LOG_LEVEL })
const pools = await openPools(config.DATABASE_URL, log)
await using database = pools.database
await using searching = pools.searching
await migrateEvents(database)
await migrate(database, { service: 'passport', folder: new URL('../migrations/', import.meta.url) })
await beginEpoch(database)
await using bell = openBell(database, { log })

const key = await homeKey(config.HANDRAIL_HOME, 'passport.key')
const secrets = await openSharingSecrets(config.HANDRAIL_HOME, new Date())
const dependencies = await openRecord(config, { database, searching, bell, clock: systemClock, newId, log, key, secrets })
await using app = await buildApp(config, dependencies)
await using _sealer = await startPassport({
  database,
  home: config.HANDRAIL_HOME,
  log,
  now: dependencies.now,
  clock: systemClock,
  reviews: dependencies.reviews,
  record: dependencies.record,
  reporting: dependencies.reporting,
  downtime: dependencies,
})
await app.register(health, { checks: { database: () => database.query({ text: 'SELECT 1' }) } })
await app.listen({ host: config.HOST, port: config.PORT })
await toldToStop()
