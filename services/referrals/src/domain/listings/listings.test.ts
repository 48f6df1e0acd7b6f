import fc from '@platform/testing/properties'
import t from 'tap'
import type { ListingFacts } from './facts.ts'
import { fromOpenActive } from './from-openactive.ts'
import { fromOpenReferral } from './from-open-referral.ts'
import { DOUBTFUL, keysOf, likenessOf, SURE } from './likeness.ts'
import { merge, type Source } from './merge.ts'
import { readOds } from './ods-pages.ts'
import { factsOfOriginal } from './original.ts'
import { readRpde } from './rpde.ts'
import { toHealthcareService } from './to-fhir.ts'

const service = (name: string, given: { postcode?: string; numbers?: readonly string[] } & Partial<ListingFacts> = {}): ListingFacts => {
  const { postcode, numbers, ...rest } = given
  return {
    what: 'service',
    name,
    open: true,
    ...(postcode === undefined ? {} : { places: [{ postcode }] }),
    ...(numbers === undefined ? {} : { organization: { name: 'Somebody', numbers } }),
    ...rest,
  }
}

t.test('an Open Referral UK 3.0 service is read with what it states, and nothing that it does not', (t) => {
  t.same(
    fromOpenReferral({
      id: 'a',
      name: ' Chair exercise ',
      status: 'active',
      assured_date: '2026-09-01',
      minimum_age: 18,
      organization: { id: 'o', name: 'A charity', organization_identifiers: [{ identifier_scheme: 'GB-CHC', identifier: '1234567' }] },
      service_at_locations: [
        {
          location: {
            name: 'The hall',
            latitude: '53.1',
            longitude: -3.2,
            addresses: [{ address_1: '1 High Street', city: 'Pont-y-Garreg', postal_code: 'qq1 2cn' }],
            accessibility: [{ description: 'Ramp at the side' }],
          },
        },
      ],
      schedules: [{ opens_at: '10:30', closes_at: '11:30', byday: 'TU,TH' }],
      cost_options: [{ amount: 5 }, { option: 'Concession', amount: 3.5 }],
      attributes: [{ taxonomy_term: { code: 'c1', name: 'Exercise', taxonomy: 'http://vocabulary.example' } }],
      languages: [{ code: 'cy' }, { name: 'English' }],
    }),
    {
      what: 'service',
      name: 'Chair exercise',
      open: true,
      organization: { name: 'A charity', numbers: ['GB-CHC-1234567'] },
      places: [{ name: 'The hall', lines: ['1 High Street'], city: 'Pont-y-Garreg', postcode: 'QQ1 2CN', latitude: 53.1, longitude: -3.2 }],
      terms: [{ system: 'http://vocabulary.example', code: 'c1', words: 'Exercise' }],
      times: [{ days: ['tue', 'thu'], start: '10:30:00', end: '11:30:00' }],
      price: 5,
      concession: 3.5,
      ageFrom: 18,
      languages: ['cy'],
      access: 'Ramp at the side',
      assuredOn: '2026-09-01',
    },
  )
  t.equal(fromOpenReferral({ id: 'a', name: 'Shut', status: 'defunct' })?.open, false)
  t.equal(fromOpenReferral({ id: 'a' }), undefined)
  t.end()
})

t.test('a version 1.0 service says the same in older words', (t) => {
  t.match(
    fromOpenReferral({
      id: 'a',
      name: 'Lunch club',
      eligibilitys: [{ minimum_age: 50 }],
      service_at_locations: [{ location: { physical_addresses: [{ postal_code: 'QQ1 1AA' }] } }],
      service_taxonomys: [{ taxonomy: { id: 'lgss:1', name: 'Lunch', vocabulary: 'esdServiceTypes' } }],
      regular_schedules: [{ weekday: 'MO', opens_at: '12:00', closes_at: '14:00' }],
    }),
    {
      ageFrom: 50,
      places: [{ postcode: 'QQ1 1AA' }],
      terms: [{ system: 'esdServiceTypes', code: 'lgss:1' }],
      times: [{ days: ['mon'], start: '12:00:00' }],
    },
  )
  t.end()
})

