/**
 * What follows from the state of a need, whatever happened to it: the one decision of this service.
 *
 * It looks at what is true now and at no message, so a change that is told twice, late or out of order does no harm. Once its
 * writes are made it has nothing more to say at the same instant.
 */
import { carriesNeed, isEnded, isOpen, keyOf, referenceTo, type Need } from './need.ts'
import type { Circumstances } from './pathway.ts'
import { isRouted } from './routed.ts'
import { ask, askSinglePointOfAccess } from './rules/ask.ts'
import { begin } from './rules/begin.ts'
import { escalate, standDown } from './rules/escalate.ts'
import { followUp } from './rules/follow-up.ts'
import { hurry } from './rules/hurry.ts'
import { interimSupport } from './rules/interim-support.ts'
import { jointReview } from './rules/joint-review.ts'
import { meet } from './rules/meet.ts'
import { question } from './rules/question.ts'
import { raise, raised } from './rules/raise.ts'
import { standDownKept } from './kept-answers.ts'
import { standAside } from './rules/stand-aside.ts'
import { cancelStep, unusedKey } from './step.ts'
import { afterwards, type Change, type Write } from './write.ts'

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

  const { now, changes } = inOrder(need, circumstances)
  const asked = [...ask(now, circumstances), ...followUp(now, circumstances), ...jointReview(now, circumstances)]
  const opened = [...asked, ...interimSupport(now, asked, circumstances)]
  const met = opened.length === 0 ? meet(now) : undefined
  if (met !== undefined) {
    const ended = now.tasks.filter(isOpen).map((task) => cancelStep(task, { because: 'need-ended', at }))
    return lastOfEach([...changes, met, ...ended])
  }
  // A cue is put on what is written anyway, and last: nothing above can depend on it.
  const writes = [...opened, ...repair(now, opened.length, circumstances), ...escalate(now, circumstances)]
  return [...raised(writes, now, circumstances), ...lastOfEach([...changes, ...raise(now, circumstances)])]
}

/**
 * What is there put in order, and the changes that do it. One change may call for another (a question ends with the step that asked
 * it, an escalation with the step it watches), so the rules are asked until they have nothing more to say.
 */
function inOrder(need: Need, circumstances: Circumstances): { readonly now: Need; readonly changes: readonly Change[] } {
  let now = need
  let changes: readonly Change[] = []
  // Every round ends a step or moves a due time for good, so there are fewer rounds than this; the bound keeps a mistake from hanging.
  for (let round = 0; round <= 2 * need.tasks.length; round += 1) {
    const next = [
      ...standAside(now, circumstances),
      ...hurry(now, circumstances),
      ...begin(now, circumstances),
      ...question(now, circumstances),
      ...standDownKept(now, circumstances),
      ...standDown(now, circumstances),
    ]
    if (next.length === 0) break
    changes = lastOfEach([...changes, ...next])
    now = afterwards(now, next, (key) => key)
  }
  return { now, changes }
}

/** One change for each resource: the last, which was made from the ones before. */
const lastOfEach = (changes: readonly Change[]): readonly Change[] => [
  ...new Map(changes.map((write) => [referenceTo(write.change), write])).values(),
]

/** Whether this service answers for the need: it is routed now, or it was, and is still active. */
export const isOurs = (need: Need, circumstances: Circumstances): boolean =>
  isRouted(need.request, circumstances) || (need.request.status === 'active' && need.tasks.some((task) => keyOf(task) !== undefined))

/** Whether somebody has this need in hand. To have been told that somebody else is overdue is not to have it in hand. */
export const hasNextStep = (need: Need): boolean => need.tasks.some(carriesNeed)

/** A need that nobody has in hand goes to the single point of access. The number of steps so far keeps its key apart from earlier ones. */
const repair = (need: Need, opened: number, circumstances: Circumstances): readonly Write[] =>
  opened > 0 || hasNextStep(need)
    ? []
    : askSinglePointOfAccess(need, circumstances, unusedKey(need, `need/${need.request.id}/repair/${need.tasks.length}`))
