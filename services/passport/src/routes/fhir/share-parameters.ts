/** What the operations of sharing have in common: how long, which one, and an answer that nothing in between keeps. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { LIFETIME_MS } from '../../domain/share/link-state.ts'
import { refuse } from '../../errors.ts'
import { readParameters, type Given } from './operation-input.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Where a parameter stands, for a refusal. */
export const atParameter = (name: string) => ({ expression: `Parameters.parameter.where(name = '${name}')` })

/**
 * When what is given out ends.
 *
 * @default a day from now
 * @throws SHARE_EXPIRY_INVALID when that is past, or more than a year off
 */
export function expiryIn(given: Given, at: Date): Date {
  const expires = given.instant('expires') ?? new Date(at.getTime() + LIFETIME_MS.usual)
  if (expires.getTime() <= at.getTime() || expires.getTime() > at.getTime() + LIFETIME_MS.most)
    throw refuse.SHARE_EXPIRY_INVALID({}, atParameter('expires'))
  return expires
}

/**
 * The id of what is to be withdrawn; nothing when it can be nobody's.
 *
 * @throws PARAMETERS_UNREADABLE without one
 */
export function idIn(body: unknown): string | undefined {
  const id = readParameters(body, { id: 'once' }).word('id')
  if (id === undefined) throw refuse.PARAMETERS_UNREADABLE({}, atParameter('id'))
  return UUID.test(id) ? id : undefined
}

/** Answers with Parameters that no cache keeps. */
export function sendPrivately(request: FastifyRequest, reply: FastifyReply, parameter: readonly object[]): FastifyReply {
  return reply
    .header('content-type', request.answerType)
    .header('cache-control', 'no-store')
    .send(JSON.stringify({ resourceType: 'Parameters', ...(parameter.length === 0 ? {} : { parameter }) }))
}
