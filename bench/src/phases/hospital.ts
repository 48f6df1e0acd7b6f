/** A hospital that sends everybody's messages to a hub with 100,000 people on the register: answers, alerts, a storm, an outage. */
import { get, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { adtHandler, type AdtDoor } from '@services/alerts/routes/mllp/adt'
import { openWatchList, type WatchList } from '@services/alerts/store/watch-list'
import type { Database } from '@platform/service/database'
import { driveFrames, messagesAbout, type NextMessage } from '../admissions.ts'
import { compare, reasonOf } from '../compare.ts'
import { openPassage, type Passage } from '../passage.ts'
import { aPerson, syntheticNhsNumbers } from '../people.ts'
import type { Result, Scenario } from '../scenario.ts'
import { admissionsOf } from '../scenarios/alerts.ts'
import { measured, median, percentile, rounded } from '../statistics.ts'
import { storm, type Stormed } from '../storm.ts'
import { openCeilings, openTown, residentBytes, type Town } from '../world.ts'
import { only, type Phase, type Run } from './phase.ts'

const REGISTERED = 100_000
const REGISTERED_FROM = 300_000 // numbers of nobody in the record: they are on the watch list and never come
const STRANGERS_FROM = 900_000
const ONE_IN = 200
const CONNECTIONS = 16
const STORM_PER_SECOND = 300
const STORM_CONNECTIONS = 12
const OURS_WITHIN_MS = 60_000
/** What the process may hold more after the storm than in the middle of it. */
const FLAT_MB = 100

export const hospitalPhase: Phase = {
  title: 'A hospital, and a hub with 100,000 people on the register',
  covers: ['adt-mixed', 'adt-to-alert', 'storm', 'storm-memory', 'outage', 'lookup-1000000'],
  run: async (run) => {
    const results: Result[] = run.wanted('lookup-1000000') ? await compare(only([await lookup()], run), run) : []
    if (!['adt-mixed', 'adt-to-alert', 'storm', 'storm-memory', 'outage'].some((name) => run.wanted(name))) return results
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
    if (run.wanted('outage')) results.push(await inAnOutage(bench, passage, { strangers, admitted }, seconds, run))
    return results.filter(({ name }) => run.wanted(name))
  },
}

type Bench = Town & { readonly adminToken: string }
interface Messages {
  readonly strangers: NextMessage
  readonly admitted: NextMessage
}

const through = (databaseUrl: string, { port }: Passage): string => {
  const url = new URL(databaseUrl)
  url.port = String(port)
  return url.href
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

/** The handler of frames about strangers, with 1,000,000 people on the register and with 1,000, in turn. */
async function lookup(): Promise<Scenario> {
  const listOf = async (count: number) => {
    const rows = Array.from({ length: count }, (_, index) => ({
      patient: `p${String(index)}`,
      active: true,
      revision: '1',
      person: {
        patient: `p${String(index)}`,
        nhsNumbers: [`8${String(index).padStart(9, '0')}`], // no number of anybody: ten digits that are not checked here
        hospitalNumbers: [],
        names: [{ family: `family${String(index % 20_000)}`, given: ['a'] }],
        bornOn: `${String(1930 + (index % 80))}-0${String(1 + (index % 9))}-1${String(index % 10)}`,
        registers: ['parkinsons'],
      },
    }))
    return openWatchList({ query: async () => ({ rows, rowCount: count }) } as unknown as Database)
  }
  const [large, small] = [await listOf(1_000_000), await listOf(1_000)]
  const strangers = messagesAbout(
    syntheticNhsNumbers(1_000, STRANGERS_FROM).map((nhsNumber, index) => ({
      index: STRANGERS_FROM + index,
      nhsNumber,
      birthDate: `192${String(index % 10)}-0${String(1 + (index % 9))}-1${String(index % 10)}`,
    })),
    'A08',
  )
  const messages = Array.from({ length: 1_000 }, () => strangers())
  // The door as it is, and nothing behind it: nobody is found, so nothing is kept.
  const look = (watchList: WatchList) => {
    const handle = adtHandler({
      watchList,
      caughtUp: () => true,
      marks: { seen: () => false },
      feeds: { heard: () => undefined },
      counts: { count: () => undefined },
      siteOf: () => ({}),
      processingIds: ['P'],
      clock: { now: () => new Date() },
      newControlId: () => 'ONE',
    } as unknown as AdtDoor)
    return async (forMs: number) => {
      const start = performance.now()
      let done = 0
      while (performance.now() - start < forMs) {
        for (const message of messages) {
          if (!Array.isArray(handle(message, PEER))) throw new Error('A stranger was taken for somebody on the register.')
        }
        done += messages.length
      }
      return { rate: (done * 1_000) / (performance.now() - start), durationsMs: [] }
    }
  }
  return { name: 'lookup-1000000', unit: 'frames/s', concurrency: 1, target: { ratio: 0.9 }, ours: look(large), ceiling: look(small) }
}

const PEER = { address: '127.0.0.1', port: 1 }

interface Sent {
  readonly messages: readonly Buffer[]
  /** Visit numbers of those about people on the register, by the index of their message. */
  readonly ours: ReadonlyMap<number, string>
}

let visits = 500_000

function messagesFor(seconds: number, { strangers, admitted }: Messages): Sent {
  const ours = new Map<number, string>()
  const messages = Array.from({ length: seconds * STORM_PER_SECOND }, (_, index) => {
    if (index % ONE_IN !== 0) return strangers()
    const visit = String(++visits)
    ours.set(index, visit)
    return admitted(visit)
  })
  return { messages, ours }
}

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

async function inAnOutage(bench: Bench, passage: Passage, messages: Messages, seconds: number, { signal, tell }: Run): Promise<Result> {
  signal.throwIfAborted()
  const around = Math.max(3, Math.round(seconds / 6))
  tell(`  PostgreSQL, and the queue in it, away for ${String(seconds)} s`)
  const sent = messagesFor(seconds + 2 * around, messages)
  const away = (async () => {
    await wait(around * 1_000)
    passage.cut()
    await wait(seconds * 1_000)
    passage.mend()
  })()
  try {
    const stormed = await stormOn(bench, sent)
    await away
    const wrong = await endState(bench, sent)
    tell(`  ${String(stormed.resent)} messages sent again`)
    return line('outage', 'frames/s', { stormed, ...(wrong === undefined ? {} : { error: wrong }) })
  } catch (error) {
    passage.mend()
    await away
    return line('outage', 'frames/s', { error: reasonOf(error) })
  }
}

const stormOn = ({ hub }: Bench, { messages }: Sent, onSent?: (index: number, at: number) => void): Promise<Stormed> =>
  storm({
    port: hub.mllpPort,
    messages,
    perSecond: STORM_PER_SECOND,
    connections: STORM_CONNECTIONS,
    ...(onSent === undefined ? {} : { onSent }),
  })

/** Whether every alert is there once, and nothing is left to do. @returns what is wrong */
async function endState({ database, settle }: Bench, { ours }: Sent): Promise<string | undefined> {
  await settle()
  const { rows } = await database.query<{ stays: number; alerts: number; raised: number; doubled: number }>({
    text: END_STATE,
    values: [[...ours.values()].map((visit) => `V${visit}`)],
  })
  const [found] = rows
  const right = found?.stays === ours.size && found.alerts === ours.size && found.raised === ours.size && found.doubled === 0
  return right ? undefined : `of ${String(ours.size)} alerts: ${JSON.stringify(found)}`
}

const END_STATE = `
  WITH mine AS (SELECT id, alert FROM alerts.stay WHERE split_part(visit, '|', 2) = ANY ($1)),
  told AS (SELECT stay, count(*) AS times FROM alerts.notice WHERE kind = 'raised' AND stay IN (SELECT id FROM mine) GROUP BY stay)
  SELECT (SELECT count(*)::int FROM mine) AS stays, (SELECT count(DISTINCT alert)::int FROM mine) AS alerts,
         (SELECT count(*)::int FROM told) AS raised, (SELECT count(*)::int FROM told WHERE times > 1) AS doubled`

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

const line = (name: string, unit: string, { stormed, error }: { readonly stormed?: Stormed; readonly error?: string }): Result => ({
  name,
  unit,
  concurrency: STORM_CONNECTIONS,
  rounds: 1,
  ours: stormed === undefined ? null : rounded((stormed.durationsMs.length * 1_000) / stormed.elapsedMs),
  ceiling: null,
  ratio: null,
  target: 'every message taken, each alert once',
  met: error === undefined && (stormed === undefined || stormed.astray === 0),
  p50: stormed === undefined ? null : rounded(median(stormed.durationsMs)),
  p99: stormed === undefined ? null : rounded(percentile(stormed.durationsMs, 0.99)),
  ...(error === undefined ? {} : { error }),
})
