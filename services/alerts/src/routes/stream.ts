/**
 * Server-sent events for boards and inboxes: what was told about alerts or Tasks, as references. Who was away resumes where they stopped.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { FastifyPluginAsync } from 'fastify'
import type { Caller } from '@platform/fhir/caller'
import { refuse } from '../errors.ts'
import type { Notice, Notices, StreamTopic } from '../store/notices.ts'

/** What it works with. */
export interface StreamDependencies {
  readonly notices: Notices
  /** How often it looks by itself, for what other processes have told, ms. @default 1_000 */
  readonly streamPollMs?: number
}

const HEARTBEAT_MS = 15_000
const RECONNECT_AFTER_MS = 2_000
const BATCH = 500
const LINGERS_MS = 2_000

/** `GET /alerts/stream`: event `alert`, with `topic=task` event `task`, ids only; `Last-Event-ID` resumes. It ends when the token does. */
export const stream: FastifyPluginAsync<StreamDependencies> = async (app, { notices, streamPollMs = 1_000 }) => {
  const open = new Set<() => void>()
  app.addHook('preClose', async () => {
    for (const end of open) end()
  })

  app.get('/alerts/stream', async (request, reply) => {
    const topic = topicOf(request.query)
    const position = startOf(request.headers['last-event-id'], request.query)
    const newest = await notices.newest()
    // A board that was further than the hub is, which was restored from a backup, would hear nothing until the hub has come so far.
    const from = position === undefined || BigInt(position) > BigInt(newest) ? newest : position
    if (topic === 'task') await notices.inboxIsOpen()
    reply.hijack()
    const { raw } = reply
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      connection: 'keep-alive',
    })
    raw.write(`retry: ${String(RECONNECT_AFTER_MS)}\n\n`)

    const ended = Promise.withResolvers<void>()
    const end = () => ended.resolve()
    open.add(end)
    raw.on('close', end)
    raw.on('error', end)
    const life = setTimeout(end, Math.min(request.caller.expiresAt * 1_000 - Date.now(), 2 ** 31 - 1))
    const heartbeat = setInterval(() => {
      raw.write(': still here\n\n')
      if (topic === 'task') notices.inboxIsOpen().catch(end)
    }, HEARTBEAT_MS)
    const told = tell(notices, raw, { topic, caller: request.caller, from, pollMs: streamPollMs, ended: ended.promise })
    told.catch(end)
    await ended.promise
    clearTimeout(life)
    clearInterval(heartbeat)
    open.delete(end)
    await told.catch(() => undefined) // the database went: the board connects again
    // Whoever does not read what was written is not waited for.
    const lingering = setTimeout(() => raw.destroy(), LINGERS_MS)
    raw.once('close', () => clearTimeout(lingering))
    raw.end()
  })
}

/** Where to begin; nothing when the board is new. @throws STREAM_POSITION_UNKNOWN */
function startOf(header: string | readonly string[] | undefined, query: unknown): string | undefined {
  const asked = typeof header === 'string' ? header : (query as { lastEventId?: unknown } | null)?.lastEventId
  if (asked === undefined || asked === '') return undefined
  if (typeof asked !== 'string' || !/^\d{1,18}$/.test(asked)) throw refuse.STREAM_POSITION_UNKNOWN()
  return asked
}

/** @throws STREAM_TOPIC_UNKNOWN */
function topicOf(query: unknown): StreamTopic {
  const { topic = 'alert' } = (query ?? {}) as { topic?: unknown }
  if (topic !== 'alert' && topic !== 'task') throw refuse.STREAM_TOPIC_UNKNOWN()
  return topic
}

interface Telling {
  readonly topic: StreamTopic
  readonly caller: Caller
  readonly from: string
  readonly pollMs: number
  readonly ended: Promise<void>
}

async function tell(notices: Notices, raw: ServerResponse, { topic, caller, from, pollMs, ended }: Telling): Promise<void> {
  let over = false
  let wake = () => {}
  void ended.then(() => {
    over = true
    wake()
  })
  let rung = false
  using _ = notices.listen(() => {
    rung = true
    wake()
  })
  for (let position = from; !over;) {
    rung = false
    const batch = await notices.after(position, BATCH, topic)
    for (const notice of batch) {
      if (over) return
      position = notice.id
      if (mayHear(notice, caller) && !raw.write(eventOf(topic, notice))) await Promise.race([once(raw, 'drain'), ended])
    }
    if (batch.length < BATCH && !rung && !over) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }
}

/** Those who answer, and the hub's own. */
function mayHear({ audience }: Notice, { role, organization }: Caller): boolean {
  return role === 'admin' || role === 'reactor-alerts' || (organization !== undefined && audience.includes(organization))
}

function eventOf(topic: StreamTopic, { id, kind, quiet, task, encounter, at }: Notice): string {
  const told = topic === 'alert' ? { kind, quiet, task, encounter, at: at.toISOString() } : { kind, task, at: at.toISOString() }
  return `id: ${id}\nevent: ${topic}\ndata: ${JSON.stringify(told)}\n\n`
}
