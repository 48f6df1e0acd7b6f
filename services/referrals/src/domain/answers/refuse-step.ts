/**
 * Somebody who was asked says no, and says who is next. HAZ-R01: the refusal and the next step are written together or not at all.
 */
import type { Coding, Task } from '@medplum/fhirtypes'
import type { Need, NextStep } from '../need.ts'
import type { Circumstances } from '../pathway.ts'
import { nextStepOutputs, openNextStep, withOutputs } from '../step.ts'
import type { Write } from '../write.ts'
import { holdAbsence, isHeldAbsence } from './hold-absence.ts'
import { listedOwner, mustBeInReach, openStepOf } from './answered-step.ts'

/** A refusal, complete: there is no shorter one. */
export interface StepRefusal extends NextStep {
  readonly reason: Coding
  readonly words: string
}

/**
 * The Task is rejected with its reason, and the next owner has the next step; the need stays open and its clock goes on. An absence of somebody who
 * has an open need on the protected route is no refusal: the step is held.
 *
 * @throws TASK_CLOSED, NEXT_OWNER_UNKNOWN, DUE_NOT_AHEAD, DUE_TOO_FAR
 */
export function refuseStep(
  need: Need,
  taskId: string,
  { reason, words, ...next }: StepRefusal,
  circumstances: Circumstances,
): readonly Write[] {
  const { at } = circumstances
  const task = openStepOf(need, taskId)
  mustBeInReach(next.due, circumstances)
  if (isHeldAbsence(reason.code, need, circumstances)) return holdAbsence(need, task, words, circumstances)
  const followed: NextStep = { ...next, owner: listedOwner(next.owner, circumstances) }
  const rejected: Task = {
    ...withOutputs(task, nextStepOutputs(followed)),
    status: 'rejected',
    statusReason: { coding: [reason], text: words },
    lastModified: at.toISOString(),
  }
  return [{ change: rejected }, openNextStep(need, rejected, followed, at)]
}