t.test('an OpenActive series is read; an activity of the table is a kind of ours as well, any other is not', (t) => {
  const read = fromOpenActive({
    '@type': 'SessionSeries',
    name: 'Seated movement',
    organizer: { name: 'A leisure trust' },
    location: { address: { postalCode: 'QQ1 2CN' }, geo: { latitude: 53.1, longitude: -3.2 } },
    activity: [
      {
        '@id': 'https://openactive.io/activity-list#ee3cf3ee-082e-4f53-9cb2-3ef0589497ed',
        prefLabel: 'Chair Based Exercise',
        inScheme: 'https://openactive.io/activity-list',
      },
    ],
    offers: [
      { price: 4, priceCurrency: 'GBP' },
      { name: 'Concession', price: 2, priceCurrency: 'GBP' },
    ],
    ageRange: { minValue: 16, maxValue: 0 },
    eventSchedule: [{ byDay: ['https://schema.org/Tuesday'], startTime: '10:00', endTime: '11:00' }],
    accessibilitySupport: [{ prefLabel: 'Physical Impairment' }],
  })
  t.match(read, {
    price: 4,
    concession: 2,
    ageFrom: 16,
    ageTo: undefined,
    times: [{ days: ['tue'], start: '10:00:00', end: '11:00:00' }],
    access: 'Physical Impairment',
    terms: [{ code: 'ee3cf3ee-082e-4f53-9cb2-3ef0589497ed' }, { code: 'exercise-class' }],
  })
  t.equal(fromOpenActive({ name: 'Football', activity: [{ '@id': 'x#football', prefLabel: 'Football' }] })?.terms?.length, 1)
  t.end()
})

t.test('two are one by number and name or by postcode and name; what is only alike is for a person', (t) => {
  const here = { postcode: 'QQ1 2CN' }
  const charity = { numbers: ['GB-CHC-1'] }
  const score = (one: ListingFacts, other: ListingFacts) => likenessOf(one, other).score
  t.ok(score(service('Neuro gym', charity), service('The Neuro Gym', charity)) >= SURE)
  t.ok(score(service('Neuro gym', here), service('Neuro Gym', { postcode: 'qq12cn' })) >= SURE)
  const decides = [
    [service('Neuro gym', { ...charity, ...here }), service('Neuro gym', { ...charity, postcode: 'QQ9 9ZZ' })],
    [service('Neuro gym', here), service('Neuro gym and pool', here)],
    // B-27: two documents give different numbers for one charity.
    [service('Neuro gym', { ...here, ...charity }), service('Neuro gym', { ...here, numbers: ['GB-CHC-2'] })],
  ] as const
  for (const [one, other] of decides) t.ok(score(one, other) >= DOUBTFUL && score(one, other) < SURE, likenessOf(one, other).says)
  t.equal(score(service('Neuro gym', here), service('Lunch club', here)), 0)
  t.equal(score(service('Neuro gym'), service('Neuro gym')), 0, 'a name alone says nothing')
  t.end()
})

const someService = fc
  .record({
    name: fc.constantFrom('Neuro gym', 'The neuro gym', 'Neuro gym and pool', 'Lunch club', 'Clwb cinio', '…'),
    postcode: fc.option(fc.constantFrom('QQ1 2CN', 'qq12cn', 'QQ2 4NR'), { nil: undefined }),
    numbers: fc.option(fc.uniqueArray(fc.constantFrom('GB-CHC-1', 'GB-CHC-2', 'GB-COH-1', 'ODS-RX1'), { maxLength: 2 }), {
      nil: undefined,
    }),
  })
  .map(({ name, postcode, numbers }) =>
    service(name, { ...(postcode === undefined ? {} : { postcode }), ...(numbers === undefined ? {} : { numbers }) }),
  )

t.test('likeness is the same from both sides, and two that are alike find each other by a key', (t) => {
  fc.assert(
    fc.property(someService, someService, (one, other) => {
      t.same(likenessOf(one, other), likenessOf(other, one))
      if (likenessOf(one, other).score >= DOUBTFUL) t.ok(keysOf(one).some((key) => keysOf(other).includes(key)))
    }),
    { numRuns: 300 },
  )
  t.end()
})

const source = (feed: string, type: Source['type'], facts: ListingFacts): Source => ({
  feed,
  type,
  publisher: `${feed} publisher`,
  licence: 'CC BY 4.0',
  facts,
})

t.test('field by field what was checked last counts, and each field keeps its source', (t) => {
  const merged = merge([
    source('leisure', 'rpde', service('Gym', { price: 4, ageFrom: 16 })),
    source('council', 'oruk', service('Gym at the hall', { price: 5, assuredOn: '2026-09-01' })),
    source('charity', 'oruk', service('Gym', { price: 6, phone: '01632 960001', assuredOn: '2025-01-01' })),
  ])
  t.match(merged, {
    facts: { name: 'Gym at the hall', price: 5, ageFrom: 16, phone: '01632 960001' },
    from: { name: 'council', price: 'council', ageFrom: 'leisure', phone: 'charity' },
    sources: [{ feed: 'council' }, { feed: 'charity' }, { feed: 'leisure' }],
  })
  t.end()
})

