/** Reading directory feeds from publishers that listen: whatever they do, nothing is lost, nothing doubled, and what is wrong is said. */
import { randomUUID } from 'node:crypto'
import type { HealthcareService, Organization, Task } from '@medplum/fhirtypes'
import { testDatabase } from '@platform/testing/database'
import { feedServer, type RpdeSource } from '@platform/testing/feed-server'
import { outbound } from '@platform/service/outbound'
import { silentLog } from '@platform/service/log'
import t from 'tap'
import { askedIn } from '../src/domain/matching/asked.ts'
import { FEED_ID } from '../src/domain/matching/feed-state.ts'
import { match } from '../src/domain/matching/match.ts'
import { judge } from '../src/domain/matching/rules.ts'
import { feedJobs } from '../src/jobs/feeds.ts'
import { readFeed } from '../src/jobs/read-feed.ts'
import { feedsIn, type Feed } from '../src/store/feeds/feeds.ts'
import { pageSource } from '../src/store/feeds/page-source.ts'
import { testHub } from './a-hub.ts'
import { aReferral } from './a-need.ts'

const ODS = 'https://fhir.nhs.uk/Id/ods-organization-code'
const EXTENSION = 'https://handrail.example/fhir/StructureDefinition'

const database = await (await testDatabase(t)).open()
const http = outbound({ allow: [], loopback: true })
t.teardown(() => http[Symbol.dispose]())
t.setTimeout(600_000)
const publisher = await feedServer(t)
let now = new Date('2026-11-18T09:00:00Z')

const feeds = feedsIn(database)
const options = { feeds, pages: pageSource(http), clock: { now: () => now }, newId: randomUUID, log: silentLog }
let count = 0

async function anRpde(given: { pageSize?: number } = {}) {
  count += 1
  const name = `publisher-${count}`
  const source = publisher.rpde(name)
  source.pageSize = given.pageSize ?? 3
  const feed = await feeds.add(
    { name, type: 'rpde', url: source.url, publisher: 'A leisure trust', owner: 'directory-manager', everyS: 300 },
    now,
  )
  return { source, name, feed: feed as Feed, ...asking(name) }
}

function asking(name: string) {
  return {
    read: async () => readFeed((await feeds.named(name))?.number ?? 0, options),
    state: async () => (await feeds.named(name)) as Feed,
    items: async () => (await rows(name, 'feed_item')).filter(({ deleted }) => !deleted),
    sessions: async () => (await rows(name, 'feed_session')).filter(({ deleted }) => !deleted),
  }
}

interface Original {
  readonly id: string
  readonly modified: string
  readonly body: string
  readonly deleted: boolean
  readonly pending?: boolean
  readonly places?: number
  readonly series?: string
}

async function rows(name: string, table: string): Promise<readonly Original[]> {
  const text = `SELECT original.* FROM referrals.${table} AS original JOIN referrals.feed ON number = feed WHERE feed.name = $1 ORDER BY id`
  return (await database.query<Original & Record<string, unknown>>({ text, values: [name] })).rows
}

const series = (id: string, modified: string, name = `Class ${id}`): RpdeSource => ({
  id,
  kind: 'SessionSeries',
  modified,
  data: { '@type': 'SessionSeries', '@id': `https://publisher.example/series/${id}`, name },
})

const session = (id: string, modified: string, places = 4): RpdeSource => ({
  id,
  kind: 'ScheduledSession',
  modified,
  data: {
    '@type': 'ScheduledSession',
    superEvent: 'https://publisher.example/series/1',
    startDate: '2026-11-20T10:00:00Z',
    endDate: '2026-11-20T11:00:00Z',
    remainingAttendeeCapacity: places,
  },
})

const many = (length: number, make = series) =>
  Array.from({ length }, (_, index) => make(`i${String(index).padStart(2, '0')}`, `${1000 + index}`))

t.test('every page is read, services and sessions apart, and where the reading came to is kept', async (t) => {
  const { source, read, state, items, sessions } = await anRpde()
  source.publish(...many(7), session('s1', '2000'), session('s2', '2001', 0))
  t.equal(await read(), 'end')
  t.equal((await items()).length, 7)
  t.match(await sessions(), [
    { id: 's1', places: 4, series: 'https://publisher.example/series/1' },
    { id: 's2', places: 0 },
  ])
  t.match(await state(), { items: 9, refused: 0, failures: 0, says: '', licence: /creativecommons/, completedAt: now, answeredAt: now })
  t.match((await state()).nextAt, new Date(now.getTime() + 300_000), 'it is asked again after its pause')
})

t.test('what changed since is read alone, what was said again changes nothing', async (t) => {
  const { source, read, state, items } = await anRpde()
  source.publish(...many(7))
  await read()
  const before = publisher.requests.length
  source.publish(series('i03', '3000', 'Renamed'))
  t.equal(await read(), 'end')
  t.equal(publisher.requests.length - before, 2, 'the page with the change, and the empty one after it')
  t.equal((await items()).length, 7)
  t.match((await items()).find(({ id }) => id === 'i03')?.body, /Renamed/)
  t.equal((await state()).items, 8)
})

t.test('an item is kept as it came, digit by digit', async (t) => {
  const { source, read, items } = await anRpde()
  source.publish({
    id: 'a',
    kind: 'SessionSeries',
    modified: '7',
    data: '{"name":"A \\"quoted\\" \\\\ name\\n",  "price": 1.50, "big": 12345678901234567890}',
  })
  await read()
  t.match((await items())[0]?.body, /"data":\{"name":"A \\"quoted\\" \\\\ name\\n", {2}"price": 1\.50, "big": 12345678901234567890\}/)
})

