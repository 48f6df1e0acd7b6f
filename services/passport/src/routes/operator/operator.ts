/** The operator's door: the state of the hub, and trying again what was given up. For the role `admin` alone; nothing of it is about anybody. */
import { defineErrors } from '@platform/fhir/errors'
import type { ParsedJson } from '@platform/fhir/json'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { HubStates } from '../../store/hub-state.ts'

const operatorRefuse = defineErrors({
  OPERATOR_ONLY: {
    issue: 'forbidden',
    says: 'The state of the hub is for its operator.',
    remedy: 'Sign in as the operator, or use the operator’s command line.',
  },
  CHANGES_UNREADABLE: {
    issue: 'value',
    says: 'What is to be tried again cannot be read.',
    remedy: 'Send { "changes": ["123", …] } with ids of dead letters, or { "changes": "all" }.',
  },
})

export interface OperatorDependencies {
  readonly hubStates: HubStates
  /** Business time. */
  readonly clock: { now(): Date }
}

export const operatorRoutes: FastifyPluginAsync<OperatorDependencies> = async (app, { hubStates, clock }) => {
  const config = { fhir: { operation: 'operate' } }
  app.addHook('preHandler', async ({ caller }) => {
    if (caller.role !== 'admin') throw operatorRefuse.OPERATOR_ONLY()
  })

  app.get('/state', { config }, async (_request, reply) => sendJson(reply, await hubStates.read(clock.now())))

  app.post('/retry', { config }, async (request, reply) => {
    const { changes } = ((request.body as ParsedJson | undefined)?.value ?? {}) as { changes?: unknown }
    if (changes === 'all') return sendJson(reply, { retried: await hubStates.retry() })
    if (!Array.isArray(changes) || changes.length === 0 || !changes.every((one) => typeof one === 'string' && /^\d{1,18}$/.test(one)))
      throw operatorRefuse.CHANGES_UNREADABLE()
    return sendJson(reply, { retried: await hubStates.retry(changes as string[]) })
  })
}

const sendJson = (reply: FastifyReply, body: object): FastifyReply =>
  reply.header('content-type', 'application/json; charset=utf-8').header('cache-control', 'no-store').send(JSON.stringify(body))
