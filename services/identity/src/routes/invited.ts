/** What an invitation says of somebody, read from a body. */
import { parseContact } from '../domain/contact.ts'
import type { CodeSending } from './code-sending.ts'

const LONGEST = 100

/** A text of 1 to 100 characters, trimmed; nothing for anything else. */
export const shortText = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST ? value.trim() : undefined

/** The hash of an address that codes can go to; nothing where none was given. */
export function contactIn(value: unknown, codes: CodeSending): Buffer | 'wrong' | undefined {
  if (value === undefined || value === '') return undefined
  const contact = typeof value === 'string' ? parseContact(value) : undefined
  return contact === undefined || !codes.sendsTo(contact) ? 'wrong' : codes.hashOf(contact)
}
