/** What every BaRS address has in common: the ids come back, and every no is an OperationOutcome in the receiver's voice. BaRS guide, section on errors. */
import { answerFor } from '@platform/fhir/operation-outcome'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { refuse } from '../../errors.ts'
import { BARS } from '../../domain/bars/vocabulary.ts'
import type { Log } from '@platform/service/log'

/** The media type of every answer. */
export const BARS_JSON = 'application/fhir+json; charset=utf-8'

const CODE_OF: Readonly<Record<number, string>> = {
  400: 'REC_BAD_REQUEST',
  401: 'REC_UNAUTHORIZED',
  403: 'REC_FORBIDDEN',
  404: 'REC_NOT_FOUND',
  405: 'REC_METHOD_NOT_ALLOWED',
  406: 'REC_NOT_ACCEPTABLE',
  408: 'REC_TIMEOUT',
  409: 'REC_CONFLICT',
  413: 'REC_BAD_REQUEST',
  415: 'REC_UNSUPPORTED_MEDIA_TYPE',
  422: 'REC_UNPROCESSABLE_ENTITY',
  425: 'REC_TOO_EARLY',
  429: 'REC_TOO_MANY_REQUESTS',
  501: 'REC_NOT_IMPLEMENTED',
  503: 'REC_SERVICE_UNAVAILABLE',
}

/** Sets the context up: echoed ids, raw bodies (headers are judged first), and the voice of every error. */
export function barsContext(app: FastifyInstance, { log, newId }: { log: Log; newId: () => string }): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: FastifyRequest, body: Buffer) => body)
  app.addHook('onRequest', async (request, reply) => {
    for (const header of ['x-request-id', 'x-correlation-id']) {
      const value = request.headers[header]
      if (typeof value === 'string' && /^[0-9A-Za-z-]{1,64}$/.test(value)) void reply.header(header, value)
    }
  })
  app.setErrorHandler((error, request, reply) => {
    const { status, outcome, ours } = answerFor(error, request.id)
    if (ours) log.error({ event: 'bars.failed', request: request.id, reason: error instanceof Error ? error.name : 'unknown' })
    return sendOutcome(reply, status, outcome.issue, newId())
  })
  app.setNotFoundHandler((_request, reply) => {
    const { status, outcome } = answerFor(refuse.BARS_NOT_IMPLEMENTED(), '')
    return sendOutcome(reply, status, outcome.issue, newId())
  })
}

interface Issue {
  readonly severity: string
  readonly code: string
  readonly details?: { readonly text: string }
  readonly diagnostics?: string
  readonly expression?: readonly string[]
}

function sendOutcome(reply: FastifyReply, status: number, issues: readonly Issue[], id: string): FastifyReply {
  // A resource that the record found not to be valid is a fault of the request: BaRS knows 422 for what is not offered.
  const code = CODE_OF[status] ?? (status >= 500 ? 'REC_SERVER_ERROR' : 'REC_BAD_REQUEST')
  return reply
    .code(status)
    .header('content-type', BARS_JSON)
    .send(
      JSON.stringify({
        resourceType: 'OperationOutcome',
        id,
        meta: { profile: [BARS.OUTCOME_PROFILE] },
        issue: issues.map(({ severity, code: issue, details, diagnostics, expression }) => ({
          severity,
          code: issue,
          details: { coding: [{ system: BARS.HTTP_ERROR, code }], ...(details === undefined ? {} : { text: details.text }) },
          // What and where, without personal data: our refusals name places and never what is there.
          diagnostics: [details?.text, diagnostics].filter((text) => text !== undefined).join(' '),
          ...(expression === undefined ? {} : { expression }),
        })),
      }),
    )
}
