/** Work that is done again and again, and work that is tried until it can be done. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Trouble } from './trouble.ts'

/** Runs work again and again, with this pause between an end and the next beginning. Disposing of it waits for a run in hand. */
export function every(pauseMs: number, work: () => Promise<void>, trouble: Trouble): AsyncDisposable {
  const stopping = new AbortController()
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await wait(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return
      await trouble.during(work)
    }
  })()
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}

/**
 * Tries until it works, first after a tenth of a second and then after twice as long each time.
 *
 * @throws what the last try threw, when the next one would come too late
 */
export async function withPatience(withinMs: number, work: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + withinMs
  for (let pauseMs = 100; ; pauseMs *= 2) {
    try {
      return await work()
    } catch (error) {
      if (performance.now() + pauseMs > deadline) throw error
      await wait(pauseMs)
    }
  }
}
