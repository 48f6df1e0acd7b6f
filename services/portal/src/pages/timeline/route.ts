/** What a person has received: every sector in one line, newest first, filtered as the reader asks. Features A1, K3. */
import type { FastifyPluginAsync } from 'fastify'
import { CURSOR } from '../../clients/record.ts'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { listOrganisations } from '../../knowledge/directory.ts'
import { showMonth } from '../../rendering/dates.ts'
import { givesCare, recordsDevices } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import type { Language } from '../../words/words.ts'
import type { Entry } from './entries.ts'
import { loadTimeline, type Filters } from './load.ts'

interface Asked {
  readonly Params: { readonly id: string }
  readonly Querystring: Readonly<Record<string, unknown>>
}

const CHECKED = ['person-said', 'worker-recorded', 'registered-professional-recorded', 'clinician-confirmed'] as const
const SECTORS = ['nhs', 'third-sector', 'leisure', 'social-care', 'independent'] as const

export const timeline: FastifyPluginAsync<PageDependencies> = async (app, { record, clock }) => {
  app.get<Asked>('/people/:id', async (request, reply) => {
    const session = signedIn(request)
    if (!givesCare(session)) throw refuse.NOT_ALLOWED()
    const mine = record(session.token)
    const path = `/people/${request.params.id}`
    const filters = filtersIn(request.query)
    const [loaded, organisations] = await Promise.all([
      loadTimeline(mine, request.params.id, filters, reply.words, clock.now()),
      listOrganisations(mine, undefined),
    ])
    const { after, ...values } = filters
    return reply.page('timeline/view', {
      title: reply.words.timeline.title(loaded.person.name ?? reply.words.person.unnamed),
      back: { href: '/people', text: reply.words.people.title },
      path,
      ...loaded,
      months: byMonth(loaded.entries, reply.words.lang),
      organisations,
      sectors: SECTORS,
      levels: CHECKED,
      values,
      filtered: Object.keys(values).length > 0,
      later: after !== undefined,
      older: loaded.next === undefined ? undefined : `${path}?${new URLSearchParams({ ...values, after: loaded.next }).toString()}`,
      acts: session.role === 'professional' || session.role === 'worker',
      devices: recordsDevices(session),
      added: request.query['done'] === 'added',
      now: clock.now(),
    })
  })
}

const SHAPES: Readonly<Record<keyof Filters, RegExp>> = {
  problem: /^Condition\/[A-Za-z0-9\-.]{1,64}$/,
  provider: /^Organization\/[A-Za-z0-9\-.]{1,64}$/,
  sector: /^[a-z-]{1,40}$/,
  checked: /^[a-z-]{1,40}$/,
  after: CURSOR,
}

/** What of an address is a filter; anything else is passed over. */
function filtersIn(query: Readonly<Record<string, unknown>>): Filters {
  const known = Object.entries(SHAPES).flatMap(([name, shape]) => {
    const value = query[name]
    return typeof value === 'string' && shape.test(value) ? [[name, value] as const] : []
  })
  return Object.fromEntries(known)
}

/** Entries under their months, newest first. */
function byMonth(entries: readonly Entry[], language: Language): readonly { readonly month: string; readonly entries: readonly Entry[] }[] {
  const dated = entries.filter(({ at }) => at !== '')
  return [...Map.groupBy(dated, ({ at }) => showMonth(at, language))].map(([month, some]) => ({ month, entries: some }))
}
