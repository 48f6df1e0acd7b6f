/** Who coordinates a need: somebody is named on every open one. */
import type { ServiceRequest } from '@medplum/fhirtypes'
import { isInUse } from './directory.ts'
import { singlePointOfAccess, type Circumstances } from './pathway.ts'
import { COORDINATOR } from './vocabulary.ts'

/**
 * `Organization/<id>` of the coordinator that the request names, where it is listed and in use; else of the pathway's, else the single
 * point of access. Nothing while none of them is listed.
 */
export function coordinatorOf({ extension = [] }: ServiceRequest, circumstances: Circumstances): string | undefined {
  const { directory, pathway } = circumstances
  const named = extension.find(({ url }) => url === COORDINATOR)?.valueReference?.reference
  const listing = named === undefined ? undefined : directory.listing(named)
  if (listing?.organization !== undefined && isInUse(listing, directory)) return listing.organization
  return directory.identified(pathway.jointReview.owner)?.organization ?? singlePointOfAccess(circumstances)
}
