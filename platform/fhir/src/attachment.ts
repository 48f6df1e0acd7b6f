/**
 * What may be attached: decided by what a file is, never by what it is called or said to be. A name is shown and saved by people on many
 * systems, so that everything that could do more than name is taken out of it. Pure. HAZ-R62
 */

/** A file that may be attached. */
export interface CheckedFile {
  readonly contentType: AttachmentType
  /** Safe to show and to save under; it ends as its content says. */
  readonly name: string
}

/** Why a file is not taken. */
export type NotTaken = 'empty' | 'too-large' | 'type'

/** The most bytes of one file. As base64 it fits into one request of the FHIR doors. */
export const MAXIMUM_ATTACHMENT_BYTES = 3_000_000

/** What is taken: a document or a picture that every browser shows and that holds no program of its own. */
export type AttachmentType = 'application/pdf' | 'image/png' | 'image/jpeg' | 'text/plain'

const ENDING: Readonly<Record<AttachmentType, string>> = {
  'application/pdf': '.pdf',
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'text/plain': '.txt',
}

/** Checks a file. @param name as it was given; it decides nothing */
export function checkFile(bytes: Uint8Array, name: string): CheckedFile | { readonly no: NotTaken } {
  if (bytes.length === 0) return { no: 'empty' }
  if (bytes.length > MAXIMUM_ATTACHMENT_BYTES) return { no: 'too-large' }
  const contentType = typeOf(bytes)
  return contentType === undefined ? { no: 'type' } : { contentType, name: safeName(name, contentType) }
}

/** First bytes: ISO 32000-1 7.5.2; W3C PNG 5.2; ITU T.81 B.1. Text is UTF-8 without control characters, and no markup. */
function typeOf(bytes: Uint8Array): AttachmentType | undefined {
  const begins = (...magic: readonly number[]) => magic.every((byte, index) => bytes[index] === byte)
  if (begins(0x25, 0x50, 0x44, 0x46, 0x2d)) return 'application/pdf'
  if (begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png'
  if (begins(0xff, 0xd8, 0xff)) return 'image/jpeg'
  const text = decoded(bytes)
  return text === undefined || CONTROL.test(text) || /^\s*[<{#%]|^\s*(?:PK|MZ)/.test(text) ? undefined : 'text/plain'
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/
const LONGEST_NAME = 80

/** The last part of a path, without what steers a terminal, a reader's eye (bidirectional marks) or a file system. */
function safeName(name: string, contentType: AttachmentType): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const plain = last
    .replace(/[^\p{L}\p{N} ._()-]/gu, '')
    .replace(/\.[^.]*$/, '')
    .replace(/\.+/g, '.')
    .replace(/^[. -]+|[. ]+$/g, '')
  const short = [...plain].slice(0, LONGEST_NAME).join('').trim()
  // Names that Windows keeps for devices open something else than a file.
  return `${short === '' || /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(short) ? 'file' : short}${ENDING[contentType]}`
}
