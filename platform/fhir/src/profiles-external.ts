/**
 * FHIR packages of others, loaded from a path beside our own profiles: a `.tgz` as package registries give it, the folder it unpacks to, or
 * a loose folder of definitions. Resources are validated against them; their search parameters and operations are not taken over, since
 * this server does not perform them. Nothing is fetched and nothing is written.
 *
 * @see https://confluence.hl7.org/display/FHIR/NPM+Package+Specification
 */
import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { isResourceFile, toProfiles, UnreadablePackage, type PackageFile, type Profiles } from './profiles.ts'

/** What validation needs of packages: no search parameters, no operations. */
export type ValidationProfiles = Pick<Profiles, 'structureDefinitions' | 'valueSets' | 'codeSystems'>

/**
 * Our own profiles with those of external packages.
 *
 * @param paths of folders and `.tgz` files
 * @throws UnreadablePackage when one cannot be read, or two packages define one canonical URL: which of them is meant would be a guess
 */
export async function withPackages(own: ValidationProfiles, paths: readonly string[]): Promise<ValidationProfiles> {
  if (paths.length === 0) return own
  const packages = [{ path: 'Handrail', profiles: own }]
  for (const path of paths) packages.push({ path, profiles: await loadPackage(path) })
  const places = new Map<string, string>()
  for (const { path, profiles } of packages) {
    for (const { url = '' } of [...profiles.structureDefinitions, ...profiles.valueSets, ...profiles.codeSystems]) {
      const other = places.get(url)
      if (other !== undefined) throw new UnreadablePackage(`The FHIR packages ${other} and ${path} both define ${url}; load one of them.`)
      places.set(url, path)
    }
  }
  return {
    structureDefinitions: packages.flatMap(({ profiles }) => profiles.structureDefinitions),
    valueSets: packages.flatMap(({ profiles }) => profiles.valueSets),
    codeSystems: packages.flatMap(({ profiles }) => profiles.codeSystems),
  }
}

/** The canonical URLs of profiles by the resource type they are for, as a CapabilityStatement lists them; extensions are no such profiles. */
export function profilesByType(definitions: ValidationProfiles['structureDefinitions']): ReadonlyMap<string, readonly string[]> {
  const byType = new Map<string, string[]>()
  for (const { kind, type, url } of definitions) {
    if (kind === 'resource' && type !== undefined) byType.set(type, [...(byType.get(type) ?? []), url])
  }
  return byType
}

/**
 * The conformance resources of one external package. Definitions of R4 itself and logical models are left aside: a resource is always
 * validated against R4, and no resource claims a logical model.
 *
 * @param path of a `.tgz`, of a folder with `package/package.json` or `package.json`, or of a folder of definitions and its subfolders
 * @throws UnreadablePackage one sentence
 */
export async function loadPackage(path: string): Promise<Profiles> {
  const files = (await filesAt(path)).filter(isResource)
  if (files.length === 0) throw new UnreadablePackage(`The FHIR package ${path} holds no resource.`)
  const read = toProfiles(files)
  return { ...read, structureDefinitions: read.structureDefinitions.filter(({ derivation }) => derivation === 'constraint') }
}

/** What tools leave beside the resources of a package (`fhirpkg.lock.json`) is passed over; what is no JSON at all is not. */
function isResource({ place, text: content }: PackageFile): boolean {
  if (content.includes('"resourceType"')) return true
  try {
    JSON.parse(content)
    return false
  } catch (cause) {
    throw new UnreadablePackage(`${place} is not readable JSON.`, { cause })
  }
}

async function filesAt(path: string): Promise<PackageFile[]> {
  try {
    if ((await stat(path)).isFile()) return await filesInArchive(path)
    const inside = join(path, 'package')
    return (await isFile(join(inside, 'package.json'))) ? await filesInFolder(inside) : await filesInFolder(path)
  } catch (cause) {
    if (cause instanceof UnreadablePackage) throw cause
    throw new UnreadablePackage(`The FHIR package ${path} cannot be read: it must be a .tgz file or a folder.`, { cause })
  }
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  )

/** A package keeps its resources in one folder and examples below it; a loose folder keeps them in folders of its own making. */
async function filesInFolder(folder: string): Promise<PackageFile[]> {
  const isPackage = await isFile(join(folder, 'package.json'))
  const found = (await readdir(folder, { recursive: !isPackage, withFileTypes: true }))
    .filter((entry) => entry.isFile() && isResourceFile(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !relative(folder, file).split(sep).slice(0, -1).some(isExamples))
  return Promise.all(found.toSorted().map(async (place) => ({ place, text: await readFile(place, 'utf8') })))
}

const isExamples = (folder: string): boolean => folder === 'example' || folder === 'examples'

/** The resources directly in `package/` of the archive; examples and other folders are passed over unread. */
async function filesInArchive(path: string): Promise<PackageFile[]> {
  const files: PackageFile[] = []
  const archive = extract()
  const reading = (async () => {
    for await (const entry of archive) {
      const { name, type } = entry.header
      const isResource = type === 'file' && /^(?:\.\/)?package\/[^/]+$/.test(name) && isResourceFile(basename(name))
      if (isResource) files.push({ place: `${path}:${name}`, text: await text(entry) })
      else entry.resume()
    }
  })()
  try {
    await Promise.all([pipeline(createReadStream(path), createGunzip(), archive), reading])
  } catch (cause) {
    throw new UnreadablePackage(`The FHIR package ${path} is no readable .tgz archive.`, { cause })
  }
  return files.toSorted((one, other) => (one.place < other.place ? -1 : 1))
}
