/** The referrer, the person or their carer takes the request back: nobody need do anything more. */
import { refuse } from '../../errors.ts'
import { isEnded, isOpen, type Need } from '../need.ts'
import { cancelStep } from '../step.ts'
import type { Write } from '../write.ts'

/**
 * The request is revoked with the reason, and every step that can be seen is cancelled in the same transaction. Steps that the
 * caller may not see are cancelled when this service hears of the withdrawal.
 *
 * @param leavesSteps for whoever may write the request and none of its steps: this service cancels them when it hears of it
 * @throws REFERRAL_CLOSED
 */
export function withdrawNeed(
  { request, tasks }: Need,
  { reason, as = 'revoked', leavesSteps = false }: { reason: string; as?: 'revoked' | 'entered-in-error'; leavesSteps?: boolean },
  at: Date,
): readonly Write[] {
  if (isEnded(request)) throw refuse.REFERRAL_CLOSED({ id: request.id ?? '', status: request.status })
  // R4 gives ServiceRequest no statusReason: the reason goes into a note, where a reader finds it with its time.
  const note = [...(request.note ?? []), { text: reason, time: at.toISOString() }]
  return [
    { change: { ...request, status: as, note } },
    ...(leavesSteps ? [] : tasks.filter(isOpen)).map((task) => cancelStep(task, { because: 'need-ended', at })),
  ]
}
