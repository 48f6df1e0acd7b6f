import { readFile } from 'node:fs/promises'
import type { CodeSystem, Extension, HealthcareService, Location, ServiceRequest } from '@medplum/fhirtypes'
import { packageFolder } from '@handrail/fhir-profiles/package'
import { loadHarmWarnings } from '@handrail/fhir-profiles/pathway'
import fc from '@platform/testing/properties'
import t from 'tap'
import { aReferral } from '../../../test/a-need.ts'
import { toListing } from '../directory.ts'
import { directoryOf } from '../../../test/a-directory.ts'
import { outwardOf } from './asked.ts'
import { effectsOf, type Facet, type FacetEffect } from './effects.ts'
import { FEED_ID, type FeedState } from './feed-state.ts'
import { EXCLUDED_SHOWN, match } from './match.ts'
import { published } from './screening-out.ts'
import { LANGUAGES, matchingWords } from './words.ts'

const AT = new Date('2026-10-01T10:00:00Z')
const BASE = 'https://handrail.example/fhir/StructureDefinition'
const KIND = 'https://handrail.example/fhir/CodeSystem/service-kind'
const HOME = '53.10,-3.20'
const warnings = await loadHarmWarnings()

const extension = (name: string, ...parts: Extension[]): Extension => ({ url: `${BASE}/${name}`, extension: parts })
const attribute = (code: string, value: Partial<Extension>) =>
  extension('service-attribute', { url: 'attribute', valueCode: code }, { url: 'value', ...value })
const confirmed = extension('service-confirmed', { url: 'on', valueDate: '2026-08-03' })

/** A class somewhere, confirmed in August, unless said otherwise. */
const aClass = (id: string, given: Partial<HealthcareService> = {}, at?: { latitude: number; longitude: number }) => {
  const place: Location = { resourceType: 'Location', id, ...(at === undefined ? {} : { position: at }) }
  const service: HealthcareService = {
    resourceType: 'HealthcareService',
    id,
    name: id,
    providedBy: { reference: 'Organization/leisure' },
    type: [{ coding: [{ system: KIND, code: 'exercise-class', display: 'Exercise class' }] }],
    location: [{ reference: `Location/${id}` }],
    extension: [confirmed],
    ...given,
  }
  return toListing(service, () => place)
}
const wants = (...criteria: Extension[]): ServiceRequest =>
  aReferral({
    code: { coding: [{ system: KIND, code: 'exercise-class' }] },
    extension: [{ url: `${BASE}/request-criteria`, extension: criteria }],
  })
const ask = (request: ServiceRequest, listings: ReturnType<typeof aClass>[], given: Parameters<typeof match>[1] = {}) =>
  match(request, given, { at: AT, directory: directoryOf(listings), warnings })
const says = (reasons: readonly { rule: string; says: string }[], rule: string) =>
  reasons.filter((one) => one.rule === rule).map((one) => one.says)

t.test('the reasons are told in Welsh, and are the same ones; a warning of harm stays as its author wrote it', async (t) => {
  const request = wants(
    { url: 'avoidAfter', valueTime: '15:00:00' },
    { url: 'precaution', valueCode: 'heat-sensitive' },
    { url: 'accessNeed', valueCode: 'hoist' },
    { url: 'language', valueCode: 'cy' },
    { url: 'age', valueUnsignedInt: 50 },
    { url: 'condition', valueCode: 'ms' },
    { url: 'costAtMost', valueMoney: { value: 4, currency: 'GBP' } },
  )
  const listings = [
    aClass('bare', { extension: [] }),
    aClass('far', {}, { latitude: 51, longitude: -3 }),
    aClass('late', { availableTime: [{ availableStartTime: '16:00:00' }], active: false }),
    aClass(
      'pool',
      {
        communication: [{ coding: [{ system: 'urn:ietf:bcp:47', code: 'cy' }] }],
        extension: [
          confirmed,
          attribute('temperature', { valueQuantity: { value: 34, unit: '°C' } }),
          attribute('hoist', { valueBoolean: true }),
          extension('service-cost', { url: 'price', valueMoney: { value: 5, currency: 'GBP' } }),
          extension('service-eligibility', { url: 'ageFrom', valueUnsignedInt: 18 }, { url: 'catchment', valueString: 'CH5' }),
        ],
      },
      { latitude: 53.1, longitude: -3.2 },
    ),
  ]
  const [english, welsh] = (['en', 'cy'] as const).map((language) => ask(request, listings, { near: HOME, language }))
  const reasons = (matched = english) =>
    [...matched!.options, ...matched!.excluded].flatMap(({ listing, for: pro, against }) =>
      [...pro, ...against].map(({ rule, says }) => ({ of: `${listing.name} ${rule}`, rule, says })),
    )
  t.same(
    reasons(welsh).map(({ of }) => of),
    reasons().map(({ of }) => of),
  )
  for (const [index, { rule, says }] of reasons(welsh).entries()) t.equal(says === reasons()[index]?.says, rule === 'harm', says)
  t.same(says(welsh!.options[0]!.for, 'confirmed'), ['Fe’i cadarnhawyd ar 3 Awst 2026.'])
  t.same(says(welsh!.options[0]!.for, 'language'), ['Mae’n cynnig: Cymraeg.'])
})

