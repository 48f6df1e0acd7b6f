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
  /** The needs in which this organisation, `Organization/<id>`, has an open step, by id. */
  ofOwner(owner: string): Promise<readonly string[]>
  /** Other active needs of the same person that ask for something of the same, by the id of each given one. */
  alike(needs: readonly Wanted[]): Promise<ReadonlyMap<string, readonly string[]>>
  /**
   * Claims the places of a statement of a service for needs in the unmet-need ledger that want one of these, those that have waited longest first: each
   * place for one need, whoever asks at the same time. A need that is being offered a place elsewhere is passed over.
   *
   * @returns the needs that have a claim on this service and were not told of it yet: also those of a claimant that died
   */
  claimPlaces(statement: Statement): Promise<readonly { readonly need: string; readonly asOf: string }[]>
  /** Remembers that a need was told of the place that is claimed for it. */
  toldOfPlace(claim: { readonly service: string; readonly asOf: string; readonly need: string; readonly at: Date }): Promise<void>
}

/** What a service says of its room. */
export interface Statement {
  readonly service: string
  /** When it said so, as it wrote it. */
  readonly asOf: string
  readonly places: number
  /** Outward postcodes and postcode areas that it serves; absent where that is not known. */
  readonly serves?: readonly string[]
  /** What it offers, `system|code`. */
  readonly wants: readonly string[]
  readonly at: Date
}

/** What a need asks for, and for whom. */
export interface Wanted {
  readonly need: string
  readonly subject: string
  /** `system|code` */
  readonly wants: readonly string[]
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
    async ofOwner(owner) {
      const text = 'SELECT DISTINCT need FROM referrals.clock WHERE owner = $1'
      return (await database.query<{ need: string }>({ name: 'clocks-of-owner', text, values: [owner] })).rows.map(({ need }) => need)
    },
    async alike(needs) {
      const asked = needs.filter(({ wants }) => wants.length > 0)
      if (asked.length === 0) return new Map()
      const values = [asked.map(({ need }) => need), asked.map(({ subject }) => subject), asked.map(({ wants }) => wants.join(SEPARATOR))]
      const { rows } = await database.query<{ need: string; other: string }>({ name: 'clocks-alike', text: ALIKE, values })
      return new Map([...Map.groupBy(rows, ({ need }) => need)].map(([need, its]) => [need, its.map(({ other }) => other)]))
    },
    claimPlaces: ({ service, asOf, places, wants, serves, at }) =>
      database.transaction(async (tx) => {
        // One claimant at a time, of all services: each sees what the others have claimed.
        await tx.query({ name: 'clocks-claim-turn', text: 'SELECT pg_advisory_xact_lock($1)', values: [CLAIMING] })
        await tx.query({
          name: 'clocks-claim',
          text: CLAIM,
          values: [service, asOf, places, wants, at, new Date(at.getTime() - CLAIM_HOLDS_MS), serves ?? null],
        })
        const text = 'SELECT need, as_of FROM referrals.capacity_offer WHERE service = $1 AND told_at IS NULL ORDER BY offered_at, need'
        const { rows } = await tx.query<{ need: string; as_of: string }>({ name: 'clocks-claimed', text, values: [service] })
        return rows.map(({ need, as_of }) => ({ need, asOf: as_of }))
      }),
    async toldOfPlace({ service, asOf, need, at }) {
      const text = 'UPDATE referrals.capacity_offer SET told_at = $4 WHERE service = $1 AND as_of = $2 AND need = $3 AND told_at IS NULL'
      await database.query({ name: 'clocks-told', text, values: [service, asOf, need, at] })
    },
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
    active.map(({ subject }) => subject ?? null),
    active.map(({ wants }) => wants.join(SEPARATOR)),
    needs.flatMap(({ need, ended }) => (ended ? [need] : [])),
    needs.flatMap(({ seenAs, ended }) => (ended ? [seenAs] : [])),
    clocks.map(({ task }) => task),
    clocks.map(({ need }) => need),
    clocks.map(({ owner }) => owner),
    clocks.map(({ kind }) => kind),
    clocks.map(({ dueAt }) => dueAt),
    clocks.map(({ lookAt }) => lookAt ?? null),
    active.map(({ area }) => area ?? null),
  ]
}

// A line break is in no code. FHIR R4, datatypes.html#code
const SEPARATOR = '\n'

// One statement sees one state: the deletion and the insertion of clocks concern different tasks.
const KEEP = `
  WITH kept AS (
    INSERT INTO referrals.need AS need (id, seen_as, since, look_at, subject, wants, area)
    SELECT id, seen_as, since, look_at, subject, string_to_array(wants, E'\\n'), area
    FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[], $15::text[])
      AS given (id, seen_as, since, look_at, subject, wants, area)
    ON CONFLICT (id) DO UPDATE SET seen_as = excluded.seen_as, since = excluded.since, look_at = excluded.look_at,
      subject = excluded.subject, wants = excluded.wants, area = excluded.area
      WHERE need.seen_as <= excluded.seen_as
    RETURNING id
  ), ended AS (
    DELETE FROM referrals.need AS need USING unnest($7::text[], $8::timestamptz[]) AS given (id, seen_as)
    WHERE need.id = given.id AND need.seen_as <= given.seen_as
    RETURNING need.id
  ), stopped AS (
    DELETE FROM referrals.clock
    WHERE need IN (SELECT id FROM kept UNION ALL SELECT id FROM ended) AND task <> ALL ($9::text[])
  )
  INSERT INTO referrals.clock (task, need, owner, kind, due_at, look_at)
  SELECT * FROM unnest($9::text[], $10::text[], $11::text[], $12::text[], $13::timestamptz[], $14::timestamptz[]) AS given (task, need, owner, kind, due_at, look_at)
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

const ALIKE = `
  SELECT given.need, other.id AS other
  FROM unnest($1::text[], $2::text[], $3::text[]) AS given (need, subject, wants)
  JOIN referrals.need AS other
    ON other.subject = given.subject AND other.wants && string_to_array(given.wants, E'\\n') AND other.id <> given.need
  ORDER BY other.since, other.id`

const CLAIMING = 3_517_204_118 // any fixed number
/** How long a claim that nobody was told of keeps its need from other places: its claimant is at work, or died and is being tried again. */
const CLAIM_HOLDS_MS = 5 * 60_000

const CLAIM = `
  INSERT INTO referrals.capacity_offer (service, as_of, need, offered_at)
  SELECT $1, $2, need.id, $5::timestamptz FROM referrals.need AS need
  WHERE need.wants && $4::text[]
    AND ($7::text[] IS NULL OR need.area IS NULL OR need.area = ANY($7) OR regexp_replace(need.area, '[0-9].*$', '') = ANY($7))
    AND EXISTS (SELECT FROM referrals.clock WHERE clock.need = need.id AND clock.kind = 'unmet-need-review')
    AND NOT EXISTS (SELECT FROM referrals.capacity_offer claimed WHERE claimed.need = need.id
                     AND ((claimed.service = $1 AND claimed.as_of = $2) OR (claimed.told_at IS NULL AND claimed.offered_at > $6::timestamptz)))
  ORDER BY need.since, need.id
  LIMIT greatest(0, $3::integer - (SELECT count(*) FROM referrals.capacity_offer WHERE service = $1 AND as_of = $2))`
