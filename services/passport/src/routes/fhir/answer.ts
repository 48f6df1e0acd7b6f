/** How stored text becomes an HTTP answer, untouched. */
import { createHash } from 'node:crypto'
import { scopesAllow } from '@platform/fhir/scopes'
import type { Issue } from '@platform/fhir/errors'
import { informationOutcome, outcomeOf } from '@platform/fhir/operation-outcome'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Outcome } from '../../domain/operation.ts'
import type { Row } from '../../store/record-store.ts'
import { preferredReturn } from './request.ts'

interface Tagged {
  readonly version: number
  readonly content: string
  readonly inPart?: true
}

/**
 * The weak ETag of a version; of a part of it also of what is shown: of one version a reader may be shown more tomorrow, or less, and another reader is shown
 * something else today. FHIR R4 http.html#versioning.
 */
export const etagOf = ({ version, content, inPart }: Tagged): string =>
  inPart === true ? `W/"${version}-${createHash('sha256').update(content).digest('hex').slice(0, 12)}"` : `W/"${version}"`

/** Headers of one resource, and its text; 304 where the client holds this version already. */
export function sendRow(request: FastifyRequest, reply: FastifyReply, row: Row): FastifyReply {
  const etag = etagOf(row)
  reply.header('etag', etag).header('cache-control', 'private, no-cache')
  // When a part changed is not when the version did: no date is given for it, and by none is it held.
  if (row.inPart !== true) reply.header('last-modified', row.updatedAt.toUTCString())
  if (isHeld(request, etag, row.inPart === true ? undefined : row.updatedAt)) return reply.code(304).send()
  return reply.header('content-type', request.answerType).send(row.content)
}

/** FHIR R4 http.html#cread. `If-None-Match` wins over `If-Modified-Since` (RFC 9110 section 13.2.2). */
function isHeld({ headers }: FastifyRequest, etag: string, updatedAt: Date | undefined): boolean {
  const noneMatch = headers['if-none-match']
  // Compared weakly, as RFC 9110 section 13.1.2 says: whether the tag is marked as weak does not count.
  if (noneMatch !== undefined)
    return noneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag.replace(/^W\//, '') || tag.trim() === '*')
  const since = headers['if-modified-since']
  return since !== undefined && updatedAt !== undefined && Math.floor(updatedAt.getTime() / 1000) * 1000 <= Date.parse(since)
}

/** What a write may give back: a patch made blindly does not read what it patched to a token that may not. */
export function shownOf({ caller }: FastifyRequest, { operation, type, content }: Outcome): string {
  const mayRead = scopesAllow(caller.scopes, type, 'r') || scopesAllow(caller.scopes, type, 's')
  return operation === 'patch' && !mayRead ? '' : content
}

/** What an OperationOutcome says of a write that succeeded. */
export const saidOfStored = ({ type, id, version }: Outcome): string => `${type}/${id} is stored as version ${version}.`

/**
 * The answer to a lone write, as the client prefers it.
 *
 * @param doubts what was stored and may be wrong: told where the client asks for an OperationOutcome
 */
export function sendOutcome(
  request: FastifyRequest,
  reply: FastifyReply,
  outcome: Outcome,
  baseUrl: string,
  doubts: readonly Issue[] = [],
): FastifyReply {
  reply.code(outcome.status)
  if (outcome.version > 0) reply.header('etag', etagOf(outcome))
  if (outcome.version > 0 && outcome.inPart !== true) reply.header('last-modified', outcome.updatedAt.toUTCString())
  if (outcome.status === 204) return reply.send()
  reply.header('location', `${baseUrl}/${outcome.type}/${outcome.id}/_history/${outcome.version}`)
  const wanted = preferredReturn(request)
  if (wanted === 'minimal') return reply.send()
  reply.header('content-type', request.answerType)
  const shown = shownOf(request, outcome)
  if (wanted === 'representation' && shown !== '') return reply.send(shown)
  const told = informationOutcome(saidOfStored(outcome))
  return reply.send(JSON.stringify(doubts.length === 0 ? told : { ...told, issue: [...told.issue, ...outcomeOf(doubts).issue] }))
}
