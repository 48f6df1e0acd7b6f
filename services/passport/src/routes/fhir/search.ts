/** Search by GET and by POST. https://hl7.org/fhir/R4/http.html#search */
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { isObject } from '../../domain/references.ts'
import { searchsetOf } from '../../domain/searchset.ts'
import { parseQuery } from '../../domain/search/parse-query.ts'
import type { SearchQuery } from '../../domain/search/query.ts'
import { refuse } from '../../errors.ts'
import type { Position } from '../../store/search-store.ts'
import type { FhirDependencies } from './dependencies.ts'
import { pageRefuse } from './page.ts'
import { formOf, hasScope, isStrict, queryOf, typeAllowed } from './request.ts'

type Parameters = readonly (readonly [name: string, value: string])[]

export const search: FastifyPluginAsync<FhirDependencies> = async (app, { searches, shapes, seal, baseUrl, now }) => {
  const config = { fhir: { interaction: 'search-type', types: 'all' as const } }

  app.get<{ Params: { type: string } }>('/:type', { config }, async (request, reply) => {
    const { type } = request.params
    const asked = queryOf(request)
    return answer(request, reply, type, asked, `${baseUrl}/${type}`)
  })

  app.post<{ Params: { type: string } }>('/:type/_search', { config }, async (request, reply) => {
    const { type } = request.params
    return answer(request, reply, type, [...queryOf(request), ...formOf(request)], undefined)
  })

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    type: string,
    asked: Parameters,
    self: string | undefined,
  ): Promise<FastifyReply> {
    typeAllowed(request, type, 's')
    request.disclosure.entity = type
    const { parameters, after, cursor } = pageIn(type, asked)
    const query = parseQuery(type, parameters, { definitions: await searches.definitionsFor(request.caller, type, parameters), now: now() })
    const [ignored] = query.ignored
    if (ignored !== undefined && isStrict(request)) throw refuse.PARAMETER_UNKNOWN({ parameter: ignored }, { expression: ignored })

    const { rows, included, total, next } = await searches.search(
      query,
      request.caller,
      (other) => hasScope(request.caller, other, 'r') || hasScope(request.caller, other, 's'),
      after,
    )
    request.disclosure.people = [...new Set([...rows, ...included].flatMap(({ patient }) => patient ?? []))]
    const links = [
      // A POST keeps its parameters out of URLs, and so does its answer, on every page.
      {
        relation: 'self' as const,
        url:
          cursor !== undefined
            ? `${baseUrl}/${type}?_cursor=${cursor}`
            : self === undefined
              ? `${baseUrl}/${type}/_search`
              : selfOf(self, query),
      },
      ...(next === undefined
        ? []
        : [{ relation: 'next' as const, url: `${baseUrl}/${type}?_cursor=${seal.seal({ type, parameters, after: next })}` }]),
    ]
    return reply.header('content-type', request.answerType).send(searchsetOf({ baseUrl, query, rows, included, total, links, shapes }))
  }

  /** The parameters of the first page, wherever they are: in the request, or sealed in the cursor of a later page. */
  function pageIn(type: string, asked: Parameters): { parameters: Parameters; after: Position | undefined; cursor: string | undefined } {
    const cursor = asked.find(([name]) => name === '_cursor')?.[1]
    if (cursor === undefined) return { parameters: asked, after: undefined, cursor }
    const opened = seal.open(cursor)
    if (!isObject(opened) || opened['type'] !== type || !Array.isArray(opened['parameters']))
      throw pageRefuse.CURSOR_INVALID({}, { expression: '_cursor' })
    return { parameters: opened['parameters'] as [string, string][], after: opened['after'] as Position, cursor }
  }
}

/** What was understood, so that the client sees how its search was read. FHIR R4 search.html#conformance. */
function selfOf(address: string, { used }: SearchQuery): string {
  const query = new URLSearchParams(used.map(([name, value]): [string, string] => [name, value])).toString()
  return query === '' ? address : `${address}?${query}`
}
