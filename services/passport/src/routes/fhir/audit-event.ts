/**
 * The audit trail as FHIR: for one person, newest first, and entry by entry. Who may read it is the policy's class `audit`.
 * AuditEvents that clients sent are ordinary resources, marked external, and are read by their own ids.
 */
import { defineErrors } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { AUDIT_PARAMETERS, peopleIn, placeInChain, toAuditEvent } from '../../domain/audit-event.ts'
import { trailOpenTo, type TrailOpen } from '../../domain/access/trail.ts'
import { ignoredEntry } from '../../domain/searchset.ts'
import { refuse } from '../../errors.ts'
import { auditEntry, auditOf } from '../../store/audit-search.ts'
import type { FhirDependencies } from './dependencies.ts'
import { pageOf } from './page.ts'
import { formOf, isStrict, queryOf, typeAllowed } from './request.ts'

const auditRefuse = defineErrors({
  AUDIT_NEEDS_PATIENT: {
    issue: 'required',
    says: 'The audit trail is read for one person.',
    remedy: 'Send AuditEvent?patient=Patient/… with their id.',
  },
})

interface Position {
  readonly xid: string
  readonly id: string
}

/** Parameters about the answer, which every search has. */
const OF_THE_ANSWER = new Set(['_count', '_cursor', '_format', '_pretty'])

export const auditEvent: FastifyPluginAsync<FhirDependencies> = async (app, { database, baseUrl, seal }) => {
  const config = { fhir: { interaction: 'search-type', types: ['AuditEvent'] } }
  app.get('/AuditEvent', { config }, async (request, reply) => trail(request, reply, queryOf(request), 'AuditEvent?patient='))
  app.post('/AuditEvent/_search', { config }, async (request, reply) =>
    trail(request, reply, [...queryOf(request), ...formOf(request)], undefined),
  )

  // The ids of entries are of a form that no resource of the record has.
  app.get<{ Params: { id: string } }>(
    '/AuditEvent/:id(^\\d+-\\d+-\\d+$)',
    { config: { fhir: { interaction: 'read', types: ['AuditEvent'] } } },
    async (request, reply) => {
      const { id } = request.params
      typeAllowed(request, 'AuditEvent', 'r')
      const reference = `AuditEvent/${id}`
      request.disclosure.entity = reference
      const place = placeInChain(id)
      const entry = place === undefined ? undefined : await auditEntry(database, place)
      const about = entry === undefined ? 'nobody' : trailOpenTo(request.caller, peopleIn(entry))
      if (entry === undefined || about === 'nobody') throw refuse.NOT_FOUND({ reference })
      request.disclosure.people = about === 'everybody' ? peopleIn(entry) : [about.only]
      return reply.header('content-type', request.answerType).send(JSON.stringify(toAuditEvent(entry, namesOnly(about))))
    },
  )

  async function trail(
    request: FastifyRequest,
    reply: FastifyReply,
    asked: readonly (readonly [string, string])[],
    self: string | undefined,
  ): Promise<FastifyReply> {
    typeAllowed(request, 'AuditEvent', 's')
    request.disclosure.entity = 'AuditEvent'
    const ignored = [...new Set(asked.flatMap(([name]) => (AUDIT_PARAMETERS.has(name) || OF_THE_ANSWER.has(name) ? [] : [name])))]
    const [unknown] = ignored
    if (unknown !== undefined && isStrict(request)) throw refuse.PARAMETER_UNKNOWN({ parameter: unknown }, { expression: unknown })

    const query = Object.fromEntries(asked)
    const patient = patientIn(query['patient']) ?? patientOfCursor(query['_cursor'])
    if (patient === undefined || asked.filter(([name]) => name === 'patient').length > 1)
      throw auditRefuse.AUDIT_NEEDS_PATIENT({}, { expression: 'patient' })
    const path = `AuditEvent?patient=${patient}`
    const { count, after } = pageOf<Position>({ query }, seal, path)

    const about = trailOpenTo(request.caller, [patient])
    const rows = about === 'nobody' ? [] : await auditOf(database, { patient, count, after })
    request.disclosure.people = [patient]
    const page = rows.slice(0, count)
    const last = page.at(-1)
    const next =
      rows.length > count && last !== undefined
        ? seal.seal({ path, patient, count, after: { xid: last.xid, id: last.id } satisfies Position })
        : undefined
    const entries = [
      ...page.map((entry) => {
        const resource = toAuditEvent(entry, namesOnly(about))
        return JSON.stringify({ fullUrl: `${baseUrl}/AuditEvent/${String(resource['id'])}`, resource, search: { mode: 'match' } })
      }),
      ...ignoredEntry(ignored),
    ]
    const links = [
      { relation: 'self', url: `${baseUrl}/${self === undefined ? 'AuditEvent/_search' : `${self}${patient}`}` },
      ...(next === undefined ? [] : [{ relation: 'next', url: `${baseUrl}/AuditEvent?_cursor=${next}` }]),
    ]
    const list = entries.length === 0 ? '' : `,"entry":[${entries.join(',')}]`
    return reply
      .header('content-type', request.answerType)
      .send(`{"resourceType":"Bundle","type":"searchset","link":${JSON.stringify(links)}${list}}`)
  }

  function patientOfCursor(cursor: string | undefined): string | undefined {
    const opened = cursor === undefined ? undefined : seal.open(cursor)
    return typeof opened === 'object' && opened !== null && 'patient' in opened ? String(opened.patient) : undefined
  }
}

const patientIn = (value: string | undefined): string | undefined => /^(?:Patient\/)?([A-Za-z0-9\-.]{1,64})$/.exec(value ?? '')?.[1]

const namesOnly = (about: TrailOpen): { about?: string } => (typeof about === 'string' ? {} : { about: about.only })
