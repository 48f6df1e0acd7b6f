/** The answers of triage: who decides who helps accepts, redirects, advises, or says that it does not suit and what happens instead. */
import type { Coding, Task } from '@medplum/fhirtypes'
import { refuse } from '../../errors.ts'
import { localId, type Need, type NextStep } from '../need.ts'
import type { Circumstances } from '../pathway.ts'
import { beginDue, withDue } from '../rules/begin.ts'
import { nextStepOutputs, openNextStep, output, withOutputs } from '../step.ts'
import { TRIAGE_OUTCOME } from '../vocabulary.ts'
import type { Write } from '../write.ts'
import { listedOwner, openStepOf } from './answered-step.ts'
import { refuseStep } from './refuse-step.ts'

/** One answer of triage with all that it needs. */
export type Triage =
  | { readonly outcome: 'accept'; readonly receiver?: string; readonly due?: Date; readonly words?: string }
  | { readonly outcome: 'redirect'; readonly receiver: string; readonly due?: Date; readonly words?: string }
  | { readonly outcome: 'advise'; readonly advice: string; readonly receiver?: string; readonly due?: Date }
  | ({ readonly outcome: 'not-suitable'; readonly reason: Coding; readonly words: string } & NextStep)

/** The eight outcomes, and whether this version offers them. */
export const TRIAGE_OUTCOMES = {
  accept: true,
  redirect: true,
  advise: true,
  'not-suitable': true,
  split: false,
  ask: false,
  'joint-review': false,
  'waiting-list': false,
} as const satisfies Record<string, boolean>

/**
 * The writes of one answer. The need keeps its clock and its history whatever the answer is.
 *
 * @throws TASK_CLOSED, NEXT_OWNER_UNKNOWN, DUE_NOT_AHEAD, REFERRER_UNKNOWN
 */
export function triageStep(need: Need, taskId: string, triage: Triage, circumstances: Circumstances): readonly Write[] {
  const { at } = circumstances
  if ('due' in triage && triage.due !== undefined && triage.due.getTime() <= at.getTime()) {
    throw refuse.DUE_NOT_AHEAD({}, { expression: "Parameters.parameter.where(name = 'due')" })
  }
  switch (triage.outcome) {
    case 'accept':
      // Accepted on behalf of a provider, who is then asked; or by the owner of the step itself.
      return triage.receiver === undefined
        ? [{ change: accepted(openStepOf(need, taskId), triage, need, circumstances) }]
        : handOn(need, taskId, { ...triage, owner: triage.receiver, action: ANSWER, kind: 'referral' }, circumstances)
    case 'redirect':
      return handOn(need, taskId, { ...triage, owner: triage.receiver, action: ANSWER, kind: 'referral' }, circumstances)
    case 'advise': {
      const { outcome, advice, receiver = referrer(need), due } = triage
      const next = { owner: receiver, action: `Act on the advice: ${advice}`, kind: 'next-step' as const }
      return handOn(need, taskId, { outcome, words: advice, ...next, ...(due === undefined ? {} : { due }) }, circumstances)
    }
    case 'not-suitable':
      return refuseStep(need, taskId, triage, circumstances)
  }
}

function accepted(task: Task, { due, words }: { due?: Date; words?: string }, need: Need, circumstances: Circumstances): Task {
  return {
    ...withDue(task, due ?? beginDue(need, circumstances)),
    status: 'accepted',
    lastModified: circumstances.at.toISOString(),
    ...(words === undefined ? {} : { note: [...(task.note ?? []), { text: words, time: circumstances.at.toISOString() }] }),
  }
}

interface HandingOn {
  readonly outcome: Triage['outcome']
  readonly words?: string
  readonly owner: string
  readonly action: string
  readonly kind: 'referral' | 'next-step'
  readonly due?: Date
}

const ANSWER = 'Answer this referral.'

/** The triage step ends with its outcome, and somebody else has the next one. */
function handOn(
  need: Need,
  taskId: string,
  { outcome, words, owner, action, kind, due }: HandingOn,
  circumstances: Circumstances,
): readonly Write[] {
  const { at, pathway } = circumstances
  const task = openStepOf(need, taskId)
  const next: NextStep = { owner: listedOwner(owner, circumstances), action, due: due ?? pathway.dueAt(kind, need.request.priority, at) }
  const concept = { coding: [{ system: TRIAGE_OUTCOME, code: outcome }], ...(words === undefined ? {} : { text: words }) }
  const done: Task = {
    ...withOutputs(task, [output('outcome', { valueCodeableConcept: concept }), ...nextStepOutputs(next)]),
    status: 'completed',
    lastModified: at.toISOString(),
  }
  return [{ change: done }, openNextStep(need, done, next, at, kind)]
}

/** The organisation that referred. */
function referrer({ request }: Need): string {
  const organization = localId(request.requester, 'Organization')
  if (organization === undefined) throw refuse.REFERRER_UNKNOWN({}, { expression: "Parameters.parameter.where(name = 'nextOwner')" })
  return `Organization/${organization}`
}
