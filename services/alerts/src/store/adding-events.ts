/** Adds what messages say to the stays of their visits: many at once, in one round trip. */
import type { Database } from '@platform/service/database'
import { groupCommit } from '@platform/service/group-commit'
import type { AdtFacts, StayEventType } from '../domain/adt.ts'
import { labelOf, toStored, visitKeyOf, type StoredEvent } from './stay-rows.ts'
import type { StayState } from './stay-state.ts'
import type { StaysAtHand } from './stays-at-hand.ts'
import type { NewTie, TiedVisits } from './tied-visits.ts'

/** What a message says of a stay. */
export interface NewEvent {
  readonly message: string
  readonly patient: string
  readonly facts: AdtFacts & { readonly event: StayEventType }
  readonly receivedAt: Date
  readonly newId: () => string
  /** Something else of the message is to be done too: it is not marked. */
  readonly more: boolean
  /** What the record would be brought in line with: a hash, as `settle` writes it down. */
  readonly saysOf: (state: StayState) => string
}

/** What became of a message that was added to a stay. */
export interface Added {
  /** The stay that tells of it. */
  readonly stay: string
  /** Others that say something else now, because visits are tied. */
  readonly changed: readonly string[]
  /** Matches of this person wait for somebody to decide. */
  readonly reviewsWait: boolean
  /** The record tells already what the stay now says: it is settled. */
  readonly asTold: boolean
  /** The message is marked as acted on. */
  readonly marked: boolean
}

/**
 * Makes what adds events. Each is in one transaction with the mark of its message; of a person whose visits are tied, with the regrouping of their stays.
 *
 * @param atHand stays as they were seen last: what an event makes of one of these is settled with it, where the record says so already
 */
export function addingEvents(
  database: Database,
  { atHand, tied }: { readonly atHand: StaysAtHand; readonly tied: TiedVisits },
): (event: NewEvent) => Promise<Added> {
  const addAll = async (events: readonly Joining[]): Promise<readonly Joined[]> => {
    const sorted = events.toSorted((one, other) => (one.patient < other.patient ? -1 : one.patient > other.patient ? 1 : 0))
    const given = sorted.map(({ saysOf, ...one }) => {
      const facts = JSON.parse(JSON.stringify(one.facts)) as Omit<StoredEvent, 'key'>
      const then = atHand.add(one, { ...facts, key: one.message })
      return {
        ...one,
        facts,
        ...(then === undefined ? {} : { known: then.view.id, knownVersion: then.version - 1, says: saysOf(then) }),
      }
    })
    let rows: readonly Joined[] = []
    try {
      return ({ rows } = await database.query<Joined>({ name: 'stay-add-events', text: ADD_EVENTS, values: [JSON.stringify(given)] })).rows
    } finally {
      const asTold = new Set(rows.flatMap((row) => (row.as_told ? [row.message_id] : [])))
      for (const one of given) if (!asTold.has(one.message)) atHand.forget(one)
    }
  }
  const join = groupCommit<Joining, ReadonlyMap<string, Joined | { readonly failed: unknown }>>(async (events) => {
    try {
      return new Map((await addAll(events)).map((row) => [row.message_id, row]))
    } catch (error) {
      if (events.length === 1) throw error
      // What cannot be added holds nobody else up: each is tried by itself, in their order.
      const joined = new Map<string, Joined | { readonly failed: unknown }>()
      for (const one of events) {
        const [row] = await addAll([one]).catch((failed: unknown) => [{ failed }])
        if (row !== undefined) joined.set(one.message, row)
      }
      return joined
    }
  })

  const addTied = async (one: Joining, tie?: NewTie): Promise<Added> => {
    const { added, stay, changed } = await tied.add(one.patient, tie, async (tx) => {
      const values = [JSON.stringify([{ ...one, more: true, regroups: true }])]
      const [row] = (await tx.query<Joined>({ name: 'stay-add-events', text: ADD_EVENTS, values })).rows
      if (row === undefined) throw new Error('A message found no stay.')
      return row
    })
    return { stay, changed, reviewsWait: added.reviews, asTold: false, marked: false }
  }

  return async ({ message, patient, facts, receivedAt, newId, more, saysOf }) => {
    const { facility, visit, person, occurredAt } = facts
    const one: Joining = {
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
      more,
      saysOf,
    }
    const tie = tieOf(facts)
    if (tie !== undefined) return addTied(one, tie)
    const row = (await join(one)).get(message)
    if (row === undefined) throw new Error('A message found no stay.')
    if ('failed' in row) throw row.failed
    if (row.tied) return addTied(one)
    return { stay: row.stay_id, changed: [], reviewsWait: row.reviews, asTold: row.as_told, marked: !more && !row.reviews }
  }
}

/** Of an admission that says under which number the visit was known. HAZ-A03 */
function tieOf({ otherVisits = [], visit, facility, recordedAt }: AdtFacts): NewTie | undefined {
  if (visit === undefined || otherVisits.length === 0) return undefined
  return { kind: 'visit', facility, goes: otherVisits, stays: visit, recordedAt }
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
  readonly more: boolean
  readonly saysOf: (state: StayState) => string
}

interface Joined {
  readonly message_id: string
  readonly stay_id: string
  readonly reviews: boolean
  readonly tied: boolean
  readonly as_told: boolean
}

const ADD_EVENTS = 'SELECT message_id, stay_id, reviews, tied, as_told FROM alerts.add_events($1::jsonb)'