t.test('a modified beyond what JavaScript can count keeps its order', async (t) => {
  const { source, read, items } = await anRpde({ pageSize: 1 })
  source.publish(series('a', '9007199254740993', 'first'), series('b', '9007199254740992'), series('c', '99'))
  t.equal(await read(), 'end')
  source.publish(series('a', '9007199254740995', 'second'))
  t.equal(await read(), 'end')
  t.match(
    (await items()).find(({ id }) => id === 'a'),
    { modified: '016:9007199254740995', body: /second/ },
  )
})

t.test('what is deleted is gone, and an older version that comes late does not bring it back', async (t) => {
  const { source, read, items, sessions, name } = await anRpde()
  source.publish(series('a', '1'), session('s', '2'))
  await read()
  source.publish({ id: 'a', kind: 'SessionSeries', modified: '10' }, { id: 's', kind: 'ScheduledSession', modified: '11' })
  await read()
  t.same([await items(), await sessions()], [[], []])
  // The publisher forgets its deletion and is read from its beginning.
  source.publish(series('a', '1'), session('s', '2'))
  await feeds.resume(name, { nextAt: now, fromTheBeginning: true })
  await read()
  t.same([await items(), await sessions()], [[], []])
  t.match(await rows(name, 'feed_item'), [{ id: 'a', deleted: true, body: '' }])
})

t.test('two items of one id on one page, or on two, are one: the newest', async (t) => {
  const { source, read, items, name } = await anRpde({ pageSize: 10 })
  const twice = (modified: string, words: string) =>
    `{"state":"updated","kind":"SessionSeries","id":"a","modified":${modified},"data":{"name":"${words}"}}`
  publisher.mount(`/twice`, (_request, _body, { href, searchParams }) => ({
    status: 200,
    body:
      searchParams.get('page') === null
        ? `{"items":[${twice('1', 'old')},${twice('3', 'new')},${twice('2', 'between')}],"next":"${href}?page=2"}`
        : searchParams.get('page') === '2'
          ? `{"items":[${twice('2', 'between')},${twice('4', 'newest')}],"next":"${href.replace('page=2', 'page=3')}"}`
          : `{"items":[],"next":"${href}"}`,
  }))
  await database.query({ text: 'UPDATE referrals.feed SET url = $2 WHERE name = $1', values: [name, `${publisher.url}/twice`] })
  source.publish()
  t.equal(await read(), 'end')
  t.match(await items(), [{ id: 'a', body: /"newest"/ }])
})

t.test(
  'a broken page in the middle: what came before it is kept, it is said where, and the reading goes on there once it is mended',
  async (t) => {
    for (const [kind, says] of [
      ['broken-json', /^Item 1 stops being JSON.* Page: http.*afterTimestamp=1005/],
      ['breaks-off', /ends in the middle.* Page: http/],
      ['web-page', /page for browsers.* Page: http/],
    ] as const) {
      const { source, read, state, items } = await anRpde()
      source.publish(...many(8))
      source.fault({ kind, afterItems: 6 })
      t.equal(await read(), 'failed', kind)
      t.equal((await items()).length, 6)
      t.match(await state(), { says, failures: 1, failingSince: now, completedAt: undefined })
      source.fault(undefined)
      const before = publisher.requests.length
      t.equal(await read(), 'end')
      t.equal(publisher.requests.length - before, 2, 'the page that was broken, and the end')
      t.equal((await items()).length, 8)
      t.match(await state(), { says: '', failures: 0, failingSince: undefined })
    }
  },
)

t.test('a feed that repeats itself, goes backwards or leads to another host is not followed for ever', async (t) => {
  for (const [kind, says] of [
    ['repeats', /repeats itself or goes backwards/],
    ['goes-backwards', /repeats itself or goes backwards/],
    ['leads-elsewhere', /another host/],
  ] as const) {
    const { source, read, state, items } = await anRpde()
    source.publish(...many(9))
    source.fault({ kind, afterItems: 6 })
    t.equal(await read(), 'failed', kind)
    t.match((await state()).says, says)
    t.equal((await items()).length, 6)
  }
})

t.test('an empty page is the end, wherever it leads', async (t) => {
  const { read, state, name } = await anRpde()
  publisher.mount('/circle', (_request, _body, { searchParams }) => {
    const step = Number(searchParams.get('step') ?? 0) + 1
    return { status: 200, body: `{"items":[],"next":"/circle?step=${step}"}` }
  })
  await database.query({ text: 'UPDATE referrals.feed SET url = $2 WHERE name = $1', values: [name, `${publisher.url}/circle`] })
  t.equal(await read(), 'end')
  t.match((await state()).cursor, /step=1/)
})

t.test('a publisher that is down takes nothing away; it is asked again later and later, and not before it asks for', async (t) => {
  const { source, read, state, items } = await anRpde()
  source.publish(...many(4))
  await read()
  const answered = now
  source.fault({ kind: 'down' })
  const pauses: number[] = []
  for (let time = 0; time < 3; time += 1) {
    now = new Date(now.getTime() + 1_000_000)
    t.equal(await read(), 'failed')
    pauses.push(((await state()).nextAt?.getTime() ?? 0) - now.getTime())
  }
  t.same(pauses, [60_000, 120_000, 240_000])
  t.equal((await items()).length, 4)
  t.match(await state(), {
    says: 'It answered HTTP 503.',
    answeredAt: answered,
    failingSince: new Date(answered.getTime() + 1_000_000),
    failures: 3,
  })
  source.fault({ kind: 'down', status: 429, retryAfterS: 900 })
  t.equal(await read(), 'failed')
  t.equal(((await state()).nextAt?.getTime() ?? 0) - now.getTime(), 900_000)
})

