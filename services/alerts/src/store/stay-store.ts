/**
 * Hospital stays: their events, their state, and what has been told of them. One person's messages are taken one at a time, by a lock on the person.
 */
import type { Database, Queryable } from '@platform/service/database'
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
  readonly alert?: string
  readonly answers: Readonly<Partial<Record<AnsweringRole, string>>>
  readonly told?: Told
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
   * @returns the id of the stay
   */
  addEvent(given: {
    readonly message: string
    readonly patient: string
    readonly facts: AdtFacts & { readonly event: StayEventType }
    readonly receivedAt: Date
    readonly newId: () => string
  }): Promise<string>
  /** Marks a message as acted on that changes no stay. */
  handled(message: string, at: Date): Promise<void>
  get(stay: string): Promise<StayState | undefined>
  /** Stays that the record does not tell of yet, oldest first. */
  unsettled(limit: number): Promise<readonly string[]>
  /** Stays of a person that are not over in the record. */
  ofPatient(patient: string): Promise<readonly string[]>
  /** Something else than a message of the hospital bears on the stay: it is settled again. */
  touch(stay: string): Promise<void>
  /** The hospital held one stay twice: the others are from now on the one that is kept. */
  merge(keep: string, others: readonly string[]): Promise<void>
  /** Writes down what the record now says, and the notices that follow, in one transaction. */
  settle(stay: string, settlement: Settlement): Promise<void>
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
}

