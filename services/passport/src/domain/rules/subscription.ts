/**
 * A Subscription that nobody serves is refused instead of kept: whoever made it would wait for ever. Subscriptions R5 Backport IG 1.1,
 * "Accepting Subscription Requests". Pure.
 */
import type { Subscription } from '@medplum/fhirtypes'
import type { Caller } from '@platform/fhir/caller'
import type { Refusal } from '@platform/fhir/errors'
import { readTopicSubscription } from '@platform/fhir/topic-subscription'
import { refuse } from '../../errors.ts'
import type { FhirResource } from '../references.ts'

/** What is wrong with one that wants to be told; nothing with one that is off. */
export function faultOfSubscription(
  resource: FhirResource,
  { role, organization }: Pick<Caller, 'role' | 'organization'>,
): Refusal | undefined {
  if (resource['status'] === 'off' || role === 'reactor-alerts') return undefined
  const read = readTopicSubscription(resource as unknown as Subscription)
  if ('notServed' in read) return refuse.SUBSCRIPTION_NOT_SERVED({ why: read.notServed }, { expression: read.expression })
  // Who hears what is decided by the organisation that asked: one of nobody's would hear of nothing.
  if (organization === undefined && role !== 'admin') return refuse.SUBSCRIBER_UNKNOWN({}, { expression: 'Subscription' })
  return undefined
}
