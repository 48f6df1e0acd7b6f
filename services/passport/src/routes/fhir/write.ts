/** Create, update, patch and delete, plain and conditional. https://hl7.org/fhir/R4/http.html#create and following. */
import type { Device, DeviceUseStatement } from '@medplum/fhirtypes'
import type { Issue } from '@platform/fhir/errors'
import type { ParsedJson } from '@platform/fhir/json'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Operation, Outcome } from '../../domain/operation.ts'
import { localReference, understood } from '../../domain/references.ts'
import { refillFault, refillWords } from '../../domain/reviews/refill-query.ts'
import { refuse } from '../../errors.ts'
import { changeRecord } from '../../store/change-record.ts'
import { sendOutcome } from './answer.ts'
import { entryOf } from './audit-hook.ts'
import type { FhirDependencies } from './dependencies.ts'
import { bodyOf, conditionAllowed, criteriaOf, headerText, ifMatchOf, preferredReturn, typeAllowed } from './request.ts'

export const write: FastifyPluginAsync<FhirDependencies> = async (app, { record, readRow, now, baseUrl }) => {
  app.post<{ Params: { type: string } }>(
    '/:type',
    { config: { fhir: { interaction: 'create', types: 'all' } } },
    async (request, reply) => {
      const { type } = request.params
      typeAllowed(request, type, 'c')
      const exact = bodyOf(request, type)
      const ifNoneExist = headerText(request, 'if-none-exist')
      return one(request, reply, { kind: 'create', place: '', type, exact, ifNoneExist: ifNoneExist === '' ? undefined : ifNoneExist })
    },
  )

  app.put<{ Params: { type: string; id: string } }>(
    '/:type/:id',
    { config: { fhir: { interaction: 'update', types: 'all' } } },
    async (request, reply) => {
      const { type, id } = request.params
      typeAllowed(request, type, 'u')
      immutable(type)
      const exact = bodyOf(request, type)
      if (exact.id !== id) throw refuse.ID_MISMATCH({}, { expression: `${type}.id` })
      return one(request, reply, { kind: 'update', place: '', type, id, exact, ifMatch: ifMatchOf(request.headers['if-match']) })
    },
  )

  app.put<{ Params: { type: string } }>(
    '/:type',
    { config: { fhir: { interaction: 'conditional-update', types: 'all' } } },
    async (request, reply) => {
      const { type } = request.params
      typeAllowed(request, type, 'u')
      typeAllowed(request, type, 'c')
      immutable(type)
      return one(request, reply, {
        kind: 'update',
        place: '',
        type,
        criteria: criteriaOf(request),
        exact: bodyOf(request, type),
        ifMatch: ifMatchOf(request.headers['if-match']),
      })
    },
  )

  app.patch<{ Params: { type: string; id: string } }>(
    '/:type/:id',
    { config: { fhir: { interaction: 'patch', types: 'all' } } },
    async (request, reply) => {
      const { type, id } = request.params
      typeAllowed(request, type, 'u')
      immutable(type)
      return one(request, reply, {
        kind: 'patch',
        place: '',
        type,
        id,
        patch: patchOf(request),
        ifMatch: ifMatchOf(request.headers['if-match']),
      })
    },
  )

  app.patch<{ Params: { type: string } }>(
    '/:type',
    { config: { fhir: { interaction: 'conditional-patch', types: 'all' } } },
    async (request, reply) => {
      const { type } = request.params
      typeAllowed(request, type, 'u')
      immutable(type)
      return one(request, reply, {
        kind: 'patch',
        place: '',
        type,
        criteria: criteriaOf(request),
        patch: patchOf(request),
        ifMatch: ifMatchOf(request.headers['if-match']),
      })
    },
  )

  app.delete<{ Params: { type: string; id: string } }>(
    '/:type/:id',
    { config: { fhir: { interaction: 'delete', types: 'all' } } },
    async (request, reply) => {
      const { type, id } = request.params
      typeAllowed(request, type, 'd')
      immutable(type)
      return one(request, reply, { kind: 'delete', place: '', type, id, ifMatch: ifMatchOf(request.headers['if-match']) })
    },
  )

  app.delete<{ Params: { type: string } }>(
    '/:type',
    { config: { fhir: { interaction: 'conditional-delete', types: 'all' } } },
    async (request, reply) => {
      const { type } = request.params
      typeAllowed(request, type, 'd')
      immutable(type)
      return one(request, reply, {
        kind: 'delete',
        place: '',
        type,
        criteria: criteriaOf(request),
        ifMatch: ifMatchOf(request.headers['if-match']),
      })
    },
  )

  async function one(request: FastifyRequest, reply: FastifyReply, operation: Operation): Promise<FastifyReply> {
    conditionAllowed(request, operation)
    request.disclosure.entity = 'id' in operation && operation.id !== undefined ? `${operation.type}/${operation.id}` : operation.type
    const {
      at: _at,
      people: _people,
      entity: _entity,
      ...audit
    } = entryOf(request, { at: now(), status: operation.kind === 'create' ? 201 : 200 })
    const [outcome] = await changeRecord(record, [operation], { caller: request.caller, at: now(), audit })
    if (outcome === undefined) throw new Error('A write without an outcome')
    request.disclosure.people = outcome.patient === undefined ? [] : [outcome.patient]
    // A conditional create that found its match wrote nothing, and so its entry is still to come.
    request.disclosure.committed = !(outcome.operation === 'create' && outcome.status === 200) && outcome.version > 0
    return sendOutcome(request, reply, outcome, baseUrl, await doubtsAbout(request, outcome))
  }

  /** What may be wrong with what was stored, for whoever asked to be told. Whether or not, whoever entered it gets a query as a Task. */
  async function doubtsAbout(request: FastifyRequest, { type, content }: Outcome): Promise<Issue[]> {
    if (type !== 'DeviceUseStatement' || content === '' || preferredReturn(request) !== 'OperationOutcome') return []
    const use = understood(JSON.parse(content) as DeviceUseStatement, baseUrl)
    const device = localReference(use.device.reference)
    const row = device === undefined ? undefined : await readRow(request.caller, device.type, device.id)
    const fault = refillFault(use, row === undefined || row.content === '' ? undefined : (JSON.parse(row.content) as Device))
    return fault === undefined
      ? []
      : [{ severity: 'warning', code: 'business-rule', text: refillWords(fault), expression: 'DeviceUseStatement.extension' }]
  }
}

/** An AuditEvent is only ever added. Architecture, "Audit before disclosure". */
function immutable(type: string): void {
  if (type === 'AuditEvent') throw refuse.AUDIT_IMMUTABLE()
}

function patchOf(request: FastifyRequest): readonly unknown[] {
  const body = request.body as ParsedJson | undefined
  if (!/json-patch\+json/.test(headerText(request, 'content-type')) || !Array.isArray(body?.exact)) throw refuse.PATCH_INVALID()
  return body.exact
}
