/** Who accepts has the time of a next step to begin, counted from the acceptance, unless he said himself by when. */
import type { Task } from '@medplum/fhirtypes'
import { dueOf, kindOf, type Need } from '../need.ts'
import { dueFor, type Circumstances } from '../pathway.ts'
import type { Change } from '../write.ts'

/** Moves the due time of steps that were accepted and still carry the due time of the answer. */
export function begin(need: Need, circumstances: Circumstances): readonly Change[] {
  return need.tasks.flatMap((task) => {
    if (task.status !== 'accepted' && task.status !== 'in-progress') return []
    if (dueOf(task)?.getTime() !== answerDue(need, task, circumstances)?.getTime()) return []
    const due = beginDue(need, circumstances, task.owner?.reference)
    return due.getTime() === dueOf(task)?.getTime() ? [] : [{ change: withDue(task, due) }]
  })
}

/** By when who accepts now must begin. */
export const beginDue = ({ request }: Need, circumstances: Circumstances, owner: string | undefined): Date =>
  dueFor(circumstances, 'next-step', request.priority, owner)

/** The same Task with another due time. */
export const withDue = (task: Task, due: Date): Task => ({
  ...task,
  restriction: { ...task.restriction, period: { ...task.restriction?.period, end: due.toISOString() } },
})

/** The due time that this service gave the step when it opened it; only these are moved. */
function answerDue({ request }: Need, task: Task, circumstances: Circumstances): Date | undefined {
  const kind = kindOf(task)
  if (task.authoredOn === undefined || (kind !== 'referral' && kind !== 'single-point-of-access')) return undefined
  return dueFor(circumstances, kind, request.priority, task.owner?.reference, new Date(task.authoredOn))
}
