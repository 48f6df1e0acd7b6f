/** Checks a resource without storing it. https://hl7.org/fhir/R4/resource-operation-validate.html */
import type { Issue } from '@platform/fhir/errors'
import type { ParsedJson } from '@platform/fhir/json'
import { informationOutcome, outcomeOf } from '@platform/fhir/operation-outcome'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { FhirResource } from '../../domain/references.ts'
import { isObject } from '../../domain/references.ts'
import { refuse } from '../../errors.ts'
import type { FhirDependencies } from './dependencies.ts'
import { queryOf } from './request.ts'

export const validate: FastifyPluginAsync<FhirDependencies> = async (app, { validateAgainst }) => {
  const config = { fhir: { operation: 'validate', types: 'all' as const }, audited: false }
  app.post<{ Params: { type: string } }>('/:type/$validate', { config }, async (request, reply) => {
    const { resource, profiles } = inputOf(request)
    if (resource.resourceType !== request.params.type)
      throw refuse.TYPE_MISMATCH({ expected: request.params.type }, { expression: 'resourceType' })
    const issues: readonly Issue[] = validateAgainst(resource, profiles)
    const outcome = issues.length === 0 ? informationOutcome('The resource is valid.') : outcomeOf(issues)
    return reply.header('content-type', request.answerType).send(JSON.stringify(outcome))
  })
}

/** The resource itself, or Parameters that hold it, with the profile asked for by query or parameter. */
function inputOf(request: FastifyRequest): { resource: FhirResource; profiles: readonly string[] } {
  const body = request.body as ParsedJson | undefined
  if (body === undefined || !isObject(body.value)) throw refuse.BODY_MISSING()
  const asked = queryOf(request).flatMap(([name, profile]) => (name === 'profile' && profile !== '' ? [profile] : []))
  const value = body.value as FhirResource
  if (value.resourceType !== 'Parameters') return { resource: value, profiles: asked }
  const parameters = Array.isArray(value['parameter']) ? value['parameter'].filter(isObject) : []
  const resource = parameters.find(({ name }) => name === 'resource')?.['resource']
  if (!isObject(resource)) throw refuse.BODY_MISSING({}, { expression: "Parameters.parameter.where(name = 'resource')" })
  const profile = parameters.find(({ name }) => name === 'profile')
  const named = profile?.['valueUri'] ?? profile?.['valueCanonical']
  return { resource: resource as FhirResource, profiles: typeof named === 'string' ? [named] : asked }
}
