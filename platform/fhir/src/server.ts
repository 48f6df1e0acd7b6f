/**
 * What makes a Fastify context a FHIR server: media types in and out, an exact JSON body, and an OperationOutcome for every no.
 * https://hl7.org/fhir/R4/http.html
 */
import { isUtf8 } from 'node:buffer'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { watchAllowedMethods } from './allowed-methods.ts'
import { defineErrors } from './errors.ts'
import type { ParsedJson } from './json.ts'
import { jsonRefuse, parseJson } from './json.ts'
import { checkBody, FHIR_JSON, negotiate } from './media-types.ts'
import { answerFor } from './operation-outcome.ts'

/** The largest body taken, in bytes: a transaction of some thousand resources, or a scanned letter. */
export const MAXIMUM_BODY_BYTES = 5 * 1024 * 1024

const serverRefuse = defineErrors({
  ADDRESS_UNKNOWN: {
    issue: 'not-found',
    says: 'There is nothing at this address.',
    remedy: 'See /fhir/metadata for what this server offers.',
  },
  METHOD_NOT_ALLOWED: {
    issue: 'not-supported',
    http: 405,
    says: 'This method is not offered at this address.',
    remedy: 'Use one of those that Allow names. See /fhir/metadata for what this server offers.',
  },
})

declare module 'fastify' {
  interface FastifyRequest {
    /** Content-Type of the answer, agreed before the request is handled. */
    answerType: string
  }
  interface FastifyContextConfig {
    /** Media types besides JSON that this route answers in, the preferred one first, such as `application/fhir+ndjson`. */
    produces?: readonly string[]
  }
}

const JSON_TYPES = ['application/fhir+json', 'application/json', 'application/json-patch+json', 'text/json']

async function plugin(app: FastifyInstance): Promise<void> {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    JSON_TYPES,
    { parseAs: 'buffer', bodyLimit: MAXIMUM_BODY_BYTES },
    async (_request: FastifyRequest, body: Buffer) => readBody(body),
  )
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 256 * 1024 },
    async (_request: FastifyRequest, body: string) => body,
  )

  app.decorateRequest('answerType', FHIR_JSON)
  app.addHook('onRequest', async (request) => {
    const format = request.raw.url?.includes('_format') === true ? (request.query as Record<string, unknown>)['_format'] : undefined
    const { produces = [] } = request.routeOptions.config ?? {}
    checkBody(request.headers['content-type'], request.headers['content-encoding'])
    request.answerType = negotiate(request.headers.accept, typeof format === 'string' ? format : undefined, produces)
  })

  app.setErrorHandler((error: FastifyError, request, reply) => sayNo(error, request, reply))
  app.setNotFoundHandler(sayUntaken(app))
}

/** Answers an address that nothing here has. */
export const sayUnknown = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  sayNo(serverRefuse.ADDRESS_UNKNOWN(), request, reply)

/** Watches the routes of this context. @returns what answers a request that none of them takes: 405 with `Allow` at a known address, what OPTIONS asks, else 404 */
export function sayUntaken(app: FastifyInstance): (request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  const allowedAt = watchAllowedMethods(app)
  return (request, reply) => {
    const [path = ''] = (request.raw.url ?? '').split('?')
    const allowed = allowedAt(path)
    if (allowed.length === 0) return sayUnknown(request, reply)
    reply.header('allow', allowed.join(', '))
    return request.method === 'OPTIONS' ? reply.code(204).send() : sayNo(serverRefuse.METHOD_NOT_ALLOWED(), request, reply)
  }
}

/** For Fastify's `frameworkErrors`: an address that cannot be decoded, or is too long, never reaches a context, and is answered as FHIR all the same. */
export const sayUnreadable = (error: unknown, request: FastifyRequest, reply: unknown): void => {
  sayNo(error, request, reply as FastifyReply)
}

/** Answers an error as an OperationOutcome; a fault of ours is logged with its correlation id, never with the request's content. */
export function sayNo(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, outcome, ours } = answerFor(error, request.id)
  if (ours) request.log.error({ event: 'request.failed', correlationId: request.id, err: faultOf(error) })
  return reply.code(status).header('content-type', FHIR_JSON).send(JSON.stringify(outcome))
}

/** What a log may hold of an unexpected error: its kind and where it came from. Messages of drivers can quote data. */
function faultOf(error: unknown): { type: string; code?: unknown; stack?: string | undefined } {
  if (!(error instanceof Error)) return { type: typeof error }
  const frames = error.stack
    ?.split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .join('\n')
  return { type: error.name, ...('code' in error ? { code: error.code } : {}), stack: frames }
}

function readBody(body: Buffer): ParsedJson | undefined {
  if (body.length === 0) return undefined
  if (!isUtf8(body)) throw jsonRefuse.JSON_MALFORMED()
  // A byte order mark is allowed to be ignored by RFC 8259 section 8.1.
  const text = body.toString('utf8')
  return parseJson(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
}

/** Registers the above on the enclosing context. */
export const fhirServer = fastifyPlugin(plugin, { name: 'fhir-server' })
