// FHIR R4 Subscription with the topic in its criteria: HL7 Subscriptions R5 Backport IG 1.1, R4. Other channels and topics are not ours.
import type { Bundle, Subscription } from '@medplum/fhirtypes'
import { CODES, TOPIC } from '@platform/nhs/systems'

/** A rest-hook that wants to hear of alerts. */
export interface AlertSubscription {
  readonly id: string
  readonly endpoint: string
  /** `Name: value`, sent as they stand. */
  readonly headers: readonly string[]
  readonly payload?: string
}

/** The subscription as we serve it; nothing when it is off, is for another topic, or is no rest-hook. */
export function alertSubscription({ id, status, criteria, channel, end }: Subscription, now?: Date): AlertSubscription | undefined {
  const on = (status === 'active' || status === 'requested') && (end === undefined || now === undefined || Date.parse(end) > now.getTime())
  if (!on || id === undefined || channel.type !== 'rest-hook' || channel.endpoint === undefined || !isAboutAlerts(criteria))
    return undefined
  return {
    id,
    endpoint: channel.endpoint,
    headers: channel.header ?? [],
    ...(channel.payload === undefined ? {} : { payload: channel.payload }),
  }
}

function isAboutAlerts(criteria: string): boolean {
  if (criteria === TOPIC.ALERT) return true
  const [type, query = ''] = criteria.split('?')
  const codes = new URLSearchParams(query).get('code')?.split(',') ?? []
  return type === 'Task' && codes.some((code) => code === 'hospital-alert' || code === `${CODES.TASK_KIND}|hospital-alert`)
}

/** What a subscriber is sent: references only, to be read with a token of its own. */
export function notificationFor(
  { id }: Pick<AlertSubscription, 'id'>,
  notice: { readonly id: string; readonly task: string; readonly kind: string; readonly at: Date },
): Bundle {
  return {
    resourceType: 'Bundle',
    type: 'history',
    timestamp: notice.at.toISOString(),
    entry: [
      {
        resource: {
          resourceType: 'Parameters',
          meta: { profile: ['http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription-status-r4'] },
          parameter: [
            { name: 'subscription', valueReference: { reference: `Subscription/${id}` } },
            { name: 'topic', valueCanonical: TOPIC.ALERT },
            { name: 'status', valueCode: 'active' },
            { name: 'type', valueCode: 'event-notification' },
            {
              name: 'notification-event',
              part: [
                { name: 'event-number', valueString: notice.id },
                { name: 'timestamp', valueInstant: notice.at.toISOString() },
                { name: 'focus', valueReference: { reference: notice.task } },
                { name: 'kind', valueCode: notice.kind },
              ],
            },
          ],
        },
        request: { method: 'GET', url: `Subscription/${id}/$status` },
        response: { status: '200' },
      },
    ],
  }
}
