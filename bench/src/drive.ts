/** How much load one round is. */
export type Amount = { readonly forMs: number } | { readonly calls: number }

/** One of those that work at once: each call does one thing, and throws when it is not done. */
export type Worker = () => Promise<unknown>

/** How long each call took, in milliseconds, in the order in which they ended; and all of them together. */
export interface Driven {
  readonly durationsMs: readonly number[]
  readonly elapsedMs: number
}

/** A closed loop: each worker begins its next call when its last one has ended. */
export async function drive(workers: readonly Worker[], amount: Amount): Promise<Driven> {
  const durationsMs: number[] = []
  const start = performance.now()
  const deadline = 'forMs' in amount ? start + amount.forMs : Number.POSITIVE_INFINITY
  let left = 'calls' in amount ? amount.calls : Number.POSITIVE_INFINITY
  await Promise.all(
    workers.map(async (work) => {
      for (let begun = performance.now(); begun < deadline && left > 0;) {
        left -= 1
        await work()
        const ended = performance.now()
        durationsMs.push(ended - begun)
        begun = ended
      }
    }),
  )
  return { durationsMs, elapsedMs: performance.now() - start }
}

/**
 * An open loop: `begin` is called at a fixed rate, whether or not what it began before has ended. Resolves when all of it has.
 *
 * @throws what the first call that failed threw; then no more are begun
 */
export async function pace(begin: Worker, { perSecond, forMs }: { perSecond: number; forMs: number }): Promise<void> {
  const failures: unknown[] = []
  const begun: Promise<unknown>[] = []
  const start = performance.now()
  const count = Math.round((perSecond * forMs) / 1_000)
  for (let index = 0; index < count && failures.length === 0; index += 1) {
    const waitMs = start + (index * 1_000) / perSecond - performance.now()
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
    begun.push(begin().catch((error: unknown) => failures.push(error)))
  }
  await Promise.all(begun)
  if (failures.length > 0) throw failures[0]
}
