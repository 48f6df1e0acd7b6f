/** Who may read the audit trail of a person: the policy's class `audit`. Pure. */
import type { Caller } from '@platform/fhir/caller'
import { BIT } from './data-class.ts'
import { masksFor } from './masks.ts'

/** Whose part in an entry about some people a caller may read. */
export type TrailOpen = 'everybody' | 'nobody' | { readonly only: string }

/** @param people Patient ids that the entry names */
export function trailOpenTo(caller: Caller, people: readonly string[]): TrailOpen {
  const { read } = masksFor(caller.role, caller.grade)
  if ((read.anybody & BIT.audit) !== 0) return 'everybody'
  const { patient } = caller
  return patient !== undefined && people.includes(patient) && (read.self & BIT.audit) !== 0 ? { only: patient } : 'nobody'
}
