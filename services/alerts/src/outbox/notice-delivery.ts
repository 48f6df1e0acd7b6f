/** Carries notices to the endpoints that have subscribed: at least once, with growing pauses, until it is delivered or given up and shown. */
import type { Clock } from '@platform/service/clock'
import { summariseError } from '@platform/service/describe-error'
import type { Log } from '@platform/service/log'
import type { Notices } from '../store/notices.ts'
import type { DeliveryOutcome, DueDelivery, Subscriptions } from '../store/subscriptions.ts'
import type { Channel, ChannelMeans } from './define-channel.ts'

/** What it works with. */
export interface NoticeDeliveryOptions {
  readonly notices: Notices
  readonly subscriptions: Subscriptions
  readonly channel: Channel
  readonly means: ChannelMeans
  readonly clock: Clock
  readonly log: Log
  /** How often it looks by itself, ms. @default 1_000 */
  readonly pollMs?: number
}

/** A running delivery. Disposing of it finishes what is in hand. */
export interface NoticeDelivery extends AsyncDisposable {
  /** Delivers everything that is due now. */
  flush(): Promise<void>
}

const BATCH = 50
const HELD_MS = 30_000
/** 1 s doubled 11 times, about 34 minutes, and then it is given up and shows red. HAZ-A12 delivery failed unseen. */
const ATTEMPTS = 12
const FIRST_PAUSE_MS = 1_000

/** Starts it. */
export function startNoticeDelivery({
  notices,
  subscriptions,
  channel,
  means,
  clock,
  log,
  pollMs = 1_000,
}: NoticeDeliveryOptions): NoticeDelivery {
  const attempt = async (delivery: DueDelivery): Promise<DeliveryOutcome> => {
    let reason: string
    try {
      const outcome = await channel.deliver(delivery, means)
      if (outcome === 'delivered') return { delivered: true, at: clock.now() }
      if (outcome === 'gone') return { delivered: false, reason: 'GONE', failedAt: clock.now() }
      reason = 'NOT_TAKEN'
    } catch (error) {
      reason = summariseError(error)
    }
    const now = clock.now()
    if (delivery.attempts >= ATTEMPTS) return { delivered: false, reason, failedAt: now }
    return { delivered: false, reason, againAt: new Date(now.getTime() + FIRST_PAUSE_MS * 2 ** (delivery.attempts - 1)) }
  }
  const deliver = async (delivery: DueDelivery) => {
    const outcome = await attempt(delivery)
    await subscriptions.settled(delivery, outcome)
    const told = { subscription: delivery.subscription.id, notice: delivery.notice.id, attempts: delivery.attempts }
    if (outcome.delivered) log.debug({ event: 'notice.delivered', ...told })
    else if ('failedAt' in outcome) log.error({ event: 'notice.given-up', ...told, reason: outcome.reason })
    else log.warn({ event: 'notice.not-delivered', ...told, reason: outcome.reason })
  }

  let working: Promise<void> | undefined
  let again = false
  const flush = async (): Promise<void> => {
    for (;;) {
      const now = clock.now()
      const due = await subscriptions.claim(now, new Date(now.getTime() + HELD_MS), BATCH)
      if (due.length === 0) return
      await Promise.all(due.map(deliver))
    }
  }
  const wake = () => {
    again = true
    working ??= (async () => {
      while (again) {
        again = false
        await flush().catch((error: unknown) => log.warn({ event: 'notice-delivery.trouble', reason: summariseError(error) }))
      }
      working = undefined
    })()
  }
  const listening = notices.listen(({ deliveries }) => {
    if (deliveries > 0) wake()
  })
  const timer = setInterval(wake, pollMs)

  return {
    flush,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      listening[Symbol.dispose]()
      again = false
      await working
    },
  }
}