t.test('an item that cannot be taken is said with its place, and holds up no other', async (t) => {
  const { read, state, items, name, feed } = await anRpde()
  publisher.mount('/odd', (_request, _body, { href }) => ({
    status: 200,
    body: `{"items":[{"state":"updated","kind":"SessionSeries","id":"a","modified":1,"data":{}},{"state":"updated","kind":"SessionSeries","modified":2,"data":{}},
      {"state":"gone","kind":"SessionSeries","id":"c","modified":3},{"state":"updated","kind":"SessionSeries","id":"d","modified":4.5,"data":{}}],"next":"${href}"}`,
  }))
  await database.query({ text: 'UPDATE referrals.feed SET url = $2 WHERE name = $1', values: [name, `${publisher.url}/odd`] })
  t.equal(await read(), 'end')
  t.equal((await items()).length, 1)
  t.match(await state(), { refused: 3 })
  t.match(
    (await feeds.refusals(feed.number)).map(({ says }) => says),
    [/item 2: its id/, /item 3: its state/, /item 4: its modified/],
    'of one reading in the order in which they stand in the feed',
  )
})

t.test(
  'two readers of one feed: one reads, the other hears that it is busy; what a reader holds that was taken over is not written',
  async (t) => {
    const { source, read, items, feed } = await anRpde()
    source.publish(...many(4))
    await feeds.claim(feed.number, randomUUID(), now)
    t.equal(await read(), 'busy')
    now = new Date(now.getTime() + 601_000)
    t.equal(await read(), 'end', 'whoever was silent for ten minutes has lost it')
    const lost = { items: [], refused: [], pages: 1, at: now }
    await t.rejects(feeds.keep(feed, randomUUID(), lost), { name: 'RunLost' })
    t.equal((await items()).length, 4)
  },
)

t.test('a reader that is told to stop keeps what it has and lets another go on there', async (t) => {
  const { source, read, items, feed } = await anRpde()
  source.publish(...many(9))
  const stopping = new AbortController()
  const outcome = await readFeed(feed.number, options, {
    signal: stopping.signal,
    progress: ({ items: taken }) => {
      if (taken >= 6) stopping.abort()
    },
  })
  t.equal(outcome, 'stopped')
  t.equal((await items()).length, 6)
  const before = publisher.requests.length
  t.equal(await read(), 'end')
  t.equal(publisher.requests.length - before, 2)
  t.equal((await items()).length, 9)
})

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
    await feeds.add({ name, type: 'oruk', url: source.url, publisher: 'A council', owner: 'directory-manager', everyS: 86_400 }, now)
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
  await feeds.add({ name, type: 'oruk', url: source.url, publisher: 'A council', owner: 'directory-manager', everyS: 86_400 }, now)
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

