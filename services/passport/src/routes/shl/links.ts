/**
 * The door of SMART Health Links: manifest, direct file, files by short-lived address, and the reader's note back. A bearer of a link has no
 * account, so there is no token here; what he must not tell apart is one answer, byte for byte.
 * https://hl7.org/fhir/uv/smart-health-cards-and-links/links-specification.html
 */
import { describeError } from '@platform/service/describe-error'
import type { FastifyError, FastifyPluginAsync, FastifyReply } from 'fastify'
import { isObject } from '../../domain/references.ts'
import { readManifestRequest, readNote, readRecipient } from '../../domain/share/manifest-request.ts'
import { leaveNote, type NoteDependencies } from '../../store/leave-note.ts'
import { openLink, openTicket, type Opened, type SharingDependencies } from '../../store/open-link.ts'
import { giveTickets } from '../../store/link-openings.ts'

export interface LinkDependencies extends SharingDependencies, NoteDependencies {
  /** Without a trailing slash. */
  readonly publicUrl: string
}

/** 43 characters of base64url: 256 bits. Anything else never was a link. */
const SECRET = /^[A-Za-z0-9_-]{43}$/
const BODY_BYTES = 16 * 1024
/** A reader that asked too often comes again after so many seconds. */
const RETRY_AFTER = { often: 60, busy: 2 } as const

export const links: FastifyPluginAsync<LinkDependencies> = async (app, dependencies) => {
  const { publicUrl, clock, database } = dependencies
  // Whatever the reader calls it, it is read as JSON or refused as such.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: BODY_BYTES }, async (_request: unknown, body: string) => parsed(body))

  app.addHook('onRequest', async (_request, reply) => {
    // Viewers are pages of other origins; nothing here needs a cookie. A withdrawn link must not live on in a cache.
    void reply.headers({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'retry-after, handrail-opening',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
  })
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode !== undefined && error.statusCode < 500 ? error.statusCode : 500
    if (status === 500) request.log.error({ event: 'link.failed', correlationId: request.id, error: describeError(error) })
    return say(reply, status === 500 ? 500 : status === 413 ? 413 : 400, status === 500 ? 'failed' : 'unreadable')
  })
  app.setNotFoundHandler((_request, reply) => gone(reply))

  app.options('/*', async (_request, reply) =>
    reply
      .code(204)
      .headers({
        'access-control-allow-methods': 'GET, POST, OPTIONS',
        'access-control-allow-headers': 'content-type, accept',
        'access-control-max-age': '600',
      })
      .send(),
  )

  app.get<{ Params: { ticket: string } }>('/file/:ticket', async (request, reply) => {
    const jwe = SECRET.test(request.params.ticket) ? await openTicket(dependencies, request.params.ticket) : undefined
    return jwe === undefined ? gone(reply) : reply.type('application/jose').send(jwe)
  })

  app.post('/note', async (request, reply) => {
    const body = isObject(request.body) ? request.body : {}
    const { opening } = body
    const text = readNote(body['text'])
    if (text === undefined) return say(reply, 400, 'unreadable', 'text')
    const kept = typeof opening === 'string' && SECRET.test(opening) ? await leaveNote(dependencies, { word: opening, text }) : undefined
    return kept === undefined ? gone(reply) : reply.code(201).type('application/json').send({ status: 'waiting' })
  })

  app.post<{ Params: { secret: string } }>('/:secret', async (request, reply) => {
    const asked = readManifestRequest(request.body)
    if (typeof asked === 'string') return say(reply, 400, 'unreadable', asked)
    const { secret } = request.params
    if (!SECRET.test(secret)) return gone(reply)
    const opened = await openLink(dependencies, { ...asked, secret, direct: false, request: request.id })
    if (opened.outcome !== 'opened') return refused(reply, opened)

    const most = asked.embeddedLengthMax ?? Number.POSITIVE_INFINITY
    const long = opened.files.filter(({ jwe }) => jwe.length > most)
    const jwes = long.map(({ jwe }) => jwe)
    const tickets = jwes.length === 0 ? [] : await giveTickets(database, opened.link.id, jwes, clock.now())
    const files = opened.files.map((file) => {
      const ticket = tickets[long.indexOf(file)]
      return {
        contentType: file.contentType,
        fhirVersion: '4.0.1',
        lastUpdated: file.updatedAt.toISOString(),
        status: opened.link.flag.includes('L') ? 'can-change' : 'finalized',
        ...(ticket === undefined ? { embedded: file.jwe } : { location: `${publicUrl}/shl/file/${ticket}` }),
      }
    })
    return reply.header('handrail-opening', opened.note).type('application/json').send({ files })
  })

  app.get<{ Params: { secret: string }; Querystring: { recipient?: unknown } }>('/:secret', async (request, reply) => {
    const { secret } = request.params
    const recipient = readRecipient(request.query.recipient)
    // Without a name it is no request for a direct file. A manifest is never given by GET.
    if (recipient === undefined) return say(reply.header('allow', 'POST, OPTIONS'), 405, 'method')
    if (!SECRET.test(secret)) return gone(reply)
    const opened = await openLink(dependencies, { recipient, secret, direct: true, request: request.id })
    if (opened.outcome !== 'opened') return refused(reply, opened)
    return reply
      .header('handrail-opening', opened.note)
      .type('application/jose')
      .send(opened.files[0]?.jwe ?? '')
  })

  for (const method of ['PUT', 'PATCH', 'DELETE'] as const)
    app.route({ method, url: '/*', handler: async (_request, reply) => say(reply.header('allow', 'GET, POST, OPTIONS'), 405, 'method') })
}

const WORDS = {
  gone: 'This link is not active.',
  passcode: 'This link asks for a passcode.',
  often: 'This link was opened too often. Wait, and try again.',
  unreadable: 'The request cannot be read. Send JSON with a recipient, which is text naming who asks.',
  method: 'This method is not offered at this address.',
  failed: 'Something went wrong here. Try again later.',
} as const

function say(reply: FastifyReply, status: number, words: keyof typeof WORDS, at?: string): FastifyReply {
  return reply
    .code(status)
    .type('application/json')
    .send({ message: WORDS[words], ...(at === undefined ? {} : { at }) })
}

/** The one answer for a link that is expired, withdrawn, locked, closed, or never was. */
const gone = (reply: FastifyReply): FastifyReply => say(reply, 404, 'gone')

function refused(reply: FastifyReply, opened: Exclude<Opened, { outcome: 'opened' }>): FastifyReply {
  switch (opened.outcome) {
    case 'gone':
      return gone(reply)
    case 'other-method':
      return say(reply, 405, 'method')
    case 'busy':
      return say(reply.header('retry-after', String(RETRY_AFTER.busy)), 429, 'often')
    case 'too-often':
      return say(reply.header('retry-after', String(RETRY_AFTER.often)), 429, 'often')
    case 'passcode-wanted':
    case 'passcode-wrong':
      return reply.code(401).type('application/json').send({ remainingAttempts: opened.left, message: WORDS.passcode })
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
