/** Everything about a person that the caller may see. https://hl7.org/fhir/R4/patient-operation-everything.html */
import type { FastifyPluginAsync } from 'fastify'
import { refuse } from '../../errors.ts'
import { readEverything, readRow } from '../../store/record-store.ts'
import type { FhirDependencies } from './dependencies.ts'
import { pageOf } from './page.ts'
import { hasScope, typeAllowed } from './request.ts'

interface Position {
  readonly type: string
  readonly id: string
}

/** A whole record on one page as long as it is not extraordinary. */
const PAGE = { count: 1000, most: 5000 }

export const everything: FastifyPluginAsync<FhirDependencies> = async (app, { database, baseUrl, seal }) => {
  app.get<{ Params: { id: string }; Querystring: { _type?: string } }>(
    '/Patient/:id/$everything',
    { config: { fhir: { operation: 'everything', types: ['Patient'] } } },
    async (request, reply) => {
      const { id } = request.params
      typeAllowed(request, 'Patient', 'r')
      const reference = `Patient/${id}`
      request.disclosure.entity = reference
      const path = `${reference}/$everything`
      const { count, since, after } = pageOf<Position>(request, seal, path, PAGE)
      // The person first: the operation says no exactly as a read of the Patient would.
      const person = await readRow(database, request.caller, 'Patient', id)
      if (person === undefined) throw refuse.NOT_FOUND({ reference })
      if (person.deleted) throw refuse.DELETED({ reference })
      request.disclosure.people = [id]

      const types = request.query._type?.split(',')
      const rows = await readEverything(database, request.caller, id, { count, types, since, after })
      const page = rows.slice(0, count)
      const last = page.at(-1)
      const next =
        rows.length > count && last !== undefined
          ? seal.seal({ path, count, since, after: { type: last.type, id: last.id } satisfies Position })
          : undefined
      const links = [
        { relation: 'self', url: `${baseUrl}/${path}` },
        ...(next === undefined ? [] : [{ relation: 'next', url: `${baseUrl}/${path}?_cursor=${next}` }]),
      ]
      const all = hasScope(request.caller, '*', 'r')
      const entries = page
        .filter(({ type }) => all || hasScope(request.caller, type, 'r'))
        .map(({ type, id: rowId, content }) => `{"fullUrl":"${baseUrl}/${type}/${rowId}","resource":${content},"search":{"mode":"match"}}`)
      return reply
        .header('content-type', request.answerType)
        .send(`{"resourceType":"Bundle","type":"searchset","link":${JSON.stringify(links)},"entry":[${entries.join(',')}]}`)
    },
  )
}
