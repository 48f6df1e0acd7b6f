/** What became of an organisation's own feeds: for the people who administer it, and for nobody else. */
import type { OperationOutcome, Parameters, ParametersParameter } from '@medplum/fhirtypes'
import { outbound } from '@platform/service/outbound'
import { feedServer } from '@platform/testing/feed-server'
import t from 'tap'
import { buildApp } from '../src/app.ts'
import { feedJobs } from '../src/jobs/feeds.ts'
import { pageSource } from '../src/store/feeds/page-source.ts'
import { testHub } from './a-hub.ts'

const http = outbound({ allow: [], loopback: true })
t.teardown(() => http[Symbol.dispose]())
t.setTimeout(600_000)
const publisher = await feedServer(t)
let count = 0

const MINUTE_MS = 60_000
const ADMINISTERS = { administers: true }

const council = (id: string, name: string) => ({
  id,
  name,
  status: 'active',
  organization: { id: 'o', name: 'Pont-y-Garreg council' },
  service_at_locations: [{ location: { latitude: 53.2, longitude: -3.04, addresses: [{ postal_code: 'QQ1 2CN' }] } }],
})

/** A hub in which the leisure centre publishes an Open Referral UK list. */
async function aPublisher(t: { teardown(work: () => unknown): void }, services: readonly Readonly<Record<string, unknown>>[] = []) {
  const hub = await testHub(t)
  await hub.database.query({
    text: 'TRUNCATE referrals.feed, referrals.listing, referrals.listing_doubt, referrals.listing_source, referrals.listing_key, referrals.feed_refusal CASCADE',
  })
  const app = await buildApp(hub.dependencies)
  t.teardown(() => app.close())
  const work = feedJobs({ ...hub.dependencies, pages: pageSource(http) })
  const { feeds, clock } = hub.dependencies
  const add = async (name: string, url: string, organization?: string, type: 'oruk' | 'rpde' = 'oruk') => {
    const given = { name, type, url, publisher: `Publisher of ${name}`, owner: 'Gwen Pugh', everyS: 86_400 } as const
    const feed = await feeds.add({ ...given, ...(organization === undefined ? {} : { organization }) }, clock.now())
    return async () => {
      await work.read(feed?.number ?? 0)
      await work.tend()
    }
  }
  count += 1
  const source = publisher.openReferral(`own-${count}`, '3.0')
  source.set(services)
  const read = await add('maes-hafan', source.url, 'Organization/leisure')
  const administrator = await hub.callers.bearer('leisure', undefined, 'worker', ADMINISTERS)
  const ask = async <T = Parameters>(url: string, bearer = administrator) => {
    const response = await app.inject({ url, headers: { authorization: bearer } })
    return { status: response.statusCode, body: JSON.parse(response.body) as T }
  }
  const again = async (feed = 'maes-hafan', bearer = administrator) => {
    const response = await app.inject({
      method: 'POST',
      url: '/fhir/Organization/leisure/$read-feed',
      payload: JSON.stringify({ resourceType: 'Parameters', parameter: [{ name: 'feed', valueString: feed }] }),
      headers: { authorization: bearer, 'content-type': 'application/fhir+json' },
    })
    return { status: response.statusCode, body: JSON.parse(response.body) as OperationOutcome }
  }
  return { hub, source, read, add, ask, again, feeds, administrator }
}

const FEEDS = '/fhir/Organization/leisure/$feeds'
const REFUSALS = '/fhir/Organization/leisure/$feed-refusals?feed=maes-hafan'

/** What a parameter holds, by name. */
const partsOf = ({ part = [] }: ParametersParameter): Readonly<Record<string, unknown>> =>
  Object.fromEntries(part.map(({ name, ...value }) => [name ?? '', Object.values(value as Readonly<Record<string, unknown>>)[0]] as const))

const allOf = ({ parameter = [] }: Parameters, name: string) => parameter.filter((one) => one.name === name).map(partsOf)

t.test('whoever administers an organisation sees how its feed stands, and what of it is listed', async (t) => {
  const { hub, source, read, ask } = await aPublisher(t, [council('a1', 'Chair class'), { id: 'a2' }, council('a3', 'Pool hour')])
  t.match(allOf((await ask(FEEDS)).body, 'feed'), [{ name: 'maes-hafan', state: 'being-read', taken: 0, listed: 0, toMend: 0 }])
  await read()
  const { status, body } = await ask(FEEDS)
  t.equal(status, 200)
  t.match(allOf(body, 'feed'), [
    {
      name: 'maes-hafan',
      type: 'oruk',
      address: source.url,
      state: 'up-to-date',
      answeredAt: '2026-11-04T10:00:00.000Z',
      taken: 2,
      listed: 2,
      toMend: 1,
    },
  ])
  hub.moveTo(new Date('2026-11-05T10:00:00Z'))
  source.fault({ kind: 'down', status: 503 })
  await read()
  const [silent] = allOf((await ask(FEEDS)).body, 'feed')
  t.match(
    silent,
    { state: 'not-answering', failingSince: '2026-11-05T10:00:00.000Z', says: /It answered HTTP 503/, listed: 2 },
    'what was listed stays',
  )
  await hub.dependencies.feeds.pause('maes-hafan', hub.dependencies.clock.now())
  t.match(allOf((await ask(FEEDS)).body, 'feed'), [{ state: 'paused' }])
})

