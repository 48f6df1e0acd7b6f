/**
 * What a browser keeps for the portal without being able to read or change it: an encrypted JWT, RFC 7516, with a key of this
 * installation. The portal itself keeps nothing.
 */
import { createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EncryptJWT, type JWTPayload } from 'jose'

export interface Seal {
  /** @param until seconds since 1970 after which it opens no more */
  seal(purpose: string, content: object, until: number): Promise<string>
  /** The content; nothing when it was changed, is too old, was sealed for something else or by somebody else. */
  open<T>(purpose: string, sealed: string | undefined): Promise<T | undefined>
  /** The same, however old: for whose it was, never for what it allowed. */
  openEnded<T>(purpose: string, sealed: string): Promise<T | undefined>
  /** A secret for another purpose, the same each time. */
  derive(purpose: string): string
}

const KEY_BYTES = 32

/** The seal of this installation: `portal.key` under HANDRAIL_HOME, made at first use, readable by its owner only. */
export async function openSeal(home: string): Promise<Seal> {
  const path = join(home, 'portal.key')
  await mkdir(home, { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  const made = await readFile(path).catch(() => undefined)
  if (made === undefined) {
    await writeFile(draft, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx', flush: true })
    // A link appears whole or not at all, and never replaces the file of a process that was faster.
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    await rm(draft)
  }
  return sealWith(made ?? (await readFile(path)))
}

/** A seal with a given key of 32 bytes. */
export function sealWith(master: Buffer): Seal {
  const keys = new Map<string, Buffer>() // of the few purposes that there are
  const derived = (purpose: string): Buffer => {
    const key = keys.get(purpose) ?? Buffer.from(hkdfSync('sha256', master, '', `handrail portal ${purpose}`, KEY_BYTES))
    keys.set(purpose, key)
    return key
  }
  const open = <T>(purpose: string, sealed: string, nowS: number): T | undefined => {
    try {
      const { content, exp } = JSON.parse(opened(sealed, derived(purpose))) as { content: T; exp: number }
      return exp > nowS ? content : undefined
    } catch {
      return undefined // Whoever sends something else is simply not signed in.
    }
  }
  return {
    derive: (purpose) => derived(purpose).toString('base64url'),
    seal: (purpose, content, until) =>
      new EncryptJWT({ content } as JWTPayload).setProtectedHeader(HEADER).setExpirationTime(until).encrypt(derived(purpose)),
    open: async <T>(purpose: string, sealed: string | undefined) =>
      sealed === undefined ? undefined : open<T>(purpose, sealed, Math.floor(Date.now() / 1000)),
    openEnded: async <T>(purpose: string, sealed: string) => open<T>(purpose, sealed, 0),
  }
}

/** The one way in which something is sealed here: with the key itself, by AES-GCM. RFC 7518, 4.5 and 5.3 */
const HEADER = { alg: 'dir', enc: 'A256GCM' } as const
const WRITTEN_HEADER = Buffer.from(JSON.stringify(HEADER)).toString('base64url')
const [IV_BYTES, TAG_BYTES] = [12, 16]

/**
 * The text of a JWE in compact form that was sealed so, and in no other way. Each page opens one, and by the asynchronous functions of WebCrypto that
 * is two errands to another thread, which take longer than the work.
 *
 * @throws Error when it was changed, or sealed otherwise or with another key
 */
function opened(sealed: string, key: Buffer): string {
  const [header = '', encryptedKey, ...parts] = sealed.split('.')
  const [iv, text, tag, ...more] = parts.map((part) => Buffer.from(part, 'base64url'))
  if (header !== WRITTEN_HEADER || encryptedKey !== '' || more.length > 0) throw new TypeError('It was sealed otherwise.')
  if (iv?.length !== IV_BYTES || text === undefined || tag?.length !== TAG_BYTES) throw new TypeError('It is not whole.')
  const cipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(header, 'ascii')).setAuthTag(tag)
  return Buffer.concat([cipher.update(text), cipher.final()]).toString()
}
