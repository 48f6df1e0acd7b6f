/** History of one resource and of a type. https://hl7.org/fhir/R4/http.html#history */
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { refuse } from '../../errors.ts'
import type { HistoryPage, Row } from '../../store/record-store.ts'
import { readHistory, readRow, readRows } from '../../store/record-store.ts'
import { etagOf } from './answer.ts'
import type { FhirDependencies } from './dependencies.ts'
import { pageOf } from './page.ts'
import { isStrict, queryOf, typeAllowed } from './request.ts'

/** What of the address is read. Other parameters are passed over, unless the client wants to be told. */
const PARAMETERS: ReadonlySet<string> = new Set(['_count', '_since', '_cursor', '_format', '_pretty'])

/** Those of them that say which versions are in the answer. */
const SAID: ReadonlySet<string> = new Set(['_count', '_since', '_cursor'])

interface Position {
  readonly updatedAt: string
  readonly id: string
  readonly version: number
}

export const history: FastifyPluginAsync<FhirDependencies> = async (app, { database, inPart, baseUrl, seal }) => {
  app.get<{ Params: { type: string; id: string } }>(
    '/:type/:id/_history',
    { config: { fhir: { interaction: 'history-instance', types: 'all' } } },
    async (request, reply) => {
      const { type, id } = request.params
      typeAllowed(request, type, 'r')
      const reference = `${type}/${id}`
      request.disclosure.entity = reference
      if ((await readRow(database, request.caller, type, id)) === undefined) throw refuse.NOT_FOUND({ reference })
      return answer(request, reply, type, id)
    },
  )

  app.get<{ Params: { type: string } }>(
    '/:type/_history',
    { config: { fhir: { interaction: 'history-type', types: 'all' } } },
    async (request, reply) => {
      const { type } = request.params
      typeAllowed(request, type, 's')
      request.disclosure.entity = type
      return answer(request, reply, type, undefined)
    },
  )

  /** What is closed now is closed in its past too: a version is shown to whoever sees both the resource as it is and as it was then. */
  async function openRows(request: FastifyRequest, type: string, id: string | undefined, asked: HistoryPage): Promise<Row[]> {
    if (id !== undefined) return readHistory(database, request.caller, type, id, asked)
    const open: Row[] = []
    let after = asked.after
    for (;;) {
      const rows = await readHistory(database, request.caller, type, undefined, { ...asked, after })
      const present = new Set((await readRows(database, request.caller, distinct(rows))).map((row) => row.id))
      open.push(...rows.filter((row) => present.has(row.id)))
      after = rows.at(-1)
      if (open.length > asked.count || rows.length <= asked.count || after === undefined) return open
    }
  }

  async function answer(request: FastifyRequest, reply: FastifyReply, type: string, id: string | undefined): Promise<FastifyReply> {
    const unknown = queryOf(request).find(([name]) => !PARAMETERS.has(name))?.[0]
    if (unknown !== undefined && isStrict(request)) throw refuse.PARAMETER_UNKNOWN({ parameter: unknown }, { expression: unknown })
    const path = id === undefined ? `${type}/_history` : `${type}/${id}/_history`
    const { count, since, after } = pageOf<Position>(request, seal, path)
    const start = after === undefined ? undefined : { ...after, updatedAt: new Date(after.updatedAt) }
    const rows = await openRows(request, type, id, { count, since, after: start })
    const page = await inPart.shown(request.caller, rows.slice(0, count))
    request.disclosure.people = [...new Set(page.flatMap(({ patient }) => patient ?? []))]
    const last = page.at(-1)
    const next =
      rows.length > count && last !== undefined
        ? seal.seal({
            path,
            count,
            since,
            after: { updatedAt: last.updatedAt.toISOString(), id: last.id, version: last.version } satisfies Position,
          })
        : undefined
    const links = [
      { relation: 'self', url: `${baseUrl}/${path}${usedIn(request)}` },
      ...(next === undefined ? [] : [{ relation: 'next', url: `${baseUrl}/${path}?_cursor=${next}` }]),
    ]
    const list = page.length === 0 ? '' : `,"entry":[${page.map((row) => entryOf(row, baseUrl)).join(',')}]`
    return reply
      .header('content-type', request.answerType)
      .send(`{"resourceType":"Bundle","type":"history","link":${JSON.stringify(links)}${list}}`)
  }
}

/** What was understood of the address, so that the client sees how it was read. */
function usedIn(request: FastifyRequest): string {
  const used = queryOf(request).filter(([name]) => SAID.has(name))
  return used.length === 0 ? '' : `?${new URLSearchParams(used).toString()}`
}

const distinct = (rows: readonly Row[]): Row[] => [...new Map(rows.map((row) => [row.id, row])).values()]

/** An entry of the history; a version whose resource was deleted has none. FHIR R4 http.html#history */
function entryOf(row: Row, baseUrl: string): string {
  const { type, id, version, updatedAt, deleted, content } = row
  const request = deleted
    ? { method: 'DELETE', url: `${type}/${id}` }
    : version === 1
      ? { method: 'POST', url: type }
      : { method: 'PUT', url: `${type}/${id}` }
  const response = { status: deleted ? '204' : version === 1 ? '201' : '200', etag: etagOf(row), lastModified: updatedAt.toISOString() }
  return `{"fullUrl":"${baseUrl}/${type}/${id}"${deleted ? '' : `,"resource":${content}`},"request":${JSON.stringify(request)},"response":${JSON.stringify(response)}}`
}
