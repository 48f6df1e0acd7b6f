/** A directory that is filled by feeds: the record says what was read. */
import type { HealthcareService } from '@medplum/fhirtypes'
import { outbound } from '@platform/service/outbound'
import type { TestScope } from '@platform/testing/database'
import { feedServer } from '@platform/testing/feed-server'
import { FEED_ID } from '../src/domain/matching/feed-state.ts'
import { feedJobs } from '../src/jobs/feeds.ts'
import { pageSource } from '../src/store/feeds/page-source.ts'
import { testHub } from './a-hub.ts'

export const ODS = 'https://fhir.nhs.uk/Id/ods-organization-code'
export const EXTENSION = 'https://handrail.example/fhir/StructureDefinition'
/** When a person decides about a listing. */
export const DECIDED_AT = new Date('2026-11-18T09:00:00Z')

/** Publishers that listen, and hubs that list what they say. */
export async function publishers(t: TestScope) {
  const http = outbound({ allow: [], loopback: true })
  t.teardown(() => http[Symbol.dispose]())
  return { publisher: await feedServer(t), aDirectory: (one: TestScope) => aDirectory(one, http) }
}

async function aDirectory(t: TestScope, http: ReturnType<typeof outbound>) {
  const hub = await testHub(t)
  await hub.database.query({
    text: 'TRUNCATE referrals.feed, referrals.listing, referrals.listing_doubt, referrals.listing_source, referrals.listing_key CASCADE',
  })
  const { feeds: kept, listings } = hub.dependencies
  const work = feedJobs({ ...hub.dependencies, pages: pageSource(http) })
  const add = async (name: string, type: 'rpde' | 'oruk', url: string) => {
    const feed = await kept.add(
      { name, type, url, publisher: `Publisher of ${name}`, owner: 'directory-manager', everyS: 300 },
      hub.dependencies.clock.now(),
    )
    return async () => {
      await work.read(feed?.number ?? 0)
      await work.tend()
    }
  }
  const services = () =>
    hub.record
      .all<HealthcareService>('HealthcareService')
      .filter(({ identifier = [] }) => identifier.some(({ system }) => system === FEED_ID))
  return { hub, kept, listings, add, services, work }
}

/** A service as a council publishes it. */
export const council = (id: string, name: string, given: Record<string, unknown> = {}) => ({
  id,
  name,
  status: 'active',
  organization: { id: 'o', name: 'Pont-y-Garreg council' },
  service_at_locations: [{ location: { latitude: 53.2, longitude: -3.04, addresses: [{ postal_code: 'QQ1 2CN' }] } }],
  ...given,
})

/** Where it is. */
export const at = (postcode: string) => ({ service_at_locations: [{ location: { addresses: [{ postal_code: postcode }] } }] })
