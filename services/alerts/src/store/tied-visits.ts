/** What a hospital says of the numbers of people and visits, and the stays of those of whom it said so. Decision 660. HAZ-A100 */
import type { Database, Queryable } from '@platform/service/database'
import type { HospitalNumber } from '../domain/person.ts'
import { regroup } from './regroup.ts'
import { labelOf } from './stay-rows.ts'

/** Numbers of a person, or of their visits, that are another from then on. */
export interface NewTie {
  readonly facility: string
  readonly kind: 'visit' | 'number'
  readonly goes: readonly HospitalNumber[]
  /** Absent where no number stays. */
  readonly stays?: HospitalNumber
  readonly recordedAt: Date
  /** They are somebody else's: the alert went out for the wrong person. */
  readonly wrong?: boolean
  /** Other people of ours whose stays under these numbers are this person's from now on. */
  readonly from?: readonly string[]
}

/** What is told of visits whose numbers moved. */
export interface TiedVisits {
  /** What the hospital says of a person's numbers is remembered for ever, and their stays follow. @returns the stays that say something else now */
  tie(patient: string, tie: NewTie): Promise<readonly string[]>
  /** People of whom something was told under these visits, as long as a message may still be about it. */
  whose(facility: string, visits: readonly HospitalNumber[], at: Date): Promise<readonly string[]>
  /**
   * Adds something to the stay of its visit, and what the same message ties to it; then the person's stays follow.
   *
   * @param add adds it, and answers which stay that is
   */
  add<Added extends { readonly stay_id: string }>(
    patient: string,
    tie: NewTie | undefined,
    add: (tx: Queryable) => Promise<Added>,
  ): Promise<{ readonly added: Added; readonly stay: string; readonly changed: readonly string[] }>
}

/** Opens it. */
export function tiedVisits(database: Database): TiedVisits {
  return {
    async tie(patient, tie) {
      const { from = [] } = tie
      return database.transaction(async (tx) => {
        await tx.query({ name: 'tie-lock', text: LOCK, values: [[...from, patient]] })
        const moved = from.length === 0 ? [] : await move(tx, patient, tie, from)
        await remember(tx, patient, tie)
        const regrouped = [await regroup(tx, patient)]
        for (const one of from) regrouped.push(await regroup(tx, one))
        return [...new Set([...moved, ...regrouped.flatMap(({ changed }) => changed)])]
      })
    },
    async whose(facility, visits, at) {
      const { rows } = await database.query<{ patient: string }>({
        name: 'tie-whose',
        text: WHOSE,
        values: [facility, visits.map(labelOf), at],
      })
      return rows.map(({ patient }) => patient)
    },
    async add(patient, tie, add) {
      return database.transaction(async (tx) => {
        await tx.query({ name: 'tie-lock', text: LOCK, values: [[patient]] })
        if (tie !== undefined) await remember(tx, patient, tie)
        const added = await add(tx)
        const { changed, speaksFor } = await regroup(tx, patient)
        return { added, stay: speaksFor(added.stay_id), changed }
      })
    },
  }
}

async function remember(tx: Queryable, patient: string, { facility, kind, goes, stays, recordedAt, wrong = false }: NewTie): Promise<void> {
  const values = [patient, facility, kind, goes.map(labelOf), stays === undefined ? null : labelOf(stays), wrong, recordedAt]
  await tx.query({ name: 'tie-remember', text: REMEMBER, values })
}

async function move(
  tx: Queryable,
  patient: string,
  { facility, kind, goes, recordedAt }: NewTie,
  from: readonly string[],
): Promise<readonly string[]> {
  const values = [patient, from, kind, facility, goes.map(labelOf), recordedAt]
  const { rows } = await tx.query<{ id: string }>({ name: 'tie-move', text: MOVE, values })
  await tx.query({ name: 'tie-move-ties', text: MOVE_TIES, values: [patient, from, facility] })
  return rows.map(({ id }) => id)
}

const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('stay of ' || patient, 0)) FROM (SELECT unnest($1::text[]) AS patient ORDER BY 1) AS people`
// A visit that is the same as before is this person's from then on.
const REMEMBER = `
  INSERT INTO alerts.tie (patient, facility, kind, goes, stays, wrong, recorded_at)
  SELECT $1, $2, $3, goes, $5, $6, $7 FROM unnest($4::text[]) AS goes
  WHERE ($3 = 'visit' OR goes IS DISTINCT FROM $5) AND NOT EXISTS (
    SELECT 1 FROM alerts.tie AS held WHERE held.patient = $1 AND held.facility = $2 AND held.kind = $3 AND held.goes = goes.goes
      AND held.stays IS NOT DISTINCT FROM $5 AND held.wrong = $6 AND held.recorded_at = $7)`
// For as long as a message may still be about it: the number is another visit's one day.
const WHOSE = `
  SELECT DISTINCT patient FROM alerts.stay
  WHERE facility = $1 AND visit = ANY ($2::text[]) AND NOT wrong_person AND (NOT over OR last_at >= $3::timestamptz - interval '30 days')`
const MOVE = `
  UPDATE alerts.stay SET patient = $1, version = version + 1, settled_as = NULL
  WHERE patient = ANY ($2::text[]) AND NOT wrong_person AND CASE WHEN $3 = 'number' THEN hospital_numbers && $5::text[]
    ELSE facility = $4 AND visit = ANY ($5::text[]) AND (NOT over OR last_at >= $6::timestamptz - interval '30 days') END
  RETURNING id`
const MOVE_TIES = `
  INSERT INTO alerts.tie (patient, facility, kind, goes, stays, wrong, recorded_at)
  SELECT DISTINCT $1, facility, kind, goes, stays, wrong, recorded_at FROM alerts.tie AS said
  WHERE patient = ANY ($2::text[]) AND facility = $3 AND NOT wrong AND NOT EXISTS (
    SELECT 1 FROM alerts.tie AS held WHERE held.patient = $1 AND held.facility = $3 AND held.kind = said.kind AND held.goes = said.goes
      AND held.stays IS NOT DISTINCT FROM said.stays AND held.wrong = said.wrong AND held.recorded_at = said.recorded_at)`
