// A hospital stay out of the messages about it: standards page "Hospital alerts", sections 6 and 7. The state is computed from all events
// sorted by when they happened, never by arrival, so that late, repeated and early messages do no harm. HAZ-A03, HAZ-A05.
import { isDeepStrictEqual } from 'node:util'
import { CANCELS, type AdmissionKind, type HospitalLocation, type StayEventType } from './adt.ts'

/** What one message says about a stay, as it is remembered. */
export interface StayEvent {
  /** The message it came in; the same key twice is the same event. */
  readonly key: string
  readonly type: StayEventType
  readonly occurredAt: Date
  readonly recordedAt: Date
  /** EVN-6 as given; in a cancel possibly the time of what it cancels. */
  readonly happenedAt?: Date
  readonly patientClass?: string
  readonly admission?: AdmissionKind
  readonly location?: HospitalLocation
  readonly admittedAt?: Date
  readonly dischargedAt?: Date
  readonly died: boolean
  /** When, where the message says it to the minute. */
  readonly diedAt?: Date
  /** The message says expressly that the person is alive. */
  readonly alive?: true
  /** The message names no visit: it is about the stay that was open when it came. */
  readonly unnumbered?: true
}

/** Where somebody stands with the hospital. */
export type StayStatus = 'unknown' | 'planned' | 'attending' | 'inpatient' | 'on-leave' | 'ended' | 'cancelled'

/** What is so of a stay, as far as its messages tell. */
export interface Stay {
  readonly status: StayStatus
  /** The last class told; absent when none was. */
  readonly patientClass?: string
  /** How the person came in; absent where nobody said. Who came by the emergency department came as an emergency. */
  readonly admission?: AdmissionKind
  readonly location?: HospitalLocation
  readonly admittedAt?: Date
  /** No A01 or A04 has come: the admission time is concluded from another message. */
  readonly admissionInferred: boolean
  readonly endedAt?: Date
  readonly died: boolean
  /** When, as a message of this stay says it to the minute. */
  readonly diedAt?: Date
  /** Places in the order in which the person was in them; the last one is `location`. */
  readonly places: readonly HospitalLocation[]
  /** The person was in the emergency department or admitted at some time: somebody follows up. */
  readonly wasIn: boolean
}

type Move = StayStatus | 'by-class' | 'same'

const OPENED = { planned: 'by-class', unknown: 'by-class' } as const

/**
 * The state after an event, by the state before it. `by-class`: attending for class E, an inpatient otherwise; `same`: no change.
 * An event is a row: a new one is added here and nowhere else.
 */
const STATE_AFTER: Readonly<Record<StayEventType, Readonly<Partial<Record<StayStatus, Move>>> & { readonly otherwise: Move }>> = {
  A01: { otherwise: 'by-class' },
  A02: { ...OPENED, otherwise: 'same' },
  A03: { cancelled: 'same', otherwise: 'ended' },
  A04: { unknown: 'attending', planned: 'attending', ended: 'attending', cancelled: 'attending', otherwise: 'same' },
  A05: { unknown: 'planned', cancelled: 'planned', otherwise: 'same' },
  // Later than the end of an attendance, or recorded after it was taken back, it is an admission of its own: not to tell of one is the worse mistake.
  A06: { otherwise: 'inpatient' },
  A07: { ended: 'same', cancelled: 'same', otherwise: 'by-class' }, // class E: back in the emergency department; else over, see `after`
  A08: { ...OPENED, otherwise: 'same' },
  A09: { ...OPENED, otherwise: 'same' }, // tracking: a place and nothing more
  A10: { ...OPENED, otherwise: 'same' },
  A11: { otherwise: 'same' },
  A12: { ...OPENED, otherwise: 'same' },
  A13: { ...OPENED, ended: 'by-class', otherwise: 'same' },
  A17: { ...OPENED, otherwise: 'same' }, // two patients swap beds: each has a group of its own in the message
  A21: { unknown: 'on-leave', planned: 'on-leave', inpatient: 'on-leave', attending: 'on-leave', otherwise: 'same' },
  A22: { unknown: 'inpatient', planned: 'inpatient', 'on-leave': 'inpatient', otherwise: 'same' },
  A38: { otherwise: 'same' },
}

/** Events of the same instant, in the order in which they happen in life. */
const ORDER: readonly StayEventType[] = [
  'A05',
  'A04',
  'A01',
  'A06',
  'A07',
  'A02',
  'A17',
  'A09',
  'A10',
  'A08',
  'A12',
  'A21',
  'A22',
  'A13',
  'A03',
  'A38',
  'A11',
]