t.test('every access need that a listing can state has its words in both languages', async (t) => {
  const { concept = [] } = JSON.parse(await readFile(`${packageFolder}/CodeSystem-access-attribute.json`, 'utf8')) as CodeSystem
  for (const language of LANGUAGES)
    for (const { code } of concept) t.type(matchingWords(language).needs[code], 'string', `${language} ${code}`)
})

t.test(
  'story 1: a class after 15:00 clashes with fatigue, a pool of 34 degrees is warned of; each reason names rule and source',
  async (t) => {
    const request = wants({ url: 'avoidAfter', valueTime: '15:00:00' }, { url: 'precaution', valueCode: 'heat-sensitive' })
    const late = aClass('late', { availableTime: [{ availableStartTime: '16:00:00' }] })
    const cool = aClass('cool', { availableTime: [{ availableStartTime: '10:30:00' }] })
    const pool = aClass('pool', { extension: [confirmed, attribute('temperature', { valueQuantity: { value: 34, unit: '°C' } })] })
    const { options, note } = ask(request, [late, cool, pool])
    t.same(
      options.map(({ listing }) => listing.name),
      ['cool', 'late', 'pool'],
    )
    t.equal(note, undefined)
    t.same(says(options[1]!.against, 'time-of-day'), ['It is offered at 16:00: that clashes with the times to be avoided.'])
    t.match(
      says(options[2]!.against, 'harm')[0],
      'The person is heat-sensitive: check the temperature with who knows them. (34 °C) This warning is a draft.',
    )
    t.equal(options[2]!.excluded, false, 'a warning never blocks')
    for (const { for: pro, against } of options) for (const reason of [...pro, ...against]) t.ok(reason.rule !== '' && reason.source !== '')
  },
)

t.test('a warning needs both facts: without the precaution, or without the attribute, nothing is said', async (t) => {
  const pool = aClass('pool', { extension: [confirmed, attribute('temperature', { valueQuantity: { value: 34, unit: '°C' } })] })
  t.same(says(ask(wants(), [pool]).options[0]!.against, 'harm'), [])
  t.same(says(ask(wants({ url: 'precaution', valueCode: 'heat-sensitive' }), [aClass('plain')]).options[0]!.against, 'harm'), [])
})

t.test('distance is told in miles; far away is counted and not listed; unknown is a reason against and excludes nobody', async (t) => {
  const near = aClass('near', {}, { latitude: 53.12, longitude: -3.2 })
  const far = aClass('far', {}, { latitude: 51.5, longitude: -0.1 })
  const nowhere = aClass('nowhere')
  const { options, excluded, elsewhere } = ask(wants(), [near, far, nowhere], { near: HOME })
  t.same(
    options.map(({ listing }) => listing.name),
    ['near', 'nowhere'],
  )
  t.same(says(options[0]!.for, 'distance'), ['It is 1.4 miles as the crow flies away.'])
  t.same(says(options[1]!.against, 'distance'), ['How far away it is, is not known.'])
  t.same([excluded.length, [...elsewhere]], [0, [['distance', 1]]])
  t.match(says(ask(wants(), [near], { near: 'CH7 1AB' }).options[0]!.against, 'distance')[0], /no coordinates of postcodes are held here/)
})

