/** A step ends with what was decided, and somebody has the next one, in one decision. The need keeps its clock and its history. */
import type { CodeableConcept, Task, TaskInput } from '@medplum/fhirtypes'
import { refuse } from '../../errors.ts'
import { isInUse } from '../directory.ts'
import { localId, type Need, type NextStep } from '../need.ts'
import { dueFor, singlePointOfAccess, type Circumstances } from '../pathway.ts'
import { followUpKey, nextStepOutputs, openStep, output, unusedKey, withOutputs } from '../step.ts'
import { TRIAGE_OUTCOME, type StepKind } from '../vocabulary.ts'
import type { Write } from '../write.ts'
import { listedOwner, openStepOf } from './answered-step.ts'

/** Who has it next, for what, by when. */
export interface HandingOn {
  /** What was decided, as the closed step says it. */
  readonly outcome: CodeableConcept
  /** `Organization/<id>` or `HealthcareService/<id>` */
  readonly owner: string
  readonly action: string
  readonly kind: StepKind
  /** @default the pathway's time for this kind */
  readonly due?: Date
  readonly status?: 'requested' | 'accepted'
  readonly inputs?: readonly TaskInput[]
  readonly reason?: CodeableConcept
}

/**
 * Closes a step and opens the next.
 *
 * @throws TASK_UNKNOWN, TASK_CLOSED, NEXT_OWNER_UNKNOWN
 */
export function handOn(need: Need, taskId: string, on: HandingOn, circumstances: Circumstances): readonly Write[] {
  const { at } = circumstances
  const task = openStepOf(need, taskId)
  const owner = listedOwner(on.owner, circumstances)
  const next: NextStep = { owner, action: on.action, due: on.due ?? dueFor(circumstances, on.kind, need.request.priority, owner) }
  const done = ended(task, [output('outcome', { valueCodeableConcept: on.outcome }), ...nextStepOutputs(next)], at)
  return [
    { change: done },
    openStep(need.request, {
      ...next,
      kind: on.kind,
      key: unusedKey(need, followUpKey(done)),
      at,
      after: done,
      ...(on.status === undefined ? {} : { status: on.status }),
      ...(on.inputs === undefined ? {} : { inputs: on.inputs }),
      ...(on.reason === undefined ? {} : { reason: on.reason }),
    }),
  ]
}

/** The same step, completed with these outputs. What held it is over. */
export function ended(task: Task, outputs: Parameters<typeof withOutputs>[1], at: Date): Task {
  const { statusReason: _held, ...open } = task
  return { ...withOutputs(open, outputs), status: 'completed', lastModified: at.toISOString() }
}

/** A triage outcome, with words where there are some. */
export const triageOutcome = (code: string, words?: string): CodeableConcept => ({
  coding: [{ system: TRIAGE_OUTCOME, code }],
  ...(words === undefined ? {} : { text: words }),
})

/**
 * The organisation that referred; the single point of access where the person did so, or somebody who is not listed.
 *
 * @throws REFERRER_UNKNOWN when neither is listed
 */
export function referrer({ request }: Need, circumstances: Circumstances): string {
  const organization = localId(request.requester, 'Organization')
  const listed = organization === undefined ? undefined : circumstances.directory.listing(`Organization/${organization}`)
  const found = listed !== undefined && isInUse(listed, circumstances.directory) ? listed.reference : singlePointOfAccess(circumstances)
  if (found === undefined) throw refuse.REFERRER_UNKNOWN({}, { expression: "Parameters.parameter.where(name = 'receiver')" })
  return found
}
