import type { Subscription } from '@medplum/fhirtypes'
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import type { Log } from '@platform/service/log'
import { alertSubscription } from '../domain/alert-subscription.ts'
import type { FhirRecord } from '../store/record.ts'
import type { Subscriptions } from '../store/subscriptions.ts'

/** A Subscription was changed: a rest-hook to alerts is told of every alert from now on, and no longer when it is turned off. */
export const subscriptionChanged =
  ({ record, subscriptions, log }: { readonly record: FhirRecord; readonly subscriptions: Subscriptions; readonly log: Log }) =>
  async ({ id }: ResourceChanged): Promise<void> => {
    const subscription = await record.read<Subscription>(`Subscription/${id}`)
    const wanted = subscription === undefined ? undefined : alertSubscription(subscription)
    if (wanted === undefined) return subscriptions.remove(id)

    await subscriptions.save(wanted)
    if (subscription?.status !== 'requested') return
    // FHIR R4: the server sets a requested subscription active once it is able to serve it.
    await record.change<Subscription>(`Subscription/${id}`, (current) =>
      current.status === 'requested' ? { ...current, status: 'active' } : current,
    )
    log.info({ event: 'subscription.active', subscription: id })
  }
