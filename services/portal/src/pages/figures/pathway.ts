/** How people really went over the pathway in one quarter of the whole hub, and the ways that nobody went, as page and CSV. For commissioners. Row E5. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { seesFigures } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { flowCsv, flowIn, type ShownFlow, type Way } from './flow.ts'
import { daysOf, hasEnded } from './screening.ts'
import { label, quarterWords, showNumber } from './show.ts'

interface Chosen {
  readonly Querystring: { readonly quarter?: string }
}

const SETTLED_AFTER_MS = 28 * 86_400_000

export const pathwayOfQuarter: FastifyPluginAsync<PageDependencies> = async (app, { reports, record, clock }) => {
  app.get<Chosen>('/figures/pathway', async (request, reply) => {
    const { quarters, chosen, flow } = await asked(request)
    const { words } = reply
    const said = words.pathwayFlow
    const names: Readonly<Record<string, string>> = said.stages
    const stage = (code: string) => names[code] ?? flow?.stages.find((one) => one.code === code)?.title ?? code
    const way = ({ from, to }: Way) => ({ from: stage(from), to: stage(to) })
    const count = (value: number | 'hidden') => (value === 'hidden' ? words.reports.hiddenShort : showNumber(value, words.lang))
    return reply.page('figures/pathway', {
      title: said.title,
      back: { href: '/figures', text: words.back },
      chosen,
      quarter: chosen === undefined ? undefined : quarterWords(words, chosen),
      quarters: quarters.map((quarter) => ({ value: quarter, text: quarterWords(words, quarter), selected: quarter === chosen })),
      ...(flow === undefined
        ? {}
        : {
            publishedAt: flow.publishedAt,
            stages: flow.stages.map(({ code }) => stage(code)),
            needs: flow.needs === 'hidden' ? said.needsHidden : said.needs(count(flow.needs)),
            links: flow.links.map((one) => ({
              ...way(one),
              sector: one.sector === 'unknown' ? said.sectorUnknown : label(words, one.sector),
              steps: count(one.steps),
            })),
            missing: flow.missing.map((one) => said.way(stage(one.from), stage(one.to))),
            hidden: flow.links.filter(({ steps }) => steps === 'hidden').length,
          }),
    })
  })

  app.get<Chosen>('/figures/pathway/tables.csv', async (request, reply) => {
    const { chosen, flow } = await asked(request)
    if (chosen === undefined || flow === undefined) throw refuse.NOT_FOUND()
    return reply
      .type('text/csv; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-disposition', `attachment; filename="handrail-${chosen}-pathway.csv"`)
      .send(flowCsv(chosen, flow))
  })

  /** The quarter that was asked for, else the newest that is settled, and what was published of it. */
  async function asked(
    request: FastifyRequest<Chosen>,
  ): Promise<{ readonly quarters: readonly string[]; readonly chosen?: string; readonly flow?: ShownFlow }> {
    const session = signedIn(request)
    if (!seesFigures(session)) throw refuse.NOT_ALLOWED()
    const published = await reports(session.token).index()
    // A demonstration may have published a quarter that its clock, set back since, has not settled yet: of that one nothing is told.
    const settled = new Date(clock.now().getTime() - SETTLED_AFTER_MS)
    const quarters = published.quarters.map(({ quarter }) => quarter).filter((quarter) => hasEnded(quarter, settled))
    const chosen = quarters.find((quarter) => quarter === request.query.quarter) ?? quarters[0]
    const days = daysOf(chosen ?? '')
    if (chosen === undefined || days === undefined) return { quarters }
    return { quarters, chosen, flow: flowIn(await record(session.token).ask('', '$pathway-flow', days)) }
  }
}
