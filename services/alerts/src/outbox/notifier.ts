/**
 * One notification to one receiver, and what becomes of it: delivered, tried again after a growing pause, or given up, which puts the subscription in error
 * with the reason in words. Handshakes and signs of life go the same way. Subscriptions R5 Backport IG 1.1.
 */
import type { Subscription } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import { endpointOf, type TopicChannel } from '@platform/fhir/topic-subscription'
import type { Clock } from '@platform/service/clock'
import { summariseError } from '@platform/service/describe-error'
import { groupCommit } from '@platform/service/group-commit'
import type { Log } from '@platform/service/log'
import { turnedOff } from '../domain/alert-subscription.ts'
import { saidOf } from '../domain/why-not-taken.ts'
import type { FhirRecord } from '../store/record.ts'
import type { Steps } from '../store/steps.ts'
import type { DueDelivery, HeldSubscription, Subscriptions } from '../store/subscriptions.ts'
import type { Channel, ChannelMeans, ChannelOutcome, Composed, Notification } from './define-channel.ts'

/** What it works with. */
export interface NotifierOptions {
  readonly subscriptions: Subscriptions
  readonly steps: Pick<Steps, 'mayTell'>
  readonly record: FhirRecord
  readonly channels: ReadonlyMap<string, Channel>
  readonly means: ChannelMeans
  readonly clock: Clock
  readonly log: Log
  /** A subscription can be told what has happened. */
  readonly onActive: () => void
}

/** Tells receivers. */
export interface Notifier {
  /** Has one who asked for it answer, and sets its subscription active or in error. */
  shakeHands(subscription: HeldSubscription): Promise<void>
  /** Says that there is nothing to say. */
  heartbeat(subscription: HeldSubscription): Promise<void>
  /** Its end has come: whoever asked reads that it is off, and no heartbeat says otherwise. */
  end(id: string): Promise<void>
  /** What leaves of some events of one subscription, by its key, where that can be made ahead. */
  compose(due: readonly [DueDelivery, ...DueDelivery[]]): readonly [string, Composed] | undefined
  /** Some events of one subscription, in one notification. Nothing, where nothing of it is to be sent any more. */
  send(all: readonly DueDelivery[], takenAtMs: number, composed?: ReadonlyMap<string, Composed>): Promise<Sent | undefined>
  /** Writes down what became of it. */
  settle(sent: Sent): Promise<void>
}

/** What came of an attempt. */
export interface Answer {
  readonly outcome: ChannelOutcome
  readonly reason: string
  readonly againAfterMs?: number
}

/** What was sent, and what that means for it. */
export interface Sent extends Answer {
  readonly due: readonly DueDelivery[]
  readonly subscription: HeldSubscription
  readonly attempts: number
  readonly isGivenUp: boolean
  /** Nothing more is sent to its subscription. */
  readonly ends: boolean
}

/** What waited so long in hand is sent to where its subscription leads by then, if it still stands. */
const WAITED_MS = 1_000
/** A receiver that asks for more than this is asked again all the same: what it is told of does not wait. */
const WAITS_AT_MOST_MS = 600_000
/** 1 s doubled 11 times, about 34 minutes, and then it is given up and shows red. */
const ATTEMPTS = 12
const FIRST_PAUSE_MS = 1_000

