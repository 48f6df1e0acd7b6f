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

interface SessionFacts {
  readonly key: string
  readonly on: string
  readonly checked: CheckedLevel
}

/** A session of a long record is asked these at every summary, and a resource that was read does not change. */
const known = new WeakMap<Procedure, SessionFacts>()

function factsOf(session: Procedure): SessionFacts {
  const before = known.get(session)
  if (before !== undefined) return before
  const facts = { key: keyOf(session), on: performedOn(session) ?? '', checked: checkedLevelOf(session) }
  known.set(session, facts)
  return facts
}

/** Courses, the one with the latest session first. */
export function coursesOf(material: Material): Course[] {
  const groups = new Map<string, Item<Procedure>[]>()
  for (const item of itemsOf(material, 'Procedure')) {
    if (item.resource.status === 'preparation') continue
    const { key } = factsOf(item.resource)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
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

function courseOf(key: string, unsorted: Item<Procedure>[], material: Material): Course {
  const sessions = unsorted.toSorted(
    (one, other) => compare(factsOf(other.resource).on, factsOf(one.resource).on) || compare(one.reference, other.reference),
  )
  const [latest] = sessions
  if (latest === undefined) throw new TypeError('A course has a session')
  const took = sessions.filter(({ resource }) => resource.status !== 'not-done')
  const missed = sessions.filter(({ resource }) => resource.status === 'not-done')
  const cancelled = missed.filter(({ resource }) => hasCode(resource.statusReason, 'cancelled-by-provider'))
  const held = took.reduce((sum, { resource }) => sum + countOf(resource), 0)
  const dates = (took.length > 0 ? took : missed).flatMap(({ resource }) => {
    const { performedPeriod } = resource
    return [performedOn(resource), performedPeriod?.end].filter((date) => date !== undefined)
  })
  const levels = new Set(sessions.map(({ resource }) => factsOf(resource).checked))
  const provider = providerOf(latest.resource)
  const sorted = dates.toSorted()
  return {
    key,
    kind: latest.resource.code,
    title: wordsOf(latest.resource.code) ?? '–',
    provider,
    providerName: nameOf(provider, material),
    sector: extensionOf(latest.resource, 'sector')?.valueCode,
    sessions,
    held,
    offered: held + missed.length - cancelled.length,
    cancelled: cancelled.length,
    from: sorted[0],
    to: sorted.at(-1),
    checked: CHECKED_LEVELS.filter((level) => levels.has(level)),
    outcome: took.find(({ resource }) => resource.outcome !== undefined)?.resource.outcome,
  }
}

/** An entry may stand for a whole course that was recorded as one. */
const countOf = (procedure: Procedure): number => extensionOf(procedure, 'session-count')?.valuePositiveInt ?? 1

const hasCode = (concept: CodeableConcept | undefined, code: string): boolean =>
  concept?.coding?.some((coding) => coding.code === code) === true