/** The stay that these events make, in whatever order and however often they are given. */
export function stayOf(events: Iterable<StayEvent>): Stay {
  const all = [...new Map([...events].map((event) => [event.key, event])).values()]
  const undone = undoneBy(all)
  const alive = all.filter((event) => !undone.has(event.key)).toSorted(byTime)
  const withdrawn = all.some(({ type }) => WITHDRAWS.has(type))
  const stay = fold(alive, { ...NOTHING_KNOWN, status: withdrawn ? 'cancelled' : 'unknown' })
  if (stay.status === 'cancelled') return { ...mostOf(all), status: 'cancelled' }
  if (stay.status === 'unknown' || stay.status === 'planned') return stay
  return { ...stay, ...admissionOf(alive) }
}

const NOTHING_KNOWN: Stay = { status: 'unknown', admissionInferred: true, died: false, places: [], wasIn: false }
const WITHDRAWS: ReadonlySet<StayEventType> = new Set(['A11', 'A38'])

/** What was known of a stay that the hospital has taken back, for those who were told of it. */
function mostOf(all: readonly StayEvent[]): Stay {
  const told = all.filter(({ type }) => !CANCELS.has(type)).toSorted(byTime)
  return { ...fold(told, NOTHING_KNOWN), ...admissionOf(told) }
}

function fold(inOrder: readonly StayEvent[], begun: Stay): Stay {
  let [stay, classTold]: [Stay, string | undefined] = [begun, undefined]
  for (const event of inOrder) {
    classTold = event.patientClass ?? classTold
    stay = after(stay, event, classTold)
  }
  return stay
}

/** @param classTold the class that was told of the visit last, also by a message that opened nothing */
function after(stay: Stay, event: StayEvent, classTold: string | undefined): Stay {
  const row = STATE_AFTER[event.type]
  const move = row[stay.status] ?? row.otherwise
  const patientClass = event.patientClass ?? stay.patientClass
  // A message that tells of a visit not yet heard of opens it when it shows a current one: outpatients, HL7 UK class N and past visits do not.
  const opens = move === 'by-class' && event.type !== 'A01' && (stay.status === 'unknown' || stay.status === 'planned')
  const death = deathAfter(stay, event)
  // Tracking tells a place alone, so it makes no stay of a visit that was an outpatient's when last told of; a transfer without a class does.
  const opensAs = TRACKING.has(event.type) ? classTold : patientClass
  if (opens && !showsCurrentStay(event, opensAs)) {
    const { diedAt: _, ...others } = stay
    return { ...others, ...death }
  }
  const status = move === 'same' ? stay.status : move === 'by-class' ? byClass(event.type, patientClass) : move
  const ended = status === 'ended'
  const admission = stay.admission === 'emergency' ? stay.admission : (event.admission ?? stay.admission)
  const location = ended && stay.status === 'ended' ? stay.location : (event.location ?? stay.location)
  const endedAt = ended ? (stay.status === 'ended' ? stay.endedAt : (event.dischargedAt ?? event.occurredAt)) : undefined
  const now: Omit<Stay, 'wasIn'> = {
    status,
    ...(patientClass === undefined ? {} : { patientClass }),
    ...(admission === undefined ? {} : { admission }),
    ...(location === undefined ? {} : { location }),
    admissionInferred: stay.admissionInferred,
    ...(endedAt === undefined ? {} : { endedAt }),
    ...death,
    places: location === undefined ? stay.places : withPlace(stay.places, location),
  }
  // A discharge alone, of an inpatient or from the emergency department, tells of a stay that nobody heard of while it lasted.
  const heardAtItsEnd = ended && stay.status === 'unknown' && (patientClass === 'I' || patientClass === 'E')
  return { ...now, wasIn: stay.wasIn || heardAtItsEnd || callsForAlert(now) }
}

function deathAfter({ died, diedAt }: Stay, event: StayEvent): Pick<Stay, 'died' | 'diedAt'> {
  if (!event.died && (!died || event.alive === true)) return { died: false }
  const at = event.diedAt ?? diedAt
  return { died: true, ...(at === undefined ? {} : { diedAt: at }) }
}

/**
 * When the person left: at the discharge, else when they died there, as a message of the stay says it. No other date stands in for either.
 * A time before the admission is somebody's mistake.
 */
export function leftAt({ status, admittedAt, endedAt, diedAt }: Stay): Date | undefined {
  if (endedAt !== undefined || diedAt === undefined) return endedAt
  return GOING_ON.has(status) && !(admittedAt !== undefined && diedAt < admittedAt) ? diedAt : undefined
}

/** In hospital as far as the stay's own messages tell. */
export const GOING_ON: ReadonlySet<StayStatus> = new Set(['attending', 'inpatient', 'on-leave'])

