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

/** What a standing comes to, as bits: the classes that its relationships open under the policy, and those that the person closed. */
export interface StandingBits {
  readonly open: number
  readonly shut: number
}

/**
 * @param standing how the caller stands to the person, who is `self` when it is the caller
 * @returns the classes as bits. What a caller wrote itself, or is named in, it may see beside these.
 */
export function openClasses(
  caller: Pick<Caller, 'role' | 'grade'>,
  { kinds, limits, closed }: OpenStanding,
  whose: { readonly self: boolean },
): number {
  const { read } = masksFor(caller.role, caller.grade)
  return openBy(caller, { open: kinds.reduce((bits, kind) => bits | (read[kind] & (limits[kind] ?? -1)), 0), shut: closed }, whose)
}

/** The same where the database has put the relationships together already; `store/access-sql.ts`. */
export function openBy(
  { role, grade }: Pick<Caller, 'role' | 'grade'>,
  { open, shut }: StandingBits,
  { self }: { readonly self: boolean },
): number {
  const { read } = masksFor(role, grade)
  if (read.anybody !== 0) return read.anybody
  return self ? read.self | open : open & ~shut
}
