/**
 * Hospital stays: their events, their state, and what has been told of them. One person's messages are taken one at a time, by a lock on the person.
 */
import type { Database } from '@platform/service/database'
import { groupCommit } from '@platform/service/group-commit'
import type { AdtFacts } from '../domain/adt.ts'
import type { HospitalNumber } from '../domain/person.ts'
import type { AnsweringRole } from '../domain/vocabulary.ts'
import { addingEvents, type Added, type NewEvent } from './adding-events.ts'
import { COLUMNS, toState, type StayRow } from './stay-rows.ts'
import { staysAtHand } from './stays-at-hand.ts'
import { tiedVisits, type NewTie } from './tied-visits.ts'
import type { NewNotice, Settlement, StayState, WaitingAnswer } from './stay-state.ts'

/** The stays. */
export interface StayStore {
  /**
   * Takes a message about somebody's stay: finds the visit or opens it and adds the event, with what it says of another number of the visit, and marks the
   * message as acted on where that is all, in one transaction.
   */
  addEvent(event: NewEvent): Promise<Added>
  /**
   * The hospital says that numbers of the person, or of their visits, are another from then on, or somebody else's.
   *
   * @returns the stays that say something else now
   */
  tie(patient: string, tie: NewTie): Promise<readonly string[]>
  /** People of whom the hospital told something under these visits, as long as a message may still be about it. */
  whoseVisits(facility: string, visits: readonly HospitalNumber[], at: Date): Promise<readonly string[]>
  /**
   * A hospital says of the person, in a message about no stay, that they are alive: to each of its stays that said otherwise this is an update.
   *
   * @returns the stays that say something else now
   */
  aliveAfterAll(given: {
    readonly message: string
    readonly patient: string
    readonly facts: Pick<AdtFacts, 'facility' | 'occurredAt' | 'recordedAt'>
  }): Promise<readonly string[]>
  /** Marks a message as acted on that changes no stay. */
  handled(message: string, at: Date): Promise<void>
  get(stay: string): Promise<StayState | undefined>
  /** Stays that the record does not tell of yet, oldest first; of those that failed ten times (`stuck`) the ones whose minute is over. */
  unsettled(limit: number, now: Date): Promise<readonly { readonly id: string; readonly stuck: boolean }[]>
  /** It could not be settled, for this reason. @param reason code and remedy, as `summariseError` says it */
  notSettled(stay: string, reason: string, now: Date): Promise<void>
  /** What stopped one has passed: all that are stuck are due, in their order. */
  allDue(): Promise<void>
  /** Stays that are stuck, by why: a person must look. */
  stuck(): Promise<readonly { readonly reason: string; readonly count: number }[]>
  /** Stays of a person that are not over in the record. */
  ofPatient(patient: string): Promise<readonly string[]>
  /** Stays of people who are in hospital now, as far as was told. */
  openNow(): Promise<readonly string[]>
  /** The hospital tells of the stay by this Encounter of its own. */
  isEncounter(stay: string, encounter: string): Promise<void>
  /** Something else than a message of the hospital bears on the stay: it is settled again. */
  touch(stay: string): Promise<void>
  /** What the record tells of the stay is about to change: until `settle`, nobody takes it for settled. */
  unsettle(stay: string): Promise<void>
  /**
   * Writes down what the record now says, and the notices that follow, in one transaction. A stay that has moved on meanwhile is settled again.
   *
   * @returns whether it has moved on; nothing where something else was told of it meanwhile, and nothing was written: it is to be decided again
   */
  settle(stay: string, settlement: Settlement): Promise<{ readonly movedOn: boolean } | undefined>
  /** A later version of the stay says what the record tells already. @returns false when the record may be telling something else by now */
  settledAlready(stay: string, version: number, says: string): Promise<boolean>
  /** Answers whose next step is due. */
  dueAnswers(now: Date, limit: number): Promise<readonly WaitingAnswer[]>
  /** An answer went one step up; not where it was taken up, or asked for anew, meanwhile. */
  stepped(answer: WaitingAnswer, next: { readonly done: number; readonly nextStepAt: Date; readonly notice: NewNotice }): Promise<void>
  /** An answer is no longer waited for; not where news of its stay came since that version, for they decide. */
  notWaitedFor(answer: WaitingAnswer, version: number): Promise<void>
}

