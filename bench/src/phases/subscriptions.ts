/** Being told: deliveries a second and the time to arrive, beside a bare BullMQ worker that does an empty POST; and 1,000 subscriptions that hear nothing. */
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Subscription } from '@medplum/fhirtypes'
import { TOPIC } from '@platform/nhs/systems'
import { startTestRedis } from '../../../scripts/test-redis.ts'
import { compare, reasonOf } from '../compare.ts'
import { requestBytes } from '../http-connection.ts'
import { organizationOf } from '../seeding.ts'
import type { Result, Scenario } from '../scenario.ts'
import { recordRequests } from '../scenarios/record.ts'
import { measured, type Measured } from '../statistics.ts'
import { openCeilings, openTown, type Ceilings, type Town } from '../world.ts'
import { only, type Phase, type Run } from './phase.ts'

const DELIVERIES = 1_500
const ARRIVALS = 40
const IDLE = 1_000
const WITHIN_MS = 30_000
/** The consumer of topics comes and goes with the sweep of the hub. */
const LOOKED_WITHIN_MS = 7_000

export const subscriptionsPhase: Phase = {
  title: 'Subscriptions',
  covers: ['subscription-deliveries', 'subscription-arrival', 'subscription-idle'],
  run: async (run) => {
    const results = await onBackend('postgresql', run, undefined)
    await using redis = await startTestRedis()
    if (redis === undefined) run.tell('  left out with Redis: there is no redis-server and no valkey-server on the PATH')
    else results.push(...(await onBackend('redis', run, redis.url)))
    return results
  },
}

async function onBackend(backend: 'postgresql' | 'redis', run: Run, redisUrl: string | undefined): Promise<Result[]> {
  const names = [`subscription-deliveries-${backend}`, `subscription-arrival-${backend}`, `subscription-idle-${backend}`]
  if (!names.some((name) => run.wanted(name))) return []
  await using town = await openTown({
    folder: join(run.folder, `subscriptions-${backend}`),
    databaseUrl: await run.server.database(`subscriptions_${backend}`),
    ...(redisUrl === undefined ? {} : { redisUrl }),
    people: 400,
    sessionsEach: 1,
    profileFolder: run.profileFolder,
    signal: run.signal,
    tell: run.tell,
  })
  await using ceilings = await openCeilings(town)
  const adminToken = await town.hub.token('demo-admin')
  await using receiver = await openReceiver()
  const bench = { ...town, ...ceilings, adminToken, receiver, team: await organizationOf(town.database, 'community-team') }
  const results: Result[] = []
  const idle = idleScenario({ ...bench, token: await town.hub.token('demo-community-team') }, `subscription-idle-${backend}`)
  if (run.wanted(idle.name)) results.push(...(await compare([idle], { ...run, rounds: Math.min(3, run.rounds) })))
  await town.database.query({ text: `DELETE FROM alerts.subscription WHERE id LIKE 'idle-%'` })
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
      name: `subscription-arrival-${backend}`,
      unit: 'arrivals/s',
      concurrency: 1,
      ...(backend === 'redis' ? { target: { p50Ms: 5 } } : {}),
      ours: () => arrivals(bench),
      ceiling: async () => queue(bench, `jobs=${String(ARRIVALS)}`),
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

/** One Task at a time, from sending it until it arrives. */
async function arrivals({ load, adminToken, receiver, team }: Bench): Promise<Measured> {
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
  const start = performance.now()
  for (let one = 1; one <= ARRIVALS; one += 1) {
    const begun = performance.now()
    await load.ask(request)
    await receiver.until(one)
    durationsMs.push((receiver.cameAt[one - 1] ?? begun) - begun)
  }
  return measured({ durationsMs, elapsedMs: performance.now() - start })
}

async function queue({ ceiling }: Bench, query: string): Promise<Measured> {
  const { body } = await ceiling.ask(requestBytes({ method: 'POST', path: `/queue?${query}` }))
  return JSON.parse(body) as Measured
}

/** Creates with 1,000 subscriptions to Tasks that none of them is about, and without any. */
function idleScenario(bench: Bench & { readonly token: string }, name: string): Scenario {
  const { database, load, settle } = bench
  const requests = recordRequests(bench)
  const become = async (count: number) => {
    await database.query({ text: `DELETE FROM alerts.subscription WHERE id LIKE 'idle-%'` })
    await database.query({
      text: `INSERT INTO alerts.subscription (id, endpoint, topic, filters, party, status)
             SELECT 'idle-' || one, 'http://127.0.0.1:9/', 'task', ARRAY['owner=Organization/nobody'], '*', 'active' FROM generate_series(1, $1::int) AS one`,
      values: [count],
    })
    await wait(LOOKED_WITHIN_MS)
  }
  const round = (count: number) => async (forMs: number) => {
    await become(count)
    return measured(await load.run(requests.create.ours, 16, { forMs: Math.max(forMs, 1_500) }))
  }
  return {
    name,
    unit: 'creates/s',
    concurrency: 16,
    target: { ratio: 0.95 },
    ours: round(IDLE),
    ceiling: round(0),
    settle: () => settle().catch((error: unknown) => Promise.reject(new Error(reasonOf(error)))),
  }
}
