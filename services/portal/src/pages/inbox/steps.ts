/** Tasks of an organisation as its inbox shows them. Pure. */
import type { CodeableConcept, Patient, ServiceRequest, Task } from '@medplum/fhirtypes'
import type { Resolved } from '../../clients/record.ts'
import {
  calledOf,
  codeIn,
  codeOf,
  codes,
  dueOf,
  isOpen,
  kindOf,
  nameOf,
  needReferenceIn,
  outputOf,
  textsIn,
  wordsOf,
} from '../../knowledge/reading.ts'
import { showPerson } from '../../knowledge/person.ts'
import type { Words } from '../../words/words.ts'

/** One line of the inbox. */
export interface Step {
  readonly id: string
  readonly version: string
  /** Id of the ServiceRequest it is a step of, where that may be seen. */
  readonly request?: string
  /** What is needed, in the sender's words. */
  readonly need?: string
  readonly person: string
  /** What the step is called: of one that belongs to no need, or tells of a death, what kind it is; else whom the request is about. */
  readonly title: string
  /** Whether anybody is named by it. */
  readonly about: boolean
  /** Of whom the reader is shown a part: by what they are told from another of their name. HAZ-P144 */
  readonly telephone?: string
  readonly patient?: string
  readonly from?: string
  readonly sector?: string
  readonly kind: string
  readonly kindCode: string
  /** Whether it is a question: it is answered in one go, and not taken on first. */
  readonly asks: boolean
  readonly status: string
  readonly statusText: string
  readonly priority: string
  readonly due?: string
  readonly overdue: boolean
  readonly open: boolean
  readonly note?: string
  /** Needs and adjustments of the person, and what the request adds to them. */
  readonly needs: readonly string[]
  readonly cues: readonly string[]
  /** When the need was first asked for, FHIR dateTime: this clock never starts again. */
  readonly since?: string
  /** Which day that makes today; the day of the first request is day 1. */
  readonly days?: number
  /** Whether somebody else may have asked for the same. */
  readonly duplicate: boolean
}

/** Steps that an inbox shows: those of alerts have a page of their own. */
export const belongsInInbox = (task: Task): boolean => !['hospital-alert', 'alert-answer'].includes(kindOf(task))

/** Tasks by which somebody was told of a hospital stay, the first first; what they have in common, `hospital-alert`, is none of them. */
export const toldOfStay = (tasks: readonly Task[], encounter: string): readonly Task[] =>
  tasks
    .filter((task) => ['alert-answer', 'after-discharge'].includes(kindOf(task)) && task.encounter?.reference === encounter)
    .toSorted((one, other) => (one.authoredOn ?? '').localeCompare(other.authoredOn ?? ''))

/** The ServiceRequest that a Task is a step of. */
export const needReferenceOf = needReferenceIn

/** The need of which a Task tells without being a step of it: a death is told so that no list of the person's has it. */
const toldNeedOf = ({ input = [] }: Task): string | undefined =>
  input.find(({ type }) => codeOf(type, 'task-input') === 'need')?.valueReference?.reference

/** @param now to tell what is overdue */
export function showStep(task: Task, resolved: Resolved, words: Words, now: Date): Step {
  const isStep = needReferenceOf(task) !== undefined
  const request = resolved.get(needReferenceOf(task) ?? toldNeedOf(task) ?? '') as ServiceRequest | undefined
  const patient = resolved.get(task.for?.reference ?? request?.subject?.reference ?? '') as Patient | undefined
  const [need, from, due, note] = [
    wordsOf(request?.code),
    calledOf(request?.requester ?? task.requester, resolved),
    dueOf(task),
    task.description,
  ]
  const sector = codeIn(request, 'sector')
  const telephone = patient === undefined ? undefined : showPerson(patient).telephone
  const kind = kindOf(task)
  const kindText = words.kind[kind as keyof typeof words.kind] ?? words.kind.unknown
  // A question of whom something is about, say, names nobody; its own time and priority are all there are.
  const [about, since] = [isStep || task.for !== undefined || request !== undefined, isStep ? request?.authoredOn : task.authoredOn]
  const person = nameOf(patient?.name) ?? words.person.unnamed
  return {
    id: task.id ?? '',
    version: task.meta?.versionId ?? '',
    person,
    title: kind === 'death-notice' ? `${kindText}: ${person}` : about ? words.inbox.needText(person) : kindText,
    about,
    kind: kindText,
    kindCode: kind,
    asks: request !== undefined && (kind === 'advice' || kind === 'more-information'),
    status: task.status,
    statusText: words.status.step[task.status as keyof typeof words.status.step] ?? task.status,
    priority: words.inbox.priorities[((isStep ? request?.priority : task.priority) ?? 'unknown') as keyof typeof words.inbox.priorities],
    overdue: due !== undefined && isOpen(task) && Date.parse(due) < now.getTime(),
    open: isOpen(task),
    needs: [...new Set([...textsIn(patient, 'needs'), ...textsIn(request, 'needs')])],
    cues: cuesOf(task),
    duplicate: duplicatesOf(task).length > 0,
    ...(since === undefined ? {} : { since, days: Math.max(0, Math.floor((now.getTime() - Date.parse(since)) / DAY_MS)) + 1 }),
    ...(patient?.id === undefined ? {} : { patient: patient.id }),
    ...(telephone === undefined ? {} : { telephone }),
    ...(need === undefined ? {} : { need }),
    ...(request?.id === undefined ? {} : { request: request.id }),
    ...(from === undefined ? {} : { from }),
    ...(sector === undefined ? {} : { sector }),
    ...(due === undefined ? {} : { due }),
    ...(note === undefined ? {} : { note }),
  }
}

