/** Which requests are referrals of this hub. Everything else is only stored. Source: architecture, section 2. */
import type { ServiceRequest } from '@medplum/fhirtypes'
import { codesOf, isInUse, type Listing } from './directory.ts'
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
  // Whom another directory calls closed is asked no more, and what names them is put before the single point of access, not passed over.
  return isInOurCategory(request, circumstances) || listedPerformers(request, circumstances).some(({ active }) => active)
}

function isInOurCategory(request: ServiceRequest, { pathway }: Circumstances): boolean {
  return (request.category ?? []).flatMap(codesOf).some((code) => pathway.categories.has(code))
}

/** The organisations behind the performers that are listed and in use, `Organization/<id>`, each once, in the order named. */
export function namedPerformers(request: ServiceRequest, circumstances: Circumstances): readonly string[] {
  const inUse = listedPerformers(request, circumstances).filter((listing) => isInUse(listing, circumstances.directory))
  return [...new Set(inUse.flatMap(({ organization }) => organization ?? []))]
}

const listedPerformers = ({ performer = [] }: ServiceRequest, { directory }: Circumstances): readonly Listing[] =>
  performer
    .flatMap(({ reference }) => (reference === undefined ? [] : (directory.listing(reference) ?? [])))
    .filter(({ organization }) => organization !== undefined)

/** The performers that may be listed but are not known yet, as references: worth looking up before deciding. */
export const unknownPerformers = (request: ServiceRequest, directory: Circumstances['directory']): readonly string[] =>
  (request.performer ?? []).flatMap((performer) => {
    const couldBeListed = localId(performer, 'HealthcareService') !== undefined || localId(performer, 'Organization') !== undefined
    return couldBeListed && performer.reference !== undefined && directory.listing(performer.reference) === undefined
      ? [performer.reference]
      : []
  })
