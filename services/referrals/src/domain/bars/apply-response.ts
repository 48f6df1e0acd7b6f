/**
 * A receiver answered by BaRS. What it says ends its own Task at most, never the need: a refusal, or a person who did not attend, always has a
 * next owner, a next action and a due time, which the hub adds where the receiver cannot say them. HAZ-R11
 */
import type { CodeableConcept, Coding, Encounter, Flag, Task } from '@medplum/fhirtypes'
import { refuse } from '../../errors.ts'
import { completeStep } from '../answers/complete-step.ts'
import { refuseStep } from '../answers/refuse-step.ts'
import { openStepOf } from '../answers/answered-step.ts'
import { coordinatorOf } from '../coordinator.ts'
import { isOpen, type Need } from '../need.ts'
import { dueFor, type Circumstances } from '../pathway.ts'
import { beginDue, withDue } from '../rules/begin.ts'
import { REFUSAL_REASON } from '../vocabulary.ts'
import type { Write } from '../write.ts'
import type { BarsMessage } from './message.ts'
import { REFUSAL_OF, WORDS_OF } from './vocabulary.ts'

/** What a receiver said about a Task. */
export interface Answered {
  readonly act: 'taken-up' | 'refused' | 'done' | 'did-not-attend'
  /** Code of refusal-reason, for a no. */
  readonly reason: string
  readonly words: string
}

/** What the message says. */
export function answerIn(message: BarsMessage): Answered | undefined {
  const { act } = message
  if (act !== 'taken-up' && act !== 'refused' && act !== 'done' && act !== 'did-not-attend') return undefined
  if (act === 'did-not-attend') return { act, reason: 'did-not-attend', words: 'The receiver says that the person did not attend.' }
  const found = codingsOf(message).map((coding) => ({ coding, key: `${(coding.system ?? '').replace(/^.*\//, '')}|${coding.code ?? ''}` }))
  const known = found.find(({ key }) => REFUSAL_OF[key] !== undefined)
  const said = message.request.reasonCode?.find(({ text }) => text !== undefined)?.text
  const words = said ?? known?.coding.display ?? WORDS_OF[known?.coding.code ?? ''] ?? 'The receiver gave no words.'
  return { act, reason: REFUSAL_OF[known?.key ?? ''] ?? 'other-in-words', words }
}

/** Every place in which a receiver may put its reason. */
function codingsOf({ request, all }: BarsMessage): readonly Coding[] {
  const concepts: readonly (CodeableConcept | undefined)[] = [
    ...(request.reasonCode ?? []),
    ...all<Encounter>('Encounter').flatMap(({ reasonCode = [] }) => reasonCode),
    ...all<Flag>('Flag').map(({ code }) => code),
    ...all<Task>('Task').flatMap(({ statusReason, reasonCode }) => [statusReason, reasonCode]),
  ]
  return concepts.flatMap((concept) => concept?.coding ?? [])
}

/**
 * The writes of a receiver's answer.
 *
 * @throws TASK_CLOSED when it was answered meanwhile, COORDINATOR_UNKNOWN while nobody is listed who could have the next step
 */
export function applyAnswer(need: Need, taskId: string, { act, reason, words }: Answered, circumstances: Circumstances): readonly Write[] {
  const { at } = circumstances
  const task = openStepOf(need, taskId)
  if (act === 'taken-up') {
    if (task.status === 'accepted' || task.status === 'in-progress') return []
    return [
      {
        change: {
          ...withDue(task, beginDue(need, circumstances, task.owner?.reference)),
          status: 'accepted',
          lastModified: at.toISOString(),
        },
      },
    ]
  }
  if (act === 'done') return completeStep(need, taskId, { outcome: 'The receiver says that it is done.' }, circumstances)
  const owner = coordinatorOf(need.request, circumstances)
  if (owner === undefined) throw refuse.COORDINATOR_UNKNOWN()
  const refusal = {
    reason: { system: REFUSAL_REASON, code: reason },
    words,
    owner,
    action: DECIDE,
    due: dueFor(circumstances, 'next-step', need.request.priority, owner),
  }
  return refuseStep(need, taskId, refusal, circumstances)
}

/** What whoever coordinates does after a no that names nothing further. */
const DECIDE = 'Decide the next step.'

/**
 * A Task that could not be delivered, given up: it ends, says why, and the coordinator has it. Nothing when it was answered meanwhile.
 */
export function giveUpDelivery(need: Need, taskId: string, words: string, circumstances: Circumstances): readonly Write[] {
  const task = need.tasks.find(({ id }) => id === taskId)
  const owner = coordinatorOf(need.request, circumstances)
  if (task === undefined || !isOpen(task) || owner === undefined) return []
  const due = dueFor(circumstances, 'next-step', need.request.priority, owner)
  const refusal = {
    reason: { system: REFUSAL_REASON, code: 'not-delivered' },
    words,
    owner,
    action: 'It did not reach the receiver: send it by another way.',
    due,
  }
  return refuseStep(need, taskId, refusal, circumstances)
}
