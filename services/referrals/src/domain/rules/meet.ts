/** A need is met when a step ended with an outcome, names nothing further, and nobody is still being asked. */
import type { Task } from '@medplum/fhirtypes'
import { carriesNeed, hasOutcome, keyOf, kindOf, nextStepOf, outputOf, type Need } from '../need.ts'
import { followUpKey } from '../step.ts'
import { TRIAGE_OUTCOME } from '../vocabulary.ts'
import type { Change } from '../write.ts'

// To have decided who helps, asked back, or told somebody of an overdue step meets no need.
const MEETING: ReadonlySet<string> = new Set(['referral', 'next-step'])

/** Whether an outcome of this step is an answer to the need itself. */
export const canMeet = (task: Task): boolean => MEETING.has(kindOf(task))

// What triage decided is no outcome of care: a step that was split, redirected or put on a list met nothing.
const isTriaged = (task: Task): boolean => triagedAs(task) !== undefined

/** What triage decided about a step, as the code of the outcome. */
export const triagedAs = (task: Task): string | undefined =>
  outputOf(task, 'outcome')?.valueCodeableConcept?.coding?.find(({ system }) => system === TRIAGE_OUTCOME)?.code

const meets = (task: Task): boolean =>
  task.status === 'completed' && canMeet(task) && hasOutcome(task) && !isTriaged(task) && nextStepOf(task) === undefined

/**
 * Completes the request, or says nothing. A request that was opened again after the outcome stays open.
 *
 * When a plain update closes the last step, the record opens one that asks whether the need is met. The outcome answers that.
 */
export function meet({ request, tasks }: Need): Change | undefined {
  const meeting = tasks.filter((task) => meets(task) && isNotBefore(task.meta?.lastUpdated, request.meta?.lastUpdated))
  if (meeting.length === 0) return undefined
  const answered = new Set(meeting.map(followUpKey))
  const stillAsked = tasks.some((task) => carriesNeed(task) && !answered.has(keyOf(task) ?? ''))
  return stillAsked ? undefined : { change: { ...request, status: 'completed' } }
}

const isNotBefore = (later: string | undefined, earlier: string | undefined): boolean =>
  new Date(later ?? 0).getTime() >= new Date(earlier ?? 0).getTime()
