/** Referrals as a process of its own. */
import { systemClock } from '@platform/service/clock'
import { openDatabase } from '@platform/service/database'
import { health, measureChanges, openMetrics } from '@platform/service/health'
import { newId } from '@platform/service/ids'
import { openLog } from '@platform/service/log'
import { migrate, migrateEvents } from '@platform/service/migrate'
import { openBell } from '@platform/service/outbox'
import { openQueues } from '@platform/service/queues'
import { startRelay } from '@platform/service/relay'
import { toldToStop } from '@platform/service/shutdown'
import { buildApp } from './app.ts'
import { readConfig } from './config.ts'
import { measureReferrals } from './metrics.ts'
import { openReferrals } from './open.ts'
import { startReferrals } from './start.ts'

const config = readConfig(process.env)
const log = openLog({ name: 'referrals', level: config.LOG_LEVEL })
await using database = await openDatabase(config.DATABASE_URL, { name: 'referrals', log })
await migrateEvents(database)
await migrate(database, { service: 'referrals', folder: new URL('../migrations/', import.meta.url) })
await using queues = await openQueues({ database, redisUrl: config.REDIS_URL, log })

const dependencies = await openReferrals(config, { database, clock: systemClock, newId, log })
const metrics = openMetrics()
measureChanges(metrics, database)
measureReferrals(metrics, dependencies)

await using app = await buildApp(dependencies)
await app.register(health, { checks: { database: () => database.query({ text: 'SELECT 1' }), queues: () => queues.ready() }, metrics })
await app.listen({ host: config.HOST, port: config.PORT })
await using _running = await startReferrals(config, { ...dependencies, queues })
// Any number of relays may work on one database; this one starts after its own consumers are known.
await using bell = openBell(database, { log })
await using _relay = startRelay({ queues, bell, log })
await toldToStop()
