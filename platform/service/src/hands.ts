/**
 * The consumers of this process that take a change from the relay's own hands: while they are at rest it need not go through the queue, which is
 * a way to another process and back, nor wait to be claimed. Like the queue this is a hint: the delivery is the truth, and is offered again until it
 * is confirmed.
 */
import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import type { ComingChange, CommittedChange } from './outbox.ts'

/** What a consumer does with changes that are put into its hands; each returns at once. */
export interface Taker {
  /** Takes changes that were claimed for it, or leaves all of them to the queue. */
  take(changes: readonly ResourceChanged[]): boolean
  /** Begins with what concerns it of changes that were just committed, or leaves all of them to be claimed. They are offered to it afterwards, whatever it does. */
  takeEarly(changes: readonly CommittedChange[]): void
  /** May have ready what it does with what concerns it of changes that are about to be committed. They are offered to it once they are, if they are. */
  takeComing(changes: readonly ComingChange[]): void
}

/** Consumers by their names. */
export interface Hands {
  /** Lets a consumer of this process be handed changes until it is disposed of. */
  open(consumer: string, taker: Taker): Disposable
  /** @returns whether somebody here has taken them; otherwise they belong into the queue */
  offer(consumer: string, changes: readonly ResourceChanged[]): boolean
  /** Shows everybody here what was just committed, before it is claimed. */
  offerEarly(changes: readonly CommittedChange[]): void
  /** Shows everybody here what is about to be committed. */
  offerComing(changes: readonly ComingChange[]): void
}

/** Opens them, with nobody at hand. */
export function openHands(): Hands {
  const takers = new Map<string, Taker>()
  return {
    open(consumer, taker) {
      takers.set(consumer, taker)
      return {
        [Symbol.dispose]() {
          if (takers.get(consumer) === taker) takers.delete(consumer)
        },
      }
    },
    offer: (consumer, changes) => takers.get(consumer)?.take(changes) === true,
    offerEarly: (changes) => takers.forEach((taker) => taker.takeEarly(changes)),
    offerComing: (changes) => takers.forEach((taker) => taker.takeComing(changes)),
  }
}
