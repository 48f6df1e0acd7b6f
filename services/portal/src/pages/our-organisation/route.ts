/**
 * Five things that whoever administers an organisation sets up, and how each stands; and what became of the feeds that it publishes. Row I2, design page
 * "The first ten minutes".
 */
import type { HealthcareService, Organization } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { isStale } from '../../knowledge/listing.ts'
import { codeIn } from '../../knowledge/reading.ts'
import { signedIn } from '../../session/sessions.ts'
import { administrator } from '../team/administrator.ts'
import type { Words } from '../../words/words.ts'
import { askableFrom, doubtsIn, feedsIn, kindOf } from './own-feeds.ts'
import { gapsSaid, rotaIn, type OwnRota } from './own-rota.ts'

interface Asked {
  readonly Querystring: { readonly feed?: string }
}

export const ourOrganisation: FastifyPluginAsync<PageDependencies> = async (app, { record, issuer, clock }) => {
  app.get<Asked>('/our-organisation', async (request, reply) => {
    const { token, organization } = administrator(signedIn(request))
    if (organization === undefined) throw refuse.NOT_ALLOWED()
    const { words } = reply
    const mine = record(token)
    const [{ all: services }, resolved, colleagues, published, rota] = await Promise.all([
      mine.findAll<HealthcareService>('HealthcareService', { organization }),
      mine.resolve([organization]),
      issuer.colleagues(token),
      mine.ask(organization, '$feeds', {}, SOON).catch(unlessUnavailable),
      mine.ask(organization, '$rota', {}, SOON).catch(unlessUnavailable),
    ])
    const known = resolved.get(organization) as Organization | undefined
    const inUse = services.filter(({ active }) => active !== false)
    const now = clock.now()
    const done = { asked: words.ownFeeds.asked, 'not-now': words.ownFeeds.notNow }[request.query.feed ?? '']
    return reply.page('our-organisation/view', {
      title: words.ourOrganisation.title,
      organisation: known?.name,
      listed: inUse.length,
      confirmed: inUse.filter((one) => !isStale(one, now)).length,
      colleagues,
      grade: codeIn(known, 'grade'),
      ...(rota === undefined ? {} : { rota: rotaState(rotaIn(rota), words) }),
      ...(done === undefined ? {} : { done }),
      ...(published === undefined
        ? {}
        : {
            feeds: feedsIn(published).map((feed) => ({ ...feed, kind: kindOf(feed.type, words), askableFrom: askableFrom(feed, now) })),
            doubts: doubtsIn(published),
          }),
    })
  })
}

/** The page is of use without what other services tell: it waits for them no longer than this. */
const SOON = { withinMs: 3_000 }

const rotaState = (rota: OwnRota, words: Words) => ({ state: rota.state, said: gapsSaid(rota, words) })

/** Other services tell of feeds and of the rota: while one is away the rest of the page is of use, and says that it is not known. */
function unlessUnavailable(error: unknown): undefined {
  if (error instanceof Refusal && error.code === 'RECORD_UNAVAILABLE') return undefined
  throw error
}
