// A decimal stands for all that rounds to it: 100 is 99.5 to 100.5, 100.00 is 99.995 to 100.005.
// FHIR R4 Search, number. https://hl7.org/fhir/R4/search.html#number

/** What a written decimal can mean: `low` belongs to it, `high` no longer does; `exact` is the number itself. */
export interface DecimalRange {
  readonly low: number
  readonly high: number
  readonly exact: number
}

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/

/** The span of a written decimal, by its significant digits; nothing when it is none. */
export function decimalRange(text: string): DecimalRange | undefined {
  const match = DECIMAL.exec(text)
  if (!match) return undefined
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const exact = Number(text)
  if (!Number.isFinite(exact)) return undefined
  // Half of the last digit, joined as text, so that 5.4 gives 5.35 and 5.45 and no rounding error of binary fractions.
  const digits = BigInt(`${whole}${fraction}`) * 10n * (sign === '-' ? -1n : 1n)
  const scale = Number(exponent) - fraction.length - 1
  return { low: Number(`${digits - 5n}e${scale}`), high: Number(`${digits + 5n}e${scale}`), exact }
}
