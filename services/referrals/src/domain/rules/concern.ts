/**
 * A concern: somebody tells a team that something has changed with a person, apart from any need. It is a Task with an owner and a due time like every
 * step, and goes up like every step when nobody answers. Story 1. HAZ-R02
 */
import type { Task } from '@medplum/fhirtypes'
import { isOpen, kindOf, needIdOf, referenceTo } from '../need.ts'
import { dueFor, type Circumstances } from '../pathway.ts'
import { TASK_KEY, TASK_KIND } from '../vocabulary.ts'
import type { Open } from '../write.ts'
import { isOverdue, nextRung } from './escalate.ts'

/** Whether a Task is a concern, and no advice that a need asks for. */
export const isConcern = (task: Task): boolean => kindOf(task) === 'advice' && needIdOf(task) === undefined

/** The next rung of an overdue concern. What was told stays where it was told: whoever is told next reads it in its own Task. @param told its escalations */
export function escalateConcern(concern: Task, told: readonly Task[], circumstances: Circumstances): readonly Open[] {
  const { at } = circumstances
  if (!isOpen(concern) || !isOverdue(concern, at)) return []
  const next = nextRung(concern, told, circumstances)
  if (next === undefined) return []
  const due = dueFor(circumstances, 'escalation', concern.priority, next.owner)
  const open: Task = {
    resourceType: 'Task',
    identifier: [{ system: TASK_KEY, value: next.key }],
    partOf: [{ reference: referenceTo(concern) }],
    status: 'requested',
    intent: 'order',
    ...(concern.priority === undefined ? {} : { priority: concern.priority }),
    code: { coding: [{ system: TASK_KIND, code: 'escalation' }] },
    description: `Nobody has answered a concern in time: ${concern.description ?? 'it says nothing more'}`,
    ...(concern.for === undefined ? {} : { for: concern.for }),
    authoredOn: at.toISOString(),
    lastModified: at.toISOString(),
    ...(concern.requester === undefined ? {} : { requester: concern.requester }),
    owner: { reference: next.owner },
    restriction: { period: { end: due.toISOString() } },
  }
  return [{ key: next.key, open }]
}
