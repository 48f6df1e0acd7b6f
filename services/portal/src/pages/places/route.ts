/** Where one is signed in, signing out there or everywhere, and how long the sign-in lasts. */
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { textIn } from '../../forms/fields.ts'
import { endOf } from '../../session/session-end.ts'
import type { Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'

interface Asked {
  readonly Querystring: { readonly ended?: string }
}

export const places: FastifyPluginAsync<PageDependencies> = async (app, { issuer }) => {
  app.get<Asked>('/sign-ins', async (request, reply) => {
    const { token } = signedIn(request)
    const { places: words } = reply.words
    const done = { yes: words.ended, no: words.gone }[request.query.ended === 'no' ? 'no' : 'yes']
    const view = request.query.ended === undefined ? {} : { done }
    return reply.page('places/view', { title: words.title, ...view, places: await issuer.places(token).catch(notOurs) })
  })

  app.post('/sign-ins/end', async (request, reply) => {
    const { token, subject } = signedIn(request)
    const which = textIn(request.body, 'which')
    const ended = await issuer.end(token, which)
    request.log.info({ event: 'portal.signed-out', subject, ended })
    if (which !== 'all') return reply.redirect(`/sign-ins?ended=${ended > 0 ? 'yes' : 'no'}`, 303)
    reply.signOut()
    return reply.redirect('/signed-out', 303)
  })

  // For the script that warns. Asking keeps nobody signed in; the answer of somebody who presses the button does.
  app.get('/sign-in-time', ({ session }, reply) => reply.header('cache-control', 'no-store').send(timeLeft(session)))
  app.post('/stay-signed-in', ({ session }, reply) => reply.header('cache-control', 'no-store').send(timeLeft(session)))
}

const timeLeft = (session: Session | undefined) => ({
  who: session?.subject ?? '',
  secondsLeft: session === undefined ? 0 : Math.max(0, endOf(session) - Math.floor(Date.now() / 1000)),
})

/** Another issuer than the hub's own keeps its own list. */
function notOurs(error: unknown): undefined {
  if (error instanceof Refusal && error.code === 'SESSION_ENDED') return undefined
  throw error
}
