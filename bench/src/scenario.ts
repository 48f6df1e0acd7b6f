import type { Measured } from './statistics.ts'

/** A comparison: what the hub does, and the ceiling beside it. */
export interface Scenario {
  /** Short, for `--only`; the concurrency is part of it. */
  readonly name: string
  /** What the rates count: `requests/s`. */
  readonly unit: string
  readonly concurrency: number
  /** What `ratio` should reach; absent where nothing was promised. */
  readonly target?: number
  /** One round of the hub; absent where the ceiling stands for itself. */
  readonly ours?: (forMs: number) => Promise<Measured>
  readonly ceiling?: (forMs: number) => Promise<Measured>
  /** Waits until the hub has nothing left to do of the round before. */
  readonly settle?: () => Promise<void>
}

/** One line of the outcome. Rates are medians over the rounds, `ratio` the median of the rounds' own ratios; times are in milliseconds. */
export interface Result {
  readonly name: string
  readonly unit: string
  readonly concurrency: number
  readonly ours: number | null
  readonly ceiling: number | null
  readonly ratio: number | null
  readonly target: string | null
  readonly met: boolean | null
  readonly p50: number | null
  readonly p99: number | null
  readonly ceilingP50: number | null
  readonly ceilingP99: number | null
  /** Why there is no figure. */
  readonly error?: string
}
