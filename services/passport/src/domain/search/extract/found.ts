import type { IndexedDate, IndexedIdentifier, IndexedNumber, IndexedString } from '../extract.ts'
import { searchRefuse } from '../refusals.ts'
import { vocabularyHash } from '../token-hash.ts'

const MOST_PAIRS = 50_000

/** Adds what one search parameter finds in a resource. */
export type Extractor = (resource: unknown, found: Found) => void

/** What has been found so far. It is filled by the extractors of one resource and never shared; adding to it is what keeps indexing cheap. */
export class Found {
  readonly tokens = new Set<string>()
  readonly dates: IndexedDate[] = []
  readonly strings: IndexedString[] = []
  readonly numbers: IndexedNumber[] = []
  readonly identifiers: IndexedIdentifier[] = []
  readonly #strings = new Set<string>()
  #pairs = 0

  /** A token whose text comes again and again. */
  addToken(text: string): void {
    this.tokens.add(vocabularyHash(text))
  }

  addString(key: string, value: string, exact: string): void {
    if (value === '') return
    // Neither a key nor an indexed text holds a NUL.
    const one = `${key}\0${value}\0${exact}`
    if (this.#strings.has(one)) return
    this.#strings.add(one)
    this.strings.push({ key, value, exact })
  }

  /**
   * Counts the pairs of composites, of which few values make many: two lists of a thousand codes make four million.
   *
   * @throws SEARCH_INDEX_TOO_LARGE beyond 50,000, where a thousand would be many
   */
  countPairs(pairs: number): void {
    this.#pairs += pairs
    if (this.#pairs > MOST_PAIRS) throw searchRefuse.SEARCH_INDEX_TOO_LARGE({ limit: MOST_PAIRS })
  }
}
