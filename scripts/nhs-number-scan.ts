/**
 * Finds what could be a real person's NHS number. Numbers of the 999 range are never issued; every other ten-digit number with a
 * right check digit could be somebody's, so it may not be in the repository.
 *
 * @see https://www.datadictionary.nhs.uk/attributes/nhs_number.html
 */

/** Where a number was found. */
export interface FoundNumber {
  file: string
  line: number
  number: string
}

/** Files whose ten-digit numbers are not ours to choose. */
const NOT_OURS = /^package-lock\.json$|^fhir-profiles\/(package|build)\//

/** Ten-digit numbers that pass the check by chance, or that a standard publishes as an example; each with its reason. */
const KNOWN: ReadonlyMap<string, string> = new Map([
  ['9434765919', 'NHS Data Dictionary: the worked example of the check digit'],
  ['9000000009', 'Personal Demographics Service sandbox: a published synthetic person'],
  ['9912003888', 'UK Core: the number of its published examples'],
  ['2147483648', 'two to the power of 31'],
])

const TEN_DIGITS = /(?<![\d.])\d{3}([ -]?)\d{3}\1\d{4}(?![\d])/g

/** The numbers in one file that look issued. Binary files and files that are not ours hold none. */
export function findNhsNumbers(file: string, content: Buffer): FoundNumber[] {
  if (NOT_OURS.test(file) || content.includes(0)) return []
  return content
    .toString('utf8')
    .split('\n')
    .flatMap((text, index) =>
      [...text.matchAll(TEN_DIGITS)]
        .map(([match]) => match.replace(/[ -]/g, ''))
        .filter((number) => !number.startsWith('999') && !KNOWN.has(number) && hasRightCheckDigit(number))
        .map((number) => ({ file, line: index + 1, number })),
    )
}

/** Modulus 11: weights 10 down to 2; a result of 10 is never issued, 11 stands for 0. */
function hasRightCheckDigit(number: string): boolean {
  const sum = number.split('').reduce((total, digit, index) => (index < 9 ? total + Number(digit) * (10 - index) : total), 0)
  const check = (11 - (sum % 11)) % 11
  return check < 10 && check === Number(number[9])
}
