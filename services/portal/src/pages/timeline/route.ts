/** What a person has received: every sector in one line, newest first. */
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { showMonth } from '../../rendering/dates.ts'
import { givesCare } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import type { Language } from '../../words/words.ts'
import type { Entry } from './entries.ts'
import { loadTimeline, type Timeline } from './load.ts'

interface Asked {
  readonly Params: { readonly id: string }
  readonly Querystring: { readonly from?: string }
}

export const timeline: FastifyPluginAsync<PageDependencies> = async (app, { record, clock }) => {
  app.get<Asked>('/people/:id', async (request, reply) => {
    const session = signedIn(request)
    if (!givesCare(session)) throw refuse.NOT_ALLOWED()
    const loaded = await loadTimeline(record(session.token), request.params.id, reply.words)
    return show(reply, loaded, {
      title: reply.words.timeline.title(loaded.person.name ?? reply.words.person.unnamed),
      back: { href: '/people', text: reply.words.people.title },
      path: `/people/${request.params.id}`,
      from: request.query.from,
      acts: session.role === 'professional' || session.role === 'worker',
    })
  })

  interface Frame {
    readonly title: string
    readonly path: string
    readonly from: string | undefined
    readonly acts: boolean
    readonly back?: { readonly href: string; readonly text: string }
  }

  function show(reply: FastifyReply, { person, entries, more }: Timeline, { from, ...frame }: Frame): FastifyReply {
    const sectors = [...new Set(entries.flatMap(({ sector }) => (sector === undefined ? [] : [sector])))].toSorted()
    const shown = from === undefined ? entries : entries.filter(({ sector }) => sector === from)
    return reply.page('timeline/view', {
      ...frame,
      person,
      sectors,
      from,
      months: byMonth(shown, reply.words.lang),
      more,
      now: clock.now(),
    })
  }
}

/** Entries under their months, newest first. */
function byMonth(entries: readonly Entry[], language: Language): readonly { readonly month: string; readonly entries: readonly Entry[] }[] {
  const dated = entries.filter(({ at }) => at !== '')
  return [...Map.groupBy(dated, ({ at }) => showMonth(at, language))].map(([month, some]) => ({ month, entries: some }))
}
