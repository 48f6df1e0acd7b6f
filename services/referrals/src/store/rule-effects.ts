/** How often each rule of matching spoke for or against a listing, excluded one, or was overruled: by day and area, and as a metric. */
import type { Clock } from '@platform/service/clock'
import type { Database } from '@platform/service/database'
import type { RuleEffect } from '../domain/matching/effects.ts'

/** One count of one area. */
export interface AreaEffect extends RuleEffect {
  /** Outward postcode; empty where it is not known. */
  readonly area: string
}

/** Counts effects. */
export interface RuleEffects {
  /**
   * Counts, in memory; written within a minute. A crash loses a minute of a statistic and nothing else.
   *
   * @param area outward postcode, or empty where it is not known
   */
  count(effects: readonly RuleEffect[], area: string): void
  /** Writes what was counted since the last time. */
  write(): Promise<void>
  /** What was written of these days, both included, by area, rule and effect. @param from ISO 8601 date */
  between(from: string, until: string): Promise<readonly AreaEffect[]>
  /** Everything counted by this process, for the metric. */
  totals(): readonly RuleEffect[]
}

/** Opens them in a database. */
export function ruleEffectsIn(database: Database, clock: Clock): RuleEffects {
  const totals = new Map<string, RuleEffect>()
  let waiting = new Map<string, RuleEffect & { readonly day: string; readonly area: string }>()
  return {
    count(effects, area) {
      const day = clock.now().toISOString().slice(0, 10)
      for (const one of effects) {
        const key = `${one.effect} ${one.rule}`
        totals.set(key, { ...one, times: one.times + (totals.get(key)?.times ?? 0) })
        const dayKey = `${day} ${area} ${key}`
        waiting.set(dayKey, { ...one, day, area, times: one.times + (waiting.get(dayKey)?.times ?? 0) })
      }
    },
    async write() {
      const rows = [...waiting.values()]
      if (rows.length === 0) return
      waiting = new Map()
      const values = [
        rows.map(({ day }) => day),
        rows.map(({ area }) => area),
        rows.map(({ rule }) => rule),
        rows.map(({ effect }) => effect),
        rows.map(({ times }) => times),
      ]
      await database.query({ name: 'rule-effects', text: ADD, values })
    },
    async between(from, until) {
      const text = `SELECT area, rule, effect, sum(times)::text AS times FROM referrals.rule_effect WHERE day BETWEEN $1 AND $2
        GROUP BY area, rule, effect ORDER BY area, rule, effect`
      const { rows } = await database.query<Omit<AreaEffect, 'times'> & { readonly times: string }>({
        name: 'rule-effects-between',
        text,
        values: [from, until],
      })
      return rows.map((row) => ({ ...row, times: Number(row.times) }))
    },
    totals: () => [...totals.values()],
  }
}

const ADD = `
  INSERT INTO referrals.rule_effect AS known (day, area, rule, effect, times)
  SELECT * FROM unnest($1::date[], $2::text[], $3::text[], $4::text[], $5::bigint[])
  ON CONFLICT (day, area, rule, effect) DO UPDATE SET times = known.times + excluded.times`