t.test('what a listing states against it excludes, with the words; what it does not state is unknown', async (t) => {
  const request = wants(
    { url: 'accessNeed', valueCode: 'hoist' },
    { url: 'age', valueUnsignedInt: 16 },
    { url: 'condition', valueCode: 'multiple-sclerosis' },
  )
  const eligibility = extension(
    'service-eligibility',
    { url: 'ageFrom', valueUnsignedInt: 18 },
    { url: 'condition', valueCode: 'parkinsons' },
  )
  const without = aClass('without', { extension: [confirmed, eligibility, attribute('hoist', { valueBoolean: false })] })
  const silent = aClass('silent')
  const { options, excluded } = ask(request, [without, silent])
  t.same(
    options.map(({ listing }) => listing.name),
    ['silent'],
  )
  t.same(says(options[0]!.against, 'access'), ['Whether there is a hoist is not known.'])
  t.same(excluded[0]!.excludedBy, ['age', 'condition', 'access'])
  t.same(says(excluded[0]!.against, 'access'), ['There is no hoist.'])
})

t.test('catchments: North Wales to Cheshire and Merseyside works, by outward postcode or area', async (t) => {
  const serves = (...areas: string[]) =>
    aClass('c', {
      extension: [confirmed, extension('service-eligibility', ...areas.map((valueString) => ({ url: 'catchment', valueString })))],
    })
  t.same(ask(wants(), [serves('CH', 'LL')], { near: 'CH7 1AB' }).options[0]!.for.filter(({ rule }) => rule === 'catchment').length, 1)
  t.same(ask(wants(), [serves('L1')], { near: 'CH7 1AB' }).excluded[0]!.excludedBy, ['catchment'])
  t.same(ask(wants(), [serves('Wales')], { near: 'CH7 1AB' }).options.length, 1, 'a nation is not guessed from a postcode')
  t.same(['CH7 1AB', 'CH71AB', 'CH7', 'ch7 1ab', 'M1 1AA'].map(outwardOf), ['CH7', 'CH7', 'CH7', 'CH7', 'M1'])
})

t.test('HAZ-R06: a listing that nobody has confirmed for six months is stale, and never comes before one that is', async (t) => {
  const room = extension(
    'service-capacity',
    { url: 'places', valueUnsignedInt: 9 },
    { url: 'waitDays', valueUnsignedInt: 1 },
    { url: 'asOf', valueDateTime: '2026-09-30' },
  )
  const stale = aClass('a-stale', { extension: [room, extension('service-confirmed', { url: 'on', valueDate: '2026-01-01' })] })
  const never = aClass('b-never', { extension: [room] })
  const fresh = aClass('c-fresh')
  const { options } = ask(wants(), [stale, never, fresh])
  t.same(
    options.map(({ listing, stale: old }) => [listing.name, old]),
    [
      ['c-fresh', false],
      ['a-stale', true],
      ['b-never', true],
    ],
  )
  t.same(says(options[1]!.against, 'confirmed'), ['It was last confirmed on 1 January 2026: stale.'])
})

t.test('at least two options, or the words that there is one, or none', async (t) => {
  t.equal(ask(wants(), [aClass('one')]).note, 'Only one option is known.')
  t.match(ask(wants(), []).note, /^No option is known/)
  t.equal(ask(wants(), [aClass('one'), aClass('two')], { count: 1 }).note, undefined, 'two are known though one was asked for')
  t.equal(ask(wants(), [aClass('one'), aClass('two')], { count: 1 }).more, 1, 'how many are not shown is said')
  t.equal(ask(wants(), [aClass('one'), aClass('two')]).more, undefined)
})

