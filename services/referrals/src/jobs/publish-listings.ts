/** Says in the record what the listings say: services of feeds with the organisations and places that they name. What people wrote there stays. */
import type { BundleEntry, HealthcareService, Location, Organization } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import { summariseError } from '@platform/service/describe-error'
import type { Log } from '@platform/service/log'
import { SUCCESSOR, toHealthcareService, toLocation, toOrganization, withClosure, type Standing } from '../domain/listings/to-fhir.ts'
import { uuidFrom } from '../domain/bars/outbound-message.ts'
import type { Directory } from '../domain/directory.ts'
import { has, type Place } from '../domain/listings/facts.ts'
import { hasMoved, placeKeys } from '../domain/listings/moved.ts'
import { ownServicesIn } from '../domain/listings/own-service.ts'
import type { Feeds } from '../store/feeds/feeds.ts'
import type { InRecord, Listings, Unpublished } from '../store/feeds/listings.ts'
import type { FhirRecord } from '../store/record.ts'
import { organizationChanged, type OrganizationJobOptions } from './organization-changed.ts'

/** What publishing needs. */
export interface PublishOptions extends OrganizationJobOptions {
  readonly feeds: Pick<Feeds, 'all'>
  readonly listings: Pick<Listings, 'unpublished' | 'published' | 'doubtOwn' | 'doubtClosure'>
  readonly directory: OrganizationJobOptions['directory'] & Pick<Directory, 'all'>
  readonly clock: { now(): Date }
  readonly log: Log
  readonly record: Pick<FhirRecord, 'read' | 'transact'>
}

const AT_ONCE = 8

/**
 * Publishes so many listings. One that the record refuses keeps no other waiting: it is said in the log, stays to be published, and is tried again.
 *
 * @param after id of the listing to go on behind
 * @returns the id of the last one that was looked at; nothing where none is left behind it
 * @throws RECORD_UNAVAILABLE; what was published before stays so
 */
