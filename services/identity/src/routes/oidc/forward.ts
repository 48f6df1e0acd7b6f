/** Hands requests under /identity to oidc-provider, as if it were reached at PUBLIC_URL directly. */
import type { IncomingMessage } from 'node:http'
import type { FastifyPluginAsync } from 'fastify'
import type { CurrentProvider } from './current-provider.ts'

export interface ForwardOptions {
  readonly provider: CurrentProvider
  readonly publicUrl: string
}

/** Mounts oidc-provider at the prefix of the enclosing context, which is `/identity`. */
export const forward: FastifyPluginAsync<ForwardOptions> = async (app, { provider, publicUrl }) => {
  // The provider reads the body itself.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))

  app.route({
    method: ['GET', 'POST', 'OPTIONS'],
    url: '/*',
    handler: async (request, reply) => {
      const callback = (await provider()).callback()
      asReachedAt(publicUrl, request.raw, app.prefix)
      reply.hijack()
      await callback(request.raw, reply.raw)
    },
  })
}

/**
 * Makes the request look as it did at PUBLIC_URL: oidc-provider builds addresses from host and protocol, and neither may come from
 * the caller. Koa believes X-Forwarded-Proto because `provider.proxy` is set.
 */
function asReachedAt(publicUrl: string, request: IncomingMessage, prefix: string): void {
  const { host, protocol, pathname } = new URL(publicUrl)
  delete request.headers['x-forwarded-host']
  delete request.headers['x-forwarded-for']
  Object.assign(request.headers, { host, 'x-forwarded-proto': protocol.slice(0, -1) })
  Object.assign(request, { url: (request.url ?? '').slice(prefix.length), baseUrl: `${pathname.replace(/\/+$/, '')}${prefix}` })
}
