/** A hospital that sends everybody's messages to a hub with 100,000 people on the register: answers, alerts, a storm, an outage. */
import { get, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import type { Database } from '@platform/service/database'
import { startTestRedis } from '@platform/testing/redis'
import { driveFrames, type NextMessage } from '../admissions.ts'
import { compare, reasonOf } from '../compare.ts'
import { endState, line, messagesFor, ONE_IN, STORM_PER_SECOND, stormOn, type Bench, type Messages } from '../hospital-storm.ts'
import { outageOfDatabase, outageOfQueue } from '../outage.ts'
import { openPassage, through } from '../passage.ts'
import { aPerson, syntheticNhsNumbers } from '../people.ts'
import type { Result, Scenario } from '../scenario.ts'
import { admissionsOf } from '../scenarios/alerts.ts'
import { lookup } from '../scenarios/lookup.ts'
import { measured, median, percentile, rounded } from '../statistics.ts'
import { openCeilings, openTown, residentBytes } from '../world.ts'
import { only, type Phase, type Run } from './phase.ts'

const REGISTERED = 100_000
const REGISTERED_FROM = 300_000 // numbers of nobody in the record: they are on the watch list and never come
const CONNECTIONS = 16
const OURS_WITHIN_MS = 60_000
/** What the process may hold more after the storm than in the middle of it. */
const FLAT_MB = 100

export const hospitalPhase: Phase = {
  title: 'A hospital, and a hub with 100,000 people on the register',
  covers: ['adt-mixed', 'adt-to-alert', 'storm', 'storm-memory', 'outage-postgresql', 'outage-queue', 'lookup-1000000'],
  run: async (run) => {
    const results: Result[] = run.wanted('lookup-1000000') ? await compare(only([await lookup()], run), run) : []
    if (['adt-mixed', 'adt-to-alert', 'storm', 'storm-memory', 'outage-postgresql'].some((name) => run.wanted(name)))
      results.push(...(await onPostgresql(run)))
    if (run.wanted('outage-queue')) results.push(...(await onRedis(run)))
    return results.filter(({ name }) => run.wanted(name))
  },
}

async function onPostgresql(run: Run): Promise<Result[]> {
  const results: Result[] = []
  const databaseUrl = await run.server.database('hospital')
  await using passage = await openPassage(Number(new URL(databaseUrl).port))
  await using town = await openTown({
    folder: join(run.folder, 'hospital'),
    databaseUrl,
    hubDatabaseUrl: through(databaseUrl, passage),
    people: 800,
    sessionsEach: 1,
    profileFolder: run.profileFolder,
    signal: run.signal,
    tell: run.tell,
  })
  await watchMany(town.database)
  const adminToken = await town.hub.token('demo-admin')
  const bench = { ...town, adminToken }
  const { strangers, registered, admitted } = await admissionsOf(bench)
  // A process has its register before it listens; this one is given a hundred thousand people while it runs, and takes them over with the first message.
  await driveFrames(town.hub.mllpPort, strangers, 1, { calls: 1 })
  if (run.wanted('adt-mixed')) {
    await using ceilings = await openCeilings(town)
    const next = mixed(strangers, registered)
    const scenario: Scenario = {
      name: 'adt-mixed',
      unit: 'frames/s',
      concurrency: CONNECTIONS,
      ours: async (forMs) => measured(await driveFrames(town.hub.mllpPort, next, CONNECTIONS, { forMs })),
      ceiling: async (forMs) => measured(await driveFrames(ceilings.ceilingMllpPort, next, CONNECTIONS, { forMs })),
      settle: town.settle,
    }
    results.push(...(await compare([scenario], run)))
  }
  const seconds = run.stormSeconds
  if (run.wanted('adt-to-alert') || run.wanted('storm') || run.wanted('storm-memory'))
    results.push(...(await inAStorm(bench, { strangers, admitted }, seconds, run)))
  if (run.wanted('outage-postgresql')) results.push(await outageOfDatabase(bench, passage, { strangers, admitted }, run))
  return results
}

/** The queue in a Redis of its own, which goes away: the database stays. */
async function onRedis(run: Run): Promise<Result[]> {
  await using redis = await startTestRedis()
  if (redis === undefined) {
    run.tell('  left out: there is no redis-server and no valkey-server on the PATH')
    return []
  }
  await using passage = await openPassage(Number(new URL(redis.url).port))
  await using town = await openTown({
    folder: join(run.folder, 'hospital-redis'),
    databaseUrl: await run.server.database('hospital_redis'),
    redisUrl: through(redis.url, passage),
    people: 800,
    sessionsEach: 1,
    signal: run.signal,
    tell: run.tell,
  })
  const bench = { ...town, adminToken: await town.hub.token('demo-admin') }
  return [await outageOfQueue(bench, passage, await admissionsOf(bench), run)]
}

/** One message in so many is about somebody on the register. */
function mixed(strangers: NextMessage, registered: NextMessage): NextMessage {
  let turn = 0
  return (visit) => (turn++ % ONE_IN === 0 ? registered(visit) : strangers(visit))
}

/** The watch list of a large register. Nobody of them is in the record: what is measured is finding that a message is about none of them. */
async function watchMany(database: Database): Promise<void> {
  const people = watched(REGISTERED)
  for (let first = 0; first < people.length; first += 5_000) {
    await database.query({ text: WATCH, values: [JSON.stringify(people.slice(first, first + 5_000))] })
  }
}

const WATCH = `
  WITH next AS (UPDATE alerts.watch_revision SET revision = revision + 1 RETURNING revision)
  INSERT INTO alerts.watched (patient, active, person, revision)
  SELECT person->>'patient', true, person, next.revision FROM jsonb_array_elements($1::jsonb) AS person, next`

const watched = (count: number) =>
  syntheticNhsNumbers(count, REGISTERED_FROM).map((nhsNumber, index) => {
    const { name, birthDate } = aPerson(REGISTERED_FROM + index, nhsNumber)
    return {
      patient: `watched-${String(index)}`,
      nhsNumbers: [nhsNumber],
      hospitalNumbers: [],
      names: [{ family: (name?.[0]?.family ?? '').toLowerCase(), given: (name?.[0]?.given ?? []).map((each) => each.toLowerCase()) }],
      bornOn: birthDate,
      registers: ['parkinsons'],
    }
  })

async function inAStorm(bench: Bench, messages: Messages, seconds: number, { signal, tell }: Run): Promise<Result[]> {
  signal.throwIfAborted()
  tell(`  a storm of ${String(STORM_PER_SECOND)} messages a second for ${String(seconds)} s`)
  const sent = messagesFor(seconds, messages)
  const sentAt = new Map<string, number>()
  await using board = await listen(bench)
  let middle = 0
  const stormed = await stormOn(bench, sent, (index, at) => {
    const visit = sent.ours.get(index)
    if (visit !== undefined) sentAt.set(visit, at)
    if (index === sent.messages.length >> 1) middle = residentBytes(bench.hub.pid)
  }).catch((error: unknown) => reasonOf(error))
  if (typeof stormed === 'string') return ['storm', 'adt-to-alert'].map((name) => line(name, 'frames/s', { error: stormed }))
  const wrong = await endState(bench, sent)
  const grown = (residentBytes(bench.hub.pid) - middle) / 1_000_000
  const times = await deliveredAfter(bench.database, sentAt, board.heardAt)
  tell(`  ${String(stormed.cuts)} connections cut, ${String(stormed.resent)} messages sent again`)
  return [
    line('storm', 'frames/s', { stormed, ...(wrong === undefined ? {} : { error: wrong }) }),
    { ...line('storm-memory', 'MB', {}), ours: rounded(grown), target: `≤ ${String(FLAT_MB)} MB more`, met: grown <= FLAT_MB },
    {
      ...line('adt-to-alert', 'alerts', {}),
      ours: times.length,
      p50: rounded(median(times)),
      p99: rounded(percentile(times, 0.99)),
      target: 'p99 < 500 ms',
      met: times.length === sent.ours.size && percentile(times, 0.99) < 500,
    },
  ]
}

async function listen({ hub, adminToken }: Bench): Promise<{ readonly heardAt: ReadonlyMap<string, number> } & AsyncDisposable> {
  const heardAt = new Map<string, number>()
  const board = get({ host: '127.0.0.1', port: hub.port, path: '/alerts/stream', headers: { authorization: `Bearer ${adminToken}` } })
  board.on('error', () => {})
  const [stream] = (await once(board, 'response')) as [IncomingMessage]
  createInterface(stream)
    .on('line', (text) => {
      if (text.startsWith('id: ')) heardAt.set(text.slice(4), performance.now())
    })
    .on('error', () => {})
  return { heardAt, [Symbol.asyncDispose]: async () => void board.destroy() }
}

async function deliveredAfter(
  database: Database,
  sentAt: ReadonlyMap<string, number>,
  heardAt: ReadonlyMap<string, number>,
): Promise<number[]> {
  const deadline = performance.now() + OURS_WITHIN_MS
  for (;;) {
    const { rows } = await database.query<{ id: string; visit: string }>({
      text: `SELECT n.id::text AS id, split_part(s.visit, '|', 2) AS visit FROM alerts.notice n JOIN alerts.stay s ON s.id = n.stay
             WHERE n.kind = 'raised' AND n.id = ANY ($1::bigint[])`,
      values: [[...heardAt.keys()]],
    })
    const times = rows.flatMap(({ id, visit }) => {
      const [from, to] = [sentAt.get(visit.slice(1)), heardAt.get(id)]
      return from === undefined || to === undefined ? [] : [to - from]
    })
    if (times.length >= sentAt.size || performance.now() > deadline) return times
    await wait(100)
  }
}
