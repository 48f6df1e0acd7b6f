import { existsSync } from 'node:fs'
import type { Database } from '@platform/service/database'
import { migrate, migrateEvents } from '@platform/service/migrate'

/** Each service that has tables, in the order in which their schemas are made. */
const SERVICES_WITH_TABLES = ['identity', 'passport', 'referrals', 'alerts'] as const

/**
 * Brings every schema of the hub up to date: the events that all services share, the hub's own, then each service's.
 *
 * @returns what was applied now, as `service/file`; empty when the database was up to date.
 */
export async function migrateAll(database: Database): Promise<readonly string[]> {
  const applied = (await migrateEvents(database)).map((file) => `events/${file}`)
  for (const file of await migrate(database, { service: 'hub', folder: new URL('../migrations/', import.meta.url) }))
    applied.push(`hub/${file}`)
  for (const service of SERVICES_WITH_TABLES) {
    const folder = new URL(`../../../services/${service}/migrations/`, import.meta.url)
    if (!existsSync(folder)) continue
    for (const file of await migrate(database, { service, folder })) applied.push(`${service}/${file}`)
  }
  return applied
}
