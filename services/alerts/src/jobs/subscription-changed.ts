import type { RelatedPerson, Subscription } from '@medplum/fhirtypes'
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import { readTopicSubscription } from '@platform/fhir/topic-subscription'
import type { Clock } from '@platform/service/clock'
import { turnedOff } from '../domain/alert-subscription.ts'
import type { FhirRecord } from '../store/record.ts'
import type { Subscriptions } from '../store/subscriptions.ts'
import { CLOSED, isClosed } from './organization-changed.ts'

/** What it works with. */
export interface SubscriptionChangedDependencies {
  readonly record: FhirRecord
  readonly subscriptions: Subscriptions
  /** Told when who listens for what may have changed. */
  readonly onSubscriptions: () => void
  readonly clock: Clock
}

/** A Subscription was changed by its client: it is served from now on, shakes hands when it asks to, and is no longer served when it is off. */
export const subscriptionChanged =
  ({ record, subscriptions, onSubscriptions, clock }: SubscriptionChangedDependencies) =>
  async ({ id }: ResourceChanged): Promise<void> => {
    const found = await record.readWithAuthor<Subscription>(`Subscription/${id}`)
    const wanted = found === undefined || !isOn(found.resource, clock.now()) ? undefined : readTopicSubscription(found.resource)
    if (found === undefined || wanted === undefined || 'notServed' in wanted) {
      if (found !== undefined && hasEnded(found.resource, clock.now())) await record.change<Subscription>(`Subscription/${id}`, turnedOff)
      await subscriptions.turnOff(id)
    } else {
      // In error it stays until its client asks again, with requested or active: the hub never quietly begins anew.
      const asked = found.resource.status === 'requested' || found.resource.status === 'active'
      const party = partyOf(found.author)
      if (await isClosed(party, record)) {
        await record.change<Subscription>(`Subscription/${id}`, (current) => turnedOff(current, CLOSED))
        return subscriptions.turnOff(id)
      }
      await subscriptions.save(id, wanted, { party, asked, person: wanted.topic === 'step' ? await personOf(party, record) : undefined })
    }
    onSubscriptions()
  }

const isOn = (subscription: Subscription, now: Date): boolean => subscription.status !== 'off' && !hasEnded(subscription, now)

const hasEnded = ({ end }: Subscription, now: Date): boolean => end !== undefined && Date.parse(end) <= now.getTime()

/** Whom it is decided for. A client without an organisation is the operator's: the record takes subscriptions of no other. */
function partyOf(author: string | undefined): string {
  if (author === undefined) return ''
  return author.startsWith('Client/') ? '*' : author
}

/** Id of the Patient whose referrals somebody wants to hear of: the person's own, or those of whom a contact looks after. */
async function personOf(party: string, record: FhirRecord): Promise<string | undefined> {
  const patient = party.startsWith('RelatedPerson/') ? (await record.read<RelatedPerson>(party))?.patient.reference : party
  return /^Patient\/(.+)$/.exec(patient ?? '')?.[1]
}
