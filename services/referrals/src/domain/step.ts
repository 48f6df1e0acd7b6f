/** Making and ending steps: how a Task of ours is written. FHIR R4 Task, https://hl7.org/fhir/R4/task.html */
import type { CodeableConcept, ServiceRequest, Task, TaskInput, TaskOutput } from '@medplum/fhirtypes'
import { keyOf, OUTPUT_CODES, outputOf, referenceTo, type InputCode, type Need, type NextStep, type OutputCode } from './need.ts'
import { TASK_INPUT, TASK_KEY, TASK_KIND, TASK_OUTPUT, type StepKind } from './vocabulary.ts'
import type { Change, Open } from './write.ts'

/** What distinguishes one step of a need from another. */
export interface StepOf {
  readonly kind: StepKind
  /** The same reason always gives the same key; it holds ids and nothing else. */
  readonly key: string
  /** `Organization/<id>` */
  readonly owner: string
  readonly at: Date
  readonly due: Date
  /** What is to be done, in words for the owner. */
  readonly action: string
  /** The step that this one follows from. */
  readonly after?: Task
  /** `accepted` when the owner has said yes already. @default 'requested' */
  readonly status?: 'requested' | 'accepted'
  readonly inputs?: readonly TaskInput[]
  /** Why the step is there, coded: the reason of an unmet need. */
  readonly reason?: CodeableConcept
}

/** Opens a step of a need: it has an owner and a due time from its first version on. */
export function openStep(request: ServiceRequest, step: StepOf): Open {
  const { kind, key, owner, at, due, action, after, status = 'requested', inputs = [], reason } = step
  const need = { reference: referenceTo(request) }
  return {
    key,
    open: {
      resourceType: 'Task',
      identifier: [{ system: TASK_KEY, value: key }],
      basedOn: [need],
      ...(after === undefined ? {} : { partOf: [{ reference: referenceTo(after) }] }),
      status,
      intent: request.intent === 'proposal' ? 'proposal' : 'order',
      // Absent stays absent: "not stated" is shown, and clocked as routine.
      ...(request.priority === undefined ? {} : { priority: request.priority }),
      code: { coding: [{ system: TASK_KIND, code: kind }] },
      description: action,
      focus: need,
      for: request.subject,
      authoredOn: at.toISOString(),
      lastModified: at.toISOString(),
      ...(request.requester === undefined ? {} : { requester: request.requester }),
      owner: { reference: owner },
      ...(reason === undefined ? {} : { reasonCode: reason }),
      restriction: { period: { end: due.toISOString() } },
      ...(inputs.length === 0 ? {} : { input: [...inputs] }),
    },
  }
}

/** Why a step ended that its owner did not end. Words and no code: the codes of `statusReason` are reasons of providers. */
const ENDED_BECAUSE = {
  'need-ended': 'The referral was finished, withdrawn or entered by mistake.',
  'asked-by-sender': 'The sender had asked somebody already.',
  'asked-no-more': 'The step that asked was ended without the answer.',
  'answer-taken-back': 'The answer that it followed from was taken back by who had sent it.',
  'answered-meanwhile': 'The step that the answer was about has ended: whoever was asked has answered, or is asked no more.',
  answered: 'The step that was overdue has been answered or has a new due time.',
} as const

/** Ends a step that nobody need do any more. */
export const cancelStep = (task: Task, { because, at }: { because: keyof typeof ENDED_BECAUSE; at: Date }): Change => ({
  change: { ...task, status: 'cancelled', statusReason: { text: ENDED_BECAUSE[because] }, lastModified: at.toISOString() },
})

/** An output of a Task, with one of our codes. */
export const output = (code: OutputCode, value: Omit<TaskOutput, 'type'>): TaskOutput => ({
  type: { coding: [{ system: TASK_OUTPUT, code }] },
  ...value,
})

/** An input of a Task, with one of our codes. */
export const input = (code: InputCode, value: Omit<TaskInput, 'type'>): TaskInput => ({
  type: { coding: [{ system: TASK_INPUT, code }] },
  ...value,
})

/** The outputs by which a closed Task says what happens next. */
export const nextStepOutputs = ({ owner, action, due }: NextStep): readonly TaskOutput[] => [
  output('next-owner', { valueReference: { reference: owner } }),
  output('next-action', { valueString: action }),
  output('due', { valueDateTime: due.toISOString() }),
]

/** The same Task with these outputs and without earlier ones that said what it came to: a step may have been opened again. */
export function withOutputs(task: Task, outputs: readonly TaskOutput[]): Task {
  const earlier = new Set(OUTPUT_CODES.map((code) => outputOf(task, code)))
  return { ...task, output: [...(task.output ?? []).filter((one) => !earlier.has(one)), ...outputs] }
}

/** The step that a closed Task names. */
export const openNextStep = (need: Need, closed: Task, { owner, action, due }: NextStep, at: Date, kind: StepKind = 'next-step'): Open =>
  openStep(need.request, { kind, key: unusedKey(need, followUpKey(closed)), owner, at, due, action, after: closed })

/**
 * The key of the step that follows from a Task. The record uses the same when it opens one itself, for a client that closed the
 * last step of a need and brought no next one.
 */
export const followUpKey = (task: Task): string => `next-step:${task.id}`

/** This key, or the first one numbered after it that no step of the need has: a step may be closed, opened again, and closed again. */
export function unusedKey({ tasks }: Need, key: string): string {
  const taken = new Set(tasks.map(keyOf))
  if (!taken.has(key)) return key
  let number = 2
  while (taken.has(`${key}/${number}`)) number += 1
  return `${key}/${number}`
}
