/**
 * The page at `/view` that opens links in the browser: static files, no cookie, nothing from elsewhere. The key stands in the fragment, which
 * a browser sends to nobody. Story 5. Hazard HAZ-P12 (a key that reaches the server).
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'

const FOLDER = new URL('./page/', import.meta.url)
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
}

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

interface File {
  readonly body: Buffer
  readonly type: string
  readonly etag: string
}

export const viewPage: FastifyPluginAsync = async (app) => {
  const files = new Map<string, File>()
  for (const name of await readdir(FOLDER)) {
    const body = await readFile(new URL(name, FOLDER))
    const type = TYPES[extname(name)] ?? 'application/octet-stream'
    files.set(name, { body, type, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` })
  }

  app.addHook('onRequest', async (_request, reply) => {
    void reply.headers({
      'content-security-policy': POLICY,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=()',
      // Looked at each time, so that a mended page is the page.
      'cache-control': 'no-cache',
    })
  })
  app.get('/', async (request, reply) => send(request, reply, files.get('index.html')))
  app.get<{ Params: { file: string } }>('/:file', async (request, reply) => {
    const file = files.get(request.params.file)
    return file === undefined ? reply.callNotFound() : send(request, reply, file)
  })
}

function send(request: FastifyRequest, reply: FastifyReply, file: File | undefined): FastifyReply {
  if (file === undefined) throw new Error('The viewer page is not where it belongs.')
  reply.header('etag', file.etag)
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send()
  return reply.type(file.type).send(file.body)
}
