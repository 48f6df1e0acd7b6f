/** An organisation's own report for its funder: the published figures of one quarter, to print or to take as CSV. */
import type { Communication, Organization } from '@medplum/fhirtypes'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { PublishedTable, Report } from '../../clients/reports.ts'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { ids } from '../../knowledge/reading.ts'
import { givesCare, type Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { figureOf } from '../figures/shares.ts'
import { quarterWords, showTable, toCsv } from '../figures/show.ts'
import { quotesOf } from '../referrals/feedback.ts'

interface Chosen {
  readonly Querystring: { readonly quarter?: string }
}

export const ownReport: FastifyPluginAsync<PageDependencies> = async (app, { reports, record }) => {
  app.get<Chosen>('/our-report', async (request, reply) => {
    const session = worker(request)
    const { words } = reply
    const { quarters } = await reports(session.token).index()
    const quarter = quarters.find((one) => one.quarter === request.query.quarter) ?? quarters[0]
    const [report, name, quotes] = await Promise.all([
      quarter === undefined ? undefined : ownOf(session, quarter.quarter),
      nameOf(session),
      quarter === undefined ? [] : quotesIn(session, quarter.quarter),
    ])
    return reply.page('own-report/view', {
      title: words.reports.own.title,
      name,
      report,
      quotes,
      quarter: quarter === undefined ? undefined : quarterWords(words, quarter.quarter),
      quarters: quarters.map((one) => ({ value: one.quarter, text: quarterWords(words, one.quarter), selected: one === quarter })),
      tables: (report?.tables ?? []).map((table) => showTable(table, words)),
      ...headlineOf(report?.tables ?? []),
    })
  })

  app.get<Chosen>('/our-report/tables.csv', async (request, reply) => {
    const session = worker(request)
    const report = await reports(session.token).own(request.query.quarter ?? '')
    return reply
      .type('text/csv; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-disposition', `attachment; filename="handrail-${report.quarter}-own.csv"`)
      .send(toCsv(report))
  })

  /** Nothing where nothing was published about it. */
  async function ownOf({ token }: Session, quarter: string): Promise<Report | undefined> {
    return reports(token)
      .own(quarter)
      .catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'NOT_FOUND') return undefined
        throw error
      })
  }

  /** Words that people agreed to have shown; what they took back is not among them. */
  async function quotesIn({ organization, token }: Session, quarter: string): Promise<readonly string[]> {
    if (organization === undefined) return []
    const asked = { recipient: organization, identifier: `${ids('feedback')}|`, _sort: '-sent' }
    return quotesOf((await record(token).find<Communication>('Communication', asked)).all, quarter)
  }

  async function nameOf({ organization, token }: Session): Promise<string | undefined> {
    if (organization === undefined) return undefined
    return ((await record(token).resolve([organization])).get(organization) as Organization | undefined)?.name
  }
}

/** Of what is shown: the largest number of people in one kind, and all sessions. Nothing else is known of the whole. HAZ-C01 */
function headlineOf(tables: readonly PublishedTable[]): { readonly people: number; readonly sessions: number } {
  const cells = tables.filter(({ id }) => id === 'own-activity').flatMap(({ rows }) => rows.flatMap((row) => row.cells.map(({ is }) => is)))
  return {
    people: Math.max(0, ...cells.map((cell) => figureOf(cell, 'people') ?? 0)),
    sessions: cells.reduce<number>((total, cell) => total + (figureOf(cell, 'events') ?? 0), 0),
  }
}

function worker(request: FastifyRequest): Session {
  const session = signedIn(request)
  if (!givesCare(session)) throw refuse.NOT_ALLOWED()
  return session
}
