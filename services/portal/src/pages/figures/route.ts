/** What a commissioner sees: the published figures of an area, as page, CSV and evidence sheet. No person is in them. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { PublishedTable, Report } from '../../clients/reports.ts'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { seesFigures, type Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { evidenceSheet } from './evidence-sheet.ts'
import { activityOf, figureOf, hiddenIn, sharesOf, totalOf } from './shares.ts'
import { BY_PLACE, chartOf, placeOf, placesWords, quarterWords, showMoney, showNumber, showTable, toCsv } from './show.ts'

interface Chosen {
  readonly Querystring: { readonly area?: string; readonly quarter?: string }
}
interface OfArea {
  readonly Params: { readonly quarter: string; readonly area: string }
}

export const figures: FastifyPluginAsync<PageDependencies> = async (app, { reports }) => {
  app.get<Chosen>('/figures', async (request, reply) => {
    const { token } = commissioner(request)
    const { area, quarter } = request.query
    if (area !== undefined && quarter !== undefined && NAME.test(area) && NAME.test(quarter))
      return reply.redirect(`/figures/${quarter}/${area}`, 303)
    const { areas, quarters } = await reports(token).index()
    const { words } = reply
    return reply.page('figures/choose', {
      title: words.reports.title,
      areas: areas.map(({ id, name }) => ({ value: id, text: name[words.lang] })),
      quarters: quarters.map((one) => ({ value: one.quarter, text: quarterWords(words, one.quarter) })),
    })
  })

  app.get('/figures/definitions', async (request, reply) => {
    commissioner(request)
    return reply.page('figures/definitions', {
      title: reply.words.reports.meaning.title,
      back: { href: '/figures', text: reply.words.back },
    })
  })

  app.get<OfArea>('/figures/:quarter/:area', async (request, reply) => {
    const { token } = commissioner(request)
    const { words } = reply
    const { quarter, area } = request.params
    const [report, { areas, quarters }, costs] = await Promise.all([
      reports(token).ofArea(quarter, area),
      reports(token).index(),
      reports(token).costs(),
    ])
    const rows = activityOf(report.tables, costs)
    const shares = sharesOf(rows)
    const total = totalOf(rows)
    const ofQuarter = quarters.find((one) => one.quarter === quarter)
    const places = ofQuarter?.places ?? []
    return reply.page('figures/view', {
      title: `${areas.find(({ id }) => id === area)?.name[words.lang] ?? area}, ${quarterWords(words, quarter)}`,
      back: { href: '/figures', text: words.back },
      report,
      readTo: ofQuarter?.readTo,
      places: placesWords(places, words),
      hidden: hiddenIn(report.tables),
      paired: pairedPercent(report.tables, total.contacts),
      shares: shares.map((share) => ({ ...share, name: placeOf(share, words) })),
      chart: chartOf(shares, words),
      activity: rows.map((row) => ({
        where: placeOf(row, words),
        people: shown(row.people),
        units: shown(row.units),
        minutes: row.minutes === undefined ? '–' : showNumber(row.minutes, words.lang),
        money:
          row.units === undefined
            ? words.reports.hiddenShort
            : row.money === undefined
              ? words.reports.money.none
              : showMoney(row.money, words),
        perPerson:
          row.money === undefined || row.people === undefined
            ? '–'
            : `£${showNumber(Math.round(row.money.central / row.people / 100), words.lang)}`,
      })),
      total: {
        contacts: showNumber(total.contacts, words.lang),
        bedDays: showNumber(total.bedDays, words.lang),
        money: total.money === undefined ? words.reports.money.none : showMoney(total.money, words),
      },
      tables: report.tables.filter(({ id }) => places.length > 0 || !BY_PLACE.has(id)).map((table) => showTable(table, words)),
    })

    function shown(value: number | undefined): string {
      return value === undefined ? words.reports.hiddenShort : showNumber(value, words.lang)
    }
  })

  app.get<OfArea>('/figures/:quarter/:area/tables.csv', async (request, reply) => {
    const { token } = commissioner(request)
    const report = await reports(token).ofArea(request.params.quarter, request.params.area)
    return reply
      .type('text/csv; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-disposition', `attachment; filename="${fileName(report)}.csv"`)
      .send(toCsv(report))
  })

  app.get<OfArea>('/figures/:quarter/:area/evidence.pdf', async (request, reply) => {
    const { token } = commissioner(request)
    const { quarter, area } = request.params
    const [report, { areas, quarters }, costs] = await Promise.all([
      reports(token).ofArea(quarter, area),
      reports(token).index(),
      reports(token).costs(),
    ])
    const places = quarters.find((one) => one.quarter === quarter)?.places ?? []
    const name = areas.find(({ id }) => id === area)?.name[reply.words.lang] ?? area
    return reply
      .type('application/pdf')
      .header('cache-control', 'no-store')
      .header('content-disposition', `attachment; filename="${fileName(report)}.pdf"`)
      .send(await evidenceSheet(report, { name, costs, places, words: reply.words }))
  })
}

const NAME = /^[a-zA-Z0-9-]{1,64}$/

const fileName = ({ quarter, subject }: Report): string => `handrail-${quarter}-${subject}`.replaceAll(/[^a-zA-Z0-9-]/g, '-')

function commissioner(request: FastifyRequest): Session {
  const session = signedIn(request)
  if (!seesFigures(session)) throw refuse.NOT_ALLOWED()
  return session
}

/** Measures that were taken twice for each hundred contacts shown; nothing where none are. */
function pairedPercent(tables: readonly PublishedTable[], contacts: number): number | undefined {
  const cells = tables.filter(({ id }) => id === 'outcomes').flatMap(({ rows }) => rows.flatMap((row) => row.cells))
  const pairs = cells.reduce((total, { is }) => total + (figureOf(is, 'events') ?? 0), 0)
  return contacts === 0 ? undefined : Math.round((pairs / contacts) * 100)
}