t.test('up to fifty excluded ones are shown, the nearest; the rest are counts per rule, and every effect is counted', async (t) => {
  const closed = Array.from({ length: EXCLUDED_SHOWN + 7 }, (_, index) =>
    aClass(`c${index}`, { active: false }, { latitude: 53.1 + index / 1000, longitude: -3.2 }),
  )
  const matched = ask(wants(), [...closed, aClass('open')], { near: HOME })
  t.equal(matched.excluded.length, EXCLUDED_SHOWN)
  t.equal(matched.excluded[0]?.listing.name, 'c0')
  t.same([...matched.elsewhere], [['in-use', 7]])
  const effects = effectsOf(matched)
  t.match(
    effects.find(({ rule, effect }) => rule === 'in-use' && effect === 'excluded'),
    { times: 57 },
  )
  t.match(
    effects.find(({ rule, effect }) => rule === 'offers' && effect === 'for'),
    { times: 58 },
    'also on those that are counts in the answer',
  )
})

t.test('what the rules did is counted for everything that was considered, and not only for what was asked to be shown', async (t) => {
  const named = (count: number, make: (index: number) => ReturnType<typeof aClass>) =>
    Array.from({ length: count }, (_, index) => make(index))
  const listings = [
    ...named(30, (index) => aClass(`near-${index}`, {}, { latitude: 53.1, longitude: -3.2 })),
    ...named(60, (index) => aClass(`closed-${index}`, { active: false }, { latitude: 53.1, longitude: -3.2 })),
    ...named(4, (index) => aClass(`far-${index}`, {}, { latitude: 51.5, longitude: -0.1 })),
  ]
  const effects = (count: number) => effectsOf(ask(wants({ url: 'age', valueUnsignedInt: 16 }), listings, { near: HOME, count }))
  const times = (rule: string, effect: string) => effects(1).find((one) => one.rule === rule && one.effect === effect)?.times
  t.same(
    [times('offers', 'for'), times('distance', 'for'), times('age', 'against'), times('in-use', 'excluded'), times('distance', 'excluded')],
    [90, 90, 90, 60, 4],
  )
  t.same(effects(1), effects(100), 'however many are shown')
  const speaks = aClass('two', { communication: [{ coding: [{ code: 'cy' }] }, { coding: [{ code: 'en' }] }] })
  const inBoth = effectsOf(ask(wants({ url: 'language', valueCode: 'cy' }, { url: 'language', valueCode: 'en' }), [speaks]))
  t.match(
    inBoth.filter(({ rule }) => rule === 'language'),
    [{ effect: 'for', times: 1 }],
    'one rule does one thing to a listing, however many reasons it gives',
  )
})

