/**
 * The FHIR package as the one file that other servers and validators load: a `.tgz` with everything below `package/`, the rules as
 * PlanDefinitions beside the profiles. The same package gives the same bytes: entries are sorted, and no time, owner or system is written.
 *
 * @see https://confluence.hl7.org/display/FHIR/NPM+Package+Specification
 */
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { packageFolder, rulesFolder } from './package.ts'

/** Where `npm run profiles` writes it, below `fhir-profiles`; git does not keep it. */
export const archiveName = 'build/handrail.fhir.profiles-0.1.0.tgz'

interface Index {
  readonly 'index-version': 1
  readonly files: readonly object[]
}

/**
 * The bytes of the archive.
 *
 * @param folders default: `fhir-profiles/package` and `fhir-profiles/rules`
 */
export async function packArchive({
  compiled = packageFolder,
  rules = rulesFolder,
}: { readonly compiled?: string; readonly rules?: string } = {}): Promise<Buffer> {
  const resources = await jsonIn(compiled)
  const plans = await Promise.all((await jsonIn(rules)).map(asPlanDefinition))
  const index: Index = JSON.parse(await readFile(join(compiled, '.index.json'), 'utf8'))
  const files = [...index.files, ...plans.map(({ indexed }) => indexed)]
  const entries = [
    { name: 'package/.index.json', text: `${JSON.stringify({ ...index, files }, null, 1)}\n` },
    ...(await Promise.all(resources.map(async (file) => ({ name: `package/${basename(file)}`, text: await readFile(file, 'utf8') })))),
    ...plans.map(({ indexed, text }) => ({ name: `package/${indexed.filename}`, text })),
    ...(await Promise.all(
      (await jsonIn(join(compiled, 'example'))).map(async (file) => ({
        name: `package/example/${basename(file)}`,
        text: await readFile(file, 'utf8'),
      })),
    )),
  ]
  const archive = pack()
  const bytes = buffer(archive)
  for (const { name, text } of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    archive.entry({ name, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0 }, text)
  }
  archive.finalize()
  const zipped = gzipSync(await bytes, { level: 9 })
  zipped[OPERATING_SYSTEM] = UNKNOWN
  return zipped
}

/** Byte 9 of a gzip file names the system it was made on. RFC 1952, section 2.3.1. */
const OPERATING_SYSTEM = 9
const UNKNOWN = 255

const jsonIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith('.json') && !name.startsWith('.')).map((name) => join(folder, name))

async function asPlanDefinition(file: string) {
  const text = await readFile(file, 'utf8')
  const { resourceType, id, url, version }: { resourceType: string; id: string; url: string; version: string } = JSON.parse(text)
  return { text, indexed: { filename: `${resourceType}-${id}.json`, resourceType, id, url, version } }
}
