/** What time it is for the hub that works on a database: a demonstration's clock may have been moved, and whoever writes beside it goes by the same. */
import { movableClock, systemClock, type Clock } from '@platform/service/clock'
import type { Database } from '@platform/service/database'
import { kindOfDatabase } from './demo-rule.ts'

/** The clock of that hub. */
export const clockAt = async (database: Database): Promise<Clock> =>
  (await kindOfDatabase(database)) === 'demo' ? movableClock(database) : systemClock
