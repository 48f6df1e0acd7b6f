import { waitingWords } from '../../domain/waiting-words.ts'
import { defineChannel } from '../define-channel.ts'

/** An e-mail that says that something waits, and where. */
export default defineChannel({
  id: 'email',
  title: 'E-mail',
  carries: 'words-only',
  source: 'FHIR R4 Subscription, email; DCB1596 secure e-mail: ours carries no personal data at all',
  async deliver({ subscription, events, key }, { mailer, publicUrl }) {
    if (events.length === 0) return 'delivered'
    const status = await mailer.send({ to: subscription.endpoint, key, ...waitingWords(subscription.topic, events, publicUrl) })
    // RFC 5321: 5yz is a permanent refusal, 4yz is worth another try.
    if (status < 400) return 'delivered'
    return status >= 500 ? 'gone' : 'try-again'
  },
  examples: [
    { given: 'a server that takes it', answer: 250, expect: 'delivered' },
    { given: 'a mailbox that does not exist', answer: 550, expect: 'gone' },
    { given: 'a server that is busy', answer: 451, expect: 'try-again' },
  ],
})
