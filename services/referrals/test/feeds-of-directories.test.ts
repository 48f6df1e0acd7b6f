/** Reading directories: Open Referral UK and the organisations of the NHS, each whole and then what changed. */
import t from 'tap'
import { readFeed } from '../src/jobs/read-feed.ts'
import { pageSource } from '../src/store/feeds/page-source.ts'
import { aReader } from './a-feed.ts'

t.setTimeout(600_000)
const { asking, feeds, http, options, publisher, time } = await aReader(t)

t.test('Open Referral UK 3.0 and 1.0 are read whole, with the details that a list leaves out', async (t) => {
  for (const version of ['3.0', '1.0'] as const) {
    const name = `council-${version.slice(0, 1)}`
    const source = publisher.openReferral(name, version)
    source.pageSize = 2
    source.set(
      Array.from({ length: 5 }, (_, index) => ({
        id: `v${index}`,
        name: `Service ${index}`,
        organization: { id: 'o' },
        service_at_locations: [],
      })),
    )
    await feeds.add({ name, type: 'oruk', url: source.url, publisher: 'A council', owner: 'directory-manager', everyS: 86_400 }, time.now)
    const { read, state, items } = asking(name)
    t.equal(await read(), 'end', version)
    t.match(await items(), [{ id: 'v0', body: /"organization"/ }, {}, {}, {}, { id: 'v4' }])
    t.match(await state(), { expected: 5, pass: 2 })
  }
})

t.test('a service that two whole readings did not meet is gone; a list that is suddenly empty is doubted', async (t) => {
  const name = 'council-shrinks'
  const source = publisher.openReferral(name, '3.0')
  const services = Array.from({ length: 4 }, (_, index) => ({
    id: `v${index}`,
    name: `Service ${index}`,
    organization: { id: 'o' },
    service_at_locations: [],
  }))
  source.set(services)
  await feeds.add({ name, type: 'oruk', url: source.url, publisher: 'A council', owner: 'directory-manager', everyS: 86_400 }, time.now)
  const { read, state, items } = asking(name)
  await read()
  source.set(services.slice(1))
  await read()
  t.equal((await items()).length, 4, 'once may be chance')
  await read()
  t.same(
    (await items()).map(({ id }) => id),
    ['v1', 'v2', 'v3'],
  )
  source.set([])
  t.equal(await read(), 'failed')
  t.match((await state()).says, /met 0 of the 3 listings/)
  t.equal((await items()).length, 3)
  t.equal(await readFeed((await feeds.named(name))?.number ?? 0, options, { acceptsGone: true }), 'end')
  t.same(await items(), [], 'a person has looked')
})

t.test('organisations of the NHS are read by pages, and later what changed since', async (t) => {
  const asked: string[] = []
  publisher.mount('/ods', (_request, _body, { searchParams }) => {
    asked.push(searchParams.toString())
    const offset = Number(searchParams.get('_offset'))
    const total = searchParams.get('lastChangeDate') === null ? 150 : 1
    const entry = Array.from({ length: Math.min(100, total - offset) }, (_, index) => ({
      resource: { resourceType: 'Organization', id: `Q${offset + index}`, active: true, name: `TRUST ${offset + index}` },
    }))
    return { status: 200, body: JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total, entry }) }
  })
  const url = `${publisher.url}/ods/Organization?roleCode=RO197`
  await feeds.add({ name: 'ods', type: 'ods', url, publisher: 'NHS England', owner: 'directory-manager', everyS: 86_400 }, time.now)
  const { read, items } = asking('ods')
  t.equal(await read(), 'end')
  t.equal((await items()).length, 150)
  t.equal(await read(), 'end')
  t.equal((await items()).length, 150, 'what was not asked for again is not gone')
  t.same(asked, [
    'roleCode=RO197&_count=100&_offset=0',
    'roleCode=RO197&_count=100&_offset=100',
    `roleCode=RO197&_count=100&_offset=0&lastChangeDate=ge${new Date(time.now.getTime() - 86_400_000).toISOString().slice(0, 10)}`,
  ])
})

t.test('a size that cannot be is no size, and does not end a reading', async (t) => {
  let total: unknown
  publisher.mount('/absurd', (_request, _body, { searchParams }) => {
    const offset = Number(searchParams.get('_offset'))
    const entry = Array.from({ length: Math.max(0, Math.min(100, 120 - offset)) }, (_, index) => ({
      resource: { resourceType: 'Organization', id: `A${offset + index}`, active: true, name: `TRUST ${offset + index}` },
    }))
    return { status: 200, body: JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total, entry }) }
  })
  for (const [index, said] of [-1, 0, 12.5, 1e300, '120', null, 99].entries()) {
    total = said
    const name = `absurd-${index}`
    const url = `${publisher.url}/absurd/Organization?roleCode=RO${index}`
    await feeds.add({ name, type: 'ods', url, publisher: 'NHS England', owner: 'directory-manager', everyS: 86_400 }, time.now)
    const { read, items, state } = asking(name)
    t.equal(await read(), 'end', String(said))
    t.equal((await items()).length, 120, String(said))
    t.equal((await state()).expected, undefined, String(said))
  }
})

t.test('a directory that wants a key is said with the setting and what to do', async (t) => {
  const said = async (status: number, odsKey?: string) => {
    const ask = async () => ({ status, headers: {}, body: '' })
    const pages = pageSource(
      { ask, post: async () => ({ status, headers: {}, body: '' }), [Symbol.dispose]: () => undefined },
      odsKey === undefined ? {} : { odsKey },
    )
    return pages('https://api.service.nhs.uk/organisation-data-terminology-api/fhir/Organization').then(
      () => '',
      (error: Error) => error.message,
    )
  }
  t.equal(await said(401), 'It answered HTTP 401: it wants a key. Ask NHS England for one, set ODS_API_KEY to it and start the hub again.')
  t.match(
    await said(403, 'a-key'),
    /^It answered HTTP 403: it does not take the key in ODS_API_KEY\. Ask NHS England .* set ODS_API_KEY to it/,
  )
  t.equal(await said(500, 'a-key'), 'It answered HTTP 500.')
  publisher.mount('/locked', () => ({ status: 401, body: '' }))
  const elsewhere = await pageSource(http)(`${publisher.url}/locked`).catch((error: Error) => error.message)
  t.equal(elsewhere, 'It answered HTTP 401.', 'no key of ours goes there')
})
