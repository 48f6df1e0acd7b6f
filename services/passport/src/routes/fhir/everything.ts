/** Everything about a person that the caller may see. https://hl7.org/fhir/R4/patient-operation-everything.html */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { CursorSeal } from '../../domain/cursor.ts'
import { isObject } from '../../domain/references.ts'
import { RESOURCE_TYPES, TYPES } from '../../domain/resource-types.ts'
import { refuse } from '../../errors.ts'
import { readEverything, readRow } from '../../store/record-store.ts'
import type { FhirDependencies } from './dependencies.ts'
import { pageOf } from './page.ts'
import { onlyKnown, parametersOf } from './parameters.ts'
import { hasScope, typeAllowed } from './request.ts'

interface Position {
  readonly type: string
  readonly id: string
}

/** No `start` and `end`: whoever asks for some time must not take more for it. */
const PARAMETERS: ReadonlySet<string> = new Set(['_count', '_since', '_type', '_cursor'])
/** A whole record on one page as long as it is not extraordinary. */
const PAGE = { count: 1000, most: 5000 }

export const everything: FastifyPluginAsync<FhirDependencies> = async (app, { database, inPart, baseUrl, seal }) => {
  // It changes nothing, and so it may be asked for by GET and by POST. https://hl7.org/fhir/R4/operations.html#executing
  app.route<{ Params: { id: string } }>({
    method: ['GET', 'POST'],
    url: '/Patient/:id/$everything',
    config: { fhir: { operation: 'everything', types: ['Patient'] } },
    handler: async (request, reply) => {
      const { id } = request.params
      const asked = parametersOf(request)
      onlyKnown(asked, PARAMETERS)
      typeAllowed(request, 'Patient', 'r')
      const reference = `Patient/${id}`
      request.disclosure.entity = reference
      const path = `${reference}/$everything`
      const { count, since, after } = pageOf<Position>({ query: Object.fromEntries(asked) }, seal, path, PAGE)
      // The person first: the operation says no exactly as a read of the Patient would.
      const person = await readRow(database, request.caller, 'Patient', id)
      if (person === undefined) throw refuse.NOT_FOUND({ reference })
      if (person.deleted) throw refuse.DELETED({ reference })
      request.disclosure.people = [id]

      const types = typesIn(asked, seal)
      const open = openTypes(request, types)
      const rows = await readEverything(database, request.caller, id, { count, types: open, since, after })
      const page = await inPart.shown(request.caller, rows.slice(0, count))
      const last = page.at(-1)
      const next =
        rows.length > count && last !== undefined
          ? seal.seal({ path, count, since, types, after: { type: last.type, id: last.id } satisfies Position })
          : undefined
      const links = [
        { relation: 'self', url: `${baseUrl}/${path}` },
        ...(next === undefined ? [] : [{ relation: 'next', url: `${baseUrl}/${path}?_cursor=${next}` }]),
      ]
      const entries = page.map(
        ({ type, id: rowId, content }) => `{"fullUrl":"${baseUrl}/${type}/${rowId}","resource":${content},"search":{"mode":"match"}}`,
      )
      const list = entries.length === 0 ? '' : `,"entry":[${entries.join(',')}]`
      return reply
        .header('content-type', request.answerType)
        .send(`{"resourceType":"Bundle","type":"searchset","link":${JSON.stringify(links)}${list}}`)
    },
  })
}

/** Of the types asked for those that the token covers, so that a page holds nothing of the others; all when it covers all. */
function openTypes({ caller }: FastifyRequest, asked: string[] | undefined): readonly string[] | undefined {
  if (hasScope(caller, '*', 'r')) return asked
  return (asked ?? TYPES).filter((type) => hasScope(caller, type, 'r'))
}

/** The types asked for, on the first page as on those that follow; all when none is named. */
function typesIn(asked: readonly (readonly [string, string])[], seal: CursorSeal): string[] | undefined {
  const cursor = asked.find(([name]) => name === '_cursor')?.[1]
  if (cursor !== undefined) {
    const opened = seal.open(cursor)
    return isObject(opened) && Array.isArray(opened['types']) ? opened['types'].map(String) : undefined
  }
  const named = asked.flatMap(([name, value]) => (name === '_type' ? value.split(',') : []))
  const unknown = named.find((type) => !Object.hasOwn(RESOURCE_TYPES, type))
  if (unknown !== undefined) throw refuse.TYPES_UNKNOWN({}, { expression: '_type' })
  return named.length === 0 ? undefined : named
}
