import { readFileSync } from 'node:fs'
import type { ElementDefinition, StructureDefinition } from '@medplum/fhirtypes'
import type { CompactExtensions } from './definitions/compact-extensions.ts'
import { parseElement } from './structures.ts'

const CORE = 'http://hl7.org/fhir/StructureDefinition/'

let compact: CompactExtensions | undefined

/** The definition of an extension that R4 itself defines, as far as it is checked; undefined for another URL. */
export function coreExtension(url: string): StructureDefinition | undefined {
  if (!url.startsWith(CORE)) return undefined
  compact ??= JSON.parse(readFileSync(new URL('definitions/extensions.json', import.meta.url), 'utf8')) as CompactExtensions
  const name = url.slice(CORE.length)
  const parts = Object.hasOwn(compact, name) ? compact[name] : undefined
  if (parts === undefined) return undefined
  const element = Object.entries(parts).flatMap(([path, notation]) => elementsAt(path, notation))
  return {
    resourceType: 'StructureDefinition',
    url,
    name,
    status: 'active',
    kind: 'complex-type',
    abstract: false,
    type: 'Extension',
    baseDefinition: `${CORE}Extension`,
    differential: { element },
  }
}

/** `code` is a part, `code.` its value, the empty path the value of the extension itself. */
function elementsAt(path: string, notation: string): ElementDefinition[] {
  const steps = path.split('.')
  const last = steps.pop() ?? ''
  const above = ['Extension', ...steps.map((name) => `extension:${name}`)].join('.')
  const at = `Extension${'.extension'.repeat(steps.length)}`
  const { min, many, types, valueSet } = parseElement('value[x]', notation.includes(' ') ? notation : `${notation} `)
  const max = many ? '*' : '1'
  if (last !== '') {
    const part = `${above}.extension:${last}`
    return [
      { id: part, path: `${at}.extension`, sliceName: last, min, max },
      { id: `${part}.url`, path: `${at}.extension.url`, fixedUri: last },
    ]
  }
  const type = types
    .filter(({ code }) => code !== '')
    .map(({ code, targets }) => ({
      code,
      ...(targets === undefined ? {} : { targetProfile: targets.map((target) => CORE + target) }),
    }))
  return [
    {
      id: `${above}.value[x]`,
      path: `${at}.value[x]`,
      min,
      max: '1',
      ...(type.length > 0 ? { type } : {}),
      ...(valueSet === undefined ? {} : { binding: { strength: 'required' as const, valueSet } }),
    },
  ]
}
