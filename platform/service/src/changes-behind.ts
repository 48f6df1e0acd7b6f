/** How far each consumer of changes is behind: for metrics, and for whoever looks after the hub. Counts and no ids. */
import type { Queryable } from './database.ts'

/** One consumer; the outbox itself is the first. */
export interface Behind {
  readonly consumer: string
  readonly waiting: number
  readonly dead: number
  /** Age of the oldest change that is not confirmed, in seconds; 0 where there is none. */
  readonly lagSeconds: number
}

/** Every consumer, the outbox first. */
export async function changesBehind(database: Queryable): Promise<readonly Behind[]> {
  const { rows } = await database.query<BehindRow>({ name: 'changes-behind', text: BEHIND })
  return rows.map(({ consumer, waiting, dead, lag_seconds }) => ({
    consumer,
    waiting,
    dead,
    lagSeconds: Math.max(0, Math.round(lag_seconds ?? 0)),
  }))
}

interface BehindRow {
  readonly consumer: string
  readonly waiting: number
  readonly dead: number
  readonly lag_seconds: number | null
}

// The first row stands for the outbox itself: what no relay has claimed yet waits for everybody.
const BEHIND = `
  SELECT 'outbox' AS consumer, count(*)::int AS waiting, 0 AS dead, extract(epoch FROM now() - min(at))::float8 AS lag_seconds
  FROM events.outbox
  UNION ALL
  (SELECT consumer.name, count(change_id) FILTER (WHERE dead_at IS NULL)::int, count(dead_at)::int,
         extract(epoch FROM now() - min(at) FILTER (WHERE dead_at IS NULL))::float8
  FROM events.consumer AS consumer LEFT JOIN events.delivery ON delivery.consumer = consumer.name
  GROUP BY consumer.name ORDER BY consumer.name)`
