/** Waiting for what the queue carries: on a condition, never on time alone. */
import { setTimeout as wait } from 'node:timers/promises'
import { NotSo } from '../story.ts'

const PAUSE_MS = 40
/** What looks for long pauses for longer, so that looking leaves the processor to what is waited for. */
const PAUSES_PER_LOOK = 2
const LONGEST_PAUSE_MS = 500

/**
 * Looks again and again until it is so, and answers what was seen then.
 *
 * @param otherwise the sentence for when it does not come to that; it may be made of what was seen last
 * @param withinMs 20_000
 * @throws NotSo after the deadline
 */
export async function soon<T, S extends T = T>(
  look: () => Promise<T>,
  isSo: ((seen: T) => seen is S) | ((seen: T) => boolean),
  otherwise: string | ((seen: T) => string),
  withinMs = 20_000,
): Promise<S> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const began = performance.now()
    const seen = await look()
    if (isSo(seen)) return seen as S
    if (performance.now() > deadline)
      throw new NotSo(`${typeof otherwise === 'string' ? otherwise : otherwise(seen)} (waited ${String(withinMs / 1_000)} seconds)`)
    await wait(Math.min(LONGEST_PAUSE_MS, Math.max(PAUSE_MS, PAUSES_PER_LOOK * (performance.now() - began))))
  }
}
