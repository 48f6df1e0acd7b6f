/**
 * Where the next page begins, sealed: AES-256-GCM over the query and the position, so that no identifier of a search ever stands
 * in a URL and nobody can make a position up. A cursor of another key, or one that was changed, is refused.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto'

export interface CursorSeal {
  seal(value: unknown): string
  /** @returns the value, or nothing when the text is no cursor of ours */
  open(text: string): unknown
}

const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * @param key    32 bytes
 * @param nonce  12 fresh random bytes for each call
 */
export function cursorSeal(key: Buffer, nonce: () => Buffer): CursorSeal {
  return {
    seal(value) {
      const iv = nonce()
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      return Buffer.concat([iv, cipher.update(JSON.stringify(value), 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url')
    },
    open(text) {
      const bytes = Buffer.from(text, 'base64url')
      if (bytes.length <= NONCE_BYTES + TAG_BYTES) return undefined
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
      try {
        return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8'))
      } catch {
        return undefined
      }
    },
  }
}
