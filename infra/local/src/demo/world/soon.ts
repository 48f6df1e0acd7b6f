/** Waiting for what the queue carries: on a condition, never on time alone. */
import { setTimeout as wait } from 'node:timers/promises'
import { NotSoYet } from '../story.ts'

const PAUSE_MS = 40
/** What looks for long pauses for longer, so that looking leaves the processor to what is waited for. */
const PAUSES_PER_LOOK = 2
const LONGEST_PAUSE_MS = 500
/** It is not given up after fewer looks: where a machine is so busy that a look takes seconds, what is waited for takes as much longer. */
const FEWEST_LOOKS = 30

/**
 * Looks again and again until it is so, and answers what was seen then.
 *
 * @param otherwise the sentence for when it does not come to that; it may be made of what was seen last
 * @param withinMs 20_000; on a machine that is too busy to look 30 times in it, as long as that takes
 * @throws NotSoYet after the deadline
 */
export async function soon<T, S extends T = T>(
  look: () => Promise<T>,
  isSo: ((seen: T) => seen is S) | ((seen: T) => boolean),
  otherwise: string | ((seen: T) => string),
  withinMs = 20_000,
): Promise<S> {
  const first = performance.now()
  for (let looks = 1; ; looks += 1) {
    const began = performance.now()
    const seen = await look()
    if (isSo(seen)) return seen as S
    const waitedMs = performance.now() - first
    if (waitedMs > withinMs && looks >= FEWEST_LOOKS)
      throw new NotSoYet(
        `${typeof otherwise === 'string' ? otherwise : otherwise(seen)} (waited ${String(Math.round(waitedMs / 1_000))} seconds)`,
      )
    await wait(Math.min(LONGEST_PAUSE_MS, Math.max(PAUSE_MS, PAUSES_PER_LOOK * (performance.now() - began))))
  }
}
