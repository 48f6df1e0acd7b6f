/**
 * The eight plain words of a referral, which everybody sees alike: NHS, charity, leisure and the person. Computed from what is so now and
 * never stored, so that they cannot be stale. Codes of the CodeSystem referral-status.
 */
import type { ServiceRequest, Task } from '@medplum/fhirtypes'
import { CODES, HANDRAIL } from '@platform/nhs/systems'

/** Everything that is true of one need. Every decision about it takes this and nothing remembered. */
export interface Need {
  readonly request: ServiceRequest
  readonly tasks: readonly Task[]
}

/** The Task statuses in which somebody still has to do something. FHIR R4, task.html#statemachine; the rule is in `interfaces.md`. */
export const OPEN_STATUSES: readonly Task['status'][] = ['draft', 'requested', 'received', 'accepted', 'ready', 'in-progress', 'on-hold']

const OPEN: ReadonlySet<string> = new Set(OPEN_STATUSES)
const ENDED: ReadonlySet<string> = new Set(['revoked', 'completed', 'entered-in-error'])
const STEP_HELD = `${HANDRAIL}/CodeSystem/step-held`

/** Whether somebody still has to do something about this Task. */
export const isOpen = (task: Task): boolean => OPEN.has(task.status)

/** Whether the need was met, withdrawn or entered by mistake: nobody has to do anything more. */
export const isEnded = (request: ServiceRequest): boolean => ENDED.has(request.status)

/** What kind of step a Task is, a code of the CodeSystem task-kind; a Task that does not say so is somebody being asked. */
export const kindOf = (task: Task): string => task.code?.coding?.find(({ system }) => system === CODES.TASK_KIND)?.code ?? 'referral'

/** Whether a step waits for the answer to a question that its owner asked. */
export const isHeldForAnswer = (task: Task): boolean =>
  task.status === 'on-hold' &&
  task.statusReason?.coding?.some(({ system, code }) => system === STEP_HELD && code === 'more-information') === true

/** The eight, in the order in which the one that says most about a need is taken. */
export const PLAIN_WORDS = {
  'more-information-needed': 'More information needed',
  accepted: 'Accepted',
  'on-hold': 'On hold',
  'being-looked-at': 'Being looked at',
  sent: 'Sent',
  waiting: 'Waiting',
  'not-suitable': 'Not suitable – next step arranged',
  finished: 'Finished',
} as const

/** One of the eight. */
export type PlainStatus = keyof typeof PLAIN_WORDS

const OF_OPEN: Readonly<Record<string, PlainStatus>> = {
  draft: 'sent',
  requested: 'sent',
  received: 'being-looked-at',
  accepted: 'accepted',
  ready: 'accepted',
  'in-progress': 'accepted',
  'on-hold': 'on-hold',
}

// Whatever their FHIR status while they are open.
const OF_KIND: Readonly<Record<string, PlainStatus>> = {
  'waiting-list': 'waiting',
  'unmet-need-review': 'waiting',
  'joint-review': 'being-looked-at',
  'more-information': 'more-information-needed',
}

/** The plain word of one step. */
export function plainStatusOfStep(task: Task): PlainStatus {
  if (!isOpen(task)) return task.status === 'rejected' ? 'not-suitable' : 'finished'
  if (isHeldForAnswer(task)) return 'more-information-needed'
  return OF_KIND[kindOf(task)] ?? OF_OPEN[task.status] ?? 'sent'
}

/** Steps that stand beside a referral and carry none of it: somebody is told that one is overdue, sees to the person meanwhile, rings a seller, or
 * decides about an answer of somebody who was not asked. */
const BESIDE: ReadonlySet<string> = new Set(['escalation', 'interim-support', 'place-kept', 'answer-of-another'])

/** Whether somebody who has this step has the need itself in hand. */
export const carriesNeed = (task: Task): boolean => isOpen(task) && !BESIDE.has(kindOf(task))

const openSteps = ({ tasks }: Need): readonly Task[] => tasks.filter(carriesNeed)

/** The plain word of a need: of its open steps the one that says most, and "not suitable" where the open step carries out a refusal. */
export function plainStatusOf(need: Need): PlainStatus {
  const { request, tasks } = need
  if (isEnded(request)) return 'finished'
  if (request.status === 'on-hold') return 'on-hold'
  const byId = new Map(tasks.map((task) => [task.id, task]))
  const words = openSteps(need).map((task): PlainStatus => {
    const before = byId.get((task.partOf?.[0]?.reference ?? '').replace('Task/', ''))
    const carriesOutRefusal = kindOf(task) === 'next-step' && task.status === 'requested' && before?.status === 'rejected'
    return carriesOutRefusal ? 'not-suitable' : plainStatusOfStep(task)
  })
  return (Object.keys(PLAIN_WORDS) as PlainStatus[]).find((word) => words.includes(word)) ?? 'sent'
}

/**
 * What of a need is news to the person when it changes: the plain word, and who has it. The same text for the same step.
 *
 * @returns nothing while nobody has been asked yet: the next change says who is
 */
export function stepOf(need: Need): string | undefined {
  const word = plainStatusOf(need)
  const owners = word === 'finished' ? [] : [...new Set(openSteps(need).map(({ owner }) => owner?.reference ?? ''))].toSorted()
  return word === 'sent' && owners.length === 0 ? undefined : [word, ...owners].join(' ')
}
