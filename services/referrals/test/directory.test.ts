/** `/directory`: our listings as Open Referral UK 3.0, for anybody. */
import type { HealthcareService } from '@medplum/fhirtypes'
import t from 'tap'
import { buildApp } from '../src/app.ts'
import { testHub } from './a-hub.ts'

const BASE = 'https://handrail.example/fhir/StructureDefinition'

async function published(t: Parameters<typeof testHub>[0]) {
  const hub = await testHub(t)
  const chairClass = hub.record.read<HealthcareService>('HealthcareService/chair-class')
  hub.record.seed({ resourceType: 'Location', id: 'hall', position: { latitude: 53.1, longitude: -3.2 } })
  hub.record.seed({
    ...chairClass,
    location: [{ reference: 'Location/hall' }],
    extension: [
      { url: `${BASE}/service-confirmed`, extension: [{ url: 'on', valueDate: '2026-08-03' }] },
      { url: `${BASE}/service-cost`, extension: [{ url: 'price', valueMoney: { value: 5, currency: 'GBP' } }] },
    ],
  })
  const theirs = { url: `${BASE}/service-source`, extension: [{ url: 'publisher', valueString: 'A council' }] }
  hub.record.seed({ ...chairClass, id: 'theirs', extension: [theirs] })
  hub.record.seed({ ...chairClass, id: 'closed', active: false })
  for (const one of ['Location/hall', 'HealthcareService/chair-class', 'HealthcareService/theirs', 'HealthcareService/closed']) {
    await hub.dependencies.directory.hear(one)
  }
  const app = await buildApp(hub.dependencies)
  t.teardown(() => app.close())
  return async (url: string, method: 'GET' | 'POST' | 'OPTIONS' = 'GET') => {
    const { statusCode, headers, body } = await app.inject({ method, url: `/directory${url}` })
    return {
      status: statusCode,
      origin: headers['access-control-allow-origin'],
      body: JSON.parse(body === '' ? '{}' : body) as Record<string, any>,
    }
  }
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
    status: 'active',
    assured_date: '2026-08-03',
    organization: { id: 'leisure', name: 'leisure', description: 'leisure' },
    attributes: [{ taxonomy_term: { code: 'exercise-class', name: 'Exercise class' } }],
    service_at_locations: [{ location: { location_type: 'physical', latitude: 53.1, longitude: -3.2 } }],
    cost_options: [{ amount: 5 }],
  })
  t.notOk('languages' in service || 'schedules' in service)
  t.same((await get('/services/chair-class')).body, service)
  t.equal((await get('/services/theirs')).status, 404)
})

t.test('each list has its items, by the ids that it gives; lists are filtered and paged', async (t) => {
  const get = await published(t)
  for (const list of ['/taxonomies', '/taxonomy_terms', '/service_at_locations']) {
    const { body } = await get(list)
    t.equal(body['total_items'], 1, list)
    t.same((await get(`${list}/${body['contents'][0].id}`)).body, body['contents'][0])
    t.equal((await get(`${list}/none`)).status, 404)
  }
  const [term] = (await get('/taxonomy_terms')).body['contents']
  t.equal((await get(`/services?taxonomy_term_id=${term.id}`)).body['total_items'], 1)
  t.equal((await get('/services?text=CHAIR')).body['total_items'], 1)
  t.match((await get('/services?text=swimming')).body, { total_items: 0, empty: true, contents: [] })
  t.match((await get('/services?page=2&per_page=1')).body, { page_number: 2, contents: [] })
  t.equal((await get('/services?page=0')).status, 400)
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
    '/no-such-list': [404, /begin at \/directory\/services/],
    '/%24%24': [404, /begin at \/directory\/services/],
    '/services/%E0%A4%A': [404, /begin at \/directory\/services/],
    [`/services/${'a'.repeat(300)}`]: [404, /begin at \/directory\/services/],
  }
  for (const [url, [status, error]] of Object.entries(refused)) t.match(await get(url), { status, body: { error } }, url)
  t.match(await get('/services', 'POST'), { status: 405, body: { error: /ask by GET/ } })
  t.match(await get('/services', 'OPTIONS'), { status: 204 })
  t.match(await get('/services?modified_after=2020-01-01'), { status: 200 })
})
