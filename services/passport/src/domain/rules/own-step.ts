/**
 * Who answers a step of a need, and who ends the need. A step is answered by whom it is asked of; whoever asked takes it back and no more; whoever
 * coordinates the need does either. A team that may read and write about the person answers for nobody else: a sender that accepts for the receiver, or a
 * charity that refuses for a clinic, ends the clock while nobody has the person. Pure. HAZ-R84
 */
import { isDeepStrictEqual } from 'node:util'
import type { FhirResource } from '../references.ts'
import { isObject, valuesAt } from '../references.ts'

/** How a caller stands to a step or to a need. */
export interface StandingToStep {
  /** The step, or for a need one of its open steps, is asked of the caller. */
  readonly asked: boolean
  /** The caller asked, wrote the request down, or is the person it is about. */
  readonly asks: boolean
  /** The caller has an open step of this need by which its next steps are decided. */
  readonly coordinates: boolean
}

const TASK_KIND = 'https://handrail.example/fhir/CodeSystem/task-kind'
/** Steps whose owner decides what becomes of the need, others' steps included. */
const COORDINATING: ReadonlySet<unknown> = new Set(['single-point-of-access', 'escalation', 'joint-review', 'answer-of-another'])

/** Whether whoever has this step decides what becomes of the need. */
export const isCoordinating = (task: FhirResource): boolean =>
  valuesAt(task, 'code.coding').some((coding) => isObject(coding) && coding['system'] === TASK_KIND && COORDINATING.has(coding['code']))

/** By these a step is answered, taken over, or given more time. A note and what is known of it may be added by whoever may write it. */
const ANSWER = ['status', 'statusReason', 'owner', 'restriction', 'output', 'code', 'focus', 'basedOn'] as const

/** Whether a change of a step answers it. @param after as it would be; nothing where it would be deleted */
export const answersStep = (before: FhirResource, after: FhirResource | undefined): boolean =>
  after === undefined || ANSWER.some((element) => !isDeepStrictEqual(before[element], after[element]))

const TAKEN_BACK: ReadonlySet<unknown> = new Set(['cancelled', 'entered-in-error'])

/** Whether the caller may change a step so. */
export function mayAnswerStep(
  before: FhirResource,
  after: FhirResource | undefined,
  { asked, asks, coordinates }: StandingToStep,
): boolean {
  if (asked || coordinates) return true
  if (!asks) return false
  // Nobody is asked by a draft: it is its author's own.
  return before['status'] === 'draft' || after === undefined || TAKEN_BACK.has(after['status'])
}

const OPEN_NEED: ReadonlySet<unknown> = new Set(['active', 'on-hold'])
const WITHDRAWN: ReadonlySet<unknown> = new Set(['revoked', 'entered-in-error'])

/** Whether a change of a request ends it, or begins it anew. */
export const endsNeed = (before: FhirResource, after: FhirResource | undefined): boolean =>
  OPEN_NEED.has(before['status']) !== OPEN_NEED.has(after?.['status']) && before['status'] !== 'draft'

/** Whether the caller may end it so. Whoever is asked says that the need is met, and never that it is not wanted. */
export const mayEndNeed = (after: FhirResource | undefined, { asked, asks, coordinates }: StandingToStep): boolean =>
  asks || coordinates || (asked && after !== undefined && !WITHDRAWN.has(after['status']))
