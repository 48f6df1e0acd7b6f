import t from 'tap'
import { faultOfSubscription } from './subscription.ts'

const asked = {
  resourceType: 'Subscription',
  status: 'requested',
  criteria: 'https://handrail.example/fhir/SubscriptionTopic/alert',
  channel: { type: 'rest-hook', endpoint: 'https://receiver.example/hook' },
}
const ward = { role: 'ward', organization: 'Organization/hospital' } as const

t.test('a subscription that is not served is refused, not kept', async (t) => {
  t.equal(faultOfSubscription(asked, ward), undefined)
  t.match(faultOfSubscription({ ...asked, criteria: 'Patient?name=x' }, ward), {
    code: 'SUBSCRIPTION_NOT_SERVED',
    expression: ['Subscription.criteria'],
  })
  t.equal(faultOfSubscription({ ...asked, criteria: 'Patient?name=x', status: 'off' }, ward), undefined)
})

t.test('whoever subscribes speaks for an organisation, or is the operator', async (t) => {
  t.match(faultOfSubscription(asked, { role: 'worker' }), { code: 'SUBSCRIBER_UNKNOWN' })
  t.equal(faultOfSubscription(asked, { role: 'admin' }), undefined)
})
