/**
 * Hospital stays: their events, their state, and what has been told of them. One person's messages are taken one at a time, by a lock on the person.
 */
import type { Database } from '@platform/service/database'
import { groupCommit } from '@platform/service/group-commit'
import type { AdtFacts, StayEventType } from '../domain/adt.ts'
import type { StayView } from '../domain/encounter.ts'
import type { HospitalNumber } from '../domain/person.ts'
import { stayOf, type StayEvent } from '../domain/stay.ts'
import type { Told } from '../domain/told.ts'
import type { AnsweringRole } from '../domain/vocabulary.ts'

/** A stay with everything needed to bring the record in line with it. */
export interface StayState {
  readonly view: StayView
  readonly version: number
  readonly settled: number
  readonly raisedAt: Date
  readonly encounter?: string
  /** The hospital's own Encounter of the stay, where it writes one. */
  readonly hospitalEncounter?: string
  readonly alert?: string
  readonly answers: Readonly<Partial<Record<AnsweringRole, string>>>
  readonly told?: Told
  /** Hash of what the record was brought in line with last; absent when something else than a message bears on the stay since. */
  readonly settledAs?: string
}

/** An answer that is being waited for, and how far up the ladder it is. */
export interface WaitingAnswer {
  readonly stay: string
  readonly role: AnsweringRole
  readonly task: string
  readonly raisedAt: Date
  readonly done: number
}

/** What was brought about in the record. */
export interface Settlement {
  readonly version: number
  readonly encounter: string
  readonly alert?: string
  /** The stay has ended or was cancelled. */
  readonly over: boolean
  readonly told: Told
  /** Hash of what the record now tells. */
  readonly settledAs: string
  readonly answers: readonly {
    readonly role: AnsweringRole
    readonly task: string
    readonly raisedAt: Date
    readonly nextStepAt: Date | undefined
    readonly answeredAt: Date | undefined
  }[]
  readonly notices: readonly NewNotice[]
}

/** Something to tell. References only. */
export interface NewNotice {
  readonly kind: string
  readonly quiet: boolean
  readonly task: string
  readonly encounter: string
  readonly audience: readonly string[]
  readonly at: Date
}

/** The stays. */
export interface StayStore {
  /**
   * Takes a message about somebody's stay: finds the visit or opens it, adds the event and marks the message as acted on, in one transaction.
   *
   * @returns the id of the stay, whether it was opened by this under a number that a merge took away, and whether matches of this person wait for somebody to decide
   */
  addEvent(given: {
    readonly message: string
    readonly patient: string
    readonly facts: AdtFacts & { readonly event: StayEventType }
    readonly receivedAt: Date
    readonly newId: () => string
  }): Promise<{ readonly stay: string; readonly went: boolean; readonly reviewsWait: boolean }>
  /** Marks a message as acted on that changes no stay. */
  handled(message: string, at: Date): Promise<void>
  get(stay: string): Promise<StayState | undefined>
  /** Stays that the record does not tell of yet, oldest first. */
  unsettled(limit: number): Promise<readonly string[]>
  /** Stays of a person that are not over in the record. */
  ofPatient(patient: string): Promise<readonly string[]>
  /** Stays of people who are in hospital now, as far as was told. */
  openNow(): Promise<readonly string[]>
  /** The hospital tells of the stay by this Encounter of its own. */
  isEncounter(stay: string, encounter: string): Promise<void>
  /** Something else than a message of the hospital bears on the stay: it is settled again. */
  touch(stay: string): Promise<void>
  /** Numbers of the person, or of visits, that went in a merge: a stay that is opened under one from now on says so. */
  noteWent(patient: string, facility: string, numbers: readonly HospitalNumber[], at: Date): Promise<void>
  /** No stay is silent for so long. */
  forgetWentBefore(at: Date): Promise<void>
  /** The hospital held one stay twice: the others are from now on the one that is kept. */
  merge(keep: string, others: readonly string[]): Promise<void>
  /** What the record tells of the stay is about to change: until `settle`, nobody takes it for settled. */
  unsettle(stay: string): Promise<void>
  /** Writes down what the record now says, and the notices that follow, in one transaction. A stay that has moved on meanwhile is settled again. */
  settle(stay: string, settlement: Settlement): Promise<void>
  /** Under which rules its alert spoke. */
  spokeBy(stay: string, rules: readonly string[]): Promise<void>
  /** A later version of the stay says what the record tells already. */
  settledAlready(stay: string, version: number): Promise<void>
  /** Answers whose next step is due. */
  dueAnswers(now: Date, limit: number): Promise<readonly WaitingAnswer[]>
  /** An answer went one step up, or is no longer waited for. */
  stepped(
    answer: Pick<WaitingAnswer, 'stay' | 'role'>,
    next: { readonly done: number; readonly nextStepAt: Date | undefined; readonly notice?: NewNotice },
  ): Promise<void>
  /** Stays under these hospital numbers get the surviving one, and are another person's where it is somebody else's. */
  repoint(
    from: readonly HospitalNumber[],
    to: { readonly number?: HospitalNumber; readonly patient?: string; readonly wrongPerson: boolean },
  ): Promise<readonly string[]>
  /** Stays of these visits get the number of the one that stays, and are another person's where it is somebody else's. */
  repointVisits(
    facility: string,
    from: readonly HospitalNumber[],
    to: { readonly visit?: HospitalNumber; readonly patient?: string; readonly wrongPerson: boolean },
  ): Promise<readonly string[]>
}

