/** The same call 2,000 times: what leaks, piles up or is looked through again each time makes the last hundred slower than the first. */
import { reasonOf, type CompareOptions } from './compare.ts'
import type { Amount, Driven } from './drive.ts'
import type { Result } from './scenario.ts'
import { median, percentile, rounded } from './statistics.ts'

/** An operation that can be called again and again. */
export interface Soaked {
  readonly name: string
  readonly drive: (concurrency: number, amount: Amount) => Promise<Driven>
  readonly settle: () => Promise<void>
}

const CALLS = 2_000
const WINDOW = 100
const WARM_UP = 300
const CONCURRENCY = 4
/** As fast as: a hundred calls on a shared machine tell no smaller difference. */
const TARGET = 0.9

/**
 * Soaks each operation: `ours` is the rate of the last 100 calls, `ceiling` that of the first 100 after the warm-up, both from the
 * median call, because one pause of the machine is longer than a hundred calls. Nothing is waited for in between: what the calls set off
 * (routing, indexing, stays) takes its share of the machine in both.
 */
export async function soak(operations: readonly Soaked[], { signal, tell }: Pick<CompareOptions, 'signal' | 'tell'>): Promise<Result[]> {
  const results: Result[] = []
  for (const { name, drive, settle } of operations) {
    signal.throwIfAborted()
    const line = { name, unit: 'calls/s', concurrency: CONCURRENCY, rounds: 1, target: `ratio ≥ ${TARGET}` }
    try {
      const { durationsMs: all } = await drive(CONCURRENCY, { calls: WARM_UP + CALLS })
      await settle()
      const durationsMs = all.slice(WARM_UP)
      const [first, last] = [median(durationsMs.slice(0, WINDOW)), median(durationsMs.slice(-WINDOW))]
      results.push({
        ...line,
        ours: rounded((CONCURRENCY * 1_000) / last),
        ceiling: rounded((CONCURRENCY * 1_000) / first),
        ratio: rounded(first / last),
        met: first / last >= TARGET,
        p50: rounded(percentile(durationsMs, 0.5)),
        p99: rounded(percentile(durationsMs, 0.99)),
      })
    } catch (error) {
      results.push({ ...line, ours: null, ceiling: null, ratio: null, met: false, p50: null, p99: null, error: reasonOf(error) })
    }
    tell(`  ${name} done`)
  }
  return results
}
