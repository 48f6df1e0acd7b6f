import type { Subscription } from '@medplum/fhirtypes'
import t from 'tap'
import { TOPIC } from '@platform/nhs/systems'
import { NOTIFY_WHEN, readTopicSubscription } from './topic-subscription.ts'

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition'
const asked = (channel: object = {}, given: object = {}): Subscription =>
  ({
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'A board',
    criteria: TOPIC.ALERT,
    channel: { type: 'rest-hook', endpoint: 'https://receiver.example/hook', ...channel },
    ...given,
  }) as Subscription

t.test('a rest-hook for a topic is served with ids only, one event a notification, as it happens', async (t) => {
  t.match(readTopicSubscription(asked()), {
    topic: 'alert',
    channel: 'webhook',
    content: 'id-only',
    payload: 'application/fhir+json',
    filters: [],
    cadence: 'now',
    maxCount: 1,
  })
  t.match(readTopicSubscription(asked({}, { criteria: 'Task?code=hospital-alert' })), { topic: 'alert' })
  t.match(readTopicSubscription(asked({}, { criteria: TOPIC.TASK })), { topic: 'task' })
})

t.test('heartbeat, time-out, batch and filters are read where the backport puts them', async (t) => {
  const extension = [
    { url: `${BACKPORT}/backport-heartbeat-period`, valueUnsignedInt: 60 },
    { url: `${BACKPORT}/backport-timeout`, valueUnsignedInt: 5 },
    { url: `${BACKPORT}/backport-max-count`, valuePositiveInt: 20 },
  ]
  const filter = { url: `${BACKPORT}/backport-filter-criteria`, valueString: 'Task?owner=Organization/a,Organization/b' }
  t.match(readTopicSubscription(asked({ extension }, { _criteria: { extension: [filter] } })), {
    heartbeatSeconds: 60,
    timeoutSeconds: 5,
    maxCount: 20,
    filters: ['owner=Organization/a|owner=Organization/b'],
  })
})

t.test('e-mail and SMS are channels of their own, told when the recipient chose', async (t) => {
  t.match(
    readTopicSubscription(
      asked({ type: 'email', endpoint: 'mailto:team@trust.example', extension: [{ url: NOTIFY_WHEN, valueCode: 'today' }] }),
    ),
    { channel: 'email', endpoint: 'team@trust.example', cadence: 'today' },
  )
  t.match(readTopicSubscription(asked({ type: 'sms', endpoint: 'tel:+44 7700 900123' })), { channel: 'sms', endpoint: '+447700900123' })
})

t.test('what is not served says at which element', async (t) => {
  const wrong = (subscription: Subscription, expression: string) => t.match(readTopicSubscription(subscription), { expression })
  wrong(asked({}, { criteria: 'Observation?code=1' }), 'Subscription.criteria')
  wrong(asked({}, { criteria: 'Task?code=hospital-alert&owner=x' }), 'Subscription.criteria')
  wrong(asked({ type: 'websocket' }), 'Subscription.channel.type')
  wrong(asked({ endpoint: 'ftp://receiver.example' }), 'Subscription.channel.endpoint')
  wrong(asked({ endpoint: 'https://user@receiver.example' }), 'Subscription.channel.endpoint')
  wrong(asked({ type: 'email', endpoint: 'a@b.example, c@d.example' }), 'Subscription.channel.endpoint')
  wrong(asked({ payload: 'application/fhir+xml' }), 'Subscription.channel.payload')
  wrong(
    asked({ _payload: { extension: [{ url: `${BACKPORT}/backport-payload-content`, valueCode: 'full-resource' }] } }),
    'Subscription.channel.payload',
  )
  wrong(asked({ extension: [{ url: NOTIFY_WHEN, valueCode: 'never' }] }), 'Subscription.channel.extension')
  const filter = { url: `${BACKPORT}/backport-filter-criteria`, valueString: 'Task?description=x' }
  wrong(asked({}, { _criteria: { extension: [filter] } }), 'Subscription.criteria.extension')
})
