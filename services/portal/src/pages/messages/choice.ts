/** How somebody chose to be told of their referrals, as a form holds it and as the record keeps it: a Subscription of their own. Pure. */
import type { Subscription } from '@medplum/fhirtypes'
import { endpointOf, NOTIFY_WHEN } from '@platform/fhir/topic-subscription'
import { TOPIC } from '@platform/nhs/systems'

/** The ways of being told; `off` is a choice too. */
export const WAYS = ['email', 'sms', 'off'] as const
export type Way = (typeof WAYS)[number]

/** How often: at each step, or gathered for the morning or for Monday. */
export const TIMES = ['now', 'today', 'weekly'] as const
export type Times = (typeof TIMES)[number]

/** What the form holds. */
export interface Choice {
  readonly way: Way
  /** An e-mail address, or a telephone number with its country. */
  readonly address: string
  readonly times: Times
}

/** What was chosen; nothing is chosen for anybody. */
export function choiceOf(subscription: Subscription | undefined): Choice {
  const { type, endpoint = '', extension = [] } = subscription?.channel ?? {}
  const way = subscription === undefined || subscription.status === 'off' ? 'off' : (WAYS.find((one) => one === type) ?? 'off')
  const when = extension.find(({ url }) => url === NOTIFY_WHEN)?.valueCode
  return { way, address: endpoint, times: TIMES.find((one) => one === when) ?? 'now' }
}

/** The address as it can be reached: a number of these islands gets its country. Nothing when it is none for that way. */
export function addressFor(way: Exclude<Way, 'off'>, entered: string): string | undefined {
  const plain = way === 'sms' ? entered.replace(/[\s()-]/g, '').replace(/^0(?=[1-9])/, '+44') : entered
  const endpoint = endpointOf(way, plain)
  return way === 'sms' && endpoint !== undefined && !endpoint.startsWith('+') ? undefined : endpoint
}

/** The Subscription that says so. */
export const subscriptionFor = (way: Exclude<Way, 'off'>, endpoint: string, times: Times): Subscription => ({
  resourceType: 'Subscription',
  status: 'requested',
  reason: 'News of my referrals',
  criteria: TOPIC.STEP,
  channel: { type: way, endpoint, extension: [{ url: NOTIFY_WHEN, valueCode: times }] },
})
