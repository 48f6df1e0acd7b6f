/** `GET /operator/directory-feeds`: the feeds of listings and how each stands, for whoever operates the hub. Nothing here is about a person. */
import type { FastifyPluginAsync } from 'fastify'
import { refuse } from '../../errors.ts'
import type { Feeds } from '../../store/feeds/feeds.ts'

export const directoryFeeds: FastifyPluginAsync<{ readonly feeds: Feeds }> = async (app, { feeds }) => {
  app.get('/operator/directory-feeds', async ({ caller }, reply) => {
    if (caller.role !== 'admin') throw refuse.OPERATOR_ONLY()
    const all = (await feeds.all()).map(({ name, type, publisher, answeredAt, nextAt, failingSince, items, refused }) => ({
      name,
      type,
      publisher,
      items,
      refused,
      answeredAt,
      nextAt,
      failingSince,
    }))
    return reply.header('cache-control', 'no-store').send({ feeds: all })
  })
}
