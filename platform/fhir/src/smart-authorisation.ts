/**
 * The door of a FHIR context: no request goes further without a believed access token. RFC 6750, SMART App Launch v2.
 *
 * Afterwards `request.caller` says who is asking. What that caller may see is the service's own policy, not decided here.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import type { Caller } from './caller.ts'
import { Refusal } from './errors.ts'
import { refuse, type TokenVerifier } from './token-verifier.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is asking. Present on every route of a context with `smartAuthorisation`, except those declared `open`. */
    caller: Caller
  }
  interface FastifyContextConfig {
    /** True for the few addresses that answer without a token, such as `/metadata`. */
    open?: boolean
  }
}

export interface SmartAuthorisationOptions {
  readonly tokens: TokenVerifier
}

const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i

/**
 * Asks for a bearer token on every route of the enclosing context (unless its `config.open` is true), also on addresses that do not exist.
 * A refusal is 401 with `WWW-Authenticate`, and an OperationOutcome by the context's own error handler.
 */
export const smartAuthorisation = fastifyPlugin<SmartAuthorisationOptions>(
  async (app, { tokens }) => {
    app.decorateRequest('caller')

    app.addHook('onRequest', async (request, reply) => {
      if (request.routeOptions.config?.open === true) return
      const bearer = bearerOf(request, reply)
      request.caller = tokens.recall(bearer) ?? (await verified(tokens, bearer, reply))
    })
  },
  { name: 'smart-authorisation' },
)

function bearerOf(request: FastifyRequest, reply: FastifyReply): string {
  const [, bearer] = BEARER.exec(request.headers.authorization ?? '') ?? []
  if (bearer !== undefined) return bearer
  // No error code where no token was sent. RFC 6750 section 3.1.
  reply.header('www-authenticate', 'Bearer realm="handrail"')
  throw refuse.TOKEN_MISSING()
}

async function verified(tokens: TokenVerifier, bearer: string, reply: FastifyReply): Promise<Caller> {
  try {
    return await tokens.verify(bearer)
  } catch (error) {
    if (error instanceof Refusal && error.issue !== 'transient') {
      reply.header(
        'www-authenticate',
        `Bearer realm="handrail", error="invalid_token", error_description="${error.message.replaceAll('"', "'")}"`,
      )
    }
    throw error
  }
}
