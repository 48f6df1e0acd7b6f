/** Postcodes of the United Kingdom, as people and files write them. */

/** BS 7666: an outward part of two to four characters, an inward part of a digit and two letters. */
const WHOLE = /^[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}$/

/**
 * A whole postcode in the form that compares: capitals, no space.
 *
 * @returns nothing for part of a postcode, and for what is none
 */
export function wholePostcode(text: string | undefined): string | undefined {
  const plain = text?.replaceAll(/\s+/g, '').toUpperCase() ?? ''
  return WHOLE.test(plain) ? plain : undefined
}
