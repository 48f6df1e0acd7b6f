// NHS Data Dictionary, NHS NUMBER: the Modulus 11 algorithm. CHI and H&C numbers use the same rule.
// https://www.datadictionary.nhs.uk/attributes/nhs_number.html

/**
 * The tenth digit that belongs to nine digits, or nothing when no number with these nine exists (the rule yields 10).
 *
 * @param nine exactly nine digits; anything else gives nothing
 */
export function checkDigit(nine: string): number | undefined {
  if (!/^[0-9]{9}$/.test(nine)) return undefined

  let sum = 0
  for (let place = 0; place < 9; place += 1) sum += (nine.charCodeAt(place) - 48) * (10 - place) // weights 10, 9 … 2
  const digit = (11 - (sum % 11)) % 11 // 11 counts as 0
  return digit === 10 ? undefined : digit
}

/** Whether ten digits end in the digit that the other nine ask for. It proves only that the number was typed right. */
export function hasCheckDigit(ten: string): boolean {
  return ten.length === 10 && checkDigit(ten.slice(0, 9)) === ten.charCodeAt(9) - 48
}

/** The ten digits of a number as people write it (`999 012 3454`, `999-012-3454`), or nothing when it is not ten digits. */
export function tenDigits(text: string): string | undefined {
  const digits = text.trim().replace(/[\s\u00a0-]/g, '')
  return /^[0-9]{10}$/.test(digits) ? digits : undefined
}
