/** Public keys of other services of the hub, which they leave in HANDRAIL_HOME for the issuer to publish beside its own. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JWK } from 'jose'

const LOOK_AGAIN_AFTER_MS = 5_000

/**
 * Reads `published-keys/*.jwk.json` of the home folder, at most every five seconds. A file that is no public key with a kid is passed over.
 *
 * @returns none where nobody has left any
 */
export function publishedKeys(home: string): () => Promise<readonly JWK[]> {
  const folder = join(home, 'published-keys')
  let held: { readonly keys: Promise<readonly JWK[]>; readonly at: number } | undefined

  const read = async (): Promise<readonly JWK[]> => {
    const files = await readdir(folder).catch(() => [])
    const found = await Promise.all(files.filter((file) => file.endsWith('.jwk.json')).map(async (file) => readKey(join(folder, file))))
    return found.flatMap((key) => key ?? [])
  }
  return () => {
    if (held === undefined || performance.now() - held.at > LOOK_AGAIN_AFTER_MS) held = { keys: read(), at: performance.now() }
    return held.keys
  }
}

async function readKey(path: string): Promise<JWK | undefined> {
  try {
    const { kty, crv, x, y, kid, alg } = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
    // Only what a public EC key has is passed on: a private part left here by mistake is not published.
    return [kty, crv, x, y, kid, alg].every((part) => typeof part === 'string') && kty === 'EC'
      ? ({ kty, crv, x, y, kid, alg, use: 'sig' } as JWK)
      : undefined
  } catch {
    return undefined // half written, or none
  }
}
