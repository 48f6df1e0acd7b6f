/**
 * Where one is signed in, and signing out there: `GET /identity/sign-ins`, `POST /identity/sign-ins/end`. Each for oneself alone, with
 * one's own access token.
 */
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { SignIns } from '../store/sign-ins.ts'
import { bearerOf } from './bearer.ts'
import type { CurrentProvider } from './oidc/current-provider.ts'

export interface SignInsOptions {
  readonly publicUrl: string
  readonly provider: CurrentProvider
  readonly signIns: SignIns
  readonly clock: { now(): Date }
}

/** `which` is `this`, `all`, or the id of one. */
interface Asked {
  readonly which?: unknown
}

const ID = /^[\w-]{22}$/

export const signInsOfOneself: FastifyPluginAsync<SignInsOptions> = async (app, { signIns, clock, ...issuer }) => {
  app.get('/sign-ins', async ({ headers }, reply) => {
    const caller = await bearerOf(headers.authorization, issuer)
    if (caller?.sub === undefined) return unknown(reply)
    const all = await signIns.list(caller.sub, clock.now())
    return reply.header('cache-control', 'no-store').send({
      signIns: all.map(({ id, device, begunAt, usedAt }) => ({ id, device, begunAt, usedAt, here: id === caller['sid'] })),
    })
  })

  app.post<{ Body: Asked | null }>('/sign-ins/end', async ({ headers, body, log }, reply) => {
    const caller = await bearerOf(headers.authorization, issuer)
    if (caller?.sub === undefined) return unknown(reply)
    const which = body?.which === 'this' ? caller['sid'] : body?.which
    if (typeof which !== 'string' || (which !== 'all' && !ID.test(which)))
      return reply.code(422).send({ says: 'Say which sign-in is to end: this, all, or the id of one.' })
    const ended = await signIns.end(caller.sub, which === 'all' ? 'all' : { id: which })
    log.info({ event: 'identity.signed-out', person: caller.sub, ended })
    return { ended }
  })
}

const unknown = (reply: FastifyReply): FastifyReply => reply.code(401).send({ says: 'Sign in again.' })
