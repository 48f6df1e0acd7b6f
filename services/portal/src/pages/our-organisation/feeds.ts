/** What could not be taken of one's own feed, where and why, and how to mend it; and having it read again. For who administers the organisation. */
import type { FastifyPluginAsync } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { signedIn } from '../../session/sessions.ts'
import { administrator } from '../team/administrator.ts'
import { askableFrom, feedsIn, inWords, kindOf, refusalsIn, toCsv } from './own-feeds.ts'

interface Asked {
  readonly Params: { readonly feed: string }
  readonly Querystring: { readonly page?: string }
}

/** How many a page shows. */
const AT_ONCE = 20

export const ownFeed: FastifyPluginAsync<PageDependencies> = async (app, { record, clock }) => {
  app.get<Asked>('/our-organisation/feeds/:feed', async (request, reply) => {
    const { token, organization } = administrator(signedIn(request))
    if (organization === undefined) throw refuse.NOT_ALLOWED()
    const { words } = reply
    const mine = record(token)
    const [state, answer] = await Promise.all([
      mine.ask(organization, '$feeds'),
      mine.ask(organization, '$feed-refusals', { feed: request.params.feed }),
    ])
    const feed = feedsIn(state).find(({ name }) => name === request.params.feed)
    if (feed === undefined) throw refuse.NOT_FOUND()
    const all = refusalsIn(answer)
    const pages = Math.max(1, Math.ceil(all.length / AT_ONCE))
    const page = Math.min(Math.max(Number.parseInt(request.query.page ?? '1', 10) || 1, 1), pages)
    return reply.page('our-organisation/feed', {
      title: words.ownFeeds.refusedTitle,
      back: { href: '/our-organisation', text: words.ourOrganisation.title },
      feed: { ...feed, kind: kindOf(feed.type, words) },
      refusals: all.slice((page - 1) * AT_ONCE, page * AT_ONCE).map((one) => inWords(one, words)),
      count: all.length,
      page,
      pages,
    })
  })

  app.get<Asked>('/our-organisation/feeds/:feed/refused.csv', async (request, reply) => {
    const { token, organization } = administrator(signedIn(request))
    if (organization === undefined) throw refuse.NOT_ALLOWED()
    const answer = await record(token).ask(organization, '$feed-refusals', { feed: request.params.feed })
    return reply
      .type('text/csv; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-disposition', 'attachment; filename="refused.csv"')
      .send(toCsv(refusalsIn(answer), reply.words))
  })

  app.post<Asked>('/our-organisation/feeds/:feed/read', async (request, reply) => {
    const { token, organization } = administrator(signedIn(request))
    if (organization === undefined) throw refuse.NOT_ALLOWED()
    const mine = record(token)
    const feed = feedsIn(await mine.ask(organization, '$feeds')).find(({ name }) => name === request.params.feed)
    if (feed === undefined) throw refuse.NOT_FOUND()
    // The page that was open may have been an hour old, or a colleague has asked meanwhile.
    if (feed.state === 'paused' || askableFrom(feed, clock.now()) !== undefined)
      return reply.redirect('/our-organisation?feed=not-now#feeds', 303)
    const parameter = [{ name: 'feed', valueString: feed.name }]
    await mine.operate(organization, '$read-feed', { resourceType: 'Parameters', parameter })
    return reply.redirect('/our-organisation?feed=asked#feeds', 303)
  })
}
