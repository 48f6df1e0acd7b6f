/**
 * What follows from the state of a need, whatever happened to it: the one decision of this service.
 *
 * It looks at what is true now and at no message, so a change that is told twice, late or out of order does no harm. Once its
 * writes are made it has nothing more to say at the same instant.
 */
import { isEnded, isOpen, keyOf, kindOf, type Need } from './need.ts'
import type { Circumstances } from './pathway.ts'
import { isRouted } from './routed.ts'
import { ask, askSinglePointOfAccess } from './rules/ask.ts'
import { begin } from './rules/begin.ts'
import { escalate, standDown } from './rules/escalate.ts'
import { followUp } from './rules/follow-up.ts'
import { jointReview } from './rules/joint-review.ts'
import { meet } from './rules/meet.ts'
import { question } from './rules/question.ts'
import { standAside } from './rules/stand-aside.ts'
import { cancelStep, unusedKey } from './step.ts'
import { afterwards, type Write } from './write.ts'

/**
 * The writes that put a need in order; none when it is.
 *
 * - An ended need has no open step.
 * - An active need of ours has an open step, with an owner and a due time, or it is completed (HAZ-R01).
 * - Whoever is overdue has somebody above him told (HAZ-R02).
 */
export function settle(need: Need, circumstances: Circumstances): readonly Write[] {
  const { at } = circumstances
  if (isEnded(need.request)) return need.tasks.filter(isOpen).map((task) => cancelStep(task, { because: 'need-ended', at }))
  if (!isOurs(need, circumstances)) return []

  const opened = [...ask(need, circumstances), ...followUp(need, circumstances), ...jointReview(need, circumstances)]
  const met = opened.length === 0 ? meet(need) : undefined
  if (met !== undefined) return [met, ...need.tasks.filter(isOpen).map((task) => cancelStep(task, { because: 'need-ended', at }))]

  const aside = standAside(need, circumstances)
  const moved = [...begin(need, circumstances), ...question(need, circumstances)]
  const now = afterwards(need, [...aside, ...moved], (key) => key)
  return [
    ...opened,
    ...repair(now, opened.length, circumstances),
    ...aside,
    ...moved,
    ...standDown(now, circumstances),
    ...escalate(now, circumstances),
  ]
}

/** Whether this service answers for the need: it is routed now, or it was, and is still active. */
export const isOurs = (need: Need, circumstances: Circumstances): boolean =>
  isRouted(need.request, circumstances) || (need.request.status === 'active' && need.tasks.some((task) => keyOf(task) !== undefined))

/** Whether somebody has this need in hand. To have been told that somebody else is overdue is not to have it in hand. */
export const hasNextStep = (need: Need): boolean => need.tasks.some((task) => isOpen(task) && kindOf(task) !== 'escalation')

/** A need that nobody has in hand goes to the single point of access. The number of steps so far keeps its key apart from earlier ones. */
const repair = (need: Need, opened: number, circumstances: Circumstances): readonly Write[] =>
  opened > 0 || hasNextStep(need)
    ? []
    : askSinglePointOfAccess(need, circumstances, unusedKey(need, `need/${need.request.id}/repair/${need.tasks.length}`))
