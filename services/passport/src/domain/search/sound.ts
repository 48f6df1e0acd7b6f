// American Soundex, for `phonetic`: names that sound alike have the same letter and three digits. https://www.archives.gov/research/census/soundex

const DIGIT: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({ bfpv: '1', cgjkqsxz: '2', dt: '3', l: '4', mn: '5', r: '6' }).flatMap(([letters, digit]) =>
    [...letters].map((letter) => [letter, digit]),
  ),
)

/** The Soundex code of each word of a comparable text that has Latin letters. */
export function soundsOf(text: string): string[] {
  return text
    .split(/[^a-z]+/)
    .filter((word) => word !== '')
    .map(sound)
}

function sound(word: string): string {
  let code = word.charAt(0).toUpperCase()
  let last = DIGIT[word.charAt(0)]
  for (const letter of word.slice(1)) {
    const digit = DIGIT[letter]
    if (digit !== undefined && digit !== last) code += digit
    if (letter !== 'h' && letter !== 'w') last = digit // h and w do not part equal digits; vowels do.
    if (code.length === 4) break
  }
  return code.padEnd(4, '0')
}