t.test('sessions that a series holds inside itself are sessions, and are gone with it or when it holds them no more', async (t) => {
  const source = publisher.rpde('inside')
  const series = (modified: string, days: readonly string[]) => ({
    id: 'yoga',
    kind: 'SessionSeries',
    modified,
    data: {
      '@type': 'SessionSeries',
      name: 'Yoga',
      subEvent: [
        ...days.map((day) => ({
          '@type': 'ScheduledSession',
          '@id': `https://x.example/yoga/${day}`,
          startDate: `2026-11-${day}T10:00:00Z`,
          remainingAttendeeCapacity: 4,
        })),
        { '@type': 'ScheduledSession', duration: 'PT1H' },
      ],
    },
  })
  source.publish(series('1', ['10', '17']), session('apart', '2'))
  await feeds.add({ name: 'inside', type: 'rpde', url: source.url, publisher: 'x', owner: 'directory-manager', everyS: 300 }, now)
  const { read } = asking('inside')
  const held = async () => {
    const text = `SELECT id, series, places FROM referrals.feed_session JOIN referrals.feed ON feed = number
      WHERE name = 'inside' AND NOT deleted ORDER BY id COLLATE "C"`
    return (await database.query<Record<string, unknown>>({ text })).rows.map(({ id, series: of, places }) => [id, of, places])
  }
  const part = (day: string) => [`yoga#https://x.example/yoga/${day}`, 'yoga', 4]
  t.equal(await read(), 'end')
  t.same(
    (await held()).filter(([id]) => id !== 'apart'),
    [part('10'), part('17')],
  )
  source.publish(series('3', ['17', '24']))
  await read()
  t.same(
    (await held()).filter(([id]) => id !== 'apart'),
    [part('17'), part('24')],
  )
  source.publish({ id: 'yoga', kind: 'SessionSeries', modified: '4' })
  await read()
  t.same(
    (await held()).map(([id]) => id),
    ['apart'],
  )
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
  await feeds.add({ name: 'ods', type: 'ods', url, publisher: 'NHS England', owner: 'directory-manager', everyS: 86_400 }, now)
  const { read, items } = asking('ods')
  t.equal(await read(), 'end')
  t.equal((await items()).length, 150)
  t.equal(await read(), 'end')
  t.equal((await items()).length, 150, 'what was not asked for again is not gone')
  t.same(asked, [
    'roleCode=RO197&_count=100&_offset=0',
    'roleCode=RO197&_count=100&_offset=100',
    `roleCode=RO197&_count=100&_offset=0&lastChangeDate=ge${new Date(now.getTime() - 86_400_000).toISOString().slice(0, 10)}`,
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
    await feeds.add({ name, type: 'ods', url, publisher: 'NHS England', owner: 'directory-manager', everyS: 86_400 }, now)
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

/** Listings: what the record says of what was read. */
async function aDirectory(t: Parameters<typeof testHub>[0]) {
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

const council = (id: string, name: string, given: Record<string, unknown> = {}) => ({
  id,
  name,
  status: 'active',
  organization: { id: 'o', name: 'Pont-y-Garreg council' },
  service_at_locations: [{ location: { latitude: 53.2, longitude: -3.04, addresses: [{ postal_code: 'QQ1 2CN' }] } }],
  ...given,
})

t.test('HAZ-R40: a listing that the record refuses keeps no other waiting, and is listed once the record takes it', async (t) => {
  const { hub, add, services, work, listings } = await aDirectory(t)
  const source = publisher.openReferral('refused-one', '3.0')
  source.set(Array.from({ length: 12 }, (_, index) => council(`r${index}`, `Class ${index}`)))
  hub.record.fail(422, 1)
  await (
    await add('refused-one', 'oruk', source.url)
  )()
  t.equal(services().length, 11)
  t.equal((await listings.count(hub.dependencies.clock.now())).unpublished, 1, 'it is counted')
  await work.tend()
  t.equal(services().length, 12)
})

t.test(
  'a service of a feed is listed in the record, with its organisation, its place, its source and its licence; a session is not',
  async (t) => {
    const { hub, add, services } = await aDirectory(t)
    const source = publisher.rpde('listed')
    source.publish(
      {
        id: 'a',
        kind: 'SessionSeries',
        modified: '1',
        data: {
          '@type': 'SessionSeries',
          name: 'Seated movement',
          url: 'https://trust.example/seated',
          organizer: { name: 'A leisure trust' },
          location: { address: { postalCode: 'QQ1 2CN' }, geo: { latitude: 53.2, longitude: -3.04 } },
          activity: [
            { '@id': 'https://openactive.io/activity-list#ee3cf3ee-082e-4f53-9cb2-3ef0589497ed', prefLabel: 'Chair Based Exercise' },
          ],
        },
      },
      session('s', '2'),
    )
    const read = await add('listed', 'rpde', source.url)
    await read()
    const [service] = services()
    t.match(service, {
      name: 'Seated movement',
      active: true,
      providedBy: { reference: /^Organization\// },
      location: [{ reference: /^Location\// }],
      type: [{}, { coding: [{ code: 'exercise-class' }] }],
      extension: [
        {
          extension: [
            { valueString: 'Publisher of listed' },
            { valueUrl: 'https://trust.example/seated' },
            { valueString: /creativecommons/ },
          ],
        },
      ],
    })
    t.match(hub.record.read(service?.location?.[0]?.reference ?? ''), { position: { latitude: 53.2 }, address: { postalCode: 'QQ1 2CN' } })
    t.match(hub.record.read(service?.providedBy?.reference ?? ''), { name: 'A leisure trust' })
    t.same([hub.record.all('Slot'), hub.record.all('Schedule'), hub.record.all('Appointment')], [[], [], []])
    const writes = hub.record.changes.length
    await read()
    t.equal(hub.record.changes.length, writes, 'read again, nothing is written')
    source.publish({ id: 'a', kind: 'SessionSeries', modified: '3' })
    await read()
    t.match(
      services(),
      [{ active: false, name: 'Seated movement' }],
      'what is deleted is closed, and stays for those who were referred to it',
    )
  },
)

t.test(
  'two publishers of one service make one listing; of two that are only alike a person decides, and both are listed until then',
  async (t) => {
    const { add, services, listings } = await aDirectory(t)
    const one = publisher.openReferral('north', '3.0')
    const other = publisher.openReferral('south', '3.0')
    one.set([council('n1', 'Neuro gym', { assured_date: '2026-10-01', minimum_age: 18 }), council('n2', 'Walking group')])
    other.set([council('s1', 'Neuro Gym', { maximum_age: 90 }), council('s2', 'Walking group for beginners')])
    await (
      await add('north', 'oruk', one.url)
    )()
    await (
      await add('south', 'oruk', other.url)
    )()
    t.same(
      services()
        .map(({ name }) => name)
        .toSorted((a = '', b = '') => (a < b ? -1 : 1)),
      ['Neuro gym', 'Walking group', 'Walking group for beginners'],
    )
    t.equal(services().find(({ name }) => name === 'Neuro gym')?.extension?.length, 2, 'both sources are named')
    const [doubt] = await listings.doubts()
    t.match(doubt, {
      owner: 'directory-manager',
      says: /postcode is the same; the names are alike/,
      one: /beginners \(Publisher of south/,
      other: /Walking group \(/,
    })
    t.equal(((doubt?.dueAt.getTime() ?? 0) - (doubt?.raisedAt.getTime() ?? 0)) / 86_400_000, 14)
    t.ok(await listings.decide(doubt?.number ?? 0, { outcome: 'same', by: 'Gwen Pugh', at: now }))
    t.notOk(await listings.decide(doubt?.number ?? 0, { outcome: 'different', by: 'Gwen Pugh', at: now }), 'it is decided once')
    await (
      await add('west', 'oruk', publisher.openReferral('west', '3.0').url)
    )()
    t.same(
      services()
        .filter(({ name }) => name?.startsWith('Walking'))
        .map(({ name, active }) => [name, active]),
      [
        ['Walking group', true],
        ['Walking group for beginners', false],
      ],
    )
    t.same(await listings.doubts(), [])
  },
)

t.test('a listing of a feed that may be one of our own is put to a person; once they say so, ours alone is offered', async (t) => {
  const { hub, add, services, listings } = await aDirectory(t)
  hub.record.seed({ resourceType: 'Location', id: 'own-place', address: { postalCode: 'QQ1 2CN' } })
  hub.record.seed<HealthcareService>({
    resourceType: 'HealthcareService',
    id: 'own-gym',
    name: 'Neuro gym',
    providedBy: { reference: 'Organization/leisure' },
    location: [{ reference: 'Location/own-place' }],
  })
  for (const reference of ['Location/own-place', 'HealthcareService/own-gym']) await hub.dependencies.directory.hear(reference)
  const source = publisher.openReferral('ours', '3.0')
  source.set([council('n1', 'Neuro Gym'), council('n2', 'Allotment')])
  const read = await add('ours', 'oruk', source.url)
  await read()
  const [doubt, ...others] = await listings.doubts()
  t.match([doubt, others], [{ owner: 'directory-manager', other: /our own, HealthcareService\/own-gym/ }, []])
  const active = () =>
    services()
      .filter((one) => one.active)
      .map(({ name }) => name)
  t.same(active().length, 2, 'both are listed until somebody has decided')
  t.ok(await listings.decide(doubt?.number ?? 0, { outcome: 'same', by: 'Gwen Pugh', at: now }))
  await read()
  t.same(active(), ['Allotment'])
  source.set([council('n1', 'Neuro Gym and pool'), council('n2', 'Allotment')])
  await read()
  t.same(active(), ['Allotment'], 'what its publisher says later does not bring it back')
  t.equal(hub.record.read<HealthcareService>('HealthcareService/own-gym').name, 'Neuro gym', 'ours stays as people wrote it')
})

t.test('an organisation that ODS says has closed is closed with who took over, and what it had open goes up at once', async (t) => {
  const { hub, kept, work } = await aDirectory(t)
  let active = true
  const ods = (id: string, name: string, isActive = true) => ({
    resource: { resourceType: 'Organization', id, active: isActive, name, identifier: [{ system: ODS, value: id }] },
  })
  publisher.mount('/closing', () => {
    const affiliation = {
      resource: {
        resourceType: 'OrganizationAffiliation',
        id: '1',
        active: true,
        organization: { reference: 'Organization/RX1', identifier: { system: ODS, value: 'RX1' } },
        participatingOrganization: { reference: 'Organization/RX2' },
        code: [{ coding: [{ display: 'IS SUCCEEDED BY' }] }],
      },
    }
    const entry = [ods('RX1', 'OLD TRUST', active), ods('RX2', 'NEW TRUST'), ...(active ? [] : [affiliation])]
    return { status: 200, body: JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total: 2, entry }) }
  })
  const url = `${publisher.url}/closing/Organization?_revinclude=OrganizationAffiliation:primary-organization`
  const feed = await kept.add({ name: 'closing', type: 'ods', url, publisher: 'NHS England', owner: 'directory-manager', everyS: 300 }, now)
  const read = async () => {
    await work.read(feed?.number ?? 0)
    await work.tend()
    await hub.settle()
  }
  await read()
  const old = hub.record.all<Organization>('Organization').find(({ name }) => name === 'OLD TRUST')
  hub.refer({ performer: [{ reference: `Organization/${old?.id}` }] })
  await hub.settle()
  t.same(
    hub.steps().map(([kind, status]) => [kind, status]),
    [['referral', 'requested']],
  )
  const taker = hub.record.all<Organization>('Organization').find(({ name }) => name === 'NEW TRUST')
  await hub.dependencies.directory.hear(`Organization/${taker?.id}`)
  active = false
  await read()
  t.equal(hub.record.read<Organization>(`Organization/${old?.id}`).active, false)
  const told = hub.record.all<Task>('Task').find(({ code }) => code?.coding?.[0]?.code === 'escalation')
  t.match(told, { status: 'requested', description: /has closed\. NEW TRUST has taken over/, restriction: { period: { end: String } } })
  await hub.settle()
  t.equal(hub.record.all('Task').length, 2, 'it is told once, and nothing is passed on by itself')
})

t.test(
  'HAZ-R81: an organisation of the record that ODS says has closed is not offered, its steps go up, and a person says whether it is so',
  async (t) => {
    const { hub, kept, work, listings } = await aDirectory(t)
    const { directory, clock } = hub.dependencies
    hub.record.seed({
      resourceType: 'Organization',
      id: 'leisure',
      name: 'Leisure trust',
      active: true,
      identifier: [{ system: ODS, value: 'RX7' }],
    })
    await directory.hear('Organization/leisure')
    let active = true
    publisher.mount('/known', () => {
      const resource = {
        resourceType: 'Organization',
        id: 'RX7',
        active,
        name: 'LEISURE TRUST',
        identifier: [{ system: ODS, value: 'RX7' }],
      }
      return { status: 200, body: JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total: 1, entry: [{ resource }] }) }
    })
    const url = `${publisher.url}/known/Organization`
    const feed = await kept.add(
      { name: 'known', type: 'ods', url, publisher: 'NHS England', owner: 'directory-manager', everyS: 300 },
      clock.now(),
    )
    const read = async () => {
      await work.read(feed?.number ?? 0)
      await work.tend()
      await hub.settle()
    }
    const matched = () =>
      match(aReferral({ performer: [{ reference: 'HealthcareService/chair-class' }] }), {}, { at: clock.now(), directory, warnings: [] })
    const escalations = () => hub.record.all<Task>('Task').filter(({ code }) => code?.coding?.[0]?.code === 'escalation')
    await read()
    t.equal(matched().options.length, 1)
    hub.refer({ performer: [{ reference: 'Organization/leisure' }] })
    await hub.settle()

    active = false
    await read()
    const organization = () => hub.record.read<Organization>('Organization/leisure')
    t.match(organization(), {
      active: true,
      name: 'Leisure trust',
      extension: [{ url: /organization-closure$/, extension: [{ valueString: 'NHS England' }, {}] }],
    })
    t.match(matched(), {
      options: [],
      excluded: [{ excludedBy: ['in-use'], against: [{ says: /has closed, as NHS England says/, source: 'NHS England' }] }],
    })
    t.match(escalations(), [{ status: 'requested', description: /has closed, as NHS England says\. Ask somebody else/ }])
    t.match(await listings.doubts(), [
      { owner: 'directory-manager', says: /has closed.*"different": it is open/, other: /Organization\/leisure/ },
    ])
    hub.refer({ id: 'need-2', performer: [{ reference: 'HealthcareService/chair-class' }] })
    await hub.settle()
    t.match(
      hub.steps('need-2'),
      [['single-point-of-access', 'requested', 'Organization/single-point-of-access']],
      'what names it later is put before the access point',
    )
    const writes = hub.record.changes.length
    await read()
    await work.tend()
    t.equal(hub.record.changes.length, writes, 'said once')

    const [doubt] = await listings.doubts()
    t.ok(await listings.decide(doubt?.number ?? 0, { outcome: 'different', by: 'Gwen Pugh', at: clock.now() }))
    await work.tend()
    t.equal(organization().extension, undefined)
    t.equal(matched().options.length, 1, 'a person has said that it is open')
    t.match(escalations(), [{ status: 'cancelled' }], 'what was told of its steps ends')
    await read()
    t.equal(matched().options.length, 1, 'and it stays so while ODS says the same')

    active = true
    await read()
    active = false
    await read()
    t.equal((await listings.doubts()).length, 1, 'when it closes again, that is asked anew')
    t.equal(matched().options.length, 0)
    t.ok(await listings.decide((await listings.doubts())[0]?.number ?? 0, { outcome: 'same', by: 'Gwen Pugh', at: clock.now() }))
    await work.tend()
    t.equal(matched().options.length, 0)
    t.same(await listings.doubts(), [])
    active = true
    await read()
    t.equal(matched().options.length, 1, 'ODS itself says that it is open')
  },
)

t.test('HAZ-R81: what ODS says has closed already when it is read for the first time is said at once', async (t) => {
  const { hub, kept, work } = await aDirectory(t)
  hub.record.seed({ resourceType: 'Organization', id: 'leisure', name: 'Leisure trust', identifier: [{ system: ODS, value: 'RX8' }] })
  await hub.dependencies.directory.hear('Organization/leisure')
  publisher.mount('/gone', () => {
    const resource = {
      resourceType: 'Organization',
      id: 'RX8',
      active: false,
      name: 'LEISURE TRUST',
      identifier: [{ system: ODS, value: 'RX8' }],
    }
    return { status: 200, body: JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total: 1, entry: [{ resource }] }) }
  })
  const url = `${publisher.url}/gone/Organization`
  const feed = await kept.add(
    { name: 'gone', type: 'ods', url, publisher: 'NHS England', owner: 'directory-manager', everyS: 300 },
    hub.dependencies.clock.now(),
  )
  await work.read(feed?.number ?? 0)
  await work.tend()
  t.match(hub.dependencies.directory.listing('Organization/leisure'), { active: true, closure: { by: 'NHS England' } })
})

t.test('what a person wrote of a listed service stays when its publisher says something new', async (t) => {
  const { hub, add, services } = await aDirectory(t)
  const source = publisher.openReferral('edited', '3.0')
  source.set([council('a', 'Gym')])
  const read = await add('edited', 'oruk', source.url)
  await read()
  const [service] = services()
  if (service === undefined) throw new Error('Nothing was listed.')
  const attribute = {
    url: `${EXTENSION}/service-attribute`,
    extension: [
      { url: 'attribute', valueCode: 'hoist' },
      { url: 'value', valueBoolean: true },
    ],
  }
  hub.record.seed({ ...service, extension: [...(service.extension ?? []), attribute] })
  source.set([council('a', 'Gym and pool')])
  await read()
  const [after] = services()
  t.equal(after?.name, 'Gym and pool')
  t.ok(after?.extension?.some(({ url }) => url.endsWith('service-attribute')))
})

t.test(
  'HAZ-R41: a feed that answers confirms time, place and price, and no access; one that stopped says so at once and is no default',
  async (t) => {
    const { hub, add, services, work } = await aDirectory(t)
    const { directory, feedStates } = hub.dependencies
    const source = publisher.openReferral('fresh', '3.0')
    source.set([council('a', 'Gym')])
    const read = await add('fresh', 'oruk', source.url)
    await read()
    const reference = `HealthcareService/${services()[0]?.id}`
    await directory.hear(reference)
    const judged = () => {
      const listing = directory.listing(reference)
      if (listing === undefined) throw new Error('It is not listed.')
      const {
        stale,
        for: pro,
        against,
      } = judge(listing, askedIn(aReferral(), { at: hub.dependencies.clock.now() }), [], { feeds: feedStates })
      return { stale, pro: pro.map(({ says }) => says), contra: against.map(({ says }) => says) }
    }
    t.match(judged(), { stale: false })
    t.ok(judged().pro.some((says) => /feed answered on .* time, place and price/.test(says)))
    t.ok(judged().contra.includes('Nobody has confirmed what it says of access.'))
    source.fault({ kind: 'down' })
    const at = hub.dependencies.clock.now()
    await read()
    t.match(judged(), { stale: true })
    t.ok(judged().contra.some((says) => /source has not answered since/.test(says)))
    t.equal(services()[0]?.active, true, 'it is frozen, not taken away')
    hub.moveTo(new Date(at.getTime() + 25 * 3_600_000))
    await read()
    t.match(JSON.stringify(services()[0]?.extension), /silentSince/, 'after a day the record says so')
    source.fault(undefined)
    await read()
    await work.tend()
    t.notMatch(JSON.stringify(services()[0]?.extension), /silentSince/)
    await directory.hear(reference)
    t.match(judged(), { stale: false })
  },
)

t.test(
  'HAZ-R41: a feed that a person paused confirms nothing, and its listings say so since when, until it is resumed and read',
  async (t) => {
    const { hub, kept, add, services, work } = await aDirectory(t)
    const { directory, feedStates } = hub.dependencies
    const source = publisher.openReferral('halted', '3.0')
    source.set([council('a', 'Gym')])
    const read = await add('halted', 'oruk', source.url)
    await read()
    const reference = `HealthcareService/${services()[0]?.id}`
    const judged = async () => {
      await directory.hear(reference)
      const listing = directory.listing(reference)
      if (listing === undefined) throw new Error('It is not listed.')
      const { stale, against } = judge(listing, askedIn(aReferral(), { at: hub.dependencies.clock.now() }), [], { feeds: feedStates })
      return { stale, source: against.filter(({ rule }) => rule === 'source').map(({ says }) => says) }
    }
    t.same(await judged(), { stale: false, source: [] })
    await kept.pause('halted', hub.dependencies.clock.now())
    await work.tend()
    t.same(await judged(), { stale: true, source: ['Its feed is paused since 4 November 2026: nothing new of it is read.'] })
    const saidOf = () => services()[0]?.extension?.flatMap(({ extension = [] }) => extension.filter(({ url }) => url === 'pausedSince'))
    t.same(saidOf(), [{ url: 'pausedSince', valueDateTime: '2026-11-04T10:00:00.000Z' }], 'the record says so at once')
    hub.moveTo(new Date('2026-12-24T10:00:00Z'))
    await kept.pause('halted', hub.dependencies.clock.now())
    await work.tend()
    t.match(await judged(), { source: [/since 4 November 2026/] }, 'paused again, it is paused since it was')
    t.equal(services()[0]?.active, true, 'it is frozen, not taken away')
    await kept.resume('halted', { nextAt: hub.dependencies.clock.now() })
    await read()
    t.same(await judged(), { stale: false, source: [] })
    t.same(saidOf(), [])
  },
)

t.test('HAZ-R40: an item that can be taken no more as it is now is still published, and is not gone', async (t) => {
  const { add, services } = await aDirectory(t)
  const source = publisher.openReferral('spoilt', '3.0')
  source.set([council('a', 'Gym'), council('b', 'Pool'), council('c', 'Choir')])
  const read = await add('spoilt', 'oruk', source.url)
  await read()
  source.set([council('a', ''), council('b', 'Pool')])
  for (let pass = 0; pass < 3; pass += 1) await read()
  t.same(
    services()
      .map(({ name, active }) => [name, active])
      .toSorted(([one = ''], [other = '']) => (String(one) < String(other) ? -1 : 1)),
    [
      ['Choir', false],
      ['Gym', true],
      ['Pool', true],
    ],
  )
})

const at = (postcode: string) => ({ service_at_locations: [{ location: { addresses: [{ postal_code: postcode }] } }] })

t.test('HAZ-R41: what a rule has made one is two again when what one of them says is changed, and a person is asked', async (t) => {
  const { add, services, listings } = await aDirectory(t)
  const one = publisher.openReferral('stays', '3.0')
  const other = publisher.openReferral('leaves', '3.0')
  one.set([council('n1', 'Neuro gym')])
  other.set([council('s1', 'Neuro Gym')])
  const [readOne, readOther] = [await add('stays', 'oruk', one.url), await add('leaves', 'oruk', other.url)]
  await readOne()
  await readOther()
  const names = () =>
    services()
      .filter(({ active }) => active)
      .map(({ name }) => name)
      .toSorted((a = '', b = '') => (a < b ? -1 : 1))
  t.same([names(), await listings.doubts()], [['Neuro Gym'], []])
  one.set([council('n1', 'Watercolours', at('QQ9 9ZZ'))])
  await readOne()
  t.same(names(), ['Neuro Gym', 'Watercolours'], 'whoever was there first leaves too, and the other keeps the listing')
  t.match(await listings.doubts(), [{ one: /^Watercolours/, other: /^Neuro Gym/, says: /were one listing until what it says was changed/ }])
  const [doubt] = await listings.doubts()
  await listings.decide(doubt?.number ?? 0, { outcome: 'same', by: 'Gwen Pugh', at: now })
  one.set([council('n1', 'Watercolours and clay', at('QQ8 8ZZ'))])
  await readOne()
  t.equal(names().length, 1, 'what a person decided, a rule does not undo')
  t.same(await listings.doubts(), [])
})

t.test('HAZ-R41: an id that is used again for something else does not join the listing that it once began', async (t) => {
  const { add, services } = await aDirectory(t)
  const first = publisher.rpde('reuses')
  const second = publisher.openReferral('joined', '3.0')
  const series = (modified: string, name: string, postalCode: string) => ({
    id: 'a',
    kind: 'SessionSeries',
    modified,
    data: { '@type': 'SessionSeries', name, organizer: { name: 'A trust' }, location: { address: { postalCode } } },
  })
  first.publish(series('1', 'Neuro gym', 'QQ1 2CN'))
  second.set([council('s1', 'Neuro gym')])
  const [readFirst, readSecond] = [await add('reuses', 'rpde', first.url), await add('joined', 'oruk', second.url)]
  await readFirst()
  await readSecond()
  t.equal(services().length, 1)
  first.publish({ id: 'a', kind: 'SessionSeries', modified: '2' })
  await readFirst()
  first.publish(series('3', 'Swimming', 'QQ7 7ZZ'))
  await readFirst()
  t.same(
    services()
      .filter(({ active }) => active)
      .map(({ name }) => name)
      .toSorted((a = '', b = '') => (a < b ? -1 : 1)),
    ['Neuro gym', 'Swimming'],
  )
})

t.test(
  'HAZ-R41: two that become alike are put to a person once, from whichever side, and so are two that a third is surely the same as',
  async (t) => {
    const { add, services, listings } = await aDirectory(t)
    const sources = ['left', 'right', 'third'].map((name) => publisher.openReferral(name, '3.0'))
    const [left, right, third] = sources as [(typeof sources)[0], (typeof sources)[0], (typeof sources)[0]]
    const number = {
      organization: { id: 'o', name: 'Trust', organization_identifiers: [{ identifier_scheme: 'GB-CHC', identifier: '1234567' }] },
    }
    left.set([council('l', 'Neuro gym', { ...number, service_at_locations: [] })])
    right.set([council('r', 'Knitting')])
    third.set([])
    const reads = [await add('left', 'oruk', left.url), await add('right', 'oruk', right.url), await add('third', 'oruk', third.url)]
    const readAll = async () => {
      for (const read of reads) await read()
    }
    await readAll()
    t.same(await listings.doubts(), [])
    right.set([council('r', 'Neuro gym')])
    third.set([council('t', 'Neuro gym', number)])
    await readAll()
    t.match(await listings.doubts(), [{ says: /same number|Postcode and name/ }], 'the third is one with one of them, and may be the other')
    t.equal(services().filter(({ active }) => active).length, 2)
    const [doubt] = await listings.doubts()
    await listings.decide(doubt?.number ?? 0, { outcome: 'different', by: 'Gwen Pugh', at: now })
    left.set([council('l', 'Neuro gym', { ...number, service_at_locations: [], description: 'New words' })])
    right.set([council('r', 'Neuro gym', { description: 'New words' })])
    await readAll()
    t.same(await listings.doubts(), [], 'what was decided is not asked from the other side')
  },
)

t.test('HAZ-R41: what a person checked at one place is not said of another to which the service has moved', async (t) => {
  const { hub, add, services } = await aDirectory(t)
  const { directory, feedStates, clock } = hub.dependencies
  const source = publisher.openReferral('moves', '3.0')
  source.set([council('a', 'Gym')])
  const read = await add('moves', 'oruk', source.url)
  await read()
  const written = (extension: HealthcareService['extension']) => {
    const [service] = services()
    if (service !== undefined) hub.record.seed({ ...service, extension: [...(service.extension ?? []), ...(extension ?? [])] })
  }
  const hoist = [
    { url: 'attribute', valueCode: 'hoist' },
    { url: 'value', valueBoolean: true },
    { url: 'checkedOn', valueDate: '2026-10-01' },
  ]
  written([
    { url: `${EXTENSION}/service-attribute`, extension: hoist },
    { url: `${EXTENSION}/service-confirmed`, extension: [{ url: 'on', valueDate: '2026-10-01' }] },
  ])
  const reference = `HealthcareService/${services()[0]?.id}`
  const judged = async () => {
    await directory.hear(reference)
    const listing = directory.listing(reference)
    if (listing === undefined) throw new Error('It is not listed.')
    const need = [{ url: 'accessNeed', valueCode: 'hoist' }]
    const asked = askedIn(aReferral({ extension: [{ url: `${EXTENSION}/request-criteria`, extension: need }] }), { at: clock.now() })
    const { for: pro, against } = judge(listing, asked, [], { feeds: feedStates })
    return [pro, against].map((reasons) => reasons.filter(({ rule }) => rule.startsWith('access')).map(({ says }) => says))
  }
  source.set([council('a', 'Gym', { description: 'New words' })])
  await read()
  t.same(await judged(), [['There is hoist, checked 2026-10-01.'], []], 'other words are no move')
  source.set([council('a', 'Gym', at('QQ5 5ZZ'))])
  await read()
  t.same(await judged(), [
    [],
    [
      'Whether there is hoist is not known since it moved on 4 November 2026: what is said of it is of the earlier place.',
      'What it says of access was confirmed on 1 October 2026, before it moved on 4 November 2026.',
    ],
  ])
  source.set([council('a', 'Gym', { ...at('QQ5 5ZZ'), description: 'Newer words' })])
  await read()
  t.match(
    services()[0]?.extension?.find(({ url }) => url.endsWith('service-moved')),
    { valueDate: '2026-11-04' },
    'it stays said',
  )
})
