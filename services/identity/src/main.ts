/** The issuer as a process of its own. */
import { openDatabase } from '@platform/service/database'
import { health } from '@platform/service/health'
import { openLog } from '@platform/service/log'
import { migrate } from '@platform/service/migrate'
import { toldToStop } from '@platform/service/shutdown'
import { buildApp } from './app.ts'
import { readConfig } from './config.ts'
import { openCodeWays } from './open.ts'
import { ensureInternalClients } from './provision.ts'
import { clientRegister } from './store/client-register.ts'
import { publishedKeys } from './store/published-keys.ts'
import { openSeal } from './store/sealing.ts'

const config = readConfig(process.env)
const log = openLog({ name: 'identity', level: config.LOG_LEVEL })
await using database = await openDatabase(config.DATABASE_URL, { name: 'identity', log })
await migrate(database, { service: 'identity', folder: new URL('../migrations', import.meta.url) })
const seal = await openSeal(config.HANDRAIL_HOME)
await ensureInternalClients({
  clients: clientRegister(database),
  home: config.HANDRAIL_HOME,
  publicUrl: config.PUBLIC_URL,
  demo: config.HANDRAIL_DEMO,
})

using ways = openCodeWays(config, database, () => new Date())
await using app = await buildApp(config, { database, seal, log, ways, otherKeys: publishedKeys(config.HANDRAIL_HOME) })
await app.register(health, { checks: { database: () => database.query({ text: 'SELECT 1' }) } })
await app.listen({ host: config.HOST, port: config.PORT })
await toldToStop()
