/**
 * fast-check with one seed for every run, so that a suite that passed passes again on the next machine. `HANDRAIL_SEED=7 npm test` looks
 * elsewhere; a counter-example found so becomes an example of its test.
 */
import fc from 'fast-check'

const given = process.env['HANDRAIL_SEED']
fc.configureGlobal({ seed: given === undefined ? 20_261_121 : Number(given) })

/** As many code points are halves of others and no characters. */
const SURROGATES = 0x800

/**
 * Any character at all, as `fc.string({ unit: 'binary' })` has them and in the same order: that makes a table of all million of them before the first
 * string, which takes the processor a second or two in each test file.
 */
export const anyCharacter = fc.nat({ max: 0x10_ffff - SURROGATES }).map(
  (nth) => String.fromCodePoint(nth < 0xd800 ? nth : nth + SURROGATES),
  (character) => {
    const point = typeof character === 'string' ? (character.codePointAt(0) ?? -1) : -1
    if (point < 0 || (point >= 0xd800 && point <= 0xdfff) || character !== String.fromCodePoint(point)) throw new Error('not one character')
    return point < 0xd800 ? point : point - SURROGATES
  },
)

export default fc
