/** Room has appeared: an entry of the unmet-need ledger becomes a step again, and the person is asked whether it is still wanted. */
import { coordinatorOf } from '../coordinator.ts'
import type { Listing } from '../directory.ts'
import { isOpen, kindOf, type Need } from '../need.ts'
import type { Circumstances } from '../pathway.ts'
import type { Write } from '../write.ts'
import { handOn } from './hand-on.ts'

/** Closes the open entry and gives the coordinator the next step; nothing when the need has no open entry any more. */
export function offerCapacity(need: Need, service: Listing, circumstances: Circumstances): readonly Write[] {
  const entry = need.tasks.find((task) => kindOf(task) === 'unmet-need-review' && isOpen(task))
  const owner = coordinatorOf(need.request, circumstances)
  if (entry?.id === undefined || owner === undefined || need.request.status !== 'active') return []
  const outcome = { text: `${service.name} says that it has room.` }
  const action = `${service.name} (${service.reference}) says that it has room. Ask the person whether it is still wanted, then pass it on.`
  return handOn(need, entry.id, { outcome, owner, action, kind: 'next-step' }, circumstances)
}
