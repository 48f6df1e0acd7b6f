/**
 * Reports as they were published, and the unit costs that turn them into money. JSON, not FHIR: nothing here is about anybody. Small
 * numbers were hidden before these tables were stored, so that no route of ours can tell them.
 */
import type { ReportArea } from '@handrail/fhir-profiles/report-areas'
import type { Role } from '@platform/fhir/caller'
import { defineErrors } from '@platform/fhir/errors'
import type { ParsedJson } from '@platform/fhir/json'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { parseQuarter, type Quarter } from '../../domain/reports/quarter.ts'
import { readUnitCost } from '../../domain/reports/unit-cost.ts'
import type { ReportStore } from '../../store/reports/report-store.ts'
import type { UnitCosts } from '../../store/reports/unit-costs.ts'

const reportRefuse = defineErrors({
  REPORTS_FOR_COMMISSIONERS: {
    issue: 'forbidden',
    says: 'Reports of an area are for commissioners.',
    remedy: 'An organisation reads the report about itself at /reports/{quarter}/own.',
  },
  REPORT_OF_NO_ORGANIZATION: {
    issue: 'forbidden',
    says: 'This sign-in acts for no organisation.',
    remedy: 'Sign in for the organisation whose report is wanted.',
  },
  QUARTER_UNREADABLE: {
    issue: 'value',
    says: 'This is no calendar quarter.',
    remedy: 'Write it as 2026-Q3; reports exist for whole quarters and for nothing else.',
  },
  AREA_UNKNOWN: {
    issue: 'not-found',
    says: 'There is no such area.',
    remedy: 'GET /reports lists the areas; they are fixed.',
  },
  REPORT_NOT_PUBLISHED: {
    issue: 'not-found',
    says: ({ quarter }: { quarter: Quarter }) => `No report about ${quarter} was published for this.`,
    remedy: 'GET /reports lists what was published; a quarter is published 28 days after its end.',
  },
  UNIT_COST_UNREADABLE: {
    issue: 'value',
    says: ({ problem }: { problem: string }) => `The unit cost cannot be taken: ${problem}.`,
    remedy: 'Send sector, setting (or none), unit (contact or bed-day), low, central and high in whole pence, source and priceYear.',
  },
})

export interface ReportDependencies {
  readonly reports: ReportStore
  readonly unitCosts: UnitCosts
  readonly areas: readonly ReportArea[]
  /** Real time. */
  readonly now: () => Date
}

interface OfQuarter {
  readonly Params: { readonly quarter: string }
}
interface OfArea {
  readonly Params: { readonly quarter: string; readonly area: string }
}

const READERS: ReadonlySet<Role> = new Set(['commissioner', 'admin'])

export const reportRoutes: FastifyPluginAsync<ReportDependencies> = async (app, { reports, unitCosts, areas, now }) => {
  const config = { fhir: { operation: 'report' } }

  app.get('/', { config }, async (_request, reply) => {
    const published = await reports.published()
    return sendJson(reply, { areas: areas.map(({ id, name }) => ({ id, name })), quarters: published })
  })

  app.get<OfArea>('/:quarter/areas/:area', { config }, async (request, reply) => {
    forCommissioners(request)
    const { area } = request.params
    if (!areas.some(({ id }) => id === area)) throw reportRefuse.AREA_UNKNOWN()
    return sendReport(reply, readQuarter(request.params.quarter), area)
  })

  app.get<OfQuarter>('/:quarter/own', { config }, async (request, reply) => {
    const { organization } = request.caller
    if (organization === undefined) throw reportRefuse.REPORT_OF_NO_ORGANIZATION()
    return sendReport(reply, readQuarter(request.params.quarter), organization)
  })

  app.get('/unit-costs', { config }, async (request, reply) => {
    forCommissioners(request)
    return sendJson(reply, { costs: await unitCosts.latest() })
  })

  app.post('/unit-costs', { config }, async (request, reply) => {
    forCommissioners(request)
    const cost = readUnitCost((request.body as ParsedJson | undefined)?.value)
    if (typeof cost === 'string') throw reportRefuse.UNIT_COST_UNREADABLE({ problem: cost })
    await unitCosts.enter(cost, { by: request.caller.subject, at: now() })
    return sendJson(reply.code(201), cost)
  })

  async function sendReport(reply: FastifyReply, quarter: Quarter, subject: string): Promise<FastifyReply> {
    const report = await reports.read(quarter, subject)
    if (report === undefined) throw reportRefuse.REPORT_NOT_PUBLISHED({ quarter })
    return sendJson(reply.header('etag', `"${report.digest}"`), report)
  }
}

function forCommissioners({ caller }: FastifyRequest): void {
  if (!READERS.has(caller.role)) throw reportRefuse.REPORTS_FOR_COMMISSIONERS()
}

function readQuarter(text: string): Quarter {
  const quarter = parseQuarter(text)
  if (quarter === undefined) throw reportRefuse.QUARTER_UNREADABLE()
  return quarter
}

const sendJson = (reply: FastifyReply, body: object): FastifyReply =>
  reply.header('content-type', 'application/json; charset=utf-8').header('cache-control', 'no-store').send(JSON.stringify(body))
