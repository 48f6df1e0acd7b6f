/** An archive as bytes, there and back. Reading believes nothing: names, sizes, kinds and hashes are checked before a line is looked at. */
import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { createGunzip, gzipSync } from 'node:zlib'
import tar from 'tar-stream'
import { archiveRefuse, FORMAT, FORMAT_VERSION, MANIFEST, NAME, readManifest, VERSIONS, type ListedFile, type Manifest } from './format.ts'

export interface ArchiveFile {
  readonly name: string
  readonly holds: string
  readonly bytes: Buffer
}

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** The archive, its manifest first; the same files at the same time give the same bytes. */
export async function packArchive(
  files: readonly ArchiveFile[],
  facts: Omit<Manifest, 'format' | 'formatVersion' | 'files'>,
): Promise<Buffer> {
  const listed = files.map(({ name, holds, bytes }): ListedFile => ({ name, bytes: bytes.length, sha256: hashOf(bytes), holds }))
  const manifest: Manifest = { format: FORMAT, formatVersion: FORMAT_VERSION, ...facts, files: listed }
  const pack = tar.pack()
  const mtime = new Date(facts.madeAt)
  const chunks: Buffer[] = []
  const collected = (async () => {
    for await (const chunk of pack) chunks.push(chunk as Buffer)
  })()
  for (const { name, bytes } of [{ name: MANIFEST, bytes: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) }, ...files])
    await new Promise<void>((resolve, reject) =>
      pack.entry({ name, mtime, mode: 0o600 }, bytes, (error) => (error ? reject(error) : resolve())),
    )
  pack.finalize()
  await collected
  return gzipSync(Buffer.concat(chunks))
}

/** How large an archive may be when it is unpacked: 1 GiB, some hundred scanned letters. */
const MOST_UNPACKED_BYTES = 1024 ** 3
const MOST_FILES = 20_000

export interface ReadArchive {
  readonly manifest: Manifest
  /** The lines of versions.ndjson. */
  readonly lines: readonly string[]
}

/** @throws ARCHIVE_UNREADABLE, ARCHIVE_ALTERED, ARCHIVE_TOO_LARGE, ARCHIVE_PARTIAL */
export async function unpackArchive(bytes: Buffer, mostBytes = MOST_UNPACKED_BYTES): Promise<ReadArchive> {
  const hashes = new Map<string, { sha256: string; bytes: number }>()
  const kept = new Map<string, Buffer>()
  let total = 0
  const extract = tar.extract()
  const unpacking = (async () => {
    for await (const entry of extract) {
      const { name, type } = entry.header
      // A link, a device, or a name that leads elsewhere is in no archive of ours.
      if (type !== 'file' || !NAME.test(name)) throw archiveRefuse.ARCHIVE_UNREADABLE({ why: 'it holds something that no export has' })
      if (hashes.has(name)) throw archiveRefuse.ARCHIVE_UNREADABLE({ why: 'it holds a file twice' })
      if (hashes.size >= MOST_FILES) throw archiveRefuse.ARCHIVE_TOO_LARGE({ limit: `${MOST_FILES} files` })
      const hash = createHash('sha256')
      const chunks: Buffer[] = []
      let size = 0
      for await (const chunk of entry as AsyncIterable<Buffer>) {
        hash.update(chunk)
        size += chunk.length
        if (name === MANIFEST || name === VERSIONS) chunks.push(chunk)
      }
      hashes.set(name, { sha256: hash.digest('hex'), bytes: size })
      if (chunks.length > 0) kept.set(name, Buffer.concat(chunks))
    }
  })()
  const counted = async function* (source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      total += chunk.length
      // Counted as it unpacks, so that a bomb is stopped and not measured.
      if (total > mostBytes) throw archiveRefuse.ARCHIVE_TOO_LARGE({ limit: `${Math.round(mostBytes / 1024 ** 2)} MB` })
      yield chunk
    }
  }
  const results = await Promise.allSettled([pipeline(Readable.from([bytes]), createGunzip(), counted, extract), unpacking])
  // The reason, before what it brought down with it.
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  const refusal = failures.find((reason) => reason instanceof Error && reason.name === 'Refusal')
  if (refusal !== undefined) throw refusal
  if (failures.length > 0) throw archiveRefuse.ARCHIVE_UNREADABLE({ why: 'it is no .tar.gz, or it is cut off' }, { cause: failures[0] })

  const manifestText = kept.get(MANIFEST)
  if (manifestText === undefined) throw archiveRefuse.ARCHIVE_UNREADABLE({ why: 'it has no manifest' })
  const manifest = readManifest(manifestText.toString('utf8'))
  if (manifest.completeness === 'reviewed' || manifest.completeness === 'in-part') throw archiveRefuse.ARCHIVE_PARTIAL()
  for (const { name, bytes: size, sha256 } of manifest.files) {
    const found = hashes.get(name)
    if (found === undefined || found.bytes !== size || found.sha256 !== sha256)
      throw archiveRefuse.ARCHIVE_ALTERED({ file: NAME.test(name) ? name : 'A file' })
  }
  if (hashes.size !== manifest.files.length + 1) throw archiveRefuse.ARCHIVE_ALTERED({ file: 'A file that is not listed' })
  const versions = kept.get(VERSIONS)
  if (versions === undefined) throw archiveRefuse.ARCHIVE_UNREADABLE({ why: 'it has no versions.ndjson' })
  return {
    manifest,
    lines: versions
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== ''),
  }
}
