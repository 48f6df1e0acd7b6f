// Most people in a hospital's messages are not ours. A few bits in memory say so for certain, however many are on the register: a look into a
// table of a million keys waits for main memory several times, this once. Blocked Bloom filter: Putze, Sanders, Singler, 2007.

const WORDS_A_BLOCK = 16 // 64 bytes: one line of the processor's cache
const BITS_A_KEY = 10 // about one key in 40 that was never added is looked up for nothing
const SMALLEST_BLOCKS = 64

/** Keys that were added, as bits. What was taken away stays in until it is made again from what is left. */
export class Sieve {
  #blocks: number
  #bits: Uint32Array
  #count = 0

  /** @param keys about how many it will hold */
  constructor(keys = 0) {
    const wanted = (keys * BITS_A_KEY) / (WORDS_A_BLOCK * 32)
    this.#blocks = Math.max(SMALLEST_BLOCKS, 2 ** Math.ceil(Math.log2(Math.max(1, wanted))))
    this.#bits = new Uint32Array(this.#blocks * WORDS_A_BLOCK)
  }

  /** It holds more than it was made for, and would say "perhaps" too often. */
  get isFull(): boolean {
    return this.#count * BITS_A_KEY > this.#blocks * WORDS_A_BLOCK * 32
  }

  /** @param kind what the key is: the same text of another kind is another key */
  add(kind: number, key: string): void {
    this.#count += 1
    const one = hashOf(kind, key)
    const other = mix(one)
    const block = (one & (this.#blocks - 1)) * WORDS_A_BLOCK
    for (let shift = 0; shift < 27; shift += 9) {
      const bit = (other >>> shift) & 511
      const word = block + (bit >>> 5)
      this.#bits[word] = (this.#bits[word] ?? 0) | (1 << (bit & 31))
    }
  }

  /** Whether it may hold any of the keys; false is certain. */
  mayHold(kind: number, keys: readonly string[]): boolean {
    const bits = this.#bits
    let held = 0
    // Nothing is decided between two keys, so that they wait for main memory at the same time.
    for (const key of keys) {
      const one = hashOf(kind, key)
      const other = mix(one)
      const block = (one & (this.#blocks - 1)) * WORDS_A_BLOCK
      held |=
        ((bits[block + ((other >>> 5) & 15)] ?? 0) >>> (other & 31)) &
        ((bits[block + ((other >>> 14) & 15)] ?? 0) >>> ((other >>> 9) & 31)) &
        ((bits[block + ((other >>> 23) & 15)] ?? 0) >>> ((other >>> 18) & 31))
    }
    return (held & 1) === 1
  }
}

/** FNV-1a over 16-bit units, ended as MurmurHash3 ends, so that every bit of the key bears on every bit of the hash. */
function hashOf(kind: number, key: string): number {
  let hash = Math.imul(0x811c9dc5 ^ kind, 0x01000193)
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193)
  return mix(hash)
}

function mix(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
