// One alert Task for a stay, with one child Task for each answering role: architecture section 5; standards page, sections 7 and 10.
// The Tasks are computed from the stay and from what the record holds now, so that doing it twice changes nothing. HAZ-A03, HAZ-A07, HAZ-A08.
import { isDeepStrictEqual } from 'node:util'
import type { Appointment, BundleEntry, Consent, Encounter, Resource, Task, TaskInput } from '@medplum/fhirtypes'
import { dueAt, type Calendar, type Duration } from '@handrail/fhir-profiles/calendar'
import { CODES, EXTENSION, OWN_ID } from '@platform/nhs/systems'
import type { AlertLine, AlertLines } from './alert-lines.ts'
import { encounterFor, hasDied, type StayView } from './encounter.ts'
import { changedAppointment, decided, held, heldIn, readersOf, toHold } from './held-appointment.ts'
import { AFTER_PAUSE, answered, askedAbout, changed, mayKnowOfStay, paused, pausedIn, toPause } from './pause.ts'
import { showInstant, showPlace } from './place.ts'
import type { OnDuty } from './rota.ts'
import { isOurs } from './hospital-encounter.ts'
import { callsForAlert } from './stay.ts'
import {
  ANSWERED,
  ANSWERING_ROLES,
  concept,
  OPEN,
  referenceTo,
  roleOf,
  type AlertOutcome,
  type AlertTaskKind,
  type AnsweringRole,
} from './vocabulary.ts'

/** What the record holds of a stay; absent is not there yet. */
export interface StayRecord {
  readonly encounter?: Encounter
  readonly alert?: Task
  readonly answers: Readonly<Partial<Record<AnsweringRole, Task>>>
  readonly afterDischarge?: Task
}

/** Everything a decision about a stay needs to be given. */
export interface AlertContext {
  readonly now: Date
  /** The person is on the register now, with a consent or decision behind it. */
  readonly registered: boolean
  readonly lines: AlertLines
  /** `Organization/…`: who answers for what. */
  readonly owners: Readonly<Record<AnsweringRole | 'alert' | 'afterDischarge', string>>
  /** Who is on for the specialist's answer; asked only where something is opened. */
  readonly onDuty?: OnDuty | undefined
  /** The hospital's Organization, where the record knows it. */
  readonly hospital?: string
  readonly due: { readonly answer: Readonly<Record<AnsweringRole, Duration>>; readonly alert: Duration; readonly afterDischarge: Duration }
  readonly calendar: Pick<Calendar, 'isWorked'>
  /** Open Tasks of referrals of the person, and what the person agreed to; read only where something may be paused or taken up again. */
  readonly community?: {
    readonly tasks: readonly Task[]
    readonly consents: readonly Consent[]
    readonly appointments: readonly Appointment[]
    /** Whose each reader of an appointment is: `Organization/…`. */
    readonly organizationOf: ReadonlyMap<string, string>
  }
  readonly newId: () => string
}

/** What a stay means for those who answer. */
export type Phase = 'open' | 'closed' | 'withdrawn' | 'quiet'

/** Why an alert was taken back. */
const WITHDRAWN = {
  cancelled: 'The hospital cancelled this admission: it was a mistake.',
  'wrong-person': 'A correction showed that this was somebody else. Incident raised.',
  merged: 'The hospital held this stay twice; the other one goes on.',
  'not-registered': 'The person is no longer on the alerts register.',
  'not-there': 'The messages of the hospital say that this was no admission.',
} as const

/** Open while somebody is in hospital, closed when the stay ended, withdrawn when it never was so or must not be told. */
export function phaseOf(view: StayView, registered: boolean): Phase {
  const { stay, wrongPerson, merged } = view
  if (wrongPerson || merged || stay.status === 'cancelled') return 'withdrawn'
  // Who has died is off the register, and the alert is closed all the same: it was no mistake.
  if (hasDied(view)) return stay.wasIn || stay.status === 'ended' ? 'closed' : 'quiet'
  if (!registered) return 'withdrawn'
  if (view.notAskedFor === true) return 'quiet'
  // Who was in hospital stays so until the end is told: a later class alone closes nothing.
  if (callsForAlert(stay) || (stay.wasIn && (stay.status === 'attending' || stay.status === 'on-leave'))) return 'open'
  return stay.status === 'ended' ? 'closed' : 'quiet'
}

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

