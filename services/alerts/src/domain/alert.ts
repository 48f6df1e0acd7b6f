// One alert Task for a stay, with one child Task for each answering role: architecture section 5; standards page, sections 7 and 10.
// The Tasks are computed from the stay and from what the record holds now, so that doing it twice changes nothing. HAZ-A03, HAZ-A07, HAZ-A08.
import type { BundleEntry, Task } from '@medplum/fhirtypes'
import { dueAt } from '@handrail/fhir-profiles/calendar'
import { CODES } from '@platform/nhs/systems'
import type { AlertContext, StayRecord } from './alert-context.ts'
import { end, outcomeCode, reopen, wasEndedByStay, withdraw } from './alert-ending.ts'
import { newTask, settle } from './alert-entry.ts'
import { describe, inputOf, noteOf } from './alert-words.ts'
import { followUp, pauses } from './community.ts'
import { encounterFor, hasDied, type StayView } from './encounter.ts'
import { isOurs } from './hospital-encounter.ts'
import { phaseOf, type Phase } from './phase.ts'
import { ANSWERED, ANSWERING_ROLES, concept, OPEN, referenceTo, roleOf, type AnsweringRole } from './vocabulary.ts'

/** The entries of one transaction that make the record say what is so; none when it says so already. */
export function recordFor(view: StayView, record: StayRecord, context: AlertContext): BundleEntry[] {
  const phase = phaseOf(view, context.registered)
  const nothingThere = (record.encounter === undefined || !isOurs(record.encounter)) && record.alert === undefined
  // Whoever was never told of a stay is not told that it was taken back. A stay that is planned is told once, quietly.
  if (nothingThere && (phase === 'withdrawn' || (phase === 'quiet' && (view.stay.status !== 'planned' || view.notAskedFor === true))))
    return []
  if (nothingThere && hasDied(view) && !context.registered) return []

  // What the hospital wrote itself is as it wrote it.
  const encounter =
    record.encounter === undefined || isOurs(record.encounter)
      ? settle(record.encounter, encounterFor(view, context.hospital, record.encounter), context)
      : { reference: referenceTo(record.encounter), entries: [] }
  const alert = alertTask(view, record, phase, encounter.reference, context)
  const alertEntry = alert === undefined ? undefined : settle(record.alert, alert, context)
  const children =
    alertEntry === undefined
      ? []
      : ANSWERING_ROLES.flatMap((role) => answerEntry(role, view, record, phase, encounter.reference, alertEntry.reference, context))
  return [
    ...encounter.entries,
    ...(alertEntry?.entries ?? []),
    ...children,
    ...pauses(record, phase, encounter.reference, context),
    ...followUp(view, record, phase, encounter.reference, context),
  ]
}

function alertTask(view: StayView, record: StayRecord, phase: Phase, encounter: string, context: AlertContext): Task | undefined {
  const { now, calendar, due, owners, lines } = context
  const existing = record.alert
  if (existing === undefined) {
    if (phase !== 'open') return undefined
    const fresh = newTask(
      'hospital-alert',
      `alert-${view.id}`,
      'Hospital alert',
      view,
      encounter,
      owners.alert,
      dueAt(due.alert, now, calendar),
      context,
    )
    return { ...fresh, description: describe(view), ...inputOf(lines), ...noteOf(lines, context) }
  }
  if (phase === 'withdrawn') return withdraw(existing, view, context)
  const described = { ...existing, description: describe(view) }
  // What was withdrawn stays hidden, whatever is heard of the stay later.
  if (phase === 'closed' && outcomeCode(existing) === 'withdrawn' && !context.registered) return existing
  if (phase === 'closed') return OPEN.has(existing.status) ? end(described, 'completed', 'discharged', 'The stay has ended.') : described
  if (phase === 'quiet') return withdraw(existing, view, context)
  const allAnswered = ANSWERING_ROLES.every((role) => ANSWERED.has(record.answers[role]?.status ?? ''))
  if (OPEN.has(existing.status)) return allAnswered && existing.status === 'requested' ? { ...described, status: 'accepted' } : described
  if (!wasEndedByStay(existing)) return described // closed by a person
  return { ...reopen(described, dueAt(due.alert, now, calendar)), status: allAnswered ? 'accepted' : 'requested', ...inputOf(lines) }
}

/** The answers of one role: as a list of entries, empty when nothing changes. */
function answerEntry(
  role: AnsweringRole,
  view: StayView,
  record: StayRecord,
  phase: Phase,
  encounter: string,
  alert: string,
  context: AlertContext,
): readonly BundleEntry[] {
  const { now, calendar, due } = context
  const existing = record.answers[role]
  const dueBy = dueAt(due.answer[role], now, calendar)
  if (existing === undefined) {
    if (phase !== 'open') return []
    const text = role === 'ward' ? 'Ward: read the alert and acknowledge' : 'Specialist team: acknowledge and call the ward'
    const task = newTask('alert-answer', `answer-${view.id}-${role}`, text, view, encounter, ownerOf(role, context), dueBy, context)
    // The lines stand on each answer too: a ward may read what is asked of it, and not what is asked of others.
    const answer = {
      ...task,
      description: describe(view),
      partOf: [{ reference: alert }],
      performerType: [concept(CODES.ANSWERING_ROLE, role)],
      ...inputOf(context.lines),
      ...noteOf(context.lines, context),
    }
    if (role === 'specialist') return settle(undefined, onRota(answer, context), context).entries
    return settle(undefined, answer, context).entries
  }
  return settle(existing, answerIn(phase, existing, record.alert, dueBy, view, context), context).entries
}

/** Whose the answer is: out of hours another organisation may hold the duty. */
const ownerOf = (role: AnsweringRole, { owners, onDuty }: AlertContext): string =>
  role === 'specialist' && onDuty?.state === 'on' ? onDuty.entry.organization : owners[role]

/** Names whom the rota says is on, so that they are told and the answer shows who was asked. */
function onRota(answer: Task, { onDuty }: AlertContext): Task {
  if (onDuty?.state !== 'on') return answer
  const { entry, duty } = onDuty
  return {
    ...answer,
    input: [
      ...(answer.input ?? []),
      { type: concept(CODES.TASK_INPUT, 'on-duty', duty), valueReference: { reference: entry.reference, display: entry.title } },
    ],
  }
}

function answerIn(phase: Phase, answer: Task, alert: Task | undefined, dueBy: Date, view: StayView, context: AlertContext): Task {
  if (phase === 'withdrawn' || phase === 'quiet') return withdraw(answer, view, context)
  if (phase === 'closed' && OPEN.has(answer.status)) {
    return end(answer, ANSWERED.has(answer.status) ? 'completed' : 'cancelled', 'discharged', 'The stay has ended.')
  }
  if (phase === 'open' && !OPEN.has(answer.status) && wasEndedByStay(answer))
    return onRota(
      { ...reopen(answer, dueBy), description: describe(view), ...inputOf(context.lines) },
      roleOf(answer) === 'ward' ? { ...context, onDuty: undefined } : context,
    )
  if (phase !== 'open') return answer
  // Whoever accepts the alert itself has answered for the organisation that owns it.
  const answeredByAlert =
    answer.status === 'requested' &&
    (alert?.status === 'accepted' || alert?.status === 'in-progress') &&
    alert.owner?.reference === answer.owner?.reference
  return { ...answer, description: describe(view), ...(answeredByAlert ? { status: 'accepted' as const } : {}) }
}
