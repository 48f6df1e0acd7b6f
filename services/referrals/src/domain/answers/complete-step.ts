/** Somebody did what was asked: the need is met, or he says who is next. */
import type { Task, TaskOutput } from '@medplum/fhirtypes'
import { refuse } from '../../errors.ts'
import { isOpen, kindOf, localId, type Need, type NextStep } from '../need.ts'
import type { Circumstances } from '../pathway.ts'
import { canMeet } from '../rules/meet.ts'
import { cancelStep, nextStepOutputs, openNextStep, output, withOutputs } from '../step.ts'
import type { Write } from '../write.ts'
import { listedOwner, mustBeInReach, openStepOf } from './answered-step.ts'
import { handOn, referrer } from './hand-on.ts'

// They end with the step that they are about, and are no reason to wait.
const BESIDE: ReadonlySet<string> = new Set(['escalation', 'answer-of-another'])

/** What came of it, and what happens next where something does. */
export interface StepCompletion {
  readonly outcome: string
  readonly next?: NextStep
}

/**
 * The Task is completed. Without a next step the request is completed with it, unless others are still being asked; what was
 * escalated stands down.
 *
 * @throws TASK_CLOSED, NEXT_OWNER_UNKNOWN, DUE_NOT_AHEAD, DUE_TOO_FAR, NEXT_STEP_NEEDED
 */
export function completeStep(
  need: Need,
  taskId: string,
  { outcome, next }: StepCompletion,
  circumstances: Circumstances,
): readonly Write[] {
  const { at } = circumstances
  const task = openStepOf(need, taskId)
  const said = output('outcome', { valueString: outcome })
  const done = (outputs: readonly TaskOutput[]): Task => ({
    ...withOutputs(task, outputs),
    status: 'completed',
    lastModified: at.toISOString(),
  })
  if (next === undefined && kindOf(task) === 'advice') {
    // Advice answers a question and not the need: whoever asked says what follows, or asks on.
    const owner = localId(task.requester, 'Organization') === undefined ? referrer(need, circumstances) : (task.requester?.reference ?? '')
    const action = `Read the advice, and say whether the need is met or ask on: ${outcome}`
    return handOn(need, taskId, { outcome: { text: outcome }, owner, action, kind: 'next-step' }, circumstances)
  }
  if (next !== undefined) {
    mustBeInReach(next.due, circumstances)
    const followed: NextStep = { ...next, owner: listedOwner(next.owner, circumstances) }
    const handedOn = done([said, ...nextStepOutputs(followed)])
    return [{ change: handedOn }, openNextStep(need, handedOn, followed, at)]
  }
  const others = need.tasks.filter((other) => other.id !== taskId && isOpen(other))
  const stillAsked = others.some((other) => !BESIDE.has(kindOf(other)))
  if (stillAsked || need.request.status !== 'active') return [{ change: done([said]) }]
  if (!canMeet(task)) throw refuse.NEXT_STEP_NEEDED({ id: taskId }, { expression: "Parameters.parameter.where(name = 'nextOwner')" })
  return [
    { change: done([said]) },
    { change: { ...need.request, status: 'completed' } },
    ...others.map((other) => cancelStep(other, { because: 'need-ended', at })),
  ]
}
