/** Who is turned away, by which rule of matching, in one quarter of the whole hub. For commissioners. Row E4. */
import type { FastifyPluginAsync } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { seesFigures } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import {
  daysOf,
  hasEnded,
  placesIn,
  ruledOutBy,
  screeningTable,
  SCREENING_GROUPS,
  type ScreeningEffect,
  type ScreeningTable,
} from './screening.ts'
import { label, placesWords, quarterWords, showNumber } from './show.ts'

interface Chosen {
  readonly Querystring: { readonly quarter?: string }
}

export const screeningOut: FastifyPluginAsync<PageDependencies> = async (app, { reports, record, clock }) => {
  app.get<Chosen>('/figures/screening-out', async (request, reply) => {
    const session = signedIn(request)
    if (!seesFigures(session)) throw refuse.NOT_ALLOWED()
    const { words } = reply
    const published = await reports(session.token).index()
    // A demonstration may have published a quarter that its clock, set back since, has not ended yet: of that one nothing is told.
    const quarters = published.quarters.filter(({ quarter }) => hasEnded(quarter, clock.now()))
    const chosen = (quarters.find(({ quarter }) => quarter === request.query.quarter) ?? quarters[0])?.quarter
    const days = daysOf(chosen ?? '')
    const answer = days === undefined ? undefined : await record(session.token).ask('', '$screening-out', days)
    const names: Readonly<Record<string, string>> = words.screening.rules
    const conditions: Readonly<Record<string, string>> = words.screening.conditions
    const shown = ({ columns, rows }: ScreeningTable, nameOf: (column: string) => string) => ({
      columns: columns.map(nameOf),
      rows: rows.map(({ rule, counts }) => ({
        name: names[rule] ?? rule,
        cells: counts.map((count) => (count === 'hidden' ? words.reports.hiddenShort : showNumber(count, words.lang))),
      })),
    })
    const tables =
      answer === undefined
        ? []
        : [
            { id: 'rules', head: '', ...shown(screeningTable(answer), (effect) => words.screening.effect[effect as ScreeningEffect]) },
            ...SCREENING_GROUPS.map((group) => ({
              id: group,
              head: words.screening.by[group],
              ...shown(ruledOutBy(group, answer), (value) => conditions[value] ?? label(words, value)),
            })),
          ]
    return reply.page('figures/screening-out', {
      title: words.screening.title,
      back: { href: '/figures', text: words.back },
      quarter: chosen === undefined ? undefined : quarterWords(words, chosen),
      quarters: quarters.map(({ quarter }) => ({ value: quarter, text: quarterWords(words, quarter), selected: quarter === chosen })),
      places: answer === undefined ? [] : placesWords(placesIn(answer), words),
      tables: tables.filter(({ rows }) => rows.length > 0),
    })
  })
}