/** Opens the stays. `onNotice` is called after every commit that left notices. */
export function stayStore(database: Database, { onNotice }: { readonly onNotice: () => void }): StayStore {
  return {
    async addEvent({ message, patient, facts, receivedAt, newId }) {
      return database.transaction(async (tx) => {
        await tx.query({ name: 'stay-lock', text: LOCK, values: [patient] })
        const stay = await findOrOpen(tx, patient, facts, receivedAt, newId)
        const { rowCount } = await tx.query({
          name: 'stay-event-add',
          text: ADD_EVENT,
          values: [stay, message, JSON.stringify(toStored(facts))],
        })
        if (rowCount === 1) await tx.query({ name: 'stay-grow', text: GROW, values: [stay, facts.occurredAt] })
        await tx.query({ name: 'message-handled', text: HANDLED, values: [message, receivedAt] })
        return stay
      })
    },
    async handled(message, at) {
      await database.query({ name: 'message-handled', text: HANDLED, values: [message, at] })
    },
    async get(id) {
      const { rows } = await database.query<StayRow>({ name: 'stay-get', text: GET, values: [id] })
      return rows[0] === undefined ? undefined : toState(rows[0])
    },
    async unsettled(limit) {
      const { rows } = await database.query<{ id: string }>({ name: 'stay-unsettled', text: UNSETTLED, values: [limit] })
      return rows.map(({ id }) => id)
    },
    async ofPatient(patient) {
      const { rows } = await database.query<{ id: string }>({ name: 'stay-of-patient', text: OF_PATIENT, values: [patient] })
      return rows.map(({ id }) => id)
    },
    async touch(stay) {
      await database.query({ name: 'stay-touch', text: 'UPDATE alerts.stay SET version = version + 1 WHERE id = $1', values: [stay] })
    },
    async merge(keep, others) {
      await database.query({
        name: 'stay-merge',
        text: 'UPDATE alerts.stay SET merged_into = $1, version = version + 1 WHERE id = ANY ($2::uuid[]) AND merged_into IS NULL',
        values: [keep, others],
      })
    },
    async settle(stay, { version, encounter, alert, over, told, answers, notices }) {
      await database.transaction(async (tx) => {
        await tx.query({ name: 'stay-settle', text: SETTLE, values: [stay, version, encounter, alert ?? null, JSON.stringify(told), over] })
        for (const answer of answers) {
          const values = [stay, answer.role, answer.task, answer.raisedAt, answer.nextStepAt ?? null, answer.answeredAt ?? null]
          await tx.query({ name: 'answer-save', text: SAVE_ANSWER, values })
        }
        await addNotices(tx, stay, notices)
      })
      if (notices.length > 0) onNotice()
    },
    async dueAnswers(now, limit) {
      const { rows } = await database.query<{ stay: string; role: AnsweringRole; task: string; raised_at: Date; done: number }>({
        name: 'answer-due',
        text: DUE,
        values: [now, limit],
      })
      return rows.map(({ raised_at: raisedAt, ...answer }) => ({ ...answer, raisedAt }))
    },
    async stepped({ stay, role }, { done, nextStepAt, notice }) {
      await database.transaction(async (tx) => {
        await tx.query({ name: 'answer-stepped', text: STEPPED, values: [stay, role, done, nextStepAt ?? null] })
        await addNotices(tx, stay, notice === undefined ? [] : [notice])
      })
      if (notice !== undefined) onNotice()
    },
    async repoint(from, { number, patient, wrongPerson }) {
      const values = [from.map(labelOf), number === undefined ? null : labelOf(number), patient ?? null, wrongPerson]
      const { rows } = await database.query<{ id: string }>({ name: 'stay-repoint', text: REPOINT, values })
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

const WITHOUT_VISIT = 'without visit number: '
const DAY_MS = 86_400_000
/** A visit number that comes again long after its stay is a number used again, not the same stay. */
const REUSED_AFTER_MS = 30 * DAY_MS
/** How long a stay that has not ended may last between two messages. */
const LONGEST_SILENCE_MS = 400 * DAY_MS

/**
 * The stay a message is about: the one of that visit; for a message without a visit number the one that is open at that hospital; for the first
 * message with one, an open stay that had none. Else a new one.
 */
async function findOrOpen(tx: Queryable, patient: string, facts: AdtFacts, receivedAt: Date, newId: () => string): Promise<string> {
  const visit = visitKeyOf(facts)
  const { rows } = await tx.query<KnownStay>({ name: 'stay-find', text: FIND, values: [facts.facility, patient] })
  const possible = rows.filter((row) => couldBe(row, facts.occurredAt))
  const same = possible.find((row) => row.visit === visit)
  if (same !== undefined) return same.id
  const open = possible.find((row) => !row.over && (facts.visit === undefined || row.visit.startsWith(WITHOUT_VISIT)))
  if (open !== undefined) {
    if (facts.visit !== undefined)
      await tx.query({ name: 'stay-visit', text: 'UPDATE alerts.stay SET visit = $2 WHERE id = $1', values: [open.id, visit] })
    return open.id
  }
  const id = newId()
  const [number] = facts.person.hospitalNumbers
  const values = [id, facts.facility, visit, number === undefined ? null : labelOf(number), patient, facts.occurredAt, receivedAt]
  await tx.query({ name: 'stay-open', text: OPEN_STAY, values })
  return id
}

function couldBe(row: KnownStay, occurredAt: Date): boolean {
  const at = occurredAt.getTime()
  const longest = row.over ? REUSED_AFTER_MS : LONGEST_SILENCE_MS
  return at >= row.first_at.getTime() - LONGEST_SILENCE_MS && at <= row.last_at.getTime() + longest
}

/** What of a message is remembered of a stay: nothing that says who the person is. */
function toStored({
  event: type,
  occurredAt,
  recordedAt,
  happenedAt,
  patientClass,
  location,
  admittedAt,
  dischargedAt,
  died,
}: AdtFacts): object {
  return { type, occurredAt, recordedAt, happenedAt, patientClass, location, admittedAt, dischargedAt, died }
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
  location,
  admittedAt,
  dischargedAt,
  died,
}: Stored): StayEvent {
  return {
    key,
    type,
    occurredAt: new Date(occurredAt),
    recordedAt: new Date(recordedAt),
    ...(happenedAt === undefined ? {} : { happenedAt: new Date(happenedAt) }),
    ...(patientClass === undefined ? {} : { patientClass }),
    ...(location === undefined ? {} : { location }),
    ...(admittedAt === undefined ? {} : { admittedAt: new Date(admittedAt) }),
    ...(dischargedAt === undefined ? {} : { dischargedAt: new Date(dischargedAt) }),
    died,
  }
}

/** What tells one stay from another, without its events. */
interface KnownStay {
  readonly id: string
  readonly visit: string
  readonly over: boolean
  readonly first_at: Date
  readonly last_at: Date
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
  readonly alert: string | null
  readonly told: Told | null
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
    },
    version: row.version,
    settled: row.settled,
    raisedAt: row.raised_at,
    answers: row.answers ?? {},
    ...(row.encounter === null ? {} : { encounter: row.encounter }),
    ...(row.alert === null ? {} : { alert: row.alert }),
    ...(row.told === null ? {} : { told: row.told }),
  }
}

