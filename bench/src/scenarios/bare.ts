/** The ceilings by themselves, so that a reader sees what the machine gives. */
import { requestBytes } from '../http-connection.ts'
import { inTurn, type Load } from '../load.ts'
import type { Scenario } from '../scenario.ts'
import { measured, type Measured } from '../statistics.ts'

/** Bare Fastify at 16 and 64. */
export function bareScenarios(ceiling: Load): Scenario[] {
  const json = inTurn([requestBytes({ method: 'GET', path: '/json' })])
  return [16, 64].map((concurrency) => ({
    name: `bare-json-${concurrency}`,
    unit: 'requests/s',
    concurrency,
    ceiling: async (forMs: number) => measured(await ceiling.run(json, concurrency, { forMs })),
  }))
}

/** Bare BullMQ: added in bulk and processed by a worker that does nothing, on one backend. */
export function bareQueueScenario(ceiling: Load, backend: string): Scenario {
  return {
    name: `bare-queue-${backend}`,
    unit: 'jobs/s',
    concurrency: 16,
    ceiling: async (forMs): Promise<Measured> => {
      const { body } = await ceiling.ask(requestBytes({ method: 'POST', path: `/queue?ms=${Math.round(forMs)}&concurrency=16` }))
      const { rate } = JSON.parse(body) as { rate: number }
      return { rate, durationsMs: [] }
    },
  }
}
