/** What a hospital can publish before and after: how many alerts reached somebody, how fast, and who answered. Features, G8 and K4. */
import type { Queryable } from '@platform/service/database'
import { ALERT_CELLS, type AlertCell, type CountedAlerts } from '../domain/published-figures.ts'

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
  /** Alerts whose stay has ended, by a discharge or by a death. */
  readonly ended: number
  /** Of these, the ones of which nobody said when: a death without a time, and without a discharge. They are in no `secondsInHospital`. */
  readonly endedWithoutLength: number
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

/** The figures. */
export interface Figures {
  /** As they are, for whoever runs the hub. */
  since(at: Date): Promise<readonly AlertFigures[]>
  /** Alerts raised from then on and before then, with the people behind each number: to be published by `publishedAlerts` alone. */
  counted(from: Date, to: Date): Promise<readonly CountedAlerts[]>
}

/** Opens the figures. */
export function figuresIn(database: Queryable): Figures {
  return {
    async counted(from, to) {
      const { rows } = await database.query<CountedRow>({ name: 'figures-counted', text: COUNTED, values: [from, to] })
      return rows.map(({ of, by, people, times, measured, tell, acknowledge, stayed }) => ({
        of,
        by,
        cells: Object.fromEntries(
          ALERT_CELLS.map((cell, index) => [cell, { people: people[index] ?? 0, times: times[index] ?? 0 }]),
        ) as CountedAlerts['cells'],
        secondsToTell: tell,
        secondsToAcknowledge: acknowledge,
        secondsInHospital: stayed,
        peopleWithLength: measured,
      }))
    },
    async since(at) {
      const { rows } = await database.query<Row>({ name: 'figures', text: FIGURES, values: [at] })
      return rows.map((row) => ({
        of: row.of,
        by: row.by,
        alerts: row.alerts,
        reached: row.reached,
        acknowledged: row.acknowledged,
        escalations: row.escalations,
        ended: row.ended,
        endedWithoutLength: row.ended_without_length,
        readmittedWithin28Days: row.readmitted,
        secondsToTell: spread(row.tell),
        secondsToAcknowledge: spread(row.acknowledge),
        secondsInHospital: spread(row.stayed),
      }))
    },
  }
}

interface CountedRow {
  readonly of: string
  readonly by: 'site' | 'rule'
  /** In the order of ALERT_CELLS. */
  readonly people: readonly number[]
  readonly times: readonly number[]
  readonly measured: number
  readonly tell: number | null
  readonly acknowledge: number | null
  readonly stayed: number | null
}

interface Row {
  readonly of: string
  readonly by: 'site' | 'rule'
  readonly alerts: number
  readonly reached: number
  readonly acknowledged: number
  readonly escalations: number
  readonly ended: number
  readonly ended_without_length: number
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
  count(*) FILTER (WHERE ended)::int AS ended,
  count(*) FILTER (WHERE ended AND seconds_in_hospital IS NULL)::int AS ended_without_length,
  count(*) FILTER (WHERE readmitted)::int AS readmitted,
  percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY seconds_to_tell::float8) AS tell,
  percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY seconds_to_acknowledge::float8) AS acknowledge,
  percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY seconds_in_hospital::float8) AS stayed`
const FIGURES = `
  SELECT facility AS of, 'site' AS by, ${MEASURES} FROM alerts.alert_figures WHERE raised_at >= $1 GROUP BY facility
  UNION ALL
  SELECT rule AS of, 'rule' AS by, ${MEASURES} FROM alerts.alert_figures CROSS JOIN unnest(rules) AS rule WHERE raised_at >= $1 GROUP BY rule
  ORDER BY 2, 1`

const CELL: Readonly<Record<AlertCell, string>> = {
  alerts: 'true',
  reached: 'seconds_to_reach IS NOT NULL OR seconds_to_acknowledge IS NOT NULL',
  acknowledged: 'seconds_to_acknowledge IS NOT NULL',
  ended: 'ended',
  readmitted: 'readmitted',
}
const eachCell = (count: string) => ALERT_CELLS.map((cell) => `count(${count}) FILTER (WHERE ${CELL[cell]})::int`).join(', ')
const COUNTS = `
  count(DISTINCT patient) FILTER (WHERE seconds_in_hospital IS NOT NULL)::int AS measured,
  ARRAY[${eachCell('DISTINCT patient')}] AS people, ARRAY[${eachCell('*')}] AS times,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_to_tell::float8) AS tell,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_to_acknowledge::float8) AS acknowledge,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_in_hospital::float8) AS stayed`
const COUNTED = `
  WITH told AS (
    SELECT figures.*, stay.patient FROM alerts.alert_figures AS figures JOIN alerts.stay USING (id)
    WHERE figures.raised_at >= $1 AND figures.raised_at < $2)
  SELECT facility AS of, 'site' AS by, ${COUNTS} FROM told GROUP BY facility
  UNION ALL
  SELECT rule AS of, 'rule' AS by, ${COUNTS} FROM told CROSS JOIN unnest(rules) AS rule GROUP BY rule
  ORDER BY 2, 1`
