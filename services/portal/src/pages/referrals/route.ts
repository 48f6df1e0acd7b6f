/** A person's own requests for help: who has each one now, and what was said, in plain words. */
import type { FastifyPluginAsync } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { isThePerson } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { loadTimeline } from '../timeline/load.ts'

export const referrals: FastifyPluginAsync<PageDependencies> = async (app, { record }) => {
  app.get('/my-referrals', async (request, reply) => {
    const session = signedIn(request)
    if (!isThePerson(session)) throw refuse.NOT_ALLOWED()
    const { entries } = await loadTimeline(record(session.token), session.patient ?? '', reply.words)
    const list = entries
      .filter(({ what }) => what === 'referral')
      .toSorted((one, other) => Number(other.open) - Number(one.open))
      .map((entry) => ({ ...entry, now: entry.steps.filter(({ open }) => open) }))
    return reply.page('referrals/view', { title: reply.words.referrals.title, referrals: list })
  })
}
