import type { Measured } from './statistics.ts'

/**
 * What is to be reached: a ratio to the ceiling, a rate, or a time that 99 of 100 calls, 95 of them or half of them, stay under; of half of them also at most
 * so many times what half of the ceiling's take.
 */
export type Target =
  | { readonly ratio: number }
  | { readonly rate: number }
  | { readonly p99Ms: number }
  | { readonly p95Ms: number }
  | { readonly p50Ms: number }
  | { readonly p50Times: number; readonly p50Ms?: number }

/** A comparison: what the hub does, and the ceiling beside it. */
export interface Scenario {
  /** Short, for `--only`. */
  readonly name: string
  /** What the rates count: `requests/s`. */
  readonly unit: string
  readonly concurrency: number
  /** Absent where nothing was promised. */
  readonly target?: Target
  /** One round of the hub; absent where the ceiling stands for itself. */
  readonly ours?: (forMs: number) => Promise<Measured>
  readonly ceiling?: (forMs: number) => Promise<Measured>
  /** Waits until the hub has nothing left to do of the round before. */
  readonly settle?: () => Promise<void>
}

/**
 * One line of the outcome. Rates are medians over the rounds, `ratio` the median of the rounds' own ratios; p50, p95 and p99 are ours, in
 * milliseconds, as is `ceilingP50`. The scenarios of start and memory count in their own units.
 */
export interface Result {
  readonly name: string
  readonly unit: string
  readonly concurrency: number
  /** How many rounds the medians are of. */
  readonly rounds: number
  readonly ours: number | null
  readonly ceiling: number | null
  readonly ratio: number | null
  readonly target: string | null
  readonly met: boolean | null
  readonly p50: number | null
  /** Where calls are timed. */
  readonly p95?: number | null
  readonly p99: number | null
  /** Where it is part of the target. */
  readonly ceilingP50?: number | null
  /** How many people the larger hub had, where that is what is compared. */
  readonly people?: number
  /** Why there is no figure. */
  readonly error?: string
}
