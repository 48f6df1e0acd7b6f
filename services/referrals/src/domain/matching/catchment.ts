/** Whether a listing serves a place, by outward postcode alone. What is written in other words is shown, and compared with nothing. */
import { outwardOf } from './asked.ts'

/** An outward postcode such as CH5, or a postcode area such as CH. */
const CODE = /^[A-Z]{1,2}(\d[A-Z\d]?)?$/
const OUTWARD = /^[A-Z]{1,2}\d[A-Z\d]?$/

/** The outward postcode in what somebody wrote as a place; nothing for a place in other words. */
export function outwardIn(written: string | undefined): string | undefined {
  const outward = outwardOf(written ?? '')
  return OUTWARD.test(outward) ? outward : undefined
}

/** The outward postcodes and postcode areas that a listing serves, where it says all of it so; nothing where it says less, or other words too. */
export function codesServed(catchment: readonly string[]): readonly string[] | undefined {
  const codes = catchment.map((one) => one.trim().toUpperCase())
  return codes.length > 0 && codes.every((code) => CODE.test(code)) ? codes : undefined
}

/** @param outward as `outwardIn` gives it; nothing where the place is not known */
export function servesPlace(catchment: readonly string[], outward: string | undefined): 'yes' | 'no' | 'unknown' {
  if (outward === undefined) return 'unknown'
  const area = outward.replace(/\d.*$/, '')
  if (catchment.map((one) => one.trim().toUpperCase()).some((code) => code === outward || code === area)) return 'yes'
  return codesServed(catchment) === undefined ? 'unknown' : 'no'
}
