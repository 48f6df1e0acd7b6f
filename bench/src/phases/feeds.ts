/**
 * A directory feed of 100,000 services and 600,000 sessions, from the text of its pages to committed rows, beside a COPY of the same rows into tables with the
 * same indexes. The pages come from memory: what is measured is reading, keeping them as they came, and the cursor that is committed with them.
 */
import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { openDatabase, type Database } from '@platform/service/database'
import { silentLog } from '@platform/service/log'
import { migrateAll } from '@infra/local/migrations'
import { readFeed } from '@services/referrals/jobs/read-feed'
import { copyLine } from '@platform/service/copy-rows'
import { feedsIn } from '@services/referrals/store/feeds/feeds'
import { from as copyFrom } from 'pg-copy-streams'
import { compare } from '../compare.ts'
import type { Result, Scenario } from '../scenario.ts'
import type { Measured } from '../statistics.ts'
import type { Phase } from './phase.ts'

/** Items in all, one in seven a service; the others are sessions of them. */
const ITEMS = { brief: 70_000, full: 700_000 }
const SERVICE_EVERY = 7
const PAGE = 500
const TARGET = { ratio: 0.5 }
/** What reading may add to the memory of the process, however long the feed is, in MB. */
const AT_MOST_MB = 200
const URL_OF_FEED = 'https://publisher.example/feed'

export const feedsPhase: Phase = {
  title: 'A directory feed into the hub',
  covers: ['feed-import'],
  run: async (run) => {
    const count = run.resources ?? (run.full ? ITEMS.full : ITEMS.brief)
    await using database = await openDatabase(await run.server.database('feeds'), { name: 'bench-feeds', max: 4 })
    await migrateAll(database)
    for (const name of ['feed_item', 'feed_session'])
      await database.query({ text: `CREATE TABLE bare_${name} (LIKE referrals.${name} INCLUDING ALL)` })
    const memory = { before: 0, peak: 0 }
    const scenario: Scenario = {
      name: 'feed-import',
      unit: 'items/s',
      concurrency: 1,
      target: TARGET,
      ours: () => read(database, count, memory),
      ceiling: () => copy(database, count),
    }
    const results = await compare([scenario], run)
    const addedMb = Math.round((memory.peak - memory.before) / 1_000_000)
    const line: Result = {
      name: 'feed-import-memory',
      unit: 'MB',
      concurrency: 1,
      rounds: run.rounds,
      ours: addedMb,
      ceiling: null,
      ratio: null,
      target: `< ${AT_MOST_MB}`,
      met: addedMb < AT_MOST_MB,
      p50: null,
      p99: null,
    }
    return [...results, line]
  },
}

async function read(database: Database, count: number, memory: { before: number; peak: number }): Promise<Measured> {
  await database.query({ text: 'TRUNCATE referrals.feed, referrals.feed_item, referrals.feed_session, referrals.feed_refusal CASCADE' })
  const feeds = feedsIn(database)
  const feed = await feeds.add(
    { name: 'bench', type: 'rpde', url: URL_OF_FEED, publisher: 'A publisher', owner: 'nobody', everyS: 300 },
    new Date(),
  )
  globalThis.gc?.()
  memory.before = process.memoryUsage().rss
  memory.peak = memory.before
  const begun = performance.now()
  const outcome = await readFeed(
    feed?.number ?? 0,
    { feeds, pages: async (address) => pageAt(address, count), clock: { now: () => new Date() }, newId: randomUUID, log: silentLog },
    { progress: () => (memory.peak = Math.max(memory.peak, process.memoryUsage().rss)) },
  )
  const elapsedMs = performance.now() - begun
  const { rows } = await database.query<{ kept: string }>({
    text: 'SELECT (SELECT count(*) FROM referrals.feed_item) + (SELECT count(*) FROM referrals.feed_session) AS kept',
  })
  if (outcome !== 'end' || Number(rows[0]?.kept) !== count)
    throw new Error(`The feed ended with ${outcome} and ${rows[0]?.kept} of ${count} items.`)
  return { rate: (count * 1_000) / elapsedMs, durationsMs: [elapsedMs] }
}

