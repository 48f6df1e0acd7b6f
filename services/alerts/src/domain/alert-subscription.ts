// What a subscriber is sent: HL7 Subscriptions R5 Backport IG 1.1, R4. References only, to be read with a token of the receiver's own.
import type { Bundle, Parameters, ParametersParameter, Resource, Subscription } from '@medplum/fhirtypes'
import type { Topic } from '@platform/fhir/topic-subscription'
import { TOPIC } from '@platform/nhs/systems'

/** Where a subscription stands. FHIR R4, SubscriptionStatus. */
export type SubscriptionState = 'requested' | 'active' | 'error' | 'off'

/** What a notification says of its subscription. */
export interface SubscriptionView {
  readonly id: string
  readonly topic: Topic
  readonly status: SubscriptionState
  readonly content: 'empty' | 'id-only'
  /** Events since it began. */
  readonly events: string
  readonly error?: string
}

/** Something that happened, under its number in the subscription. */
export interface NumberedEvent {
  readonly number: string
  readonly at: Date
  /** `Task/…` or `ServiceRequest/…`. */
  readonly focus: string
  /** What became of it: `raised`, `moved`, `updated` and so on. */
  readonly kind: string
  /** Another resource that belongs to it: the Encounter of an alert. */
  readonly context?: string
}

/** Why a notification is sent, or a status answered. */
export type NotificationType = 'handshake' | 'heartbeat' | 'event-notification' | 'query-status' | 'query-event'

const STATUS_PROFILE = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription-status-r4'
const CANONICAL: Readonly<Record<Topic, string>> = { alert: TOPIC.ALERT, task: TOPIC.TASK, referral: TOPIC.REFERRAL, step: TOPIC.STEP }

/** Its end has come: FHIR R4 has the server turn it off. @param why what its client reads, where there is another reason */
export function turnedOff(subscription: Subscription, why?: string): Subscription {
  if (subscription.status === 'off') return subscription
  const { error: _, ...rest } = subscription
  return { ...rest, status: 'off', ...(why === undefined ? {} : { error: why }) }
}

/** The status of a subscription as Parameters; with the events it tells of. */
export function statusOf(subscription: SubscriptionView, type: NotificationType, events: readonly NumberedEvent[] = []): Parameters {
  const { id, topic, status, content, error } = subscription
  const parameter: ParametersParameter[] = [
    { name: 'subscription', valueReference: { reference: `Subscription/${id}` } },
    // In an empty notification even the topic would say what it is about.
    ...(content === 'empty' && type === 'event-notification' ? [] : [{ name: 'topic', valueCanonical: CANONICAL[topic] }]),
    { name: 'status', valueCode: status },
    { name: 'type', valueCode: type },
    { name: 'events-since-subscription-start', valueString: subscription.events },
    ...events.map((event) => eventParameter(event, content)),
    ...(error === undefined ? [] : [{ name: 'error', valueCodeableConcept: { text: error } }]),
  ]
  return { resourceType: 'Parameters', meta: { profile: [STATUS_PROFILE] }, parameter }
}

function eventParameter({ number, at, focus, kind, context }: NumberedEvent, content: 'empty' | 'id-only'): ParametersParameter {
  const about: readonly ParametersParameter[] =
    content === 'empty'
      ? []
      : [
          { name: 'focus', valueReference: { reference: focus } },
          ...(context === undefined ? [] : [{ name: 'additional-context', valueReference: { reference: context } }]),
          { name: 'kind', valueCode: kind },
        ]
  return {
    name: 'notification-event',
    part: [{ name: 'event-number', valueString: number }, { name: 'timestamp', valueInstant: at.toISOString() }, ...about],
  }
}

/** A notification: a history Bundle whose first entry is the status; with ids only, what it points to follows without content. */
export function notificationFor(
  subscription: SubscriptionView,
  type: NotificationType,
  events: readonly NumberedEvent[],
  { at, base }: { readonly at: Date; readonly base: string },
): Bundle {
  const { id, content } = subscription
  const foci = content === 'empty' ? [] : [...new Set(events.map(({ focus }) => focus))]
  return {
    resourceType: 'Bundle',
    type: 'history',
    timestamp: at.toISOString(),
    entry: [
      {
        fullUrl: `urn:uuid:${uuidOf(`${id}/${type}/${events.map(({ number }) => number).join(',')}/${at.toISOString()}`)}`,
        resource: statusOf(subscription, type, events),
        request: { method: 'GET', url: `Subscription/${id}/$status` },
        response: { status: '200' },
      },
      ...foci.map((focus) => ({
        fullUrl: `${base}/${focus}`,
        request: { method: 'GET' as const, url: focus },
        response: { status: '200' },
      })),
    ],
  }
}

/** The answer to `$status`: one entry for each subscription asked about. */
export function statusBundle(subscriptions: readonly SubscriptionView[], at: Date): Bundle {
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    timestamp: at.toISOString(),
    total: subscriptions.length,
    entry: subscriptions.map((each) => ({
      fullUrl: `urn:uuid:${uuidOf(`${each.id}/status/${at.toISOString()}`)}`,
      resource: statusOf(each, 'query-status') as Resource,
      search: { mode: 'match' as const },
    })),
  }
}

/** A UUID that the same text always gives, so that the same notification is the same bytes. RFC 9562, version 8. */
function uuidOf(text: string): string {
  const words = [0x811c9dc5, 0x1b873593, 0x5bd1e995, 0xcc9e2d51].map((seed) => {
    let word = seed
    for (let at = 0; at < text.length; at += 1) word = Math.imul(word ^ text.charCodeAt(at), 0x01000193) ^ (word >>> 13)
    return (word >>> 0).toString(16).padStart(8, '0')
  })
  const hex = words.join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
