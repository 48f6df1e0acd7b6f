/**
 * A referral from its POST until the Task of whoever is asked is in the record. The Task is seen by looking into the database, so that the
 * hub is slowed by nothing but the looking.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { pace } from '../drive.ts'
import { openConnection, requestBytes, type HttpConnection } from '../http-connection.ts'
import { inTurn, succeeded, type NextRequest } from '../load.ts'
import { aReferral } from '../people.ts'
import type { Scenario } from '../scenario.ts'
import { measured, type Measured } from '../statistics.ts'
import type { Town } from '../world.ts'

/** What the scenarios work on: a town, and a token of the community team. */
export interface ReferralBench extends Pick<Town, 'hub' | 'database' | 'surroundings' | 'others' | 'load' | 'settle'> {
  readonly token: string
  /** `Organization/…` that is asked. */
  readonly asked: string
}

const PEOPLE = 500
const PER_SECOND = 50
const PACED_MS = 2_500
const SUSTAINED = 400
const AT_ONCE = 32
const LOOK_EVERY_MS = 4
const ROUTED_WITHIN_MS = 30_000
const COMMITTED_WITHIN_MS = 1_000

/** Minimal answers: the id in `Location` is all that is needed of them. */
export function referralRequests({
  token,
  others,
  surroundings,
  asked,
}: Pick<ReferralBench, 'token' | 'others' | 'surroundings' | 'asked'>): NextRequest {
  const headers = { 'content-type': 'application/fhir+json', prefer: 'return=minimal', authorization: `Bearer ${token}` }
  return inTurn(
    others
      .slice(0, PEOPLE)
      .map(({ id }) =>
        requestBytes({ method: 'POST', path: '/fhir/ServiceRequest', headers, body: JSON.stringify(aReferral(id, surroundings, asked)) }),
      ),
  )
}

/** On one backend of the queues, with its targets. */
export function referralScenarios(bench: ReferralBench, backend: string, targets: { p99Ms: number; rate: number }): Scenario[] {
  const next = referralRequests(bench)
  const { settle } = bench
  return [
    {
      name: `referral-${PER_SECOND}-a-second-${backend}`,
      unit: 'referrals/s',
      concurrency: PER_SECOND,
      target: { p99Ms: targets.p99Ms },
      ours: () => paced(bench, next),
      settle,
    },
    {
      name: `referral-sustained-${backend}`,
      unit: 'referrals/s',
      concurrency: AT_ONCE,
      target: { rate: targets.rate },
      ours: () => sustained(bench, next),
      settle,
    },
  ]
}

/** At a fixed rate: how long each took until its Task could be seen. */
async function paced({ hub: { port }, database }: ReferralBench, next: NextRequest): Promise<Measured> {
  const sentAt = new Map<string, number>()
  const seenAt = new Map<string, number>()
  const idle: HttpConnection[] = []
  let sending = true

  const watch = async (): Promise<void> => {
    const known = new Set<string>()
    const deadline = performance.now() + PACED_MS + ROUTED_WITHIN_MS
    let since = new Date(Date.now() - COMMITTED_WITHIN_MS)
    while (sending || [...sentAt.keys()].some((referral) => !seenAt.has(referral))) {
      if (performance.now() > deadline) throw new Error(`not all referrals were routed within ${ROUTED_WITHIN_MS / 1_000} s`)
      const { rows } = await database.query<SeenTask>({ name: 'tasks-since', text: TASKS_SINCE, values: [since, [...known]] })
      const at = performance.now()
      for (const { id, content } of rows) {
        known.add(id)
        seenAt.set(/"focus":\{"reference":"ServiceRequest\/([^"]+)"/.exec(content)?.[1] ?? '', at)
      }
      // A Task is stamped before it is committed: the window reaches back further than that can take.
      if (Date.now() - since.getTime() > 2 * COMMITTED_WITHIN_MS) since = new Date(Date.now() - COMMITTED_WITHIN_MS)
      await wait(LOOK_EVERY_MS)
    }
  }
  const refer = async (): Promise<void> => {
    const connection = idle.pop() ?? (await openConnection(port))
    const sent = performance.now()
    const { head } = succeeded(await connection.send(next()))
    sentAt.set(/\r\nlocation: .*\/ServiceRequest\/([^/\r]+)/i.exec(head)?.[1] ?? '', sent)
    idle.push(connection)
  }
  const start = performance.now()
  const pacing = pace(refer, { perSecond: PER_SECOND, forMs: PACED_MS }).finally(() => (sending = false))
  await Promise.all([pacing, watch()])
  const elapsedMs = performance.now() - start
  for (const connection of idle) connection.close()
  return measured({ durationsMs: [...sentAt].map(([referral, sent]) => (seenAt.get(referral) ?? Number.NaN) - sent), elapsedMs })
}

interface SeenTask {
  readonly id: string
  readonly content: string
}

/** As many as are taken, until the last of them is routed. */
async function sustained({ load, database }: ReferralBench, next: NextRequest): Promise<Measured> {
  const since = new Date()
  const count = async (): Promise<number> => {
    const { rows } = await database.query<{ tasks: number }>({ name: 'count-tasks', text: COUNT_TASKS, values: [since] })
    return rows[0]?.tasks ?? 0
  }
  const start = performance.now()
  await load.run(next, AT_ONCE, { calls: SUSTAINED })
  while ((await count()) < SUSTAINED) {
    if (performance.now() - start > ROUTED_WITHIN_MS)
      throw new Error(`not all of ${SUSTAINED} referrals were routed within ${ROUTED_WITHIN_MS / 1_000} s`)
    await wait(10)
  }
  return { rate: (SUSTAINED * 1_000) / (performance.now() - start), durationsMs: [] }
}

const TASKS_SINCE = `SELECT id, content FROM passport.resource WHERE type = 'Task' AND updated_at >= $1 AND id <> ALL ($2::text[])`
const COUNT_TASKS = `SELECT count(*)::integer AS tasks FROM passport.resource WHERE type = 'Task' AND updated_at >= $1`
