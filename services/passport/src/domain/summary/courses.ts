/**
 * Sessions of one kind by one provider, counted together: forty sessions as forty entries drown the reader. What the provider cancelled is
 * not among the sessions offered, and is shown. Story 1 step 6.
 */
import type { CodeableConcept, Procedure, Reference } from '@medplum/fhirtypes'
import { extensionOf, itemsOf, nameOf, wordsOf, type Item, type Material } from './material.ts'
import { checkedLevelOf, CHECKED_LEVELS, sayersOf, type CheckedLevel } from './provenance.ts'

export interface Course {
  /** The same for the same kind, provider and sector. */
  readonly key: string
  readonly kind: CodeableConcept | undefined
  readonly title: string
  readonly provider: Reference | undefined
  readonly providerName: string | undefined
  readonly sector: string | undefined
  /** Newest first. */
  readonly sessions: readonly Item<Procedure>[]
  /** Sessions that took place, and those offered: cancelled by the provider is neither. */
  readonly held: number
  readonly offered: number
  readonly cancelled: number
  /** FHIR dates of the sessions that took place; of all when none did. */
  readonly from: string | undefined
  readonly to: string | undefined
  /** Every level that some session has, lowest first. */
  readonly checked: readonly CheckedLevel[]
  /** The latest outcome recorded. */
  readonly outcome: CodeableConcept | undefined
}

/** When a session was, as it was recorded. */
export const performedOn = ({ performedDateTime, performedPeriod }: Procedure): string | undefined =>
  performedDateTime ?? performedPeriod?.start ?? performedPeriod?.end

/** What a session says of itself. */
interface SessionFacts {
  readonly key: string
  readonly on: string
  /** When it was and when it ended, FHIR dates. */
  readonly dates: readonly string[]
  readonly took: boolean
  readonly cancelled: boolean
  readonly count: number
  readonly checked: CheckedLevel
}

/** A session of a long record is asked these at every summary, and a resource that was read does not change. */
const known = new WeakMap<Procedure, SessionFacts>()

function factsOf(session: Procedure): SessionFacts {
  const before = known.get(session)
  if (before !== undefined) return before
  const on = performedOn(session)
  const facts: SessionFacts = {
    key: keyOf(session),
    on: on ?? '',
    dates: [on, session.performedPeriod?.end].filter((date) => date !== undefined),
    took: session.status !== 'not-done',
    cancelled: session.status === 'not-done' && hasCode(session.statusReason, 'cancelled-by-provider'),
    count: countOf(session),
    checked: checkedLevelOf(session),
  }
  known.set(session, facts)
  return facts
}

interface Session {
  readonly item: Item<Procedure>
  readonly facts: SessionFacts
}

/** Courses, the one with the latest session first. */
export function coursesOf(material: Material): Course[] {
  const groups = new Map<string, Session[]>()
  for (const item of itemsOf(material, 'Procedure')) {
    if (item.resource.status === 'preparation') continue
    const facts = factsOf(item.resource)
    const group = groups.get(facts.key)
    if (group === undefined) groups.set(facts.key, [{ item, facts }])
    else group.push({ item, facts })
  }
  return [...groups].map(([key, sessions]) => courseOf(key, sessions, material)).toSorted(byDate)
}

const byDate = (one: Course, other: Course): number => compare(other.to ?? '', one.to ?? '') || compare(one.key, other.key)
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

function keyOf(procedure: Procedure): string {
  const coding =
    procedure.code?.coding?.find(({ system }) => system?.startsWith('https://handrail.example/') === true) ?? procedure.code?.coding?.[0]
  const kind = coding?.code === undefined ? (procedure.code?.text ?? '') : `${coding.system ?? ''}|${coding.code}`
  const provider = providerOf(procedure)
  return [kind, provider?.reference ?? provider?.display ?? '', extensionOf(procedure, 'sector')?.valueCode ?? ''].join(' ')
}

const providerOf = (procedure: Procedure): Reference | undefined => sayersOf(procedure)[0]

function courseOf(key: string, unsorted: readonly Session[], material: Material): Course {
  const sessions = unsorted.toSorted(
    (one, other) => compare(other.facts.on, one.facts.on) || compare(one.item.reference, other.item.reference),
  )
  const [latest] = sessions
  if (latest === undefined) throw new TypeError('A course has a session')
  const { resource } = latest.item
  const took = sessions.filter(({ facts }) => facts.took)
  const missed = sessions.length - took.length
  const cancelled = sessions.filter(({ facts }) => facts.cancelled).length
  const held = took.reduce((sum, { facts }) => sum + facts.count, 0)
  let [from, to]: (string | undefined)[] = []
  for (const { facts } of took.length > 0 ? took : sessions)
    for (const date of facts.dates) {
      if (from === undefined || date < from) from = date
      if (to === undefined || date > to) to = date
    }
  const levels = new Set(sessions.map(({ facts }) => facts.checked))
  const provider = providerOf(resource)
  return {
    key,
    kind: resource.code,
    title: wordsOf(resource.code) ?? '–',
    provider,
    providerName: nameOf(provider, material),
    sector: extensionOf(resource, 'sector')?.valueCode,
    sessions: sessions.map(({ item }) => item),
    held,
    offered: held + missed - cancelled,
    cancelled,
    from,
    to,
    checked: CHECKED_LEVELS.filter((level) => levels.has(level)),
    outcome: took.find(({ item }) => item.resource.outcome !== undefined)?.item.resource.outcome,
  }
}

/** An entry may stand for a whole course that was recorded as one. */
const countOf = (procedure: Procedure): number => extensionOf(procedure, 'session-count')?.valuePositiveInt ?? 1

const hasCode = (concept: CodeableConcept | undefined, code: string): boolean =>
  concept?.coding?.some((coding) => coding.code === code) === true
