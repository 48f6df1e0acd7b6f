/** `GET /bars/metadata`, `/bars/MessageDefinition`, `/bars/ServiceRequest/{id}`: what is offered here, and how a referral stands. */
import type { CapabilityStatement, MessageDefinition, ServiceRequest } from '@medplum/fhirtypes'
import { ID } from '@platform/nhs/systems'
import type { FastifyPluginAsync } from 'fastify'
import type { BarsSettings, Dependencies } from '../../dependencies.ts'
import { checkVersion, readIds, readTarget } from '../../domain/bars/headers.ts'
import { refuse } from '../../errors.ts'
import { BARS, CORE_VERSION, isSystem, OWN_USE_CASE } from '../../domain/bars/vocabulary.ts'
import { BARS_JSON } from './bars-context.ts'
import { callerOf } from './caller.ts'

export const barsReads: FastifyPluginAsync<Dependencies & { readonly bars: BarsSettings }> = async (app, { bars, tokens, record }) => {
  // Without a target it would be the proxy's own; here both are ours. Open, as a CapabilityStatement is.
  app.get('/metadata', async (request, reply) => {
    checkVersion(request.headers)
    if (request.headers['nhsd-target-identifier'] !== undefined) readTarget(request.headers, bars.serviceIds)
    return reply.header('content-type', BARS_JSON).send(JSON.stringify(capabilities(bars)))
  })

  app.get<{ Querystring: { context?: string | string[] } }>('/MessageDefinition', async (request, reply) => {
    checkVersion(request.headers)
    readIds(request.headers)
    await callerOf(request, tokens)
    const contexts = [request.query.context ?? []].flat().map((context) => context.split('|', 2) as [string, string?])
    const [, service] = contexts.find(([system]) => isSystem(system, ID.DOS_SERVICE)) ?? []
    if (service === undefined)
      throw refuse.BARS_RULE_BROKEN({ rule: 'context names the service, as system|value' }, { expression: 'MessageDefinition?context' })
    const [, useCase] = contexts.find(([system]) => system === BARS.USE_CASE) ?? []
    if (!bars.serviceIds.includes(service) || (useCase !== undefined && useCase !== OWN_USE_CASE.code)) throw refuse.BARS_REFERRAL_UNKNOWN()
    const entry = [
      'bars-message-servicerequest-request-referral',
      'bars-message-servicerequest-request-cancelled',
      'bars-message-servicerequest-response-referral',
    ].map((name) => ({ resource: definition(name, service), search: { mode: 'match' as const } }))
    return reply
      .header('content-type', BARS_JSON)
      .send(JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total: entry.length, entry }))
  })

  app.get<{ Params: { id: string } }>('/ServiceRequest/:id', async (request, reply) => {
    checkVersion(request.headers)
    readIds(request.headers)
    readTarget(request.headers, bars.serviceIds)
    const caller = await callerOf(request, tokens)
    const { id } = request.params
    const found = /^[A-Za-z0-9\-.]{1,64}$/.test(id)
      ? await record.as({ get: async () => caller.token }).read<ServiceRequest>(`ServiceRequest/${id}`)
      : undefined
    if (found === undefined) throw refuse.BARS_REFERRAL_UNKNOWN()
    return reply.header('content-type', BARS_JSON).send(JSON.stringify(found))
  })
}

function definition(name: string, service: string): MessageDefinition {
  const response = name.includes('response')
  return {
    resourceType: 'MessageDefinition',
    id: name,
    url: `${BARS.MESSAGE_DEFINITION}${name}`,
    status: 'active',
    date: '2026-11-21',
    eventCoding: { system: BARS.EVENT, code: response ? 'servicerequest-response' : 'servicerequest-request' },
    category: 'consequence',
    useContext: [
      { code: { code: 'workflow' }, valueCodeableConcept: { coding: [{ system: BARS.USE_CASE, ...OWN_USE_CASE }] } },
      { code: { code: 'program' }, valueCodeableConcept: { coding: [{ system: ID.DOS_SERVICE, code: service }] } },
    ],
    focus: [{ code: 'ServiceRequest', min: 1, max: '1' }],
  }
}

const capabilities = ({ publicUrl }: BarsSettings): CapabilityStatement => ({
  resourceType: 'CapabilityStatement',
  status: 'active',
  date: '2026-11-21',
  kind: 'instance',
  software: { name: 'Handrail', version: CORE_VERSION.text },
  implementation: { description: 'Handrail as a receiver and sender of the NHS Booking and Referral Standard', url: `${publicUrl}/bars` },
  fhirVersion: '4.0.1',
  format: ['json'],
  rest: [
    {
      mode: 'server',
      documentation: `BaRS Core ${CORE_VERSION.text}. Use case ${OWN_USE_CASE.code}: ${OWN_USE_CASE.display}.`,
      security: { service: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'OAuth' }] }] },
      resource: [
        { type: 'ServiceRequest', interaction: [{ code: 'read' }] },
        { type: 'MessageDefinition', interaction: [{ code: 'search-type' }], searchParam: [{ name: 'context', type: 'token' }] },
      ],
      operation: [{ name: 'process-message', definition: 'http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message' }],
    },
  ],
})