async function copy(database: Database, count: number): Promise<Measured> {
  await database.query({ text: 'TRUNCATE bare_feed_item, bare_feed_session' })
  const client = await database.pool.connect()
  const begun = performance.now()
  try {
    await pipeline(Readable.from(parts(count, true)), client.query(copyFrom('COPY bare_feed_item FROM STDIN')))
    await pipeline(Readable.from(parts(count, false)), client.query(copyFrom('COPY bare_feed_session FROM STDIN')))
  } finally {
    client.release()
  }
  const elapsedMs = performance.now() - begun
  return { rate: (count * 1_000) / elapsedMs, durationsMs: [elapsedMs] }
}

const isService = (index: number): boolean => index % SERVICE_EVERY === 0
const BASE_MODIFIED = 9_007_199_254_740_993n // beyond what JavaScript counts, as some publishers have it

const seriesOf = (index: number): string => `https://publisher.example/series/${index - (index % SERVICE_EVERY)}`

function bodyOf(index: number): string {
  const modified = BASE_MODIFIED + BigInt(index)
  const data = isService(index)
    ? `{"@context":"https://openactive.io/","@type":"SessionSeries","@id":"${seriesOf(index)}","name":"Chair based exercise ${index}","description":"A friendly hour of seated movement to music, for everybody who would like to move a little more. Tea and talk afterwards.","url":"${seriesOf(index)}","organizer":{"@type":"Organization","name":"Leisure trust ${index % 900}","url":"https://publisher.example/trust/${index % 900}"},"location":{"@type":"Place","name":"Hall ${index % 4000}","address":{"@type":"PostalAddress","streetAddress":"${index % 99} High Street","addressLocality":"Pont-y-Garreg","postalCode":"QQ1 2CN"},"geo":{"@type":"GeoCoordinates","latitude":53.2,"longitude":-3.04}},"activity":[{"@type":"Concept","@id":"https://openactive.io/activity-list#ee3cf3ee-082e-4f53-9cb2-3ef0589497ed","prefLabel":"Chair Based Exercise","inScheme":"https://openactive.io/activity-list"}],"offers":[{"@type":"Offer","price":4.50,"priceCurrency":"GBP"}]}`
    : `{"@context":"https://openactive.io/","@type":"ScheduledSession","@id":"https://publisher.example/session/${index}","superEvent":"${seriesOf(index)}","startDate":"2026-11-20T10:00:00Z","endDate":"2026-11-20T11:00:00Z","duration":"PT1H","eventStatus":"https://schema.org/EventScheduled","maximumAttendeeCapacity":20,"remainingAttendeeCapacity":${index % 20}}`
  return `{"state":"updated","kind":"${isService(index) ? 'SessionSeries' : 'ScheduledSession'}","id":"${index}","modified":${modified},"data":${data}}`
}

function pageAt(address: string, count: number): string {
  const from = Number(new URL(address).searchParams.get('from') ?? 0)
  const size = Math.max(0, Math.min(PAGE, count - from))
  const items = Array.from({ length: size }, (_, index) => bodyOf(from + index))
  const next = size === 0 ? address : `${URL_OF_FEED}?from=${from + size}`
  return `{"next":"${next}","items":[${items.join(',')}],"license":"https://creativecommons.org/licenses/by/4.0/"}`
}

/** The same rows in COPY's own text, in pieces. */
function* parts(count: number, services: boolean): Generator<Buffer> {
  const at = new Date().toISOString()
  let lines: string[] = []
  for (let index = 0; index < count; index += 1) {
    if (isService(index) !== services) continue
    const modified = `016:${BASE_MODIFIED + BigInt(index)}`
    lines.push(
      services
        ? copyLine([1, 'SessionSeries', String(index), modified, at, false, true, bodyOf(index)])
        : copyLine([
            1,
            'ScheduledSession',
            String(index),
            modified,
            at,
            false,
            seriesOf(index),
            '2026-11-20T10:00:00.000Z',
            '2026-11-20T11:00:00.000Z',
            index % 20,
            'https://schema.org/EventScheduled',
            bodyOf(index),
          ]),
    )
    if (lines.length === PAGE) {
      yield Buffer.from(lines.join(''))
      lines = []
    }
  }
  yield Buffer.from(lines.join(''))
}
