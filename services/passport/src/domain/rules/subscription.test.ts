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

t.test('a person or carer is told of steps alone, by a message that says nothing, and nobody else hears of steps', async (t) => {
  const person = { role: 'patient', fhirUser: 'Patient/1' } as const
  const carer = { role: 'carer', fhirUser: 'RelatedPerson/1' } as const
  const steps = {
    ...asked,
    criteria: 'https://handrail.example/fhir/SubscriptionTopic/referral-step',
    channel: { type: 'email', endpoint: 'ada@post.example' },
  }
  const when = (valueCode: string) => ({
    extension: [{ url: 'https://handrail.example/fhir/StructureDefinition/notify-when', valueCode }],
  })
  t.equal(faultOfSubscription(steps, person), undefined)
  t.equal(faultOfSubscription({ ...steps, channel: { type: 'sms', endpoint: '+447700900123', ...when('weekly') } }, carer), undefined)
  for (const topic of ['alert', 'task', 'referral'])
    t.match(faultOfSubscription({ ...steps, criteria: `https://handrail.example/fhir/SubscriptionTopic/${topic}` }, person), {
      code: 'SUBSCRIPTION_TOPIC_OF_OTHERS',
    })
  t.match(faultOfSubscription(steps, ward), { code: 'SUBSCRIPTION_TOPIC_OF_OTHERS' })
  t.match(faultOfSubscription(steps, { role: 'patient' }), { code: 'SUBSCRIBER_UNKNOWN' })
  const refused = [
    { channel: asked.channel },
    { channel: { ...steps.channel, ...when('escalated') } },
    { channel: { ...steps.channel, header: ['X-Name: Ada'] } },
  ]
  for (const given of refused) t.match(faultOfSubscription({ ...steps, ...given }, person), { code: 'SUBSCRIPTION_NOT_SERVED' })
})
