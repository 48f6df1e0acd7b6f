/**
 * What waits on this device for a connection: sessions that were recorded without one, kept by a service worker, encrypted, for whoever was
 * signed in. The page itself holds nothing of anybody, so that the worker may keep it.
 */
import type { FastifyPluginAsync } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { script } from '../../rendering/assets.ts'
import { allowOwnScripts, framePaths } from '../../rendering/pages.ts'
import { ownerTag } from '../../session/owner-tag.ts'
import { formOwner, signedIn } from '../../session/sessions.ts'

export const waiting: FastifyPluginAsync<PageDependencies> = async (app, { seal }) => {
  const [page, worker] = [script('offline'), script('offline-worker')]
  const files = [...framePaths, page.path]

  app.get(page.path, (_request, reply) =>
    reply.type(page.type).header('cache-control', 'public, max-age=31536000, immutable').send(page.plain),
  )

  // Its address stays the same, so that a browser asks whether it has changed; it may fetch from this server and nothing else.
  app.get('/offline-worker.js', (_request, reply) =>
    reply
      .type(worker.type)
      .header('cache-control', 'no-cache')
      .header('content-security-policy', "default-src 'none';connect-src 'self'")
      .send(`const FILES = ${JSON.stringify(files)}\n${worker.plain.toString()}`),
  )

  app.get('/waiting', (request, reply) => {
    signedIn(request)
    allowOwnScripts(reply)
    return reply.page('waiting/view', { title: reply.words.offline.title, scriptPath: page.path })
  })

  // The same page for nobody: what the worker shows without a connection.
  app.get('/waiting/offline', (_request, reply) => {
    allowOwnScripts(reply)
    const nobody = { who: undefined, ending: undefined, navigation: [], others: [], csrf: '' }
    return reply.page('waiting/view', { title: reply.words.offline.title, scriptPath: page.path, ...nobody })
  })

  app.get('/waiting/sign-in', (request, reply) => {
    const session = signedIn(request)
    const csrf = reply.generateCsrf({ userInfo: formOwner(request) })
    return reply.header('cache-control', 'no-store').send({ owner: ownerTag(seal, session), csrf })
  })
}