/** Opens it. */
export function notifierOf({ subscriptions, steps, record, channels, means, clock, log, onActive }: NotifierOptions): Notifier {
  const delivered = groupCommit<readonly DueDelivery[], void>(async (lists) =>
    subscriptions.settled(lists.flat(), { delivered: true, at: clock.now() }),
  )

  const attempt = async (channel: TopicChannel, notification: Notification, composed?: Composed): Promise<Answer> => {
    try {
      const answer = await channels.get(channel)?.deliver(notification, means, composed)
      if (answer === undefined) return { outcome: 'try-again', reason: 'CHANNEL_UNKNOWN' }
      const said = typeof answer === 'string' ? { outcome: answer } : answer
      return { ...said, reason: said.outcome === 'gone' ? 'GONE' : 'NOT_TAKEN' }
    } catch (error) {
      return { outcome: 'try-again', reason: error instanceof Refusal ? error.code : summariseError(error) }
    }
  }

  /** Says it in the record too, so that whoever subscribed sees it. */
  const become = async (subscription: HeldSubscription, status: 'active' | 'error', why?: string) => {
    const { id, channel, endpoint } = subscription
    const error = why === undefined ? undefined : saidOf(why)
    await record.change<Subscription>(`Subscription/${id}`, (current) => {
      const { error: _, ...rest } = current
      if (current.status === 'off' || (current.status === status && current.error === error)) return current
      if (endpointOf(channel, current.channel.endpoint ?? '') !== endpoint) return current
      return { ...rest, status, ...(error === undefined ? {} : { error }) }
    })
    await subscriptions.become(subscription, status, error)
    const told = { event: `subscription.${status}`, subscription: id, ...(why === undefined ? {} : { reason: why }) }
    if (status === 'active') log.info(told)
    else log.error(told)
    if (status === 'active') onActive()
  }

  const shakeHands = async (subscription: HeldSubscription) => {
    // An e-mail or a text message has nobody at the other end who could shake hands.
    if (subscription.channel !== 'webhook') return become(subscription, 'active')
    const at = clock.now()
    const { outcome, reason } = await attempt('webhook', { subscription, type: 'handshake', events: [], at, key: `${subscription.id}.0` })
    if (outcome === 'delivered') await subscriptions.sent(subscription.id, at)
    await (outcome === 'delivered' ? become(subscription, 'active') : become(subscription, 'error', reason))
  }

  const end = async (id: string) => {
    await record.change<Subscription>(`Subscription/${id}`, turnedOff)
    await subscriptions.turnOff(id)
    log.info({ event: 'subscription.off', subscription: id })
  }

  const heartbeat = async (subscription: HeldSubscription) => {
    const at = clock.now()
    const { outcome, reason } = await attempt('webhook', {
      subscription,
      type: 'heartbeat',
      events: [],
      at,
      key: `${subscription.id}.${subscription.events}`,
    })
    if (outcome !== 'delivered') log.warn({ event: 'subscription.heartbeat-not-taken', subscription: subscription.id, reason })
  }

  /** What is meant for a person or a carer is asked about once more: between a step and its message days may lie. */
  const stillMeant = async (due: readonly DueDelivery[]): Promise<readonly DueDelivery[]> => {
    if (due[0]?.subscription.topic !== 'step') return due
    const meant = await steps.mayTell(due)
    const withheld = due.filter((one) => !meant.includes(one))
    if (withheld.length > 0) await subscriptions.withhold(withheld)
    return meant
  }

  /** Where its subscription leads now, if what is to be sent waited in hand; nothing of one that no longer stands, which is left as it is. */
  const stillWanted = async (due: readonly DueDelivery[], takenAtMs: number): Promise<readonly DueDelivery[]> => {
    if (performance.now() - takenAtMs < WAITED_MS) return due
    const subscription = await subscriptions.get(due[0]?.subscription.id ?? '')
    return subscription?.status === 'active' ? due.map((one) => ({ ...one, subscription })) : []
  }

  const notificationOf = (subscription: HeldSubscription, due: readonly DueDelivery[]): Notification => ({
    subscription: { ...subscription, events: due.at(-1)?.event.number ?? subscription.events },
    type: 'event-notification',
    events: due.map(({ event }) => event),
    at: due.at(-1)?.event.at ?? clock.now(),
    key: `${subscription.id}.${due.map(({ event }) => event.number).join('-')}`,
  })

  const send = async (
    all: readonly DueDelivery[],
    takenAtMs: number,
    composed?: ReadonlyMap<string, Composed>,
  ): Promise<Sent | undefined> => {
    const due = await stillMeant(await stillWanted(all, takenAtMs))
    const [first] = due
    if (first === undefined) return undefined
    const { subscription, attempts } = first
    const notification = notificationOf(subscription, due)
    const made = due === all ? composed?.get(notification.key) : undefined // what waited is written anew, as its subscription is now
    const answer = await attempt(subscription.channel, notification, made)
    const isGivenUp = answer.outcome === 'gone' || (answer.outcome === 'try-again' && attempts >= ATTEMPTS)
    // Nobody at the other end of an e-mail or a text message could ask for it anew: a way out of ours that was away ends nothing for them. Decision 610.
    const ends = isGivenUp && (answer.outcome === 'gone' || subscription.channel === 'webhook' || NOT_THERE.has(answer.reason))
    return { ...answer, due, subscription, attempts, isGivenUp, ends }
  }

  const settle = async ({ due, subscription, attempts, outcome, reason, againAfterMs = 0, isGivenUp, ends }: Sent) => {
    const told = { subscription: subscription.id, notices: due.map(({ notice }) => notice.id), attempts }
    if (outcome === 'delivered') {
      await delivered(due)
      log.debug({ event: 'notice.delivered', ...told })
      return
    }
    const now = clock.now()
    if (isGivenUp) {
      await subscriptions.settled(due, { delivered: false, reason, failedAt: now })
      log.error({ event: 'notice.given-up', ...told, reason })
      return ends ? become(subscription, 'error', reason) : undefined
    }
    const pauseMs = Math.max(FIRST_PAUSE_MS * 2 ** (attempts - 1), Math.min(againAfterMs, WAITS_AT_MOST_MS))
    await subscriptions.settled(due, { delivered: false, reason, againAt: new Date(now.getTime() + pauseMs) })
    log.warn({ event: 'notice.not-delivered', ...told, reason })
  }

  return {
    shakeHands,
    heartbeat,
    end,
    send,
    settle,
    compose([first, ...others]) {
      const notification = notificationOf(first.subscription, [first, ...others])
      const made = channels.get(first.subscription.channel)?.compose?.(notification, means)
      return made === undefined ? undefined : [notification.key, made]
    },
  }
}

/** There is no such way out, which is no way out that is away. */
const NOT_THERE: ReadonlySet<string> = new Set(['CHANNEL_NOT_SET_UP', 'CHANNEL_UNKNOWN'])