/** Notices are committed in the order of their ids, so that a board that resumes after an id misses none. */
async function addNotices(tx: Queryable, stay: string, notices: readonly NewNotice[]): Promise<void> {
  if (notices.length === 0) return
  await tx.query({ name: 'notice-lock', text: "SELECT pg_advisory_xact_lock(hashtextextended('alerts notices', 0))" })
  for (const { kind, quiet, task, encounter, audience, at } of notices) {
    await tx.query({ name: 'notice-add', text: ADD_NOTICE, values: [kind, quiet, stay, task, encounter, audience, at] })
  }
}

const LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('stay of ' || $1, 0))"
const COLUMNS = `
  stay.*,
  coalesce((SELECT jsonb_agg(stay_event.facts || jsonb_build_object('key', stay_event.message::text)) FROM alerts.stay_event WHERE stay_event.stay = stay.id), '[]') AS events,
  (SELECT jsonb_object_agg(answer.role, answer.task) FROM alerts.answer WHERE answer.stay = stay.id) AS answers`
const GET = `SELECT ${COLUMNS} FROM alerts.stay WHERE id = $1`
const FIND = `
  SELECT id, visit, over, first_at, last_at FROM alerts.stay WHERE facility = $1 AND patient = $2 AND NOT wrong_person AND merged_into IS NULL ORDER BY last_at DESC LIMIT 100`
const OPEN_STAY = `
  INSERT INTO alerts.stay (id, facility, visit, hospital_number, patient, first_at, last_at, raised_at, version)
  VALUES ($1, $2, $3, $4, $5, $6, $6, $7, 0)`
const ADD_EVENT = 'INSERT INTO alerts.stay_event (stay, message, facts) VALUES ($1, $2, $3::jsonb) ON CONFLICT DO NOTHING'
const GROW = 'UPDATE alerts.stay SET version = version + 1, first_at = least(first_at, $2), last_at = greatest(last_at, $2) WHERE id = $1'
const HANDLED = 'UPDATE alerts.message SET handled_at = $2 WHERE id = $1 AND handled_at IS NULL'
const UNSETTLED = 'SELECT id FROM alerts.stay WHERE settled < version ORDER BY raised_at LIMIT $1'
const OF_PATIENT = 'SELECT id FROM alerts.stay WHERE patient = $1 ORDER BY last_at DESC LIMIT 50'
const SETTLE = `
  UPDATE alerts.stay SET settled = greatest(settled, $2), encounter = nullif($3, ''), alert = coalesce($4, alert), told = $5::jsonb, over = $6 WHERE id = $1`
const SAVE_ANSWER = `
  INSERT INTO alerts.answer (stay, role, task, raised_at, next_step_at, answered_at) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (stay, role) DO UPDATE SET
    task         = excluded.task,
    raised_at    = CASE WHEN answer.next_step_at IS NULL AND excluded.next_step_at IS NOT NULL THEN excluded.raised_at ELSE answer.raised_at END,
    done         = CASE WHEN answer.next_step_at IS NULL AND excluded.next_step_at IS NOT NULL THEN 0 ELSE answer.done END,
    next_step_at = CASE WHEN excluded.next_step_at IS NULL THEN NULL ELSE coalesce(answer.next_step_at, excluded.next_step_at) END,
    answered_at  = coalesce(answer.answered_at, excluded.answered_at)`
const DUE = 'SELECT stay, role, task, raised_at, done FROM alerts.answer WHERE next_step_at <= $1 ORDER BY next_step_at LIMIT $2'
const STEPPED = 'UPDATE alerts.answer SET done = $3, next_step_at = $4 WHERE stay = $1 AND role = $2'
// Whoever has subscribed by then is told: the deliveries are made with the notice.
const ADD_NOTICE = `
  WITH notice AS (
    INSERT INTO alerts.notice (kind, quiet, stay, task, encounter, audience, at) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id
  )
  INSERT INTO alerts.delivery (notice, subscription, due_at) SELECT notice.id, subscription.id, $7 FROM notice, alerts.subscription`
const REPOINT = `
  UPDATE alerts.stay SET
    hospital_number = coalesce($2, hospital_number),
    patient = coalesce($3, patient),
    wrong_person = wrong_person OR $4,
    version = version + 1
  WHERE hospital_number = ANY ($1::text[]) RETURNING id`
