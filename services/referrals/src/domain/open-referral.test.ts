/** What is published at `/directory`, read again as any reader of Open Referral UK reads it. */
import type { HealthcareService, Location, Organization } from '@medplum/fhirtypes'
import fc from '@platform/testing/properties'
import t from 'tap'
import { toListing } from './directory.ts'
import { directoryOf } from '../../test/a-directory.ts'
import type { ListingFacts, Place } from './listings/facts.ts'
import { fromOpenReferral } from './listings/from-open-referral.ts'
import { toHealthcareService, toLocation } from './listings/to-fhir.ts'
import { ownServices, toService } from './open-referral.ts'

const words = fc.constantFrom('Neuro gym', 'Seated movement', 'Ymarfer cadair', '5 High Street', 'Pont-y-Garreg')
const lines = fc.array(words, { minLength: 1, maxLength: 2 })
const position = fc.record({ latitude: fc.constantFrom(53.1, 51.50001, 60.9), longitude: fc.constantFrom(-3.2, -0.1, 1.5) })

/** The kinds of place that a listing may have: coordinates alone, a postcode alone, an address in words alone, a name alone, and all of it. */
const place: fc.Arbitrary<Place> = fc.oneof(
  position,
  fc.record({ postcode: fc.constantFrom('QQ1 2CN', 'CH7 1AB') }),
  fc.record({ lines }),
  fc.record({ name: words }),
  fc
    .tuple(position, fc.record({ name: words, lines, city: words, postcode: fc.constantFrom('QQ1 2CN', 'CH7 1AB') }))
    .map(([at, address]) => ({ ...address, ...at })),
)

const facts: fc.Arbitrary<ListingFacts> = fc
  .record({
    name: words,
    places: fc.array(place, { maxLength: 4 }),
    terms: fc.uniqueArray(fc.constantFrom('exercise-class', 'hydrotherapy', 'peer-support'), { maxLength: 3 }),
    times: fc.array(
      fc.record(
        {
          start: fc.constantFrom('09:00:00', '14:30:00'),
          end: fc.constantFrom('10:00:00', '23:59:00'),
          days: fc.subarray(['mon', 'wed', 'sun'], { minLength: 1 }),
        },
        { requiredKeys: ['start'] },
      ),
      { maxLength: 3 },
    ),
    description: fc.option(fc.constantFrom('Tuesdays 10:30, 45 minutes, 12 places, £3.50.', 'Pwll ar 34 gradd'), { nil: undefined }),
    price: fc.option(fc.constantFrom(0, 4.5), { nil: undefined }),
    languages: fc.uniqueArray(fc.constantFrom('en', 'cy', 'en-GB'), { maxLength: 2 }),
  })
  .map(({ name, description, places, terms, times, price, languages }) => ({
    what: 'service' as const,
    name,
    open: true,
    organization: { name: 'Maes Hafan Leisure Centre', numbers: [] },
    ...(description === undefined ? {} : { description }),
    ...(places.length === 0 ? {} : { places }),
    ...(terms.length === 0 ? {} : { terms: terms.map((code) => ({ system: 'https://kinds.example', code, words: `Kind ${code}` })) }),
    ...(times.length === 0 ? {} : { times }),
    ...(price === undefined ? {} : { price, concession: price / 2 }),
    ...(languages.length === 0 ? {} : { languages }),
  }))

/** A listing of our own that says this. */
function ours(said: ListingFacts) {
  const locations = (said.places ?? []).map((one, index): Location => ({
    ...toLocation(one, `k${index}`, undefined),
    id: `place-${index}`,
  }))
  const organization: Organization = { resourceType: 'Organization', id: 'leisure', name: said.organization?.name ?? '' }
  const service: HealthcareService = {
    ...toHealthcareService(
      { facts: said, from: {}, sources: [] },
      { id: 'x', organization: 'Organization/leisure', places: locations.map(({ id }) => `Location/${id}`), silentSince: new Map() },
    ),
    id: '01a202fc-dcd4-857a-9773-6285ecf733ee',
  }
  const locationOf = (reference: string) => locations.find(({ id }) => reference === `Location/${id}`)
  return directoryOf([toListing(service, locationOf), toListing(organization)])
}

const published = (said: ListingFacts) => {
  const directory = ours(said)
  return ownServices(directory).map((one) => JSON.parse(JSON.stringify(toService(one, directory))) as Record<string, unknown>)
}

