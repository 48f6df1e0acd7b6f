/** Who asks at a BaRS address: the same tokens as everywhere, judged after version, ids and target. */
import type { Caller } from '@platform/fhir/caller'
import { Refusal } from '@platform/fhir/errors'
import type { TokenVerifier } from '@platform/fhir/token-verifier'
import type { FastifyRequest } from 'fastify'
import { refuse } from '../../errors.ts'

/** Systems of those who refer and answer: a person's own app, and whoever counts, have other ways. */
const SENDERS: ReadonlySet<Caller['role']> = new Set<Caller['role']>(['professional', 'worker', 'ward', 'admin'])

/** @throws BARS_TOKEN_REFUSED, BARS_NOT_FOR_YOU; what makes tokens unverifiable for a while is passed on as it is */
export async function callerOf(request: FastifyRequest, tokens: TokenVerifier): Promise<Caller> {
  const [, bearer] = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i.exec(request.headers.authorization ?? '') ?? []
  if (bearer === undefined) throw refuse.BARS_TOKEN_REFUSED()
  try {
    const caller = tokens.recall(bearer) ?? (await tokens.verify(bearer))
    if (!SENDERS.has(caller.role)) throw refuse.BARS_NOT_FOR_YOU()
    return caller
  } catch (cause) {
    if (cause instanceof Refusal && cause.code === 'BARS_NOT_FOR_YOU') throw cause
    if (cause instanceof Refusal && cause.issue === 'transient') throw cause
    throw refuse.BARS_TOKEN_REFUSED({}, { cause })
  }
}
