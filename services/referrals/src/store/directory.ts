/** The directory of the record, in memory: loaded at start, kept from changes, looked up when a request names somebody unknown. */
import type { HealthcareService, Location, Organization } from '@medplum/fhirtypes'
import { toListing, type Directory, type Listing } from '../domain/directory.ts'
import type { FhirRecord } from './record.ts'

/** The directory, and what keeps it true. */
export interface ServiceDirectory extends Directory {
  /** Reads every listing that was changed since the last time; all of them the first time. */
  refresh(): Promise<void>
  /** Reads one listing or the place of some, `HealthcareService/<id>`, `Organization/<id>` or `Location/<id>`, as it is now. */
  hear(reference: string): Promise<void>
  /** Looks up those of these references that are not listed yet. What the record does not have either is not asked for again for a while. */
  lookUp(references: readonly string[]): Promise<void>
}

const ABSENT_FOR_MS = 10_000
// Two clocks may differ, and a transaction may commit after a later one: what changed shortly before is read again.
const OVERLAP_MS = 60_000

/**
 * Opens the directory. It is empty until `refresh`.
 *
 * @param nowMs real time: the record's own `lastUpdated` is compared with it
 */
export function openDirectory(record: FhirRecord, { nowMs = Date.now }: { nowMs?: () => number } = {}): ServiceDirectory {
  const byReference = new Map<string, Listing>()
  const byIdentifier = new Map<string, Listing>()
  const byOffer = new Map<string, Map<string, Listing>>()
  const locations = new Map<string, Location>()
  // The services of a place, so that a place that moves moves them.
  const servicesAt = new Map<string, Map<string, HealthcareService>>()
  const placesOf = new Map<string, readonly string[]>()
  const byOrganization = new Map<string, Map<string, Listing>>()
  const absentUntil = new Map<string, number>()
  let refreshedAtMs: number | undefined

  const forget = (reference: string) => {
    for (const identifier of byReference.get(reference)?.identifiers ?? []) {
      if (byIdentifier.get(identifier)?.reference === reference) byIdentifier.delete(identifier)
    }
    for (const at of placesOf.get(reference) ?? []) servicesAt.get(at)?.delete(reference)
    placesOf.delete(reference)
    for (const code of byReference.get(reference)?.offers.keys() ?? []) byOffer.get(code)?.delete(reference)
    byOrganization.get(byReference.get(reference)?.organization ?? '')?.delete(reference)
    byReference.delete(reference)
  }

  const list = (resource: HealthcareService | Organization) => {
    const listing = toListing(resource, (reference) => locations.get(reference))
    forget(listing.reference)
    absentUntil.delete(listing.reference)
    byReference.set(listing.reference, listing)
    for (const identifier of listing.identifiers) byIdentifier.set(identifier, listing)
    for (const code of listing.offers.keys()) {
      const its = byOffer.get(code) ?? new Map<string, Listing>()
      byOffer.set(code, its.set(listing.reference, listing))
    }
    if (resource.resourceType === 'HealthcareService') {
      placesOf.set(
        listing.reference,
        (resource.location ?? []).flatMap(({ reference }) => reference ?? []),
      )
      for (const { reference = '' } of resource.location ?? []) {
        const its = servicesAt.get(reference) ?? new Map<string, HealthcareService>()
        servicesAt.set(reference, its.set(listing.reference, resource))
      }
    }
    if (listing.organization === undefined) return
    const its = byOrganization.get(listing.organization) ?? new Map<string, Listing>()
    byOrganization.set(listing.organization, its.set(listing.reference, listing))
  }

  const place = (location: Location) => {
    const reference = `Location/${location.id}`
    locations.set(reference, location)
    // A copy: listing a service again moves it to the end of the very map that would be walked through.
    const here = [...(servicesAt.get(reference)?.values() ?? [])]
    for (const service of here) list(service)
  }

  const hear = async (reference: string) => {
    const resource = await record.read<HealthcareService | Organization | Location>(reference)
    if (resource?.resourceType === 'Location') return place(resource)
    if (resource === undefined) {
      forget(reference)
      absentUntil.set(reference, nowMs() + ABSENT_FOR_MS)
    } else list(resource)
  }

  return {
    listing: (reference) => byReference.get(reference),
    identified: (identifier) => byIdentifier.get(identifier),
    ofOrganization: (organization) => [...(byOrganization.get(organization)?.values() ?? [])],
    offering: (code) => byOffer.get(code)?.values() ?? [],
    all: () => [...byReference.values()],
    async refresh() {
      const startedAtMs = nowMs()
      const since: Record<string, string> =
        refreshedAtMs === undefined ? {} : { _lastUpdated: `ge${new Date(refreshedAtMs - OVERLAP_MS).toISOString()}` }
      const [places, organizations, services] = await Promise.all([
        record.search<Location>('Location', since),
        record.search<Organization>('Organization', since),
        record.search<HealthcareService>('HealthcareService', since),
      ])
      for (const location of places) place(location)
      for (const resource of [...organizations, ...services]) list(resource)
      refreshedAtMs = startedAtMs
      for (const [reference, until] of absentUntil) if (until <= startedAtMs) absentUntil.delete(reference)
    },
    hear,
    async lookUp(references) {
      const unknown = references.filter((reference) => !byReference.has(reference) && (absentUntil.get(reference) ?? 0) <= nowMs())
      for (const reference of unknown) await hear(reference)
    },
  }
}
