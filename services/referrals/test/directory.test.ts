/** `/directory`: our listings as Open Referral UK 3.0, for anybody. */
import type { HealthcareService } from '@medplum/fhirtypes'
import t from 'tap'
import { buildApp } from '../src/app.ts'
import { testHub } from './a-hub.ts'

const BASE = 'https://handrail.example/fhir/StructureDefinition'

const published = async (t: Parameters<typeof testHub>[0]) => (await publishedWith(t)).get

async function publishedWith(t: Parameters<typeof testHub>[0]) {
  const hub = await testHub(t)
  const chairClass = hub.record.read<HealthcareService>('HealthcareService/chair-class')
  hub.record.seed({ resourceType: 'Location', id: 'hall', position: { latitude: 53.1, longitude: -3.2 } })
  hub.record.seed({ resourceType: 'Location', id: 'school', address: { postalCode: 'QQ1 2CN', country: 'Wales' } })
  hub.record.seed({ resourceType: 'Location', id: 'chapel', address: { text: 'The chapel behind the bridge' } })
  hub.record.seed({
    ...chairClass,
    comment: 'Chairs with arms, room kept cool.',
    location: [{ reference: 'Location/hall' }, { reference: 'Location/school' }, { reference: 'Location/chapel' }, { display: 'By video' }],
    availableTime: [{ daysOfWeek: ['mon', 'wed'], availableStartTime: '10:30:00', availableEndTime: '11:15:00' }],
    extension: [
      { url: `${BASE}/service-confirmed`, extension: [{ url: 'on', valueDate: '2026-08-03' }] },
      {
        url: `${BASE}/service-eligibility`,
        extension: [
          { url: 'ageFrom', valueUnsignedInt: 18 },
          { url: 'catchment', valueString: 'CH5' },
        ],
      },
      { url: `${BASE}/service-cost`, extension: [{ url: 'price', valueMoney: { value: 5, currency: 'GBP' } }] },
    ],
  })
  const theirs = { url: `${BASE}/service-source`, extension: [{ url: 'publisher', valueString: 'A council' }] }
  hub.record.seed({ ...chairClass, id: 'theirs', extension: [theirs] })
  hub.record.seed({ ...chairClass, id: 'closed', active: false })
  for (const one of [
    'Location/hall',
    'Location/school',
    'Location/chapel',
    'HealthcareService/chair-class',
    'HealthcareService/theirs',
    'HealthcareService/closed',
  ]) {
    await hub.dependencies.directory.hear(one)
  }
  const app = await buildApp(hub.dependencies)
  t.teardown(() => app.close())
  const get = async (url: string, method: 'GET' | 'POST' | 'OPTIONS' = 'GET') => {
    const { statusCode, headers, body } = await app.inject({ method, url: `/directory${url}` })
    return {
      status: statusCode,
      origin: headers['access-control-allow-origin'],
      headers,
      body: JSON.parse(body === '' ? '{}' : body) as Record<string, any>,
    }
  }
  return { get, hub }
}

t.test('the first address says which version this is, to any origin and without a key', async (t) => {
  const get = await published(t)
  for (const root of ['', '/'])
    t.match(await get(root), { status: 200, origin: '*', body: { version: 'HSDS-UK-3.0', openapi_url: /openapi\.json$/ } })
})

t.test('our own services in use are published, with what is known and nothing empty; those of other publishers are not', async (t) => {
  const get = await published(t)
  const { body } = await get('/services')
  t.match(body, { total_items: 1, total_pages: 1, page_number: 1, first_page: true, last_page: true, empty: false })
  const [service] = body['contents']
  t.match(service, {
    id: 'chair-class',
    name: 'Chair based exercise',
    description: 'Chairs with arms, room kept cool.',
    status: 'active',
    assured_date: '2026-08-03',
    organization: { id: 'leisure', name: 'leisure', description: 'leisure' },
    attributes: [{ taxonomy_term: { code: 'exercise-class', name: 'Exercise class' } }],
    service_at_locations: [
      { location: { location_type: 'physical', latitude: 53.1, longitude: -3.2 } },
      { location: { location_type: 'physical', addresses: [{ postal_code: 'QQ1 2CN', country: 'GB', address_1: '' }] } },
      { location: { location_type: 'physical', addresses: [{ address_1: 'The chapel behind the bridge', postal_code: '' }] } },
      { location: { location_type: 'physical', name: 'By video' } },
    ],
    cost_options: [{ amount: 5 }],
  })
  t.notOk('languages' in service || 'contacts' in service)
  t.match(service, {
    service_areas: [{ name: 'CH5' }],
    schedules: [{ freq: 'WEEKLY', byday: 'MO,WE', opens_at: '10:30', closes_at: '11:15' }],
  })
  const [, school, chapel, video] = service.service_at_locations.map(({ location }: { location: Record<string, unknown> }) => location)
  for (const place of [school, chapel, video]) t.notOk('latitude' in place || 'longitude' in place, 'no coordinates are made up')
  t.notOk('addresses' in video)
  t.same((await get('/services/chair-class')).body, service)
  t.equal((await get('/services/theirs')).status, 404)
})

