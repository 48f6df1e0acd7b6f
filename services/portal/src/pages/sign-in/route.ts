/** Signing in at the issuer and signing out. */
import type { FastifyPluginAsync } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { textIn } from '../../forms/fields.ts'
import { ownPath } from '../../session/language.ts'
import { withPreferences } from '../../session/preferences.ts'
import { keptForReturn } from '../../session/sessions.ts'

export const signIn: FastifyPluginAsync<PageDependencies> = async (app, { issuer, seal, demoPeople, record }) => {
  app.post('/sign-in', async ({ body }, reply) => {
    const hint = demoPeople.find(({ id }) => id === textIn(body, 'person'))?.id
    const { address, kept } = await issuer.depart(ownPath(textIn(body, 'to')), hint)
    await reply.keepForReturn(kept)
    return reply.redirect(address, 303)
  })

  app.get('/signed-in', async (request, reply) => {
    const kept = await keptForReturn(request, seal)
    if (kept === undefined) throw refuse.SIGN_IN_FAILED()
    const arrived = await issuer.arrive(new URLSearchParams(request.url.split('?')[1] ?? ''), kept)
    const session = await withPreferences(arrived, record(arrived.token))
    await reply.signIn(session)
    request.log.info({ event: 'portal.signed-in', subject: session.subject })
    return reply.redirect(ownPath(kept.to), 303)
  })

  app.post('/sign-out', async (_request, reply) => {
    reply.signOut()
    // In the demonstration a button names the person: whoever is still signed in at the issuer does not matter.
    const further = demoPeople.length > 0 ? undefined : await issuer.endAddress()
    return reply.redirect(further ?? '/signed-out', 303)
  })

  app.get('/signed-out', (_request, reply) => reply.page('sign-in/signed-out', { title: reply.words.signIn.signedOut }))
}
