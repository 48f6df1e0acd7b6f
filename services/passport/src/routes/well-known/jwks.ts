/** The keys with which health cards are checked, where every reader of cards looks for them: under the issuer. */
import type { FastifyPluginAsync } from 'fastify'
import type { CardKeys } from '../../store/share-secrets.ts'

export const cardKeys: FastifyPluginAsync<{ readonly cards: CardKeys }> = async (app, { cards }) => {
  // A verifier is often a page of another origin; without this header it can fetch nothing.
  app.addHook('onRequest', async (_request, reply) => {
    void reply.headers({ 'access-control-allow-origin': '*', 'x-content-type-options': 'nosniff' })
  })
  app.get('/.well-known/jwks.json', async (_request, reply) =>
    reply
      .type('application/json')
      .header('cache-control', 'public, max-age=3600')
      .send(JSON.stringify({ keys: cards.published })),
  )
  app.options('/.well-known/jwks.json', async (_request, reply) =>
    reply.code(204).header('access-control-allow-methods', 'GET, OPTIONS').send(),
  )
}
