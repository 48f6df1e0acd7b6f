/** The next step in the parameters of an operation: who, what, by when. */
import type { NextStep } from '../../domain/need.ts'
import { complete, type Given } from './parameters.ts'

/** The names of the three. */
export const NEXT_STEP = ['nextOwner', 'nextAction', 'due'] as const

/**
 * A whole next step, or nothing when none of the three is given.
 *
 * @throws ANSWER_INCOMPLETE when some are given and some are not
 */
export function readNextStep(given: Given): NextStep | undefined {
  const next = { nextOwner: given.reference('nextOwner'), nextAction: given.string('nextAction'), due: given.instant('due') }
  if (Object.values(next).every((value) => value === undefined)) return undefined
  const { nextOwner: owner, nextAction: action, due } = complete(next)
  return { owner, action, due }
}
