/** Keys that an installation makes for itself: one file each under HANDRAIL_HOME, never in the database, the same for every process. */
import { hkdfSync, randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const KEY_BYTES = 32

/**
 * The key of 256 bits in this file, made at first use and readable by its owner only. Every process of a hub must be given the same file.
 *
 * @param home HANDRAIL_HOME
 * @param file such as `identity.key`
 */
export async function homeKey(home: string, file: string): Promise<Buffer> {
  const path = join(home, file)
  await mkdir(home, { recursive: true, mode: 0o700 })
  const given = await readFile(path).catch(absent)
  if (given !== undefined) return given
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx', flush: true })
  // A link appears whole or not at all, and never replaces the file of a process that was faster.
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await rm(draft)
  return readFile(path)
}

/** A key of 32 bytes for one purpose, derived from another (RFC 5869, SHA-256); the same each time. */
export function keyFor(master: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', master, '', purpose, KEY_BYTES))
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
