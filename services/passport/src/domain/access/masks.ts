/** The policy table as bits, which PostgreSQL compares with the bits of each row. */
import type { Grade, Role } from '@platform/fhir/caller'
import { bitsOf } from './data-class.ts'
import { KINDS, POLICY, type PolicyRow, type Standing } from './policy.ts'

/** The classes one standing opens to a caller, as bits. */
export interface Masks {
  readonly read: Readonly<Record<Standing, number>>
  readonly write: Readonly<Record<Standing, number>>
}

const STANDINGS: readonly Standing[] = [...KINDS, 'self', 'party', 'nobody', 'anybody']

const computed = new Map<string, Masks>()

/**
 * What the table opens to a role and grade, one number for each standing; 0 = nothing.
 *
 * @param type a resource type, for what is open of that type. @default what is open of every type
 */
export function masksFor(role: Role, grade: Grade, type?: string): Masks {
  const own = rowsOf(role, grade)
  const named = type !== undefined && own.some(({ types }) => types?.includes(type) === true) ? type : undefined
  const key = `${role}/${grade}/${named ?? ''}`
  const known = computed.get(key)
  if (known !== undefined) return known
  const rows = own.filter(({ types }) => types === undefined || (named !== undefined && types.includes(named)))
  const fold = (verb: 'read' | 'write') =>
    Object.fromEntries(
      STANDINGS.map((standing) => [
        standing,
        rows.filter((row) => row.standing === standing).reduce((bits, row) => bits | bitsOf(row[verb]), 0),
      ]),
    ) as Record<Standing, number>
  const masks = { read: fold('read'), write: fold('write') }
  computed.set(key, masks)
  return masks
}

/** The resource types of which the table opens more to a role and grade than their classes do. */
export function typesApart(role: Role, grade: Grade): readonly string[] {
  return [...new Set(rowsOf(role, grade).flatMap(({ types = [] }) => types))]
}

const rowsOf = (role: Role, grade: Grade): readonly PolicyRow[] =>
  POLICY.filter((row) => row.roles.includes(role) && row.grades.includes(grade))
