/**
 * An answer that came by a list is taken back: the step is what it was, and whoever was given the next one is asked no more. Only while nobody has acted
 * on it; nothing is deleted, both versions stay in the record. HAZ-R80
 */
import type { Task } from '@medplum/fhirtypes'
import { refuse } from '../../errors.ts'
import { isOpen, keyOf, OUTPUT_CODES, outputOf, type Need } from '../need.ts'
import type { Circumstances } from '../pathway.ts'
import { jointReview, reviewKey } from '../rules/joint-review.ts'
import { cancelStep } from '../step.ts'
import type { Change } from '../write.ts'

/** What a step was before, and when it was answered. */
export interface AnsweredBefore {
  readonly task: string
  readonly status: Task['status']
  readonly due?: Date
  /** `Task.lastModified` that the answer gave it. */
  readonly answeredAt: string
}

/**
 * The step as it was, and the need open again where the answer had met it. Written by whoever answered.
 *
 * @throws TASK_UNKNOWN, ANSWER_ACTED_ON when the step, the need or the next step has changed since
 */
export function undoAnswer(need: Need, before: AnsweredBefore, { at }: { readonly at: Date }): readonly Change[] {
  const task = need.tasks.find(({ id }) => id === before.task)
  if (task === undefined) throw refuse.TASK_UNKNOWN({ id: before.task })
  // The record was away when it was answered, and the answer never reached it: nothing of it stands.
  if ((task.lastModified ?? '') < before.answeredAt) return []
  const { request } = need
  const hasEnded = request.status !== 'active'
  const wasMet = request.status === 'completed' && task.status === 'completed'
  if (task.lastModified !== before.answeredAt || (hasEnded && !wasMet) || followersOf(need, before).some(isActedOn))
    throw refuse.ANSWER_ACTED_ON({ id: before.task })
  const { statusReason: _reason, output = [], restriction, ...rest } = task
  const said = new Set(OUTPUT_CODES.map((code) => outputOf(task, code)))
  const kept = output.filter((one) => !said.has(one))
  const reopened: Task = {
    ...rest,
    ...(kept.length === 0 ? {} : { output: kept }),
    restriction: {
      ...restriction,
      period: { ...restriction?.period, ...(before.due === undefined ? {} : { end: before.due.toISOString() }) },
    },
    // What it waited for ended with the answer: nothing would wake it.
    status: before.status === 'on-hold' ? 'requested' : before.status,
    lastModified: at.toISOString(),
    note: [...(task.note ?? []), { time: at.toISOString(), text: 'An answer that had come by a list was taken back by who sent it.' }],
  }
  return [{ change: reopened }, ...(wasMet ? [{ change: { ...request, status: 'active' as const } }] : [])]
}

/** Ends what followed from an answer that was taken back, where nobody has begun it. Written by the hub, which had given it out. */
export const endFollowers = (need: Need, before: AnsweredBefore, circumstances: Circumstances): readonly Change[] =>
  [...followersOf(need, before), ...idleReviews(need, before, circumstances)].flatMap((one) =>
    one.status === 'requested' ? [cancelStep(one, { because: 'answer-taken-back', at: circumstances.at })] : [],
  )

/** A joint review that opened with the answer, and that the refusals which are left do not call for. */
function idleReviews(need: Need, { answeredAt }: AnsweredBefore, circumstances: Circumstances): readonly Task[] {
  const opened = need.tasks.filter(
    (one) => isOpen(one) && keyOf(one)?.startsWith(reviewKey(need.request)) === true && (one.authoredOn ?? '') >= answeredAt,
  )
  const without = { ...need, tasks: need.tasks.filter((one) => !opened.includes(one)) }
  return jointReview(without, circumstances).length === 0 ? opened : []
}

/** The steps that the answer opened: their key follows from the step, their time from the answer. */
const followersOf = ({ tasks }: Need, { task, answeredAt }: AnsweredBefore): readonly Task[] =>
  tasks.filter((one) => one.authoredOn === answeredAt && one.partOf?.some(({ reference }) => reference === `Task/${task}`) === true)

const isActedOn = ({ status }: Task): boolean => status !== 'requested' && status !== 'cancelled'