/** Opens the stays. `onNotice` is called after every commit that left notices. */
export function stayStore(
  database: Database,
  { onNotice }: { readonly onNotice: (made: { readonly deliveries: number }) => void },
): StayStore {
  const join = groupCommit<Joining, ReadonlyMap<string, Joined>>(async (events) => {
    const sorted = events.toSorted((one, other) => (one.patient < other.patient ? -1 : one.patient > other.patient ? 1 : 0))
    const { rows } = await database.query<Joined>({ name: 'stay-add-events', text: ADD_EVENTS, values: [JSON.stringify(sorted)] })
    return new Map(rows.map((row) => [row.message_id, row]))
  })

  // Who asks while one question is on its way shares the next: a state is never older than the call that asked for it.
  const read = groupCommit<string, ReadonlyMap<string, StayState>>(async (ids) => {
    const { rows } = await database.query<StayRow>({ name: 'stay-get', text: GET, values: [[...new Set(ids)]] })
    return new Map(rows.map((row) => [row.id, toState(row)]))
  })
  const already = groupCommit<{ readonly stay: string; readonly version: number }, void>(async (stays) => {
    const values = [stays.map(({ stay }) => stay), stays.map(({ version }) => version)]
    await database.query({ name: 'stay-settled-already', text: SETTLED_ALREADY, values })
  })

  return {
    async addEvent({ message, patient, facts, receivedAt, newId }) {
      const { facility, visit, person, occurredAt } = facts
      const joined = await join({
        message,
        patient,
        facility,
        visit: visitKeyOf(facts),
        hasVisit: visit !== undefined,
        numbers: person.hospitalNumbers.map(labelOf),
        facts: toStored(facts),
        occurred: occurredAt,
        received: receivedAt,
        fresh: newId(),
      })
      const row = joined.get(message)
      if (row === undefined) throw new Error('A message found no stay.')
      return { stay: row.stay_id, went: row.went, reviewsWait: row.reviews }
    },
    async handled(message, at) {
      await database.query({ name: 'message-handled', text: HANDLED, values: [message, at] })
    },
    async get(id) {
      return (await read(id)).get(id)
    },
    async unsettled(limit) {
      const { rows } = await database.query<{ id: string }>({ name: 'stay-unsettled', text: UNSETTLED, values: [limit] })
      return rows.map(({ id }) => id)
    },
    async ofPatient(patient) {
      const { rows } = await database.query<{ id: string }>({ name: 'stay-of-patient', text: OF_PATIENT, values: [patient] })
      return rows.map(({ id }) => id)
    },
    async openNow() {
      const { rows } = await database.query<{ id: string }>({ name: 'stay-open', text: OPEN_NOW })
      return rows.map(({ id }) => id)
    },
    async touch(stay) {
      await database.query({
        name: 'stay-touch',
        text: 'UPDATE alerts.stay SET version = version + 1, settled_as = NULL WHERE id = $1',
        values: [stay],
      })
    },
    async isEncounter(stay, encounter) {
      await database.query({ name: 'stay-is-encounter', text: IS_ENCOUNTER, values: [stay, encounter] })
    },
    async noteWent(patient, facility, numbers, at) {
      const values = [patient, facility, numbers.map(labelOf), at]
      await database.query({ name: 'stay-note-went', text: 'SELECT alerts.note_merged_away($1, $2, $3, $4)', values })
    },
    async forgetWentBefore(at) {
      await database.query({ name: 'stay-forget-went', text: 'DELETE FROM alerts.merged_away WHERE at < $1', values: [at] })
    },
    async merge(keep, others) {
      await database.query({ name: 'stay-merge', text: 'SELECT alerts.unite_stays($1, $2::uuid[])', values: [keep, others] })
    },
    async unsettle(stay) {
      await database.query({ name: 'stay-unsettle', text: 'UPDATE alerts.stay SET settled_as = NULL WHERE id = $1', values: [stay] })
    },
    async settle(stay, { version, encounter, alert, over, told, settledAs, answers, notices }) {
      const lists = [told, answers, notices].map((list) => JSON.stringify(list))
      const values = [stay, version, settledAs, encounter, alert ?? null, over, ...lists]
      const { rows } = await database.query<{ deliveries: number }>({ name: 'stay-settle', text: SETTLE, values })
      if (notices.length > 0) onNotice({ deliveries: rows[0]?.deliveries ?? 0 })
    },
    async spokeBy(stay, rules) {
      await database.query({ name: 'stay-rules', text: 'UPDATE alerts.stay SET rules = $2 WHERE id = $1', values: [stay, rules] })
    },
    settledAlready: async (stay, version) => already({ stay, version }),
    async dueAnswers(now, limit) {
      const { rows } = await database.query<{ stay: string; role: AnsweringRole; task: string; raised_at: Date; done: number }>({
        name: 'answer-due',
        text: DUE,
        values: [now, limit],
      })
      return rows.map(({ raised_at: raisedAt, ...answer }) => ({ ...answer, raisedAt }))
    },
    async stepped({ stay, role }, { done, nextStepAt, notice }) {
      const values = [stay, role, done, nextStepAt ?? null, JSON.stringify(notice === undefined ? [] : [notice])]
      const { rows } = await database.query<{ deliveries: number }>({ name: 'answer-stepped', text: STEPPED, values })
      if (notice !== undefined) onNotice({ deliveries: rows[0]?.deliveries ?? 0 })
    },
    async repoint(from, { number, patient, wrongPerson }) {
      const values = [from.map(labelOf), number === undefined ? null : labelOf(number), patient ?? null, wrongPerson]
      const { rows } = await database.query<{ id: string }>({ name: 'stay-repoint', text: REPOINT, values })
      return rows.map(({ id }) => id)
    },
    async repointVisits(facility, from, { visit, patient, wrongPerson }) {
      const values = [facility, from.map(labelOf), visit === undefined ? null : labelOf(visit), patient ?? null, wrongPerson]
      const { rows } = await database.query<{ id: string }>({ name: 'stay-repoint-visit', text: REPOINT_VISIT, values })
      return rows.map(({ id }) => id)
    },
  }
}

