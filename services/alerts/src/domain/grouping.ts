/**
 * Every visit has a stay of its own. Where two visits are one stay, one of the two speaks for both, and what was said of the other counts for it.
 * Decision 660. HAZ-A05, HAZ-A100
 */
import type { StayEvent } from './stay.ts'
import { visitsOf, type Tie, type VisitEvent } from './visits.ts'

/** A stay as it is held, with what was said of its visit. */
export interface HeldStay {
  readonly id: string
  readonly facility: string
  readonly visit: string
  /** Numbers of the person, as the messages about this visit gave them. */
  readonly numbers: readonly string[]
  /** The stay that speaks for it. */
  readonly mergedInto?: string
  readonly wrongPerson: boolean
  readonly hasAlert: boolean
  /** The last that was told of it is that the person is in hospital. */
  readonly isOpen: boolean
  readonly raisedAt: Date
  readonly lastAt: Date
  readonly events: readonly HeldEvent[]
}

/** What one message said of its visit. */
export interface HeldEvent extends StayEvent {
  /** The stay for which it counts, or `NOWHERE`; absent: its own. */
  readonly countsFor?: string
}

interface SaidOfStay extends VisitEvent {
  /** The stay whose own it is. */
  readonly id: string
}

/** A tie, and the hospital that says so. */
export interface HeldTie extends Tie {
  readonly facility: string
  /** What goes is somebody else's, not this person's. */
  readonly wrong: boolean
}

/** How a stay is to be held. */
export interface Grouped {
  readonly mergedInto?: string
  readonly wrongPerson: boolean
  /** By the key of an event: the stay for which it counts, or `NOWHERE`. What is not named counts for the stay itself. */
  readonly countsFor: ReadonlyMap<string, string>
}

/** Said late of a visit that went, it counts for no stay. */
export const NOWHERE = '00000000-0000-0000-0000-000000000000'

/** How the stays of one person are to be held, by their ids. The same in whatever order their messages came, but for which of two alerts goes on. */
export function groupingOf(stays: readonly HeldStay[], ties: readonly HeldTie[]): ReadonlyMap<string, Grouped> {
  const grouped = new Map<string, Grouped>()
  const wrong = stays.filter((stay) => stay.wrongPerson || isSomebodyElses(stay, ties))
  for (const { id } of wrong) grouped.set(id, { wrongPerson: true, countsFor: new Map() })
  for (const [facility, here] of Map.groupBy(stays, (stay) => stay.facility)) {
    const ours = here.filter(({ id }) => !grouped.has(id))
    const said = ties.filter((tie) => tie.facility === facility && !tie.wrong)
    for (const [id, group] of unite(ours, said)) grouped.set(id, group)
  }
  return grouped
}

function unite(stays: readonly HeldStay[], ties: readonly Tie[]): ReadonlyMap<string, Grouped> {
  const numbered = numberingOf(stays)
  const byVisit = Map.groupBy(stays, (stay) => numbered.of(stay))
  const events = stays.flatMap((stay) => {
    const [visit, { numbers, id }] = [numbered.of(stay), stay]
    return stay.events.map((event): SaidOfStay => ({ ...event, visit, numbers, id }))
  })
  const visits = visitsOf<SaidOfStay>(events, ties.map(numbered.in))
  const groupOf = new Map([...visits.stays].flatMap(([group, counted]) => counted.map(({ id, key }) => [`${id} ${key}`, group])))

  const speaks = new Map<string, HeldStay>()
  const homes = [...visits.stays].map(([group, counted]) => ({
    group,
    in: [...new Set(counted.map(({ visit }) => visit))].flatMap((visit) => byVisit.get(visit) ?? []).toSorted(bySayingMost),
  }))
  // Whoever has one home alone comes first, so that as few as possible go without: what they say is then said by their home's other stay.
  for (const each of homes.toSorted((one, other) => one.in.length - other.in.length)) {
    const free = each.in.find((stay) => ![...speaks.values()].includes(stay)) ?? each.in[0]
    if (free !== undefined) speaks.set(each.group, free)
  }

  const speakers = new Set(speaks.values())
  return new Map(
    stays.map((stay) => {
      const countsFor = stay.events.map(({ key }): readonly [string, string] => {
        const group = groupOf.get(`${stay.id} ${key}`)
        return [key, (group === undefined ? undefined : speaks.get(group)?.id) ?? NOWHERE]
      })
      const elsewhere = new Map(countsFor.filter(([, id]) => id !== stay.id))
      const counted = countsFor.map(([, id]) => id).find((id) => id !== NOWHERE)
      const into = speakers.has(stay) ? undefined : (counted ?? speaks.get(visits.goesOnAs(numbered.of(stay)))?.id)
      return [stay.id, { wrongPerson: false, countsFor: elsewhere, ...(into === undefined ? {} : { mergedInto: into }) }]
    }),
  )
}

