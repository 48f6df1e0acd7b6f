/** What pages need that follow something while they are open: their script, and the record's stream, which a script cannot open without a token. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { PersonalRecord } from '../clients/record.ts'
import type { Asset } from './assets.ts'

/** Sends a script of ours; its name says what is in it, and so a browser keeps it. */
export const sendScript = (reply: FastifyReply, { type, plain }: Asset): FastifyReply =>
  reply.type(type).header('cache-control', 'public, max-age=31536000, immutable').send(plain)

/** Passes the stream of a topic on, ids only, opened with the token of whoever looks, from where their browser stopped. */
export async function passStreamOn(
  request: FastifyRequest,
  reply: FastifyReply,
  record: PersonalRecord,
  topic: 'alert' | 'task',
): Promise<FastifyReply> {
  const hungUp = new AbortController()
  request.raw.on('close', () => hungUp.abort())
  const last = request.headers['last-event-id']
  const stream = await record.stream(topic, hungUp.signal, typeof last === 'string' ? last : undefined).catch((error: unknown) => {
    // Whoever has left the page meanwhile waits for no answer, and nothing is wrong.
    if (hungUp.signal.aborted) return undefined
    throw error
  })
  if (stream === undefined) return reply.hijack()
  return reply.type('text/event-stream; charset=utf-8').header('cache-control', 'no-store').header('x-accel-buffering', 'no').send(stream)
}
