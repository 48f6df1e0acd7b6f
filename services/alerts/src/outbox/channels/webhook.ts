import { notificationFor } from '../../domain/alert-subscription.ts'
import { askedToWait } from '@platform/service/asked-to-wait'
import { defineChannel, type ChannelMeans, type Composed, type Notification } from '../define-channel.ts'

/** HTTP status by which a receiver says that it will never take it. */
const GONE: ReadonlySet<number> = new Set([404, 410])

/** A rest-hook Subscription: who listens is told which Task changed, and reads it with a token of its own. */
export default defineChannel({
  id: 'webhook',
  title: 'Signed webhook',
  carries: 'references-only',
  source: 'FHIR R4 Subscription, rest-hook; Subscriptions R5 Backport IG 1.1; RFC 7515 appendix F: detached content',
  compose,
  async deliver(notification, means, composed = compose(notification, means)) {
    const { endpoint, timeoutSeconds } = notification.subscription
    const within = timeoutSeconds === undefined ? {} : { withinMs: timeoutSeconds * 1_000 }
    const { status, headers } = await means.http.post(endpoint, composed.body, composed.headers, within)
    if (status >= 200 && status < 300) return 'delivered'
    return GONE.has(status) ? 'gone' : { outcome: 'try-again', ...askedToWait(headers) }
  },
  examples: [
    { given: 'a receiver that answers 204', answer: 204, expect: 'delivered' },
    { given: 'a receiver that answers 410', answer: 410, expect: 'gone' },
    { given: 'a receiver that is busy', answer: 503, expect: 'try-again' },
    { given: 'a receiver that redirects', answer: 302, expect: 'try-again' },
  ],
})

function compose({ subscription, type, events, at, key }: Notification, { sign, publicUrl }: ChannelMeans): Composed {
  const body = JSON.stringify(notificationFor(subscription, type, events, { at, base: `${publicUrl}/fhir` }))
  const own = Object.fromEntries(subscription.headers.flatMap(readHeader))
  return { body, headers: { ...own, 'content-type': subscription.payload, 'x-handrail-event': key, 'x-handrail-signature': sign(body) } }
}

/** `Name: value`; headers that belong to the connection or to us are left out. */
function readHeader(line: string): readonly (readonly [string, string])[] {
  const [, name = '', value = ''] = /^([A-Za-z0-9-]+):\s*([\x20-\x7e]*)$/.exec(line) ?? []
  const lower = name.toLowerCase()
  return name === '' || /^(host|connection|content-length|content-type|transfer-encoding|x-handrail-.*)$/.test(lower)
    ? []
    : [[lower, value] as const]
}
