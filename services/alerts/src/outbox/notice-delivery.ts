/**
 * Carries what happened to whoever has subscribed: at least once, with growing pauses, until it is delivered or given up. What is given up puts the
 * subscription in error; it is not sent to again until its client asks. Subscriptions R5 Backport IG 1.1. HAZ-A12 delivery failed unseen.
 */
import type { Subscription } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import { endpointOf, type TopicChannel } from '@platform/fhir/topic-subscription'
import type { Clock } from '@platform/service/clock'
import { summariseError } from '@platform/service/describe-error'
import { groupCommit } from '@platform/service/group-commit'
import type { Log } from '@platform/service/log'
import { troubleOf } from '@platform/service/trouble'
import { turnedOff } from '../domain/alert-subscription.ts'
import { saidOf } from '../domain/why-not-taken.ts'
import type { Notices } from '../store/notices.ts'
import type { FhirRecord } from '../store/record.ts'
import type { Steps } from '../store/steps.ts'
import type { DueDelivery, HeldSubscription, Subscriptions } from '../store/subscriptions.ts'
import type { Channel, ChannelMeans, ChannelOutcome, Composed, Notification } from './define-channel.ts'
import { emptyHands } from './in-hand.ts'
import { turnsOf } from './turns.ts'

/** What it works with. */
export interface NoticeDeliveryOptions {
  readonly notices: Notices
  readonly subscriptions: Subscriptions
  readonly steps: Pick<Steps, 'mayTell'>
  readonly record: FhirRecord
  readonly channels: ReadonlyMap<string, Channel>
  readonly means: ChannelMeans
  readonly clock: Clock
  readonly log: Log
  /** How often it looks by itself, ms. @default 1_000 */
  readonly pollMs?: number
}

/** A running delivery. Disposing of it finishes what has begun; what waits for its turn is given back, for whoever takes it next. */
export interface NoticeDelivery extends AsyncDisposable {
  /** Delivers everything that is due now, shakes hands with who waits for it, sends heartbeats. */
  flush(): Promise<void>
  /** There may be something to do. */
  wake(): void
}

/** What came of an attempt. */
interface Answer {
  readonly outcome: ChannelOutcome
  readonly reason: string
  readonly againAfterMs?: number
}

/** What was sent, and what that means for it. */
interface Sent extends Answer {
  readonly due: readonly DueDelivery[]
  readonly subscription: HeldSubscription
  readonly attempts: number
  readonly isGivenUp: boolean
  /** Nothing more is sent to its subscription. */
  readonly ends: boolean
}

const BATCH = 200
const HELD_MS = 30_000
/** What is free for others sooner than this is held for longer. */
const HELD_AT_LEAST_MS = 20_000
/** What waited so long in hand is sent to where its subscription leads by then, if it still stands. */
const WAITED_MS = 1_000
/** A receiver that asks for more than this is asked again all the same: what it is told of does not wait. */
const WAITS_AT_MOST_MS = 600_000
/** 1 s doubled 11 times, about 34 minutes, and then it is given up and shows red. */
const ATTEMPTS = 12
const FIRST_PAUSE_MS = 1_000
/** The latest time there is. */
const EVER = new Date(8.64e15)
/** To one receiver at once, by however many subscriptions it is told: one that hangs holds up nobody else. */
const AT_ONCE_TO_ONE = 8
/** Of one subscription, what is under way with what was answered and is not written down yet: so much is sent again after a crash, at most. */
const UNSETTLED_OF_ONE = 64
/** Of one subscription in hand: what else is due is put aside, where it costs nothing, until half of it has gone. */
const ENOUGH_OF_ONE = 2_000

