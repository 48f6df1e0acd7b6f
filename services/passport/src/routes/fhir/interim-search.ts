import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { FhirDependencies } from './dependencies.ts'
import { typeAllowed } from './request.ts'
export const search: FastifyPluginAsync<FhirDependencies> = async (app, { searches, database, baseUrl }) => {
  const answer = async (request: FastifyRequest, reply: FastifyReply, type: string, query: string) => {
    typeAllowed(request, type, 's')
    const rows = await searches.rows(database, request.caller, type, query, 500)
    request.disclosure.entity = type
    request.disclosure.people = [...new Set(rows.flatMap(({ patient }) => patient ?? []))]
    return reply
      .header('content-type', request.answerType)
      .send(
        `{"resourceType":"Bundle","type":"searchset","total":${rows.length},"entry":[${rows.map((r) => `{"fullUrl":"${baseUrl}/${r.type}/${r.id}","resource":${r.content},"search":{"mode":"match"}}`).join(',')}]}`,
      )
  }
  app.get<{ Params: { type: string } }>('/:type', { config: { fhir: { interaction: 'search-type', types: 'all' } } }, (request, reply) =>
    answer(request, reply, request.params.type, request.raw.url?.split('?')[1] ?? ''),
  )
  app.post<{ Params: { type: string } }>(
    '/:type/_search',
    { config: { fhir: { interaction: 'search-type', types: 'all' } } },
    (request, reply) => answer(request, reply, request.params.type, String(request.body ?? '')),
  )
}
