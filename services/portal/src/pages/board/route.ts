/**
 * The board of a ward or a specialist team: who is in hospital now, unacknowledged first. With a script it follows the alerts as they are told; without,
 * it is shown anew by a link. Features G4, story 4.
 */
import type { FastifyPluginAsync } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { textIn } from '../../forms/fields.ts'
import { passStreamOn, sendScript } from '../../rendering/live.ts'
import { script } from '../../rendering/assets.ts'
import { wordsOfSpans } from '../../rendering/dates.ts'
import { allowOwnScripts } from '../../rendering/pages.ts'
import { givesCare } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { loadAlerts, loadTaken, wishesIn } from '../alerts/route.ts'

export const board: FastifyPluginAsync<PageDependencies> = async (app, { record, clock }) => {
  const live = script('board')
  app.get(live.path, (_request, reply) => sendScript(reply, live))

  app.get('/board', async (request, reply) => {
    const session = signedIn(request)
    if (!givesCare(session)) throw refuse.NOT_ALLOWED()
    const wishes = wishesIn(request.query)
    const [alerts, taken] = await Promise.all([
      loadAlerts(record(session.token), session, reply.words, clock.now(), wishes),
      loadTaken(record(session.token), textIn(request.query, 'taken'), session, reply.words),
    ])
    allowOwnScripts(reply)
    return reply.page('board/view', {
      title: reply.words.board.title,
      alerts,
      wishes,
      taken,
      next: alerts.find(({ acknowledge }) => acknowledge !== undefined),
      at: clock.now(),
      spans: JSON.stringify(wordsOfSpans(reply.words.lang)),
      scriptPath: live.path,
    })
  })

  // The stream of the alerts, ids only, opened with the token of whoever looks: a script cannot hold a token here.
  app.get('/board/stream', async (request, reply) => {
    const session = signedIn(request)
    if (!givesCare(session)) throw refuse.NOT_ALLOWED()
    return passStreamOn(request, reply, record(session.token), 'alert')
  })
}
