/** Being told: deliveries a second and the time to arrive, beside a bare BullMQ worker that does an empty POST; and 1,000 subscriptions that hear nothing. */
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Subscription } from '@medplum/fhirtypes'
import { TOPIC } from '@platform/nhs/systems'
import { startTestRedis } from '@platform/testing/redis'
import { compare, reasonOf } from '../compare.ts'
import { requestBytes } from '../http-connection.ts'
import { succeeded } from '../load.ts'
import { organizationOf } from '../seeding.ts'
import type { Result, Scenario } from '../scenario.ts'
import { recordRequests } from '../scenarios/record.ts'
import { measured, median, type Measured } from '../statistics.ts'
import { openCeilings, openTown, type Ceilings, type Town } from '../world.ts'
import { only, type Phase, type Run } from './phase.ts'

const DELIVERIES = 1_500
/** Of fewer, a run may say anything between once and three times the ceiling. */
const ARRIVALS = 200
const IDLE = 1_000
const WITHIN_MS = 30_000
/** The consumer of topics comes and goes with the sweep of the hub. */
const LOOKED_WITHIN_MS = 7_000

export const subscriptionsPhase: Phase = {
  title: 'Subscriptions',
  covers: ['subscription-deliveries', 'subscription-telling', 'subscription-arrival', 'subscription-idle'],
  run: async (run) => {
    const results = await onBackend('postgresql', run, undefined)
    await using redis = await startTestRedis()
    if (redis === undefined) run.tell('  left out with Redis: there is no redis-server and no valkey-server on the PATH')
    else results.push(...(await onBackend('redis', run, redis.url)))
    return results
  },
}

async function onBackend(backend: 'postgresql' | 'redis', run: Run, redisUrl: string | undefined): Promise<Result[]> {
  if (!subscriptionsPhase.covers.some((name) => run.wanted(`${name}-${backend}`))) return []
  const open = async (name: string, at: string | undefined) =>
    openTown({
      folder: join(run.folder, `subscriptions-${name}-${backend}`),
      databaseUrl: await run.server.database(`subscriptions_${name}_${backend}`),
      ...(at === undefined ? {} : { redisUrl: at }),
      people: 400,
      sessionsEach: 1,
      profileFolder: run.profileFolder,
      signal: run.signal,
      tell: run.tell,
    })
  await using town = await open('told', redisUrl)
  await using ceilings = await openCeilings(town)
  const adminToken = await town.hub.token('demo-admin')
  await using receiver = await openReceiver()
  const bench = { ...town, ...ceilings, adminToken, receiver, team: await organizationOf(town.database, 'community-team') }
  const results: Result[] = []
  if (run.wanted(`subscription-idle-${backend}`)) {
    await using other = await open('idle', redisUrl === undefined ? undefined : `${redisUrl}/1`)
    const idle = await idleScenario([town, other], `subscription-idle-${backend}`)
    results.push(...(await compare([idle], { ...run, rounds: Math.min(3, run.rounds) })))
  }
  await subscribe(bench)
  const scenarios: Scenario[] = [
    {
      name: `subscription-deliveries-${backend}`,
      unit: 'deliveries/s',
      concurrency: 8,
      target: { ratio: 0.5 },
      ours: () => delivered(bench),
      ceiling: async (forMs) => queue(bench, `ms=${String(Math.round(forMs))}&concurrency=8&post=${encodeURIComponent(receiver.url)}`),
      settle: town.settle,
    },
    {
      name: `subscription-telling-${backend}`,
      unit: 'arrivals/s',
      concurrency: 1,
      target: { p50Times: 2, ...(backend === 'redis' ? { p50Ms: 5 } : {}) },
      ours: () => arrivals(bench, 'answer'),
      ceiling: async () => queue(bench, `jobs=${String(ARRIVALS)}&post=${encodeURIComponent(receiver.url)}`),
      settle: town.settle,
    },
    {
      name: `subscription-arrival-${backend}`,
      unit: 'arrivals/s',
      concurrency: 1,
      ours: () => arrivals(bench, 'request'),
      ceiling: async () => queue(bench, `jobs=${String(ARRIVALS)}&post=${encodeURIComponent(receiver.url)}`),
      settle: town.settle,
    },
  ]
  results.push(...(await compare(only(scenarios, run), run)))
  return results
}