t.test('the order in which originals arrive does not count, and nothing is said that no original says', (t) => {
  const some = fc.array(
    fc.tuple(
      fc.constantFrom('a', 'b', 'c', 'd'),
      fc.constantFrom('oruk', 'rpde', 'ods'),
      someService,
      fc.option(fc.constantFrom('2026-01-01', '2026-05-01'), { nil: undefined }),
    ),
    { minLength: 1, maxLength: 4 },
  )
  fc.assert(
    fc.property(some, (given) => {
      const sources = [...new Map(given.map((one) => [one[0], one])).values()].map(([feed, type, facts, assuredOn]) =>
        source(feed, type as Source['type'], { ...facts, ...(assuredOn === undefined ? {} : { assuredOn }) }),
      )
      const merged = merge(sources)
      t.same(merge(sources.toReversed()), merged)
      for (const [field, feed] of Object.entries(merged?.from ?? {})) {
        const said = sources.find((one) => one.feed === feed)?.facts as unknown as Record<string, unknown>
        t.same((merged as { facts: unknown } as { facts: Record<string, unknown> }).facts[field], said[field])
      }
    }),
    { numRuns: 200 },
  )
  t.end()
})

t.test('what people wrote of a service stays when its publisher says something new; what the publisher takes back goes', (t) => {
  const before = merge([source('leisure', 'rpde', service('Gym', { description: 'Old words', price: 4 }))])
  const after = merge([source('leisure', 'rpde', service('Gym', { price: 5 }))])
  if (before === undefined || after === undefined) throw new Error('Nothing was merged.')
  const standing = { id: 'x', places: [], silentSince: new Map() }
  const confirmed = {
    url: 'https://handrail.example/fhir/StructureDefinition/service-confirmed',
    extension: [{ url: 'on', valueDate: '2026-10-01' }],
  }
  const first = toHealthcareService(before, standing)
  const known = { ...first, id: 's', category: [{ text: 'Ours' }], extension: [...(first.extension ?? []), confirmed] }
  const next = toHealthcareService(after, standing, known)
  t.match(next, { id: 's', category: [{ text: 'Ours' }], comment: undefined })
  t.ok(next.extension?.some(({ url }) => url === confirmed.url))
  t.same(
    next.extension?.filter(({ url }) => url.endsWith('service-cost')).map(({ extension }) => extension?.[0]?.valueMoney?.value),
    [5],
  )
  t.end()
})

t.test(
  'hostile values: no half characters, no price below nothing or in another currency, no day that is in no calendar or to come',
  (t) => {
    const said = {
      name: `${'a'.repeat(3_999)}\u{1F600}`,
      assured_date: '2026-02-30',
      description: 'half \ud800 a character',
      cost_options: [{ amount: -5 }, { amount: 7, currency: 'EUR' }, { amount: 4.999 }, { option: 'concession', amount: -1 }],
    }
    const facts = fromOpenReferral(said)
    t.ok(facts?.name.isWellFormed() && facts.description?.isWellFormed())
    t.match(facts, { price: 5, concession: undefined, assuredOn: undefined })
    t.match(fromOpenActive({ name: 'x', offers: [{ price: -3 }, { price: '6.50' }] }), { price: 6.5 })
    const at = new Date('2026-11-18T09:00:00Z')
    const assured = (on: string) => factsOfOriginal('oruk', JSON.stringify({ id: 'a', name: 'x', assured_date: on }), at)?.assuredOn
    t.same(['2026-11-18', '2026-11-19', '2099-01-01'].map(assured), ['2026-11-18', undefined, undefined])
    t.end()
  },
)

t.test('an item whose id or text no database holds is refused by itself, whatever kind of feed it is in', (t) => {
  const nul = String.raw`"\u0000"`
  const entry = (id: string, name: string) => `{"resource":{"resourceType":"Organization","id":${id},"name":${name}}}`
  const bundle = `{"resourceType":"Bundle","entry":[${entry('"A1"', nul)},${entry(nul, '"x"')},${entry('"A2"', '"Fine"')}]}`
  const ods = readOds(bundle, { address: 'https://ods.example/?_offset=0', pass: 1 })
  t.same([ods.items.map(({ id }) => id), ods.refused.map(({ rule }) => rule)], [['A2'], ['null-character', 'id-unreadable']])
  const item = (kind: string, modified: string) => `{"id":"1","kind":${kind},"state":"deleted","modified":${modified}}`
  const page = `{"next":"https://p.example/?a","items":[${item(nul, '1')},${item('"Event"', nul)},${item(String.raw`"\ud800"`, '2')},${item('"Event"', '3')}]}`
  const rpde = readRpde(page, { address: 'https://p.example/' })
  t.same([rpde.items.length, rpde.refused.map(({ rule }) => rule)], [1, ['null-character', 'null-character', 'null-character']])
  t.end()
})
