/**
 * Somebody who has an open need for mood, memory or thinking and does not come to something else is not discharged for it: the place is held, and the
 * coordinator asks how they are. What is said to whoever holds the place names no need. Story 3 step 5; HAZ-R64.
 */
import type { Task } from '@medplum/fhirtypes'
import { coordinatorOf } from '../coordinator.ts'
import { childrenOf, isOpen, kindOf, type Need } from '../need.ts'
import { dueFor, type Circumstances } from '../pathway.ts'
import { withDue } from '../rules/begin.ts'
import { input, openStep, unusedKey } from '../step.ts'
import { STEP_HELD } from '../vocabulary.ts'
import type { Write } from '../write.ts'

/** Codes of refusal-reason that say that the person was not there. */
const ABSENCES: ReadonlySet<string | undefined> = new Set(['did-not-attend'])

/** Whether an absence from this need is held: the person has another open need on the protected route, and somebody can be asked to ring. */
export const isHeldAbsence = (reason: string | undefined, { request }: Need, circumstances: Circumstances): boolean =>
  ABSENCES.has(reason) && (circumstances.protectedNeeds ?? []).length > 0 && coordinatorOf(request, circumstances) !== undefined

/** Whether the place is held for an absence, and whoever coordinates is still to ask about it: said once more, it is the same one. */
export const isAskedAbout = (task: Task, need: Need): boolean =>
  task.status === 'on-hold' &&
  task.statusReason?.coding?.some(({ system, code }) => system === STEP_HELD && code === 'absence') === true &&
  childrenOf(task, need).some((child) => kindOf(child) === 'sessions-missed' && isOpen(child))

/**
 * The step on hold, and the coordinator's own.
 *
 * @param words of whoever says that the person was not there
 * @param key of the coordinator's step; by default each absence has its own
 */
export function holdAbsence(
  need: Need,
  task: Task,
  words: string,
  circumstances: Circumstances,
  key: string = unusedKey(need, `absence:${task.id ?? ''}`),
): readonly Write[] {
  const { request } = need
  const { at } = circumstances
  const owner = coordinatorOf(request, circumstances)
  if (owner === undefined) return []
  const due = dueFor(circumstances, 'sessions-missed', request.priority, owner)
  const held: Task = {
    ...withDue(task, dueFor(circumstances, 'next-step', request.priority, task.owner?.reference, due)),
    status: 'on-hold',
    statusReason: {
      coding: [{ system: STEP_HELD, code: 'absence' }],
      text: `${words} The place is held and nobody is discharged: whoever coordinates asks the person how they are.`,
    },
    lastModified: at.toISOString(),
  }
  const action =
    'The person did not come, and another need of theirs is open. Ask them how they are, today; this is no reason to discharge. Tell whoever holds the place when they can come.'
  const inputs = (circumstances.protectedNeeds ?? []).map((id) => input('need', { valueReference: { reference: `ServiceRequest/${id}` } }))
  return [{ change: held }, openStep(request, { kind: 'sessions-missed', key, owner, at, due, action, after: task, inputs })]
}
