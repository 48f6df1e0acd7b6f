/** Read and vread. https://hl7.org/fhir/R4/http.html#read */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { malformed } from '../../domain/search/parse/asked.ts'
import { parseQuery } from '../../domain/search/parse-query.ts'
import { partOf } from '../../domain/searchset.ts'
import { refuse } from '../../errors.ts'
import { readVersion, type Row } from '../../store/record-store.ts'
import { seesAsSubscriber } from '../../store/subscriber.ts'
import { sendRow } from './answer.ts'
import type { FhirDependencies } from './dependencies.ts'
import { queryOf, typeAllowed } from './request.ts'

/** `Organization/…` that made a Subscription, or `Client/…` for the operator. Told to the client that serves subscriptions alone. */
const AUTHOR_HEADER = 'x-handrail-author'
/** The id of a Subscription: whoever serves subscriptions asks for what a person's own one may tell of, and for nothing more than that. */
const SUBSCRIBER_HEADER = 'x-handrail-subscriber'

export const read: FastifyPluginAsync<FhirDependencies> = async (app, { database, inPart, readRow, definitions, shapes, now }) => {
  app.get<{ Params: { type: string; id: string } }>(
    '/:type/:id',
    { config: { fhir: { interaction: 'read', types: 'all' } } },
    async (request, reply) => {
      const { type, id } = request.params
      typeAllowed(request, type, 'r')
      const reference = `${type}/${id}`
      request.disclosure.entity = reference
      const row = await readRow(request.caller, type, id)
      if (row === undefined) throw refuse.NOT_FOUND({ reference })
      const subscriber = request.headers[SUBSCRIBER_HEADER]
      if (typeof subscriber === 'string' && !(await seesAsSubscriber(database, request.caller, subscriber, row)))
        throw refuse.NOT_FOUND({ reference })
      if (row.patient !== undefined) request.disclosure.people = [row.patient]
      if (row.deleted) throw refuse.DELETED({ reference })
      // Whoever serves a Subscription must know whose it is, and nothing in the resource says so.
      const [author] = row.parties
      if (type === 'Subscription' && request.caller.role === 'reactor-alerts' && author !== undefined) reply.header(AUTHOR_HEADER, author)
      return sendRow(request, reply, asked(request, await shown(request, row)))
    },
  )

  app.get<{ Params: { type: string; id: string; version: string } }>(
    '/:type/:id/_history/:version',
    { config: { fhir: { interaction: 'vread', types: 'all' } } },
    async (request, reply) => {
      const { type, id, version } = request.params
      typeAllowed(request, type, 'r')
      const reference = `${type}/${id}/_history/${version}`
      request.disclosure.entity = reference
      if (!/^[1-9]\d{0,8}$/.test(version)) throw refuse.NOT_FOUND({ reference })
      const row = await readVersion(database, request.caller, type, id, Number(version))
      if (row === undefined) throw refuse.NOT_FOUND({ reference })
      if (row.patient !== undefined) request.disclosure.people = [row.patient]
      if (row.deleted) throw refuse.DELETED({ reference })
      return sendRow(request, reply, asked(request, await shown(request, row)))
    },
  )

  /** As this reader is shown it. */
  const shown = async ({ caller }: FastifyRequest, row: Row): Promise<Row> => (await inPart.shown(caller, [row]))[0] ?? row

  /** The part that is asked for. FHIR R4 search.html#summary: both parameters are for reads too, `_summary=count` is not. */
  function asked(request: FastifyRequest, row: Row): Row {
    const parameters = queryOf(request).filter(([name]) => name === '_summary' || name === '_elements')
    if (parameters.length === 0) return row
    if (parameters.some(([, value]) => value === 'count')) malformed('_summary', 'true, text, data or false, which are for a read')
    return { ...row, content: partOf(parseQuery(row.type, parameters, { definitions, now: now() }), shapes)(row.content) }
  }
}
