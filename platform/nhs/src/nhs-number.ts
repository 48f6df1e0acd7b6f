// NHS, CHI and H&C numbers share one check rule and one number space, told apart by range: NHS Data Dictionary, NHS NUMBER;
// ranges as published by the NHS North West Genomic Medicine Service Alliance (identifier guide, nw-gmsa).
import { checkDigit, hasCheckDigit, tenDigits } from './check-digit.ts'

declare const kind: unique symbol

/** Ten digits without spaces that pass the check. Issued in England, Wales and the Isle of Man, or kept for testing. */
export type NhsNumber = string & { readonly [kind]: 'NHS number' }
/** Ten digits beginning with a date of birth, DDMMYY, that pass the check. Issued in Scotland. */
export type ChiNumber = string & { readonly [kind]: 'CHI number' }
/** Ten digits from 320 000 0000 to 399 999 9999 that pass the check. Issued in Northern Ireland. */
export type HcNumber = string & { readonly [kind]: 'H&C number' }

/** Who issues numbers of a range. `unallocated` numbers pass the check and were never published as issued. */
export type NumberRange = 'scotland' | 'northern-ireland' | 'england-wales-isle-of-man' | 'test' | 'unallocated'

/** First and last number of each range, both included. A table, so that a new range is a row. */
const NUMBER_RANGES: readonly { readonly from: string; readonly to: string; readonly range: NumberRange }[] = [
  { from: '0101000000', to: '3112999999', range: 'scotland' },
  { from: '3200000000', to: '3999999999', range: 'northern-ireland' },
  { from: '4000000000', to: '4999999999', range: 'england-wales-isle-of-man' },
  { from: '6000000000', to: '7999999999', range: 'england-wales-isle-of-man' },
  { from: '9990000000', to: '9999999999', range: 'test' }, // never issued: the only range of our synthetic people
]

/** Whose range ten digits lie in. Says nothing about whether the number was issued. */
export function rangeOf(ten: string): NumberRange {
  return NUMBER_RANGES.find(({ from, to }) => ten >= from && ten <= to)?.range ?? 'unallocated'
}

/** Whether the text is an NHS number as it is stored: ten digits, no spaces, right check digit. */
export function isNhsNumber(text: string): text is NhsNumber {
  return /^[0-9]{10}$/.test(text) && hasCheckDigit(text)
}

/**
 * An NHS number out of what somebody wrote, spaces and hyphens allowed; nothing when it is not ten digits or fails the check.
 * The range is not asked: public sandboxes use unallocated ones, and messages from Scotland and Northern Ireland carry theirs as "NHS".
 *
 * @example parseNhsNumber('999 012 3454') // '9990123454'
 */
export function parseNhsNumber(text: string): NhsNumber | undefined {
  const digits = tenDigits(text)
  return digits !== undefined && isNhsNumber(digits) ? digits : undefined
}

/** A CHI number, nothing when the check fails or it does not begin with a day and month that exist. */
export function parseChiNumber(text: string): ChiNumber | undefined {
  const digits = tenDigits(text)
  if (digits === undefined || !hasCheckDigit(digits) || rangeOf(digits) !== 'scotland') return undefined

  const [day, month] = [Number(digits.slice(0, 2)), Number(digits.slice(2, 4))]
  const daysIn = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0 // 29 February: the century is not in the number
  return day >= 1 && day <= daysIn ? (digits as ChiNumber) : undefined
}

/** A Health and Care number, nothing when the check fails or the range is not Northern Ireland's. */
export function parseHcNumber(text: string): HcNumber | undefined {
  const digits = tenDigits(text)
  return digits !== undefined && hasCheckDigit(digits) && rangeOf(digits) === 'northern-ireland' ? (digits as HcNumber) : undefined
}

/** As people read it aloud and forms show it: 3 3 4 digits. NHS Data Dictionary, NHS NUMBER. */
export function showNumber(number: NhsNumber | ChiNumber | HcNumber): string {
  return `${number.slice(0, 3)} ${number.slice(3, 6)} ${number.slice(6)}`
}

/**
 * A number of the test range for the given place in it, for seeding and tests; nothing when that place has no check digit.
 *
 * @param place 0 to 999_999
 */
export function testNumber(place: number): NhsNumber | undefined {
  const nine = `999${String(place).padStart(6, '0')}`
  const digit = checkDigit(nine)
  return digit === undefined ? undefined : (`${nine}${String(digit)}` as NhsNumber)
}