t.test('each list has its items, by the ids that it gives; lists are filtered and paged', async (t) => {
  const get = await published(t)
  for (const list of ['/taxonomies', '/taxonomy_terms', '/service_at_locations']) {
    const { body } = await get(list)
    t.equal(body['total_items'], list === '/service_at_locations' ? 4 : 1, list)
    t.same((await get(`${list}/${body['contents'][0].id}`)).body, body['contents'][0])
    t.equal((await get(`${list}/none`)).status, 404)
  }
  const [term] = (await get('/taxonomy_terms')).body['contents']
  t.equal((await get(`/services?taxonomy_term_id=${term.id}`)).body['total_items'], 1)
  t.equal((await get('/services?text=CHAIR')).body['total_items'], 1)
  t.match((await get('/services?text=swimming')).body, { total_items: 0, empty: true, contents: [] })
  t.match((await get('/services?page=2&per_page=1')).body, { page_number: 2, last_page: true, empty: true, size: 0, contents: [] })
  t.match((await get('/service_at_locations?page=2&per_page=3')).body, {
    total_items: 4,
    total_pages: 2,
    size: 1,
    first_page: false,
    last_page: true,
  })
  t.match((await get('/services?per_page=10000')).body, { total_items: 1, size: 1 })
  t.equal((await get('/services?page=0')).status, 400)
})

t.test('what the standard lets anybody ask narrows the list, of services and of places alike', async (t) => {
  const get = await published(t)
  const [term] = (await get('/taxonomy_terms')).body['contents']
  const changed = (await get('/services')).body['contents'][0].last_modified
  const found: Readonly<Record<string, number>> = {
    'search=chair': 1,
    'search=LEISURE': 1,
    'search=kept%20cool': 1,
    'search=swimming': 0,
    [`taxonomy_id=${term.taxonomy_id}`]: 1,
    'taxonomy_id=other': 0,
    'minimum_age=12': 1,
    'minimum_age=19': 0,
    'maximum_age=90': 0,
    'day=MO': 1,
    'day=Wednesday': 1,
    'day=TU': 0,
    'start_time=10:00': 1,
    'start_time=10:31': 0,
    'end_time=12:00&day=MO': 1,
    'end_time=11:00': 0,
    'postcode=CH5%201AB': 1,
    'postcode=M1%201AA': 0,
    [`modified_after=${changed}`]: 1,
    'modified_after=2020-01-01T00:00:00+01:00': 1,
    'modified_after=2099-01-01': 0,
  }
  for (const [query, count] of Object.entries(found)) {
    t.equal((await get(`/services?${query}`)).body['total_items'], count, query)
    t.equal((await get(`/service_at_locations?${query}`)).body['total_items'], count * 4, query)
  }
  t.match((await get('/services?postcode=CH5%201AB&proximity=1000')).body, { error: /no coordinates of postcodes are held/ })
})

t.test('when a place moves, the services that are there were modified', async (t) => {
  const { get, hub } = await publishedWith(t)
  const modified = async () => (await get('/services')).body['contents'][0].last_modified as string
  const before = await modified()
  hub.moveTo(new Date(hub.dependencies.clock.now().getTime() + 60_000))
  hub.record.seed({ resourceType: 'Location', id: 'school', address: { postalCode: 'QQ9 9ZZ' } })
  await hub.dependencies.directory.hear('Location/school')
  t.ok((await modified()) > before, `${before} ${await modified()}`)
  t.equal((await get(`/services?modified_after=${await modified()}`)).body['total_items'], 1)
})

t.test('what is asked clumsily is refused in words, as JSON, and is never a fault', async (t) => {
  const get = await published(t)
  const refused: Readonly<Record<string, readonly [number, RegExp]>> = {
    '/services?text=a&text=b': [400, /^text is given several times/],
    '/services?taxonomy_term_id=a&taxonomy_term_id=b': [400, /^taxonomy_term_id is given several times/],
    '/taxonomies?page=1&page=2': [400, /^page is given several times/],
    '/services?modified_after=soon': [400, /^modified_after is a date/],
    '/services?modified_after=9999-99-99': [400, /^modified_after is a date/],
    '/services?page=0': [400, /whole numbers from 1/],
    '/services?page=1.5': [400, /whole numbers from 1/],
    '/services?page=two': [400, /whole numbers from 1/],
    '/services?per_page=0': [400, /whole numbers from 1/],
    '/services?per_page=-1': [400, /whole numbers from 1/],
    '/services?minimum_age=young': [400, /^minimum_age is a number of years/],
    '/services?start_time=noon': [400, /^start_time is a time of day/],
    '/services?day=1': [400, /^day is MO/],
    '/services?postcode=here': [400, /^postcode is a postcode/],
    '/no-such-list': [404, /begin at \/directory\/services/],
    '/%24%24': [404, /begin at \/directory\/services/],
    '/services/%E0%A4%A': [404, /begin at \/directory\/services/],
    [`/services/${'a'.repeat(300)}`]: [404, /begin at \/directory\/services/],
  }
  for (const [url, [status, error]] of Object.entries(refused)) t.match(await get(url), { status, body: { error } }, url)
  t.match(await get('/services', 'POST'), { status: 405, body: { error: /ask by GET/ } })
  t.match(await get('/services', 'OPTIONS'), {
    status: 204,
    origin: '*',
    headers: { 'access-control-allow-methods': /GET/, 'access-control-allow-headers': '*' },
  })
  t.match(await get('/services?modified_after=2020-01-01'), { status: 200 })
})
