// What the community does meanwhile and afterwards: sessions wait, and somebody calls after the discharge. HAZ-A16
import { isDeepStrictEqual } from 'node:util'
import type { Appointment, BundleEntry, Task } from '@medplum/fhirtypes'
import { dueAt } from '@handrail/fhir-profiles/calendar'
import { CODES } from '@platform/nhs/systems'
import type { AlertContext, StayRecord } from './alert-context.ts'
import { end, outcomeCode, reopen, wasEndedByStay } from './alert-ending.ts'
import { newTask, settle } from './alert-entry.ts'
import { hasDied, type StayView } from './encounter.ts'
import { changedAppointment, decided, held, heldIn, readersOf, toHold } from './held-appointment.ts'
import { AFTER_PAUSE, answered, askedAbout, changed, mayKnowOfStay, paused, pausedIn, toPause } from './pause.ts'
import type { Phase } from './phase.ts'
import { dateOf } from './rota-week.ts'
import { codeOf, OPEN } from './vocabulary.ts'

/** Sessions of the community wait while somebody is in hospital, and until somebody has decided; a mistake of the hospital pauses nothing. */
export function pauses(
  record: StayRecord,
  phase: Phase,
  encounter: string,
  { community, owners, now, calendar }: AlertContext,
): readonly BundleEntry[] {
  if (community === undefined) return []
  const { tasks, consents, appointments, organizationOf } = community
  if (phase === 'open') {
    const day = dateOf(now, calendar)
    const answering = [owners.alert, owners.ward, owners.specialist]
    // Everybody who takes part reads an appointment: that the person is in hospital stands there only where all of them may know.
    const mayKnow = (appointment: Appointment): boolean => {
      const readers = readersOf(appointment)
      return readers.length > 0 && readers.every((reader) => mayKnowOfStay(consents, organizationOf.get(reader) ?? reader, day))
    }
    return [
      ...toPause(tasks, answering, encounter).map((task) =>
        changed(paused(task, encounter, { mayKnow: mayKnowOfStay(consents, task.owner?.reference ?? '', day) })),
      ),
      ...toHold(appointments, now, encounter).map((each) => changedAppointment(held(each, encounter, { mayKnow: mayKnow(each) }))),
    ]
  }
  const waiting = pausedIn(tasks, encounter)
  const kept = heldIn(appointments, encounter)
  const took = (outcome: string) => kept.map((each) => changedAppointment(decided(each, encounter, outcome, now)))
  if (phase !== 'closed') return [...waiting.map((task) => changed(answered(task, encounter, 'resume'))), ...took('resume')]
  const outcome = record.afterDischarge?.status === 'completed' ? outcomeCode(record.afterDischarge) : undefined
  if (outcome === undefined || !AFTER_PAUSE.has(outcome)) return []
  return [
    ...waiting
      .map((task) => [task, answered(task, encounter, outcome)] as const)
      .flatMap(([task, next]) => (isDeepStrictEqual(task, next) ? [] : [changed(next)])),
    ...took(outcome),
  ]
}

/**
 * After a discharge the community team calls within two working days; not after a death, and not when the discharge is taken back. What was decided after a
 * discharge that was none holds for no other: somebody has been in hospital since, and it is asked anew. HAZ-A67
 */
export function followUp(
  view: StayView,
  record: StayRecord,
  phase: Phase,
  encounter: string,
  context: AlertContext,
): readonly BundleEntry[] {
  const { now, calendar, due, owners } = context
  const existing = record.afterDischarge
  // Also after a stay of which nobody heard while it lasted: its messages came late.
  const died = hasDied(view)
  const wanted = phase === 'closed' && !died && view.stay.wasIn
  const asked = askedAbout([
    ...pausedIn(context.community?.tasks ?? [], encounter),
    ...heldIn(context.community?.appointments ?? [], encounter),
  ])
  if (wanted && existing === undefined) {
    const task = newTask(
      'after-discharge',
      `after-discharge-${view.id}`,
      'Contact after a hospital stay',
      view,
      encounter,
      owners.afterDischarge,
      dueAt(due.afterDischarge, now, calendar),
      context,
    )
    return settle(undefined, asked.length === 0 ? task : { ...task, input: asked }, context).entries
  }
  if (existing === undefined) return []
  if (wanted)
    return !OPEN.has(existing.status) && wasEndedByStay(existing)
      ? settle(existing, askedAnew(reopen(existing, dueAt(due.afterDischarge, now, calendar)), asked), context).entries
      : []
  return OPEN.has(existing.status) || (phase === 'open' && existing.status === 'completed')
    ? settle(existing, end(existing, 'cancelled', 'withdrawn', died ? 'It is no longer wanted.' : 'The discharge was taken back.'), context)
        .entries
    : []
}

/** About everything that waits now, too, and of nobody who answered before: who decided then has not decided this. */
function askedAnew({ output = [], note = [], ...task }: Task, asked: NonNullable<Task['input']>): Task {
  const before = task.input ?? []
  const more = asked.filter(({ valueReference }) => !before.some((one) => one.valueReference?.reference === valueReference?.reference))
  const input = [...before, ...more]
  const others = output.filter(({ type }) => codeOf(type, CODES.TASK_OUTPUT) !== 'outcome')
  const said = note.map(({ authorReference, ...rest }) => ({
    ...rest,
    ...(authorReference?.reference === undefined ? {} : { authorString: authorReference.reference }),
  }))
  return {
    ...task,
    ...(input.length === 0 ? {} : { input }),
    ...(others.length === 0 ? {} : { output: others }),
    ...(said.length === 0 ? {} : { note: said }),
  }
}
