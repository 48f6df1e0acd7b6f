// How a person answers: acknowledge ("I have it"), hand on, close with an outcome. Standards page, section 10.
import type { Task } from '@medplum/fhirtypes'
import { CODES } from '@platform/nhs/systems'
import { refuse } from '../errors.ts'
import { AFTER_PAUSE } from './pause.ts'
import { codeOf, concept, kindOf, OPEN, referenceTo } from './vocabulary.ts'

/** Who answers and when. */
export interface Answering {
  /** `Practitioner/…`, where the caller is a person of the record. */
  readonly by?: string
  readonly at: Date
}

const ANSWERABLE: ReadonlySet<string | undefined> = new Set([
  'alert-answer',
  'identity-review',
  'after-discharge',
  'death-notice',
  'urgent-answer',
])

/** Outcomes a person may close with. Code system `alert-outcome`; for a review `same-person` or `wrong-person`. */
const OUTCOMES: Readonly<Record<string, readonly string[]>> = {
  'alert-answer': ['seen', 'advice-given', 'not-needed', 'wrong-person'],
  'identity-review': ['same-person', 'wrong-person'],
  'death-notice': ['acted-on', 'not-needed'],
  'urgent-answer': ['acted-on', 'advice-given', 'not-needed'],
  'after-discharge': ['seen', 'advice-given', 'not-needed', 'resume', 'change', 'stop'],
}

const NAMED = /^Practitioner(Role)?\//

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
  // Whom the rota of the former owner named is asked no longer.
  const input = task.input?.filter(({ type }) => codeOf(type, CODES.TASK_INPUT) !== 'on-duty')
  const { input: _, ...rest } = task
  const handed = { ...rest, ...(input === undefined || input.length === 0 ? {} : { input }) }
  return noted({ ...handed, status: 'requested', owner: { reference: to } }, answering, `Handed on to ${to}.`)
}

/** Whom a message in review may be about, as Patient ids. */
const candidatesOf = ({ input = [] }: Task): readonly string[] =>
  input.flatMap(({ valueReference }) => /^Patient\/(.+)$/.exec(valueReference?.reference ?? '')?.[1] ?? [])

/** The Patient id a match was decided for; nothing where that is not said and there is more than one candidate. */
export function decidedFor(task: Task): string | undefined {
  const candidates = candidatesOf(task)
  const named = task.output?.findLast(({ type }) => codeOf(type, CODES.TASK_OUTPUT) === 'person')?.valueReference?.reference
  if (named === undefined) return candidates.length === 1 ? candidates[0] : undefined
  return candidates.find((id) => named === `Patient/${id}`)
}

/**
 * It is done, with an outcome.
 *
 * @param person of a match decided as same-person: which candidate, as `Patient/…`
 * @throws TASK_NOT_ANSWERABLE, ANSWER_CLOSED, OUTCOME_UNKNOWN, PERSON_NOT_NAMED, ANSWER_NEEDS_A_NAME
 */
export function close(
  task: Task,
  { outcome, person, ...answering }: Answering & { readonly outcome: string; readonly person?: string | undefined },
): Task {
  mustBeOpen(task)
  const allowed = OUTCOMES[kindOf(task) ?? ''] ?? []
  if (!allowed.includes(outcome)) throw refuse.OUTCOME_UNKNOWN({ allowed: allowed.join(', ') }, { expression: 'Parameters.parameter' })
  // What was paused during a stay is nobody's to take up again but a professional's who gives their name.
  if (task.input?.some(({ type }) => codeOf(type, CODES.TASK_INPUT) === 'paused') === true) {
    if (!AFTER_PAUSE.has(outcome))
      throw refuse.OUTCOME_UNKNOWN({ allowed: [...AFTER_PAUSE].join(', ') }, { expression: 'Parameters.parameter' })
    if (answering.by === undefined || !NAMED.test(answering.by))
      throw refuse.ANSWER_NEEDS_A_NAME({}, { expression: "Parameters.parameter.where(name = 'by')" })
  }
  const { businessStatus: _, ...rest } = task
  const closed: Task = {
    ...rest,
    status: 'completed',
    output: [
      ...(task.output ?? []),
      { type: concept(CODES.TASK_OUTPUT, 'outcome'), valueCodeableConcept: concept(CODES.ALERT_OUTCOME, outcome) },
      ...(person === undefined ? [] : [{ type: concept(CODES.TASK_OUTPUT, 'person'), valueReference: { reference: person } }]),
    ],
  }
  if (outcome === 'same-person' && decidedFor(closed) === undefined)
    throw refuse.PERSON_NOT_NAMED({}, { expression: "Parameters.parameter.where(name = 'person')" })
  return noted(closed, answering, `Closed: ${outcome}.`)
}
