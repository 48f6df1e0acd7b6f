// HL7 v2 table 0211 (alternate character sets), MSH-18. HL7 UK's standard allows ASCII only unless the parties agree; feeds do not keep to it.
import { isAscii, isUtf8 } from 'node:buffer'

/** How the bytes of a message become text. `utf-16le` and `utf-16be` are known by their byte order mark, before MSH can be read. */
export type CharacterSet = 'utf-8' | 'windows-1252' | 'utf-16le' | 'utf-16be' | `iso-8859-${number}`

const decoders = new Map<CharacterSet, TextDecoder>()

function decoderOf(set: CharacterSet): TextDecoder {
  const held = decoders.get(set)
  if (held !== undefined) return held
  const decoder = new TextDecoder(set) // lenient: a message is never lost over an odd byte
  decoders.set(set, decoder)
  return decoder
}

/**
 * The character set the bytes are read with: the declared one, and where it is absent, ASCII or unknown, UTF-8 if the bytes are
 * that and Windows-1252 otherwise. A declared UTF-8 that the bytes do not keep falls back the same way.
 *
 * @param declared MSH-18, first repetition: `8859/1` … `8859/15`, `UNICODE UTF-8`, `UNICODE` (UK ITK), `ASCII` or empty
 */
export function characterSetOf(bytes: Uint8Array, declared: string): CharacterSet {
  const part = /^8859\/([1-9]|1[0-5])$/.exec(declared.trim())?.[1]
  if (part !== undefined && part !== '12') return `iso-8859-${Number(part)}` // there is no ISO 8859-12
  return isUtf8(bytes) ? 'utf-8' : 'windows-1252'
}

/** The text of the bytes. Never throws: what cannot be read becomes U+FFFD, and the raw bytes are kept elsewhere. */
export function decode(bytes: Buffer, set: CharacterSet): string {
  if (set !== 'utf-16le' && set !== 'utf-16be' && isAscii(bytes)) return bytes.toString('latin1')
  return decoderOf(set).decode(bytes)
}

/** The character set told by a byte order mark or by the zero bytes of UTF-16 around `MSH`; nothing for all others. */
export function wideCharacterSetOf(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  if (bytes[0] === 0x4d && bytes[1] === 0) return 'utf-16le' // M, then a zero byte
  if (bytes[0] === 0 && bytes[1] === 0x4d) return 'utf-16be'
  return undefined
}
