/** The audit trail as FHIR: `GET /AuditEvent?patient=`, newest first. Who may read it is the policy's class `audit`. */
import { defineErrors } from '@platform/fhir/errors'
import type { FastifyPluginAsync } from 'fastify'
import { toAuditEvent } from '../../domain/audit-event.ts'
import { BIT } from '../../domain/access/data-class.ts'
import { masksFor } from '../../domain/access/policy.ts'
import { auditOf } from '../../store/audit-search.ts'
import type { FhirDependencies } from './dependencies.ts'
import { pageOf } from './page.ts'
import { typeAllowed } from './request.ts'

export const auditRefuse = defineErrors({
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

export const auditEvent: FastifyPluginAsync<FhirDependencies> = async (app, { database, baseUrl, seal }) => {
  app.get<{ Querystring: { patient?: string; _cursor?: string } }>(
    '/AuditEvent',
    { config: { fhir: { interaction: 'search-type', types: ['AuditEvent'] } } },
    async (request, reply) => {
      typeAllowed(request, 'AuditEvent', 's')
      request.disclosure.entity = 'AuditEvent'
      const patient = request.query.patient?.replace(/^Patient\//, '') ?? patientIn(request.query._cursor)
      if (patient === undefined || patient === '') throw auditRefuse.AUDIT_NEEDS_PATIENT({}, { expression: 'patient' })
      const path = `AuditEvent?patient=${patient}`
      const { count, after } = pageOf<Position>(request, seal, path)

      const { read } = masksFor(request.caller.role, request.caller.grade)
      const open = (read.anybody & BIT.audit) !== 0 || (request.caller.patient === patient && (read.self & BIT.audit) !== 0)
      const rows = open ? await auditOf(database, { patient, count, after }) : []
      request.disclosure.people = [patient]
      const page = rows.slice(0, count)
      const last = page.at(-1)
      const next =
        rows.length > count && last !== undefined
          ? seal.seal({ path, patient, count, after: { xid: last.xid, id: last.id } satisfies Position })
          : undefined
      return reply.header('content-type', request.answerType).send(
        JSON.stringify({
          resourceType: 'Bundle',
          type: 'searchset',
          link: [
            { relation: 'self', url: `${baseUrl}/${path}` },
            ...(next === undefined ? [] : [{ relation: 'next', url: `${baseUrl}/AuditEvent?_cursor=${next}` }]),
          ],
          entry: page.map((entry) => {
            const resource = toAuditEvent(entry)
            return { fullUrl: `${baseUrl}/AuditEvent/${String(resource['id'])}`, resource, search: { mode: 'match' } }
          }),
        }),
      )
    },
  )

  function patientIn(cursor: string | undefined): string | undefined {
    const opened = cursor === undefined ? undefined : seal.open(cursor)
    return typeof opened === 'object' && opened !== null && 'patient' in opened ? String(opened.patient) : undefined
  }
}
