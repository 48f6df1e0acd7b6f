/** A directory of listings that a test gives, for what is decided without a record. What the service runs on is `store/directory.ts`. */
import type { Directory, Listing } from '../src/domain/directory.ts'

/** A directory of these listings; the last of two with the same reference counts. */
export function directoryOf(listings: Iterable<Listing>): Directory {
  const byReference = new Map<string, Listing>()
  for (const listing of listings) byReference.set(listing.reference, listing)
  const byIdentifier = new Map<string, Listing>()
  for (const listing of byReference.values()) for (const identifier of listing.identifiers) byIdentifier.set(identifier, listing)
  const all = [...byReference.values()]
  const byOrganization = Map.groupBy(all, ({ organization }) => organization ?? '')
  return {
    ofOrganization: (organization) => byOrganization.get(organization) ?? [],
    offering: (code) => all.filter(({ offers }) => offers.has(code)),
    listing: (reference) => byReference.get(reference),
    identified: (identifier) => byIdentifier.get(identifier),
    all: () => all,
  }
}
