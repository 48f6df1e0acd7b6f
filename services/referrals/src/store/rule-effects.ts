/** What each rule of matching did: by day and, one way at a time, by area, band of age and condition; and as a metric. */
import type { Clock } from '@platform/service/clock'
import type { Database } from '@platform/service/database'
import { facetsOf, type AskedFor, type Facet, type FacetEffect, type RuleEffect } from '../domain/matching/effects.ts'

/** Counts effects. */
export interface RuleEffects {
  /**
   * Counts, in memory; written within a minute. A crash loses a minute of a statistic and nothing else.
   *
   * @param person whoever it was asked for: told apart from others on one day, in memory, and written nowhere
   */
  count(effects: readonly RuleEffect[], about: AskedFor, person: string): void
  /** Writes what was counted since the last time. */
  write(): Promise<void>
  /** What was written of these days, both included. @param from ISO 8601 date */
  between(from: string, until: string): Promise<readonly FacetEffect[]>
  /** Everything counted by this process, for the metric. */
  totals(): readonly RuleEffect[]
}

type Waiting = FacetEffect & { readonly day: string }

/** Opens them in a database. */
export function ruleEffectsIn(database: Database, clock: Clock): RuleEffects {
  const totals = new Map<string, RuleEffect>()
  let waiting = new Map<string, Waiting>()
  let today = { day: '', people: new Set<string>() }
  return {
    count(effects, about, person) {
      const day = clock.now().toISOString().slice(0, 10)
      if (today.day !== day) today = { day, people: new Set() }
      // Looking three times for one person is one person: what a later look adds is counted as listings alone.
      const people = today.people.has(person) ? 0 : 1
      today.people.add(person)
      for (const one of effects) {
        const key = `${one.effect} ${one.rule}`
        totals.set(key, { ...one, times: one.times + (totals.get(key)?.times ?? 0) })
        for (const { facet, value } of facetsOf(about)) {
          const dayKey = `${day} ${facet} ${value} ${key}`
          const known = waiting.get(dayKey)
          waiting.set(dayKey, { ...one, day, facet, value, times: one.times + (known?.times ?? 0), people: people + (known?.people ?? 0) })
        }
      }
    },
    async write() {
      const rows = [...waiting.values()]
      if (rows.length === 0) return
      waiting = new Map()
      const values = [
        rows.map(({ day }) => day),
        rows.map(({ facet }) => facet),
        rows.map(({ value }) => value),
        rows.map(({ rule }) => rule),
        rows.map(({ effect }) => effect),
        rows.map(({ times }) => times),
        rows.map(({ people }) => people),
      ]
      await database.query({ name: 'rule-effects', text: ADD, values })
    },
    async between(from, until) {
      const text = `SELECT facet, value, rule, effect, sum(times)::text AS times, sum(people)::text AS people FROM referrals.rule_effect
        WHERE day BETWEEN $1 AND $2 GROUP BY facet, value, rule, effect ORDER BY facet, value, rule, effect`
      const { rows } = await database.query<Row>({ name: 'rule-effects-between', text, values: [from, until] })
      return rows.map((row) => ({ ...row, times: Number(row.times), people: Number(row.people) }))
    },
    totals: () => [...totals.values()],
  }
}

interface Row extends Omit<FacetEffect, 'times' | 'people'> {
  readonly facet: Facet
  readonly times: string
  readonly people: string
}

const ADD = `
  INSERT INTO referrals.rule_effect AS known (day, facet, value, rule, effect, times, people)
  SELECT * FROM unnest($1::date[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
  ON CONFLICT (day, facet, value, rule, effect) DO UPDATE SET times = known.times + excluded.times, people = known.people + excluded.people`