/** Opens the stays. `onNotice` is called after every commit that left notices. */
export function stayStore(
  database: Database,
  { onNotice }: { readonly onNotice: (made: { readonly deliveries: number }) => void },
): StayStore {
  const atHand = staysAtHand()
  const tied = tiedVisits(database)
  const addEvent = addingEvents(database, { atHand, tied })

  // Who asks while one question is on its way shares the next: a state is never older than the call that asked for it.
  const read = groupCommit<string, ReadonlyMap<string, StayState>>(async (ids) => {
    const { rows } = await database.query<StayRow>({ name: 'stay-get', text: GET, values: [[...new Set(ids)]] })
    for (const row of rows) atHand.seen(row)
    return new Map(rows.map((row) => [row.id, toState(row)]))
  })
  const handled = groupCommit<{ readonly message: string; readonly at: Date }, void>(async (done) => {
    const values = [done.map(({ message }) => message), done.map(({ at }) => at)]
    await database.query({ name: 'message-handled', text: HANDLED, values })
  })
  const already = groupCommit<Already, ReadonlySet<string>>(async (stays) => {
    const values = [stays.map(({ stay }) => stay), stays.map(({ version }) => version), stays.map(({ says }) => says)]
    const { rows } = await database.query<{ stay: string }>({ name: 'stay-settled-already', text: SETTLED_ALREADY, values })
    return new Set(rows.map(({ stay }) => stay))
  })

  return {
    addEvent,
    tie: async (patient, tie) => tied.tie(patient, tie),
    whoseVisits: async (facility, visits, at) => tied.whose(facility, visits, at),
    async aliveAfterAll({ message, patient, facts: { facility, occurredAt, recordedAt } }) {
      const update = { type: 'A08', occurredAt, recordedAt, died: false, alive: true } // of data alone: it opens and ends nothing
      const values = [patient, facility, message, JSON.stringify(update)]
      const { rows } = await database.query<{ id: string }>({ name: 'stay-alive-after-all', text: ALIVE_AFTER_ALL, values })
      return rows.map(({ id }) => id)
    },
    handled: async (message, at) => handled({ message, at }),
    async get(id) {
      return (await read(id)).get(id)
    },
    async unsettled(limit, now) {
      const values = [limit, now]
      return (await database.query<{ id: string; stuck: boolean }>({ name: 'stay-unsettled', text: UNSETTLED, values })).rows
    },
    async notSettled(stay, reason, now) {
      await database.query({ name: 'stay-not-settled', text: NOT_SETTLED, values: [stay, reason, now] })
    },
    async allDue() {
      await database.query({ name: 'stay-all-due', text: ALL_DUE })
    },
    async stuck() {
      return (await database.query<{ reason: string; count: number }>({ name: 'stay-stuck', text: STUCK })).rows
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
    async unsettle(stay) {
      await database.query({ name: 'stay-unsettle', text: UNSETTLE, values: [stay] })
    },
    async settle(stay, { version, toldBefore, encounter, alert, over, told, settledAs, answers, notices, rules, beganAt, endedAt }) {
      const lists = [told, answers, notices].map((list) => JSON.stringify(list))
      const before = toldBefore === undefined ? null : JSON.stringify(toldBefore)
      const times = [beganAt ?? null, endedAt ?? null]
      const values = [stay, version, before, settledAs, encounter, alert ?? null, over, ...lists, rules ?? null, ...times]
      const { rows } = await database.query<{ deliveries: number; moved_on: boolean }>({ name: 'stay-settle', text: SETTLE, values })
      const [settled] = rows
      if (settled !== undefined && notices.length > 0) onNotice({ deliveries: settled.deliveries })
      return settled === undefined ? undefined : { movedOn: settled.moved_on }
    },
    settledAlready: async (stay, version, says) => (await already({ stay, version, says })).has(stay),
    async dueAnswers(now, limit) {
      const { rows } = await database.query<{ stay: string; role: AnsweringRole; task: string; raised_at: Date; done: number }>({
        name: 'answer-due',
        text: DUE,
        values: [now, limit],
      })
      return rows.map(({ raised_at: raisedAt, ...answer }) => ({ ...answer, raisedAt }))
    },
    async stepped({ stay, role, done, raisedAt }, { nextStepAt, notice, ...next }) {
      const values = [stay, role, done, raisedAt, nextStepAt, JSON.stringify([notice]), next.done]
      const { rows } = await database.query<{ deliveries: number }>({ name: 'answer-stepped', text: STEPPED, values })
      if (rows[0] !== undefined) onNotice(rows[0])
    },
    async notWaitedFor({ stay, role, done, raisedAt }, version) {
      await database.query({ name: 'answer-not-waited-for', text: NOT_WAITED_FOR, values: [stay, role, done, raisedAt, version] })
    },
  }
}

interface Already {
  readonly stay: string
  readonly version: number
  readonly says: string
}

const GET = `SELECT ${COLUMNS} FROM alerts.stay WHERE id = ANY ($1::uuid[])`
const ALIVE_AFTER_ALL = `
  WITH said AS (
    SELECT DISTINCT ON (stay.id) stay.id, counts_for FROM alerts.stay JOIN alerts.stay_event ON stay_event.stay = stay.id
    WHERE patient = $1 AND facility = $2 AND stay_event.facts->>'died' = 'true' ORDER BY stay.id, stay_event.message DESC
  ), added AS (
    INSERT INTO alerts.stay_event (stay, message, facts, counts_for) SELECT id, $3::bigint, $4::jsonb, counts_for FROM said
    ON CONFLICT DO NOTHING RETURNING coalesce(counts_for, stay) AS stay
  )
  UPDATE alerts.stay SET version = version + 1, settled_as = NULL FROM added WHERE stay.id = added.stay RETURNING stay.id`
const IS_ENCOUNTER = `
  UPDATE alerts.stay SET hospital_encounter = $2, version = version + 1, settled_as = NULL
  WHERE id = $1 AND hospital_encounter IS DISTINCT FROM $2`
// Lost in a crash, the message is acted on once more, which changes nothing: what it did was committed before.
const HANDLED = `
  UPDATE alerts.message SET handled_at = given.at
  FROM unnest($1::bigint[], $2::timestamptz[]) AS given (id, at), (SELECT set_config('synchronous_commit', 'off', true)) AS not_waiting
  WHERE message.id = given.id AND handled_at IS NULL`
// Ten failures are about a minute of sweeps. Until then they keep their order, as a record that was away finds them; from then on they give way.
const UNSETTLED = `
  (SELECT id, raised_at, false AS stuck FROM alerts.stay WHERE unsettled AND settle_attempts < 10 ORDER BY raised_at LIMIT $1)
  UNION ALL
  (SELECT id, raised_at, true AS stuck FROM alerts.stay WHERE unsettled AND settle_attempts >= 10 AND coalesce(settle_again_at <= $2, true)
   ORDER BY raised_at LIMIT $1)
  ORDER BY raised_at`
const NOT_SETTLED = `
  UPDATE alerts.stay SET settle_attempts = least(settle_attempts, 999) + 1, settle_reason = $2,
    settle_again_at = CASE WHEN settle_attempts >= 9 THEN $3::timestamptz + interval '1 minute' END
  WHERE id = $1 AND unsettled`
const ALL_DUE = 'UPDATE alerts.stay SET settle_again_at = NULL WHERE unsettled AND settle_again_at IS NOT NULL'
const STUCK = `
  SELECT coalesce(settle_reason, '') AS reason, count(*)::int AS count FROM alerts.stay
  WHERE unsettled AND settle_attempts >= 10 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5`
const OPEN_NOW = `SELECT id FROM alerts.stay WHERE NOT over AND told->>'phase' = 'open'`
const OF_PATIENT = 'SELECT id FROM alerts.stay WHERE patient = $1 ORDER BY last_at DESC LIMIT 50'
const SETTLE =
  'SELECT deliveries, moved_on FROM alerts.settle_as($1, $2, $3::jsonb, $4, $5, $6, $7, $8::jsonb, $9::jsonb, $10::jsonb, $11::text[], $12, $13)'
// In the order of their ids, so that two processes never wait for each other.
const SETTLED_ALREADY = `
  SELECT stay FROM (SELECT * FROM unnest($1::uuid[], $2::integer[], $3::text[]) AS given (stay, version, says) ORDER BY stay) AS given
  WHERE alerts.settled_already(stay, version, says)`
// Also not by its version: whoever dies while changing the record leaves it to the next one.
const UNSETTLE = 'UPDATE alerts.stay SET settled_as = NULL, settled = least(settled, version - 1) WHERE id = $1'
const DUE = 'SELECT stay, role, task, raised_at, done FROM alerts.answer WHERE next_step_at <= $1 ORDER BY next_step_at LIMIT $2'
const STEPPED = `
  WITH stepped AS (
    UPDATE alerts.answer SET done = $7, next_step_at = $5 WHERE stay = $1 AND role = $2 AND done = $3 AND raised_at = $4 RETURNING stay
  )
  SELECT alerts.tell($1, $6::jsonb) AS deliveries FROM stepped`
const NOT_WAITED_FOR = `
  UPDATE alerts.answer SET next_step_at = NULL FROM alerts.stay
  WHERE answer.stay = $1 AND role = $2 AND done = $3 AND answer.raised_at = $4 AND stay.id = answer.stay AND stay.version = $5`
