/** What a hospital can publish before and after: how many alerts reached somebody, how fast, and who answered. Features, G8 and K4. */
import type { Database } from '@platform/service/database'

/** Figures of one hospital or one rule. Times are medians and 99th percentiles in seconds; absent where nothing was counted. */
export interface AlertFigures {
  /** MSH-4 of the hospital, or the id of the rule. */
  readonly of: string
  readonly by: 'site' | 'rule'
  readonly alerts: number
  /** Alerts of which at least one delivery or answer is known. */
  readonly reached: number
  readonly acknowledged: number
  readonly escalations: number
  readonly readmittedWithin28Days: number
  readonly secondsToTell: Spread
  readonly secondsToAcknowledge: Spread
  readonly secondsInHospital: Spread
}

/** Half of them took no longer than `p50`, all but one in a hundred no longer than `p99`. */
export interface Spread {
  readonly p50?: number
  readonly p99?: number
}

/** Opens the figures. */
export function figuresIn(database: Database): { since(at: Date): Promise<readonly AlertFigures[]> } {
  return {
    async since(at) {
      const { rows } = await database.query<Row>({ name: 'figures', text: FIGURES, values: [at] })
      return rows.map((row) => ({
        of: row.of,
        by: row.by,
        alerts: row.alerts,
        reached: row.reached,
        acknowledged: row.acknowledged,
        escalations: row.escalations,
        readmittedWithin28Days: row.readmitted,
        secondsToTell: spread(row.tell),
        secondsToAcknowledge: spread(row.acknowledge),
        secondsInHospital: spread(row.stayed),
      }))
    },
  }
}

interface Row {
  readonly of: string
  readonly by: 'site' | 'rule'
  readonly alerts: number
  readonly reached: number
  readonly acknowledged: number
  readonly escalations: number
  readonly readmitted: number
  readonly tell: readonly (number | null)[] | null
  readonly acknowledge: readonly (number | null)[] | null
  readonly stayed: readonly (number | null)[] | null
}

function spread(found: readonly (number | null)[] | null): Spread {
  const [p50, p99] = found ?? []
  return { ...(typeof p50 === 'number' ? { p50 } : {}), ...(typeof p99 === 'number' ? { p99 } : {}) }
}

const MEASURES = `
  count(*)::int AS alerts,
  count(*) FILTER (WHERE seconds_to_reach IS NOT NULL OR seconds_to_acknowledge IS NOT NULL)::int AS reached,
  count(*) FILTER (WHERE seconds_to_acknowledge IS NOT NULL)::int AS acknowledged,
  coalesce(sum(escalations), 0)::int AS escalations,
  count(*) FILTER (WHERE readmitted)::int AS readmitted,
  percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY seconds_to_tell::float8) AS tell,
  percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY seconds_to_acknowledge::float8) AS acknowledge,
  percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY seconds_in_hospital::float8) AS stayed`
const FIGURES = `
  SELECT facility AS of, 'site' AS by, ${MEASURES} FROM alerts.alert_figures WHERE raised_at >= $1 GROUP BY facility
  UNION ALL
  SELECT rule AS of, 'rule' AS by, ${MEASURES} FROM alerts.alert_figures CROSS JOIN unnest(rules) AS rule WHERE raised_at >= $1 GROUP BY rule
  ORDER BY 2, 1`