t.test('what could not be taken is said with item, place, rule and page, until it is mended or gone', async (t) => {
  const { hub, source, read, ask } = await aPublisher(t, [council('a1', 'Chair class'), { id: 'a2' }, { name: 'Nobody knows which' }])
  await read()
  const refused = async () => allOf((await ask(REFUSALS)).body, 'refusal')
  t.match(await refused(), [
    { item: 'item 2', id: 'a2', place: 'name', rule: 'name-missing', text: 'item 2: it has no name' },
    {
      item: 'item 3',
      place: 'id',
      rule: 'id-missing',
      text: 'item 3: it has no id',
      page: /\/services\?page=1/,
      at: '2026-11-04T10:00:00.000Z',
    },
  ])
  t.notOk('id' in ((await refused())[1] ?? {}))
  hub.moveTo(new Date('2026-11-05T10:00:00Z'))
  await read()
  t.equal((await refused()).length, 2, 'met again, each is there once')
  t.equal((await refused())[0]?.['at'], '2026-11-05T10:00:00.000Z')
  source.set([council('a1', 'Chair class'), council('a2', 'Pool hour')])
  await read()
  t.same(await refused(), [], 'the one is mended, the other is gone')
})

t.test('an item of a feed of changes that is published anew and taken is to be mended no more', async (t) => {
  const { add, ask } = await aPublisher(t)
  const source = publisher.rpde('changes')
  const read = await add('changes', source.url, 'Organization/leisure', 'rpde')
  const series = (id: string, modified: string, data: unknown) => ({ id, kind: 'SessionSeries', modified, data })
  source.publish(series('a', '1', []), series('b', '2', []), series('c', '3', { name: 'Chair class' }))
  const refused = async () =>
    allOf((await ask('/fhir/Organization/leisure/$feed-refusals?feed=changes')).body, 'refusal').map(({ id, rule }) => [id, rule])
  await read()
  t.same(await refused(), [
    ['a', 'data-missing'],
    ['b', 'data-missing'],
  ])
  source.publish(series('a', '4', { name: 'Pool hour' }))
  await read()
  t.same(await refused(), [['b', 'data-missing']], 'what was not published anew is not read anew, and still to be mended')
})

t.test(
  'HAZ-R83: the feeds of an organisation are nobody else’s to see: another organisation, a worker, a system, the operator, a patient',
  async (t) => {
    const { hub, read, ask, again } = await aPublisher(t, [{ id: 'a2' }])
    await read()
    const { bearer } = hub.callers
    const others = {
      'who administers another organisation': await bearer('therapy-centre', undefined, 'worker', ADMINISTERS),
      'a worker of it who does not administer it': await bearer('leisure', undefined, 'worker'),
      'a system of it': await bearer('leisure', 'system/*.cruds'),
      'a token that says it in another way': await bearer('leisure', undefined, 'worker', { administers: 'true' }),
      'the operator': await bearer('operator', undefined, 'admin'),
      'a patient': await bearer('leisure', 'patient/*.rs', 'patient', { patient: 'ada', organization: undefined, administers: true }),
    }
    for (const [who, token] of Object.entries(others)) {
      for (const url of [FEEDS, REFUSALS]) {
        const { status, body } = await ask<OperationOutcome>(url, token)
        t.equal(status, 403, `${who}: ${url}`)
        t.notMatch(JSON.stringify(body), /a2|127\.0\.0\.1/, `${who} is told nothing`)
      }
      t.equal((await again('maes-hafan', token)).status, 403, `${who} has nothing read`)
    }
    t.equal((await ask(FEEDS, 'Bearer forged')).status, 401)
  },
)

t.test('a feed of another organisation, or of nobody, is a feed that there is not', async (t) => {
  const { add, ask, again } = await aPublisher(t)
  await add('theirs', 'https://theirs.example', 'Organization/therapy-centre')
  await add('nobodys', 'https://nobodys.example')
  t.same(
    allOf((await ask(FEEDS)).body, 'feed').map(({ name }) => name),
    ['maes-hafan'],
  )
  for (const name of ['theirs', 'nobodys', 'none', '']) {
    t.equal((await ask(`/fhir/Organization/leisure/$feed-refusals?feed=${name}`)).status, 404, name)
  }
  for (const name of ['theirs', 'nobodys', 'none']) t.equal((await again(name)).status, 404, name)
})

t.test('an organisation that publishes nothing is told nothing, and no error', async (t) => {
  const { hub, ask } = await aPublisher(t)
  const { status, body } = await ask(
    '/fhir/Organization/therapy-centre/$feeds',
    await hub.callers.bearer('therapy-centre', undefined, 'worker', ADMINISTERS),
  )
  t.same([status, body], [200, { resourceType: 'Parameters' }])
})

