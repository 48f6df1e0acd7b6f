/** The addresses of the hub as a whole: health and numbers, and the demo clock for as long as it is a demonstration. */
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { ParsedJson } from '@platform/fhir/json'
import { fhirServer } from '@platform/fhir/server'
import { smartAuthorisation } from '@platform/fhir/smart-authorisation'
import type { TokenVerifier } from '@platform/fhir/token-verifier'
import type { ClockMove, MovableClock } from '@platform/service/clock'
import { health, type HealthOptions } from '@platform/service/health'
import type { Log } from '@platform/service/log'
import type { Mount } from './dispatch.ts'
import { parseDurationMs } from './duration.ts'
import { refuse } from './errors.ts'

/** What the hub's own addresses need. */
export interface HubAppDependencies {
  readonly tokens: TokenVerifier
  /** Present only in a demonstration; without it /demo/clock is 404. */
  readonly clock?: MovableClock
  /** Does everything that is due at this time, in every service. */
  readonly sweep: (now: Date) => Promise<void>
  /** What must answer before the hub is ready, and its numbers. */
  readonly health: HealthOptions
  readonly log: Log
}

/** The addresses that belong to the hub itself. */
export const hubMounts: readonly Mount[] = ['/healthz', '/readyz', '/metrics', '/demo/*'].map((path) => ({ method: '*', path }))

/** Builds it; it listens to nothing. */
export async function buildHubApp({ tokens, clock, sweep, health: healthOptions, log }: HubAppDependencies): Promise<FastifyInstance> {
  const app = Fastify({ loggerInstance: log as FastifyBaseLogger, logController: new LogController({ disableRequestLogging: true }) })
  await app.register(fhirServer)
  await app.register(health, healthOptions)
  if (clock !== undefined) {
    await app.register(async (demo) => {
      await demo.register(smartAuthorisation, { tokens })
      demo.post('/demo/clock', async (request, reply) => {
        if (request.caller.clientId !== 'demo-admin') throw refuse.DEMO_ADMIN_ONLY()
        const now = await clock.move(readMove((request.body as ParsedJson | undefined)?.value))
        await sweep(now)
        return reply.type('application/json').send(JSON.stringify({ now: now.toISOString() }))
      })
    })
  }
  await app.ready()
  return app
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/

function readMove(body: unknown): ClockMove {
  const { advance, set, ...others } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  if (Object.keys(others).length > 0 || (advance === undefined) === (set === undefined)) throw refuse.DEMO_CLOCK_MOVE_INVALID()
  if (typeof set === 'string' && INSTANT.test(set) && !Number.isNaN(Date.parse(set))) return { set: new Date(set) }
  const advanceMs = typeof advance === 'string' ? parseDurationMs(advance) : undefined
  if (advanceMs === undefined) throw refuse.DEMO_CLOCK_MOVE_INVALID({}, { expression: set === undefined ? 'advance' : 'set' })
  return { advanceMs }
}
