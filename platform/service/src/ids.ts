import { randomUUID } from 'node:crypto'

/** Something that mints ids. Given to whatever needs one, so that a test can give its own. */
export type NewId = () => string

/** A random UUID (RFC 9562, version 4): says nothing about who made it or when. */
export const newId: NewId = () => randomUUID()
