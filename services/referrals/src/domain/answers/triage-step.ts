/** The eight answers of triage. The need keeps its clock and its history whatever the answer is. */
import type { Coding, Task } from '@medplum/fhirtypes'
import { refuse } from '../../errors.ts'
import { kindOf, type Need, type NextStep } from '../need.ts'
import { dueFor, type Circumstances } from '../pathway.ts'
import { beginDue, withDue } from '../rules/begin.ts'
import { openJointReview } from '../rules/joint-review.ts'
import { canMeet } from '../rules/meet.ts'
import { followUpKey, input, openStep, output, unusedKey } from '../step.ts'
import { STEP_HELD, TASK_STATUS } from '../vocabulary.ts'
import type { Write } from '../write.ts'
import { listedOwner, mustBeInReach, openStepOf } from './answered-step.ts'
import { ended, handOn, referrer, triageOutcome } from './hand-on.ts'
import { refuseStep } from './refuse-step.ts'

/** One answer of triage with all that it needs. */
export type Triage =
  | { readonly outcome: 'accept'; readonly receiver?: string; readonly due?: Date; readonly words?: string }
  | { readonly outcome: 'split'; readonly receivers: readonly string[]; readonly due?: Date; readonly words?: string }
  | { readonly outcome: 'ask'; readonly question: string; readonly receiver?: string; readonly due?: Date }
  | { readonly outcome: 'advise'; readonly advice: string; readonly receiver?: string; readonly due?: Date }
  | { readonly outcome: 'redirect'; readonly receiver: string; readonly due?: Date; readonly words?: string }
  | { readonly outcome: 'joint-review'; readonly receivers: readonly string[]; readonly due?: Date; readonly words?: string }
  | {
      readonly outcome: 'waiting-list'
      readonly interimPlan: string
      readonly receiver?: string
      readonly due?: Date
      readonly words?: string
    }
  | ({ readonly outcome: 'not-suitable'; readonly reason: Coding; readonly words: string } & NextStep)

/** The eight outcomes. */
export const TRIAGE_OUTCOMES = ['accept', 'split', 'ask', 'advise', 'redirect', 'joint-review', 'waiting-list', 'not-suitable'] as const

const ANSWER = 'Answer this referral.'

/**
 * The writes of one answer.
 *
 * @throws TASK_CLOSED, NEXT_OWNER_UNKNOWN, DUE_NOT_AHEAD, DUE_TOO_FAR, REDIRECT_TO_ITSELF, REFERRER_UNKNOWN, COORDINATOR_UNKNOWN
 */
export function triageStep(need: Need, taskId: string, triage: Triage, circumstances: Circumstances): readonly Write[] {
  if (triage.due !== undefined) mustBeInReach(triage.due, circumstances)
  const due = triage.due === undefined ? {} : { due: triage.due }
  switch (triage.outcome) {
    case 'accept':
      return accept(need, taskId, triage, circumstances)
    case 'split':
      return split(need, taskId, triage, circumstances)
    case 'ask':
      return ask(need, taskId, triage, circumstances)
    case 'advise': {
      const { outcome, advice, receiver = referrer(need, circumstances) } = triage
      const next = { owner: receiver, action: `Act on the advice: ${advice}`, kind: 'next-step' as const, ...due }
      return handOn(need, taskId, { outcome: triageOutcome(outcome, advice), ...next }, circumstances)
    }
    case 'redirect': {
      // It would stay where it is, with a new due time, as often as somebody likes.
      const task = openStepOf(need, taskId)
      if (kindOf(task) === 'referral' && listedOwner(triage.receiver, circumstances, 'receiver') === task.owner?.reference)
        throw refuse.REDIRECT_TO_ITSELF({}, { expression: "Parameters.parameter.where(name = 'receiver')" })
      const next = { owner: triage.receiver, action: ANSWER, kind: 'referral' as const, ...due }
      return handOn(need, taskId, { outcome: triageOutcome('redirect', triage.words), ...next }, circumstances)
    }
    case 'joint-review':
      return review(need, taskId, triage, circumstances)
    case 'waiting-list': {
      const { interimPlan, words } = triage
      const owner = triage.receiver ?? openStepOf(need, taskId).owner?.reference ?? ''
      const action = 'Keep the place on the waiting list, see to the interim plan, and offer a place or review by the due time.'
      const inputs = [input('interim-plan', { valueString: interimPlan })]
      const next = { owner, action, kind: 'waiting-list' as const, inputs, ...due }
      return handOn(need, taskId, { outcome: triageOutcome('waiting-list', words), ...next }, circumstances)
    }
    case 'not-suitable':
      return refuseStep(need, taskId, triage, circumstances)
  }
}

