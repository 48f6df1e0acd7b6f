/** Feeds that are read from publishers that listen, and what is kept of each. */
import { randomUUID } from 'node:crypto'
import { silentLog } from '@platform/service/log'
import { outbound } from '@platform/service/outbound'
import { testDatabase, type TestScope } from '@platform/testing/database'
import { feedServer, type RpdeSource } from '@platform/testing/feed-server'
import { readFeed } from '../src/jobs/read-feed.ts'
import { feedsIn, type Feed } from '../src/store/feeds/feeds.ts'
import { pageSource } from '../src/store/feeds/page-source.ts'

/** What is kept of an item or a session. */
interface Kept {
  readonly id: string
  readonly modified: string
  readonly body: string
  readonly deleted: boolean
  readonly pending?: boolean
  readonly places?: number
  readonly series?: string
}

/** A database that keeps feeds, and a publisher to read them from. */
export async function aReader(t: TestScope) {
  const database = await (await testDatabase(t)).open()
  const http = outbound({ allow: [], loopback: true })
  t.teardown(() => http[Symbol.dispose]())
  const publisher = await feedServer(t)
  /** What the reader takes for now. */
  const time = { now: new Date('2026-11-18T09:00:00Z') }
  const feeds = feedsIn(database)
  const options = { feeds, pages: pageSource(http), clock: { now: () => time.now }, newId: randomUUID, log: silentLog }
  let count = 0

  async function rows(name: string, table: 'feed_item' | 'feed_session'): Promise<readonly Kept[]> {
    const text = `SELECT original.* FROM referrals.${table} AS original JOIN referrals.feed ON number = feed WHERE feed.name = $1 ORDER BY id`
    return (await database.query<Kept & Record<string, unknown>>({ text, values: [name] })).rows
  }

  const asking = (name: string) => ({
    read: async () => readFeed((await feeds.named(name))?.number ?? 0, options),
    state: async () => (await feeds.named(name)) as Feed,
    items: async () => (await rows(name, 'feed_item')).filter(({ deleted }) => !deleted),
    sessions: async () => (await rows(name, 'feed_session')).filter(({ deleted }) => !deleted),
  })

  /** A feed of the Realtime Paged Data Exchange, three items to a page unless said otherwise. */
  async function anRpde(given: { pageSize?: number } = {}) {
    count += 1
    const name = `publisher-${count}`
    const source = publisher.rpde(name)
    source.pageSize = given.pageSize ?? 3
    const feed = await feeds.add(
      { name, type: 'rpde', url: source.url, publisher: 'A leisure trust', owner: 'directory-manager', everyS: 300 },
      time.now,
    )
    return { source, name, feed: feed as Feed, ...asking(name) }
  }

  /** Lets a feed that is kept be read from another address. */
  const moved = async (name: string, url: string): Promise<void> => {
    await database.query({ text: 'UPDATE referrals.feed SET url = $2 WHERE name = $1', values: [name, url] })
  }

  return { database, http, publisher, time, feeds, options, rows, asking, anRpde, moved }
}

/** A class as its publisher says it. */
export const series = (id: string, modified: string, name = `Class ${id}`): RpdeSource => ({
  id,
  kind: 'SessionSeries',
  modified,
  data: { '@type': 'SessionSeries', '@id': `https://publisher.example/series/${id}`, name },
})

/** One meeting of a class. */
export const session = (id: string, modified: string, places = 4): RpdeSource => ({
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

/** So many of them, each said after the one before. */
export const many = (length: number, make = series) =>
  Array.from({ length }, (_, index) => make(`i${String(index).padStart(2, '0')}`, `${1000 + index}`))
