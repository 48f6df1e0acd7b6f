/** The first page: signing in, and for whoever is signed in what waits and what is useful first. */
import type { Organization, Patient } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PersonalRecord } from '../../clients/record.ts'
import type { PageDependencies } from '../../dependencies.ts'
import { mayAsk } from '../../knowledge/carers-right.ts'
import { listOrganisations } from '../../knowledge/directory.ts'
import { showPerson } from '../../knowledge/person.ts'
import { dueOf } from '../../knowledge/reading.ts'
import { dayOf } from '../../rendering/dates.ts'
import { asking } from '../../session/own-record.ts'
import { ownPath } from '../../session/language.ts'
import { givesCare, isThePerson, operatesHub, type Session } from '../../session/session.ts'
import { loadAlerts } from '../alerts/route.ts'
import { loadInbox } from '../inbox/load.ts'
import { feedsIn } from '../our-organisation/own-feeds.ts'

interface First {
  readonly Querystring: { readonly to?: string; readonly ended?: string }
}

/** As many as fit on a phone's first screen. */
const PEOPLE_SHOWN = 6

export const home: FastifyPluginAsync<PageDependencies> = async (app, { record, demoPeople, clock }) => {
  app.get<First>('/', async (request, reply) => {
    const { session, query } = request
    if (session === undefined) {
      const ended = query.ended === 'yes'
      return reply.page('sign-in/view', { title: reply.words.signIn.title, people: demoPeople, to: ownPath(query.to ?? '/'), ended })
    }
    if (isThePerson(session)) {
      const whoAsks = asking(request)
      const asks = await mayAsk(record(session.token), whoAsks, dayOf(clock.now()))
      return reply.page('home/person', { title: reply.words.home.title(session.name), asks })
    }
    if (operatesHub(session)) return reply.page('home/operator', { title: reply.words.home.title(session.name) })
    return givesCare(session) ? careHome(session, reply) : areaHome(session, reply)
  })

  async function careHome(session: Session, reply: FastifyReply): Promise<FastifyReply> {
    const mine = record(session.token)
    const now = clock.now()
    const [{ tasks }, alerts, people, organisation, feeds] = await Promise.all([
      loadInbox(mine, session),
      loadAlerts(mine, session, reply.words, now).catch(unlessUnavailable),
      mine.find<Patient>('Patient', { _sort: 'family', _count: String(PEOPLE_SHOWN) }),
      nameOf(session),
      feedsOf(mine, session),
    ])
    const unanswered = tasks.filter(({ status }) => status === 'requested' || status === 'received')
    return reply.page('home/care', {
      title: reply.words.home.title(session.name),
      organisation,
      waiting: unanswered.length,
      overdue: tasks.filter((task) => Date.parse(dueOf(task) ?? '9999-12-31') < now.getTime()).length,
      alerts: (alerts ?? []).filter(({ state }) => state === 'open' || state === 'overdue'),
      alertsUnknown: alerts === undefined,
      people: people.all.slice(0, PEOPLE_SHOWN).map((one) => showPerson(one)),
      more: people.more,
      records: session.role === 'professional' || session.role === 'worker',
      alertsFirst: session.role === 'ward',
      administers: session.administers === true,
      toMend: feeds.reduce((count, { toMend }) => count + toMend, 0),
      stopped: feeds.filter(({ state }) => state === 'not-answering' || state === 'paused').length,
    })
  }

  /** The feeds that the organisation publishes, for whoever administers it: nobody else can mend them. None while that is not known: the page is of use without. */
  async function feedsOf(mine: PersonalRecord, { administers, organization }: Session): Promise<ReturnType<typeof feedsIn>> {
    if (administers !== true || organization === undefined) return []
    const answer = await mine.ask(organization, '$feeds', {}, SOON).catch(unlessUnavailable)
    return answer === undefined ? [] : feedsIn(answer)
  }

  async function areaHome(session: Session, reply: FastifyReply): Promise<FastifyReply> {
    const [services, organisation] = await Promise.all([listOrganisations(record(session.token), undefined), nameOf(session)])
    return reply.page('home/area', { title: reply.words.home.title(session.name), organisation, services })
  }

  async function nameOf({ organization, token }: Session): Promise<string | undefined> {
    if (organization === undefined) return undefined
    const resolved = await record(token).resolve([organization])
    return (resolved.get(organization) as Organization | undefined)?.name
  }
}

/** Nobody waits longer than this for what is only useful beside the rest. */
const SOON = { withinMs: 1_500 }

/** Other services tell of alerts and of feeds: while one is away the rest of the page is of use. */
function unlessUnavailable(error: unknown): undefined {
  if (error instanceof Refusal && error.code === 'RECORD_UNAVAILABLE') return undefined
  throw error
}