const labelOf = ({ authority, value }: HospitalNumber): string => `${authority}|${value}`

/** The visit is the key of a stay; where a message has none, the person's number at that hospital and the admission time stand in. Section 7. */
function visitKeyOf({ visit, person, admittedAt }: AdtFacts): string {
  if (visit !== undefined) return labelOf(visit)
  const [number] = person.hospitalNumbers
  return `${WITHOUT_VISIT}${number === undefined ? 'no-number' : labelOf(number)}@${admittedAt?.toISOString() ?? 'unknown'}`
}

const WITHOUT_VISIT = 'without visit number: ' // as in migrations/0002

/** What of a message is remembered of a stay: nothing that says who the person is. */
function toStored({
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
  alive,
}: AdtFacts): object {
  return { type, occurredAt, recordedAt, happenedAt, patientClass, admission, location, admittedAt, dischargedAt, died, alive }
}

type Stored = {
  readonly [K in keyof StayEvent]: StayEvent[K] extends Date
    ? string
    : StayEvent[K] extends Date | undefined
      ? string | undefined
      : StayEvent[K]
}

function fromStored({
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
  alive,
}: Stored): StayEvent {
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
    ...(alive === undefined ? {} : { alive }),
  }
}

interface Joining {
  readonly message: string
  readonly patient: string
  readonly facility: string
  readonly visit: string
  readonly hasVisit: boolean
  readonly numbers: readonly string[]
  readonly facts: object
  readonly occurred: Date
  readonly received: Date
  readonly fresh: string
}

