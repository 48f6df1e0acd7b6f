/**
 * Carries what happened to whoever has subscribed: at least once, with growing pauses, until it is delivered or given up. What is given up puts the
 * subscription in error; it is not sent to again until its client asks. Subscriptions R5 Backport IG 1.1. HAZ-A12 delivery failed unseen.
 */
import { troubleOf } from '@platform/service/trouble'
import type { Notices } from '../store/notices.ts'
import type { DueDelivery } from '../store/subscriptions.ts'
import type { Composed } from './define-channel.ts'
import { emptyHands } from './in-hand.ts'
import { notifierOf, type NotifierOptions, type Sent } from './notifier.ts'
import { turnsOf } from './turns.ts'

/** What it works with. */
export interface NoticeDeliveryOptions extends Omit<NotifierOptions, 'onActive'> {
  readonly notices: Notices
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

const BATCH = 200
const HELD_MS = 30_000
/** What is free for others sooner than this is held for longer. */
const HELD_AT_LEAST_MS = 20_000
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
  const { notices, subscriptions, clock, log, pollMs = 1_000 } = options
  const notifier = notifierOf({ ...options, onActive: () => wake({ asideToo: true }) }) // what came meanwhile
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
          sent = await turns.atReceiver.take(receiverOf(some), place, async () => {
            if (!isWanted()) return undefined
            const its = await notifier.send(some, takenAtMs, composed)
            if (its?.ends === true) over.add(id)
            return its
          })
          if (sent !== undefined) await notifier.settle(sent)
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
      const made = notifier.compose([first, ...others])
      if (made !== undefined) composed.set(...made)
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
    for (const id of await subscriptions.ended(now)) await notifier.end(id)
    for (const subscription of await subscriptions.requested(now, untilThen(now))) start(notifier.shakeHands(subscription))
    for (const subscription of await subscriptions.quiet(now)) start(notifier.heartbeat(subscription))
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
