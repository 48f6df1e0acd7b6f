/** A step that ended by naming a next one is followed by it. HAZ-R01: a refusal must never be the end of a need. */
import { isOpen, keyOf, kindOf, nextStepOf, type Need } from '../need.ts'
import { followUpKey, openNextStep } from '../step.ts'
import type { Open } from '../write.ts'

/**
 * The next steps that closed Tasks name and that nobody has opened yet.
 *
 * `$refuse` opens them with the refusal; this is for a Task that was closed by a plain update. What a client opened itself for
 * the same owner counts as opened.
 */
export function followUp(need: Need, { at }: { at: Date }): readonly Open[] {
  return need.tasks.flatMap((task) => {
    const next = isOpen(task) ? undefined : nextStepOf(task)
    if (next === undefined || task.status === 'entered-in-error') return []
    const key = followUpKey(task)
    const followed = need.tasks.some(
      (other) =>
        keyOf(other) === key ||
        keyOf(other)?.startsWith(`${key}/`) === true ||
        (other.id !== task.id &&
          other.owner?.reference === next.owner &&
          !BESIDE.has(kindOf(other)) &&
          (isOpen(other) || isLater(other.authoredOn, task.authoredOn))),
    )
    return followed ? [] : [openNextStep(need, task, next, at)]
  })
}

// Steps that stand beside a refusal and do not carry out what it named.
const BESIDE: ReadonlySet<string> = new Set([
  'escalation',
  'joint-review',
  'interim-support',
  'more-information',
  'place-kept',
  'answer-of-another',
])

const isLater = (later: string | undefined, earlier: string | undefined): boolean =>
  new Date(later ?? 0).getTime() > new Date(earlier ?? 0).getTime()
