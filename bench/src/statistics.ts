/** What came out of one round of one side. */
export interface Measured {
  /** How many a second, in the unit of the scenario. */
  readonly rate: number
  /** Half of the calls took at most so long, in milliseconds. */
  readonly p50: number
  readonly p99: number
}

/** The middle value; the mean of the two middle ones of an even number. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? at(sorted, middle) : (at(sorted, middle - 1) + at(sorted, middle)) / 2
}

/** The value that this share of all values does not exceed: `0.99` for the 99th percentile. NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted.length === 0 ? Number.NaN : at(sorted, Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1))
}

/** Rate and percentiles of calls that took `durationsMs` each, `elapsedMs` together, and did `each` things a call. */
export function measured(durationsMs: readonly number[], elapsedMs: number, each = 1): Measured {
  return {
    rate: (durationsMs.length * each * 1_000) / elapsedMs,
    p50: percentile(durationsMs, 0.5),
    p99: percentile(durationsMs, 0.99),
  }
}

const at = (values: ArrayLike<number>, index: number): number => values[index] ?? Number.NaN
