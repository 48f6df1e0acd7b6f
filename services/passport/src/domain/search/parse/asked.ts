import type { SearchDefinitions, SearchParameter } from '../definitions.ts'
import { searchRefuse } from '../refusals.ts'

/** One parameter of a search: what it names, and what is asked of it. */
export interface Asked {
  /** As the client wrote it, modifier and chain included. */
  readonly name: string
  readonly parameter: SearchParameter
  readonly modifier?: string
  /** The alternatives, still escaped; at least one, none empty. */
  readonly values: readonly string[]
}

/** What parsing needs to know beside the URL. */
export interface ParseContext {
  readonly definitions: SearchDefinitions
  /** For `ap`, which widens with the distance from today. */
  readonly now: Date
}

/** Throws the refusal of a value. `expected` completes "The value of x is not …". */
export function malformed(name: string, expected: string): never {
  throw searchRefuse.SEARCH_VALUE_INVALID({ parameter: name, expected }, { expression: name })
}

/** Throws the refusal of a modifier. */
export function unsupported(name: string, modifier: string): never {
  throw searchRefuse.SEARCH_MODIFIER_UNSUPPORTED({ parameter: name.split(':')[0] ?? name, modifier }, { expression: name })
}