const withPlace = (places: readonly HospitalLocation[], place: HospitalLocation): readonly HospitalLocation[] =>
  isDeepStrictEqual(places.at(-1), place) ? places : [...places, place]

const TRACKING: ReadonlySet<StayEventType> = new Set(['A09', 'A10'])
const NOT_IN_HOSPITAL: ReadonlySet<string> = new Set(['N', 'O', 'P', 'R', 'W', 'U'])

function showsCurrentStay({ type, dischargedAt }: StayEvent, patientClass: string | undefined): boolean {
  if (patientClass === undefined) return type !== 'A08' // an update of data alone says nothing of where somebody is
  return !NOT_IN_HOSPITAL.has(patientClass) && dischargedAt === undefined
}

function byClass(type: StayEventType, patientClass: string | undefined): StayStatus {
  if (patientClass === 'E') return 'attending'
  return type === 'A07' ? 'ended' : 'inpatient'
}

/** A01 or A04 says when it began; else PV1-44, else the earliest we heard. */
function admissionOf(alive: readonly StayEvent[]): Pick<Stay, 'admittedAt' | 'admissionInferred'> {
  const admission = alive.find(({ type }) => type === 'A01' || type === 'A04')
  const told = admission ?? alive.find(({ admittedAt }) => admittedAt !== undefined) ?? alive.find(({ type }) => type !== 'A05')
  const admittedAt = told?.admittedAt ?? told?.occurredAt
  return { ...(admittedAt === undefined ? {} : { admittedAt }), admissionInferred: admission === undefined }
}

/** The keys of events that a cancel has undone. Cancels are taken in the order in which they were recorded. */
function undoneBy(all: readonly StayEvent[]): ReadonlySet<string> {
  const gone = new Set<string>()
  const cancels = all
    .filter(({ type }) => CANCELS.has(type))
    .toSorted((one, other) => compare(one.recordedAt, other.recordedAt) || compareText(one.key, other.key))
  for (const cancel of cancels) {
    const earlier = all.filter((event) => event.recordedAt <= cancel.recordedAt && event.key !== cancel.key)
    // Cancelling an admission takes back everything that was told of it, also what comes late. Only what is recorded later counts again.
    if (cancel.type === 'A11') for (const event of [cancel, ...earlier]) gone.add(event.key)
    else if (cancel.type === 'A38') for (const event of [cancel, ...earlier.filter(({ type }) => type === 'A05')]) gone.add(event.key)
    else undo(cancel, earlier, gone)
  }
  return gone
}

function undo(cancel: StayEvent, earlier: readonly StayEvent[], gone: Set<string>): void {
  const type: StayEventType = cancel.type === 'A13' ? 'A03' : 'A02'
  const possible = earlier.filter((event) => event.type === type).toSorted(byTime)
  // In one London trust's feed EVN-6 of a cancel is the time of what it cancels; else the latest one is meant.
  const named = possible.find(({ occurredAt }) => occurredAt.getTime() === cancel.happenedAt?.getTime())
  const target = named ?? possible.findLast(({ key }) => !gone.has(key))
  if (target !== undefined) gone.add(target.key)
}

/** Those of the events that say what is so: no cancel, and none that a cancel has undone. */
export function standing<Event extends StayEvent>(events: readonly Event[]): readonly Event[] {
  const undone = undoneBy(events)
  return events.filter(({ key, type }) => !undone.has(key) && !CANCELS.has(type))
}

/** When an event counts: a cancel when it was recorded, everything else when it happened. */
const countsAt = (event: StayEvent): Date => (CANCELS.has(event.type) ? event.recordedAt : event.occurredAt)
const compare = (one: Date, other: Date): number => one.getTime() - other.getTime()
const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** The order in which events happened. */
export function byTime(one: StayEvent, other: StayEvent): number {
  return (
    compare(countsAt(one), countsAt(other)) ||
    ORDER.indexOf(one.type) - ORDER.indexOf(other.type) ||
    compare(one.recordedAt, other.recordedAt) ||
    compareText(one.key, other.key)
  )
}

/** Whether somebody must be told: in the emergency department or admitted. Outpatients are not, by default. */
export function callsForAlert({ status, patientClass }: Pick<Stay, 'status' | 'patientClass'>): boolean {
  if (status === 'inpatient' || status === 'on-leave') return true
  return status === 'attending' && !(patientClass !== undefined && NOT_IN_HOSPITAL.has(patientClass))
}

/** Whether somebody is there now: who was in hospital stays so until the end is told, a later class alone ends nothing. */
export const isInHospital = (stay: Stay): boolean =>
  callsForAlert(stay) || (stay.wasIn && (stay.status === 'attending' || stay.status === 'on-leave'))
