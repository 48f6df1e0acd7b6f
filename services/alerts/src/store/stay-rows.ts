/** Stays and their events as the tables hold them. */
import type { AdtFacts } from '../domain/adt.ts'
import type { HospitalNumber } from '../domain/person.ts'
import { stayOf, type StayEvent } from '../domain/stay.ts'
import type { Told } from '../domain/told.ts'
import type { StayState } from './stay-state.ts'

/** A number with who gave it, as one text. */
export const labelOf = ({ authority, value }: HospitalNumber): string => `${authority}|${value}`

/** The visit is the key of a stay; where a message has none, the person's number at that hospital and the admission time stand in. Section 7. */
export function visitKeyOf({ visit, person, admittedAt }: AdtFacts): string {
  if (visit !== undefined) return labelOf(visit)
  const [number] = person.hospitalNumbers
  return `${WITHOUT_VISIT}${number === undefined ? 'no-number' : labelOf(number)}@${admittedAt?.toISOString() ?? 'unknown'}`
}

const WITHOUT_VISIT = 'without visit number: ' // as in migrations/0002

/** What of a message is remembered of a stay: nothing that says who the person is. */
export function toStored({
  event: type,
  occurredAt,
  recordedAt,
  happenedAt,
  patientClass,
  admission,
  location,
  admittedAt,
  dischargedAt,
  died,
  diedAt,
  alive,
  visit,
}: AdtFacts): object {
  const { bed, room, site, ward, sensitive } = location ?? {}
  const at = location && { bed, room, site, ward, sensitive } // in the order in which jsonb gives it back
  return {
    type,
    occurredAt,
    recordedAt,
    happenedAt,
    patientClass,
    admission,
    location: at,
    admittedAt,
    dischargedAt,
    died,
    diedAt,
    alive,
    unnumbered: visit === undefined ? true : undefined,
  }
}

/** An event as it is stored, with the key of its message. */
export type StoredEvent = {
  readonly [K in keyof StayEvent]: StayEvent[K] extends Date
    ? string
    : StayEvent[K] extends Date | undefined
      ? string | undefined
      : StayEvent[K]
}

/** The event as the domain knows it. */
export function fromStored({
  key,
  type,
  occurredAt,
  recordedAt,
  happenedAt,
  patientClass,
  admission,
  location,
  admittedAt,
  dischargedAt,
  died,
  diedAt,
  alive,
  unnumbered,
}: StoredEvent): StayEvent {
  return {
    key,
    type,
    occurredAt: new Date(occurredAt),
    recordedAt: new Date(recordedAt),
    ...(happenedAt === undefined ? {} : { happenedAt: new Date(happenedAt) }),
    ...(patientClass === undefined ? {} : { patientClass }),
    ...(admission === undefined ? {} : { admission }),
    ...(location === undefined ? {} : { location }),
    ...(admittedAt === undefined ? {} : { admittedAt: new Date(admittedAt) }),
    ...(dischargedAt === undefined ? {} : { dischargedAt: new Date(dischargedAt) }),
    died,
    ...(diedAt === undefined ? {} : { diedAt: new Date(diedAt) }),
    ...(alive === undefined ? {} : { alive }),
    ...(unnumbered === undefined ? {} : { unnumbered }),
  }
}

/** A stay with its events and answers. */
export interface StayRow {
  readonly id: string
  readonly facility: string
  readonly visit: string
  readonly patient: string
  readonly wrong_person: boolean
  readonly merged_into: string | null
  readonly first_at: Date
  readonly last_at: Date
  readonly raised_at: Date
  readonly version: number
  readonly settled: number
  readonly encounter: string | null
  readonly hospital_encounter: string | null
  readonly alert: string | null
  readonly told: Told | null
  readonly died_elsewhere: boolean
  readonly settled_as: string | null
  readonly events: readonly StoredEvent[]
  readonly answers: Readonly<Record<string, string>> | null
}

/** The stay that a row tells of. @param events its own, where they are read already */
export function toState(row: StayRow, events: readonly StayEvent[] = row.events.map(fromStored)): StayState {
  return {
    view: {
      id: row.id,
      facility: row.facility,
      patient: row.patient,
      stay: stayOf(events),
      wrongPerson: row.wrong_person,
      merged: row.merged_into !== null,
      ...(row.died_elsewhere ? { diedElsewhere: true as const } : {}),
    },
    version: row.version,
    settled: row.settled,
    raisedAt: row.raised_at,
    answers: row.answers ?? {},
    ...(row.encounter === null ? {} : { encounter: row.encounter }),
    ...(row.hospital_encounter === null ? {} : { hospitalEncounter: row.hospital_encounter }),
    ...(row.alert === null ? {} : { alert: row.alert }),
    ...(row.told === null ? {} : { told: row.told }),
    ...(row.settled_as === null ? {} : { settledAs: row.settled_as }),
  }
}

/** What a `StayRow` is read by. */
export const COLUMNS = `
  stay.*, EXISTS (
    SELECT 1 FROM alerts.death WHERE death.patient = stay.patient AND NOT death.gone AND death.source <> 'stay:' || stay.id) AS died_elsewhere,
  coalesce((
    SELECT jsonb_agg(said.facts || jsonb_build_object('key', said.message::text)) FROM (
      SELECT facts, message FROM alerts.stay_event WHERE stay_event.stay = stay.id AND (counts_for IS NULL OR stay.merged_into IS NOT NULL)
      UNION ALL SELECT facts, message FROM alerts.stay_event WHERE counts_for = stay.id) AS said
  ), '[]') AS events,
  (SELECT jsonb_object_agg(answer.role, answer.task) FROM alerts.answer WHERE answer.stay = stay.id) AS answers`
