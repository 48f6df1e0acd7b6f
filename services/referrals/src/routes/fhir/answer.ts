/** How an operation answers: one resource, in the media type that was agreed. */
import type { Resource } from '@medplum/fhirtypes'
import type { FastifyReply } from 'fastify'

/** Sends a resource; 204 where there is none that the caller may see. */
export function sendResource(reply: FastifyReply, resource: Resource | undefined): FastifyReply {
  if (resource === undefined) return reply.code(204).send()
  const version = resource.meta?.versionId
  if (version !== undefined) void reply.header('etag', `W/"${version}"`)
  return reply.header('content-type', reply.request.answerType).send(JSON.stringify(resource))
}
