/** What the pathway says about referrals, as deciding needs it: which are ours, who is asked first, how long, and who is told when nobody answers. */
import type { ServiceRequest } from '@medplum/fhirtypes'
import type { Directory } from './directory.ts'
import type { Allowance, Calendar } from './due-time.ts'

/** The priorities of FHIR R4, valueset-request-priority.html. An absent one stays absent in the record and is clocked as `routine`. */
export type Priority = NonNullable<ServiceRequest['priority']>

/**
 * What somebody is given time for: to answer a referral, to decide who helps, to begin after accepting, to look into a step
 * that is overdue, and to repair a need that nobody has.
 */
export type Allowed = 'answer' | 'triage' | 'begin' | 'escalation'

/** The pathway of one hub. Data, read from `fhir-profiles/pathway`. */
export interface Pathway {
  /** `system|code` of the categories whose requests are referrals of this hub. */
  readonly categories: ReadonlySet<string>
  /** `system|value` of the organisation that decides who helps where nobody is named, or nobody is left. */
  readonly singlePointOfAccess: string
  /** `system|value` of the organisations that are told in turn when a step is overdue, nearest first. */
  readonly ladder: readonly string[]
  /** How long each step may take. */
  allowance(what: Allowed, priority: Priority): Allowance
  readonly calendar: Calendar
}

/** What a decision is taken in: the time, the pathway, and who is listed. */
export interface Circumstances {
  readonly at: Date
  readonly pathway: Pathway
  readonly directory: Directory
}

/** The pathway's single point of access, `Organization/<id>`; nothing while it is not listed in the record. */
export const singlePointOfAccess = ({ pathway, directory }: Circumstances): string | undefined =>
  directory.identified(pathway.singlePointOfAccess)?.organization

/** The organisations above this one that can be told, nearest first. */
export const ladderAbove = (owner: string | undefined, { pathway, directory }: Circumstances): readonly string[] =>
  pathway.ladder.flatMap((rung) => directory.identified(rung)?.organization ?? []).filter((rung) => rung !== owner)
