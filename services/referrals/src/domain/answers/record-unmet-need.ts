/** Nobody can give what was asked for: the need goes into the unmet-need ledger, where it stays open, aged and owned. HAZ-R10 */
import type { Coding } from '@medplum/fhirtypes'
import { refuse } from '../../errors.ts'
import { isOpen, kindOf, type Need } from '../need.ts'
import type { Circumstances } from '../pathway.ts'
import { input } from '../step.ts'
import type { Write } from '../write.ts'
import { mustBeInReach } from './answered-step.ts'
import { handOn } from './hand-on.ts'

/** An entry of the ledger. What was asked for is the request's own `code`, since when is its `authoredOn`. */
export interface UnmetNeed {
  /** Code of the CodeSystem unmet-need. */
  readonly reason: Coding
  readonly words: string
  /** Where it was wanted, as the ledger counts it; absent = not stated. */
  readonly area?: string
  /** Who answers for the entry; the pathway says who unless given. */
  readonly owner?: string
  /** When it is asked again at the latest. @default the pathway's time for a review */
  readonly reviewBy?: Date
}

/**
 * The step ends, and the entry is the need's next step. One need is one entry, however often it is asked.
 *
 * @throws UNMET_NEED_RECORDED when it has an open entry, NEXT_OWNER_UNKNOWN, DUE_NOT_AHEAD, DUE_TOO_FAR, TASK_CLOSED
 */
export function recordUnmetNeed(
  need: Need,
  taskId: string,
  { reason, words, area, owner, reviewBy }: UnmetNeed,
  circumstances: Circumstances,
): readonly Write[] {
  if (reviewBy !== undefined) mustBeInReach(reviewBy, circumstances)
  const entry = need.tasks.find((task) => kindOf(task) === 'unmet-need-review' && isOpen(task))
  if (entry !== undefined) throw refuse.UNMET_NEED_RECORDED({ id: entry.id ?? '' })
  const { pathway, directory } = circumstances
  return handOn(
    need,
    taskId,
    {
      outcome: { coding: [reason], text: words },
      owner: owner ?? directory.identified(pathway.unmetNeedOwner)?.reference ?? pathway.unmetNeedOwner,
      action: 'Look for a service again, and ask the person whether it is still wanted.',
      kind: 'unmet-need-review',
      reason: { coding: [reason], text: words },
      ...(reviewBy === undefined ? {} : { due: reviewBy }),
      ...(area === undefined ? {} : { inputs: [input('area', { valueString: area })] }),
    },
    circumstances,
  )
}
