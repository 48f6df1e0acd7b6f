/** Holds the stays of a person as what the hospital says of their visits ties them. Decision 660. */
import type { Queryable } from '@platform/service/database'
import { groupingOf, NOWHERE, type Grouped, type HeldEvent, type HeldStay, type HeldTie } from '../domain/grouping.ts'
import { fromStored, type StoredEvent } from './stay-rows.ts'

/** What regrouping did. */
export interface Regrouped {
  /** Stays that say something else now. */
  readonly changed: readonly string[]
  /** The stay that speaks for this one: itself, unless it is united with another. */
  readonly speaksFor: (stay: string) => string
}

/** Regroups all stays of one person, in the transaction that changed something and behind the lock on their stays. */
export async function regroup(tx: Queryable, patient: string): Promise<Regrouped> {
  const { rows: ties } = await tx.query<TieRow>({ name: 'regroup-ties', text: TIES, values: [patient] })
  const { rows } = await tx.query<HeldRow>({ name: 'regroup-stays', text: STAYS, values: [patient] })
  const stays = rows.map(toHeld)
  const grouping = groupingOf(stays, ties.map(toTie))
  const moved = stays.flatMap((stay) => {
    const next = grouping.get(stay.id)
    return next !== undefined && differs(stay, next) ? [{ stay, next }] : []
  })
  const speaksFor = (stay: string): string => grouping.get(stay)?.mergedInto ?? stay
  if (moved.length === 0) return { changed: [], speaksFor }
  const counted = moved.flatMap(({ stay, next }) =>
    stay.events.map(({ key }) => ({ stay: stay.id, message: key, countsFor: next.countsFor.get(key) ?? null })),
  )
  await tx.query({ name: 'regroup-count', text: COUNT, values: [JSON.stringify(counted)] })
  const held = moved.map(({ stay, next }) => ({ id: stay.id, mergedInto: next.mergedInto ?? null, wrongPerson: next.wrongPerson }))
  await tx.query({ name: 'regroup-hold', text: HOLD, values: [JSON.stringify(held)] })
  // Whoever spoke for them, or speaks for them now, says something else too.
  const heard = moved.flatMap(({ stay, next }) => [...stay.events.map(({ countsFor }) => countsFor), ...next.countsFor.values()])
  const changed = [...new Set([...moved.map(({ stay }) => stay.id), ...heard.flatMap((id) => id ?? [])])].filter((id) => id !== NOWHERE)
  await tx.query({ name: 'regroup-touch', text: TOUCH, values: [changed] })
  return { changed, speaksFor }
}

const differs = (stay: HeldStay, next: Grouped): boolean =>
  stay.mergedInto !== next.mergedInto ||
  stay.wrongPerson !== next.wrongPerson ||
  stay.events.some(({ key, countsFor }) => countsFor !== next.countsFor.get(key))

interface HeldRow {
  readonly id: string
  readonly facility: string
  readonly visit: string
  readonly hospital_numbers: readonly string[]
  readonly merged_into: string | null
  readonly wrong_person: boolean
  readonly has_alert: boolean
  readonly is_open: boolean
  readonly raised_at: Date
  readonly last_at: Date
  readonly events: readonly (StoredEvent & { readonly countsFor: string | null })[]
}

const toHeld = (row: HeldRow): HeldStay => ({
  id: row.id,
  facility: row.facility,
  visit: row.visit,
  numbers: row.hospital_numbers,
  ...(row.merged_into === null ? {} : { mergedInto: row.merged_into }),
  wrongPerson: row.wrong_person,
  hasAlert: row.has_alert,
  isOpen: row.is_open,
  raisedAt: row.raised_at,
  lastAt: row.last_at,
  events: row.events.map((event): HeldEvent => ({
    ...fromStored(event),
    ...(event.countsFor === null ? {} : { countsFor: event.countsFor }),
  })),
})

interface TieRow {
  readonly facility: string
  readonly kind: HeldTie['kind']
  readonly goes: string
  readonly stays: string | null
  readonly wrong: boolean
  readonly recorded_at: Date
}

const toTie = ({ stays, recorded_at: recordedAt, ...tie }: TieRow): HeldTie => ({
  ...tie,
  recordedAt,
  ...(stays === null ? {} : { stays }),
})

const TIES = 'SELECT facility, kind, goes, stays, wrong, recorded_at FROM alerts.tie WHERE patient = $1'
const STAYS = `
  SELECT id, facility, visit, hospital_numbers, merged_into, wrong_person, alert IS NOT NULL AS has_alert, coalesce(told->>'phase' = 'open', false) AS is_open,
    raised_at, last_at,
    coalesce((
      SELECT jsonb_agg(facts || jsonb_build_object('key', message::text, 'countsFor', counts_for)) FROM alerts.stay_event WHERE stay_event.stay = stay.id
    ), '[]') AS events
  FROM alerts.stay WHERE patient = $1`
const COUNT = `
  UPDATE alerts.stay_event SET counts_for = given."countsFor"
  FROM jsonb_to_recordset($1::jsonb) AS given (stay uuid, message bigint, "countsFor" uuid)
  WHERE stay_event.stay = given.stay AND stay_event.message = given.message`
const HOLD = `
  UPDATE alerts.stay SET merged_into = given."mergedInto", wrong_person = given."wrongPerson"
  FROM jsonb_to_recordset($1::jsonb) AS given (id uuid, "mergedInto" uuid, "wrongPerson" boolean) WHERE stay.id = given.id`
// Whoever speaks for another visit is as old, and as recent, as what counts for it.
const TOUCH = `
  UPDATE alerts.stay SET version = version + 1, settled_as = NULL, first_at = least(first_at, said.earliest), last_at = greatest(last_at, said.latest)
  FROM unnest($1::uuid[]) AS given (id) LEFT JOIN LATERAL (
    SELECT min((facts->>'occurredAt')::timestamptz) AS earliest, max((facts->>'occurredAt')::timestamptz) AS latest
    FROM alerts.stay_event WHERE counts_for = given.id) AS said ON true
  WHERE stay.id = given.id`
