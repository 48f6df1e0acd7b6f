/**
 * A set of marks of 96 bits, kept in one typed array: a million of them are 12 MB that the garbage collector never walks through.
 * Marks are keyed hashes, so their own bits say where they lie. Open addressing, at most half full.
 */

/** Bytes of a mark. */
export const MARK_BYTES = 12
const WORDS = MARK_BYTES / 4
const FEWEST_PLACES = 1 << 12

/** The set. */
export class MarkTable {
  #words: Uint32Array
  #mask: number
  #size = 0

  constructor() {
    this.#words = new Uint32Array(FEWEST_PLACES * WORDS)
    this.#mask = FEWEST_PLACES - 1
  }

  /** How many marks it holds. */
  get size(): number {
    return this.#size
  }

  /** Whether the mark at `at` of these bytes is in it. */
  has(bytes: Buffer, at = 0): boolean {
    return this.#words[this.#placeOf(wordIn(bytes, at, 0), wordIn(bytes, at, 1), wordIn(bytes, at, 2)) * WORDS] !== 0
  }

  /** Puts the mark at `at` of these bytes into it; false when it was there. */
  add(bytes: Buffer, at = 0): boolean {
    if (this.#size * 2 > this.#mask) this.#grow()
    return this.#put(wordIn(bytes, at, 0), wordIn(bytes, at, 1), wordIn(bytes, at, 2))
  }

  #put(first: number, second: number, third: number): boolean {
    const place = this.#placeOf(first, second, third) * WORDS
    if (this.#words[place] !== 0) return false
    this.#words[place] = first
    this.#words[place + 1] = second
    this.#words[place + 2] = third
    this.#size += 1
    return true
  }

  /** Where the mark lies, or would. */
  #placeOf(first: number, second: number, third: number): number {
    const words = this.#words
    for (let place = second & this.#mask; ; place = (place + 1) & this.#mask) {
      const at = place * WORDS
      const found = words[at]
      if (found === 0 || (found === first && words[at + 1] === second && words[at + 2] === third)) return place
    }
  }

  #grow(): void {
    const old = this.#words
    this.#mask = this.#mask * 2 + 1
    this.#words = new Uint32Array((this.#mask + 1) * WORDS)
    this.#size = 0
    for (let at = 0; at < old.length; at += WORDS) {
      if (old[at] !== 0) this.#put(old[at] ?? 0, old[at + 1] ?? 0, old[at + 2] ?? 0)
    }
  }
}

/** A first word of nought would look like an empty place: it counts as one, which costs a bit of the 96 in one mark of four thousand million. */
function wordIn(bytes: Buffer, at: number, word: number): number {
  const value = bytes.readUInt32LE(at + word * 4)
  return word === 0 && value === 0 ? 1 : value
}