t.test(
  'HAZ-R41: a listing says of each of its sources that it has stopped; what time, place and price are from must be live or assured',
  async (t) => {
    const source = (publisher: string, ...parts: Extension[]) =>
      extension('service-source', { url: 'publisher', valueString: publisher }, ...parts)
    const says = (...what: string[]) => what.map((valueCode) => ({ url: 'says', valueCode }))
    const feed = (value: string) => ({ system: FEED_ID, value })
    const merged = (council: Extension[], trust: Extension[]) =>
      aClass('both', {
        identifier: [feed('council'), feed('trust')],
        extension: [source('A council', ...council), source('A trust', ...trust)],
      })
    const live: FeedState = { publisher: 'A trust', answeredAt: new Date(AT.getTime() - 60_000), failingSince: undefined }
    const silent: FeedState = {
      publisher: 'A council',
      answeredAt: new Date('2026-09-01T10:00:00Z'),
      failingSince: new Date('2026-09-02T10:00:00Z'),
    }
    const paused: FeedState = {
      publisher: 'A council',
      answeredAt: new Date(AT.getTime() - 60_000),
      failingSince: undefined,
      pausedAt: new Date('2026-09-03T10:00:00Z'),
    }
    const judged = (listing: ReturnType<typeof aClass>, council: FeedState | undefined) => {
      const feeds = { of: (name: string) => (name === 'council' ? council : name === 'trust' ? live : undefined) }
      const [one] = match(wants(), {}, { at: AT, directory: directoryOf([listing]), warnings, feeds }).options
      return {
        stale: one!.stale,
        source: one!.against.filter(({ rule }) => rule === 'source').map(({ says: words }) => words),
        pro: one!.for,
      }
    }
    const ofCouncil = merged(says('place'), says('time', 'price'))
    t.match(judged(ofCouncil, silent), { stale: true, source: ['One of its sources, A council, has not answered since 2 September 2026.'] })
    t.match(judged(ofCouncil, paused), {
      stale: true,
      source: ['The feed of one of its sources, A council, is paused since 3 September 2026: nothing new of it is read.'],
    })
    t.match(judged(ofCouncil, { ...silent, failingSince: undefined, answeredAt: AT }), { stale: false, source: [] })
    t.match(
      judged(merged([], says('place', 'time', 'price')), silent),
      { stale: false, source: [/A council/] },
      'all that counts is of the live one',
    )
    t.match(judged(merged([], []), silent), { stale: true }, 'where nobody knows what is whose, each must be live')
    const assured = { url: 'assuredOn', valueDate: '2026-09-20' }
    t.match(judged(merged([assured, ...says('place')], says('time', 'price')), silent), {
      stale: false,
      pro: [{}, { says: /assured it on 20 September 2026/ }],
    })
    t.match(
      judged(merged([...says('place')], [assured, ...says('time', 'price')]), silent),
      { stale: true },
      'what another publisher assured is not what this one says',
    )
    const alone = aClass('alone', { identifier: [feed('council')], extension: [source('A council')] })
    t.match(judged(alone, paused), { stale: true, source: ['Its feed is paused since 3 September 2026: nothing new of it is read.'] })
    const elsewhere = aClass('said', { extension: [source('A council', { url: 'pausedSince', valueDateTime: '2026-09-03T10:00:00Z' })] })
    t.match(judged(elsewhere, undefined), {
      stale: true,
      source: ['Its feed is paused since 3 September 2026: nothing new of it is read.'],
    })
  },
)

t.test('cost, language and room are reasons with their dates', async (t) => {
  const request = wants({ url: 'costAtMost', valueMoney: { value: 4, currency: 'GBP' } }, { url: 'language', valueCode: 'cy' })
  const money = (value: number) => ({ valueMoney: { value, currency: 'GBP' as const } })
  const cost = extension('service-cost', { url: 'price', ...money(5) }, { url: 'concession', ...money(3.5) })
  const full = extension('service-capacity', { url: 'places', valueUnsignedInt: 0 }, { url: 'asOf', valueDateTime: '2026-09-30' })
  const [one] = ask(request, [aClass('one', { extension: [confirmed, cost, full], communication: [{ coding: [{ code: 'cy' }] }] })]).options
  t.same(says(one!.for, 'cost'), ['It costs £3.50 with a concession.'])
  t.same(says(one!.for, 'language'), ['It offers Welsh.'])
  t.match(says(one!.against, 'capacity')[0], /no room on 30 September 2026/)
})

