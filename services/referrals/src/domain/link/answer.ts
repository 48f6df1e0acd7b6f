/** What a receiver without an account answers by its link: yes, no with a next step, done. The same decisions as in the hub, and who gave the name is written down. */
import type { Coding, Task } from '@medplum/fhirtypes'
import { refuse } from '../../errors.ts'
import { completeStep } from '../answers/complete-step.ts'
import { referrer } from '../answers/hand-on.ts'
import { refuseStep } from '../answers/refuse-step.ts'
import { triageStep } from '../answers/triage-step.ts'
import { coordinatorOf } from '../coordinator.ts'
import { isOpen, type Need, type NextStep } from '../need.ts'
import { singlePointOfAccess, type Circumstances } from '../pathway.ts'
import type { Write } from '../write.ts'

/** The answers. */
export const LINK_ANSWERS = ['accept', 'refuse', 'complete'] as const

/** One of them, with what it needs. `by` is the name that somebody typed: nobody has signed in. */
export type LinkAnswer = { readonly by: string } & (
  | { readonly answer: 'accept' }
  | ({ readonly answer: 'refuse'; readonly reason: Coding; readonly words: string } & NextStep)
  | { readonly answer: 'complete'; readonly outcome: string }
)

/** Which answers fit the step now; none once it is closed. */
export function answersTo(task: Task): readonly (typeof LINK_ANSWERS)[number][] {
  if (!isOpen(task)) return []
  return task.status === 'accepted' || task.status === 'in-progress' || task.status === 'ready'
    ? ['complete', 'refuse']
    : ['accept', 'refuse']
}

/** Who can have the next step after a no by link, nearest first, each once: who sent it, who coordinates it, the single point of access. */
export function nextOwnersFor(need: Need, task: Task, circumstances: Circumstances): readonly string[] {
  const owners = [referrer(need, circumstances), coordinatorOf(need.request, circumstances), singlePointOfAccess(circumstances)]
  return [...new Set(owners.filter((owner) => owner !== undefined))].filter((owner) => owner !== task.owner?.reference)
}

/**
 * The writes of an answer by link.
 *
 * @throws ANSWER_NOT_FITTING when the step is past that, TASK_CLOSED, and whatever the answer itself refuses
 */
export function answerByLink(need: Need, taskId: string, given: LinkAnswer, circumstances: Circumstances): readonly Write[] {
  const task = need.tasks.find(({ id }) => id === taskId)
  if (task === undefined) throw refuse.TASK_UNKNOWN({ id: taskId })
  if (isOpen(task) && !answersTo(task).includes(given.answer))
    throw refuse.ANSWER_NOT_FITTING({ answer: given.answer, status: task.status })
  const writes = decide(need, taskId, given, circumstances)
  const note = { text: `Answered by secure link. Name given: ${given.by}.`, time: circumstances.at.toISOString() }
  return writes.map((write) =>
    'change' in write && write.change.resourceType === 'Task' && write.change.id === taskId
      ? { change: { ...write.change, note: [...(write.change.note ?? []), note] } }
      : write,
  )
}

function decide(need: Need, taskId: string, given: LinkAnswer, circumstances: Circumstances): readonly Write[] {
  switch (given.answer) {
    case 'accept':
      return triageStep(need, taskId, { outcome: 'accept' }, circumstances)
    case 'refuse':
      return refuseStep(need, taskId, given, circumstances)
    case 'complete':
      return completeStep(need, taskId, { outcome: given.outcome }, circumstances)
  }
}
