/** The key that signs what webhooks are sent: ES256, made at first start under HANDRAIL_HOME, never leaving it. Its public half is published. */
import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CompactSign, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'

/** Signs bodies; RFC 7515 appendix F, detached content. */
export interface Signer {
  /** The signature of a body, `header..signature`. */
  sign(body: string): Promise<string>
  /** To be published at `/identity/jwks`. */
  readonly publicJwk: JWK & { readonly kid: string }
}

/**
 * Opens the key, or makes it, and leaves its public half where the issuer finds it.
 *
 * @param folder `HANDRAIL_HOME/alerts`
 * @param publishedFolder `HANDRAIL_HOME/published-keys`
 */
export async function openSigner(folder: string, publishedFolder: string): Promise<Signer> {
  const jwk = await readOrMake(join(folder, 'signing-key.jwk.json'), folder)
  const key = await importJWK(jwk, 'ES256')
  const { kty, crv, x, y, kid } = jwk
  const publicJwk = {
    kty: kty ?? 'EC',
    ...(crv === undefined ? {} : { crv }),
    ...(x === undefined ? {} : { x }),
    ...(y === undefined ? {} : { y }),
    kid,
    alg: 'ES256',
    use: 'sig',
  }
  await mkdir(publishedFolder, { recursive: true, mode: 0o700 })
  await writeFile(join(publishedFolder, 'alerts.jwk.json'), `${JSON.stringify(publicJwk)}\n`, { mode: 0o600 })
  return {
    publicJwk,
    async sign(body) {
      const signed = await new CompactSign(new TextEncoder().encode(body)).setProtectedHeader({ alg: 'ES256', kid }).sign(key)
      const [header = '', , signature = ''] = signed.split('.')
      return `${header}..${signature}`
    },
  }
}

type SigningJwk = JWK & { readonly kid: string }

async function readOrMake(path: string, folder: string): Promise<SigningJwk> {
  const held = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return undefined
  })
  if (held !== undefined) return JSON.parse(held) as SigningJwk
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const kid = `alerts-${randomBytes(9).toString('base64url')}`
  const draft = `${path}.${kid}`
  await writeFile(draft, `${JSON.stringify({ ...(await exportJWK(privateKey)), kid, alg: 'ES256' })}\n`, {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  })
  // A link appears whole or not at all, and never replaces the key of a process that was faster.
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await rm(draft)
  return JSON.parse(await readFile(path, 'utf8')) as SigningJwk
}
