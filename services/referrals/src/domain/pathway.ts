/** What the pathway says about referrals, as deciding needs it: which are ours, who is asked first, how long, and who is told when nobody answers. */
import type { ServiceRequest } from '@medplum/fhirtypes'
import type { ApprovedWords } from './approved-words.ts'
import type { Directory, Nation } from './directory.ts'
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
  dueAt(kind: StepKind, priority: Priority | undefined, from: Date, nation?: Nation): Date
  /** When refusals lead to a joint review, and who answers for it. */
  readonly jointReview: JointReviewRule
  /** `system|value` of the organisation that answers for an entry of the unmet-need ledger. */
  readonly unmetNeedOwner: string
  /** Cues and crisis wording that somebody has approved, as of now. */
  approved(): ApprovedWords
  /** How long after its end a need may be taken up again without starting anew, in months. */
  readonly reEntryMonths: number
  /** The last day, ISO 8601, for which the bank holidays were compared with those published. */
  readonly holidaysKnownUntil: string
}

/** When refusals of one need lead to a joint review. */
export interface JointReviewRule {
  readonly afterRefusals: number
  /** `system|value` of the organisation that coordinates a need which names no coordinator. */
  readonly owner: string
  /** Codes of refusal-reason that are no refusal by a service: the person declined, has died, is in hospital. */
  readonly notCounted: ReadonlySet<string>
  /** On a protected route one refusal for this reason is enough: reason, and the kinds of service it protects. */
  readonly atOnce: { readonly reason: string; readonly services: ReadonlySet<string> }
  /** Kinds of service that are offered until a protected need is taken on. */
  readonly interim: readonly string[]
}

/** One rung of the ladder. */
export interface Rung {
  /** `system|value` of an organisation. */
  readonly owner: string
  /** Why it is told, in words. */
  readonly says: string
}

/** How many days are left for which the bank holidays are known; below this, somebody must look. Decision 111. */
export const CALENDAR_DAYS_WANTED = 90

/** Whole days from `at` to the last day whose bank holidays are known; negative when it is past. */
export const calendarDaysLeft = ({ holidaysKnownUntil }: Pick<Pathway, 'holidaysKnownUntil'>, at: Date): number =>
  Math.floor((new Date(`${holidaysKnownUntil}T23:59:59Z`).getTime() - at.getTime()) / 86_400_000)

/** What a decision is taken in: the time, the pathway, and who is listed. */
export interface Circumstances {
  readonly at: Date
  readonly pathway: Pathway
  readonly directory: Directory
  /** Other active needs of the same person that ask for the same, as ids; none when nobody looked. */
  readonly alike?: readonly string[]
  /** Other active needs of the same person on the protected route, as ids; none when nobody looked. */
  readonly protectedNeeds?: readonly string[]
  /** The nation in which the person lives; absent where nobody looked, and where it is not known or not to be told. */
  readonly livesIn?: Nation
}

/** The pathway's single point of access, `Organization/<id>`; nothing while it is not listed in the record. */
export const singlePointOfAccess = ({ pathway, directory }: Circumstances): string | undefined =>
  directory.identified(pathway.singlePointOfAccess)?.organization

/** When a step of this kind is due that this owner is given now: by the working days of the owner's nation. */
export const dueFor = (
  { at, pathway, directory }: Circumstances,
  kind: StepKind,
  priority: Priority | undefined,
  owner: string | undefined,
  from: Date = at,
): Date => pathway.dueAt(kind, priority, from, owner === undefined ? undefined : directory.listing(owner)?.nation)

/** The organisations above this one that can be told, `Organization/<id>`, nearest first. */
export const ladderAbove = (below: string | undefined, { pathway, directory }: Circumstances): readonly Rung[] =>
  pathway.ladder
    .flatMap(({ owner, says }) => {
      const organization = directory.identified(owner)?.organization
      return organization === undefined ? [] : [{ owner: organization, says }]
    })
    .filter(({ owner }) => owner !== below)
