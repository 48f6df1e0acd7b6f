/**
 * Which messages of a hospital tell of one stay. A visit has a number, and numbers move: a visit gets another one (A42, A44, A45, MRG-5, PV1-50), or two
 * records of a person become one (A40), and their open visits with them. What a hospital said is gone through in the order in which it recorded it, so that
 * whatever is heard late is taken as if it had come in its time. Decisions 280 and 660; standards page "Hospital alerts", section 7. HAZ-A03, HAZ-A100
 */
import type { StayEventType } from './adt.ts'
import { byTime, isInHospital, standing, stayOf, type Stay, type StayEvent } from './stay.ts'

/** What one message says of a visit. */
export interface VisitEvent extends StayEvent {
  /** The number under which it says so. */
  readonly visit: string
  /** Numbers of the person, as the messages about this visit gave them. */
  readonly numbers: readonly string[]
}

/** A hospital says that the visit, or the number of the person, `goes` is `stays` from then on. */
export interface Tie {
  readonly kind: 'visit' | 'number'
  readonly goes: string
  /** Absent where a merge of records names no number that stays. */
  readonly stays?: string
  readonly recordedAt: Date
}

/** The stays that the visits of one person at one hospital are. */
export interface Visits<Event extends VisitEvent = VisitEvent> {
  /** What counts for each stay, by the visit that it goes on under. What is said late of a visit that went may count for none. */
  readonly stays: ReadonlyMap<string, readonly Event[]>
  /** The visit under which this one goes on: itself, where it did not go. */
  readonly goesOnAs: (visit: string) => string
}

/** What ends a stay, or takes it back, is of a visit that went alone, but that somebody died. */
const endsVisitAlone = ({ type, died, patientClass }: StayEvent): boolean =>
  !died && (ENDS.has(type) || (type === 'A07' && patientClass !== 'E'))
const ENDS: ReadonlySet<StayEventType> = new Set(['A03', 'A11', 'A38'])
/** Begins a stay: also of a number that went long ago, where the stay that it became is over. */
const BEGINS: ReadonlySet<StayEventType> = new Set(['A01', 'A04', 'A06'])
/** Tells of somebody who is there. */
const MOVES: ReadonlySet<StayEventType> = new Set(['A02', 'A17', 'A21', 'A22'])
/** A visit that begins this long after another one ended is a stay of its own, whatever ties the two. */
const APART_MS = 24 * 3_600_000

/** The stays that these events make, in whatever order they are given. */
export function visitsOf<Event extends VisitEvent>(events: readonly Event[], ties: readonly Tie[]): Visits<Event> {
  const stays = new Map<string, readonly Event[]>()
  const became = new Map<string, string>()
  const lateEnds = new Map<string, number>()
  const goneNumbers = new Set<string>()
  const united = new Set<string>() // with their person's numbers: of the visits themselves nobody said that they are one
  const goesOnAs = (visit: string): string => {
    const next = became.get(visit)
    return next === undefined ? visit : goesOnAs(next)
  }
  const add = (visit: string, more: readonly Event[]): void => void stays.set(visit, [...(stays.get(visit) ?? []), ...more])
  const made = new WeakMap<readonly Event[], Stay>() // most of a person's stays are as they were when they were looked at last
  const known = (visit: string): Stay => {
    const all = stays.get(visit) ?? []
    const stay = made.get(all) ?? stayOf(all)
    made.set(all, stay)
    return stay
  }

  /** The stay of one visit goes on under the other, unless the two are two stays. */
  const join = (goes: string, on: string): void => {
    const [theirs, others] = [stays.get(goes) ?? [], stays.get(on) ?? []]
    const [gone, other] = [stayOf(theirs), stayOf(others)]
    const isKnown = other.status !== 'unknown' && other.status !== 'planned'
    if (isKnown && (gone.status === 'cancelled' || isApart(gone, others))) return
    stays.set(on, isKnown ? both(theirs, others) : [...others, ...theirs])
    stays.delete(goes)
  }
  const moveVisit = (goes: string, to: string): void => {
    if (to === goes) return
    if (goesOnAs(to) === goes) comeBack(to) // it is the number of the stay again
    const on = goesOnAs(to)
    if (!became.has(goes)) join(goes, on)
    became.set(goes, on)
    united.delete(goes)
  }
  const comeBack = (visit: string): void => {
    became.delete(visit)
    lateEnds.delete(visit)
  }
  /** The hospital held somebody twice: of the stays that are open, the one heard of first goes on. */
  const uniteOpen = (): void => {
    const [first, ...others] = [...stays]
      .filter(([visit]) => isInHospital(known(visit)))
      .toSorted(([, one], [, other]) => recorded(one) - recorded(other))
    if (first === undefined) return
    for (const [visit] of others) {
      join(visit, first[0])
      became.set(visit, first[0])
      united.add(visit)
    }
  }
  const say = (event: Event): void => {
    const { visit, numbers, unnumbered } = event
    if (became.has(visit) && unnumbered !== true) return sayLate(event)
    if (became.has(visit)) return add(goesOnAs(visit), [event])
    const isNew = !stays.has(visit)
    // Until now nothing was known but that a visit which went was over: that says nothing of this one.
    const all = stays.get(visit) ?? []
    const before = all.filter((one) => one.visit === visit || !endsVisitAlone(one))
    if (before.length < all.length && stayOf(before).status === 'unknown') stays.set(visit, before)
    add(visit, [event])
    if (isNew && numbers.some((number) => goneNumbers.has(number))) uniteOpen()
  }
  /** Of a visit that went: where somebody is, is so of the stay that goes on; an end or a cancel is of that visit alone. */
  const sayLate = (event: Event): void => {
    const { visit, type, occurredAt } = event
    const on = goesOnAs(visit)
    const stay = known(on)
    const ended = lateEnds.get(visit) ?? 0
    if (stay.status !== 'unknown' && endsVisitAlone(event)) lateEnds.set(visit, ended + Number(type === 'A03'))
    else if (type === 'A13' && ended > 0) lateEnds.set(visit, ended - 1)
    else if ((BEGINS.has(type) || (MOVES.has(type) && united.has(visit))) && isOver(stay, occurredAt)) {
      comeBack(visit) // later than its end it is news
      add(visit, [event])
    } else add(on, [event])
  }

  for (const { event, tie } of [...events.map(asEvent<Event>), ...ties.map(asTie)].toSorted(asRecorded)) {
    if (event !== undefined) say(event)
    else if (tie?.kind === 'visit' && tie.stays !== undefined) moveVisit(tie.goes, tie.stays)
    else if (tie?.kind === 'number') {
      goneNumbers.add(tie.goes)
      if (tie.stays !== undefined) goneNumbers.delete(tie.stays)
      uniteOpen()
    }
  }
  return { stays, goesOnAs }
}

