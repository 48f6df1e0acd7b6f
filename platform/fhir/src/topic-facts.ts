/** What subscriptions to Tasks and ServiceRequests are held against. Pure. */
import type { Resource } from '@medplum/fhirtypes'

/**
 * Facts of a resource, `name=value` each: `status=requested`, `owner=Organization/…`, `code=hospital-alert`. They go with each change of it, so that
 * who has subscribed hears of every state, however short, and nothing has to be read to know whom it concerns.
 *
 * @returns codes and references, no words; none of a type that no topic tells of
 */
export function topicFactsOf(resource: Resource): readonly string[] {
  const named = (name: string, ...references: readonly ({ readonly reference?: string } | undefined)[]) =>
    references.flatMap((one) => (one?.reference === undefined ? [] : `${name}=${one.reference}`))
  switch (resource.resourceType) {
    case 'Task': {
      const codes = (resource.code?.coding ?? []).flatMap(({ code }) => (code === undefined ? [] : `code=${code}`))
      return [`status=${resource.status}`, ...codes, ...named('owner', resource.owner), ...named('requester', resource.requester)]
    }
    case 'ServiceRequest':
      return [`status=${resource.status}`, ...named('requester', resource.requester), ...named('performer', ...(resource.performer ?? []))]
    default:
      return []
  }
}
