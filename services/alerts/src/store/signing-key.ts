/**
 * The key that signs what webhooks are sent: ES256, made at first start under HANDRAIL_HOME, never leaving it, and replaced every 90 days. Its public
 * half is published a day before it signs, for receivers that look seldom; that of its forerunner stays so for a week, for what they were sent before.
 */
import { createPrivateKey, randomBytes, sign } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, type JWK } from 'jose'

/** Signs bodies; RFC 7515 appendix F, detached content. */
export interface Signer {
  /** The signature of a body, `header..signature`. */
  sign(body: string): string
  /** To be published at `/identity/jwks`: of the key that signs now. */
  readonly publicJwk: JWK & { readonly kid: string }
  /** Replaces a key that is older than 90 days, publishes the next one before, takes over one that another process has made, and takes back an old one that is over. */
  rotate(now: Date): Promise<void>
}

const KEY_LIFE_MS = 90 * 86_400_000
const PUBLISHED_BEFORE_MS = 86_400_000
const STAYS_PUBLISHED_MS = 7 * 86_400_000

/**
 * Opens the key, or makes it, and leaves its public half where the issuer finds it.
 *
 * @param folder `HANDRAIL_HOME/alerts`
 * @param publishedFolder `HANDRAIL_HOME/published-keys`
 */
export async function openSigner(folder: string, publishedFolder: string): Promise<Signer> {
  const file = join(folder, 'signing-key.jwk.json')
  const nextFile = join(folder, 'signing-key-next.jwk.json')
  const [published, previous, next] = ['alerts', 'alerts-previous', 'alerts-next'].map((name) =>
    join(publishedFolder, `${name}.jwk.json`),
  ) as [string, string, string]
  const publish = async (where: string, jwk: JWK) => writeFile(where, `${JSON.stringify(jwk)}\n`, { mode: 0o600 })
  await mkdir(publishedFolder, { recursive: true, mode: 0o700 })
  const take = async () => {
    const jwk = await readOrMake(file, folder)
    const publicJwk = publicHalf(jwk)
    await publish(published, publicJwk)
    const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid: publicJwk.kid })).toString('base64url')
    return { key: createPrivateKey({ key: jwk, format: 'jwk' }), header, publicJwk }
  }
  let held = await take()
  return {
    get publicJwk() {
      return held.publicJwk
    },
    // At once, in this thread: the way to another and back takes longer than the signature. RFC 7515, section 5.1
    sign(body) {
      const { key, header } = held
      const signed = sign('sha256', Buffer.from(`${header}.${Buffer.from(body).toString('base64url')}`), key)
      return `${header}..${rAndS(signed).toString('base64url')}`
    },
    async rotate(now) {
      const current = await readOrMake(file, folder)
      const ageMs = now.getTime() - (await stat(file)).mtimeMs
      if (current.kid === held.publicJwk.kid && ageMs < KEY_LIFE_MS) {
        const over = await stat(previous).catch(() => undefined)
        if (over !== undefined && now.getTime() - over.mtimeMs > STAYS_PUBLISHED_MS) await rm(previous, { force: true })
        if (ageMs >= KEY_LIFE_MS - PUBLISHED_BEFORE_MS) await publish(next, publicHalf(await readOrMake(nextFile, folder)))
        return
      }
      // The public half of the old key is there before anything is signed with the new one.
      await publish(previous, held.publicJwk)
      if (current.kid === held.publicJwk.kid) {
        await readOrMake(nextFile, folder)
        await rename(nextFile, file)
      }
      held = await take()
      await rm(next, { force: true })
    },
  }
}

const COORDINATE_BYTES = 32

/**
 * r and s of P-256 as they are (RFC 7518, section 3.4), of a signature in DER (SEC 1, C.5): a sequence of two integers, without leading zeros but for one
 * that keeps them from being negative. Where Node is asked for the former it takes twice as long to sign.
 */
function rAndS(der: Buffer): Buffer {
  const both = Buffer.alloc(2 * COORDINATE_BYTES)
  let from = 2
  for (const end of [COORDINATE_BYTES, 2 * COORDINATE_BYTES]) {
    const value = from + 2
    from = value + der.readUInt8(from + 1)
    const bytes = der.subarray(Math.max(value, from - COORDINATE_BYTES), from)
    both.set(bytes, end - bytes.length)
  }
  return both
}

type SigningJwk = JWK & { readonly kid: string }

function publicHalf({ kty, crv, x, y, kid }: SigningJwk): JWK & { readonly kid: string } {
  return {
    kty: kty ?? 'EC',
    ...(crv === undefined ? {} : { crv }),
    ...(x === undefined ? {} : { x }),
    ...(y === undefined ? {} : { y }),
    kid,
    alg: 'ES256',
    use: 'sig',
  }
}

async function newKey(): Promise<SigningJwk> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return { ...(await exportJWK(privateKey)), kid: `alerts-${randomBytes(9).toString('base64url')}`, alg: 'ES256' }
}

async function readOrMake(path: string, folder: string): Promise<SigningJwk> {
  const held = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return undefined
  })
  if (held !== undefined) return JSON.parse(held) as SigningJwk
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const key = await newKey()
  const draft = `${path}.${key.kid}`
  await writeFile(draft, `${JSON.stringify(key)}\n`, { mode: 0o600, flag: 'wx', flush: true })
  // A link appears whole or not at all, and never replaces the key of a process that was faster.
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await rm(draft)
  return JSON.parse(await readFile(path, 'utf8')) as SigningJwk
}
