/** What a stranger in a hurry must know of a person, on one side of paper. Feature A7, story 4. */
import type { FastifyPluginAsync } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { givesCare, recordsDevices } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { showEmergency } from './emergency.ts'

export const emergency: FastifyPluginAsync<PageDependencies> = async (app, { record, clock }) => {
  app.get<{ Params: { readonly id: string } }>('/people/:id/emergency', async (request, reply) => {
    const session = signedIn(request)
    if (!givesCare(session)) throw refuse.NOT_ALLOWED()
    const { id } = request.params
    const answer = await record(session.token).ask(`Patient/${id}`, '$emergency', { _language: reply.words.lang })
    return reply.page('emergency/view', {
      title: reply.words.emergency.title,
      back: { href: `/people/${id}`, text: reply.words.back },
      devices: recordsDevices(session) ? `/people/${id}/implant` : undefined,
      view: showEmergency(answer, reply.words),
      at: clock.now(),
      readBy: session.name,
    })
  })
}
