// How a person answers: acknowledge ("I have it"), hand on, close with an outcome. Standards page, section 10.
import type { Task } from '@medplum/fhirtypes'
import { CODES } from '@platform/nhs/systems'
import { refuse } from '../errors.ts'
import { concept, kindOf, OPEN, referenceTo } from './vocabulary.ts'

/** Who answers and when. */
export interface Answering {
  /** `Practitioner/…`, where the caller is a person of the record. */
  readonly by?: string
  readonly at: Date
}

const ANSWERABLE: ReadonlySet<string | undefined> = new Set(['alert-answer', 'identity-review', 'after-discharge'])

/** Outcomes a person may close with. Code system `alert-outcome`; for a review `same-person` or `wrong-person`. */
const OUTCOMES: Readonly<Record<string, readonly string[]>> = {
  'alert-answer': ['seen', 'advice-given', 'not-needed', 'wrong-person'],
  'identity-review': ['same-person', 'wrong-person'],
  'after-discharge': ['seen', 'advice-given', 'not-needed'],
}

/** @throws TASK_NOT_ANSWERABLE, ANSWER_CLOSED */
function mustBeOpen(task: Task): void {
  if (!ANSWERABLE.has(kindOf(task))) throw refuse.TASK_NOT_ANSWERABLE({ task: referenceTo(task) })
  if (!OPEN.has(task.status)) throw refuse.ANSWER_CLOSED({ task: referenceTo(task), status: task.status })
}

const noted = (task: Task, { by, at }: Answering, text: string): Task => ({
  ...task,
  lastModified: at.toISOString(),
  note: [...(task.note ?? []), { ...(by === undefined ? {} : { authorReference: { reference: by } }), time: at.toISOString(), text }],
})

/** Somebody has it: escalation stops. Acknowledging again changes nothing. @throws TASK_NOT_ANSWERABLE, ANSWER_CLOSED */
export function acknowledge(task: Task, answering: Answering): Task {
  mustBeOpen(task)
  if (task.status === 'accepted' || task.status === 'in-progress') return task
  const { businessStatus: _, ...rest } = task
  return noted({ ...rest, status: 'accepted' }, answering, 'Acknowledged.')
}

/** Somebody else is to answer: the Task is theirs and wants acknowledging again. @throws TASK_NOT_ANSWERABLE, ANSWER_CLOSED */
export function handOn(task: Task, { to, ...answering }: Answering & { readonly to: string }): Task {
  mustBeOpen(task)
  return noted({ ...task, status: 'requested', owner: { reference: to } }, answering, `Handed on to ${to}.`)
}

/** It is done, with an outcome. @throws TASK_NOT_ANSWERABLE, ANSWER_CLOSED, OUTCOME_UNKNOWN */
export function close(task: Task, { outcome, ...answering }: Answering & { readonly outcome: string }): Task {
  mustBeOpen(task)
  const allowed = OUTCOMES[kindOf(task) ?? ''] ?? []
  if (!allowed.includes(outcome)) throw refuse.OUTCOME_UNKNOWN({ allowed: allowed.join(', ') }, { expression: 'Parameters.parameter' })
  const { businessStatus: _, ...rest } = task
  return noted(
    {
      ...rest,
      status: 'completed',
      output: [
        ...(task.output ?? []),
        { type: concept(CODES.TASK_OUTPUT, 'outcome'), valueCodeableConcept: concept(CODES.ALERT_OUTCOME, outcome) },
      ],
    },
    answering,
    `Closed: ${outcome}.`,
  )
}
