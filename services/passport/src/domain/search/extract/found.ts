import type { IndexedDate, IndexedIdentifier, IndexedNumber, IndexedString } from '../extract.ts'
import { vocabularyHash } from '../token-hash.ts'

/** Adds what one search parameter finds in a resource. */
export type Extractor = (resource: unknown, found: Found) => void

/** What has been found so far. It is filled by the extractors of one resource and never shared; adding to it is what keeps indexing cheap. */
export class Found {
  readonly tokens = new Set<string>()
  readonly dates: IndexedDate[] = []
  readonly strings: IndexedString[] = []
  readonly numbers: IndexedNumber[] = []
  readonly identifiers: IndexedIdentifier[] = []

  /** A token whose text comes again and again. */
  addToken(text: string): void {
    this.tokens.add(vocabularyHash(text))
  }

  addString(key: string, value: string, exact: string): void {
    if (value === '' || this.strings.some((one) => one.key === key && one.value === value && one.exact === exact)) return
    this.strings.push({ key, value, exact })
  }
}
