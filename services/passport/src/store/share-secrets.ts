/**
 * What makes the sharing of this installation its own: the key under which the keys of long-term links are sealed, and the keys that sign
 * health cards. They lie in HANDRAIL_HOME, never in the database; every process of a hub must be given the same folder.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { homeKey, keyFor } from '@platform/service/home-key'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'

/** Seals the key of a link; what is sealed for one link opens for no other. */
export interface KeySeal {
  seal(key: Buffer, link: string): Buffer
  /** @throws when it was sealed by another installation, or for another link */
  open(sealed: Buffer, link: string): Buffer
}

/** The newest key signs; the older ones stay published, so that cards signed with them can still be checked. */
export interface CardKeys {
  readonly signing: JWK & { readonly kid: string }
  readonly published: readonly JWK[]
}

export interface SharingSecrets {
  readonly keys: KeySeal
  readonly cards: CardKeys
}

const IV_BYTES = 12
const TAG_BYTES = 16
/** A new key signs every year, as the specification of SMART Health Cards advises. */
const CARD_KEY_LIFE_MS = 365 * 24 * 60 * 60 * 1000

/** Opens the secrets of an installation; they are made at first use. */
export async function openSharingSecrets(home: string, now: Date): Promise<SharingSecrets> {
  await mkdir(home, { recursive: true, mode: 0o700 })
  const master = keyFor(await homeKey(home, 'passport.key'), 'handrail passport keys of links')
  const file = join(home, 'health-card-keys.json')
  let kept = await readOrMake(file, async () => JSON.stringify([await newCardKey(now)])).then(readCardKeys)
  if (now.getTime() - Date.parse(kept[0]?.from ?? '') > CARD_KEY_LIFE_MS) {
    kept = [await newCardKey(now), ...kept]
    await writeFile(`${file}.new`, JSON.stringify(kept), { mode: 0o600, flush: true })
    await rename(`${file}.new`, file)
  }
  return { keys: keySealWith(master), cards: cardKeysOf(kept.map(({ key }) => key)) }
}

/** Secrets that last as long as the process: for a computed document, and for tests. */
export async function passingSharingSecrets(): Promise<SharingSecrets> {
  const { key } = await newCardKey(new Date())
  return { keys: keySealWith(randomBytes(32)), cards: cardKeysOf([key]) }
}

/** What is kept of a long-term link, sealed: its key, and the random part of its address, so that it can be printed again. */
export const sealLink = (keys: KeySeal, { key, secret, id }: { key: Buffer; secret: string; id: string }): Buffer =>
  keys.seal(Buffer.concat([key, Buffer.from(secret, 'base64url')]), id)

/** The key and the random part of the address of a long-term link. */
export function openSealed(keys: KeySeal, sealed: Buffer, id: string): { key: Buffer; secret: string } {
  const both = keys.open(sealed, id)
  return { key: both.subarray(0, 32), secret: both.subarray(32).toString('base64url') }
}

/** A seal under a key of 32 bytes. */
function keySealWith(master: Buffer): KeySeal {
  return {
    seal(key, id) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', master, iv).setAAD(Buffer.from(id))
      const body = Buffer.concat([cipher.update(key), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), body])
    },
    open(sealed, id) {
      const decipher = createDecipheriv('aes-256-gcm', master, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
      decipher.setAAD(Buffer.from(id)).setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
      return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()])
    },
  }
}

interface KeptCardKey {
  readonly from: string
  readonly key: JWK & { readonly kid: string }
}

async function newCardKey(from: Date): Promise<KeptCardKey> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const { kty, crv, x, y, d } = (await exportJWK(privateKey)) as { kty: 'EC'; crv: string; x: string; y: string; d: string }
  const key: JWK = { kty, crv, x, y }
  return { from: from.toISOString(), key: { ...key, d, kid: await calculateJwkThumbprint(key), use: 'sig', alg: 'ES256' } }
}

const readCardKeys = (text: Buffer): KeptCardKey[] => JSON.parse(text.toString('utf8')) as KeptCardKey[]

function cardKeysOf(keys: readonly (JWK & { readonly kid: string })[]): CardKeys {
  const [signing] = keys
  if (signing === undefined) throw new Error('There is no key to sign health cards with.')
  return { signing, published: keys.map(({ d: _private, ...open }) => open) }
}

async function readOrMake(path: string, make: () => Promise<string>): Promise<Buffer> {
  const given = await readFile(path).catch(absent)
  if (given !== undefined) return given
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, await make(), { mode: 0o600, flag: 'wx', flush: true })
  // A link appears whole or not at all, and never replaces the file of a process that was faster.
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await rm(draft)
  return readFile(path)
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
