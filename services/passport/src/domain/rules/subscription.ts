/**
 * A Subscription that nobody serves is refused instead of kept: whoever made it would wait for ever. Subscriptions R5 Backport IG 1.1,
 * "Accepting Subscription Requests". Pure.
 */
import type { Subscription } from '@medplum/fhirtypes'
import type { Caller } from '@platform/fhir/caller'
import type { Refusal } from '@platform/fhir/errors'
import { readTopicSubscription, type TopicSubscription } from '@platform/fhir/topic-subscription'
import { refuse } from '../../errors.ts'
import type { FhirResource } from '../references.ts'

/** What is wrong with one that wants to be told; nothing with one that is off. */
export function faultOfSubscription(
  resource: FhirResource,
  { role, organization, fhirUser = '' }: Pick<Caller, 'role' | 'organization' | 'fhirUser'>,
): Refusal | undefined {
  if (resource['status'] === 'off' || role === 'reactor-alerts') return undefined
  const read = readTopicSubscription(resource as unknown as Subscription)
  if ('notServed' in read) return refuse.SUBSCRIPTION_NOT_SERVED({ why: read.notServed }, { expression: read.expression })
  const isPersons = role === 'patient' || role === 'carer'
  if (isPersons !== (read.topic === 'step')) return refuse.SUBSCRIPTION_TOPIC_OF_OTHERS({}, { expression: 'Subscription.criteria' })
  // Whose referrals it is about is told from who wrote it.
  if (isPersons && !/^(Patient|RelatedPerson)\//.test(fhirUser)) return refuse.SUBSCRIBER_UNKNOWN({}, { expression: 'Subscription' })
  if (isPersons) return faultOfPersons(read)
  // Who hears what is decided by the organisation that asked: one of nobody's would hear of nothing.
  if (organization === undefined && role !== 'admin') return refuse.SUBSCRIBER_UNKNOWN({}, { expression: 'Subscription' })
  return undefined
}

/** A person is told by a message that says nothing: no program of anybody's, no header, no filter, and when it comes is one of three. */
function faultOfPersons({ channel, cadence, headers, filters }: TopicSubscription): Refusal | undefined {
  const no = (why: string, expression: string) => refuse.SUBSCRIPTION_NOT_SERVED({ why }, { expression })
  if (channel === 'webhook') return no('A person is told by email or sms.', 'Subscription.channel.type')
  if (cadence === 'escalated') return no('It can be told now, today or weekly.', 'Subscription.channel.extension')
  if (headers.length > 0) return no('A message to a person has no headers.', 'Subscription.channel.header')
  return filters.length > 0 ? no('News of all of the person’s referrals is told alike.', 'Subscription.criteria.extension') : undefined
}
