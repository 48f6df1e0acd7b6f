/** `/identity/jwks`: the keys of the issuer, and those by which other services of the hub sign what they send. RFC 7517. */
import type { FastifyPluginAsync } from 'fastify'
import type { JWK } from 'jose'
import type { CurrentProvider } from './current-provider.ts'

export interface JwksOptions {
  readonly provider: CurrentProvider
  /** Public keys of other services. */
  readonly otherKeys: () => Promise<readonly JWK[]>
}

/** Mounted at the prefix of the enclosing context, which is `/identity`, before the provider's own page of the same name. */
export const jwks: FastifyPluginAsync<JwksOptions> = async (app, { provider, otherKeys }) => {
  app.get('/jwks', async (_request, reply) => {
    const [own, others] = await Promise.all([provider.keys(), otherKeys()])
    const keys = [...own.map(({ jwk: { kty, crv, x, y, kid } }) => ({ kty, crv, x, y, kid, alg: 'ES256', use: 'sig' })), ...others]
    return reply.type('application/jwk-set+json; charset=utf-8').header('access-control-allow-origin', '*').send(JSON.stringify({ keys }))
  })
}
