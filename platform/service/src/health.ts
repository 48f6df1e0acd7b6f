/**
 * What an orchestrator asks: are you alive, are you ready, what do your numbers say. Open to it, and free of patient data.
 */
import type { FastifyPluginAsync } from 'fastify'
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Queryable } from './database.ts'
import { summariseError } from './describe-error.ts'
import { groupCommit } from './group-commit.ts'

/** A process's numbers, in the Prometheus text format. */
export type Metrics = Registry

/** Resolves when the thing is usable, e.g. `() => queues.ready()`. */
export type ReadinessCheck = () => Promise<unknown>

/** What the health routes answer from. */
export interface HealthOptions {
  readonly checks?: Readonly<Record<string, ReadinessCheck>>
  readonly metrics?: Metrics
  /** How long a check may take, in milliseconds. @default 2_000 */
  readonly checkWithinMs?: number
}

/** Opens the numbers of a process: those of Node.js itself, and whatever is registered later. */
export function openMetrics(): Metrics {
  const metrics = new Registry()
  collectDefaultMetrics({ register: metrics })
  return metrics
}

/**
 * Registers how far the announcements of changes are behind, read from the database at each scrape:
 * `handrail_outbox_lag_seconds`, `handrail_changes_waiting` and `handrail_dead_letters`, the last two by consumer.
 */
export function measureChanges(metrics: Metrics, database: Queryable): void {
  // The three are collected in the same turn, and share one statement.
  const read = groupCommit<undefined, readonly LagRow[]>(
    async () => (await database.query<LagRow>({ name: 'metrics-changes', text: LAG })).rows,
  )
  const registers = [metrics]
  new Gauge({
    name: 'handrail_outbox_lag_seconds',
    help: 'Age of the oldest change that a consumer has not confirmed; 0 when there is none.',
    registers,
    async collect() {
      this.set(Math.max(0, ...(await read(undefined)).map(({ lag_seconds }) => lag_seconds ?? 0)))
    },
  })
  new Gauge({
    name: 'handrail_changes_waiting',
    help: 'Changes a consumer has not confirmed yet; of the outbox, those not offered to anybody yet.',
    labelNames: ['consumer'],
    registers,
    async collect() {
      this.reset()
      for (const { consumer, waiting } of await read(undefined)) this.set({ consumer }, waiting)
    },
  })
  new Gauge({
    name: 'handrail_dead_letters',
    help: 'Changes given up until a person retries them.',
    labelNames: ['consumer'],
    registers,
    async collect() {
      this.reset()
      for (const { consumer, dead } of await read(undefined)) this.set({ consumer }, dead)
    },
  })
}

/**
 * Fastify plugin: `/healthz` (alive), `/readyz` (every check passes, else 503) and `/metrics`.
 * A failed check is told by code, never by an error's own text.
 */
export const health: FastifyPluginAsync<HealthOptions> = async (app, { checks = {}, metrics, checkWithinMs = 2_000 }) => {
  app.get('/healthz', async () => ({ status: 'alive' }))

  app.get('/readyz', async (_request, reply) => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await outcome(check, checkWithinMs)] as const),
    )
    const ready = results.every(([, result]) => result === 'ok')
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', checks: Object.fromEntries(results) })
  })

  if (metrics !== undefined) app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()))
}

async function outcome(check: ReadinessCheck, withinMs: number): Promise<string> {
  const late = Promise.withResolvers<string>()
  const timer = setTimeout(() => late.resolve(`no answer within ${withinMs} ms`), withinMs)
  try {
    return await Promise.race([check().then(() => 'ok'), late.promise])
  } catch (error) {
    return summariseError(error)
  } finally {
    clearTimeout(timer)
  }
}

interface LagRow {
  readonly consumer: string
  readonly waiting: number
  readonly dead: number
  readonly lag_seconds: number | null
}

// The first row stands for the outbox itself: what no relay has claimed yet waits for everybody.
const LAG = `
  SELECT 'outbox' AS consumer, count(*)::int AS waiting, 0 AS dead, extract(epoch FROM now() - min(at))::float8 AS lag_seconds
  FROM events.outbox
  UNION ALL
  SELECT consumer.name, count(change_id) FILTER (WHERE dead_at IS NULL)::int, count(dead_at)::int,
         extract(epoch FROM now() - min(at) FILTER (WHERE dead_at IS NULL))::float8
  FROM events.consumer AS consumer LEFT JOIN events.delivery ON delivery.consumer = consumer.name
  GROUP BY consumer.name`
