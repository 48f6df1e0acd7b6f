/**
 * What follows from the reviews of a person: Tasks to open, to keep in step, to close, to open again, and when to look next. The Tasks that
 * exist are compared with the reviews that stand, so that doing it twice changes nothing. Pure.
 */
import type { Task } from '@medplum/fhirtypes'
import { OPEN_TASK } from '../access/relationship.ts'
import type { Kept, PersonFacts } from './facts.ts'
import { ownerOf, type Owner } from './owner.ts'
import { refillQueries, type RefillQuery } from './refill-query.ts'
import type { Review } from './reviews.ts'
import { closed, queryTask, reopened, reviewTask, TASK_KEY, verdictIn, withFinding } from './review-task.ts'
import { findingOf } from './trial.ts'

export interface ReviewSurroundings {
  /** Business time. */
  readonly now: Date
  /** How long whoever is asked has: by the pathway, for a Task of kind review-due that begins at a time. */
  readonly dueAfter: (from: Date) => Date
  readonly accessPoint: Owner
}

export interface Settled {
  readonly open: readonly Task[]
  readonly change: readonly { readonly task: Kept<Task>; readonly next: Task }[]
  /** When something is to be looked at that is not due yet. */
  readonly lookAgainAt?: Date
}

const DAY_MS = 24 * 60 * 60 * 1000

export function settle(reviews: readonly Review[], facts: PersonFacts, surroundings: ReviewSurroundings): Settled {
  const { now } = surroundings
  const standing = reviews.filter(({ settledBy }) => settledBy === undefined)
  const queries = refillQueries(facts)
  const wanted = new Set([...standing.map(({ key }) => key), ...queries.map(({ key }) => key)])
  const byKey = new Map(facts.tasks.map((task) => [keyOf(task), task]))

  const due = standing.map((review) => ({ review, task: byKey.get(review.key), raiseAt: raisedAt(review, surroundings) }))
  const asked = queries.map((query) => ({ query, task: byKey.get(query.key) }))
  const later = [
    ...due.flatMap(({ task, raiseAt }) => (task === undefined && raiseAt > now ? [raiseAt] : [])),
    // While a trial is open its scores may come in: they are looked at once a day.
    ...due.flatMap(({ review, task }) => (review.line.stopRule && task && isOpen(task) ? [new Date(now.getTime() + DAY_MS)] : [])),
  ]
  return {
    open: [
      ...due.flatMap(({ review, task, raiseAt }) => (task === undefined && raiseAt <= now ? [made(review)] : [])),
      ...asked.flatMap(({ query, task }) => (task === undefined ? [queryTask(query, facts.patient, surroundings)] : [])),
    ],
    change: [
      ...due.flatMap(({ review, task }) => (task === undefined ? [] : inStep(review, task))),
      ...asked.flatMap(({ task }) => (task !== undefined && closed.byUs(task.resource) ? [{ task, next: reopened(task.resource) }] : [])),
      ...facts.tasks.filter((task) => isOpen(task) && !wanted.has(keyOf(task))).map((task) => ({ task, next: ended(task) })),
    ],
    ...(later.length > 0 && { lookAgainAt: new Date(Math.min(...later.map((at) => at.getTime()))) }),
  }

  function made(review: Review): Task {
    const finding = review.line.stopRule && findingOf(review.entry.resource, facts.scores, review.line.stopRule.betterByPercent)
    const task = reviewTask(review, { ...surroundings, patient: facts.patient, owner: ownerOf(review, facts, surroundings.accessPoint) })
    return finding === undefined ? task : withFinding(task, finding)
  }

  function inStep(review: Review, task: Kept<Task>): Settled['change'] {
    // It was closed because no entry called for it, and now one does again: a person's own closing stays.
    if (closed.byUs(task.resource)) return [{ task, next: reopened(task.resource) }]
    if (review.line.stopRule === undefined || !isOpen(task)) return []
    const finding = findingOf(review.entry.resource, facts.scores, review.line.stopRule.betterByPercent)
    return verdictIn(task.resource) === finding.words ? [] : [{ task, next: withFinding(task.resource, finding) }]
  }

  function ended({ resource, ...rest }: Kept<Task>): Task {
    const key = keyOf({ ...rest, resource })
    const answer = reviews.find((review) => review.key === key)?.settledBy
    if (answer !== undefined) return closed.answered(resource, answer)
    // The same line of the same entry, with another date: it was looked at, and the next time is known.
    const renewed = standing.find((review) => sameLine(review.key, key))
    return renewed === undefined ? closed.noLongerCalledFor(resource) : closed.answered(resource, renewed.entry.reference)
  }
}

/** From the first day of the window; where the rule gives none, as long before the due day as whoever is asked has. */
function raisedAt({ window }: Review, { now, dueAfter }: ReviewSurroundings): Date {
  if (window.kind !== 'known') return now
  if (window.opensOn !== undefined) return new Date(`${window.opensOn}T00:00:00Z`)
  const due = new Date(`${window.dueOn}T23:59:59Z`)
  let from = new Date(`${window.dueOn}T00:00:00Z`)
  for (let days = 0; days < 60 && dueAfter(from) > due; days += 1) from = new Date(from.getTime() - DAY_MS)
  return from
}

const isOpen = ({ resource }: Kept<Task>): boolean => OPEN_TASK.has(resource.status)

/** The key that a review Task was created on; empty for a Task of anybody else. */
export const keyOf = ({ resource }: Kept<Task>): string => resource.identifier?.find(({ system }) => system === TASK_KEY)?.value ?? ''

const sameLine = (one: string, other: string): boolean => one.slice(0, one.lastIndexOf(':')) === other.slice(0, other.lastIndexOf(':'))

export type { RefillQuery }
