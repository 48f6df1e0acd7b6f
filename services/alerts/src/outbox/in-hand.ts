/**
 * What this process is carrying. It is taken for a while only, so that what a process that died had in hand is taken by another; while it is carried that
 * time is made longer, and nothing is taken that is in hand already. A receiver that is slow hears everything once. HAZ-A90
 */
import type { DueDelivery, HeldDelivery } from '../store/subscriptions.ts'

/** What is in hand. */
export interface InHand {
  /** Of what was taken until then, that which was not in hand yet; from now on all of it is. */
  take(taken: readonly DueDelivery[], until: Date): readonly DueDelivery[]
  /** It was carried, or is left to whoever takes it next. */
  putDown(carried: readonly DueDelivery[]): void
  /** How many there are of each subscription. */
  readonly counts: ReadonlyMap<string, number>
  /** Those that will be free for others before `by`; with `until` they are taken as held so long. */
  extend(by: Date, until: Date): readonly HeldDelivery[]
}

/** Empty hands. */
export function emptyHands(): InHand {
  const held = new Map<string, HeldDelivery>()
  const counts = new Map<string, number>()
  const keyOf = ({ notice, subscription }: DueDelivery) => `${notice.id} ${subscription.id}`
  const count = (id: string, more: number) => {
    const left = (counts.get(id) ?? 0) + more
    if (left > 0) counts.set(id, left)
    else counts.delete(id)
  }
  return {
    counts,
    take(taken, until) {
      const fresh = taken.filter((one) => !held.has(keyOf(one)))
      for (const one of taken) held.set(keyOf(one), { notice: one.notice.id, subscription: one.subscription.id, until })
      for (const { subscription } of fresh) count(subscription.id, 1)
      return fresh
    },
    putDown(carried) {
      for (const one of carried) if (held.delete(keyOf(one))) count(one.subscription.id, -1)
    },
    extend(by, until) {
      const short: HeldDelivery[] = []
      for (const [key, one] of held) {
        if (one.until >= by) continue
        short.push(one)
        held.set(key, { ...one, until })
      }
      return short
    },
  }
}
