/**
 * The state of the hub, for whoever looks after it: queues, what was given up, watchdogs, deliveries, feeds, clients,
 * organisations. Without patient data.
 */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { withReviews } from './rules.ts'
import { textIn } from '../../forms/fields.ts'
import { operatesHub, type Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'

interface Asked {
  readonly Querystring: { readonly retried?: string }
}

export const operator: FastifyPluginAsync<PageDependencies> = async (app, { operator: door, issuer, clock }) => {
  app.get<Asked>('/operator-state', async (request, reply) => {
    const { token } = operating(request)
    const { words } = reply
    const retried = /^\d{1,6}$/.test(request.query.retried ?? '') ? Number(request.query.retried) : undefined
    const [state, feeds, rules, clients] = await Promise.all([
      door(token).state(),
      door(token).feeds(),
      door(token).rules(),
      issuer.clients(token),
    ])
    const named = clients.filter(({ clientId }) => clientId !== undefined)
    return reply.page('operator/view', {
      title: words.operator.title,
      state,
      feeds,
      rules: withReviews(rules, clock.now()),
      clients: named,
      ofOnePerson: clients.length - named.length,
      retried,
    })
  })

  app.post('/operator-state/retry', async (request, reply) => {
    const { token } = operating(request)
    const change = textIn(request.body, 'change')
    const retried = await door(token).retry(change === 'all' ? 'all' : [change])
    return reply.redirect(`/operator-state?retried=${retried}`, 303)
  })
}

function operating(request: FastifyRequest): Session {
  const session = signedIn(request)
  if (!operatesHub(session)) throw refuse.NOT_ALLOWED()
  return session
}