t.test('whatever a listing of ours says is published so that who reads it again reads the same, each place with what it has', (t) => {
  fc.assert(
    fc.property(facts, (said) => {
      const [one, ...others] = published(said)
      t.equal(others.length, 0)
      t.same(fromOpenReferral(one ?? {}), said)
    }),
  )
  t.end()
})

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Every object that is published, however deep. */
function* objectsIn(value: unknown): Generator<Record<string, unknown>> {
  if (Array.isArray(value)) for (const one of value) yield* objectsIn(one)
  else if (typeof value === 'object' && value !== null) {
    yield value as Record<string, unknown>
    for (const one of Object.values(value)) yield* objectsIn(one)
  }
}

t.test(
  'what is published has the forms of the standard: UUIDs, each once in its list and the same the next time; its words; nothing without a value',
  (t) => {
    fc.assert(
      fc.property(facts, (said) => {
        const [service = {}] = published(said)
        t.same(published(said), [service], 'the same the next time')
        for (const one of objectsIn(service)) {
          if (one['name'] !== 'Maes Hafan Leisure Centre') t.match(one['id'], UUID)
          if (one['latitude'] !== undefined || one['longitude'] !== undefined)
            t.same([typeof one['latitude'], typeof one['longitude']], ['number', 'number'])
          if ('address_type' in one)
            for (const part of ['address_1', 'city', 'state_province', 'postal_code', 'country']) t.type(one[part], 'string')
          for (const value of Object.values(one)) t.notOk(value === null || (Array.isArray(value) && value.length === 0))
          for (const list of Object.values(one).filter(Array.isArray)) {
            const ids = (list as { readonly id: string }[]).map(({ id }) => id)
            t.equal(new Set(ids).size, ids.length)
          }
        }
        for (const { location } of (service['service_at_locations'] ?? []) as { location: Record<string, unknown> }[])
          t.equal(location['location_type'], 'physical')
      }),
    )
    t.end()
  },
)

t.test('a description in which somebody can be reached is left out: the record does not say that this may be public', async (t) => {
  const described = (description: string) =>
    published({ what: 'service', name: 'Gym', open: true, description, organization: { name: 'Leisure', numbers: [] } })[0]?.['description']
  for (const words of ['Ring Sam on 01632 960129.', 'Ring (01632) 960-129 first', '+44 1632 960129', 'Ask sam@leisure.example'])
    t.equal(described(words), undefined, words)
  for (const words of ['Pool at 34 degrees, 12 places', 'Checked 3 August 2026, 10:30 to 11:15', 'Room 4 @ Maes Hafan'])
    t.equal(described(words), words)
})

t.test('a place keeps its ids when another one is put before it', (t) => {
  const hall = { postcode: 'QQ1 2CN' }
  const idsOf = (places: readonly Place[], at: number) => {
    const locations = places.map((one, index): Location => ({
      ...toLocation(one, 'k', undefined),
      id: one === hall ? 'hall' : `other-${index}`,
    }))
    const service: HealthcareService = {
      resourceType: 'HealthcareService',
      id: 'a',
      name: 'Gym',
      providedBy: { reference: 'Organization/leisure' },
      location: locations.map(({ id }) => ({ reference: `Location/${id}` })),
    }
    const directory = directoryOf([toListing(service, (reference) => locations.find(({ id }) => reference === `Location/${id}`))])
    const [one = {}] = ownServices(directory).map((listing) => toService(listing, directory))
    const its = one['service_at_locations'] as readonly { readonly id: string; readonly location: { readonly id: string } }[]
    return [its[at]?.id, its[at]?.location.id]
  }
  t.same(idsOf([hall], 0), idsOf([{ latitude: 53.1, longitude: -3.2 }, hall], 1))
  t.end()
})

t.test('HAZ-R81: nothing is published of an organisation that has closed, by the record or as another directory says', (t) => {
  const service: HealthcareService = {
    resourceType: 'HealthcareService',
    id: 'a',
    name: 'Gym',
    providedBy: { reference: 'Organization/leisure' },
  }
  const organization: Organization = { resourceType: 'Organization', id: 'leisure', name: 'Leisure' }
  const closure = [
    { url: 'by', valueString: 'NHS England' },
    { url: 'since', valueDateTime: '2026-11-04T10:00:00Z' },
  ]
  const count = (given: Partial<Organization>) =>
    ownServices(directoryOf([toListing(service, () => undefined), toListing({ ...organization, ...given })])).length
  t.same(
    [
      count({}),
      count({ active: false }),
      count({ extension: [{ url: 'https://handrail.example/fhir/StructureDefinition/organization-closure', extension: closure }] }),
    ],
    [1, 0, 0],
  )
  t.end()
})
