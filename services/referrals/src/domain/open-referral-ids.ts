/** Ids of what is published. The standard wants UUIDs that stay: what has none of its own gets one that its name determines. */
import { createHash } from 'node:crypto'

/** A UUID (version 8) that this text determines. */
export function uuidOf(name: string): string {
  const digits = createHash('sha256').update(name).digest('hex')
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20, 32)}`
}

/** The id in `Type/id`. */
export const idIn = (reference: string): string => reference.slice(reference.indexOf('/') + 1)

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The id of a resource where it is a UUID, as every one is that the record gave. */
export const uuidIn = (reference: string): string => (UUID.test(idIn(reference)) ? idIn(reference) : uuidOf(reference))

/** A property that is there only when it has members. */
export const someOf = <K extends string>(name: K, values: readonly unknown[]): { readonly [P in K]?: readonly unknown[] } =>
  (values.length === 0 ? {} : { [name]: values }) as { readonly [P in K]?: readonly unknown[] }
