/** A person's record as one archive, to read, to keep and to move. Ours; docs/guides/leave-with-everything.md */
import type { FastifyPluginAsync } from 'fastify'
import { BIT, EVERYTHING } from '../../domain/access/data-class.ts'
import { masksFor } from '../../domain/access/masks.ts'
import { filesOf } from '../../domain/archive/build.ts'
import { packArchive } from '../../domain/archive/pack.ts'
import { toAuditEvent } from '../../domain/audit-event.ts'
import { refuse } from '../../errors.ts'
import { selfOf } from '../../store/access-sql.ts'
import { PRINT_FONTS } from '../../store/print-fonts.ts'
import { readArchiveRows } from '../../store/archive-rows.ts'
import { auditOf } from '../../store/audit-search.ts'
import { readRow } from '../../store/record-store.ts'
import type { FhirDependencies } from './dependencies.ts'
import { hasScope, typeAllowed } from './request.ts'

export const GZIP = 'application/gzip'
/** Entries of the audit trail in an archive; whoever has more reads the rest at AuditEvent?patient=. */
const MOST_LOOKS = 10_000

export const personArchive: FastifyPluginAsync<FhirDependencies> = async (app, { database, inPart, baseUrl, newId, now }) => {
  app.route<{ Params: { id: string } }>({
    method: ['GET', 'POST'],
    url: '/Patient/:id/$export-person',
    config: { fhir: { operation: 'export-person', types: ['Patient'] }, produces: [GZIP, 'application/octet-stream'] },
    handler: async (request, reply) => {
      const { caller } = request
      const { id } = request.params
      typeAllowed(request, 'Patient', 'r')
      const reference = `Patient/${id}`
      request.disclosure.entity = reference
      const person = await readRow(database, caller, 'Patient', id)
      if (person === undefined) throw refuse.NOT_FOUND({ reference })
      if (person.deleted) throw refuse.DELETED({ reference })
      request.disclosure.people = [id]

      const at = now()
      const { read } = masksFor(caller.role, caller.grade)
      const whole = read.anybody === EVERYTHING && hasScope(caller, '*', 'r')
      const own = selfOf(caller) === id
      const rows = await readArchiveRows(database, caller, id, (type) => hasScope(caller, type, 'r'), inPart)
      const mayAsk = ((read.anybody | (own ? read.self : 0)) & BIT.audit) !== 0 && hasScope(caller, 'AuditEvent', 's')
      const looks = mayAsk ? (await auditOf(database, { patient: id, count: MOST_LOOKS })).slice(0, MOST_LOOKS) : undefined
      const files = await filesOf(
        {
          versions: rows.versions,
          present: rows.present,
          patient: id,
          whoLooked: looks?.map((entry) => toAuditEvent(entry, { about: id })),
          title: 'Your whole record',
          opening: [
            `This is a copy of a record kept by Handrail at ${baseUrl}, made on ${at.toISOString().slice(0, 10)}. It holds ${rows.present.length} entries.`,
            whole
              ? 'It is all that the record holds of this person, with every earlier version.'
              : own
                ? 'It is all that you may see of your own record, with every earlier version.'
                : rows.inPart
                  ? 'It is what the organisation that asked is shown, of some entries a part alone, and not the whole record. No record is restored from it.'
                  : 'It is what the organisation that asked may see, and not the whole record.',
            'It holds health information. Keep it where only those look whom you want to.',
          ],
        },
        { id: newId(), at, baseUrl, fonts: PRINT_FONTS },
      )
      const archive = await packArchive(files, {
        madeAt: at.toISOString(),
        source: baseUrl,
        patient: id,
        completeness: whole ? 'whole' : rows.inPart ? 'in-part' : 'as-seen',
        resources: rows.present.length,
        versions: rows.versions.length,
      })
      return reply
        .header('content-type', GZIP)
        .header('content-disposition', `attachment; filename="record-${id}.tar.gz"`)
        .header('cache-control', 'private, no-store')
        .send(archive)
    },
  })
}
