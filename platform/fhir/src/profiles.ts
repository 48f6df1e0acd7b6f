/**
 * Reading a FHIR package from a folder: our own (`fhir-profiles/package`), or an external one such as UK Core that an operator points to.
 * Read once, at start; a folder that is absent or a file that is malformed stops the start with a sentence.
 *
 * @see https://hl7.org/fhir/R4/structuredefinition.html
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CodeSystem, OperationDefinition, Resource, SearchParameter, StructureDefinition, ValueSet } from '@medplum/fhirtypes'

/** What a package holds, by kind; everything else in it (examples, naming systems) is left aside. In the order of the file names. */
export interface Profiles {
  /** Profiles and extensions, each with its snapshot. */
  readonly structureDefinitions: readonly StructureDefinition[]
  readonly valueSets: readonly ValueSet[]
  readonly codeSystems: readonly CodeSystem[]
  readonly searchParameters: readonly SearchParameter[]
  readonly operationDefinitions: readonly OperationDefinition[]
}

/** A package cannot be read. The message is one sentence: which file, and what is wrong with it. */
export class UnreadablePackage extends Error {}

const KINDS = {
  StructureDefinition: 'structureDefinitions',
  ValueSet: 'valueSets',
  CodeSystem: 'codeSystems',
  SearchParameter: 'searchParameters',
  OperationDefinition: 'operationDefinitions',
} as const

/**
 * Reads the conformance resources of a package.
 *
 * @param folder the folder with the JSON files, `package` of a FHIR package
 * @throws UnreadablePackage when the folder is absent, a file is no FHIR JSON, two have one canonical URL, or a profile has no snapshot
 */
export function loadProfiles(folder: string): Profiles {
  const resources = namesIn(folder).map((name) => readResource(folder, name))
  const conformance = resources.filter(({ resource }) => resource.resourceType in KINDS)
  const places = new Map<string, string>()
  for (const { name, resource } of conformance) {
    const url = 'url' in resource && typeof resource.url === 'string' ? resource.url : ''
    if (url === '') throw new UnreadablePackage(`${join(folder, name)} has no canonical URL.`)
    const other = places.get(url)
    if (other !== undefined) throw new UnreadablePackage(`${join(folder, name)} and ${other} have the same canonical URL ${url}.`)
    places.set(url, name)
    if (resource.resourceType === 'StructureDefinition' && resource.snapshot === undefined) {
      throw new UnreadablePackage(`${join(folder, name)} has no snapshot, which the validator needs.`)
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

/** The JSON files of a package that hold resources: not its description, not its index. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json') && !name.startsWith('.') && name !== 'package.json')
      .toSorted()
  } catch (cause) {
    throw new UnreadablePackage(`The folder of FHIR profiles ${folder} cannot be read.`, { cause })
  }
}

function readResource(folder: string, name: string): { name: string; resource: Resource } {
  const file = join(folder, name)
  let resource: unknown
  try {
    resource = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new UnreadablePackage(`${file} is not readable JSON.`, { cause })
  }
  if (typeof resource !== 'object' || resource === null || !('resourceType' in resource) || typeof resource.resourceType !== 'string') {
    throw new UnreadablePackage(`${file} is not a FHIR resource.`)
  }
  return { name, resource: resource as Resource }
}