t.test(
  'whoever has all that is published of screening-out cannot tell how many of 1 to 7 people or listings a hidden group stands for',
  async () => {
    const facets = ['area', 'age', 'condition', 'deprivation', 'rurality'] as const
    /** One look, in which each group may be unknown; the area is one always, known or not. */
    const look = fc.record({
      times: fc.integer({ min: 1, max: 4 }),
      known: fc.record(
        Object.fromEntries(facets.map((facet) => [facet, fc.option(fc.constantFrom('one', 'other'), { nil: '', freq: 5 })])) as Record<
          Facet,
          fc.Arbitrary<string>
        >,
      ),
    })
    type Look = { readonly times: number; readonly known: Readonly<Record<Facet, string>> }
    /** Each look is of a person of its own. */
    const effectsIn = (looks: readonly Look[]): readonly FacetEffect[] =>
      facets.flatMap((facet) =>
        [...Map.groupBy(looks, ({ known }) => known[facet])]
          .filter(([value]) => facet === 'area' || value !== '')
          .map(([value, some]) => ({
            rule: 'distance',
            effect: 'excluded' as const,
            facet,
            value,
            people: some.length,
            times: some.reduce((sum, { times }) => sum + times, 0),
          })),
      )
    const told = (looks: readonly Look[]) =>
      published(effectsIn(looks))
        .map((line) => JSON.stringify(line))
        .toSorted((one, other) => (one < other ? -1 : 1))
    const inGroup = (facet: Facet, value: string) => (one: Look) => one.known[facet] === value
    fc.assert(
      fc.property(fc.array(look, { minLength: 8, maxLength: 40 }), (looks) => {
        for (const { group, times } of published(effectsIn(looks))) {
          if (group === undefined || times !== undefined) continue
          const { facet, value } = group
          const own = looks.filter(inGroup(facet, value))
          // Whoever is in the group but for one might not have said what puts them there: all that is published stays as it is.
          const [kept, ...others] = own
          const unsaid = others.map((one) => ({ ...one, known: { ...one.known, [facet]: '' } }))
          const fewer = [...looks.filter((one) => !own.includes(one)), ...unsaid, ...(kept === undefined ? [] : [kept])]
          const all = told(looks)
          if (JSON.stringify(told(fewer)) !== JSON.stringify(all)) throw new Error(`${facet} ${value} can be told from one person`)
        }
      }),
      { numRuns: 60 },
    )
  },
)

t.test('what a listing does not say of age, condition or area is a reason against it, and excludes nobody', async (t) => {
  const request = wants({ url: 'age', valueUnsignedInt: 16 }, { url: 'condition', valueCode: 'multiple-sclerosis' })
  const [one] = ask(request, [aClass('silent')], { near: 'CH7 1AB' }).options
  t.same(says(one!.against, 'age'), ['People of what age it takes is not known.'])
  t.same(says(one!.against, 'condition'), ['Whether it takes people with this condition is not known.'])
  t.same(says(one!.against, 'catchment'), ['Which areas it serves is not known.'])
  const serves = (...areas: string[]) =>
    aClass('c', {
      extension: [confirmed, extension('service-eligibility', ...areas.map((valueString) => ({ url: 'catchment', valueString })))],
    })
  const [inWords] = ask(wants(), [serves('Flintshire')], { near: 'CH7 1AB' }).options
  t.match(says(inWords!.against, 'catchment'), [/serves Flintshire; whether CH7 is part of that is not known/])
  t.match(says(ask(wants(), [serves('CH7')], { near: 'Mold' }).options[0]!.against, 'catchment'), [/no postcode to compare/])
  const there = { latitude: 53.1, longitude: -3.2 }
  const [at] = ask(wants(), [{ ...serves('CH7'), facts: { ...serves('CH7').facts!, positions: [there] } }], { near: HOME }).options
  t.match(says(at!.against, 'catchment'), [/whether this place is in one is not known/])
})

t.test('HAZ-R06: what a publisher assured confirms time, place and price and no access, and a day to come confirms nothing', async (t) => {
  const assured = (on: string) =>
    extension('service-source', { url: 'publisher', valueString: 'A council' }, { url: 'assuredOn', valueDate: on })
  const [one] = ask(wants(), [aClass('assured', { extension: [assured('2026-09-01')] })]).options
  t.equal(one!.stale, false)
  t.match(says(one!.for, 'confirmed'), [/publisher assured it on 1 September 2026: time, place and price/])
  t.same(says(one!.against, 'access-confirmed'), ['Nobody has confirmed what it says of access.'])
  for (const extensions of [[assured('2099-01-01')], [extension('service-confirmed', { url: 'on', valueDate: '2062-08-03' })]])
    t.equal(ask(wants(), [aClass('to-come', { extension: extensions })]).options[0]!.stale, true)
  const old = aClass('old', { extension: [assured('2026-09-01'), extension('service-confirmed', { url: 'on', valueDate: '2025-01-01' })] })
  t.same(says(ask(wants(), [old]).options[0]!.against, 'access-confirmed'), [
    'What it says of access was last confirmed on 1 January 2025.',
  ])
})

