/**
 * Bulk export: kick-off, status, cancelling. FHIR Bulk Data Access 3.0.0, https://hl7.org/fhir/uv/bulkdata/export.html
 * Its files are `export-file.ts`, what goes on in between is `jobs/count-exports.ts`.
 */
import type { ParsedJson } from '@platform/fhir/json'
import { outcomeOf } from '@platform/fhir/operation-outcome'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { mayBeOutside } from '../../domain/access/whereabouts.ts'
import { BUCKETS } from '../../domain/bucket.ts'
import { membersOf, parametersOf, readKickOff, type ExportLevel, type SentParameter } from '../../domain/export/kick-off.ts'
import { manifestOf } from '../../domain/export/manifest.ts'
import { widthFor } from '../../domain/export/walk.ts'
import { isObject } from '../../domain/references.ts'
import { TYPES } from '../../domain/resource-types.ts'
import { refuse } from '../../errors.ts'
import { addExport, filesOfExport, findExport, removeExport } from '../../store/export-jobs.ts'
import { estimateRows } from '../../store/export-rows.ts'
import type { FhirDependencies } from './dependencies.ts'
import { exportRefuse, systemAllows } from './export-access.ts'
import { headerText, queryOf } from './request.ts'

const WAIT_S = 1
/** A file is copied as it is stored, and nobody's hand can be put between. */
const LEFT_OUT = 'left out, because this organisation is shown a part of each only. Search for them.'
const PLACES_LEFT_OUT =
  'Encounter: stays whose places are for the direct-care team alone are left out where this organisation is not of it. Search for them.'
const CANONICAL = 'http://hl7.org/fhir/uv/bulkdata/OperationDefinition'

export const bulkExport: FastifyPluginAsync<FhirDependencies> = async (app, { database, inPart, baseUrl, newId, now, readRow }) => {
  const method = ['GET', 'POST']
  app.route({
    method,
    url: '/$export',
    config: { fhir: { operation: 'export', definition: `${CANONICAL}/export`, types: 'system' } },
    handler: (request, reply) => kickOff(request, reply, 'system', undefined),
  })
  app.route({
    method,
    url: '/Patient/$export',
    config: { fhir: { operation: 'export', definition: `${CANONICAL}/patient-export`, types: ['Patient'] } },
    handler: (request, reply) => kickOff(request, reply, 'patient', undefined),
  })
  app.route<{ Params: { id: string } }>({
    method,
    url: '/Group/:id/$export',
    config: { fhir: { operation: 'export', definition: `${CANONICAL}/group-export`, types: ['Group'] } },
    handler: async (request, reply) => {
      const reference = `Group/${request.params.id}`
      request.disclosure.entity = reference
      if (!systemAllows(request.caller, 'Group')) throw exportRefuse.EXPORT_NEEDS_SYSTEM_SCOPE()
      const group = await readRow(request.caller, 'Group', request.params.id)
      if (group === undefined) throw refuse.NOT_FOUND({ reference })
      if (group.deleted) throw refuse.DELETED({ reference })
      return kickOff(request, reply, 'group', membersOf(JSON.parse(group.content)))
    },
  })

  async function kickOff(
    request: FastifyRequest,
    reply: FastifyReply,
    level: ExportLevel,
    members: readonly string[] | undefined,
  ): Promise<FastifyReply> {
    const { caller } = request
    if (!caller.scopes.some(({ context, r }) => context === 'system' && r)) throw exportRefuse.EXPORT_NEEDS_SYSTEM_SCOPE()
    const asked = readKickOff(sentIn(request), { level, prefer: headerText(request, 'prefer') })
    const closed = asked.types?.find((type) => !systemAllows(caller, type))
    if (closed !== undefined) throw exportRefuse.EXPORT_NEEDS_SYSTEM_SCOPE({}, { expression: '_type' })
    const inKind = await inPart.typesInPart(caller)
    // Whoever is not shown a person whole is of nobody's direct-care team, and is shown many a stay without its places.
    const partly = inKind.includes('Patient') ? [...inKind, 'Encounter'] : inKind
    const whole = asked.types?.find((type) => partly.includes(type))
    if (whole !== undefined) throw exportRefuse.EXPORT_IN_PART({ type: whole }, { expression: '_type' })
    const leftOut = asked.types === undefined ? partly.filter((type) => systemAllows(caller, type)) : []
    const types = asked.types ?? TYPES.filter((type) => systemAllows(caller, type) && !leftOut.includes(type))
    const patients = asked.patients === undefined ? members : asked.patients.filter((id) => members?.includes(id) ?? true)
    const id = newId()
    const added = await addExport(database, {
      id,
      caller,
      request: `${baseUrl}${request.url.slice(request.url.indexOf('/fhir') + '/fhir'.length)}`,
      scope: {
        types,
        since: asked.since,
        at: now(),
        ofPeople: level !== 'system',
        patients,
      },
      notes: [
        ...asked.notes,
        ...leftOut.map((type) => `${type}: ${LEFT_OUT}`),
        ...(mayBeOutside(caller.role) && types.includes('Encounter') ? [PLACES_LEFT_OUT] : []),
      ],
      width: widthFor(await estimateRows(database)),
    })
    if (!added) {
      void reply.header('retry-after', '10')
      throw exportRefuse.EXPORT_TOO_MANY()
    }
    request.disclosure.entity = `Export/${id}`
    return reply.code(202).header('content-location', `${baseUrl}/$export-status/${id}`).send()
  }

  app.get<{ Params: { id: string } }>('/$export-status/:id', { config: { audited: false } }, async (request, reply) => {
    const { id } = request.params
    const job = await findExport(database, request.caller.clientId, id, now())
    if (job === undefined) throw refuse.NOT_FOUND({ reference: 'This export' })
    if (job.failed) throw exportRefuse.EXPORT_GIVEN_UP()
    if (job.finishedAt === undefined)
      return reply
        .code(202)
        .header('x-progress', `${Math.floor((100 * job.nextBucket) / BUCKETS)}% counted`)
        .header('retry-after', String(WAIT_S))
        .send()
    const manifest = manifestOf(
      { id, request: job.request, at: job.scope.at, files: await filesOfExport(database, id), notes: job.notes },
      baseUrl,
    )
    return reply.header('content-type', 'application/json').header('expires', job.expiresAt.toUTCString()).send(JSON.stringify(manifest))
  })

  app.delete<{ Params: { id: string } }>(
    '/$export-status/:id',
    { config: { fhir: { interaction: 'cancel-export' } } },
    async (request, reply) => {
      const { id } = request.params
      if (!(await removeExport(database, request.caller.clientId, id))) throw refuse.NOT_FOUND({ reference: 'This export' })
      request.disclosure.entity = `Export/${id}`
      const words = 'The export is cancelled; its files can no longer be fetched.'
      return reply
        .code(202)
        .header('content-type', request.answerType)
        .send(JSON.stringify(outcomeOf([{ severity: 'information', code: 'informational', text: words }])))
    },
  )
}

/** Parameters in the address, and in a Parameters resource when it was asked for by POST. */
function sentIn(request: FastifyRequest): SentParameter[] {
  const { body } = request
  const value = isObject(body) ? (body as unknown as ParsedJson).value : undefined
  return [...queryOf(request).map(([name, text]) => ({ name, value: text, inBody: false })), ...parametersOf(value)]
}