t.test('a publisher may be named later, and taken back', async (t) => {
  const { hub, feeds, ask } = await aPublisher(t)
  const therapy = await hub.callers.bearer('therapy-centre', undefined, 'worker', ADMINISTERS)
  const names = async (of: string, bearer?: string) => allOf((await ask(`/fhir/Organization/${of}/$feeds`, bearer)).body, 'feed').length
  await feeds.publishedBy('maes-hafan', 'Organization/therapy-centre')
  t.same([await names('leisure'), await names('therapy-centre', therapy)], [0, 1])
  await feeds.publishedBy('maes-hafan', undefined)
  t.same([await names('leisure'), await names('therapy-centre', therapy)], [0, 0])
})

t.test('what may be the same as a listing of theirs is said to both publishers, each from their side, and to no third', async (t) => {
  const { hub, read, add, ask } = await aPublisher(t, [council('n2', 'Walking group')])
  await read()
  const south = publisher.openReferral('south-of-it', '3.0')
  south.set([council('s2', 'Walking group for beginners')])
  await (
    await add('south', south.url, 'Organization/therapy-centre')
  )()
  const doubts = async (of: string) =>
    allOf((await ask(`/fhir/Organization/${of}/$feeds`, await hub.callers.bearer(of, undefined, 'worker', ADMINISTERS))).body, 'doubt')
  const says = /postcode is the same/
  t.match(await doubts('leisure'), [
    { feed: 'maes-hafan', name: 'Walking group', other: 'Walking group for beginners', publisher: 'Publisher of south', says },
  ])
  t.match(await doubts('therapy-centre'), [
    { feed: 'south', name: 'Walking group for beginners', other: 'Walking group', publisher: 'Publisher of maes-hafan', says },
  ])
  t.same(await doubts('community-team'), [])
  const [doubt] = await hub.dependencies.listings.doubts()
  await hub.dependencies.listings.decide(doubt?.number ?? 0, { outcome: 'different', by: 'Gwen Pugh', at: new Date() })
  t.same([await doubts('leisure'), await doubts('therapy-centre')], [[], []], 'what is decided is no doubt')
})

t.test(
  'HAZ-R81: whoever administers an organisation reads that another directory says it has closed, whether or not it publishes a feed',
  async (t) => {
    const { hub, ask } = await aPublisher(t)
    const ods = { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'RX9' }
    hub.record.seed({ resourceType: 'Organization', id: 'therapy-centre', name: 'Therapy centre', identifier: [ods] })
    publisher.mount('/ods', () => {
      const resource = { resourceType: 'Organization', id: 'RX9', active: false, name: 'THERAPY CENTRE', identifier: [ods] }
      return { status: 200, body: JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total: 1, entry: [{ resource }] }) }
    })
    const { feeds, clock } = hub.dependencies
    const url = `${publisher.url}/ods/Organization`
    const feed = await feeds.add(
      { name: 'ods', type: 'ods', url, publisher: 'NHS England', owner: 'Gwen Pugh', everyS: 86_400 },
      clock.now(),
    )
    const work = feedJobs({ ...hub.dependencies, pages: pageSource(http) })
    await work.read(feed?.number ?? 0)
    await work.tend()
    const theirs = await hub.callers.bearer('therapy-centre', undefined, 'worker', ADMINISTERS)
    t.match(allOf((await ask('/fhir/Organization/therapy-centre/$feeds', theirs)).body, 'doubt'), [
      { closure: true, publisher: 'NHS England', name: 'THERAPY CENTRE' },
    ])
    t.same(allOf((await ask(FEEDS)).body, 'doubt'), [], 'and nobody else does')
  },
)

t.test('a publisher has its feed read now, once an hour; one that the operator has paused stays paused', async (t) => {
  const { hub, read, again, feeds } = await aPublisher(t)
  await read()
  const from = (await feeds.named('maes-hafan'))?.nextAt
  t.same(await feeds.due(new Date('2026-11-04T10:00:00Z')), [])
  t.match(await again(), { status: 200 })
  t.match(await feeds.due(new Date('2026-11-04T10:00:00Z')), [{ name: 'maes-hafan' }], `it was due at ${from?.toISOString() ?? ''}`)
  await read()
  hub.moveTo(new Date(new Date('2026-11-04T10:00:00Z').getTime() + 59 * MINUTE_MS))
  t.match(await again(), { status: 429, body: { issue: [{ details: { text: /again from 2026-11-04T11:00:00/ } }] } })
  t.same(await feeds.due(new Date('2026-11-04T10:59:00Z')), [])
  hub.moveTo(new Date('2026-11-04T11:00:00Z'))
  t.match(await again(), { status: 200 })
  hub.moveTo(new Date('2026-11-04T13:00:00Z'))
  await feeds.pause('maes-hafan', new Date())
  t.match(await again(), { status: 409 })
  t.equal((await feeds.named('maes-hafan'))?.nextAt, undefined)
})
