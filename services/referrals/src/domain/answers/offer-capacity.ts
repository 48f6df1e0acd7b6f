/** Room has appeared: an entry of the unmet-need ledger becomes a step again, and the person is asked whether it is still wanted. */
import { coordinatorOf } from '../coordinator.ts'
import type { Listing } from '../directory.ts'
import { servesPlace, outwardIn } from '../matching/catchment.ts'
import { inputsOf, isOpen, kindOf, type Need } from '../need.ts'
import type { Circumstances } from '../pathway.ts'
import type { Write } from '../write.ts'
import { handOn } from './hand-on.ts'

const WHERE = {
  yes: '',
  no: 'It does not serve where this was wanted, by what it says. ',
  unknown: 'Whether it serves where this is wanted is not known: find out first. ',
} as const

/** Closes the open entry and gives the coordinator the next step; nothing when the need has no open entry any more. */
export function offerCapacity(need: Need, service: Listing, circumstances: Circumstances): readonly Write[] {
  const entry = need.tasks.find((task) => kindOf(task) === 'unmet-need-review' && isOpen(task))
  const owner = coordinatorOf(need.request, circumstances)
  if (entry?.id === undefined || owner === undefined || need.request.status !== 'active') return []
  const outcome = { text: `${service.name} says that it has room.` }
  const place = outwardIn(inputsOf(entry, 'area')[0]?.valueString)
  const action = `${service.name} (${service.reference}) says that it has room. ${WHERE[servesPlace(service.facts?.catchment ?? [], place)]}Ask the person whether it is still wanted, then pass it on.`
  return handOn(need, entry.id, { outcome, owner, action, kind: 'next-step' }, circumstances)
}