interface Joined {
  readonly message_id: string
  readonly stay_id: string
  readonly reviews: boolean
  readonly went: boolean
}

interface StayRow {
  readonly id: string
  readonly facility: string
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
  readonly events: readonly Stored[]
  readonly answers: Readonly<Record<string, string>> | null
}

function toState(row: StayRow): StayState {
  return {
    view: {
      id: row.id,
      facility: row.facility,
      patient: row.patient,
      stay: stayOf(row.events.map(fromStored)),
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

const COLUMNS = `
  stay.*, EXISTS (
    SELECT 1 FROM alerts.death WHERE death.patient = stay.patient AND NOT death.gone AND death.source <> 'stay:' || stay.id) AS died_elsewhere,
  coalesce((SELECT jsonb_agg(stay_event.facts || jsonb_build_object('key', stay_event.message::text)) FROM alerts.stay_event WHERE stay_event.stay = stay.id), '[]') AS events,
  (SELECT jsonb_object_agg(answer.role, answer.task) FROM alerts.answer WHERE answer.stay = stay.id) AS answers`
const GET = `SELECT ${COLUMNS} FROM alerts.stay WHERE id = ANY ($1::uuid[])`
const ADD_EVENTS = 'SELECT message_id, stay_id, reviews, went FROM alerts.add_events($1::jsonb)'
const IS_ENCOUNTER = `
  UPDATE alerts.stay SET hospital_encounter = $2, version = version + 1, settled_as = NULL
  WHERE id = $1 AND hospital_encounter IS DISTINCT FROM $2`
const HANDLED = 'UPDATE alerts.message SET handled_at = $2 WHERE id = $1 AND handled_at IS NULL'
const UNSETTLED = 'SELECT id FROM alerts.stay WHERE settled < version ORDER BY raised_at LIMIT $1'
const OPEN_NOW = `SELECT id FROM alerts.stay WHERE NOT over AND told->>'phase' = 'open'`
const OF_PATIENT = 'SELECT id FROM alerts.stay WHERE patient = $1 ORDER BY last_at DESC LIMIT 50'
const SETTLE = 'SELECT alerts.settle_as($1, $2, $3, $4, $5, $6, $7::jsonb, $8::jsonb, $9::jsonb) AS deliveries'
const SETTLED_ALREADY =
  'SELECT alerts.settled_already(stay, version) FROM unnest($1::uuid[], $2::integer[]) AS given (stay, version) ORDER BY stay'
const DUE = 'SELECT stay, role, task, raised_at, done FROM alerts.answer WHERE next_step_at <= $1 ORDER BY next_step_at LIMIT $2'
const STEPPED = `
  WITH stepped AS (UPDATE alerts.answer SET done = $3, next_step_at = $4 WHERE stay = $1 AND role = $2 RETURNING stay)
  SELECT alerts.tell($1, $5::jsonb) AS deliveries FROM stepped`
const REPOINT = `
  UPDATE alerts.stay SET
    hospital_number = coalesce($2, hospital_number),
    patient = coalesce($3, patient),
    wrong_person = wrong_person OR $4,
    version = version + 1,
    settled_as = NULL
  WHERE hospital_number = ANY ($1::text[]) RETURNING id`
const REPOINT_VISIT = `
  UPDATE alerts.stay SET
    visit = coalesce($3, visit),
    patient = coalesce($4, patient),
    wrong_person = wrong_person OR $5,
    version = version + 1,
    settled_as = NULL
  WHERE facility = $1 AND visit = ANY ($2::text[]) AND NOT over RETURNING id`
