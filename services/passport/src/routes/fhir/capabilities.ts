/** What this server can do, computed from the routes that exist. https://hl7.org/fhir/R4/capabilitystatement.html */
import { smartConfiguration } from '@platform/fhir/smart-configuration'
import { TOPIC } from '@platform/nhs/systems'
import type { FastifyInstance } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { AUDIT_PARAMETERS } from '../../domain/audit-event.ts'
import { TYPES } from '../../domain/resource-types.ts'
import { capabilityStatement, type DeclaredRoute, type OperationReference } from '../../domain/capability-statement.ts'
import { searchParametersOf, type SearchDefinitions } from '../../domain/search/definitions.ts'

export interface CapabilityOptions {
  readonly baseUrl: string
  readonly publicUrl: string
  readonly definitions: SearchDefinitions
  /** Operations that other services offer under this base, from their OperationDefinitions. */
  readonly operations: readonly OperationReference[]
  /** Canonical URLs of the loaded profiles by the type they are for. */
  readonly profilesByType: ReadonlyMap<string, readonly string[]>
  readonly startedAt: Date
}

async function plugin(
  app: FastifyInstance,
  { baseUrl, publicUrl, definitions, operations, profilesByType, startedAt }: CapabilityOptions,
): Promise<void> {
  const routes: DeclaredRoute[] = []
  app.addHook('onRoute', ({ config }) => {
    if (config?.fhir !== undefined) routes.push(config.fhir)
  })

  let text: string | undefined
  app.get('/metadata', { config: { open: true, audited: false } }, async (request, reply) => {
    text ??= JSON.stringify(
      capabilityStatement({
        baseUrl,
        routes,
        operations,
        startedAt,
        topics: Object.values(TOPIC),
        types: TYPES,
        supportedProfiles: (type) => profilesByType.get(type) ?? [],
        searchParameters: (type) =>
          searchParametersOf(definitions, type).filter(({ name }) => type !== 'AuditEvent' || AUDIT_PARAMETERS.has(name)),
        smart: smartConfiguration(publicUrl),
      }),
    )
    return reply.header('content-type', request.answerType).send(text)
  })

  app.get('/.well-known/smart-configuration', { config: { open: true, audited: false } }, async (_request, reply) =>
    reply.header('content-type', 'application/json').send(JSON.stringify(smartConfiguration(publicUrl))),
  )
}

/** `/metadata`, and where tokens are had; for the FHIR context. */
export const capabilities = fastifyPlugin<CapabilityOptions>(plugin, { name: 'capabilities' })
