/** What we know, and do not know, of how accessible the pages are. */
import type { FastifyPluginAsync } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'

export const accessibility: FastifyPluginAsync<PageDependencies> = async (app) => {
  app.get('/accessibility', (_request, reply) => reply.page('accessibility/view', { title: reply.words.accessibility.title }))
}
