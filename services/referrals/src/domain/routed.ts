/** Which requests are referrals of this hub. Everything else is only stored. Source: architecture, section 2. */
import type { ServiceRequest } from '@medplum/fhirtypes'
import { codesOf } from './directory.ts'
import { localId } from './need.ts'
import type { Circumstances } from './pathway.ts'

/**
 * Whether somebody must answer for this request: it is active, a proposal or an order, about a person of ours, and in our
 * category or addressed to somebody who is listed.
 */
export function isRouted(request: ServiceRequest, circumstances: Circumstances): boolean {
  if (request.status !== 'active') return false
  if (request.intent !== 'proposal' && request.intent !== 'order') return false
  // "Do not perform" asks for something to be left out: there is nobody to be asked.
  if (request.doNotPerform === true) return false
  if (localId(request.subject, 'Patient') === undefined) return false
  return isInOurCategory(request, circumstances) || namedPerformers(request, circumstances).length > 0
}

function isInOurCategory(request: ServiceRequest, { pathway }: Circumstances): boolean {
  return (request.category ?? []).flatMap(codesOf).some((code) => pathway.categories.has(code))
}

/** The organisations behind the performers that are listed and in use, `Organization/<id>`, each once, in the order named. */
export function namedPerformers(request: ServiceRequest, { directory }: Circumstances): readonly string[] {
  const listed = (request.performer ?? []).map(({ reference }) => (reference === undefined ? undefined : directory.listing(reference)))
  const organizations = listed.flatMap((listing) =>
    listing?.active === true && listing.organization !== undefined ? [listing.organization] : [],
  )
  return [...new Set(organizations)]
}

/** The performers that may be listed but are not known yet, as references: worth looking up before deciding. */
export const unknownPerformers = (request: ServiceRequest, directory: Circumstances['directory']): readonly string[] =>
  (request.performer ?? []).flatMap((performer) => {
    const couldBeListed = localId(performer, 'HealthcareService') !== undefined || localId(performer, 'Organization') !== undefined
    return couldBeListed && performer.reference !== undefined && directory.listing(performer.reference) === undefined
      ? [performer.reference]
      : []
  })
