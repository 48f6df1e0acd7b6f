/**
 * The feeds that an organisation publishes, for the people who administer it and for nobody else: `GET /Organization/:id/$feeds` says how each stands and
 * which of its listings are in doubt, `GET /Organization/:id/$feed-refusals?feed=` what could not be taken, and `POST /Organization/:id/$read-feed` has one
 * read now, once an hour. Nothing here is about a person. HAZ-R83
 */
import type { ParametersParameter } from '@medplum/fhirtypes'
import type { Caller } from '@platform/fhir/caller'
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { standingOf } from '../../domain/listings/feed-standing.ts'
import { refuse } from '../../errors.ts'
import type { OwnDoubt } from '../../store/feeds/doubts.ts'
import type { KeptRefusal } from '../../store/feeds/feed-refusals.ts'
import type { OwnFeed } from '../../store/feeds/own-feeds.ts'
import { sendResource } from './answer.ts'
import { complete, readParameters } from './parameters.ts'

interface Asked {
  readonly Params: { readonly id: string }
  readonly Querystring: { readonly feed?: unknown }
}

export const organizationFeeds: FastifyPluginAsync<Pick<Dependencies, 'ownFeeds' | 'clock'>> = async (app, { ownFeeds, clock }) => {
  app.get<Asked>('/Organization/:id/$feeds', async ({ params, caller }, reply) => {
    const organization = administered(params.id, caller)
    const [feeds, doubts] = await Promise.all([ownFeeds.of(organization), ownFeeds.doubts(organization)])
    const parameter = [...feeds.map(toFeed), ...doubts.map(toDoubt)]
    return sendResource(reply, { resourceType: 'Parameters', ...(parameter.length === 0 ? {} : { parameter }) })
  })

  app.get<Asked>('/Organization/:id/$feed-refusals', async ({ params, query, caller }, reply) => {
    const organization = administered(params.id, caller)
    const name = typeof query.feed === 'string' ? query.feed : ''
    const refusals = await ownFeeds.refusals(organization, name)
    if (refusals === undefined) throw refuse.FEED_UNKNOWN()
    const parameter = refusals.map(toRefusal)
    return sendResource(reply, { resourceType: 'Parameters', ...(parameter.length === 0 ? {} : { parameter }) })
  })

  app.post<Asked>('/Organization/:id/$read-feed', async ({ params, body, caller }, reply) => {
    const organization = administered(params.id, caller)
    const given = readParameters(body, ['feed'])
    const { feed } = complete({ feed: given.string('feed') })
    const answer = await ownFeeds.askAgain(organization, feed, clock.now())
    switch (answer.went) {
      case 'unknown':
        throw refuse.FEED_UNKNOWN()
      case 'paused':
        throw refuse.FEED_PAUSED()
      case 'lately':
        throw refuse.FEED_ASKED_LATELY({ from: answer.from.toISOString() })
      case 'asked':
        return sendResource(reply, { resourceType: 'Parameters', parameter: [{ name: 'went', valueCode: 'asked' }] })
    }
  })
}

/** @throws FEEDS_NOT_YOURS to whoever does not administer this organisation, whether or not there is one */
function administered(id: string, { administers, organization }: Caller): string {
  const reference = `Organization/${id}`
  if (administers !== true || organization !== reference) throw refuse.FEEDS_NOT_YOURS({ reference })
  return reference
}

const instant = (name: string, at: Date | undefined): readonly ParametersParameter[] =>
  at === undefined ? [] : [{ name, valueInstant: at.toISOString() }]

const words = (name: string, value: string | undefined): readonly ParametersParameter[] =>
  value === undefined || value === '' ? [] : [{ name, valueString: value }]

const toFeed = (feed: OwnFeed): ParametersParameter => ({
  name: 'feed',
  part: [
    { name: 'name', valueString: feed.name },
    { name: 'type', valueCode: feed.type },
    { name: 'address', valueUrl: feed.url },
    { name: 'state', valueCode: standingOf(feed) },
    ...words('says', feed.says),
    ...instant('failingSince', feed.failingSince),
    ...instant('answeredAt', feed.answeredAt),
    ...instant('completedAt', feed.completedAt),
    ...instant('nextAt', feed.nextAt),
    ...instant('askedAgainAt', feed.askedAgainAt),
    { name: 'taken', valueDecimal: feed.items },
    { name: 'listed', valueUnsignedInt: feed.listed },
    { name: 'toMend', valueUnsignedInt: feed.toMend },
  ],
})

const toDoubt = ({ feed, name, other, publisher, says, raisedAt, dueAt, isClosure }: OwnDoubt): ParametersParameter => ({
  name: 'doubt',
  part: [
    { name: 'feed', valueString: feed },
    { name: 'name', valueString: name },
    { name: 'other', valueString: other },
    ...words('publisher', publisher),
    ...words('says', says),
    { name: 'closure', valueBoolean: isClosure },
    ...instant('raisedAt', raisedAt),
    ...instant('dueAt', dueAt),
  ],
})

const toRefusal = ({ at, address, item, id, place, rule, says }: KeptRefusal): ParametersParameter => ({
  name: 'refusal',
  part: [
    ...instant('at', at),
    { name: 'page', valueUrl: address },
    ...words('item', item),
    ...words('id', id),
    ...words('place', place),
    ...(rule === '' ? [] : [{ name: 'rule', valueCode: rule }]),
    { name: 'text', valueString: says },
  ],
})