/** One number is that of one visit, until it is silent as long as a number may be before it is given to another. */
const SILENT_MS = 30 * 24 * 3_600_000

/** Which visit is meant by its number, and by that number at some time. */
function numberingOf(stays: readonly HeldStay[]): { readonly of: (stay: HeldStay) => string; readonly in: (tie: Tie) => Tie } {
  const names = new Map<HeldStay, string>()
  const used = new Map<string, { readonly name: string; from: number; to: number }[]>()
  const inTurn = stays.map((stay) => ({ stay, ...saidBetween(stay) })).toSorted((one, other) => one.from - other.from)
  for (const { stay, from, to } of inTurn) {
    const before = used.get(stay.visit) ?? []
    const last = before.at(-1)
    const name = last !== undefined && from <= last.to + SILENT_MS ? last.name : `${stay.visit}${'\n'.repeat(before.length)}`
    if (last?.name === name) last.to = Math.max(last.to, to)
    else used.set(stay.visit, [...before, { name, from, to }])
    names.set(stay, name)
  }
  const at = (visit: string, time: number): string => {
    const [nearest] = (used.get(visit) ?? []).toSorted((one, other) => away(one, time) - away(other, time))
    return nearest?.name ?? visit
  }
  return {
    of: (stay) => names.get(stay) ?? stay.visit,
    in: (tie) => {
      if (tie.kind === 'number') return tie
      const time = tie.recordedAt.getTime()
      return { ...tie, goes: at(tie.goes, time), ...(tie.stays === undefined ? {} : { stays: at(tie.stays, time) }) }
    },
  }
}

const away = ({ from, to }: { readonly from: number; readonly to: number }, time: number): number => Math.max(from - time, time - to, 0)

function saidBetween({ events, raisedAt }: HeldStay): { readonly from: number; readonly to: number } {
  const times = (events.length === 0 ? [raisedAt] : events.map(({ recordedAt }) => recordedAt)).map((at) => at.getTime())
  return { from: Math.min(...times), to: Math.max(...times) }
}

/** Who speaks for others: whoever did so already, then whose alert is open, then who was heard of first. */
function bySayingMost(one: HeldStay, other: HeldStay): number {
  return (
    Number(one.mergedInto !== undefined) - Number(other.mergedInto !== undefined) ||
    Number(other.isOpen) - Number(one.isOpen) ||
    Number(other.hasAlert) - Number(one.hasAlert) ||
    one.raisedAt.getTime() - other.raisedAt.getTime() ||
    (one.id < other.id ? -1 : 1)
  )
}

/** Two systems of one hospital may tell the time otherwise. */
const SAME_MOMENT_MS = 10 * 60_000

/** All that was said of it was said before the hospital said that it is somebody else's; what is claimed of the person later is news. HAZ-A01 */
function isSomebodyElses({ facility, visit, numbers, events }: HeldStay, ties: readonly HeldTie[]): boolean {
  const lastSaid = Math.max(...events.map(({ recordedAt }) => recordedAt.getTime()))
  /** Moved back since: it is theirs after all. */
  const isBack = ({ kind, goes, recordedAt }: HeldTie, among: readonly HeldTie[]): boolean =>
    among.some(
      (tie) => !tie.wrong && tie.kind === kind && tie.stays === goes && tie.recordedAt > recordedAt && tie.recordedAt.getTime() <= lastSaid,
    )
  const said = (tie: HeldTie, among: readonly HeldTie[]): boolean =>
    tie.wrong && lastSaid <= tie.recordedAt.getTime() + SAME_MOMENT_MS && !isBack(tie, among)
  const here = ties.filter((tie) => tie.facility === facility)
  const wentAs = (kind: Tie['kind'], from: readonly string[], among: readonly HeldTie[]): readonly string[] => {
    const all = new Set(from)
    for (const number of all)
      for (const tie of among) if (tie.kind === kind && tie.goes === number && tie.stays !== undefined) all.add(tie.stays)
    return [...all]
  }
  const [asVisit, asPerson] = [wentAs('visit', [visit], here), wentAs('number', numbers, ties)]
  return (
    here.some((tie) => tie.kind === 'visit' && said(tie, here) && asVisit.includes(tie.goes)) ||
    ties.some((tie) => tie.kind === 'number' && said(tie, ties) && asPerson.includes(tie.goes))
  )
}
