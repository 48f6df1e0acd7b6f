/**
 * The consumers of this process that take a change from the relay's own hands: while they are at rest it need not go through the queue, which is
 * a way to another process and back. Like the queue this is a hint: the delivery is the truth, and is offered again until it is confirmed.
 */
import type { ResourceChanged } from '@platform/events/resource-changed.v1'

/** Takes changes, or leaves all of them to the queue; returns at once. */
export type TakeChanges = (changes: readonly ResourceChanged[]) => boolean

/** Consumers by their names. */
export interface Hands {
  /** Lets a consumer of this process be handed changes until it is disposed of. */
  open(consumer: string, take: TakeChanges): Disposable
  /** @returns whether somebody here has taken them; otherwise they belong into the queue */
  offer(consumer: string, changes: readonly ResourceChanged[]): boolean
}

/** Opens them, with nobody at hand. */
export function openHands(): Hands {
  const takers = new Map<string, TakeChanges>()
  return {
    open(consumer, take) {
      takers.set(consumer, take)
      return {
        [Symbol.dispose]() {
          if (takers.get(consumer) === take) takers.delete(consumer)
        },
      }
    },
    offer: (consumer, changes) => takers.get(consumer)?.(changes) === true,
  }
}
