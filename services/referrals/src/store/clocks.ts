/** The clocks of referrals, in PostgreSQL: what the sweep and the metrics ask. */
import { groupCommit } from '@platform/service/group-commit'
import type { Database } from '@platform/service/database'
import { UNOWNED_AFTER_MS, type Remembered } from '../domain/clocks.ts'

/** The consumer by which this service hears of needs and their steps. */
export const CONSUMER = 'referrals'

/** Remembers when which need must be looked at again. */
export interface Clocks {
  /** Replaces what is remembered of a need, unless something newer is. Durable when it resolves; many at once are one statement. */
  keep(remembered: Remembered): Promise<void>
  /** Forgets a need that the record no longer has. */
  forget(need: string): Promise<void>
  /** The needs that must be looked at by now, those that have waited longest first. */
  due(now: Date, most: number): Promise<readonly string[]>
  /** How many active needs have had no open step with owner and due time for a minute or longer, those that were not heard of yet included. */
  countUnowned(now: Date): Promise<number>
  /** How many open steps are past their due time. */
  countOverdue(now: Date): Promise<number>
}

/** Opens the clocks in a database. */
export function clocksIn(database: Database): Clocks {
  const count = async (name: string, text: string, value: Date): Promise<number> => {
    const { rows } = await database.query<{ count: string }>({ name, text, values: [value] })
    return Number(rows[0]?.count ?? 0)
  }
  return {
    keep: groupCommit(async (given: readonly Remembered[]) => {
      await database.query({ name: 'clocks-keep', text: KEEP, values: toValues(newestOfEach(given)) })
    }),
    async forget(need) {
      await database.query({ name: 'clocks-forget', text: FORGET, values: [need] })
    },
    async due(now, most) {
      const { rows } = await database.query<{ need: string }>({ name: 'clocks-due', text: DUE, values: [now, most] })
      return rows.map(({ need }) => need)
    },
    countUnowned: (now) => count('clocks-unowned', UNOWNED, new Date(now.getTime() - UNOWNED_AFTER_MS)),
    countOverdue: (now) => count('clocks-overdue', OVERDUE, now),
  }
}

/** One entry a need, the newest; in the order of their ids, so that two processes lock them in the same order. */
function newestOfEach(given: readonly Remembered[]): readonly Remembered[] {
  const byNeed = new Map<string, Remembered>()
  for (const one of given) {
    const known = byNeed.get(one.need)
    if (known === undefined || known.seenAs <= one.seenAs) byNeed.set(one.need, one)
  }
  return [...byNeed.values()].toSorted((one, other) => (one.need < other.need ? -1 : 1))
}

function toValues(needs: readonly Remembered[]): readonly unknown[] {
  const active = needs.filter((need) => !need.ended)
  const clocks = active.flatMap((need) => need.clocks.map((clock) => ({ ...clock, need: need.need })))
  return [
    active.map(({ need }) => need),
    active.map(({ seenAs }) => seenAs),
    active.map(({ since }) => since),
    active.map(({ lookAt }) => lookAt ?? null),
    needs.flatMap(({ need, ended }) => (ended ? [need] : [])),
    needs.flatMap(({ seenAs, ended }) => (ended ? [seenAs] : [])),
    clocks.map(({ task }) => task),
    clocks.map(({ need }) => need),
    clocks.map(({ owner }) => owner),
    clocks.map(({ kind }) => kind),
    clocks.map(({ dueAt }) => dueAt),
    clocks.map(({ lookAt }) => lookAt ?? null),
  ]
}

// One statement sees one state: the deletion and the insertion of clocks concern different tasks.
const KEEP = `
  WITH kept AS (
    INSERT INTO referrals.need AS need (id, seen_as, since, look_at)
    SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[])
    ON CONFLICT (id) DO UPDATE SET seen_as = excluded.seen_as, since = excluded.since, look_at = excluded.look_at
      WHERE need.seen_as <= excluded.seen_as
    RETURNING id
  ), ended AS (
    DELETE FROM referrals.need AS need USING unnest($5::text[], $6::timestamptz[]) AS given (id, seen_as)
    WHERE need.id = given.id AND need.seen_as <= given.seen_as
    RETURNING need.id
  ), stopped AS (
    DELETE FROM referrals.clock
    WHERE need IN (SELECT id FROM kept UNION ALL SELECT id FROM ended) AND task <> ALL ($7::text[])
  )
  INSERT INTO referrals.clock (task, need, owner, kind, due_at, look_at)
  SELECT * FROM unnest($7::text[], $8::text[], $9::text[], $10::text[], $11::timestamptz[], $12::timestamptz[]) AS given (task, need, owner, kind, due_at, look_at)
  WHERE given.need IN (SELECT id FROM kept)
  ON CONFLICT (task) DO UPDATE
    SET need = excluded.need, owner = excluded.owner, kind = excluded.kind, due_at = excluded.due_at, look_at = excluded.look_at`

const FORGET = `
  WITH gone AS (DELETE FROM referrals.need WHERE id = $1)
  DELETE FROM referrals.clock WHERE need = $1`

const DUE = `
  SELECT need FROM (
    SELECT need, look_at FROM referrals.clock WHERE look_at <= $1
    UNION ALL
    SELECT id, look_at FROM referrals.need WHERE look_at <= $1
  ) AS waiting
  GROUP BY need ORDER BY min(look_at) LIMIT $2`

// A request that nobody here has looked at yet is not among our needs: it is still on its way, or a dead letter. It counts as soon
// as it has waited a minute of real time, whether it will turn out to be a referral or not.
const UNOWNED = `
  SELECT (
    SELECT count(*) FROM referrals.need AS need
    WHERE since <= $1 AND NOT EXISTS (SELECT FROM referrals.clock WHERE clock.need = need.id AND clock.kind <> 'escalation')
  ) + (
    SELECT count(*) FROM events.delivery
    WHERE consumer = '${CONSUMER}' AND type = 'ServiceRequest' AND version = 1 AND at <= now() - interval '1 minute'
  ) + (
    SELECT count(*) FROM events.outbox WHERE type = 'ServiceRequest' AND version = 1 AND at <= now() - interval '1 minute'
  ) AS count`

const OVERDUE = 'SELECT count(*) FROM referrals.clock WHERE due_at <= $1'
