/** `GET /operator/hospital-feeds`: when each hospital was last heard, for whoever operates the hub. Nothing here is about a person. HAZ-A11 */
import type { FastifyPluginAsync } from 'fastify'
import { refuse } from '../errors.ts'
import type { Feeds } from '../store/feeds.ts'

export const hospitalFeeds: FastifyPluginAsync<{ readonly feeds: Feeds }> = async (app, { feeds }) => {
  app.get('/operator/hospital-feeds', async ({ caller }, reply) => {
    if (caller.role !== 'admin') throw refuse.OPERATOR_ONLY()
    const all = (await feeds.all()).map(({ facility, lastAt, frames, task }) => ({ facility, lastAt, frames, silent: task !== undefined }))
    return reply.header('cache-control', 'no-store').send({ feeds: all })
  })
}
