/** Reading feeds of sessions (RPDE) from publishers that listen: whatever they do, nothing is lost, nothing doubled, and what is wrong is said. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { readFeed } from '../src/jobs/read-feed.ts'
import { aReader, many, series, session } from './a-feed.ts'

t.setTimeout(600_000)
const { anRpde, asking, database, feeds, moved, options, publisher, rows, time } = await aReader(t)

t.test('every page is read, services and sessions apart, and where the reading came to is kept', async (t) => {
  const { source, read, state, items, sessions } = await anRpde()
  source.publish(...many(7), session('s1', '2000'), session('s2', '2001', 0))
  t.equal(await read(), 'end')
  t.equal((await items()).length, 7)
  t.match(await sessions(), [
    { id: 's1', places: 4, series: 'https://publisher.example/series/1' },
    { id: 's2', places: 0 },
  ])
  t.match(await state(), {
    items: 9,
    refused: 0,
    failures: 0,
    says: '',
    licence: /creativecommons/,
    completedAt: time.now,
    answeredAt: time.now,
  })
  t.match((await state()).nextAt, new Date(time.now.getTime() + 300_000), 'it is asked again after its pause')
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
  await feeds.resume(name, { nextAt: time.now, fromTheBeginning: true })
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
  await moved(name, `${publisher.url}/twice`)
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
      t.match(await state(), { says, failures: 1, failingSince: time.now, completedAt: undefined })
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
  await moved(name, `${publisher.url}/circle`)
  t.equal(await read(), 'end')
  t.match((await state()).cursor, /step=1/)
})

t.test('a publisher that is down takes nothing away; it is asked again later and later, and not before it asks for', async (t) => {
  const { source, read, state, items } = await anRpde()
  source.publish(...many(4))
  await read()
  const answered = time.now
  source.fault({ kind: 'down' })
  const pauses: number[] = []
  for (let attempt = 0; attempt < 3; attempt += 1) {
    time.now = new Date(time.now.getTime() + 1_000_000)
    t.equal(await read(), 'failed')
    pauses.push(((await state()).nextAt?.getTime() ?? 0) - time.now.getTime())
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
  t.equal(((await state()).nextAt?.getTime() ?? 0) - time.now.getTime(), 900_000)
})

t.test('an item that cannot be taken is said with its place, and holds up no other', async (t) => {
  const { read, state, items, name, feed } = await anRpde()
  publisher.mount('/odd', (_request, _body, { href }) => ({
    status: 200,
    body: `{"items":[{"state":"updated","kind":"SessionSeries","id":"a","modified":1,"data":{}},{"state":"updated","kind":"SessionSeries","modified":2,"data":{}},
      {"state":"gone","kind":"SessionSeries","id":"c","modified":3},{"state":"updated","kind":"SessionSeries","id":"d","modified":4.5,"data":{}}],"next":"${href}"}`,
  }))
  await moved(name, `${publisher.url}/odd`)
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
    await feeds.claim(feed.number, randomUUID(), time.now)
    t.equal(await read(), 'busy')
    time.now = new Date(time.now.getTime() + 601_000)
    t.equal(await read(), 'end', 'whoever was silent for ten minutes has lost it')
    const lost = { items: [], refused: [], pages: 1, at: time.now }
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
  await feeds.add({ name: 'inside', type: 'rpde', url: source.url, publisher: 'x', owner: 'directory-manager', everyS: 300 }, time.now)
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
