/** What an invitation says of somebody, read from a body. */
import { parseContact } from '../domain/contact.ts'
import type { ForeignSubject } from '../store/foreign-subjects.ts'
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

/** Both as texts of a fitting length: a subject has 255 characters at most. OpenID Connect Core 1.0, section 2 */
export const subjectIn = (issuer: unknown, subject: unknown): ForeignSubject | undefined =>
  typeof issuer === 'string' && typeof subject === 'string' && /^[!-~]{1,255}$/.test(subject) && issuer.length <= 255
    ? { issuer: issuer.replace(/\/+$/, ''), subject }
    : undefined
