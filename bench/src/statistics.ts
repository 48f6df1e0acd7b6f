/** What came out of one round of one side. */
export interface Measured {
  /** How many a second, in the unit of the scenario. */
  readonly rate: number
  /** How long each call took, in milliseconds, in the order in which they ended; none where calls have no length of their own. */
  readonly durationsMs: readonly number[]
}

/** Rate and durations of calls that took `elapsedMs` together and did `each` things a call. */
export const measured = (
  { durationsMs, elapsedMs }: { readonly durationsMs: readonly number[]; readonly elapsedMs: number },
  each = 1,
): Measured => ({
  rate: (durationsMs.length * each * 1_000) / elapsedMs,
  durationsMs,
})

/** The middle value; the mean of the two middle ones of an even number. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? at(sorted, middle) : (at(sorted, middle - 1) + at(sorted, middle)) / 2
}

/** The value that this share of all values does not exceed: `0.99` for the 99th percentile. NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted.length === 0 ? Number.NaN : at(sorted, Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1))
}

/** Three significant digits, whole numbers from 100 on; null for what is no number. */
export const rounded = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? (value >= 100 ? Math.round(value) : Number(value.toPrecision(3))) : null

const at = (values: ArrayLike<number>, index: number): number => values[index] ?? Number.NaN