export async function publishListings(most: number, options: PublishOptions, after?: string): Promise<string | undefined> {
  const { feeds, listings, record, log } = options
  const waiting = await listings.unpublished(most, after)
  if (waiting.length === 0) return undefined
  const all = await feeds.all()
  const stopped = {
    silentSince: new Map(
      all.flatMap(({ name, failingSince, saidSilent }) =>
        saidSilent && failingSince !== undefined ? [[name, failingSince] as const] : [],
      ),
    ),
    pausedSince: new Map(all.flatMap(({ name, pausedAt }) => (pausedAt === undefined ? [] : [[name, pausedAt] as const]))),
  }
  const next = waiting.values()
  const changed = organizationChanged(options)
  const ownLike = ownServicesIn(options.directory)
  const publish = async (listing: Unpublished): Promise<void> => {
    const { entry, takeUp } =
      listing.what === 'service'
        ? await serviceBundle(listing, record, { ...stopped, at: options.clock.now() })
        : await organizationBundle(listing, record, options.clock.now())
    const answer = entry.length === 0 ? undefined : await record.transact({ resourceType: 'Bundle', type: 'transaction', entry })
    const written = (answer?.entry ?? []).map(({ response }) => ({
      reference: referenceIn(response?.location),
      created: response?.status.startsWith('201') === true,
    }))
    const at = takeUp(written)
    await listings.published(listing.id, listing.merged, at)
    // What this service writes is not told to it: that somebody has closed must be acted on here.
    const own = listing.what === 'service' && listing.record.service === undefined ? ownLike(listing.merged.facts) : undefined
    if (own !== undefined) await listings.doubtOwn(listing.id, own, options.clock.now())
    if (listing.what !== 'organization' || at.organization === undefined) return
    const { open } = listing.merged.facts
    const isTheirOwn = at.madeOrganization !== true
    // Found in the record just now: what is said of it is said at once.
    if (isTheirOwn && !open && listing.record.organization === undefined) return publish({ ...listing, record: at })
    if (isTheirOwn) await listings.doubtClosure(listing.id, { organization: at.organization, open }, options.clock.now())
    if (!open || entry.length > 0) await changed({ id: at.organization.slice('Organization/'.length) })
  }
  const work = async () => {
    for (const listing of next)
      await publish(listing).catch((error: unknown) => {
        if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
        log.warn({ event: 'listing.not-published', listing: listing.id, reason: summariseError(error) })
      })
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return waiting.length < most ? undefined : waiting.at(-1)?.id
}

interface Saying {
  readonly entry: BundleEntry[]
  /** Reads the answer: where the listing is in the record now. */
  readonly takeUp: (written: readonly { readonly reference: string; readonly created: boolean }[]) => InRecord
}

/** An entry that creates what is not there yet by its first identifier. */
function there(resource: Organization | Location | HealthcareService, key: string): BundleEntry & { readonly fullUrl: string } {
  const [{ system = '', value = '' } = {}] = resource.identifier ?? []
  const ifNoneExist = `identifier=${encodeURIComponent(`${system}|${value}`)}`
  return { fullUrl: `urn:uuid:${uuidFrom(key)}`, resource, request: { method: 'POST', url: resource.resourceType, ifNoneExist } }
}

async function organizationBundle(
  { id, merged, record: at, isOpenAllTheSame = false }: Unpublished,
  record: PublishOptions['record'],
  now: Date,
): Promise<Saying> {
  const { organization, places: [place] = [], open, successor } = merged.facts
  if (organization === undefined) return { entry: [], takeUp: () => at }
  const said = toOrganization(organization, `${id}-organization`, place, { open, successor })
  if (at.organization === undefined) {
    const takeUp: Saying['takeUp'] = ([made]) => ({ organization: made?.reference ?? '', madeOrganization: made?.created === true })
    return { entry: [there(said, `${id}-organization`)], takeUp }
  }
  const known = await record.read<Organization>(at.organization)
  if (known === undefined) return { entry: [], takeUp: () => at }
  if (at.madeOrganization !== true) {
    const [by = ''] = merged.sources.map(({ publisher }) => publisher)
    const resource = withClosure(known, open || isOpenAllTheSame ? undefined : { by, at: now, successor })
    const entry =
      resource === known ? [] : [{ resource, request: { method: 'PUT' as const, url: at.organization, ifMatch: versionOf(known) } }]
    return { entry, takeUp: () => at }
  }
  const { name = organization.name, active = true, address, extension = [] } = said
  const others = (known.extension ?? []).filter(({ url }) => url !== SUCCESSOR)
  const { extension: _before, ...rest } = known
  const resource: Organization = {
    ...rest,
    ...(others.length + extension.length === 0 ? {} : { extension: [...others, ...extension] }),
    name,
    active,
    ...(address === undefined ? {} : { address }),
  }
  return { entry: [{ resource, request: { method: 'PUT', url: at.organization, ifMatch: versionOf(known) } }], takeUp: () => at }
}

async function serviceBundle(
  { id, merged: asMerged, record: at, ownIs }: Unpublished,
  record: PublishOptions['record'],
  { at: now, ...stopped }: Pick<Standing, 'silentSince' | 'pausedSince'> & { readonly at: Date },
): Promise<Saying> {
  // Where a person has said that it is one of our own, ours is offered and this is not.
  const merged = ownIs === undefined ? asMerged : { ...asMerged, facts: { ...asMerged.facts, open: false } }
  const { organization: named, places = [] } = merged.facts
  const known = at.service === undefined ? undefined : await record.read<HealthcareService>(at.service)
  const entry: BundleEntry[] = []
  const add = (one: BundleEntry & { readonly fullUrl: string }): string => {
    entry.push(one)
    return one.fullUrl
  }
  const key = `${id}-organization`
  const organization = at.organization ?? (named === undefined ? undefined : add(there(toOrganization(named, key), key)))
  const placed = places.map((place, index) => {
    const location = toLocation(place, `${id}-${index}`, organization)
    const url = at.places?.[index]
    if (url === undefined) return add(there(location, `${id}-${index}`))
    entry.push({ resource: { ...location, id: url.slice(url.indexOf('/') + 1) }, request: { method: 'PUT', url } })
    return url
  })
  const said = placeKeys(places)
  const before = known === undefined ? [] : (at.saidPlaces ?? placeKeys(await placesIn(at.places ?? [], record)))
  const moved = hasMoved(before, said) ? { movedOn: new Date(now.getTime() + HOUR_MS).toISOString().slice(0, 10) } : {}
  const standing = { id, places: placed, ...stopped, ...moved, ...(organization === undefined ? {} : { organization }) }
  const service = toHealthcareService(merged, standing, known)
  if (known === undefined) add(there(service, id))
  else entry.push({ resource: service, request: { method: 'PUT', url: `HealthcareService/${known.id}`, ifMatch: versionOf(known) } })
  return {
    entry,
    takeUp: (written) => {
      const of = (type: string) => written.map(({ reference }) => reference).filter((reference) => reference.startsWith(`${type}/`))
      const its = at.organization ?? of('Organization')[0]
      return {
        service: of('HealthcareService')[0] ?? '',
        places: of('Location'),
        saidPlaces: said,
        ...(its === undefined ? {} : { organization: its }),
      }
    },
  }
}

/** In the United Kingdom the day begins up to an hour before it does in UTC. */
const HOUR_MS = 3_600_000

/** The places of a service as the record has them. */
async function placesIn(references: readonly string[], record: PublishOptions['record']): Promise<readonly Place[]> {
  const locations = await Promise.all(references.map((reference) => record.read<Location>(reference)))
  return locations.flatMap((location) => {
    if (location === undefined) return []
    const { name, address: { line: lines, city, postalCode: postcode } = {}, position: { latitude, longitude } = {} } = location
    return [
      {
        ...has('name', name),
        ...has('lines', lines),
        ...has('city', city),
        ...has('postcode', postcode),
        ...has('latitude', latitude),
        ...has('longitude', longitude),
      },
    ]
  })
}

const versionOf = ({ meta }: Organization | HealthcareService): string => `W/"${meta?.versionId ?? ''}"`

/** `Type/id` in `…/Type/id/_history/version`, absolute or relative. */
const referenceIn = (location: string | undefined): string =>
  /([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]+)?$/.exec(location ?? '')?.[1] ?? ''
