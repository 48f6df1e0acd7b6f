/** Signing in at the issuer and signing out. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { textIn } from '../../forms/fields.ts'
import { ownPath } from '../../session/language.ts'
import { withPreferences } from '../../session/preferences.ts'
import { begun } from '../../session/session-end.ts'
import { keptForReturn } from '../../session/sessions.ts'

export const signIn: FastifyPluginAsync<PageDependencies> = async (app, { issuer, seal, demoPeople, record, times }) => {
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
    const { session: who, refreshToken } = arrived
    const session = await withPreferences(who, record(who.token))
    await endHere(request) // Whoever was signed in here before is so no more.
    await reply.signIn(begun(session, refreshToken, times, Math.floor(Date.now() / 1000)))
    request.log.info({ event: 'portal.signed-in', subject: session.subject })
    return reply.redirect(ownPath(kept.to), 303)
  })

  app.post('/sign-out', async (request, reply) => {
    await endHere(request)
    reply.signOut()
    return reply.redirect('/signed-out', 303)
  })

  app.get('/signed-out', (_request, reply) => reply.page('sign-in/signed-out', { title: reply.words.signIn.signedOut }))

  /** Ends the sign-in of this browser at its issuer. Where that fails the browser forgets it all the same, and it ends by itself. */
  async function endHere({ session, log }: FastifyRequest): Promise<void> {
    if (session === undefined) return
    await issuer.end(session.token, 'this').catch((error: unknown) => log.warn({ event: 'portal.sign-out-not-told', error }))
  }
}
