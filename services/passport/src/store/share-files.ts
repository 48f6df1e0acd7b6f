/** The files of a link: what the person shares, encrypted so that only the reader's key opens it. RFC 7516, compact serialisation. */
import { CompactEncrypt } from 'jose'

/** The only content types a link may carry. */
export type ShareContentType = 'application/fhir+json' | 'application/smart-health-card'

/** A file before it is encrypted. */
export interface PlainFile {
  readonly contentType: ShareContentType
  readonly text: string
}

/** Readers in the field that cannot inflate are many; a small file is sent as it is, in characters. */
const WORTH_COMPRESSING = 16_384

/** Encrypts a file under the key of its link: `dir`, A256GCM, a fresh IV each time, DEFLATE where it is large. */
export async function encryptFile(key: Uint8Array, { contentType, text }: PlainFile): Promise<string> {
  const zip = text.length >= WORTH_COMPRESSING ? ({ zip: 'DEF' } as const) : {}
  return new CompactEncrypt(Buffer.from(text, 'utf8'))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', cty: contentType, ...zip })
    .encrypt(key)
}