t.test('an access attribute that nobody has checked is a reason against', async (t) => {
  const hoist = attribute('hoist', { valueBoolean: true })
  const request = wants({ url: 'accessNeed', valueCode: 'hoist' })
  t.same(says(ask(request, [aClass('said', { extension: [hoist] })]).options[0]!.against, 'access'), [
    'There is said to be a hoist; nobody has checked it.',
  ])
  t.same(says(ask(request, [aClass('seen', { extension: [confirmed, hoist] })]).options[0]!.for, 'access'), ['There is a hoist.'])
})

t.test('a service with a place that nobody can find on a map is not too far away, though its other places are', async (t) => {
  const far: Location = { resourceType: 'Location', id: 'far', position: { latitude: 51.5, longitude: -0.1 } }
  const at = (...references: string[]) =>
    toListing(
      {
        resourceType: 'HealthcareService',
        id: 'two-places',
        name: 'two-places',
        providedBy: { reference: 'Organization/leisure' },
        type: [{ coding: [{ system: KIND, code: 'exercise-class' }] }],
        location: references.map((reference) => ({ reference })),
        extension: [confirmed],
      },
      (reference) => (reference === 'Location/far' ? far : { resourceType: 'Location', id: 'hall', address: { postalCode: 'CH7 1AB' } }),
    )
  const { options, elsewhere } = ask(wants(), [at('Location/far', 'Location/hall')], { near: HOME })
  t.same([...elsewhere], [])
  t.match(says(options[0]!.against, 'distance'), [/^A place of it is 1\d\d\.\d miles .* how far away its other places are, is not known/])
  t.same([...ask(wants(), [at('Location/far')], { near: HOME }).elsewhere], [['distance', 1]])
})

t.test('HAZ-R41: what one of its publishers says has closed is said, and another publisher alone does not confirm it', async (t) => {
  const source = (publisher: string, ...parts: Extension[]) =>
    extension('service-source', { url: 'publisher', valueString: publisher }, ...parts)
  const assured = { url: 'assuredOn', valueDate: '2026-09-01' }
  const extensions = [source('A trust', assured), source('A council', assured, { url: 'closed', valueBoolean: true })]
  const [one] = ask(wants(), [aClass('doubtful', { extension: extensions })]).options
  t.equal(one!.stale, true)
  t.same(says(one!.against, 'source'), ['One of its sources, A council, says that it has closed.'])
  const [known] = ask(wants(), [aClass('known', { extension: [confirmed, ...extensions] })]).options
  t.equal(known!.stale, false, 'a person who has looked does')
})

t.test(
  'HAZ-R41: a check of a day that has not come is none, and whoever confirmed a listing before it moved has not seen where it is now',
  async (t) => {
    const hoist = (on: string) => ({
      ...attribute('hoist', { valueBoolean: true }),
      extension: [...attribute('hoist', { valueBoolean: true }).extension!, { url: 'checkedOn', valueDate: on }],
    })
    const request = wants({ url: 'accessNeed', valueCode: 'hoist' })
    const moved: Extension = { url: `${BASE}/service-moved`, valueDate: '2026-09-01' }
    const judged = (...extensions: Extension[]) => {
      const [one] = ask(request, [aClass('one', { extension: extensions })]).options
      return { stale: one!.stale, for: says(one!.for, 'access'), against: says(one!.against, 'access') }
    }
    t.match(judged(hoist('2062-01-01')), { for: [], against: ['There is said to be a hoist; nobody has checked it.'] })
    t.match(judged(confirmed, hoist('2026-08-01')), { stale: false, for: ['There is a hoist, checked 1 August 2026.'] })
    t.match(judged(moved, confirmed, hoist('2026-08-01')), {
      stale: true,
      for: [],
      against: [/not known since it moved on 1 September 2026/],
    })
    t.match(judged(moved, confirmed, hoist('2026-09-02')), { stale: true, for: ['There is a hoist, checked 2 September 2026.'] })
    const no = { ...attribute('hoist', { valueBoolean: false }) }
    const [one] = ask(request, [aClass('without', { extension: [moved, confirmed, no] })]).options
    t.same(says(one!.against, 'access').length, 1, 'what was not there before may be there now: it excludes nobody')
  },
)
