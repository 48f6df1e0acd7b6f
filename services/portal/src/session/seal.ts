/**
 * What a browser keeps for the portal without being able to read or change it: an encrypted JWT, RFC 7516, with a key of this
 * installation. The portal itself keeps nothing.
 */
import { hkdfSync, randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EncryptJWT, jwtDecrypt, type JWTPayload } from 'jose'

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
  const open = async <T>(purpose: string, sealed: string, currentDate: Date): Promise<T | undefined> => {
    try {
      const { payload } = await jwtDecrypt(sealed, derived(purpose), {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
        currentDate,
      })
      return payload['content'] as T
    } catch {
      return undefined // Whoever sends something else is simply not signed in.
    }
  }
  return {
    derive: (purpose) => derived(purpose).toString('base64url'),
    seal: (purpose, content, until) =>
      new EncryptJWT({ content } as JWTPayload)
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setExpirationTime(until)
        .encrypt(derived(purpose)),
    open: async <T>(purpose: string, sealed: string | undefined) =>
      sealed === undefined ? undefined : open<T>(purpose, sealed, new Date()),
    openEnded: <T>(purpose: string, sealed: string) => open<T>(purpose, sealed, new Date(0)),
  }
}