interface Settled {
  readonly reference: string
  readonly entries: readonly BundleEntry[]
}

/** Writes what differs: a new resource under its key, a changed one only if nobody was faster. */
function settle<T extends Resource & { identifier?: { system?: string; value?: string }[] }>(
  existing: T | undefined,
  next: T,
  { newId }: Pick<AlertContext, 'newId'>,
): Settled {
  if (existing === undefined) {
    const fullUrl = `urn:uuid:${newId()}`
    const key = next.identifier?.[0]
    return {
      reference: fullUrl,
      entries: [
        {
          fullUrl,
          resource: next,
          request: { method: 'POST', url: next.resourceType, ifNoneExist: `identifier=${key?.system ?? ''}|${key?.value ?? ''}` },
        },
      ],
    }
  }
  const reference = referenceTo(existing)
  if (isDeepStrictEqual(existing, next)) return { reference, entries: [] }
  return {
    reference,
    entries: [{ resource: next, request: { method: 'PUT', url: reference, ifMatch: `W/"${existing.meta?.versionId ?? ''}"` } }],
  }
}

function newTask(
  kind: AlertTaskKind,
  key: string,
  text: string,
  { patient }: StayView,
  encounter: string,
  owner: string,
  due: Date,
  { now }: AlertContext,
): Task {
  return {
    resourceType: 'Task',
    identifier: [{ system: OWN_ID.TASK_KEY, value: key }],
    status: 'requested',
    intent: 'order',
    priority: kind === 'after-discharge' ? 'routine' : 'urgent',
    code: concept(CODES.TASK_KIND, kind, text),
    focus: { reference: encounter },
    encounter: { reference: encounter },
    for: { reference: `Patient/${patient}` },
    authoredOn: now.toISOString(),
    owner: { reference: owner },
    restriction: { period: { end: due.toISOString() } },
  }
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

/** Outcomes that the stay gave, not a person: an alert that ended so opens again when the stay does. */
const BY_STAY: ReadonlySet<string> = new Set<AlertOutcome>(['discharged', 'withdrawn'])

const outcomeCode = (task: Task): string | undefined =>
  task.output?.findLast(({ type }) => type.coding?.some(({ system, code }) => system === CODES.TASK_OUTPUT && code === 'outcome'))
    ?.valueCodeableConcept?.coding?.[0]?.code

const wasEndedByStay = (task: Task): boolean => BY_STAY.has(outcomeCode(task) ?? '')

function end(task: Task, status: 'completed' | 'cancelled', outcome: AlertOutcome, words: string): Task {
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
function withdraw(task: Task, { stay, wrongPerson, merged }: StayView, { registered }: AlertContext): Task {
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

function reopen(task: Task, due: Date): Task {
  const { statusReason: _, ...rest } = task
  return {
    ...rest,
    status: task.status === 'completed' ? 'accepted' : 'requested',
    restriction: { ...task.restriction, period: { ...task.restriction?.period, end: due.toISOString() } },
  }
}

/** Sessions of the community wait while somebody is in hospital, and until somebody has decided; a mistake of the hospital pauses nothing. */
function pauses(record: StayRecord, phase: Phase, encounter: string, { community, owners, now }: AlertContext): readonly BundleEntry[] {
  if (community === undefined) return []
  const { tasks, consents, appointments, organizationOf } = community
  if (phase === 'open') {
    const answering = [owners.alert, owners.ward, owners.specialist]
    // Everybody who takes part reads an appointment: that the person is in hospital stands there only where all of them may know.
    const mayKnow = (appointment: Appointment): boolean => {
      const readers = readersOf(appointment)
      return readers.length > 0 && readers.every((reader) => mayKnowOfStay(consents, organizationOf.get(reader) ?? reader, now))
    }
    return [
      ...toPause(tasks, answering).map((task) =>
        changed(paused(task, encounter, { mayKnow: mayKnowOfStay(consents, task.owner?.reference ?? '', now) })),
      ),
      ...toHold(appointments, now).map((each) => changedAppointment(held(each, encounter, { mayKnow: mayKnow(each) }))),
    ]
  }
  const waiting = pausedIn(tasks, encounter)
  const kept = heldIn(appointments, encounter)
  const took = (outcome: string) => kept.map((each) => changedAppointment(decided(each, outcome, now)))
  if (phase !== 'closed') return [...waiting.map((task) => changed(answered(task, 'resume'))), ...took('resume')]
  const outcome = record.afterDischarge?.status === 'completed' ? outcomeCode(record.afterDischarge) : undefined
  if (outcome === undefined || !AFTER_PAUSE.has(outcome)) return []
  return [
    ...waiting
      .map((task) => [task, answered(task, outcome)] as const)
      .flatMap(([task, next]) => (isDeepStrictEqual(task, next) ? [] : [changed(next)])),
    ...took(outcome),
  ]
}

/** After a discharge the community team calls within two working days; not after a death, and not when the discharge is taken back. */
function followUp(view: StayView, record: StayRecord, phase: Phase, encounter: string, context: AlertContext): readonly BundleEntry[] {
  const { now, calendar, due, owners } = context
  const existing = record.afterDischarge
  // Also after a stay of which nobody heard while it lasted: its messages came late.
  const died = hasDied(view)
  const wanted = phase === 'closed' && !died && view.stay.wasIn
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
    const asked = askedAbout([
      ...pausedIn(context.community?.tasks ?? [], encounter),
      ...heldIn(context.community?.appointments ?? [], encounter),
    ])
    return settle(undefined, asked.length === 0 ? task : { ...task, input: asked }, context).entries
  }
  if (existing === undefined) return []
  if (wanted)
    return !OPEN.has(existing.status) && wasEndedByStay(existing)
      ? settle(existing, reopen(existing, dueAt(due.afterDischarge, now, calendar)), context).entries
      : []
  return OPEN.has(existing.status)
    ? settle(existing, end(existing, 'cancelled', 'withdrawn', died ? 'It is no longer wanted.' : 'The discharge was taken back.'), context)
        .entries
    : []
}

/** Where and since when, in words for those who may read the record. */
function describe(view: StayView): string {
  const { facility, stay, concealed } = view
  const place =
    concealed === undefined
      ? stay.location === undefined
        ? ''
        : `, ${showPlace(stay.location)}`
      : ' (where exactly is not shown: ring the switchboard of the hospital)'
  const since =
    stay.admittedAt === undefined
      ? ''
      : `, since ${showInstant(stay.admittedAt)}${stay.admissionInferred ? ' (concluded, no admission message)' : ''}`
  const what = {
    attending: 'Attending the emergency department',
    inpatient: 'Admitted',
    'on-leave': 'On leave from hospital',
    ended: 'Left hospital',
    cancelled: 'Admission cancelled',
    planned: 'Admission planned',
    unknown: 'In hospital',
  }[stay.status]
  if (hasDied(view)) return `The stay is over: ${facility}${place}${since}.` // nobody learns of a death from a page
  const ended = stay.endedAt === undefined ? '' : `, until ${showInstant(stay.endedAt)}`
  return `${what}: ${facility}${place}${since}${ended}.`
}

const inputOf = ({ lines }: AlertLines): Pick<Task, 'input'> => (lines.length === 0 ? {} : { input: lines.map(toInput) })

/** What did not fit into seven lines is said where notes are read: nothing is dropped without a word. */
const noteOf = ({ more }: AlertLines, { now }: Pick<AlertContext, 'now'>): Pick<Task, 'note'> =>
  more.length === 0
    ? {}
    : { note: more.map(({ title, text }) => ({ time: now.toISOString(), text: `Further line, below the seven: ${title}: ${text}` })) }

function toInput({ title, text, source, asOf, rule, author, approval }: AlertLine): TaskInput {
  const from = [
    ...(source === undefined
      ? []
      : [
          /^[A-Z][A-Za-z]+\/\S+$/.test(source)
            ? { url: 'source', valueReference: { reference: source } }
            : { url: 'words', valueString: source },
        ]),
    ...(asOf === undefined ? [] : [{ url: 'as-of', valueDate: asOf }]),
    { url: 'rule', valueString: rule },
    ...(author === undefined ? [] : [{ url: 'author', valueString: author }]),
    ...(approval === undefined
      ? []
      : [
          { url: 'approver', valueString: approval.by },
          { url: 'approved-on', valueDate: approval.on },
          ...(approval.reviewBy === undefined ? [] : [{ url: 'review-by', valueDate: approval.reviewBy }]),
        ]),
  ]
  return {
    extension: [{ url: EXTENSION.LINE_SOURCE, extension: from }],
    type: concept(CODES.TASK_INPUT, 'alert-line', title),
    valueString: text,
  }
}