/** The requests of somebody else that may ask for the same: `ServiceRequest/<id>`. */
export const duplicatesOf = ({ input = [] }: Task): readonly string[] =>
  input.flatMap(({ type, valueReference }) =>
    codeOf(type, 'task-input') === 'possible-duplicate' ? (valueReference?.reference ?? []) : [],
  )

/** The same in words: what was asked, by whom and when, and the step of this inbox that it is. @param steps of this organisation */
export function showDuplicates(task: Task, steps: readonly Task[], resolved: Resolved): readonly Duplicate[] {
  return duplicatesOf(task).flatMap((reference) => {
    const request = resolved.get(reference) as ServiceRequest | undefined
    if (request === undefined) return [] // somebody else's, of which nothing is said here
    const [need, from] = [wordsOf(request.code), calledOf(request.requester, resolved)]
    const step = steps.find((one) => needReferenceOf(one) === reference)?.id
    return {
      ...(need === undefined ? {} : { need }),
      ...(from === undefined ? {} : { from }),
      ...(request.authoredOn === undefined ? {} : { since: request.authoredOn }),
      ...(step === undefined ? {} : { step }),
    }
  })
}

/** A request that may be for the same. */
export interface Duplicate {
  readonly need?: string
  readonly from?: string
  /** FHIR dateTime. */
  readonly since?: string
  /** Id of the Task by which this organisation was asked. */
  readonly step?: string
}

/** What was lifted to the top: cues that stand in the request, in words with their source. A cue decides nothing. HAZ-R50 */
export const cuesOf = ({ input = [] }: Task): readonly string[] =>
  input.flatMap(({ type, valueCodeableConcept }) =>
    type.coding?.some(({ system, code }) => system === codes('task-input') && code === 'red-flag') === true &&
    valueCodeableConcept?.text !== undefined
      ? [valueCodeableConcept.text]
      : [],
  )

/** What has a red-flag cue first, then the oldest due date. */
export const byCueAndDue = (one: Task, other: Task): number =>
  Number(cuesOf(other).length > 0) - Number(cuesOf(one).length > 0) || byDue(one, other)
const DAY_MS = 86_400_000

/** The order of a list of steps: red flags, then what is overdue, then the oldest clock of the need. */
export const byClock = (one: Step, other: Step): number =>
  Number(other.cues.length > 0) - Number(one.cues.length > 0) ||
  Number(other.overdue) - Number(one.overdue) ||
  Date.parse(one.since ?? one.due ?? FIRST) - Date.parse(other.since ?? other.due ?? FIRST)

/** What has no clock comes first: nobody else would look at it. */
const FIRST = '1970-01-01'

/** Oldest due date first; what has none comes before everything, because nobody watches it. */
const byDue = (one: Task, other: Task): number => Date.parse(dueOf(one) ?? '1970-01-01') - Date.parse(dueOf(other) ?? '1970-01-01')

/** Whether the step was taken on, so that what is due is the next step and no longer an answer. */
export const isTaken = ({ status }: Task): boolean => status === 'accepted' || status === 'in-progress' || status === 'on-hold'

/** What a closed or open step says for itself, in one sentence: status, reason, outcome, what comes next. */
export function tellStep(
  task: Task,
  resolved: Resolved,
  words: Words,
): { readonly owner?: string; readonly status: string; readonly said?: string; readonly next?: string } {
  const owner = calledOf(task.owner, resolved)
  const outcome = outputOf(task, 'outcome')
  const said =
    task.status === 'rejected' || task.status === 'failed'
      ? task.statusReason?.text
      : (outcome?.valueString ?? outcomeOf(outcome?.valueCodeableConcept, words))
  const [nextOwner, action] = [calledOf(outputOf(task, 'next-owner')?.valueReference, resolved), outputOf(task, 'next-action')?.valueString]
  const next = [nextOwner === undefined ? undefined : words.status.nextBy(nextOwner), action]
    .filter((part) => part !== undefined)
    .join('. ')
  return {
    status: words.status.step[task.status as keyof typeof words.status.step] ?? task.status,
    ...(owner === undefined ? {} : { owner }),
    ...(said === undefined ? {} : { said }),
    ...(next === '' ? {} : { next }),
  }
}

/** A coded outcome in words: those that came with it, else ours for its code. */
function outcomeOf(concept: CodeableConcept | undefined, { status: { outcome } }: Words): string | undefined {
  const code = concept?.coding?.[0]?.code as keyof typeof outcome | undefined
  return concept?.text ?? (code === undefined ? undefined : outcome[code]) ?? wordsOf(concept)
}

/** Everything a Task points to that a page names. */
export const referencesOf = (task: Task): readonly (string | undefined)[] => [
  task.for?.reference,
  task.owner?.reference,
  task.requester?.reference,
  needReferenceOf(task) ?? toldNeedOf(task),
  outputOf(task, 'next-owner')?.valueReference?.reference,
]
