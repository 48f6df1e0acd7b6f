/** The input of an operation: a Parameters resource, or nothing. https://hl7.org/fhir/R4/parameters.html */
import type { Parameters, Resource } from '@medplum/fhirtypes'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ParsedJson } from '@platform/fhir/json'
import { refuse } from '../../errors.ts'

/**
 * The text of each parameter that was given, by name: a string, a code, the code of a Coding, or the literal reference.
 *
 * @param names those the operation has; another one is refused, so that a misspelt one is not overlooked
 * @throws PARAMETERS_MALFORMED
 */
export function readParameters(body: unknown, names: readonly string[]): ReadonlyMap<string, string> {
  const resource = (body as ParsedJson | undefined)?.value as Parameters | undefined
  if (resource === undefined) return new Map()
  const list: unknown = resource.parameter ?? []
  if (resource.resourceType !== 'Parameters' || !Array.isArray(list)) throw refuse.PARAMETERS_MALFORMED({}, { expression: 'Parameters' })
  const given = new Map<string, string>()
  for (const [index, one] of (list as NonNullable<Parameters['parameter']>).entries()) {
    const text = [
      one?.valueString,
      one?.valueCode,
      one?.valueReference?.reference,
      one?.valueCoding?.code,
      one?.valueCodeableConcept?.coding?.[0]?.code,
      one?.valueUri,
    ].find((value) => typeof value === 'string' && value.trim() !== '')
    if (typeof one?.name !== 'string' || !names.includes(one.name) || given.has(one.name) || text === undefined) {
      throw refuse.PARAMETERS_MALFORMED({}, { expression: `Parameters.parameter[${String(index)}]` })
    }
    given.set(one.name, text)
  }
  return given
}

/** The same for an operation that changes nothing: by GET in the query, by POST in Parameters. @throws PARAMETERS_MALFORMED */
export function parametersOf(request: FastifyRequest, names: readonly string[]): ReadonlyMap<string, string> {
  if (request.method === 'POST') return readParameters(request.body, names)
  const query = Object.entries(request.query as Record<string, string | string[]>)
  const unknown = query.find(([name]) => !names.includes(name))
  if (unknown !== undefined) throw refuse.PARAMETERS_MALFORMED({}, { expression: unknown[0] })
  return new Map(query.map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]))
}

/** Answers with a resource, in the media type that was agreed. */
export function sendResource(reply: FastifyReply, resource: Resource): FastifyReply {
  const version = resource.meta?.versionId
  if (version !== undefined) void reply.header('etag', `W/"${version}"`)
  return reply.header('content-type', reply.request.answerType).send(JSON.stringify(resource))
}
