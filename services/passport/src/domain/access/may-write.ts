/** Whether a caller may write a row, from the policy table and from how the caller stands to the person. Pure. */
import type { Grade, Role } from '@platform/fhir/caller'
import { BIT, EVERYTHING } from './data-class.ts'
import { masksFor } from './masks.ts'
import type { Kind } from './policy.ts'

export interface WriteQuestion {
  readonly role: Role
  readonly grade: Grade
  readonly type: string
  /** Data classes of the row, as bits. */
  readonly classes: number
  /** Whether the row belongs to a person, and whether that person is the caller. */
  readonly subject: 'nobody' | 'self' | 'another'
  readonly kinds: readonly Kind[]
  /** The classes a kind opens at most, where they are fewer than the policy says. @default no limits */
  readonly limits?: Partial<Record<Kind, number>>
  /** Classes the person closed the caller out of, as bits. */
  readonly closed: number
  /** True when the row exists and the caller wrote it or is named in it. A new row makes nobody a party to it. */
  readonly party: boolean
}

/** True only when some row of the table opens every data class of the row to this caller. */
export function mayWrite({ role, grade, type, classes, subject, kinds, limits = {}, closed, party }: WriteQuestion): boolean {
  const { write } = masksFor(role, grade, type)
  const opens = (mask: number) => mask !== 0 && (classes & ~mask) === 0
  if (opens(write.anybody)) return true
  if (subject === 'nobody') return opens(write.nobody) || (party && opens(write.party))
  if (subject === 'self') return opens(write.self)
  if ((classes & closed) !== 0) return false
  return kinds.some((kind) => opens(write[kind] & (limits[kind] ?? EVERYTHING))) || (party && opens(write.party))
}

/**
 * Whether a caller may bring a new person into the hub, or put a new row that belongs to nobody into it: the classes its role and
 * grade could ever write about somebody it registered.
 */
export function mayRegister(role: Role, grade: Grade, classes: number): boolean {
  const { write } = masksFor(role, grade)
  return (write.anybody !== 0 && (classes & ~write.anybody) === 0) || (write.registered !== 0 && (classes & ~write.registered) === 0)
}

/**
 * Whether a caller may write this row about somebody it was matched with blindly, or newly registers in such a set: who the person is
 * and what they agreed to, and entries of its own. Never what would make a relationship, such as a care team.
 */
export function mayEnterBlindly(role: Role, grade: Grade, classes: number): boolean {
  const { write } = masksFor(role, grade)
  return write['entry-made'] !== 0 && (classes & ~(write['entry-made'] | BIT.identity)) === 0
}
