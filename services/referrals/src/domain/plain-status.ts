/**
 * The eight plain words of a referral, which everybody sees alike: NHS, charity, leisure and the person. Computed from what is so now and
 * never stored, so that they cannot be stale. Codes of the CodeSystem referral-status.
 */
import type { Task } from '@medplum/fhirtypes'
import { isEnded, isHeldForAnswer, isOpen, kindOf, type Need } from './need.ts'

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

/** The plain word of a need: of its open steps the one that says most, and "not suitable" where the open step carries out a refusal. */
export function plainStatusOf({ request, tasks }: Need): PlainStatus {
  if (isEnded(request)) return 'finished'
  if (request.status === 'on-hold') return 'on-hold'
  const byId = new Map(tasks.map((task) => [task.id, task]))
  const words = tasks
    .filter((task) => isOpen(task) && kindOf(task) !== 'escalation')
    .map((task): PlainStatus => {
      const before = byId.get((task.partOf?.[0]?.reference ?? '').replace('Task/', ''))
      const carriesOutRefusal = kindOf(task) === 'next-step' && task.status === 'requested' && before?.status === 'rejected'
      return carriesOutRefusal ? 'not-suitable' : plainStatusOfStep(task)
    })
  return (Object.keys(PLAIN_WORDS) as PlainStatus[]).find((word) => words.includes(word)) ?? 'sent'
}