/** Starts it. */
export function startNoticeDelivery(options: NoticeDeliveryOptions): NoticeDelivery {
  const { notices, subscriptions, steps, record, channels, means, clock, log, pollMs = 1_000 } = options
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
    if (status === 'active') wake({ asideToo: true }) // what came meanwhile
  }

  const shakeHands = async (subscription: HeldSubscription) => {
    // An e-mail or a text message has nobody at the other end who could shake hands.
    if (subscription.channel !== 'webhook') return become(subscription, 'active')
    const at = clock.now()
    const { outcome, reason } = await attempt('webhook', { subscription, type: 'handshake', events: [], at, key: `${subscription.id}.0` })
    if (outcome === 'delivered') await subscriptions.sent(subscription.id, at)
    await (outcome === 'delivered' ? become(subscription, 'active') : become(subscription, 'error', reason))
  }

  /** Its end has come: whoever asked reads that it is off, and no heartbeat says otherwise. */
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

  /** Some events of one subscription, in one notification. Nothing, where nothing of it is to be sent any more. */
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
    if (ends) over.add(subscription.id)
    return { ...answer, due, subscription, attempts, isGivenUp, ends }
  }

  /** Writes down what became of it. */
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

  const trouble = troubleOf(log, { event: 'notice-delivery.trouble' })
  const inHand = new Set<Promise<void>>()
  const start = (work: Promise<void>) => {
    const one: Promise<void> = work.then(trouble.worked, trouble.failed).finally(() => inHand.delete(one))
    inHand.add(one)
  }
  const hands = emptyHands()
  const turns = { atReceiver: turnsOf(AT_ONCE_TO_ONE), ofSubscription: turnsOf(UNSETTLED_OF_ONE) }
  /** Subscriptions to which nothing of what is in hand is sent any more: one of it was given up. */
  const over = new Set<string>()
  /** Subscriptions of which more was put aside than is in hand. */
  const more = new Set<string>()
  let stopping = false
  const carry = (taken: readonly DueDelivery[], until: Date, composed?: ReadonlyMap<string, Composed>) => {
    const takenAtMs = performance.now()
    for (const [id, its] of Map.groupBy(hands.take(taken, until), ({ subscription }) => subscription.id)) {
      let failed = false
      /** Where the outcome of one could not be kept, nothing that has not begun is sent: it would only be sent again. */
      const isWanted = () => !over.has(id) && !failed && !stopping
      const one = async (some: readonly DueDelivery[], place: bigint) => {
        let sent: Sent | undefined
        try {
          sent = await turns.atReceiver.take(receiverOf(some), place, async () =>
            isWanted() ? send(some, takenAtMs, composed) : undefined,
          )
          if (sent !== undefined) await settle(sent)
        } catch (error) {
          failed = true
          throw error
        } finally {
          if (sent !== undefined || !stopping) hands.putDown(some) // what was not begun is given back
          if ((hands.counts.get(id) ?? 0) < ENOUGH_OF_ONE / 2 && more.delete(id)) wake({ asideToo: true })
        }
      }
      const carried = chunks(its).map(async (some) => {
        const place = placeOf(some)
        return turns.ofSubscription.take(id, place, () => one(some, place))
      })
      start(
        allOf(carried).finally(() => {
          if (!hands.counts.has(id)) over.delete(id)
        }),
      )
    }
  }
  /** Writes and signs what leaves first, of each subscription; carries all of it once that is asked for. */
  const ready = (taken: readonly DueDelivery[], until: Date) => {
    const composed = new Map<string, Composed>()
    for (const its of Map.groupBy(taken, ({ subscription }) => subscription.id).values()) {
      const [[first, ...others] = []] = chunks(its)
      if (first === undefined) continue
      const notification = notificationOf(first.subscription, [first, ...others])
      const made = channels.get(first.subscription.channel)?.compose?.(notification, means)
      if (made !== undefined) composed.set(notification.key, made)
    }
    return () => carry(taken, until, composed)
  }
  const untilThen = (now: Date) => new Date(now.getTime() + HELD_MS)
  const enoughOf = (count: number): readonly string[] => [...hands.counts].flatMap(([id, its]) => (its >= count ? [id] : []))
  /** Takes what is due and begins it; true when there may be more. What was gathered waits until all of it is taken: it leaves as one message. */
  const take = async (): Promise<boolean> => {
    const now = clock.now()
    const until = untilThen(now)
    const gathered: DueDelivery[] = []
    let due: readonly DueDelivery[]
    do {
      const busy = enoughOf(ENOUGH_OF_ONE)
      for (const id of busy) more.add(id)
      due = await subscriptions.claim(now, until, BATCH, busy)
      gathered.push(...due.filter(isGathered))
      carry(
        due.filter((one) => !isGathered(one)),
        until,
      )
    } while (due.length === BATCH && due.some(isGathered))
    carry(gathered, until)
    return due.length === BATCH
  }
  /** The same of what was put aside, for those who can be told now: of each as much as is enough. */
  const takeAside = async () => {
    const until = untilThen(clock.now())
    for (const id of await subscriptions.whoseIsAside(enoughOf(ENOUGH_OF_ONE))) {
      const gathered: DueDelivery[] = []
      let due: readonly DueDelivery[]
      do {
        due = await subscriptions.claimAside(id, until, BATCH)
        if (due.some(isGathered)) gathered.push(...due)
        else carry(due, until)
      } while (due.length === BATCH && (hands.counts.get(id) ?? 0) < ENOUGH_OF_ONE)
      carry(gathered, until)
      if (due.length === BATCH) more.add(id)
    }
  }
  /** What is carried for long stays ours. */
  const keep = async () => {
    const now = clock.now()
    const until = untilThen(now)
    const short = hands.extend(new Date(now.getTime() + HELD_AT_LEAST_MS), until)
    if (short.length > 0) await subscriptions.hold(short, until)
  }
  const giveBack = async () => {
    const left = hands.extend(EVER, clock.now())
    if (left.length > 0) await subscriptions.hold(left, clock.now())
  }
  const greet = async () => {
    const now = clock.now()
    for (const id of await subscriptions.ended(now)) await end(id)
    for (const subscription of await subscriptions.requested(now, untilThen(now))) start(shakeHands(subscription))
    for (const subscription of await subscriptions.quiet(now)) start(heartbeat(subscription))
  }

  let working: Promise<void> | undefined
  let again = false
  let aside = false
  const wake = ({ asideToo = false } = {}) => {
    if (stopping) return
    again = true
    aside ||= asideToo
    working ??= (async () => {
      while (again) {
        again = false
        const asideNow = aside
        aside = false
        try {
          if (asideNow) await takeAside()
          if (await take()) again = true
          trouble.worked()
        } catch (error) {
          trouble.failed(error)
        }
      }
      working = undefined
    })()
  }
  const look = () => {
    start(keep())
    wake({ asideToo: true })
    start(greet())
  }
  const listening = notices.listen(({ deliveries }) => {
    if (deliveries > 0) wake()
  })
  // From the hands of whoever tells, without a claim: unless some is being claimed, which was told before.
  const carrying = notices.carriedBy({
    room() {
      if (working !== undefined) return undefined
      return { until: untilThen(clock.now()), enoughOf: enoughOf(AT_ONCE_TO_ONE) }
    },
    ready,
  })
  const timer = setInterval(look, pollMs)

  return {
    wake: look,
    async flush() {
      await greet()
      for (;;) {
        wake({ asideToo: true })
        await working // what a bell has begun to take is in nobody's hand yet
        if (inHand.size === 0) return
        while (inHand.size > 0) await Promise.all(inHand)
      }
    },
    async [Symbol.asyncDispose]() {
      stopping = true
      clearInterval(timer)
      listening[Symbol.dispose]()
      await carrying[Symbol.asyncDispose]()
      again = false
      await working
      while (inHand.size > 0) await Promise.all(inHand)
      await giveBack().then(trouble.worked, trouble.failed)
    },
  }
}

