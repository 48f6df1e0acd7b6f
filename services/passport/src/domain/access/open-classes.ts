/** Which data classes a caller's standing to one person opens, whatever there is: for saying that a part is not shown, and nothing more. */
import type { Caller } from '@platform/fhir/caller'
import { masksFor } from './masks.ts'
import type { Kind } from './policy.ts'

/** How a caller stands to a person; see `store/write-guard.ts`. */
export interface OpenStanding {
  readonly kinds: readonly Kind[]
  /** The classes that a kind opens at most, where they are fewer than the policy says. */
  readonly limits: Readonly<Partial<Record<Kind, number>>>
  /** Classes that the person closed this caller out of. */
  readonly closed: number
}

/**
 * @param standing how the caller stands to the person, who is `self` when it is the caller
 * @returns the classes as bits. What a caller wrote itself, or is named in, it may see beside these.
 */
export function openClasses(
  { role, grade }: Pick<Caller, 'role' | 'grade'>,
  { kinds, limits, closed }: OpenStanding,
  { self }: { readonly self: boolean },
): number {
  const { read } = masksFor(role, grade)
  if (read.anybody !== 0) return read.anybody
  const open = kinds.reduce((bits, kind) => bits | (read[kind] & (limits[kind] ?? -1)), 0)
  return self ? read.self | open : open & ~closed
}
