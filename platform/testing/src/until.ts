import { setTimeout as wait } from 'node:timers/promises'

/** Longer than any busy machine needs: whoever waits so long waits in vain. */
const MOST_MS = 120_000
const BETWEEN_MS = 10
/** What looks for long pauses for longer, so that looking leaves the processor to what is waited for. */
const PAUSES_PER_LOOK = 2
const LONGEST_PAUSE_MS = 500

/**
 * Looks until something is so, for what takes effect in its own time: a queue, another process, a file.
 *
 * @param what named in the error
 * @param isSo whether that will do; without it, anything that is not false, nothing or zero
 * @returns what was seen last, which will do
 * @throws Error when it has not come to be within two minutes
 */
export async function until<T>(what: string, look: () => T | Promise<T>, isSo: (seen: T) => boolean = Boolean): Promise<NonNullable<T>> {
  const deadline = performance.now() + MOST_MS
  for (;;) {
    const began = performance.now()
    const seen = await look()
    if (isSo(seen)) return seen as NonNullable<T>
    if (performance.now() > deadline) throw new Error(`Waited ${MOST_MS} ms in vain until: ${what}`)
    await wait(Math.min(LONGEST_PAUSE_MS, Math.max(BETWEEN_MS, PAUSES_PER_LOOK * (performance.now() - began))))
  }
}
