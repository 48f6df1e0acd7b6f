/**
 * What a FHIR package holds, by kind: our own (`fhir-profiles/package`), or an external one such as UK Core that an operator points to.
 * Read once, at start; a folder that is absent or a file that is malformed stops the start with a sentence.
 *
 * @see https://hl7.org/fhir/R4/structuredefinition.html
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CodeSystem, OperationDefinition, Resource, SearchParameter, StructureDefinition, ValueSet } from '@medplum/fhirtypes'

/** What a package holds, by kind; everything else in it (examples, naming systems) is left aside. In the order of the file names. */
export interface Profiles {
  /** Profiles and extensions, each with its snapshot or its differential. */
  readonly structureDefinitions: readonly StructureDefinition[]
  readonly valueSets: readonly ValueSet[]
  readonly codeSystems: readonly CodeSystem[]
  readonly searchParameters: readonly SearchParameter[]
  readonly operationDefinitions: readonly OperationDefinition[]
}

/** A package cannot be read. The message is one sentence: which file, and what is wrong with it. */
export class UnreadablePackage extends Error {}

/** A file of a package: its text, and the place a sentence about it names. */
export interface PackageFile {
  readonly place: string
  readonly text: string
}

const KINDS = {
  StructureDefinition: 'structureDefinitions',
  ValueSet: 'valueSets',
  CodeSystem: 'codeSystems',
  SearchParameter: 'searchParameters',
  OperationDefinition: 'operationDefinitions',
} as const

/**
 * Reads the conformance resources of a package that lies in one folder, `package` of a FHIR package.
 *
 * @throws UnreadablePackage when the folder is absent, or for what {@link toProfiles} refuses
 */
export function loadProfiles(folder: string): Profiles {
  try {
    const names = readdirSync(folder).filter(isResourceFile).toSorted()
    return toProfiles(names.map((name) => ({ place: join(folder, name), text: readFileSync(join(folder, name), 'utf8') })))
  } catch (cause) {
    if (cause instanceof UnreadablePackage) throw cause
    throw new UnreadablePackage(`The folder of FHIR profiles ${folder} cannot be read.`, { cause })
  }
}

/** Whether a file of a package holds a resource: not its description, not its index. */
export const isResourceFile = (name: string): boolean => name.endsWith('.json') && !name.startsWith('.') && name !== 'package.json'

/**
 * The conformance resources in the files of one package.
 *
 * @throws UnreadablePackage when a file is no FHIR JSON, two have one canonical URL, or a profile says nothing of any element
 */
export function toProfiles(files: readonly PackageFile[]): Profiles {
  const conformance = files
    .map(({ place, text }) => ({ place, resource: readResource(place, text) }))
    .filter(({ resource }) => resource.resourceType in KINDS)
  const places = new Map<string, string>()
  for (const { place, resource } of conformance) {
    const url = 'url' in resource && typeof resource.url === 'string' ? resource.url : ''
    if (url === '') throw new UnreadablePackage(`${place} has no canonical URL.`)
    const other = places.get(url)
    if (other !== undefined) throw new UnreadablePackage(`${place} and ${other} have the same canonical URL ${url}.`)
    places.set(url, place)
    if (resource.resourceType === 'StructureDefinition' && (resource.snapshot ?? resource.differential) === undefined) {
      throw new UnreadablePackage(`${place} has neither snapshot nor differential, one of which the validator needs.`)
    }
  }
  const ofType = <T extends keyof typeof KINDS>(type: T): Extract<Resource, { resourceType: T }>[] =>
    conformance.flatMap(({ resource }) => (resource.resourceType === type ? [resource as Extract<Resource, { resourceType: T }>] : []))
  return {
    structureDefinitions: ofType('StructureDefinition'),
    valueSets: ofType('ValueSet'),
    codeSystems: ofType('CodeSystem'),
    searchParameters: ofType('SearchParameter'),
    operationDefinitions: ofType('OperationDefinition'),
  }
}

function readResource(place: string, text: string): Resource {
  let resource: unknown
  try {
    resource = JSON.parse(text)
  } catch (cause) {
    throw new UnreadablePackage(`${place} is not readable JSON.`, { cause })
  }
  if (typeof resource !== 'object' || resource === null || !('resourceType' in resource) || typeof resource.resourceType !== 'string') {
    throw new UnreadablePackage(`${place} is not a FHIR resource.`)
  }
  return resource as Resource
}