const goingOn = <Event extends VisitEvent>(events: readonly Event[]): readonly Event[] =>
  standing(events).filter((event) => !endsVisitAlone(event))
const lastOf = (events: readonly StayEvent[]): Date => new Date(Math.max(...events.map(({ occurredAt }) => occurredAt.getTime())))

/** Two of one stay: the end of the one is not that of the other. */
function both<Event extends VisitEvent>(theirs: readonly Event[], others: readonly Event[]): readonly Event[] {
  const [gone, other, all] = [stayOf(theirs), stayOf(others), [...others, ...goingOn(theirs)]]
  const stay = stayOf(all)
  if (isInHospital(gone) && isOver(other, lastOf(theirs)) && isOver(stay)) return [...goingOn(others), ...goingOn(theirs)]
  return isOver(gone) && isOver(other) && !isOver(stay) ? [...others, ...standing(theirs)] : all
}

/** @param by at some time after its end */
const isOver = ({ status, endedAt }: Stay, by?: Date): boolean =>
  status === 'cancelled' || (status === 'ended' && (by === undefined || (endedAt !== undefined && by > endedAt)))

function isApart({ status, endedAt }: Stay, others: readonly StayEvent[]): boolean {
  const begins = others.filter(({ type }) => BEGINS.has(type)).map(({ occurredAt }) => occurredAt.getTime())
  return status === 'ended' && endedAt !== undefined && begins.length > 0 && Math.min(...begins) >= endedAt.getTime() + APART_MS
}

interface Said<Event extends VisitEvent> {
  readonly at: Date
  /** Of the same instant: what tells of a visit, then what becomes of it, then what is said of it under the number that it has since. */
  readonly rank: number
  readonly of: string
  readonly event?: Event
  readonly tie?: Tie
}

const asEvent = <Event extends VisitEvent>(event: Event): Said<Event> => ({
  at: event.recordedAt,
  rank: ENDS.has(event.type) || event.type === 'A08' ? 2 : 0,
  of: event.visit,
  event,
})
const asTie = (tie: Tie): Said<never> => ({ at: tie.recordedAt, rank: 1, of: `${tie.kind} ${tie.goes} ${tie.stays ?? ''}`, tie })

function asRecorded(one: Said<VisitEvent>, other: Said<VisitEvent>): number {
  const of = one.of < other.of ? -1 : one.of > other.of ? 1 : 0
  const byEvent = () => (one.event === undefined || other.event === undefined ? 0 : byTime(one.event, other.event))
  return one.at.getTime() - other.at.getTime() || one.rank - other.rank || of || byEvent()
}

const recorded = (events: readonly StayEvent[]): number => Math.min(...events.map(({ recordedAt }) => recordedAt.getTime()))
