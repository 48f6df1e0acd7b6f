/** What seals private keys in the database: a key of 256 bits in a file of its own under HANDRAIL_HOME, never in the database. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { homeKey, keyFor } from '@platform/service/home-key'
import { refuse } from '../errors.ts'

/** Seals and opens short secrets, and derives others. */
export interface Seal {
  /** AES-256-GCM; `name` is bound to the result, so that rows cannot be exchanged. */
  seal(plain: string, name: string): Buffer
  /** @throws SEALING_KEY_WRONG */
  open(sealed: Buffer, name: string): string
  /** A secret of 32 bytes for another purpose, in base64url; the same each time. */
  derive(purpose: string): string
}

const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * The seal of this installation; its file `identity.key` is made at first use, readable by its owner only.
 *
 * Every process of a hub must be given the same file.
 */
export async function openSeal(home: string): Promise<Seal> {
  return sealWith(await homeKey(home, 'identity.key'))
}

/** A seal with a given key of 32 bytes. */
export function sealWith(master: Buffer): Seal {
  const derived = (purpose: string) => keyFor(master, `handrail identity ${purpose}`)
  const key = derived('signing keys')
  return {
    derive: (purpose) => derived(purpose).toString('base64url'),
    seal(plain, name) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(name))
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), body])
    },
    open(sealed, name) {
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
        decipher.setAAD(Buffer.from(name)).setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
        return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')
      } catch (cause) {
        throw refuse.SEALING_KEY_WRONG({}, { cause })
      }
    },
  }
}
