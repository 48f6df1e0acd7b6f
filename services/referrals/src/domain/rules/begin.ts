/** Who accepts has the time to begin, counted from the acceptance, unless he said himself by when. */
import type { Task } from '@medplum/fhirtypes'
import { dueAt } from '../due-time.ts'
import { dueOf, kindOf, type Need } from '../need.ts'
import type { Circumstances } from '../pathway.ts'
import type { Change } from '../write.ts'

/** Moves the due time of steps that were accepted and still carry the due time of the answer. */
export function begin({ request, tasks }: Need, circumstances: Circumstances): readonly Change[] {
  return tasks.flatMap((task) => {
    if (task.status !== 'accepted' && task.status !== 'in-progress') return []
    if (dueOf(task)?.getTime() !== answerDue(task, request.priority ?? 'routine', circumstances)?.getTime()) return []
    const due = beginDue(request.priority ?? 'routine', circumstances)
    return due.getTime() === dueOf(task)?.getTime() ? [] : [{ change: withDue(task, due) }]
  })
}

/** By when who accepts now must begin. */
export const beginDue = (priority: Parameters<Circumstances['pathway']['allowance']>[1], { at, pathway }: Circumstances): Date =>
  dueAt(at, pathway.allowance('begin', priority), pathway.calendar)

/** The same Task with another due time. */
export const withDue = (task: Task, due: Date): Task => ({
  ...task,
  restriction: { ...task.restriction, period: { ...task.restriction?.period, end: due.toISOString() } },
})

/** The due time that this service gave the step when it opened it; only these are moved. */
function answerDue(
  task: Task,
  priority: Parameters<Circumstances['pathway']['allowance']>[1],
  { pathway }: Circumstances,
): Date | undefined {
  const kind = kindOf(task)
  if (task.authoredOn === undefined || (kind !== 'referral' && kind !== 'single-point-of-access')) return undefined
  return dueAt(new Date(task.authoredOn), pathway.allowance(kind === 'referral' ? 'answer' : 'triage', priority), pathway.calendar)
}
