/** Which steps of a need leave the hub by BaRS: whoever is asked answers for a service that is reached by a DoS service id which is not ours. */
import type { Task } from '@medplum/fhirtypes'
import { ID } from '@platform/nhs/systems'
import type { Directory, Listing } from '../directory.ts'
import { isOpen, keyOf, kindOf, type Need } from '../need.ts'

/** One step that goes out. */
export interface GoesOut {
  readonly task: string
  readonly act: 'refer' | 'withdraw'
  /** `HealthcareService/<id>` or `Organization/<id>` */
  readonly service: string
  readonly dosId: string
}

/**
 * What of this need should have gone out by now. The same need says the same again; who keeps the deliveries takes each once. A withdrawal is
 * for whoever keeps them to send only where the referral went.
 *
 * @param ours our own DoS service ids
 */
export function goesOut(need: Need, directory: Directory, ours: readonly string[]): readonly GoesOut[] {
  return need.tasks.flatMap((task): GoesOut[] => {
    if (kindOf(task) !== 'referral' || keyOf(task) === undefined || task.id === undefined) return []
    const reached = reachedBy(task, need, directory, ours)
    if (reached === undefined) return []
    if (isOpen(task) && task.status === 'requested') return [{ task: task.id, act: 'refer', ...reached }]
    return task.status === 'cancelled' ? [{ task: task.id, act: 'withdraw', ...reached }] : []
  })
}

/** The listing by which its owner is reached: the one that was asked for, else the only one it has. */
function reachedBy(task: Task, { request }: Need, directory: Directory, ours: readonly string[]) {
  const owner = task.owner?.reference
  if (owner === undefined) return undefined
  const named = (request.performer ?? []).flatMap(({ reference }) => directory.listing(reference ?? '') ?? [])
  const candidates = [...named, ...directory.ofOrganization(owner)].filter((listing) => listing.organization === owner && listing.active)
  const reached = candidates.flatMap((listing) => dosIdsOf(listing).map((dosId) => ({ service: listing.reference, dosId })))
  const outside = reached.filter(({ dosId }) => !ours.includes(dosId))
  const [first] = outside
  const isNamed = named.some(({ reference }) => reference === first?.service)
  return first !== undefined && (isNamed || new Set(outside.map(({ dosId }) => dosId)).size === 1) ? first : undefined
}

/** The DoS service ids by which a listing is reached. */
export const dosIdsOf = ({ identifiers }: Listing): readonly string[] =>
  identifiers.flatMap((identifier) => (identifier.startsWith(`${ID.DOS_SERVICE}|`) ? [identifier.slice(ID.DOS_SERVICE.length + 1)] : []))
