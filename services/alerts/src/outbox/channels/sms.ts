import { waitingWords } from '../../domain/waiting-words.ts'
import { defineChannel } from '../define-channel.ts'

/** A text message that says that something waits. */
export default defineChannel({
  id: 'sms',
  title: 'SMS',
  carries: 'words-only',
  source: 'FHIR R4 Subscription, sms; GOV.UK Notify REST API, POST /v2/notifications/sms',
  async deliver({ subscription, events, key }, { sms, publicUrl }) {
    if (events.length === 0) return 'delivered'
    const text = waitingWords(subscription.topic, events, publicUrl).text
    const { status, againAfterMs } = await sms.send({ to: subscription.endpoint, key, text })
    if (status >= 200 && status < 300) return 'delivered'
    if (status === 400) return 'gone'
    return { outcome: 'try-again', ...(againAfterMs === undefined ? {} : { againAfterMs }) } // 400: the gateway does not take the number; 403 and 429 are the operator's to mend
  },
  examples: [
    { given: 'a gateway that takes it', answer: 201, expect: 'delivered' },
    { given: 'a number the gateway refuses', answer: 400, expect: 'gone' },
    { given: 'a gateway over its limit', answer: 429, expect: 'try-again' },
  ],
})