/** Accepted by the owner of the step itself; or on behalf of a provider, who is then asked. */
function accept(
  need: Need,
  taskId: string,
  { receiver, due, words }: Triage & { outcome: 'accept' },
  circumstances: Circumstances,
): readonly Write[] {
  const task = openStepOf(need, taskId)
  const own = task.owner?.reference ?? ''
  if (receiver !== undefined) {
    const next = { owner: receiver, action: ANSWER, kind: 'referral' as const, ...(due === undefined ? {} : { due }) }
    return handOn(need, taskId, { outcome: triageOutcome('accept', words), ...next }, circumstances)
  }
  const begin = due ?? beginDue(need, circumstances, own)
  // A waiting list, a review or advice is not care: who takes the person on from there has a referral of his own.
  if (!canMeet(task) && kindOf(task) !== 'single-point-of-access') {
    const next = { owner: own, action: 'Begin.', kind: 'referral' as const, due: begin, status: 'accepted' as const }
    return handOn(need, taskId, { outcome: triageOutcome('accept', words), ...next }, circumstances)
  }
  const { statusReason: _held, ...open } = task
  const accepted: Task = {
    ...withDue(open, begin),
    status: 'accepted',
    lastModified: circumstances.at.toISOString(),
    ...(words === undefined ? {} : { note: [...(task.note ?? []), { text: words, time: circumstances.at.toISOString() }] }),
  }
  return [{ change: accepted }]
}

/** Several providers are asked under one need; each answers for itself, and the need is met when none is still asked. */
function split(
  need: Need,
  taskId: string,
  { receivers, due, words }: Triage & { outcome: 'split' },
  circumstances: Circumstances,
): readonly Write[] {
  const { at } = circumstances
  const done = ended(openStepOf(need, taskId), [output('outcome', { valueCodeableConcept: triageOutcome('split', words) })], at)
  const owners = [...new Set(receivers.map((receiver) => listedOwner(receiver, circumstances, 'receiver')))]
  if (owners.length < 2) throw refuse.SPLIT_NEEDS_TWO({}, { expression: "Parameters.parameter.where(name = 'receiver')" })
  const opened = owners.map((owner) =>
    openStep(need.request, {
      kind: 'referral',
      key: unusedKey(need, `${followUpKey(done)}/${owner}`),
      owner,
      at,
      due: due ?? dueFor(circumstances, 'referral', need.request.priority, owner),
      action: ANSWER,
      after: done,
    }),
  )
  return [{ change: done }, ...opened]
}

/** The step waits, and whoever referred is asked; it goes on by itself when the answer has come. */
function ask(
  need: Need,
  taskId: string,
  { question, receiver, due: answerBy }: Triage & { outcome: 'ask' },
  circumstances: Circumstances,
): readonly Write[] {
  const { at } = circumstances
  const task = openStepOf(need, taskId)
  const owner = listedOwner(receiver ?? referrer(need, circumstances), circumstances, 'receiver')
  const due = answerBy ?? dueFor(circumstances, 'more-information', need.request.priority, owner)
  const held: Task = {
    // Whoever asked is not late while he waits: his own time begins when the question's has passed.
    ...withDue(task, dueFor(circumstances, 'referral', need.request.priority, task.owner?.reference, due)),
    status: 'on-hold',
    statusReason: { coding: [{ system: STEP_HELD, code: 'more-information' }, ...heldFrom(task)], text: question },
    lastModified: at.toISOString(),
  }
  const key = unusedKey(need, `question:${taskId}`)
  const inputs = [input('question', { valueString: question })]
  return [
    { change: held },
    openStep(need.request, { kind: 'more-information', key, owner, at, due, action: question, after: task, inputs }),
  ]
}

/** What a step goes back to when the answer has come: who had accepted has the person, and a question takes nothing back. */
function heldFrom({ status, statusReason }: Task): readonly Coding[] {
  if (status === 'accepted' || status === 'in-progress') return [{ system: TASK_STATUS, code: status }]
  // Asked once more while an answer is out.
  return status === 'on-hold' ? (statusReason?.coding ?? []).filter(({ system }) => system === TASK_STATUS) : []
}

/** Several organisations look at it together; the coordinator answers for that it happens. */
function review(
  need: Need,
  taskId: string,
  { receivers, due, words }: Triage & { outcome: 'joint-review' },
  circumstances: Circumstances,
): readonly Write[] {
  const { at } = circumstances
  const task = openStepOf(need, taskId)
  const done = ended(task, [output('outcome', { valueCodeableConcept: triageOutcome('joint-review', words) })], at)
  const participants = [task.owner?.reference, ...receivers.map((receiver) => listedOwner(receiver, circumstances, 'receiver'))]
  const given = { after: done, ...(due === undefined ? {} : { due }) }
  const opened = openJointReview(need, circumstances, participants, unusedKey(need, followUpKey(done)), given)
  if (opened.length === 0) throw refuse.COORDINATOR_UNKNOWN()
  return [{ change: done }, ...opened]
}