type Bench = Town & Ceilings & { readonly adminToken: string; readonly receiver: Receiver; readonly team: string }

interface Receiver extends AsyncDisposable {
  readonly url: string
  /** When each request came. */
  readonly cameAt: number[]
  until(count: number): Promise<void>
}

async function openReceiver(): Promise<Receiver> {
  const cameAt: number[] = []
  let wake = () => {}
  const server: HttpServer = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(204).end()
      cameAt.push(performance.now())
      wake()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`,
    cameAt,
    async until(count) {
      const deadline = performance.now() + WITHIN_MS
      while (cameAt.length < count) {
        if (performance.now() > deadline) throw new Error(`${String(count - cameAt.length)} notifications did not arrive`)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 500)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const headersOf = (token: string) => ({ 'content-type': 'application/fhir+json', authorization: `Bearer ${token}` })

/** Tasks of one organisation, each notification with one event. */
async function subscribe({ load, adminToken, receiver, database, team }: Bench): Promise<void> {
  const subscription: Subscription = {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'Measured',
    criteria: TOPIC.TASK,
    _criteria: {
      extension: [
        {
          url: 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria',
          valueString: `Task?owner=${team}`,
        },
      ],
    },
    channel: { type: 'rest-hook', endpoint: receiver.url, payload: 'application/fhir+json' },
  } as Subscription
  await load.ask(
    requestBytes({ method: 'POST', path: '/fhir/Subscription', headers: headersOf(adminToken), body: JSON.stringify(subscription) }),
  )
  const deadline = performance.now() + WITHIN_MS
  for (;;) {
    const { rows } = await database.query({ text: `SELECT 1 FROM alerts.subscription WHERE status = 'active' AND topic = 'task'` })
    if (rows.length > 0) break
    if (performance.now() > deadline) throw new Error('The subscription did not become active.')
    await wait(50)
  }
  await wait(LOOKED_WITHIN_MS) // until changes of Tasks are heard of
}

let told = 0

/** Notices that are due at once, from the first arrival to the last. */
async function delivered({ database, receiver, team }: Bench): Promise<Measured> {
  receiver.cameAt.length = 0
  const at = new Date().toISOString()
  const notices = Array.from({ length: DELIVERIES }, () => ({
    kind: 'changed',
    quiet: false,
    task: `Task/bench-${String((told += 1))}`,
    audience: [],
    at,
    topic: 'task',
    facts: [`owner=${team}`],
  }))
  await database.query({ text: 'SELECT alerts.tell_all(NULL, NULL, $1::jsonb)', values: [JSON.stringify(notices)] })
  await receiver.until(DELIVERIES)
  const [first = 0, last = 0] = [receiver.cameAt[0], receiver.cameAt.at(-1)]
  return { rate: ((DELIVERIES - 1) * 1_000) / (last - first), durationsMs: [] }
}

/**
 * One Task at a time, until its notification arrives: from sending it, or from the answer, by which it is committed. The latter is what adding a job to a queue
 * compares with; a notification that is there before the answer took no time.
 */
async function arrivals({ load, adminToken, receiver, team }: Bench, from: 'request' | 'answer'): Promise<Measured> {
  receiver.cameAt.length = 0
  const task = {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    owner: { reference: team },
    restriction: { period: { end: '2027-01-01T00:00:00Z' } },
  }
  const request = requestBytes({ method: 'POST', path: '/fhir/Task', headers: headersOf(adminToken), body: JSON.stringify(task) })
  const durationsMs: number[] = []
  using connection = await load.keep()
  const start = performance.now()
  for (let one = 1; one <= ARRIVALS; one += 1) {
    const sent = performance.now()
    succeeded(await connection.send(request))
    const begun = from === 'request' ? sent : performance.now()
    await receiver.until(one)
    durationsMs.push(Math.max(0, (receiver.cameAt[one - 1] ?? begun) - begun))
  }
  return measured({ durationsMs, elapsedMs: performance.now() - start })
}

async function queue({ ceiling }: Bench, query: string): Promise<Measured> {
  const { body } = await ceiling.ask(requestBytes({ method: 'POST', path: `/queue?${query}` }))
  return JSON.parse(body) as Measured
}

/** Slices of one assignment of one round on each hub, and their length. */
const SLICES = 8
const SLICE_MS = 350

/**
 * Creates with 1,000 subscriptions to Tasks that none of them is about, and without any: on two hubs that are filled alike, in short slices that take
 * turns, so that whatever else the machine does falls on both. While one is measured the other is stopped, with all that it does beside. In each round
 * either hub has the subscriptions once, so that no hub is better than the other for long.
 */
async function idleScenario(towns: readonly [Town, Town], name: string): Promise<Scenario> {
  const sides = await Promise.all(
    towns.map(async (town) => ({ ...town, requests: recordRequests({ ...town, token: await town.hub.token('demo-community-team') }) })),
  )
  const become = async ({ database }: Town, count: number) => {
    await database.query({ text: `DELETE FROM alerts.subscription WHERE id LIKE 'idle-%'` })
    await database.query({
      text: `INSERT INTO alerts.subscription (id, endpoint, topic, filters, party, status)
             SELECT 'idle-' || one, 'http://127.0.0.1:9/', 'task', ARRAY['owner=Organization/nobody'], '*', 'active' FROM generate_series(1, $1::int) AS one`,
      values: [count],
    })
  }
  const round = async (): Promise<{ readonly ours: Measured; readonly ceiling: Measured }> => {
    const pairs: { readonly ours: Measured; readonly ceiling: Measured }[] = []
    for (const [idle, empty] of [sides, sides.toReversed()]) {
      if (idle === undefined || empty === undefined) continue
      await Promise.all([become(idle, IDLE), become(empty, 0)])
      await wait(LOOKED_WITHIN_MS)
      const slice = async (side: typeof idle, other: typeof idle) => {
        process.kill(other.hub.pid, 'SIGSTOP')
        try {
          await side.settle().catch((error: unknown) => Promise.reject(new Error(reasonOf(error))))
          return measured(await side.load.run(side.requests.create.ours, 16, { forMs: SLICE_MS }))
        } finally {
          process.kill(other.hub.pid, 'SIGCONT')
        }
      }
      for (let turn = 0; turn < SLICES; turn += 1) {
        const [first, second] = turn % 2 === 0 ? [idle, empty] : [empty, idle]
        const [one, next] = [await slice(first, second), await slice(second, first)]
        pairs.push(first === idle ? { ours: one, ceiling: next } : { ours: next, ceiling: one })
      }
    }
    // What a slice is to its neighbour, in the middle of all pairs: a minute that is slow for one pair says nothing of another.
    const ceiling = median(pairs.map((pair) => pair.ceiling.rate))
    const ratio = median(pairs.map((pair) => pair.ours.rate / pair.ceiling.rate))
    const durationsOf = (side: 'ours' | 'ceiling') => pairs.flatMap((pair) => pair[side].durationsMs)
    return {
      ours: { rate: ceiling * ratio, durationsMs: durationsOf('ours') },
      ceiling: { rate: ceiling, durationsMs: durationsOf('ceiling') },
    }
  }
  // Both sides of a round are measured together; whichever is asked for second is what is left of it.
  let left: Partial<Awaited<ReturnType<typeof round>>> = {}
  const side = (which: 'ours' | 'ceiling') => async () => {
    const whole = left[which] === undefined ? await round() : left
    const { [which]: its, ...other } = whole
    left = whole === left ? {} : other
    if (its === undefined) throw new Error('A round without one of its sides')
    return its
  }
  return { name, unit: 'creates/s', concurrency: 16, target: { ratio: 0.95 }, ours: side('ours'), ceiling: side('ceiling') }
}