const isGathered = ({ subscription: { cadence } }: DueDelivery): boolean => cadence === 'today' || cadence === 'weekly'

/** As many events as a receiver takes at once, one attempt's worth together. E-mail and SMS that were gathered leave as one message. */
function chunks(due: readonly DueDelivery[]): readonly (readonly DueDelivery[])[] {
  const most = (each: DueDelivery) => (isGathered(each) ? BATCH : each.subscription.maxCount)
  const lists: DueDelivery[][] = []
  for (const one of due) {
    const last = lists.at(-1)
    if (last !== undefined && last.length < most(one) && last[0]?.attempts === one.attempts) last.push(one)
    else lists.push([one])
  }
  return lists
}

/** Whoever is at one address is one receiver, however many subscriptions lead there. */
const receiverOf = ([first]: readonly DueDelivery[]): string => `${first?.subscription.channel ?? ''} ${first?.subscription.endpoint ?? ''}`
/** Notices are numbered over all subscriptions. */
const placeOf = ([first]: readonly DueDelivery[]): bigint => BigInt(first?.notice.id ?? 0)

/** @throws what the first of them has thrown, once all of them have ended */
async function allOf(work: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(work)
  await Promise.all(work)
}

/** There is no such way out, which is no way out that is away. */
const NOT_THERE: ReadonlySet<string> = new Set(['CHANNEL_NOT_SET_UP', 'CHANNEL_UNKNOWN'])
