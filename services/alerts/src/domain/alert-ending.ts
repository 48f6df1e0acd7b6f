// How the Task of an alert, or of an answer to it, ends by the stay, is taken back, and opens again. HAZ-A08
import type { Task } from '@medplum/fhirtypes'
import { CODES } from '@platform/nhs/systems'
import type { AlertContext } from './alert-context.ts'
import type { StayView } from './encounter.ts'
import { concept, OPEN, type AlertOutcome } from './vocabulary.ts'

/** Why an alert was taken back. */
const WITHDRAWN = {
  cancelled: 'The hospital cancelled this admission: it was a mistake.',
  'wrong-person': 'A correction showed that this was somebody else. Incident raised.',
  merged: 'The hospital held this stay twice; the other one goes on.',
  'not-registered': 'The person is no longer on the alerts register.',
  'not-there': 'The messages of the hospital say that this was no admission.',
} as const

/** Outcomes that the stay gave, not a person: an alert that ended so opens again when the stay does. */
const BY_STAY: ReadonlySet<string> = new Set<AlertOutcome>(['discharged', 'withdrawn'])

/** The outcome that was given last. */
export const outcomeCode = (task: Task): string | undefined =>
  task.output?.findLast(({ type }) => type.coding?.some(({ system, code }) => system === CODES.TASK_OUTPUT && code === 'outcome'))
    ?.valueCodeableConcept?.coding?.[0]?.code

/** Whether the stay ended it, and not a person. */
export const wasEndedByStay = (task: Task): boolean => BY_STAY.has(outcomeCode(task) ?? '')

/** It is over, with an outcome in words and as a code. */
export function end(task: Task, status: 'completed' | 'cancelled', outcome: AlertOutcome, words: string): Task {
  const { businessStatus: _, ...rest } = task
  return {
    ...rest,
    status,
    ...(status === 'cancelled' ? { statusReason: concept(CODES.ALERT_OUTCOME, outcome, words) } : {}),
    output: [
      ...(task.output ?? []),
      { type: concept(CODES.TASK_OUTPUT, 'outcome'), valueCodeableConcept: concept(CODES.ALERT_OUTCOME, outcome, words) },
    ],
  }
}

/** Said to be a mistake everywhere it went; the content of an alert about the wrong person is hidden. HAZ-A08 */
export function withdraw(task: Task, { stay, wrongPerson, merged }: StayView, { registered }: AlertContext): Task {
  const why = wrongPerson
    ? 'wrong-person'
    : merged
      ? 'merged'
      : stay.status === 'cancelled'
        ? 'cancelled'
        : registered
          ? 'not-there'
          : 'not-registered'
  const { input: _, description: __, ...hidden } = task
  const shown = why === 'cancelled' || why === 'merged' || why === 'not-there' ? task : hidden
  if (!OPEN.has(task.status) && task.status !== 'completed') return shown
  return end(shown, 'cancelled', why === 'wrong-person' ? 'wrong-person' : 'withdrawn', WITHDRAWN[why])
}

/** It is asked for again, by a new time; an answer that was given stands. */
export function reopen(task: Task, due: Date): Task {
  const { statusReason: _, ...rest } = task
  return {
    ...rest,
    status: task.status === 'completed' ? 'accepted' : 'requested',
    restriction: { ...task.restriction, period: { ...task.restriction?.period, end: due.toISOString() } },
  }
}
