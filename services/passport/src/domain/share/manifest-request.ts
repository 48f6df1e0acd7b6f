/** What a reader sends to a link. https://hl7.org/fhir/uv/smart-health-cards-and-links/links-specification.html#shlink-manifest-request */
import { isObject } from '../references.ts'
import { LONGEST_NOTE, LONGEST_RECIPIENT } from './link-state.ts'

export interface ManifestRequest {
  /** Who asks, as they say themselves. */
  readonly recipient: string
  readonly passcode?: string
  /** The longest `embedded` that is taken, in characters of the JWE. */
  readonly embeddedLengthMax?: number
}

/** Why a request cannot be read, in the words of the answer. */
export type Unreadable = 'recipient' | 'passcode' | 'embeddedLengthMax' | 'body'

/** Reads the body of a manifest request; unknown properties are passed over. */
export function readManifestRequest(body: unknown): ManifestRequest | Unreadable {
  if (!isObject(body)) return 'body'
  const { recipient, passcode, embeddedLengthMax } = body
  const who = readRecipient(recipient)
  if (who === undefined) return 'recipient'
  // A string and nothing else: an array or an object would be compared as something that nobody typed.
  if (passcode !== undefined && typeof passcode !== 'string') return 'passcode'
  if (embeddedLengthMax !== undefined && !(Number.isSafeInteger(embeddedLengthMax) && (embeddedLengthMax as number) >= 0))
    return 'embeddedLengthMax'
  return {
    recipient: who,
    ...(passcode === undefined ? {} : { passcode }),
    ...(embeddedLengthMax === undefined ? {} : { embeddedLengthMax: embeddedLengthMax as number }),
  }
}

/** A name on one line, cut where it is overlong; nothing when there is none. */
export function readRecipient(given: unknown): string | undefined {
  if (typeof given !== 'string') return undefined
  const line = given.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return line === '' ? undefined : [...line].slice(0, LONGEST_RECIPIENT).join('')
}

/** A note in plain words, its lines kept; nothing when it is empty, too long, or holds control characters or halves of characters. */
export function readNote(given: unknown): string | undefined {
  if (typeof given !== 'string' || !given.isWellFormed()) return undefined
  const text = given.replaceAll('\r\n', '\n').trim()
  const length = [...text].length
  return length === 0 || length > LONGEST_NOTE || /[^\P{Cc}\n\t]/u.test(text) ? undefined : text
}
