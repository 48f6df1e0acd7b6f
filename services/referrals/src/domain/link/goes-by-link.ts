/** Which steps of a need go to their owner by secure link: whoever is asked has verified ways, and is not reached by BaRS. */
import { isOpen, keyOf, kindOf, type Need } from '../need.ts'

/** Ids of the steps. The same need gives the same ones; who keeps the deliveries takes each once. @param reaches whether an organisation has verified ways */
export function goesByLink(need: Need, reaches: (organization: string) => boolean, otherwise: ReadonlySet<string>): readonly string[] {
  return need.tasks.flatMap((task) => {
    const { id, owner } = task
    if (id === undefined || keyOf(task) === undefined || !isOpen(task) || task.status !== 'requested') return []
    // An escalation is for who stands above, and is answered in the hub.
    if (kindOf(task) === 'escalation' || otherwise.has(id) || owner?.reference === undefined) return []
    return reaches(owner.reference) ? [id] : []
  })
}
