/** What the pathway says about referrals, as deciding needs it: which are ours, who is asked first, how long, and who is told when nobody answers. */
import type { ServiceRequest } from '@medplum/fhirtypes'
import type { Directory } from './directory.ts'
import type { StepKind } from './vocabulary.ts'

/** The priorities of FHIR R4, valueset-request-priority.html. An absent one stays absent in the record and is clocked as routine. */
export type Priority = NonNullable<ServiceRequest['priority']>

/** The pathway of one hub. Data: the store reads it from `fhir-profiles/pathway`. */
export interface Pathway {
  /** `system|code` of the categories whose requests are referrals of this hub. */
  readonly categories: ReadonlySet<string>
  /** `system|value` of the organisation that decides who helps where nobody is named, or nobody is left. */
  readonly singlePointOfAccess: string
  /** Who is told in turn when a step is overdue, nearest first. */
  readonly ladder: readonly Rung[]
  /**
   * When a step that is opened at `from` is due. A due time counts from its own decision; how long the person has waited
   * counts from the first request (`ServiceRequest.authoredOn`), which nothing here ever changes.
   */
  dueAt(kind: StepKind, priority: Priority | undefined, from: Date): Date
}

/** One rung of the ladder. */
export interface Rung {
  /** `system|value` of an organisation. */
  readonly owner: string
  /** Why it is told, in words. */
  readonly says: string
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

/** The organisations above this one that can be told, `Organization/<id>`, nearest first. */
export const ladderAbove = (below: string | undefined, { pathway, directory }: Circumstances): readonly Rung[] =>
  pathway.ladder
    .flatMap(({ owner, says }) => {
      const organization = directory.identified(owner)?.organization
      return organization === undefined ? [] : [{ owner: organization, says }]
    })
    .filter(({ owner }) => owner !== below)
