import type { Run } from '../run.ts'
import type { Json } from '../shape.ts'

/**
 * An invariant of R4 in TypeScript: true when it holds; false when it does not; a string when it does not at that place
 * below the element, as FHIRPath.
 */
export type Rule = (value: Json, run: Run) => boolean | string

/** Type or inner part, then key of the invariant. */
export type Rules = Readonly<Record<string, Readonly<Record<string, Rule>>>>

/** Rules the text of R4 has but its definitions do not: what they ask, and the check. */
export type UnkeyedRules = Readonly<Record<string, readonly (readonly [human: string, rule: Rule])[]>>
